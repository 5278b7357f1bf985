//! `cargo xtask fuzz`: the fuzzers of tests/fuzz, built by cargo-fuzz with the Rust that is installed, and run. What they
//! have found interesting stays in target/fuzz/corpus; the part of it that is committed is tests/fuzz/seeds.

mod seeds;

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;
use xtask::build::side_by_side;
use xtask::process::{attempt, run};
use xtask::{Outcome, paths, setup};

/// The targets, each a file of tests/fuzz/targets.
pub const TARGETS: &[&str] = &["decode", "inverse", "session", "session5", "border"];

const CARGO_FUZZ: &str = "0.13.2";

/// A longer input has more of the same.
const LONGEST: &str = "-max_len=1000";

/// An input that takes longer hangs, in seconds.
const HANG: &str = "-timeout=20";

/// Fewer inputs than these in a run mean that it did not work.
const FEWEST: u64 = 500;

/// Runs one target, or all of them, two at once, for so many minutes each.
pub fn run_for(minutes: &str, target: Option<&str>) -> Outcome {
    let minutes: u64 = minutes.parse().map_err(|_| format!("not a number of minutes: {minutes}"))?;
    let chosen: Vec<_> = TARGETS.iter().copied().filter(|name| target.is_none_or(|wanted| wanted == *name)).collect();
    if chosen.is_empty() || minutes == 0 {
        return Err(format!("the targets: {}; a minute is the least", TARGETS.join(", ")));
    }
    let mut failed = vec![];
    for (name, result) in short(&chosen, minutes * 60)? {
        match result {
            Ok(words) => println!("{name}: {words}"),
            Err(reason) => failed.push(format!("{name}: {reason}")),
        }
    }
    if failed.is_empty() { Ok(()) } else { Err(failed.join("\n")) }
}

/// Runs these for so many seconds each; what each came to.
pub fn short(targets: &[&'static str], seconds: u64) -> Outcome<Vec<(&'static str, Outcome<String>)>> {
    build()?;
    Ok(side_by_side(targets, |name| (*name, fuzz(name, seconds))))
}

/// Runs one input and shows what happens.
pub fn show(target: &str, input: &str) -> Outcome {
    build()?;
    let mut command = Command::new(program(target)?);
    command.arg(input).env("LIMPET_TRACE", "1");
    let (is_good, output) = attempt(&mut command, Duration::from_secs(600))?;
    println!("{output}");
    if is_good { Ok(()) } else { Err(format!("{target} fails with {input}")) }
}

/// Puts the part of target/fuzz/corpus that is worth keeping into tests/fuzz/seeds.
pub fn keep() -> Outcome {
    build()?;
    for name in TARGETS {
        println!("{}", seeds::keep(name, &program(name)?, &corpus(name))?);
    }
    Ok(())
}

fn dir() -> PathBuf {
    paths::target().join("fuzz")
}

fn corpus(target: &str) -> PathBuf {
    dir().join("corpus").join(target)
}

fn program(target: &str) -> Outcome<PathBuf> {
    let program = dir().join("x86_64-unknown-linux-gnu/release").join(target);
    if program.is_file() { Ok(program) } else { Err(format!("there is no target {target}: {}", TARGETS.join(", "))) }
}

/// All targets, with the address sanitizer and what libFuzzer must know of the ways that were taken. Both are unstable
/// options of a compiler that is stable.
fn build() -> Outcome {
    setup::need(&[setup::C])?;
    println!("  building the fuzzers, a minute or two the first time ...");
    let mut command = Command::new(cargo_fuzz()?);
    command.args(["fuzz", "build", "--fuzz-dir"]).arg(paths::root().join("tests/fuzz"));
    command.arg("--target-dir").arg(dir()).args(["--target", "x86_64-unknown-linux-gnu"]);
    run(command.env("RUSTC_BOOTSTRAP", "1").current_dir(paths::root())).map(|_| ())
}

fn cargo_fuzz() -> Outcome<PathBuf> {
    let tools = dir().join("tools");
    let program = tools.join("bin/cargo-fuzz");
    let is_it = || {
        let version = attempt(Command::new(&program).arg("--version"), Duration::from_secs(60));
        version.is_ok_and(|(ok, text)| ok && text.contains(CARGO_FUZZ))
    };
    if !is_it() {
        let mut install = Command::new("cargo");
        install.args(["install", "--quiet", "--locked", "cargo-fuzz", "--version", CARGO_FUZZ, "--root"]).arg(&tools);
        run(&mut install)?;
    }
    Ok(program)
}

fn fuzz(target: &str, seconds: u64) -> Outcome<String> {
    let (corpus, artifacts) = (corpus(target), dir().join("artifacts").join(target));
    for dir in [&corpus, &artifacts] {
        fs::create_dir_all(dir).map_err(|e| format!("cannot make {}: {e}", dir.display()))?;
    }
    let seeds = dir().join("seeds").join(target);
    seeds::unpack(target, &seeds)?;
    let mut command = Command::new(program(target)?);
    command.arg(&corpus).arg(&seeds).args([LONGEST, HANG, "-print_final_stats=1", "-rss_limit_mb=4096"]);
    command.arg(format!("-max_total_time={seconds}"));
    command.arg(format!("-artifact_prefix={}/", artifacts.display()));
    command.arg(format!("-dict={}", paths::root().join("tests/fuzz/mqtt.dict").display()));
    let (is_good, output) = attempt(&mut command, Duration::from_secs(seconds + 300))?;
    if !is_good {
        return Err(failure(target, &output));
    }
    verdict(&output)
}

/// What a run says of itself, unless it hardly ran.
fn verdict(output: &str) -> Outcome<String> {
    let runs = number(output, "stat::number_of_executed_units:").unwrap_or(0);
    let ways = output.lines().rev().find_map(|line| number(line, " cov:")).unwrap_or(0);
    if runs < FEWEST {
        return Err(format!("only {runs} inputs were tried"));
    }
    Ok(format!("{runs} inputs, {ways} branches"))
}

fn number(text: &str, before: &str) -> Option<u64> {
    let (_, rest) = text.rsplit_once(before)?;
    rest.split_whitespace().next()?.parse().ok()
}

/// Why it stopped, the input, and how to see it again.
fn failure(target: &str, output: &str) -> String {
    let is_cause = |line: &str| {
        ["panicked at", "ERROR: AddressSanitizer", "ERROR: libFuzzer: ", "ERROR: LeakSanitizer"]
            .iter()
            .any(|words| line.contains(words))
    };
    let lines: Vec<_> = output.lines().collect();
    let Some(at) = lines.iter().position(|line| is_cause(line)) else {
        return format!("it says\n{}", lines[lines.len().saturating_sub(40)..].join("\n"));
    };
    let cause = lines[at..lines.len().min(at + 6)].join("\n");
    let input = lines.iter().find_map(|line| line.split_once("Test unit written to ")).map_or("?", |(_, path)| path);
    format!("{cause}\nthe input is {input}\nagain: cargo xtask fuzz {target} {input}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn a_run_that_tried_hardly_anything_is_a_failure() {
        let said = |runs: u32| {
            verdict(&format!("#3\tNEW    cov: 17 ft: 20\nDone\nstat::number_of_executed_units: {runs}\nstat::x: 9"))
        };
        assert_eq!(said(500).unwrap(), "500 inputs, 17 branches");
        assert!(said(499).is_err());
        assert!(verdict("").is_err());
    }

    #[test]
    fn a_failure_tells_its_cause_and_how_to_see_it_again() {
        let output = "#1 x\nthread '<unnamed>' panicked at src/calm.rs:1:2:\nit broke\nframe\n\
                      artifact_prefix='a/'; Test unit written to /a/crash-1\nBase64: xx";
        let reason = failure("border", output);
        assert!(reason.contains("it broke") && reason.ends_with("cargo xtask fuzz border /a/crash-1"), "{reason}");
        assert!(failure("border", "cannot start").contains("cannot start"));
    }

    #[test]
    fn every_target_has_its_file_and_no_file_is_without_a_target() {
        let files = paths::files(&paths::root().join("tests/fuzz/targets"), "rs");
        let mut names: Vec<_> = files.iter().filter_map(|file| Path::new(file).file_stem()?.to_str()).collect();
        let mut targets = TARGETS.to_vec();
        names.sort_unstable();
        targets.sort_unstable();
        assert_eq!(names, targets);
    }
}
