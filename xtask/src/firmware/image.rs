//! The image of a machine: lwIP, the device program, the board and liblimpet.a in one ELF file.

use super::machines::Machine;
use super::sources;
use crate::build::library;
use crate::process::run;
use crate::{Outcome, paths, setup, targets};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;

/// What is between the client and the driver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stack {
    /// lwIP without an operating system, and the transport of c_examples/lwip.
    LwipRaw,
    /// Nothing: the network is a modem.
    None,
}

/// Below lwIP's src.
const LWIP: &[&str] = &[
    "core/init.c",
    "core/def.c",
    "core/inet_chksum.c",
    "core/ip.c",
    "core/mem.c",
    "core/memp.c",
    "core/netif.c",
    "core/pbuf.c",
    "core/tcp.c",
    "core/tcp_in.c",
    "core/tcp_out.c",
    "core/timeouts.c",
    "core/udp.c",
    "core/ipv4/etharp.c",
    "core/ipv4/icmp.c",
    "core/ipv4/ip4.c",
    "core/ipv4/ip4_addr.c",
    "core/ipv4/ip4_frag.c",
    "netif/ethernet.c",
];

const APP: &[&str] = &["app.c", "app_ledger.c"];

const WARNINGS: &[&str] = &["-std=c99", "-pedantic", "-Wall", "-Wextra", "-Werror"];

/// lwIP is compiled as it is, whatever a compiler thinks of it.
const FOREIGN: &[&str] = &["-std=gnu99", "-w"];

/// Images by the name of their machine.
pub type Images = BTreeMap<&'static str, PathBuf>;

/// Builds those of these machines, each archive once.
pub fn build(machines: &[&'static Machine]) -> Outcome<Images> {
    sources::LWIP.ready()?;
    let mut archives = BTreeMap::new();
    for machine in machines {
        if !archives.contains_key(machine.target) {
            archives.insert(machine.target, library(targets::named(machine.target)?)?.archive);
        }
    }
    thread::scope(|scope| {
        let archives = &archives;
        let started: Vec<_> =
            machines.iter().map(|m| (m.name, scope.spawn(move || image(m, &archives[m.target])))).collect();
        let ended = started.into_iter().map(|(name, thread)| {
            let image = thread.join().unwrap_or_else(|_| Err("it panicked".to_string()));
            image.map(|path| (name, path)).map_err(|reason| format!("{name}: {reason}"))
        });
        ended.collect()
    })
}

/// Builds target/firmware/<machine>.elf.
pub fn image(machine: &Machine, archive: &Path) -> Outcome<PathBuf> {
    setup::need(&[machine.needs])?;
    let firmware = paths::root().join("tests/firmware");
    let dir = paths::target().join("firmware");
    let objects = dir.join(machine.name);
    paths::fresh(&objects.join("own"))?;
    paths::fresh(&objects.join("foreign"))?;
    let mut own: Vec<_> = APP.iter().chain(machine.sources).map(|source| firmware.join(source)).collect();
    if machine.stack == Stack::LwipRaw {
        let lwip = sources::LWIP.ready()?.join("src");
        let foreign: Vec<_> = LWIP.iter().map(|source| lwip.join(source)).collect();
        own.push(paths::root().join("c_examples/lwip/limpet_lwip.c"));
        compile(machine, FOREIGN, &foreign, &objects.join("foreign"))?;
    }
    compile(machine, WARNINGS, &own, &objects.join("own"))?;
    let elf = dir.join(format!("{}.elf", machine.name));
    let mut link = compiler(machine)?;
    link.args(["-nostartfiles", "-Wl,--gc-sections", "-Wl,--no-warn-execstack"]);
    link.arg("-L").arg(firmware.join("boards")).arg("-T").arg(machine.script);
    link.args(paths::files(&objects, "o")).arg(archive).arg("-o").arg(&elf);
    run(&mut link)?;
    Ok(elf)
}

/// Into `objects`, one for each source.
fn compile(machine: &Machine, strictness: &[&str], sources: &[PathBuf], objects: &Path) -> Outcome {
    let root = paths::root();
    let mut command = compiler(machine)?;
    command.args(strictness).args(["-Os", "-g", "-ffunction-sections", "-fdata-sections"]);
    for dir in ["include", "tests/firmware", "c_examples/lwip"] {
        command.arg("-I").arg(root.join(dir));
    }
    if machine.stack == Stack::LwipRaw {
        command.arg("-I").arg(root.join("tests/firmware/lwip"));
        command.arg("-isystem").arg(sources::LWIP.ready()?.join("src/include"));
    }
    run(command.arg("-c").args(sources).current_dir(objects)).map(|_| ())
}

fn compiler(machine: &Machine) -> Outcome<Command> {
    let mut command = Command::new(format!("{}gcc", targets::named(machine.target)?.tools));
    command.args(machine.flags);
    Ok(command)
}
