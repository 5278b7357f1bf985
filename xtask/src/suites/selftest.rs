//! The self-test of tests/selftest: this machine says what must be said, every other says it again.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;
use xtask::cc::{self, Kind};
use xtask::process::attempt;
use xtask::{Outcome, archive, paths};

/// Directories for #include.
pub const INCLUDE: &[&str] = &["include", "tests/firmware", "tests/selftest"];

const KIND: Kind = Kind { sanitize: true, include: INCLUDE, parts: &[], libraries: &[] };

/// What this machine makes a board of.
pub const HOST: &str = "host.c";

pub fn sources() -> Vec<PathBuf> {
    paths::files(&paths::root().join("tests/selftest"), "c")
}

/// What the self-test says here, where every expectation must hold.
pub fn of_host() -> Outcome<String> {
    let built = cc::program("selftest", &sources(), &archive::host()?, &KIND, &[])?;
    let (ok, text) = attempt(&mut Command::new(built), Duration::from_secs(120))?;
    if ok { Ok(text) } else { Err(format!("expectations that do not hold:\n{}", failures(&text))) }
}

/// Compares what another machine says, and whether it ended well, with this one.
pub fn compare(ok: bool, text: &str, expected: &str) -> Outcome {
    let mut place = "";
    let mut said = text.lines();
    for line in expected.lines() {
        let here = said.next().unwrap_or("(nothing more)");
        if line.starts_with("# ") {
            place = line;
        }
        if line != here {
            return Err(format!("in \"{place}\" it says\n  {here}\ninstead of\n  {line}"));
        }
    }
    match said.next() {
        Some(more) => Err(format!("it goes on with {more}")),
        None if !ok => Err("it ends badly".to_string()),
        None => Ok(()),
    }
}

fn failures(text: &str) -> String {
    let mut place = "";
    let mut out = Vec::new();
    for line in text.lines() {
        if line.starts_with("# ") {
            place = line;
        }
        if line.starts_with("FAILED") || line.starts_with("runtime error") {
            out.push(format!("{place}: {line}"));
        }
    }
    let last: Vec<_> = text.lines().rev().take(20).collect();
    if out.is_empty() { last.into_iter().rev().collect::<Vec<_>>().join("\n") } else { out.join("\n") }
}
