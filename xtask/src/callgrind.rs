//! Valgrind's callgrind: the instructions of a program in user space, all of them and by function.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::process::Command;
use std::time::Duration;
use xtask::process::run_within;
use xtask::{Outcome, paths};

const LIMIT: Duration = Duration::from_secs(300);

/// What one run took.
pub struct Profile {
    /// What the program said.
    pub said: String,
    pub total: u64,
    /// By the names of functions, each without what it calls.
    pub functions: BTreeMap<String, u64>,
}

/// Runs `program` under callgrind, with these options of it and these words for the program. `file` is overwritten.
pub fn run(options: &[&str], program: &Path, words: &[String], file: &Path) -> Outcome<Profile> {
    let mut command = Command::new("valgrind");
    command.args(["--quiet", "--tool=callgrind"]).args(options);
    command.arg(format!("--callgrind-out-file={}", file.display())).arg(program).args(words);
    let said = run_within(&mut command, LIMIT)?;
    let text = paths::read(file)?;
    let total = text.lines().find_map(|line| line.strip_prefix("totals: ")?.trim().parse().ok());
    let total = total.ok_or_else(|| format!("{} has no total", file.display()))?;
    Ok(Profile { said, total, functions: functions(&text) })
}

/// A line of numbers is what the function of the last `fn=` has spent itself, except behind `calls=`, where it is what
/// the called function has.
pub fn functions(profile: &str) -> BTreeMap<String, u64> {
    let mut names: HashMap<&str, &str> = HashMap::new();
    let mut spent: BTreeMap<String, u64> = BTreeMap::new();
    let (mut current, mut is_call) = ("", false);
    for line in profile.lines() {
        if let Some(function) = line.strip_prefix("fn=") {
            current = named(&mut names, function);
        } else if let Some(called) = line.strip_prefix("cfn=") {
            named(&mut names, called);
        } else if line.starts_with("calls=") {
            is_call = true;
        } else if line.starts_with(|c: char| c.is_ascii_digit() || "+-*".contains(c)) {
            let number = line.split_whitespace().nth(1).and_then(|n| n.parse::<u64>().ok());
            if !std::mem::take(&mut is_call) {
                *spent.entry(current.to_string()).or_default() += number.unwrap_or(0);
            }
        }
    }
    spent
}

/// `(7) name` the first time, `(7)` from then on.
fn named<'a>(names: &mut HashMap<&'a str, &'a str>, text: &'a str) -> &'a str {
    match text.split_once(' ') {
        Some((id, name)) => {
            names.insert(id, name);
            name
        }
        None => names.get(text).copied().unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_function_calls_is_not_its_own() {
        let profile =
            "fn=(1) mqtt_poll\n10 5\ncfn=(2) board_read\ncalls=3 20\n+1 700\n12 7\n\nfn=(2)\n20 700\nfn=(1)\n* 1\n";
        let expected = [("mqtt_poll".to_string(), 13), ("board_read".to_string(), 700)];
        assert_eq!(functions(profile), BTreeMap::from(expected));
    }
}
