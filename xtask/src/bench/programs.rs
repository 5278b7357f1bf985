//! The programs that are measured: tests/bench/c with one peer each.

use std::path::{Path, PathBuf};
use std::process::Command;
use xtask::build::{self, Speaks};
use xtask::process::run;
use xtask::{Outcome, archive, paths, setup, targets};

/// As the peers are compiled by Debian.
const FLAGS: &[&str] = &["-std=c99", "-O2", "-g", "-pedantic", "-Wall", "-Wextra", "-Werror"];

/// Where the programs are.
pub fn dir() -> Outcome<PathBuf> {
    let dir = paths::target().join("bench");
    std::fs::create_dir_all(&dir).map_err(|e| format!("cannot make {}: {e}", dir.display()))?;
    Ok(dir)
}

/// Compiles these files of tests/bench/c, and links them with what follows.
pub fn program(name: &str, sources: &[&str], link: &[&str], objects: &[&Path]) -> Outcome<PathBuf> {
    setup::need(&[setup::C, setup::VALGRIND])?;
    let root = paths::root();
    let out = dir()?.join(name);
    let mut gcc = Command::new("gcc");
    gcc.args(FLAGS);
    for include in ["tests/bench/c", "include", "c_examples/posix"] {
        gcc.arg("-I").arg(root.join(include));
    }
    gcc.args(sources.iter().map(|source| root.join(source)));
    gcc.args(objects).args(link).args(["-pthread", "-Wl,--gc-sections", "-o"]).arg(&out);
    run(&mut gcc).map(|_| out)
}

/// Source files of a program with the broker in memory.
pub fn in_memory<'a>(peer: &'a [&'a str]) -> Vec<&'a str> {
    [&["tests/bench/c/main.c", "tests/bench/c/broker.c", "tests/bench/c/stream.c"][..], peer].concat()
}

/// What peers in Rust are linked with, for a real broker.
pub const SOCKET: [&str; 1] = ["tests/bench/c/socket.c"];

/// Source files of a program for a real broker.
pub fn over_socket<'a>(peer: &'a [&'a str]) -> Vec<&'a str> {
    [&["tests/bench/c/rate.c"][..], peer].concat()
}

/// A library or a program of tests/bench/rust.
pub fn rust(file: &str) -> Outcome<PathBuf> {
    let out = dir()?.join("rust");
    let made = out.join("release").join(file);
    if !made.exists() {
        println!("building the clients in Rust, some minutes ...");
    }
    let mut cargo = Command::new("cargo");
    cargo.args(["build", "--quiet", "--release", "--locked", "--manifest-path"]);
    run(cargo.arg(paths::root().join("tests/bench/rust/Cargo.toml")).env("CARGO_TARGET_DIR", out))?;
    Ok(made)
}

/// The library for Linux as it is delivered, by Debian's Rust, so that the figures do not hang on the Rust that is
/// installed. The same code as in the archive, with the names of its functions.
pub fn delivered(speaks: Speaks) -> Outcome<PathBuf> {
    build::library_of(targets::named("x86_64-unknown-linux-gnu")?, speaks).map(|library| library.object)
}

/// The library compiled for speed instead of size, by the Rust that is installed.
pub fn fast(speaks: Speaks) -> Outcome<PathBuf> {
    let target = targets::named("x86_64-unknown-linux-gnu")?;
    let dir = dir()?.join(format!("fast-{}", speaks.name()));
    let mut cargo = Command::new("cargo");
    cargo.current_dir(paths::root()).env("CARGO_TARGET_DIR", &dir).env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "3");
    cargo.args(["rustc", "--quiet", "--lib", "--release", "--features", speaks.features()]);
    run(cargo.args(["--crate-type", "staticlib"]))?;
    let objects = archive::unpack(&dir.join("release/liblimpet.a"), &dir.join("objects"), target)?;
    archive::link(&objects, &dir.join("lib"), target, speaks).map(|library| library.object)
}
