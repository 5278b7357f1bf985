//! `cargo xtask mutants`: breaks a copy of the library in one small way at a time. The tests must notice each.

mod connections;
mod five;
mod links;
mod messages;
mod outbox;
mod pull;
mod store;
mod table;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};
use table::{ENV, Mutant, STAGES, mutants};
use xtask::process::{attempt, run_within};
use xtask::{Outcome, paths};

/// How long the compiler may take, and the tests. A mutant may hang them: that is noticed, too.
const BUILD_LIMIT: Duration = Duration::from_secs(300);
const TEST_LIMIT: Duration = Duration::from_secs(60);

/// Copies that are worked on at a time.
const COPIES: usize = 2;

/// What the copy needs of the tree.
const PARTS: &[&str] = &["Cargo.toml", "Cargo.lock", "src", "tests", "include"];

pub fn run() -> Outcome {
    let (began, mutants) = (Instant::now(), mutants());
    let crates: Vec<PathBuf> = (0..COPIES).map(|i| paths::target().join(format!("mutants/{i}/crate"))).collect();
    crates.iter().try_for_each(|copy| copy_crate(copy))?;
    println!("the tests on an unbroken copy ...");
    for stage in STAGES {
        if let Some(failed) = failures(&crates[0], stage)? {
            return Err(format!("fails without any mutant: {}", failed.join(", ")));
        }
    }
    println!("{:58} {:28} caught by", "mutant", "file");
    let next = AtomicUsize::new(0);
    let bad = thread::scope(|scope| {
        let (verdicts, told) = mpsc::channel();
        for copy in &crates {
            let (verdicts, next, mutants) = (verdicts.clone(), &next, &mutants);
            scope.spawn(move || {
                while let (i, Some(mutant)) = take(next, mutants) {
                    // Nobody listens any more: then nobody wants to know.
                    let _ = verdicts.send((i, try_one(copy, mutant)));
                }
            });
        }
        drop(verdicts);
        report(&mutants, &told)
    });
    let caught = mutants.len() - bad.len();
    println!("{caught} of {} caught in {} s", mutants.len(), began.elapsed().as_secs());
    if bad.is_empty() { Ok(()) } else { Err(format!("not caught: {}", bad.join(", "))) }
}

fn take<'m>(next: &AtomicUsize, mutants: &'m [Mutant]) -> (usize, Option<&'m Mutant>) {
    let i = next.fetch_add(1, Ordering::Relaxed);
    (i, mutants.get(i))
}

/// Prints verdicts in the order of the table; the names of those that are not caught.
fn report(mutants: &[Mutant], told: &mpsc::Receiver<(usize, Outcome<Verdict>)>) -> Vec<&'static str> {
    let (mut early, mut bad) = (BTreeMap::new(), Vec::new());
    for (i, mutant) in mutants.iter().enumerate() {
        while !early.contains_key(&i) {
            let Ok((i, verdict)) = told.recv() else { break };
            early.insert(i, verdict);
        }
        let verdict = early.remove(&i).unwrap_or(Err("nobody tried it".to_string()));
        let verdict = verdict.unwrap_or_else(Verdict::NotApplied);
        println!("{:58} {:28} {verdict}", mutant.name, mutant.file);
        if !matches!(verdict, Verdict::Caught(_)) {
            bad.push(mutant.name);
        }
    }
    bad
}

enum Verdict {
    Caught(String),
    Survived,
    /// The table is out of date: the old text is not there once, or the new one does not compile.
    NotApplied(String),
}

impl std::fmt::Display for Verdict {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        match self {
            Verdict::Caught(by) => f.pad(by),
            Verdict::Survived => f.pad("NOBODY"),
            Verdict::NotApplied(why) => write!(f, "NOT APPLIED: {why}"),
        }
    }
}

fn try_one(copy: &Path, mutant: &Mutant) -> Outcome<Verdict> {
    let file = copy.join(mutant.file);
    let original = paths::read(&file)?;
    let times = original.matches(mutant.old).count();
    if times != 1 {
        return Ok(Verdict::NotApplied(format!("its old text is there {times} times")));
    }
    paths::write(&file, &original.replace(mutant.old, mutant.new))?;
    let caught = STAGES.iter().find_map(|stage| failures(copy, stage).transpose()).transpose();
    paths::write(&file, &original)?;
    Ok(match caught {
        Err(reason) => Verdict::NotApplied(reason),
        Ok(Some(tests)) => Verdict::Caught(catchers(mutant, &tests)),
        Ok(None) => Verdict::Survived,
    })
}

/// The expected test if it is among those that failed, and how many others are.
fn catchers(mutant: &Mutant, tests: &[String]) -> String {
    let expected = tests.iter().find(|test| test.contains(mutant.catcher));
    let Some(name) = expected.or(tests.first()) else { return String::new() };
    let others = if tests.len() > 1 { format!(" and {} more", tests.len() - 1) } else { String::new() };
    let surprise = if expected.is_none() { format!(" (expected: {})", mutant.catcher) } else { String::new() };
    format!("{name}{others}{surprise}")
}

/// The tests of this stage that fail; none if all pass.
fn failures(copy: &Path, stage: &[&str]) -> Outcome<Option<Vec<String>>> {
    let mut failed = Vec::new();
    for program in build(copy, stage)? {
        // Run by ourselves and not by Cargo, so that one that hangs is ended.
        let mut tests = Command::new(copy.join(&program));
        let Ok((passed, text)) = attempt(tests.current_dir(copy).envs(ENV.iter().copied()), TEST_LIMIT) else {
            failed.push("the clock: the tests hung".to_string());
            continue;
        };
        if !passed {
            let name = |line: &str| Some(line.strip_prefix("---- ")?.strip_suffix(" stdout ----")?.to_string());
            let before = failed.len();
            failed.extend(text.lines().filter_map(name));
            if failed.len() == before {
                failed.push("a crash of the test program".to_string());
            }
        }
    }
    Ok((!failed.is_empty()).then_some(failed))
}

/// The test programs.
fn build(copy: &Path, stage: &[&str]) -> Outcome<Vec<String>> {
    let mut cargo = Command::new("cargo");
    cargo.current_dir(copy).args(["test", "--offline", "--no-run"]).args(stage).envs(ENV.iter().copied());
    let text = run_within(cargo.env("CARGO_TARGET_DIR", copy.with_file_name("target")), BUILD_LIMIT)?;
    let program = |line: &str| {
        Some(line.trim().strip_prefix("Executable ")?.split_once('(')?.1.trim_end_matches(')').to_string())
    };
    Ok(text.lines().filter_map(program).collect())
}

/// A package of its own: the copy has no other members.
fn copy_crate(copy: &Path) -> Outcome {
    paths::fresh(copy)?;
    for part in PARTS {
        copy_tree(&paths::root().join(part), &copy.join(part))?;
    }
    let manifest = copy.join("Cargo.toml");
    let text = paths::read(&manifest)?;
    let alone: Vec<_> = text.lines().map(|l| if l.starts_with("members = ") { "members = []" } else { l }).collect();
    paths::write(&manifest, &(alone.join("\n") + "\n"))
}

fn copy_tree(from: &Path, to: &Path) -> Outcome {
    if !from.is_dir() {
        return fs::copy(from, to).map(|_| ()).map_err(|e| format!("cannot copy {}: {e}", from.display()));
    }
    fs::create_dir_all(to).map_err(|e| e.to_string())?;
    let entries: Vec<PathBuf> = fs::read_dir(from).map_err(|e| e.to_string())?.flatten().map(|e| e.path()).collect();
    entries.iter().try_for_each(|path| copy_tree(path, &to.join(path.file_name().unwrap_or_default())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_old_text_stands_once_in_its_file() {
        let mut lost = Vec::new();
        for mutant in mutants() {
            let text = paths::read(&paths::root().join(mutant.file)).unwrap();
            if text.matches(mutant.old).count() != 1 {
                lost.push(format!("{}: {}", mutant.file, mutant.name));
            }
        }
        assert!(lost.is_empty(), "{lost:#?}");
    }
}
