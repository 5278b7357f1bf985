//! Compiling for the targets: Debian's rustc with `core` from its sources, then one object in one archive.

use crate::process::run;
use crate::targets::{TARGETS, Target};
use crate::toolchain::Toolchain;
use crate::{Outcome, archive, paths, setup, xtensa};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread;

/// What was made for one target.
pub struct Library {
    /// What is delivered.
    pub archive: PathBuf,
    /// The same with the names of local functions, and with the sizes of their frames.
    pub object: PathBuf,
    pub speaks: Speaks,
}

/// A crate without std that becomes a static library.
pub struct Crate<'a> {
    pub dir: &'a Path,
    pub name: &'a str,
    /// Of what is made of it.
    pub output: &'a str,
    pub features: &'a str,
}

/// Which versions of MQTT a library speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speaks {
    V3,
    /// 3.1.1, and 5 for clients that ask for it.
    Both,
}

impl Speaks {
    pub const ALL: [Speaks; 2] = [Speaks::V3, Speaks::Both];

    /// Of the crate.
    pub fn features(self) -> &'static str {
        match self {
            Speaks::V3 => "archive",
            Speaks::Both => "archive,v5",
        }
    }

    /// The archive is lib<name>.a.
    pub fn name(self) -> &'static str {
        match self {
            Speaks::V3 => "limpet",
            Speaks::Both => "limpet5",
        }
    }

    /// For people.
    pub fn words(self) -> &'static str {
        match self {
            Speaks::V3 => "",
            Speaks::Both => ", MQTT 5",
        }
    }
}

/// Makes target/lib/<target>/liblimpet.a.
pub fn library(target: &Target) -> Outcome<Library> {
    library_of(target, Speaks::V3)
}

/// Makes target/lib/<target>/liblimpet.a or liblimpet5.a.
pub fn library_of(target: &Target, speaks: Speaks) -> Outcome<Library> {
    let dir = paths::target().join("lib").join(target.name);
    let (output, features) = (speaks.name(), speaks.features());
    let limpet = Crate { dir: &sources()?, name: "limpet", output, features };
    let objects = objects(&limpet, target)?;
    archive::link(&objects, &dir, target, speaks)
}

/// The library as a workspace of its own. Cargo names what lies below a workspace by its path from there, and the
/// compiler's sources lie below ours; so they would be compiled anew for every other crate.
fn sources() -> Outcome<PathBuf> {
    static MADE: OnceLock<Outcome<PathBuf>> = OnceLock::new();
    let make = || {
        let dir = paths::target().join("cross/sources");
        paths::fresh(&dir)?;
        lay_out(&dir)?;
        symlink(paths::root().join("src"), dir.join("src")).map_err(|e| e.to_string())?;
        Ok(dir)
    };
    MADE.get_or_init(make).clone()
}

/// Makes `dir` a workspace of the library alone, but for its sources.
pub fn lay_out(dir: &Path) -> Outcome {
    let read = |name: &str| paths::read(&paths::root().join(name));
    let members = r#"members = ["xtask", "tests/abi"]"#;
    let manifest = read("Cargo.toml")?;
    if !manifest.contains(members) {
        return Err(format!("Cargo.toml does not say {members}"));
    }
    paths::write(&dir.join("Cargo.toml"), &manifest.replace(members, "members = []"))?;
    paths::write(&dir.join("Cargo.lock"), &read("Cargo.lock")?)
}

/// `library` for all of them, as many at once as there are processors.
pub fn all() -> Outcome<Vec<(&'static Target, Library)>> {
    all_of(Speaks::V3)
}

pub fn all_of(speaks: Speaks) -> Outcome<Vec<(&'static Target, Library)>> {
    Toolchain::ready()?;
    let tools: Vec<_> = TARGETS.iter().map(needs).collect();
    setup::need(&tools)?;
    println!("  compiling for {} targets, some minutes the first time ...", TARGETS.len());
    let made = side_by_side(TARGETS, |t| {
        let library = library_of(t, speaks);
        library.map(|l| (t, l)).map_err(|e| format!("{}{}: {e}", t.name, speaks.words()))
    });
    made.into_iter().collect()
}

/// Works on all of them, as many at once as there are processors; the results are in their order.
pub fn side_by_side<'a, T: Sync, R: Send>(items: &'a [T], work: impl Fn(&'a T) -> R + Sync) -> Vec<R> {
    let next = Mutex::new(items.iter().enumerate());
    let done = Mutex::new(Vec::new());
    let worker = || {
        loop {
            let Some((number, item)) = lock(&next).next() else {
                break;
            };
            let result = work(item);
            lock(&done).push((number, result));
        }
    };
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(worker);
        }
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(number, _)| *number);
    done.into_iter().map(|(_, result)| result).collect()
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn needs(target: &Target) -> &'static [setup::Need] {
    match target.tools {
        "arm-none-eabi-" => setup::ARM,
        "riscv64-unknown-elf-" => setup::RISCV,
        "xtensa-lx106-elf-" => setup::XTENSA,
        _ => setup::C,
    }
}

/// The objects of the crate and all that it uses, but for the compiler's own routines: those are the program's.
pub fn objects(what: &Crate, target: &Target) -> Outcome<Vec<PathBuf>> {
    setup::need(&[needs(target)])?;
    let toolchain = Toolchain::ready()?;
    // One for each target, so that two can be compiled at once.
    let out = paths::target().join("cross").join(target.name);
    std::fs::create_dir_all(&out).map_err(|e| format!("cannot make {}: {e}", out.display()))?;
    let assembly = out.join(format!("{}.s", what.output));
    let compile = |network: &[&str]| compile(&toolchain, what, target, &out, &assembly, network);
    // Online only the first time, for the sources that Cargo wants to see of all of std.
    if run(&mut compile(&["--offline"])?).is_err() {
        run(&mut compile(&[])?)?;
    }
    if target.is_xtensa() {
        let object = out.join(format!("{}.o", what.output));
        xtensa::assemble(target, &assembly, &object)?;
        return Ok(vec![object]);
    }
    let raw = out.join(target.name).join("release").join(format!("lib{}.a", what.name));
    archive::unpack(&raw, &out.join(format!("{}-objects", what.output)), target)
}

fn compile(
    toolchain: &Toolchain,
    what: &Crate,
    target: &Target,
    out: &Path,
    assembly: &Path,
    network: &[&str],
) -> Outcome<Command> {
    let mut cargo = toolchain.cargo();
    cargo.current_dir(what.dir).env("CARGO_TARGET_DIR", out).env("RUSTFLAGS", flags(toolchain));
    cargo.args(["rustc", "--quiet", "--lib", "--release", "--crate-type", "staticlib", "--features", what.features]);
    cargo.arg("-Zjson-target-spec").arg("--target").arg(toolchain.target(target.name)?);
    cargo.args(["-Zbuild-std=core,compiler_builtins", "-Zbuild-std-features=optimize_for_size"]).args(network);
    if target.is_xtensa() {
        // At "z" LLVM 22 gives up: it runs out of registers to reach bytes far down a frame.
        cargo.env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "s");
        cargo.arg("--").arg(format!("--emit=asm={},link", assembly.display()));
        // Division that was moved before its test for zero came from there; smaller code without it, too.
        cargo.arg("-Cllvm-args=-disable-machine-licm");
    }
    Ok(cargo)
}

/// Frame sizes are noted for the measurement of the stack; they do not get into the archive. Nor do paths.
fn flags(toolchain: &Toolchain) -> String {
    let root = paths::root();
    let remap = |from: &Path, to: &str| format!("--remap-path-prefix={}={to}", from.display());
    ["-Zemit-stack-sizes".to_string(), remap(toolchain.dir(), "rust"), remap(&root, "limpet")].join(" ")
}
