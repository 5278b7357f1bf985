//! The transport of c_examples/sockets with a real lwIP and its threads on the host: with each of lwIP's objects in memory
//! of its own, with pools as small as a microcontroller's, and with a sanitizer that watches what threads share.

use super::tally::Tally;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use xtask::build::side_by_side;
use xtask::firmware::foreign::{self, Foreign};
use xtask::firmware::image::Stack;
use xtask::firmware::machines::System;
use xtask::process::{attempt, run as run_command};
use xtask::{Outcome, paths, setup};

/// Without progress a test gives up by itself, some of them after 20 s.
const LIMIT: Duration = Duration::from_secs(150);

/// Sources in tests/lwip_sockets; the others there are parts of each.
const PROGRAMS: &[&str] = &["stream", "endings", "lookup", "wait"];
const PARTS: &[&str] = &["stack", "peer", "worker", "sys_arch"];

const SETARCH: &[setup::Need] = &[("setarch", "util-linux")];

struct Variant {
    name: &'static str,
    flags: &'static [&'static str],
    /// For lwIP.
    foreign: &'static [&'static str],
    /// For the tests and the transport.
    own: &'static [&'static str],
}

const MEMORY: &[&str] = &["-fsanitize=address,undefined", "-fno-sanitize-recover=all"];

const VARIANTS: &[Variant] = &[
    Variant { name: "malloc", flags: &["-DTEST_MALLOC"], foreign: &["-fsanitize=address"], own: MEMORY },
    Variant { name: "pools", flags: &[], foreign: &["-fsanitize=address"], own: MEMORY },
    // lwIP itself has races that it takes for harmless.
    Variant { name: "threads", flags: &[], foreign: &[], own: &["-fsanitize=thread"] },
];

pub fn run() -> Tally {
    let ready = setup::need(&[setup::C, SETARCH]).and_then(|()| foreign::of(System::Bare, Stack::LwipSockets));
    let lwip = match ready {
        Ok(lwip) => lwip,
        Err(reason) => return Tally::failure(reason),
    };
    let tried = side_by_side(VARIANTS, |variant| try_variant(variant, &lwip).unwrap_or_else(Tally::failure));
    tried.into_iter().fold(Tally::default(), |mut total, tally| {
        total.add(tally);
        total
    })
}

fn try_variant(variant: &Variant, lwip: &Foreign) -> Outcome<Tally> {
    let dir = paths::target().join("sockets").join(variant.name);
    let objects = dir.join("objects");
    paths::fresh(&objects)?;
    let mut foreign = gcc(variant, lwip);
    foreign.args(["-w", "-c"]).args(variant.foreign).args(&lwip.sources).current_dir(&objects);
    run_command(&mut foreign)?;
    let mut total = Tally::default();
    for program in PROGRAMS {
        let built = build(variant, program, &dir, lwip)?;
        // The sanitizer of threads does not know where newer kernels put things by chance.
        let (ok, output) = attempt(Command::new("setarch").arg("--addr-no-randomize").arg(built), LIMIT)
            .map_err(|reason| format!("{program}, {}: {reason}", variant.name))?;
        // Only the last line counts: the one that the program says about itself.
        let last = output.lines().rfind(|l| !l.trim().is_empty()).unwrap_or_default().to_string();
        let named = format!("{program}, {}:\n{output}", variant.name);
        total.add(Tally::of_output(ok, &named, |line| line == last && line.contains(" passed, ")));
    }
    Ok(total)
}

fn build(variant: &Variant, program: &str, dir: &Path, lwip: &Foreign) -> Outcome<PathBuf> {
    let root = paths::root();
    let out = dir.join(program);
    let mut command = gcc(variant, lwip);
    command.args(["-std=c99", "-pedantic", "-Wall", "-Wextra", "-Werror"]).args(variant.own);
    let tests = [program]
        .into_iter()
        .chain(PARTS.iter().copied())
        .map(|name| root.join(format!("tests/lwip_sockets/{name}.c")));
    command.args(tests).args(paths::files(&root.join("c_examples/sockets"), "c"));
    run_command(command.args(paths::files(&dir.join("objects"), "o")).arg("-o").arg(&out))?;
    Ok(out)
}

fn gcc(variant: &Variant, lwip: &Foreign) -> Command {
    let mut command = Command::new("gcc");
    // By itself the transport would take the host's sockets.
    command.args(["-g", "-O1", "-pthread", "-DLIMPET_SOCKETS_LWIP=1"]).args(variant.flags);
    for dir in ["include", "tests/c", "tests/lwip_sockets", "c_examples/sockets"] {
        command.arg("-I").arg(paths::root().join(dir));
    }
    for dir in &lwip.headers {
        command.arg("-isystem").arg(dir);
    }
    command
}
