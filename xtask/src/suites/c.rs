//! Programs in C and C++: the tests of tests/c/list.txt, and the examples, which are only built. The tests run with
//! sanitizers, against the archive as it is delivered and against one in which Rust's own code has them, too.

use super::tally::Tally;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use xtask::build::{Speaks, side_by_side};
use xtask::cc::{self, Kind};
use xtask::process::attempt;
use xtask::{Outcome, archive, paths, setup};

const LIMIT: Duration = Duration::from_secs(120);

/// A line of list.txt: `name: source.c other.c [-flags]`, with `--v5` for the archive that speaks MQTT 5.
struct Program {
    name: String,
    sources: Vec<PathBuf>,
    flags: Vec<String>,
    speaks: Speaks,
}

/// The archives for this machine, in the order of `Speaks::ALL`.
struct Archives([PathBuf; 2]);

impl Archives {
    fn delivered() -> Outcome<Archives> {
        Ok(Archives([archive::host_of(Speaks::V3)?, archive::host_of(Speaks::Both)?]))
    }

    fn sanitized() -> Outcome<Archives> {
        Ok(Archives([archive::sanitized_of(Speaks::V3)?, archive::sanitized_of(Speaks::Both)?]))
    }

    fn of(&self, program: &Program) -> &Path {
        &self.0[usize::from(program.speaks == Speaks::Both)]
    }
}

pub fn tests() -> Tally {
    let list = match list() {
        Ok(list) => list,
        Err(reason) => return Tally::failure(reason),
    };
    let both =
        match Archives::delivered().and_then(|delivered| Ok([(delivered, ""), (Archives::sanitized()?, "-rust")])) {
            Ok(both) => both,
            Err(reason) => return Tally::failure(reason),
        };
    let mut tally = Tally::default();
    for one in side_by_side(&both, |(archives, kind)| against(archives, kind, &list)) {
        tally.add(one);
    }
    tally
}

/// All tests against one kind of archive; -rust is the one with Rust's own code sanitized.
fn against(archives: &Archives, kind: &str, list: &[Program]) -> Tally {
    let mut tally = Tally::default();
    for program in list {
        let name = format!("{}{kind}", program.name);
        let result = test(program, &name, archives.of(program));
        tally.add(result.unwrap_or_else(|reason| Tally::failure(format!("{name}: {reason}"))));
    }
    tally
}

pub fn examples() -> Tally {
    let archive = match setup::need(&[setup::C, setup::MBEDTLS]).and_then(|()| archive::host()) {
        Ok(archive) => archive,
        Err(reason) => return Tally::failure(reason),
    };
    let dir = paths::root().join("c_examples");
    let is_part = |file: &Path| cc::EXAMPLE_PARTS.iter().any(|part| file.starts_with(paths::root().join(part)));
    let mut sources = paths::files(&dir, "c");
    sources.extend(paths::files(&dir, "cpp"));
    sources.retain(|file| !is_part(file));
    let mut tally = Tally::default();
    for source in sources {
        let name = source.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let build = |kind| cc::program(&format!("example-{name}"), std::slice::from_ref(&source), &archive, &kind, &[]);
        tally.check(&name, Kind::of_example(&source).and_then(build).map(|_| ()));
    }
    tally.check("README's program", check_readme());
    tally.check("README's store", check_readme_store());
    tally
}

/// The program in README.md is the end of c_examples/hello.c.
fn check_readme() -> Outcome {
    let readme = paths::read(&paths::root().join("README.md"))?;
    let hello = paths::read(&paths::root().join("c_examples/hello.c"))?;
    let shown = readme.split("<!-- hello.c -->").nth(1).unwrap_or_default();
    let program = shown.trim().strip_prefix("```c\n").and_then(|p| p.strip_suffix("```"));
    match program {
        Some(program) if !program.is_empty() && hello.ends_with(program) => Ok(()),
        _ => Err("README.md shows another program than the end of c_examples/hello.c".to_string()),
    }
}

/// The store for deep sleep in README.md is that of tests/c/rtc.c.
fn check_readme_store() -> Outcome {
    let readme = paths::read(&paths::root().join("README.md"))?;
    let tested = paths::read(&paths::root().join("tests/c/rtc.c"))?;
    let shown = readme.split("<!-- rtc.c -->").nth(1).unwrap_or_default();
    let store = shown.trim().strip_prefix("```c\n").and_then(|p| p.strip_suffix("```"));
    match store {
        Some(store) if !store.is_empty() && tested.contains(store) => Ok(()),
        _ => Err("README.md shows another store than tests/c/rtc.c".to_string()),
    }
}

fn list() -> Outcome<Vec<Program>> {
    let dir = paths::root().join("tests/c");
    let text = paths::read(&dir.join("list.txt"))?;
    let lines = text.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#'));
    lines.map(|line| parse(line, &dir).ok_or_else(|| format!("tests/c/list.txt: {line}"))).collect()
}

fn parse(line: &str, dir: &Path) -> Option<Program> {
    let (name, rest) = line.split_once(':')?;
    let (flags, sources): (Vec<&str>, Vec<&str>) = rest.split_whitespace().partition(|w| w.starts_with('-'));
    if sources.is_empty() {
        return None;
    }
    let sources = sources.into_iter().map(|s| dir.join(s)).collect();
    let (v5, flags): (Vec<&str>, Vec<&str>) = flags.into_iter().partition(|flag| *flag == "--v5");
    let speaks = if v5.is_empty() { Speaks::V3 } else { Speaks::Both };
    let flags = flags.into_iter().map(str::to_string).collect();
    Some(Program { name: name.trim().to_string(), sources, flags, speaks })
}

fn test(program: &Program, name: &str, archive: &Path) -> Outcome<Tally> {
    let (ok, output) = outcome(program, name, archive)?;
    // Only the last line counts: the one that the program says about itself.
    let last = output.lines().rfind(|l| !l.trim().is_empty()).unwrap_or_default().to_string();
    let named = format!("{name}:\n{output}");
    Ok(Tally::of_output(ok, &named, |line| line == last && line.contains(" passed, ")))
}

/// What these programs say when they run, each with its name. A program that is not in list.txt says nothing.
pub fn said(names: &BTreeSet<&str>) -> Outcome<Vec<(String, String)>> {
    let mut programs = list()?;
    programs.retain(|program| names.contains(program.name.as_str()));
    let archives = Archives::delivered()?;
    let said = |program: Program| {
        outcome(&program, &program.name, archives.of(&program)).map(|(_, output)| (program.name, output))
    };
    programs.into_iter().map(said).collect()
}

fn outcome(program: &Program, name: &str, archive: &Path) -> Outcome<(bool, String)> {
    let built = cc::program(&format!("test-{name}"), &program.sources, archive, &Kind::TEST, &program.flags)?;
    attempt(Command::new(built).current_dir(paths::root()), LIMIT)
}
