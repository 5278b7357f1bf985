//! Compiling for the targets: Debian's rustc with `core` from its sources, then one object in one archive.

use crate::process::run;
use crate::targets::{TARGETS, Target};
use crate::toolchain::Toolchain;
use crate::{Outcome, archive, paths, setup, xtensa};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::thread;

/// What was made for one target.
pub struct Library {
    /// What is delivered.
    pub archive: PathBuf,
    /// The same with the names of local functions, and with the sizes of their frames.
    pub object: PathBuf,
}

/// A crate without std that becomes a static library.
pub struct Crate<'a> {
    pub dir: &'a Path,
    pub name: &'a str,
    pub features: &'a str,
}

/// Makes target/lib/<target>/liblimpet.a.
pub fn library(target: &Target) -> Outcome<Library> {
    let dir = paths::target().join("lib").join(target.name);
    let limpet = Crate { dir: &paths::root(), name: "limpet", features: "archive" };
    let objects = objects(&limpet, target)?;
    archive::link(&objects, &dir, target)
}

/// The same for all of them, as many at once as there are processors.
pub fn all() -> Outcome<Vec<(&'static Target, Library)>> {
    let next = Mutex::new(TARGETS.iter());
    let made = Mutex::new(Vec::new());
    Toolchain::ready()?;
    let tools: Vec<_> = TARGETS.iter().map(needs).collect();
    setup::need(&tools)?;
    println!("  compiling for {} targets, some minutes the first time ...", TARGETS.len());
    let work = || {
        while let Some(target) = lock(&next).next() {
            let library = library(target).map_err(|reason| format!("{}: {reason}", target.name));
            lock(&made).push((target, library));
        }
    };
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(work);
        }
    });
    let mut made = made.into_inner().unwrap_or_default();
    made.sort_by_key(|(target, _)| TARGETS.iter().position(|t| t.name == target.name));
    made.into_iter().map(|(target, library)| library.map(|l| (target, l))).collect()
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
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
    let assembly = out.join(format!("{}.s", what.name));
    let compile = |network: &[&str]| compile(&toolchain, what, target, &out, &assembly, network);
    // Online only the first time, for the sources that Cargo wants to see of all of std.
    if run(&mut compile(&["--offline"])?).is_err() {
        run(&mut compile(&[])?)?;
    }
    if target.is_xtensa() {
        let object = out.join(format!("{}.o", what.name));
        xtensa::assemble(target, &assembly, &object)?;
        return Ok(vec![object]);
    }
    let raw = out.join(target.name).join("release").join(format!("lib{}.a", what.name));
    archive::unpack(&raw, &out.join(format!("{}-objects", what.name)), target)
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
