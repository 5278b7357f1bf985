//! The transport over a modem that the emulated STM32F405 has, on the host, with a modem that does what a test says. The
//! real one of the suite `firmware` does what modems do.

use super::tally::Tally;
use std::process::Command;
use std::time::Duration;
use xtask::process::{attempt, run as run_command};
use xtask::{Outcome, paths, setup};

const LIMIT: Duration = Duration::from_secs(60);

/// Sources in tests/modem; the other there is a part of each.
const PROGRAMS: &[&str] = &["frames", "resets", "connections"];

const NETWORK: &[&str] = &["frame", "modem", "modem_transport"];

pub fn run() -> Tally {
    let tried = setup::need(&[setup::C]).and_then(|()| PROGRAMS.iter().map(|program| try_one(program)).collect());
    let tallies: Vec<_> = tried.unwrap_or_else(|reason| vec![Tally::failure(reason)]);
    tallies.into_iter().fold(Tally::default(), |mut total, tally| {
        total.add(tally);
        total
    })
}

fn try_one(program: &str) -> Outcome<Tally> {
    let root = paths::root();
    let dir = paths::target().join("modem").join(program);
    paths::fresh(&dir)?;
    let out = dir.join(program);
    let mut gcc = Command::new("gcc");
    gcc.args(["-g", "-O1", "-std=c99", "-pedantic", "-Wall", "-Wextra", "-Werror"]);
    gcc.args(["-fsanitize=address,undefined", "-fno-sanitize-recover=all"]);
    for include in ["include", "tests/c", "tests/modem", "tests/firmware", "tests/firmware/network"] {
        gcc.arg("-I").arg(root.join(include));
    }
    gcc.args([program, "peer"].map(|name| root.join(format!("tests/modem/{name}.c"))));
    gcc.args(NETWORK.iter().map(|name| root.join(format!("tests/firmware/network/{name}.c"))));
    run_command(gcc.arg("-o").arg(&out))?;
    let (ok, output) = attempt(&mut Command::new(out), LIMIT)?;
    let last = output.lines().rfind(|l| !l.trim().is_empty()).unwrap_or_default().to_string();
    let named = format!("{program}:\n{output}");
    Ok(Tally::of_output(ok, &named, |line| line == last && line.contains(" passed, ")))
}
