//! The package with make, and with pkg-config.

use super::boards::{Board, LINUX, M4F};
use super::delivery::{Delivery, tests};
use super::{Case, hello, refusal};
use crate::suites::selftest;
use std::process::Command;
use std::time::Duration;
use xtask::process::{attempt, run};
use xtask::{Outcome, paths};

const PACKAGE: &str = "limpet-cmake";
const LIMIT: Duration = Duration::from_secs(120);

pub fn cases() -> Vec<Case> {
    vec![
        Case::new("make, linux: the self-test says what it must", |delivery| selftest(delivery, &LINUX)),
        Case::new("make, m4f: the self-test says what it must", |delivery| selftest(delivery, &M4F)),
        Case::new("make: without an archive it says what there is and how to name one", no_archive),
        Case::new("make: a named archive for another processor is taken with a warning", named_archive),
        Case::new("make: with LIMPET_MQTT5 it speaks MQTT 5", mqtt5),
        Case::new("make: the example hello says hello", example),
        Case::new("pkg-config: the self-test says what it must", by_pkg_config),
        Case::new("pkg-config: a newer version is refused", newer),
    ]
}

fn make(delivery: &Delivery, board: &Board, name: &str) -> Outcome<Command> {
    let mut make = Command::new("make");
    make.current_dir(delivery.work(&format!("make-{name}"))?).arg("-f").arg(tests().join("make/Makefile"));
    make.arg(format!("LIMPET={}", delivery.unpacked(PACKAGE)?.display()));
    let sources: Vec<_> = board.all_sources().iter().map(|source| source.display().to_string()).collect();
    make.arg(format!("CC={}gcc", board.target()?.tools)).arg(format!("SOURCES={}", sources.join(" ")));
    make.arg(format!("INCLUDES={}", includes().join(" "))).arg(format!("LINK_FLAGS={}", board.link_flags().join(" ")));
    Ok(make)
}

/// But for that of the header, which the package says.
fn includes() -> Vec<String> {
    let own = selftest::INCLUDE.iter().filter(|dir| **dir != "include");
    own.map(|dir| format!("-I{}", paths::root().join(dir).display())).collect()
}

fn selftest(delivery: &Delivery, board: &Board) -> Outcome {
    let mut make = make(delivery, board, board.name)?;
    run(make.arg(format!("ARCH={}", board.flags()?.join(" "))))?;
    let dir = make.get_current_dir().ok_or("make has no directory")?;
    board.check(&dir.join("selftest"), &delivery.expected)
}

fn no_archive(delivery: &Delivery) -> Outcome {
    let said = attempt(make(delivery, &M4F, "none")?.arg("ARCH=-mcpu=arm7tdmi"), LIMIT)?;
    refusal(said, &["Limpet has no archive", "-mcpu=arm7tdmi", "thumbv7em-none-eabihf", "LIMPET_TARGET="])
}

fn named_archive(delivery: &Delivery) -> Outcome {
    let mut make = make(delivery, &M4F, "named")?;
    make.arg(format!("ARCH={}", M4F.flags()?.join(" "))).arg("LIMPET_TARGET=thumbv7em-none-eabi");
    let warning = "LIMPET_TARGET is thumbv7em-none-eabi, but 'arm-none-eabi-gcc";
    refusal(attempt(&mut make, LIMIT)?, &[warning, "uses VFP register arguments"])
}

/// The header's tests of MQTT 5.
fn mqtt5(delivery: &Delivery) -> Outcome {
    let mut make = make(delivery, &LINUX, "mqtt5")?;
    let tests = paths::root().join("tests/c");
    make.arg(format!("SOURCES={}", tests.join("v5.c").display())).arg(format!("INCLUDES=-I{}", tests.display()));
    run(make.arg("LIMPET_MQTT5=1"))?;
    let dir = make.get_current_dir().ok_or("make has no directory")?;
    run(&mut Command::new(dir.join("selftest"))).map(|_| ())
}

fn example(delivery: &Delivery) -> Outcome {
    let dir = delivery.unpacked(PACKAGE)?.join("examples/hello");
    run(Command::new("make").arg("-C").arg(&dir))?;
    hello::check(&dir.join("hello"))
}

fn pkg_config(delivery: &Delivery) -> Outcome<Command> {
    let mut command = Command::new("pkg-config");
    command.env("PKG_CONFIG_PATH", delivery.unpacked(PACKAGE)?.join("lib/pkgconfig"));
    Ok(command)
}

fn by_pkg_config(delivery: &Delivery) -> Outcome {
    let version = run(pkg_config(delivery)?.args(["--modversion", "limpet"]))?;
    if version.trim() != delivery.version() {
        return Err(format!("it says version {version}"));
    }
    let program = delivery.work("pkg-config")?.join("selftest");
    let compile = run(pkg_config(delivery)?.args(["--cflags", "limpet"]))?;
    let link = run(pkg_config(delivery)?.args(["--libs", "limpet"]))?;
    let mut gcc = Command::new("gcc");
    gcc.args(compile.split_whitespace()).args(includes()).args(LINUX.all_sources());
    run(gcc.args(link.split_whitespace()).arg("-o").arg(&program))?;
    LINUX.check(&program, &delivery.expected)?;
    // It has no locks, so the package must say --gc-sections.
    let mut gcc = Command::new("gcc");
    gcc.args(compile.split_whitespace()).arg(delivery.unpacked(PACKAGE)?.join("examples/transport/main.c"));
    run(gcc.args(link.split_whitespace()).arg("-o").arg(program.with_file_name("transport"))).map(|_| ())
}

fn newer(delivery: &Delivery) -> Outcome {
    let mut ask = pkg_config(delivery)?;
    ask.args(["--print-errors", &format!("limpet > {}", delivery.version())]);
    refusal(attempt(&mut ask, LIMIT)?, &["limpet", delivery.version()])
}
