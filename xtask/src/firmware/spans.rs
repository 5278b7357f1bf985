//! The instructions of an emulated machine between two of its labels, by the plugin tests/firmware/plugin/spans.c: how QEMU
//! is told to count, and what it counted. Instructions are neither cycles nor time.

use crate::archive::symbols::Symbol;
use crate::process::run;
use crate::{Outcome, paths, setup};
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

const WARNINGS: &[&str] = &["-std=c99", "-pedantic", "-Wall", "-Wextra", "-Werror"];

/// From one label of the image to another.
#[derive(Clone, Copy, Debug)]
pub struct Span {
    /// One short word.
    pub name: &'static str,
    pub begin: &'static str,
    pub end: &'static str,
}

/// One way through a span.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passage {
    pub span: String,
    /// All instructions, those of interrupts among them.
    pub total: u64,
    /// The numbers of ranges, and how many of the instructions were in each.
    pub ranges: Vec<(usize, u64)>,
}

/// What one run of QEMU is told, and the file that it writes.
pub struct Counter {
    dir: PathBuf,
    words: String,
}

impl Counter {
    /// For the image with these symbols. The ranges do not overlap.
    pub fn new(symbols: &[Symbol], spans: &[Span], ranges: &[Range<u32>]) -> Outcome<Counter> {
        let plugin = plugin()?;
        let mut words = Vec::new();
        for span in spans {
            let place = |label: &str| {
                let found = symbols.iter().find(|s| s.name == label);
                found.map(|s| s.address & !1).ok_or_else(|| format!("the image has no label {label}"))
            };
            words.push(format!("span={}:{:x}:{:x}", span.name, place(span.begin)?, place(span.end)?));
        }
        words.extend(ranges.iter().map(|r| format!("range={:x}:{:x}", r.start, r.end)));
        let dir = paths::scratch("spans")?;
        let words = format!("{},out={},{}", escaped(&plugin), escaped(&dir.join("counts")), words.join(","));
        Ok(Counter { dir, words })
    }

    /// For the command line of QEMU.
    pub fn arguments(&self) -> [String; 2] {
        ["-plugin".to_string(), self.words.clone()]
    }

    /// What was counted, in the order in which it happened. Only when QEMU has ended.
    pub fn passages(&self) -> Outcome<Vec<Passage>> {
        parse(&paths::read(&self.dir.join("counts"))?)
    }
}

impl Drop for Counter {
    fn drop(&mut self) {
        // A directory that stays is harmless: its name is not used again.
        let _ = fs::remove_dir_all(&self.dir);
    }
}

/// A comma separates words of QEMU.
fn escaped(path: &Path) -> String {
    path.display().to_string().replace(',', ",,")
}

/// Builds it, once.
fn plugin() -> Outcome<PathBuf> {
    static BUILT: OnceLock<Outcome<PathBuf>> = OnceLock::new();
    let build = || {
        setup::need(&[setup::C])?;
        let dir = paths::target().join("firmware");
        fs::create_dir_all(&dir).map_err(|e| format!("cannot make {}: {e}", dir.display()))?;
        let out = dir.join("spans.so");
        let mut gcc = Command::new("gcc");
        gcc.args(WARNINGS).args(["-O2", "-shared", "-fPIC", "-fvisibility=hidden"]);
        run(gcc.arg(paths::root().join("tests/firmware/plugin/spans.c")).arg("-o").arg(&out))?;
        Ok(out)
    };
    BUILT.get_or_init(build).clone()
}

fn parse(text: &str) -> Outcome<Vec<Passage>> {
    let Some(lines) = text.strip_suffix("end\n") else {
        return Err("the counts of instructions are cut off: QEMU did not end by itself".to_string());
    };
    lines.lines().map(|line| passage(line).ok_or_else(|| format!("no count of instructions: {line}"))).collect()
}

/// A line such as `idle 446 3=7 12=439`.
fn passage(line: &str) -> Option<Passage> {
    let mut words = line.split(' ');
    let (span, total) = (words.next()?.to_string(), words.next()?.parse().ok()?);
    let range = |word: &str| {
        let (number, count) = word.split_once('=')?;
        Some((number.parse().ok()?, count.parse().ok()?))
    };
    Some(Passage { span, total, ranges: words.map(range).collect::<Option<_>>()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passages_are_read_with_their_ranges() {
        let some = Passage { span: "idle".to_string(), total: 446, ranges: vec![(3, 7), (12, 439)] };
        let none = Passage { span: "ping".to_string(), total: 5, ranges: vec![] };
        assert_eq!(parse("idle 446 3=7 12=439\nping 5\nend\n"), Ok(vec![some, none]));
        assert!(parse("idle 446 3=\nend\n").is_err());
    }

    #[test]
    fn counts_that_were_cut_off_are_refused() {
        assert!(parse("idle 446 3=7\nidle 44").is_err());
        assert!(parse("").is_err());
    }

    #[test]
    fn a_label_that_is_not_there_is_named() {
        let span = Span { name: "idle", begin: "here", end: "there" };
        let here = Symbol { address: 0x100, size: 0, kind: 'T', name: "here".to_string() };
        let reason = Counter::new(&[here], &[span], &[]).err();
        assert_eq!(reason, Some("the image has no label there".to_string()));
    }
}
