//! The package with CMake: found in three ways, on this machine and for a Cortex-M4F in QEMU; and what it says when it
//! cannot be used.

use super::boards::{BOARDS, Board, LINUX, M4F};
use super::delivery::{Delivery, tests};
use super::{Case, hello, refusal};
use crate::suites::selftest;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use xtask::firmware::sources;
use xtask::process::{attempt, run};
use xtask::{Outcome, paths};

const PACKAGE: &str = "limpet-cmake";
const LIMIT: Duration = Duration::from_secs(120);
const WAYS: &[&str] = &["find", "subdirectory", "fetch"];

/// Without an archive for it.
const ARM7: &str = "-mcpu=arm7tdmi";

pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for way in WAYS {
        for board in [LINUX, M4F] {
            let name = format!("CMake, {way}, {}: the self-test says what it must", board.name);
            cases.push(Case::new(name, move |delivery| selftest_by(delivery, way, &board)));
        }
    }
    for way in WAYS {
        let name = format!("CMake, {way}: without an archive it says what there is and how to name one");
        cases.push(Case::new(name, move |delivery| no_archive(delivery, way)));
    }
    cases.push(Case::new("CMake: a target that does not exist is refused", no_such_target));
    cases.push(Case::new("CMake: with LIMPET_MQTT5 it speaks MQTT 5", mqtt5));
    cases.push(Case::new("CMake: flags of add_compile_options count", early_flags));
    cases.push(Case::new("CMake: another float ABI does not link", float_abi));
    cases.push(Case::new("CMake: a version is taken or refused by its numbers", wanted_versions));
    cases.push(Case::new("CMake: a project without C finds it", without_c));
    cases.push(Case::new("CMake: a port in a project without C says what is missing", port_without_c));
    cases.push(Case::new("CMake: ports of this machine are compiled when linked", ports_here));
    cases.push(Case::new("CMake: ports of firmware are compiled when linked", ports_of_firmware));
    cases.push(Case::new("CMake: a port that does not compile is not compiled unasked", port_unasked));
    cases.push(Case::new("CMake: the example hello says hello", |delivery| hello::check(&example(delivery, "hello")?)));
    // It links no locks, and does not say --gc-sections.
    cases.push(Case::new("CMake: the example transport counts on after an outage", |delivery| {
        hello::counts_on(&example(delivery, "transport")?, "")
    }));
    cases.push(Case::new("CMake: the example mqtt5 has its properties, also after an outage", |delivery| {
        hello::counts_on(&example(delivery, "mqtt5")?, ", unit: degree")
    }));
    cases.push(Case::new("CMake: the example board is built by its toolchain file", example_board));
    cases.push(Case::new("README of limpet-cmake has the example", |delivery| {
        hello::is_in_readme(&delivery.unpacked(PACKAGE)?, "examples/hello/main.c")
    }));
    cases
}

/// A project to be configured and built.
struct Project {
    build: PathBuf,
    configure: Command,
}

impl Project {
    fn new(delivery: &Delivery, source: &Path, name: &str) -> Outcome<Project> {
        let build = delivery.work(&format!("cmake-{name}"))?;
        let mut configure = Command::new("cmake");
        configure.args(["-G", "Ninja", "-S"]).arg(source).arg("-B").arg(&build);
        configure.arg(format!("-Dlimpet_ROOT={}", delivery.unpacked(PACKAGE)?.display()));
        Ok(Project { build, configure })
    }

    /// With the toolchain file that the package has in its example.
    fn for_m4f(&mut self, delivery: &Delivery) -> Outcome {
        let file = delivery.unpacked(PACKAGE)?.join("examples/board/cortex-m4f.cmake");
        self.set("CMAKE_TOOLCHAIN_FILE", &file.display().to_string());
        Ok(())
    }

    fn set(&mut self, name: &str, value: &str) -> &mut Project {
        self.configure.arg(format!("-D{name}={value}"));
        self
    }

    fn set_list(&mut self, name: &str, values: &[String]) -> &mut Project {
        self.set(name, &values.join(";"))
    }

    fn configure(&mut self) -> Outcome<(bool, String)> {
        attempt(&mut self.configure, LIMIT)
    }

    fn build(&mut self) -> Outcome<(bool, String)> {
        run(&mut self.configure)?;
        attempt(Command::new("cmake").arg("--build").arg(&self.build), LIMIT)
    }

    /// The program.
    fn program(&mut self, name: &str) -> Outcome<PathBuf> {
        match self.build()? {
            (true, _) => Ok(self.build.join(name)),
            (false, said) => Err(said),
        }
    }
}

/// The self-test of tests/packages/cmake for a board, by one of the ways.
fn project(delivery: &Delivery, way: &str, board: &Board, name: &str) -> Outcome<Project> {
    let mut project = Project::new(delivery, &tests().join("cmake"), name)?;
    if board.name == M4F.name {
        project.for_m4f(delivery)?;
    }
    let package = match way {
        "fetch" => delivery.package(PACKAGE)?.file.clone(),
        _ => delivery.unpacked(PACKAGE)?,
    };
    let text = |paths: Vec<PathBuf>| paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>();
    let includes = selftest::INCLUDE.iter().filter(|dir| **dir != "include").map(|dir| paths::root().join(dir));
    project.set("WAY", way).set("PACKAGE", &package.display().to_string());
    project.set_list("SOURCES", &text(board.all_sources())).set_list("INCLUDES", &text(includes.collect()));
    project.set_list("LINK_FLAGS", &board.link_flags());
    Ok(project)
}

fn selftest_by(delivery: &Delivery, way: &str, board: &Board) -> Outcome {
    let mut project = project(delivery, way, board, &format!("{way}-{}", board.name))?;
    let (ok, said) = project.configure()?;
    if !ok || said.contains("CMake Warning (dev)") {
        return Err(said);
    }
    board.check(&project.program("selftest")?, &delivery.expected)
}

fn no_archive(delivery: &Delivery, way: &str) -> Outcome {
    let mut project = project(delivery, way, &M4F, &format!("{way}-none"))?;
    project.set("CMAKE_C_FLAGS", ARM7);
    let every = BOARDS.iter().map(|board| board.target);
    let words: Vec<_> = ["no archive for this processor", "arm-none-eabi-gcc", ARM7, "-DLIMPET_TARGET="]
        .into_iter()
        .chain(every)
        .collect();
    refusal(project.configure()?, &words)
}

fn no_such_target(delivery: &Delivery) -> Outcome {
    let mut project = project(delivery, "find", &LINUX, "target")?;
    project.set("LIMPET_TARGET", "cortex-m4");
    refusal(project.configure()?, &["LIMPET_TARGET is cortex-m4", "thumbv7em-none-eabihf"])
}

/// The header's tests of MQTT 5.
fn mqtt5(delivery: &Delivery) -> Outcome {
    let mut project = project(delivery, "find", &LINUX, "mqtt5")?;
    let tests = paths::root().join("tests/c");
    project.set("SOURCES", &tests.join("v5.c").display().to_string());
    project.set("INCLUDES", &tests.display().to_string()).set("LIMPET_MQTT5", "ON");
    run(&mut Command::new(project.program("selftest")?)).map(|_| ())
}

fn early_flags(delivery: &Delivery) -> Outcome {
    let mut project = project(delivery, "find", &M4F, "early")?;
    // The compiler by itself is for another processor; the tool chain's flags would hide that.
    let flags: Vec<_> = M4F.target()?.gcc.unwrap_or_default().iter().map(|flag| (*flag).to_string()).collect();
    project.set("CMAKE_C_FLAGS", "").set_list("EARLY_FLAGS", &flags);
    M4F.check(&project.program("selftest")?, &delivery.expected)
}

fn float_abi(delivery: &Delivery) -> Outcome {
    let mut project = project(delivery, "find", &M4F, "abi")?;
    project.set("LIMPET_TARGET", "thumbv7em-none-eabi");
    // And before that it warned.
    let warning = "LIMPET_TARGET is thumbv7em-none-eabi, but the compiler";
    let (_, said) = project.configure()?;
    if !said.contains(warning) {
        return Err(format!("it does not warn:\n{said}"));
    }
    refusal(project.build()?, &["uses VFP register arguments", "liblimpet.a"])
}

fn wanted_versions(delivery: &Delivery) -> Outcome {
    let version = delivery.version();
    let numbers: Vec<u32> = version.split('.').filter_map(|number| number.parse().ok()).collect();
    let [major, minor, patch] = numbers[..] else {
        return Err(format!("not three numbers: {version}"));
    };
    for good in [version.to_string(), format!("{major}.{minor}"), format!("{major}"), format!("{version};EXACT")] {
        let mut project = project(delivery, "find", &LINUX, "good")?;
        let (ok, said) = project.set("WANTED", &good).configure()?;
        if !ok {
            return Err(format!("{good} is refused:\n{said}"));
        }
    }
    let above = [format!("{major}.{minor}.{}", patch + 1), format!("{major}.{}", minor + 1), format!("{}", major + 1)];
    // While the first number is 0, another second one is another interface.
    let below = if major == 0 && minor > 0 { Some(format!("0.{}", minor - 1)) } else { None };
    for bad in above.into_iter().chain(below) {
        let mut project = project(delivery, "find", &LINUX, "bad")?;
        let words = ["requested version", &bad, &format!("version: {version}")];
        refusal(project.set("WANTED", &bad).configure()?, &words).map_err(|reason| format!("{bad}: {reason}"))?;
    }
    Ok(())
}

fn without_c(delivery: &Delivery) -> Outcome {
    let mut project = Project::new(delivery, &tests().join("cmake/cxx"), "cxx")?;
    run(&mut Command::new(project.program("cxx")?)).map(|_| ())
}

fn port_without_c(delivery: &Delivery) -> Outcome {
    let mut project = Project::new(delivery, &tests().join("cmake/cxx"), "cxx-port")?;
    refusal(
        project.set("PORTS", "limpet::posix").build()?,
        &["Limpet's ports are written in C: say project(... C CXX)"],
    )
}

/// Builds tests/packages/cmake/ports.
fn ports(delivery: &Delivery, name: &str) -> Outcome<Project> {
    Project::new(delivery, &tests().join("cmake/ports"), name)
}

fn ports_here(delivery: &Delivery) -> Outcome {
    let mut project = ports(delivery, "ports")?;
    project.set("PORTS", "limpet::posix;limpet::sockets;limpet::mbedtls");
    project.set("LIBRARIES", "mbedtls;mbedx509;mbedcrypto");
    project.program("ports").map(|_| ())
}

fn ports_of_firmware(delivery: &Delivery) -> Outcome {
    let mut project = ports(delivery, "ports-m4f")?;
    project.for_m4f(delivery)?;
    let lwip = sources::LWIP.ready()?.join("src/include").display().to_string();
    let settings = paths::root().join("tests/firmware/lwip").display().to_string();
    project.set_list("INCLUDES", &[lwip, settings]).set("PORTS", "limpet::lwip;limpet::locks_cortex_m");
    project.program("ports").map(|_| ())
}

fn port_unasked(delivery: &Delivery) -> Outcome {
    let mut asked = ports(delivery, "asked")?;
    asked.for_m4f(delivery)?;
    // Its headers are not there, which shows that the port is compiled only when it is linked.
    refusal(asked.set("PORTS", "limpet::lwip;limpet::locks_cortex_m").build()?, &["lwip/"])?;
    let mut unasked = ports(delivery, "unasked")?;
    unasked.for_m4f(delivery)?;
    unasked.set("PORTS", "limpet::locks_cortex_m").program("ports").map(|_| ())
}

/// The program of an example for this machine.
fn example(delivery: &Delivery, name: &str) -> Outcome<PathBuf> {
    let source = delivery.unpacked(PACKAGE)?.join("examples").join(name);
    Project::new(delivery, &source, &format!("example-{name}"))?.program(name)
}

fn example_board(delivery: &Delivery) -> Outcome {
    let source = delivery.unpacked(PACKAGE)?.join("examples/board");
    let mut project = Project::new(delivery, &source, "board")?;
    project.for_m4f(delivery)?;
    let said = run(Command::new("arm-none-eabi-readelf").arg("-A").arg(project.program("board.elf")?))?;
    if said.contains("Tag_ABI_VFP_args: VFP registers") { Ok(()) } else { Err(format!("not for an M4F: {said}")) }
}
