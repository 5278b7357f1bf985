//! `cargo xtask mutants`: breaks a copy of the library in one small way at a time. The tests must notice each.

mod table;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use table::{MUTANTS, Mutant, TESTS};
use xtask::process::{attempt, run_within};
use xtask::{Outcome, paths};

/// A mutant may hang the tests: that is noticed, too.
const LIMIT: Duration = Duration::from_secs(300);

/// What the copy needs of the tree.
const PARTS: &[&str] = &["Cargo.toml", "Cargo.lock", "src", "tests", "include"];

pub fn run() -> Outcome {
    let copy = paths::target().join("mutants/crate");
    copy_crate(&copy)?;
    println!("the tests on an unbroken copy ...");
    if let Some(test) = caught_by(&copy)? {
        return Err(format!("fails without any mutant: {test}"));
    }
    println!("{:36} {:28} caught by", "mutant", "file");
    let mut bad = Vec::new();
    for mutant in MUTANTS {
        let verdict = try_one(&copy, mutant)?;
        println!("{:36} {:28} {verdict}", mutant.name, mutant.file);
        if !matches!(verdict, Verdict::Caught(_)) {
            bad.push(mutant.name);
        }
    }
    let caught = MUTANTS.len() - bad.len();
    println!("{caught} of {} caught", MUTANTS.len());
    if bad.is_empty() { Ok(()) } else { Err(format!("not caught: {}", bad.join(", "))) }
}

enum Verdict {
    Caught(String),
    Survived,
    /// The table is out of date: the old text is not there once, or the new one does not compile.
    NotApplied(String),
}

impl std::fmt::Display for Verdict {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        let text = match self {
            Verdict::Caught(by) => by.clone(),
            Verdict::Survived => "NOBODY".to_string(),
            Verdict::NotApplied(why) => format!("NOT APPLIED: {why}"),
        };
        f.pad(&text)
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
    let caught = caught_by(copy);
    paths::write(&file, &original)?;
    Ok(match caught {
        Err(reason) => Verdict::NotApplied(reason),
        Ok(Some(test)) if test.contains(mutant.catcher) => Verdict::Caught(test),
        Ok(Some(test)) => Verdict::Caught(format!("{test} (expected: {})", mutant.catcher)),
        Ok(None) => Verdict::Survived,
    })
}

/// The first test that fails; none if all pass.
fn caught_by(copy: &Path) -> Outcome<Option<String>> {
    for program in build(copy)? {
        // Run by ourselves and not by Cargo, so that one that hangs is ended.
        let mut tests = Command::new(copy.join(&program));
        let Ok((passed, text)) = attempt(tests.current_dir(copy), LIMIT) else {
            return Ok(Some("the clock: the tests hung".to_string()));
        };
        if !passed {
            let failed = text.lines().find_map(|l| l.strip_prefix("---- ")?.strip_suffix(" stdout ----"));
            return Ok(Some(failed.unwrap_or("a crash of the test program").to_string()));
        }
    }
    Ok(None)
}

/// The test programs.
fn build(copy: &Path) -> Outcome<Vec<String>> {
    let mut cargo = Command::new("cargo");
    cargo.current_dir(copy).args(["test", "--offline", "--no-run"]).args(TESTS);
    let text = run_within(cargo.env("CARGO_TARGET_DIR", paths::target().join("mutants/target")), LIMIT)?;
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
