//! The self-test of tests/selftest: this machine says what must be said, every core says it again.

use super::core::Core;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use xtask::cc::{self, Kind};
use xtask::process::attempt;
use xtask::{Outcome, archive, paths};

const INCLUDE: &[&str] = &["include", "tests/firmware", "tests/selftest"];

const KIND: Kind = Kind { sanitize: true, include: INCLUDE, parts: &[], libraries: &[] };

/// What this machine makes a board of.
const HOST: &str = "host.c";

fn sources() -> Vec<PathBuf> {
    paths::files(&paths::root().join("tests/selftest"), "c")
}

/// What the self-test says here, where every expectation must hold.
pub fn of_host() -> Outcome<String> {
    let built = cc::program("selftest", &sources(), &archive::host()?, &KIND, &[])?;
    let (ok, text) = attempt(&mut Command::new(built), Duration::from_secs(120))?;
    if ok { Ok(text) } else { Err(format!("expectations that do not hold:\n{}", failures(&text))) }
}

/// Links the self-test with an archive for a core. The image.
pub fn image(core: &Core, archive: &Path) -> Outcome<PathBuf> {
    let dir = paths::target().join("xtensa").join(core.target.name);
    let mut sources = sources();
    sources.retain(|source| !source.ends_with(HOST));
    let mut objects = core.objects(&sources, INCLUDE, &dir)?;
    objects.push(archive.to_path_buf());
    let image = dir.join("selftest.elf");
    core.link(&objects, &image)?;
    Ok(image)
}

/// Runs an image and compares its lines with those of this machine.
pub fn compare(core: &Core, image: &Path, expected: &str) -> Outcome {
    let (ok, text) = core.run(image)?;
    let mut place = "";
    let mut said = text.lines();
    for line in expected.lines() {
        let here = said.next().unwrap_or("(nothing more)");
        if line.starts_with("# ") {
            place = line;
        }
        if line != here {
            return Err(format!("{}: in \"{place}\" it says\n  {here}\ninstead of\n  {line}", core.cpu));
        }
    }
    match said.next() {
        Some(more) => Err(format!("{}: it goes on with {more}", core.cpu)),
        None if !ok => Err(format!("{}: it ends badly", core.cpu)),
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
