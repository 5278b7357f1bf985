//! What Cargo can say by itself: formatting, clippy, and the tests in Rust.

use super::tally::Tally;
use std::process::Command;
use std::time::Duration;
use xtask::build::Speaks;
use xtask::process::{attempt, run};
use xtask::{Outcome, paths, setup};

const LIMIT: Duration = Duration::from_secs(1800);

pub fn lint() -> Tally {
    let mut tally = Tally::default();
    let strict = ["--", "-D", "warnings"];
    let format = || cargo("fmt", &["--all", "--check"]);
    tally.check("cargo fmt", setup::need_component("fmt").and_then(|()| format()));
    let fuzzers = ["--manifest-path", "tests/fuzz/Cargo.toml", "--check"];
    tally.check("cargo fmt of the fuzzers", setup::need_component("fmt").and_then(|()| cargo("fmt", &fuzzers)));
    let everything = || cargo("clippy", &[&["--quiet", "--workspace", "--all-targets"][..], &strict].concat());
    tally.check("cargo clippy", setup::need_component("clippy").and_then(|()| everything()));
    for speaks in Speaks::ALL {
        let features = ["--quiet", "--lib", "--release", "--features", speaks.features()];
        let archive = || cargo("clippy", &[&features[..], &strict].concat());
        let what = format!("cargo clippy, as an archive{}", speaks.words());
        tally.check(&what, setup::need_component("clippy").and_then(|()| archive()));
    }
    tally
}

pub fn library() -> Tally {
    // What takes minutes is a suite of its own.
    test(&["--workspace", "--exclude", "xtask", "--no-fail-fast", "--", "--skip", "every_story_ends_well"])
}

pub fn tasks() -> Tally {
    // In the profile that we are built with: the dependencies are there already.
    test(&["--package", "xtask", "--profile", "dev", "--no-fail-fast"])
}

fn cargo(task: &str, arguments: &[&str]) -> Outcome {
    run(Command::new("cargo").arg(task).args(arguments).current_dir(paths::root())).map(|_| ())
}

fn test(arguments: &[&str]) -> Tally {
    let mut command = Command::new("cargo");
    command.arg("test").args(arguments).current_dir(paths::root());
    match attempt(&mut command, LIMIT) {
        Ok((ok, output)) => Tally::of_output(ok, &output, |l| l.starts_with("test result: ")),
        Err(reason) => Tally::failure(reason),
    }
}
