//! What sketches do: the class against a broker in memory, on every board the same; the examples with a broker and through
//! its outage.

use super::super::boards;
use super::super::delivery::{Delivery, tests};
use super::super::{Case, refusal};
use super::library;
use super::native::Native;
use super::project::{Project, Way};
use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;
use xtask::broker::{Broker, Memory};
use xtask::process::{Process, run};
use xtask::{Outcome, paths};

const LIMIT: Duration = Duration::from_secs(30);

/// A board, Arduino's name of its core, the way to the archive, and how the compiler is told whose core it is.
const ON_BOARDS: &[(&str, &str, Way, &[&str])] = &[
    ("linux", "", Way::Arduino, &[]),
    ("m0", "cortex-m0", Way::Arduino, &[]),
    ("m3", "cortex-m3", Way::Arduino, &[]),
    ("m4f", "cortex-m4", Way::Arduino, &[]),
    ("m33", "cortex-m33", Way::Arduino, &[]),
    ("c3", "", Way::Arduino, &[]),
    ("lx106", "", Way::Arduino, ESP8266),
    ("m4", "cortex-m4", Way::Script, &[]),
    ("m33f", "cortex-m33", Way::Script, &[]),
    ("p4", "", Way::Script, &[]),
    ("lx106", "", Way::Script, ESP8266),
];

const ESP8266: &[&str] = &["-DARDUINO_ARCH_ESP8266", "-DARDUINO_ESP8266_MAJOR=3"];

/// As on an ESP32, but with the sockets of this machine.
const ESP32: &[&str] = &["-DARDUINO_ARCH_ESP32", "-DCONFIG_IDF_TARGET_ESP32=1"];

/// An example, and how it is compiled.
const EXAMPLES: &[(&str, &[&str])] =
    &[("Hello", OTHER), ("Tls", ESP32), ("Tls", OTHER), ("Ethernet", OTHER), ("NonBlocking", ESP32)];

const OTHER: &[&str] = &["-DLIMPET_OWN_ARCHIVE"];

pub fn cases() -> Vec<Case> {
    let mut cases = vec![
        Case::new("Arduino, this machine as an ESP32: the class does what it must", |delivery| {
            let sketch = tests().join("arduino/sketches/class");
            compare(Native::new(delivery, "as-esp32", &sketch, ESP32)?.like("esp32").run()?, delivery)
        }),
        Case::new("Arduino: another float ABI than the folder's does not link", float_abi),
        Case::new("Arduino: the example Hello says hello, also after an outage", hello),
        Case::new("Arduino: the example NonBlocking reports, also after an outage", non_blocking),
        Case::new("Arduino: where names of files have no case it compiles, too", without_case),
        Case::new("README of limpet-arduino has the example", in_readme),
    ];
    for (board, cpu, way, flags) in ON_BOARDS {
        let how = way.name();
        cases.push(Case::new(format!("Arduino, {board}, {how}: the class does what it must"), |delivery| {
            let board = boards::named(board)?;
            let sketch = tests().join("arduino/sketches/class");
            let project = Project { delivery, board, cpu, way: *way, sketch: &sketch, flags, five: false };
            compare(project.run(&format!("class-{}-{}", board.name, *way == Way::Script))?, delivery)
        }));
    }
    for (way, five) in [(Way::Arduino, false), (Way::Arduino, true), (Way::Script, false), (Way::Script, true)] {
        let (how, does) = (way.name(), if five { "speaks" } else { "does not speak" });
        cases.push(Case::new(format!("Arduino, {how}: it {does} MQTT 5, as it was asked for"), move |delivery| {
            mqtt5(delivery, way, five)
        }));
    }
    for (number, (example, flags)) in EXAMPLES.iter().enumerate() {
        let name = format!("Arduino: the example {example} compiles with {}", flags.join(" "));
        cases.push(Case::new(name, move |delivery| {
            let sketch = library(delivery)?.join("examples").join(example);
            let name = format!("example-{number}");
            Native::new(delivery, &name, &sketch, flags)?.like("esp32").program().map(|_| ())
        }));
    }
    cases
}

/// What it says must be what it says on this machine with the sanitizers, and there everything holds.
fn compare((ok, said): (bool, String), delivery: &Delivery) -> Outcome {
    static EXPECTED: OnceLock<Outcome<String>> = OnceLock::new();
    let expected = EXPECTED.get_or_init(|| match expected(delivery)? {
        (true, said) if said.ends_with("all holds") && !said.contains("FAILED") => Ok(said),
        (_, said) => Err(format!("on this machine:\n{said}")),
    });
    let expected = expected.as_ref()?;
    match said.lines().zip(expected.lines()).find(|(one, other)| one != other) {
        Some((one, other)) => Err(format!("it says\n  {one}\ninstead of\n  {other}")),
        None if !ok || said.lines().count() != expected.lines().count() => Err(format!("it ends badly:\n{said}")),
        None => Ok(()),
    }
}

fn expected(delivery: &Delivery) -> Outcome<(bool, String)> {
    Native::new(delivery, "expected", &tests().join("arduino/sketches/class"), OTHER)?.run()
}

fn mqtt5(delivery: &Delivery, way: Way, five: bool) -> Outcome {
    let sketch = tests().join("arduino/sketches/five");
    let project =
        Project { delivery, board: boards::named("m4f")?, cpu: "cortex-m4", way, sketch: &sketch, flags: &[], five };
    let (ok, said) = project.run(&format!("five-{}-{five}", way == Way::Script))?;
    let wanted = if five { "it speaks MQTT 5" } else { "it does not" };
    if ok && said.trim() == wanted { Ok(()) } else { Err(said) }
}

fn float_abi(delivery: &Delivery) -> Outcome {
    let sketch = tests().join("arduino/sketches/class");
    let project = Project {
        delivery,
        board: boards::named("m4")?,
        cpu: "cortex-m4",
        way: Way::Arduino,
        sketch: &sketch,
        flags: &[],
        five: false,
    };
    let (_, ok, said) = project.build("float-abi")?;
    refusal((ok, said), &["uses VFP register arguments", "liblimpet.a"])
}

/// An example with a broker on this machine: what of its text becomes what.
fn changed(delivery: &Delivery, example: &str, changes: &[(&str, &str)]) -> Outcome<PathBuf> {
    let sketch = delivery.work(&format!("changed-{example}"))?.join(example);
    let mut text = paths::read(&library(delivery)?.join("examples").join(example).join(format!("{example}.ino")))?;
    for (from, to) in changes {
        if !text.contains(from) {
            return Err(format!("{example}.ino does not have {from}"));
        }
        text = text.replace(from, to);
    }
    paths::fresh(&sketch)?;
    paths::write(&sketch.join(format!("{example}.ino")), &text)?;
    Ok(sketch)
}

/// The Wi-Fi need not be steady for seconds.
const SOON: (&str, &str) = ("mqtt.setLink(wifi);", "wifi.settings.settle_ms = 100; mqtt.setLink(wifi);");

fn hello(delivery: &Delivery) -> Outcome {
    let mut broker = Broker::start(Memory::Forgotten)?;
    let begin = format!("begin(\"127.0.0.1\", {})", broker.port());
    let sketch = changed(delivery, "Hello", &[("begin(BROKER)", &begin), SOON])?;
    let program = Native::new(delivery, "hello", &sketch, OTHER)?.program()?;
    let process = Process::spawn("Hello", &mut Command::new(program))?;
    let wait = |from: usize, what: &str| process.wait_for_line(from, LIMIT, |line| line.text.starts_with(what));
    let (connected, _) = wait(0, "connected")?;
    let (said, _) = wait(connected, "hello: Hello, world")?;
    broker.kill();
    let (offline, line) = wait(said, "offline: ")?;
    broker.restart()?;
    let (connected, _) = wait(offline, "connected")?;
    // It published meanwhile, and every two seconds now.
    wait(connected, "hello: Hello, world").map(|_| ()).map_err(|reason| format!("{reason}, after {}", line.text))
}

/// Milliseconds of one turn of loop(), on a machine with other things to do.
const TURN_MS: u32 = 500;

fn non_blocking(delivery: &Delivery) -> Outcome {
    let mut broker = Broker::start(Memory::Forgotten)?;
    let begin = format!("begin(\"127.0.0.1\", {})", broker.port());
    let sketch = changed(delivery, "NonBlocking", &[("begin(BROKER)", &begin), (">= 10000", ">= 500"), SOON])?;
    let program = Native::new(delivery, "non-blocking", &sketch, ESP32)?.like("esp32");
    let process = Process::spawn("NonBlocking", &mut Command::new(program.program()?))?;
    broker.wait_for_log(1, "New client connected", LIMIT)?;
    // Connections are made, and nobody answers.
    broker.freeze()?;
    let before = process.lines().len();
    process.wait_for_line(before + 4, LIMIT, |_| true)?;
    broker.kill();
    broker.restart()?;
    broker.wait_for_log(1, "New client connected", LIMIT)?;
    let turns =
        process.lines().iter().filter_map(|line| line.text.rsplit(' ').next()?.parse().ok()).collect::<Vec<u32>>();
    let longest = turns.iter().copied().max().unwrap_or(u32::MAX);
    if longest < TURN_MS { Ok(()) } else { Err(format!("a turn of loop() took {longest} ms")) }
}

/// There "limpet.h" is the same file as "Limpet.h", wherever both are looked for.
fn without_case(delivery: &Delivery) -> Outcome {
    let dir = delivery.work("without-case")?;
    run(Command::new("cp").arg("-R").arg(library(delivery)?.join("src")).arg(&dir))?;
    run(Command::new("cp").args(["src/Limpet.h", "src/limpet.h"]).current_dir(&dir))?;
    let sketch = library(delivery)?.join("examples/NonBlocking");
    let native = Native { library: dir, ..Native::new(delivery, "no-case", &sketch, ESP32)?.like("esp32") };
    native.program().map(|_| ())
}

fn in_readme(delivery: &Delivery) -> Outcome {
    let dir = library(delivery)?;
    let sketch = paths::read(&dir.join("examples/Hello/Hello.ino"))?;
    if paths::read(&dir.join("README.md"))?.contains(&format!("```cpp\n{sketch}```\n")) {
        return Ok(());
    }
    Err("README.md does not have examples/Hello/Hello.ino".to_string())
}
