//! `cargo xtask matrix`: every story of tests/sim/matrix with everything that can go wrong at any byte of it, and
//! at any call of its store.

use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};
use xtask::process::Process;
use xtask::{Outcome, paths};

const TEST: &str = "every_story_ends_well_whatever_happens_at_any_byte";
/// The whole takes a minute and a half, and the compiler some more; a machine may be busy.
const LIMIT: Duration = Duration::from_secs(1800);

/// A story as the test tells of it, with the combinations of it that failed.
pub struct Row {
    pub name: String,
    pub failures: Vec<String>,
}

/// Stories whose names begin so, or a single combination: story, direction or "store", byte or call, fault and pace.
pub fn run(words: &[&str]) -> Outcome {
    let is_single = words.len() > 1;
    let mut show = |line: &str| {
        if is_single || is_result(line) {
            println!("{line}");
        }
    };
    let (is_good, lines) = told(words, &mut show)?;
    if is_good {
        return Ok(());
    }
    let is_told = is_single || lines.iter().any(|line| is_result(line));
    Err(if is_told { "failed".to_string() } else { lines.join("\n") })
}

/// All of it, a row a story.
pub fn rows() -> Outcome<Vec<Row>> {
    let (is_good, lines) = told(&[], &mut |_| {})?;
    let rows = rows_of(&lines);
    let is_told = rows.iter().any(|row| !row.failures.is_empty()) != is_good && !rows.is_empty();
    if is_told { Ok(rows) } else { Err(lines.join("\n")) }
}

fn rows_of(lines: &[String]) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    for line in lines {
        if let Some((name, failed)) = story(line) {
            let failures = if failed == "0" { vec![] } else { vec![format!("{failed} combinations failed")] };
            rows.push(Row { name: name.to_string(), failures });
        } else if let (Some(failure), Some(row)) = (line.strip_prefix("  FAILED "), rows.last_mut()) {
            row.failures.push(failure.to_string());
        }
    }
    rows
}

/// The name of a story in the line that sums it up, and how many combinations failed.
fn story(line: &str) -> Option<(&str, &str)> {
    let (front, _) = line.split_once(" failed, ")?;
    let (rest, failed) = front.rsplit_once(' ')?;
    let is_story = rest.contains(" bytes out, ");
    is_story.then_some((rest.split(' ').next()?, failed))
}

fn is_result(line: &str) -> bool {
    story(line).is_some() || ["  FAILED ", " cost at most ", " stories: "].iter().any(|words| line.contains(words))
}

/// Whether the test passed, and what it said, each line also to `show` at once.
fn told(words: &[&str], show: &mut dyn FnMut(&str)) -> Outcome<(bool, Vec<String>)> {
    let mut command = Command::new("cargo");
    command.args(["test", "--quiet", "--test", "sim", TEST, "--", "--ignored", "--nocapture"]);
    command.env("LIMPET_MATRIX", words.join(" ")).env("RUST_BACKTRACE", "0").current_dir(paths::root());
    let mut process = Process::spawn("cargo test", &mut command)?;
    let (end, mut shown) = (Instant::now() + LIMIT, 0);
    loop {
        // Asked first: what it said before its end must not be missed.
        let status = if process.is_running() { None } else { Some(process.wait(LIMIT)?) };
        let lines: Vec<String> = process.lines().into_iter().map(|line| line.text).collect();
        lines.iter().skip(shown).for_each(|line| show(line));
        shown = lines.len();
        if let Some(status) = status {
            return Ok((status.success(), lines));
        }
        if Instant::now() > end {
            return Err(format!("the matrix is not done after {} s", LIMIT.as_secs()));
        }
        sleep(Duration::from_millis(50));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stories_have_the_failures_that_follow_them() {
        let text = "x\nv3-a   22 bytes out,    4 in,   1086 combinations, 0 failed,   0.4 s\n\
                    v5-b   22 bytes out,    4 in,   1086 combinations, 2 failed,   0.4 s\n  FAILED cargo xtask matrix v5-b out 1\n\
                    of 2 stories: 2172 combinations, 2 failed, 0.8 s";
        let rows = rows_of(&text.lines().map(str::to_string).collect::<Vec<_>>());
        let told: Vec<_> = rows.iter().map(|row| (row.name.as_str(), row.failures.len())).collect();
        assert_eq!(told, [("v3-a", 0), ("v5-b", 2)]);
        assert_eq!(text.lines().filter(|line| is_result(line)).count(), 4);
    }
}
