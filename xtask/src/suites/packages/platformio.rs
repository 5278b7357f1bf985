//! The library with PlatformIO, from the file that is delivered and without a network, on a platform of our own: real
//! platforms are not fetched here.

pub mod project;

use super::boards::{BOARDS, LINUX, M4F};
use super::delivery::Delivery;
use super::{Case, hello, refusal};
use project::Project;
use std::collections::BTreeSet;
use std::process::Command;
use std::time::Duration;
use xtask::firmware::sources;
use xtask::process::{attempt, run};
use xtask::{Outcome, paths};

const PACKAGE: &str = "limpet-platformio";
const LIMIT: Duration = Duration::from_secs(180);

pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for board in BOARDS {
        let name = format!("PlatformIO, {}: the self-test says what it must", board.name);
        cases.push(Case::new(name, |delivery| {
            let mut project = Project::selftest(delivery, board, board.name)?;
            board.check(&project.program(delivery)?, &delivery.expected)
        }));
    }
    for package in [PACKAGE, "limpet-arduino"] {
        let name = format!("PlatformIO: its packer takes the manifest of {package} and drops no file");
        cases.push(Case::new(name, |delivery| packer_accepts(delivery, package)));
    }
    cases.push(Case::new("PlatformIO: its packer refuses a wrong manifest", packer_refuses));
    cases.push(Case::new("PlatformIO: without an archive it says what there is and how to name one", no_archive));
    cases.push(Case::new("PlatformIO: a named archive is taken, and another float ABI does not link", named_archive));
    cases.push(Case::new("PlatformIO: with custom_limpet_mqtt5 it speaks MQTT 5", mqtt5));
    cases.push(Case::new("PlatformIO: an unknown port is refused", unknown_port));
    cases.push(Case::new("PlatformIO: ports are compiled with the project's headers", ports));
    cases.push(Case::new("PlatformIO: a port that does not compile is not compiled unasked", port_unasked));
    cases.push(Case::new("PlatformIO: the example hello says hello", example_hello));
    // Nobody says --gc-sections in it but the library's script.
    cases.push(Case::new("PlatformIO: the example transport counts on after an outage", |delivery| {
        hello::counts_on(&Project::example(delivery, &LINUX, "transport", "transport")?.program(delivery)?, "")
    }));
    cases.push(Case::new("PlatformIO: the example mqtt5 has its properties, also after an outage", |delivery| {
        let program = Project::example(delivery, &LINUX, "mqtt5", "example-mqtt5")?.program(delivery)?;
        hello::counts_on(&program, ", unit: degree")
    }));
    cases.push(Case::new("PlatformIO: the example board is built", |delivery| example_board(delivery, "board")));
    cases.push(Case::new("README of limpet-platformio has the example", |delivery| {
        hello::is_in_readme(&delivery.unpacked(PACKAGE)?, "examples/hello/src/main.c")
    }));
    cases
}

fn packer_accepts(delivery: &Delivery, package: &str) -> Outcome {
    let made = delivery.package(package)?;
    let dir = delivery.work(&format!("packed-{package}"))?;
    let out = dir.join("packed.tar.gz");
    run(project::pio(delivery, &dir)?.args(["pkg", "pack"]).arg(&made.file).arg("-o").arg(&out))?;
    let listed = run(Command::new("tar").arg("-tzf").arg(&out))?;
    let packed: BTreeSet<_> = listed.lines().collect();
    let ours: BTreeSet<_> = made.contents.iter().map(|(name, _)| name.as_str()).collect();
    let differ: Vec<_> = packed.symmetric_difference(&ours).collect();
    if differ.is_empty() { Ok(()) } else { Err(format!("in one and not in the other: {differ:?}")) }
}

fn packer_refuses(delivery: &Delivery) -> Outcome {
    let wrong = [
        ("MIT OR Apache-2.0", "MIT OR Nothing", "Invalid SPDX license"),
        ("\"name\": \"limpet\"", "\"name\": \"lim/pet\"", "are not allowed"),
        ("\"version\": \"", "\"version\": \"x", "semantic version"),
    ];
    for (from, to, reason) in wrong {
        let dir = delivery.work("refused")?;
        run(Command::new("cp").arg("-R").arg(delivery.unpacked(PACKAGE)?.join(".")).arg(&dir))?;
        let manifest = dir.join("library.json");
        let text = paths::read(&manifest)?;
        if !text.contains(from) {
            return Err(format!("library.json does not have {from}"));
        }
        paths::write(&manifest, &text.replacen(from, to, 1))?;
        let mut pack = project::pio(delivery, &delivery.work("refusing")?)?;
        pack.args(["pkg", "pack"]).arg(&dir).arg("-o").arg(dir.with_extension("tar.gz"));
        refusal(attempt(&mut pack, LIMIT)?, &[reason])?;
    }
    Ok(())
}

fn no_archive(delivery: &Delivery) -> Outcome {
    let mut project = Project::selftest(delivery, &LINUX, "none")?;
    project.board_flags(&["-m32"]);
    let words: Vec<_> = ["no archive for the board", "platformio.ini: custom_limpet_target"]
        .into_iter()
        .chain(BOARDS.iter().map(|board| board.target))
        .collect();
    refusal(project.build(delivery)?, &words)
}

fn named_archive(delivery: &Delivery) -> Outcome {
    let mut project = Project::selftest(delivery, &M4F, "named")?;
    project.option("custom_limpet_target", "thumbv7em-none-eabi");
    let warning = "custom_limpet_target is thumbv7em-none-eabi, but this board's is thumbv7em-none-eabihf";
    refusal(project.build(delivery)?, &[warning, "uses VFP register arguments", "thumbv7em-none-eabi/liblimpet.a"])
}

/// The header's tests of MQTT 5.
fn mqtt5(delivery: &Delivery) -> Outcome {
    let mut project = Project::mqtt5(delivery, &LINUX)?;
    run(&mut Command::new(project.program(delivery)?)).map(|_| ())
}

fn unknown_port(delivery: &Delivery) -> Outcome {
    let mut project = Project::selftest(delivery, &LINUX, "unknown")?;
    project.option("custom_limpet_ports", "posix, windows");
    refusal(
        project.build(delivery)?,
        &["there is no port windows", "posix, lwip, sockets, mbedtls, flash, locks_cortex_m"],
    )
}

fn ports(delivery: &Delivery) -> Outcome {
    let mut project = Project::example(delivery, &M4F, "board", "ports")?;
    let headers = sources::LWIP.ready()?.join("src/include");
    let settings = paths::root().join("tests/firmware/lwip");
    project.option("custom_limpet_ports", "lwip, locks_cortex_m");
    project.option("build_flags", &format!("-I{} -I{} -Dmain=firmware_main", headers.display(), settings.display()));
    let said = project.build(delivery)?;
    let compiled = ["limpet_lwip.o", "cortex_m.o"].iter().all(|object| said.1.contains(object));
    if said.0 && compiled { Ok(()) } else { Err(said.1) }
}

fn port_unasked(delivery: &Delivery) -> Outcome {
    let mut asked = Project::example(delivery, &M4F, "board", "asked")?;
    // Its headers are not there, which shows that the port is compiled only when it is asked for.
    asked.option("build_flags", "-Dmain=firmware_main").option("custom_limpet_ports", "lwip");
    refusal(asked.build(delivery)?, &["lwip/"])?;
    example_board(delivery, "unasked")
}

fn example_hello(delivery: &Delivery) -> Outcome {
    hello::check(&Project::example(delivery, &LINUX, "hello", "hello")?.program(delivery)?)
}

fn example_board(delivery: &Delivery, name: &str) -> Outcome {
    let mut project = Project::example(delivery, &M4F, "board", name)?;
    project.option("build_flags", "-Dmain=firmware_main").program(delivery).map(|_| ())
}
