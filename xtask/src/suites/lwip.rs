//! The transport of c_examples/lwip with a real lwIP on the host: once with each of lwIP's objects in memory of its own, so
//! that the sanitizers see what is used after its end, and once with pools as small as a microcontroller's.

use super::tally::Tally;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::Duration;
use xtask::firmware::sources;
use xtask::process::{attempt, run as run_command};
use xtask::{Outcome, paths, setup};

const LIMIT: Duration = Duration::from_secs(120);

/// Sources in tests/lwip; the others there are parts of each.
const PROGRAMS: &[&str] = &["stream", "endings", "lookup"];

struct Variant {
    name: &'static str,
    flags: &'static [&'static str],
}

const VARIANTS: &[Variant] =
    &[Variant { name: "malloc", flags: &["-DTEST_MALLOC"] }, Variant { name: "pools", flags: &[] }];

pub fn run() -> Tally {
    if let Err(reason) = setup::need(&[setup::C]).and_then(|()| sources::LWIP.ready().map(|_| ())) {
        return Tally::failure(reason);
    }
    thread::scope(|scope| {
        let started: Vec<_> = VARIANTS.iter().map(|variant| scope.spawn(|| try_variant(variant))).collect();
        started.into_iter().fold(Tally::default(), |mut total, thread| {
            total.add(match thread.join() {
                Ok(Ok(tally)) => tally,
                Ok(Err(reason)) => Tally::failure(reason),
                Err(_) => Tally::failure("it panicked"),
            });
            total
        })
    })
}

fn try_variant(variant: &Variant) -> Outcome<Tally> {
    let dir = paths::target().join("lwip").join(variant.name);
    let objects = dir.join("objects");
    paths::fresh(&objects)?;
    let src = sources::LWIP.ready()?.join("src");
    let mut foreign = gcc(variant)?;
    foreign.args(["-w", "-fsanitize=address", "-c"]).current_dir(&objects);
    // What lwipopts.h switches off is empty.
    run_command(foreign.args(paths::files(&src.join("core"), "c")).arg(src.join("netif/ethernet.c")))?;
    let mut total = Tally::default();
    for program in PROGRAMS {
        let built = build(variant, program, &dir, &objects)?;
        let (ok, output) = attempt(&mut Command::new(built), LIMIT)?;
        // Only the last line counts: the one that the program says about itself.
        let last = output.lines().rfind(|l| !l.trim().is_empty()).unwrap_or_default().to_string();
        let named = format!("{program}, {}:\n{output}", variant.name);
        total.add(Tally::of_output(ok, &named, |line| line == last && line.contains(" passed, ")));
    }
    Ok(total)
}

fn build(variant: &Variant, program: &str, dir: &Path, objects: &Path) -> Outcome<PathBuf> {
    let root = paths::root();
    let out = dir.join(program);
    let mut command = gcc(variant)?;
    command.args(["-std=c99", "-pedantic", "-Wall", "-Wextra", "-Werror"]);
    command.args(["-fsanitize=address,undefined", "-fno-sanitize-recover=all"]);
    command.args([program, "stack", "peer"].map(|name| root.join("tests/lwip").join(name).with_extension("c")));
    command.arg(root.join("c_examples/lwip/limpet_lwip.c")).args(paths::files(objects, "o"));
    run_command(command.arg("-o").arg(&out))?;
    Ok(out)
}

fn gcc(variant: &Variant) -> Outcome<Command> {
    let mut command = Command::new("gcc");
    command.args(["-g", "-O1"]).args(variant.flags);
    for dir in ["include", "tests/c", "tests/lwip", "c_examples/lwip"] {
        command.arg("-I").arg(paths::root().join(dir));
    }
    command.arg("-isystem").arg(sources::LWIP.ready()?.join("src/include"));
    Ok(command)
}
