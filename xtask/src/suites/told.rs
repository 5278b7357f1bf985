//! The stories of tests/session, told once more in MQTT 5. Those of tests/session/v3_only.txt must not come true there, and
//! count for nothing; all others must.

use super::tally::Tally;
use std::collections::BTreeSet;
use std::process::Command;
use std::time::Duration;
use xtask::process::attempt;
use xtask::{Outcome, paths};

const LIMIT: Duration = Duration::from_secs(600);

pub fn run() -> Tally {
    tell().unwrap_or_else(Tally::failure)
}

fn tell() -> Outcome<Tally> {
    let list = paths::read(&paths::root().join("tests/session/v3_only.txt"))?;
    let v3_only: BTreeSet<&str> = list.lines().filter(|line| line.starts_with("session::")).collect();
    let mut command = Command::new("cargo");
    command.args(["test", "--test", "session", "--no-fail-fast"]).current_dir(paths::root());
    command.env("LIMPET_SPEAK", "5").env("RUST_BACKTRACE", "0");
    let (_, output) = attempt(&mut command, LIMIT)?;
    let told: Vec<_> = output.lines().filter_map(story).collect();
    if told.is_empty() {
        return Err(output);
    }
    let mut tally = Tally::default();
    for (name, came_true) in &told {
        let result = match (came_true, v3_only.contains(name)) {
            (true, false) => Ok(()),
            (false, true) => continue,
            (true, true) => Err("holds for MQTT 5, too: strike it from tests/session/v3_only.txt".to_string()),
            (false, false) => Err("LIMPET_SPEAK=5 cargo test --test session shows why".to_string()),
        };
        tally.check(&format!("{name}, in MQTT 5"), result);
    }
    for name in v3_only.iter().filter(|name| !told.iter().any(|(told, _)| told == *name)) {
        tally.check(name, Err("tests/session/v3_only.txt names it, and there is no such story".to_string()));
    }
    Ok(tally)
}

/// What a line of libtest says: a name, and whether it passed.
fn story(line: &str) -> Option<(&str, bool)> {
    let (name, result) = line.strip_prefix("test ")?.split_once(" ... ")?;
    match result {
        "ok" => Some((name, true)),
        "FAILED" => Some((name, false)),
        _ => None,
    }
}
