//! The example on an emulated Cortex-M4F with the real FreeRTOS and the real lwIP, whose cable is the radio.

use super::super::Case;
use super::super::delivery::Delivery;
use super::configuration::{answers_of_example, configure};
use super::{component, ours};
use std::path::PathBuf;
use std::time::Duration;
use xtask::broker::{Broker, Memory};
use xtask::firmware::ethernet::Ethernet;
use xtask::firmware::image::{Program, image};
use xtask::firmware::machines::{Link, Machine, named, need};
use xtask::firmware::qemu::Qemu;
use xtask::firmware::wire::Wire;
use xtask::{Outcome, paths};

const LIMIT: Duration = Duration::from_secs(60);

pub fn cases() -> Vec<Case> {
    vec![Case::new("ESP-IDF, with FreeRTOS and lwIP: the example says hello, also after outages", hello)]
}

fn hello(delivery: &Delivery) -> Outcome {
    let machine = named("freertos")?;
    need(&[machine])?;
    let mut broker = Broker::start(Memory::Forgotten)?;
    let built = build(delivery, machine, broker.port())?;
    let Link::Ethernet { nic, name } = machine.link else {
        return Err("this machine has no cable".to_string());
    };
    let wire = Ethernet::new(nic, name, 1)?;
    let qemu = Qemu::start(machine, &built, &wire.arguments(), &[])?;
    let wait = |from: usize, what: &str| {
        let found = qemu.wait_for_line(from, LIMIT, |line| line.contains(what)).map(|(number, _)| number + 1);
        found.map_err(|reason| format!("{what}: {reason}\n{}", said(&qemu)))
    };
    let mut at = wait(0, "hello: connected")?;
    at = wait(at, "hello: hello: Hello, world")?;
    wire.unplug(&qemu)?;
    // The link's end, or what lwIP answers to the next write, whichever comes first.
    at = wait(at, "hello: offline: ")?;
    wire.plug(&qemu)?;
    at = wait(at, "hello: connected")?;
    at = wait(at, "hello: hello: Hello, world")?;
    broker.kill();
    at = wait(at, "hello: offline: ")?;
    broker.restart()?;
    at = wait(at, "hello: connected")?;
    wait(at, "hello: hello: Hello, world").map(|_| ())
}

fn said(qemu: &Qemu) -> String {
    qemu.lines().into_iter().map(|line| line.text).collect::<Vec<_>>().join("\n")
}

fn build(delivery: &Delivery, machine: &'static Machine, port: u16) -> Outcome<PathBuf> {
    // QEMU's network calls this machine so.
    let here = format!("CONFIG_LIMPET_SERVER=\"10.0.2.2\"\nCONFIG_LIMPET_PORT={port}\nCONFIG_HAS_MBEDTLS=n\n");
    let answers = answers_of_example(delivery)?.replace("CONFIG_LIMPET_SERVER=\"192.168.1.10\"\n", &here);
    let configuration = configure(delivery, "board", &answers)?;
    let (limpet, board) = (component(delivery)?, ours().join("board"));
    let firmware = paths::root().join("tests/firmware");
    let own = ["config.c", "lock.c", "task.c", "wifi.c"].map(|source| limpet.join("src").join(source));
    let mut sources: Vec<_> = machine.sources.iter().chain(machine.network).map(|name| firmware.join(name)).collect();
    sources.push(firmware.join("boot.c"));
    sources.extend(own);
    sources.extend(paths::files(&limpet.join("sockets"), "c"));
    sources.extend(paths::files(&board, "c"));
    sources.push(limpet.join("examples/hello/main/hello.c"));
    let stand_ins = ["esp_common", "esp_event", "esp_netif", "esp_wifi", "esp_hw_support", "esp_timer", "log"];
    let headers = ["config", "headers"].map(|dir| board.join(dir)).into_iter();
    let headers = headers.chain(stand_ins.map(|dir| ours().join("headers").join(dir)));
    let program = Program {
        name: "espidf".to_string(),
        sources: sources.iter().map(|source| source.display().to_string()).collect(),
        headers: headers.chain([configuration, limpet.join("include"), limpet.join("sockets")]).collect(),
        stack: machine.stack,
    };
    // The archives are there: made again they would not be for a moment, and other cases read them.
    let archive = delivery.stock.archives.iter().find(|archive| archive.target.name == machine.target);
    image(machine, &program, &archive.ok_or("no archive for it")?.path)
}
