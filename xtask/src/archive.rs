//! liblimpet.a as firmware can use it: one relocatable object, only the API global, without the parts of Rust's own
//! library that would displace the firmware's memcpy.

mod checks;
pub mod symbols;

pub use checks::CHECKS;

use crate::build::{Library, Speaks};
use crate::process::run;
use crate::targets::Target;
use crate::{Outcome, header, paths, setup, targets};
use std::path::{Path, PathBuf};
use std::process::Command;

/// What the object is called in the archive; it shows in the linker's map and in its messages.
pub const MEMBER: &str = "liblimpet.c.o";

/// Where `host` puts the archive.
pub fn place() -> PathBuf {
    paths::target().join("lib/host/liblimpet.a")
}

/// Makes the archive for this machine with the Rust that is installed.
pub fn host() -> Outcome<PathBuf> {
    host_of(Speaks::V3)
}

pub fn host_of(speaks: Speaks) -> Outcome<PathBuf> {
    setup::need(&[setup::C])?;
    let mut cargo = Command::new("cargo");
    cargo.current_dir(paths::root()).args(["rustc", "--quiet", "--lib", "--release", "--features", speaks.features()]);
    cargo.args(["--crate-type", "staticlib"]);
    run(&mut cargo)?;
    let target = targets::named("x86_64-unknown-linux-gnu")?;
    let objects = paths::target().join("lib/objects").join(speaks.name());
    let objects = unpack(&paths::target().join("release/liblimpet.a"), &objects, target)?;
    link(&objects, &paths::target().join("lib/host"), target, speaks).map(|library| library.archive)
}

/// The library for tests of its own memory: with the address sanitizer, which is that of the C tests, and with Rust's checks
/// for overflow. What a test cannot see from outside, such as a byte read beyond the end, ends it.
pub fn sanitized_of(speaks: Speaks) -> Outcome<PathBuf> {
    setup::need(&[setup::C])?;
    let (host, dir) = ("x86_64-unknown-linux-gnu", paths::target().join("sanitized"));
    let mut cargo = Command::new("cargo");
    cargo.current_dir(paths::root()).args(["rustc", "--quiet", "--lib", "--release", "--features", speaks.features()]);
    cargo.args(["--crate-type", "staticlib", "--target", host]).env("CARGO_TARGET_DIR", &dir);
    cargo.env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1").env("CARGO_PROFILE_RELEASE_DEBUG", "1");
    // The sanitizer is an unstable option of a compiler that is stable.
    cargo.env("RUSTC_BOOTSTRAP", "1");
    run(cargo.env("RUSTFLAGS", "-Zsanitizer=address -Cdebug-assertions -Coverflow-checks"))?;
    let made = dir.join(host).join("release/liblimpet.a");
    let archive = dir.join(format!("lib{}.a", speaks.name()));
    // The compiled `core` refers to it, and nothing unwinds.
    run(Command::new("objcopy").arg("--weaken-symbol=rust_eh_personality").arg(made).arg(&archive))?;
    let symbols = run(Command::new("nm").arg(&archive))?;
    if symbols.contains("__asan_report_load") { Ok(archive) } else { Err("the sanitizer is not in it".to_string()) }
}

/// Takes Cargo's archive apart into `dir`. The compiler's own routines stay behind: they would displace the program's
/// memcpy.
pub fn unpack(raw: &Path, dir: &Path, target: &Target) -> Outcome<Vec<PathBuf>> {
    paths::fresh(dir)?;
    run(Command::new(format!("{}ar", target.tools)).arg("x").arg(raw).current_dir(dir))?;
    let is_ours = |object: &PathBuf| {
        object.file_name().is_some_and(|name| !name.to_string_lossy().starts_with("compiler_builtins-"))
    };
    let objects: Vec<_> = paths::files(dir, "o").into_iter().filter(is_ours).collect();
    for object in &objects {
        objcopy(target, object, object, &["--strip-debug", "-R", ".llvmbc", "-R", ".llvmcmd", "-R", ".comment"])?;
    }
    Ok(objects)
}

/// Makes the archive in `dir`, and below it its object with the names of local symbols.
pub fn link(objects: &[PathBuf], dir: &Path, target: &Target, speaks: Speaks) -> Outcome<Library> {
    let functions = header::functions()?;
    let parts = dir.join(speaks.name());
    paths::fresh(&parts)?;
    let object = parts.join("all.o");
    let mut ld = Command::new(format!("{}ld", target.tools));
    ld.args(target.ld).args(["-r", "--gc-sections", "-o"]).arg(&object);
    for function in &functions {
        ld.args(["-u", function]);
    }
    run(ld.args(objects))?;
    let names = parts.join("functions.txt");
    paths::write(&names, &(functions.join("\n") + "\n"))?;
    objcopy(target, &object, &object, &[&format!("--keep-global-symbols={}", names.display())])?;
    let member = parts.join(MEMBER);
    objcopy(target, &object, &member, &["--strip-unneeded", "-R", ".stack_sizes", "-R", ".comment"])?;
    let archive = dir.join(format!("lib{}.a", speaks.name()));
    // `ar` would add to one that is there.
    let _ = std::fs::remove_file(&archive);
    run(Command::new(format!("{}ar", target.tools)).arg("rcsD").arg(&archive).arg(&member))?;
    Ok(Library { archive, object, speaks })
}

fn objcopy(target: &Target, from: &Path, to: &Path, arguments: &[&str]) -> Outcome {
    run(Command::new(format!("{}objcopy", target.tools)).args(arguments).arg(from).arg(to)).map(|_| ())
}
