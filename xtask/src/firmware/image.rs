//! The image of a machine: a program, the board, what is below them, and liblimpet.a in one ELF file.

use super::foreign::{self, Foreign};
use super::machines::{Machine, System};
use super::sources;
use crate::build::library;
use crate::process::run;
use crate::{Outcome, paths, setup, targets};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;

const APP: &[&str] = &["app.c", "app_ledger.c", "app_names.c", "boot.c"];

/// From the top of the source tree.
const OWN_HEADERS: &[&str] = &[
    "include",
    "tests/firmware",
    "tests/firmware/boards",
    "c_examples/lwip",
    "c_examples/sockets",
    "c_examples/mbedtls",
];

const WARNINGS: &[&str] = &["-std=c99", "-pedantic", "-Wall", "-Wextra", "-Werror"];

/// What is not ours is compiled as it is, whatever a compiler thinks of it.
const FOREIGN: &[&str] = &["-std=gnu99", "-w"];

/// What is between the client and the driver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stack {
    /// lwIP without an operating system, and the transport of c_examples/lwip.
    LwipRaw,
    /// The same, and above it Mbed TLS and the transport of c_examples/mbedtls.
    LwipTls,
    /// lwIP with a thread of its own, and the transport of c_examples/sockets.
    LwipSockets,
    /// Nothing: the network is a modem.
    None,
}

impl Stack {
    /// Below c_examples.
    fn transport(self) -> &'static [&'static str] {
        match self {
            Stack::LwipRaw => &["lwip/limpet_lwip.c"],
            Stack::LwipTls => &["lwip/limpet_lwip.c", "mbedtls/init.c", "mbedtls/limpet_mbedtls.c", "mbedtls/reason.c"],
            Stack::LwipSockets => &["sockets/clock.c", "sockets/lookup.c", "sockets/transport.c", "sockets/wait.c"],
            Stack::None => &[],
        }
    }
}

/// What a machine runs.
pub struct Program {
    /// The image is target/firmware/<name>.elf.
    pub name: String,
    /// From the top of the source tree, with the board's.
    pub sources: Vec<String>,
    /// Where headers are looked for first.
    pub headers: Vec<PathBuf>,
    pub stack: Stack,
}

impl Program {
    /// The device of the suite `firmware`.
    fn device(machine: &Machine) -> Program {
        let below = |dir: &str, names: &[&str]| names.iter().map(|n| format!("{dir}/{n}")).collect::<Vec<_>>();
        let firmware = [APP, machine.sources, machine.network].concat();
        let sources = [below("tests/firmware", &firmware), below("c_examples", machine.stack.transport())].concat();
        Program { name: machine.name.to_string(), sources, headers: Vec::new(), stack: machine.stack }
    }
}

/// Images by the name of their machine.
pub type Images = BTreeMap<&'static str, PathBuf>;

/// Builds the device of each of these machines, and each archive once.
pub fn build(machines: &[&'static Machine]) -> Outcome<Images> {
    let archives = archives(machines)?;
    thread::scope(|scope| {
        let archives = &archives;
        let start = |m: &'static Machine| scope.spawn(move || image(m, &Program::device(m), &archives[m.target]));
        let started: Vec<_> = machines.iter().map(|m| (m.name, start(m))).collect();
        let ended = started.into_iter().map(|(name, thread)| {
            let image = thread.join().unwrap_or_else(|_| Err("it panicked".to_string()));
            image.map(|path| (name, path)).map_err(|reason| format!("{name}: {reason}"))
        });
        ended.collect()
    })
}

/// liblimpet.a of these, by target, and the sources of what is below the programs.
pub fn archives(machines: &[&Machine]) -> Outcome<BTreeMap<&'static str, PathBuf>> {
    sources::LWIP.ready()?;
    if machines.iter().any(|m| m.system == System::FreeRtos) {
        sources::freertos()?;
    }
    if machines.iter().any(|m| m.has_tls()) {
        sources::MBEDTLS.ready()?;
    }
    let mut archives = BTreeMap::new();
    for machine in machines {
        if !archives.contains_key(machine.target) {
            archives.insert(machine.target, library(targets::named(machine.target)?)?.archive);
        }
    }
    Ok(archives)
}

/// Builds target/firmware/<program>.elf.
pub fn image(machine: &Machine, program: &Program, archive: &Path) -> Outcome<PathBuf> {
    setup::need(&[machine.needs])?;
    let dir = paths::target().join("firmware");
    let objects = dir.join(&program.name);
    paths::fresh(&objects)?;
    let foreign = foreign::of(machine.system, program.stack)?;
    if !foreign.sources.is_empty() {
        compile(machine, program, &foreign, FOREIGN, &foreign.sources, &objects.join("foreign"))?;
    }
    let own: Vec<_> = program.sources.iter().map(|source| paths::root().join(source)).collect();
    compile(machine, program, &foreign, WARNINGS, &own, &objects.join("own"))?;
    let elf = dir.join(format!("{}.elf", program.name));
    let mut link = compiler(machine)?;
    link.args(["-nostartfiles", "-Wl,--gc-sections", "-Wl,--no-warn-execstack"]);
    if machine.system == System::FreeRtos {
        // The board's start-up calls boards/freertos.c, and that the program.
        link.arg("-Wl,--wrap=firmware_main");
    }
    link.arg("-L").arg(paths::root().join("tests/firmware/boards")).arg("-T").arg(machine.script);
    link.args(paths::files(&objects, "o")).arg(archive).arg("-o").arg(&elf);
    run(&mut link)?;
    Ok(elf)
}

/// Into `objects`, one for each source.
fn compile(
    machine: &Machine,
    program: &Program,
    foreign: &Foreign,
    strictness: &[&str],
    sources: &[PathBuf],
    objects: &Path,
) -> Outcome {
    // Two of one name in different places must not become one object.
    let mut places: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for source in sources {
        places.entry(source.parent()).or_default().push(source);
    }
    for (number, sources) in places.values().enumerate() {
        let objects = objects.join(number.to_string());
        paths::fresh(&objects)?;
        let mut command = compiler(machine)?;
        command.args(strictness).args(&foreign.flags).args(["-Os", "-g", "-ffunction-sections", "-fdata-sections"]);
        for dir in &program.headers {
            command.arg("-I").arg(dir);
        }
        for dir in OWN_HEADERS.iter().chain(foreign.options) {
            command.arg("-I").arg(paths::root().join(dir));
        }
        for dir in &foreign.headers {
            command.arg("-isystem").arg(dir);
        }
        run(command.arg("-c").args(sources).current_dir(&objects))?;
    }
    Ok(())
}

fn compiler(machine: &Machine) -> Outcome<Command> {
    let mut command = Command::new(format!("{}gcc", targets::named(machine.target)?.tools));
    command.args(machine.flags);
    Ok(command)
}
