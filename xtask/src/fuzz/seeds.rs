//! The committed seeds: one file for each target with an input a line in hexadecimal digits, the shortest first. They are
//! where a run begins that has nothing yet, so that a minute of it is worth something.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use xtask::process::run_within;
use xtask::{Outcome, paths};

/// Bytes of a file, at most.
const MOST: usize = 18_000;

fn file(target: &str) -> PathBuf {
    paths::root().join("tests/fuzz/seeds").join(format!("{target}.txt"))
}

/// Writes each seed into a file of its own in `dir`, where libFuzzer wants them.
pub fn unpack(target: &str, dir: &Path) -> Outcome {
    paths::fresh(dir)?;
    let text = paths::read(&file(target))?;
    if text.is_empty() {
        return Err(format!("{} has no seeds", file(target).display()));
    }
    for (number, line) in text.lines().enumerate() {
        let bytes = from_hex(line).ok_or_else(|| format!("{}:{}: not bytes", file(target).display(), number + 1))?;
        fs::write(dir.join(format!("{number}")), bytes).map_err(|e| e.to_string())?;
    }
    Ok(())
}

/// Of the inputs in `corpus`, and of the seeds, a few that take every way that any of them takes; the shortest, as many as
/// there is room for.
pub fn keep(target: &str, program: &Path, corpus: &Path) -> Outcome<String> {
    let old = paths::scratch("seeds")?;
    let few = paths::scratch("few")?;
    if file(target).exists() {
        unpack(target, &old)?;
    }
    let mut merge = Command::new(program);
    merge.arg(format!("-artifact_prefix={}/", old.display()));
    run_within(merge.arg("-set_cover_merge=1").arg(&few).arg(corpus).arg(&old), Duration::from_secs(1800))?;
    let mut inputs = vec![];
    for entry in fs::read_dir(&few).map_err(|e| e.to_string())?.flatten() {
        inputs.push(fs::read(entry.path()).map_err(|e| e.to_string())?);
    }
    inputs.sort_by(|a, b| (a.len(), a).cmp(&(b.len(), b)));
    let (mut text, mut kept) = (String::new(), 0);
    for input in &inputs {
        let line = to_hex(input) + "\n";
        if text.len() + line.len() > MOST {
            break;
        }
        text += &line;
        kept += 1;
    }
    paths::write(&file(target), &text)?;
    for dir in [old, few] {
        fs::remove_dir_all(&dir).map_err(|e| e.to_string())?;
    }
    Ok(format!("{target}: {kept} of {} seeds, {} bytes", inputs.len(), text.len()))
}

fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn from_hex(line: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> =
        line.chars().map(|c| c.to_digit(16).and_then(|digit| digit.try_into().ok())).collect();
    let digits = digits.filter(|digits| digits.len() % 2 == 0)?;
    Some(digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_back_as_they_went() {
        let all: Vec<u8> = (0..=255).collect();
        assert_eq!(from_hex(&to_hex(&all)), Some(all));
        assert_eq!(from_hex("0"), None);
        assert_eq!(from_hex("0g"), None);
    }
}
