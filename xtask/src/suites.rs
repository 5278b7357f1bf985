//! `cargo xtask test`: the suites, in the order of their cost, and the total as the last line.

mod archive;
mod c;
mod demos;
mod firmware;
mod fuzz;
mod idle;
mod interop;
mod layers;
mod locks;
mod lwip;
mod matrix;
mod modem;
mod mosquitto;
mod packages;
mod power;
mod rust;
mod seed;
mod selftest;
mod sockets;
mod tally;
mod tls;
mod told;
mod xtensa;

use crate::{bench, demo, instructions, size, soak};
use std::io::{Write, stdout};
use std::time::Instant;
use tally::Tally;
use xtask::firmware::machines::MACHINES;
use xtask::{Outcome, header, setup};

struct Suite {
    name: &'static str,
    about: &'static str,
    /// How long it takes when that is worth saying.
    patience: &'static str,
    run: fn() -> Tally,
}

const SUITES: &[Suite] = &[
    Suite { name: "lint", about: "formatting and clippy", patience: "", run: rust::lint },
    Suite {
        name: "header",
        about: "include/limpet.h is what src/ffi says",
        patience: "",
        run: || Tally::of(header::check()),
    },
    Suite { name: "layers", about: "imports point one way", patience: "", run: layers::run },
    Suite { name: "tasks", about: "tests of these tasks", patience: "", run: rust::tasks },
    Suite {
        name: "rust",
        about: "tests of the library, simulator included",
        patience: "some minutes",
        run: rust::library,
    },
    Suite {
        name: "matrix",
        about: "every story, every fault, every byte",
        patience: "about a minute",
        run: matrix::run,
    },
    Suite { name: "told", about: "the sessions' stories in MQTT 5", patience: "", run: told::run },
    Suite {
        name: "archive",
        about: "liblimpet.a of every target",
        patience: "a minute, some minutes more the first time",
        run: archive::run,
    },
    Suite { name: "examples", about: "every C example compiles without a warning", patience: "", run: c::examples },
    Suite { name: "c", about: "tests in C and C++, with sanitizers", patience: "", run: c::tests },
    Suite {
        name: "fuzz",
        about: "packets, sessions and the C border, from choices of a fuzzer",
        patience: "about three minutes, more the first time",
        run: fuzz::run,
    },
    Suite { name: "lwip", about: "the transport for lwIP, on lwIP", patience: "", run: lwip::run },
    Suite { name: "modem", about: "the transport over a modem, on this machine", patience: "", run: modem::run },
    Suite {
        name: "sockets",
        about: "the transport for lwIP's sockets, on lwIP",
        patience: "about a minute and a half",
        run: sockets::run,
    },
    Suite {
        name: "locks",
        about: "mqtt_post from interrupts and tasks, on emulated boards",
        patience: "some seconds, more the first time",
        run: locks::run,
    },
    Suite { name: "idle", about: "wake-ups and instructions of an idle day", patience: "", run: idle::run },
    Suite { name: "seed", about: "one test per statement of the seed", patience: "about a minute", run: seed::run },
    Suite { name: "mosquitto", about: "outages with a real broker", patience: "about 20 s", run: mosquitto::run },
    Suite {
        name: "power",
        about: "killed at each call of the store, and nothing accepted is lost",
        patience: "about a minute",
        run: power::run,
    },
    Suite { name: "demos", about: "the seed's demos, through an outage", patience: "about 20 s", run: demos::run },
    Suite { name: "tls", about: "Mbed TLS, alone and with a real broker", patience: "about 20 s", run: tls::run },
    Suite {
        name: "interop",
        about: "the same C program with each broker",
        patience: "a minute and a half, some minutes more the first time",
        run: interop::run,
    },
    Suite {
        name: "firmware",
        about: "firmware on emulated boards, through outages",
        patience: "some minutes, more the first time",
        run: firmware::run,
    },
    Suite { name: "demo", about: "cargo xtask demo", patience: "about a minute", run: || Tally::of(demo::run()) },
    Suite {
        name: "soak",
        about: "10,000 messages, a board for a day, and a herd",
        patience: "less than a minute",
        run: soak_suite,
    },
    Suite {
        name: "xtensa",
        about: "archives for ESP8266 and ESP32, in QEMU",
        patience: "about a minute, more the first time",
        run: xtensa::run,
    },
    Suite {
        name: "packages",
        about: "the packages, with CMake, make, PlatformIO, and as Arduino and ESP-IDF have them",
        patience: "some minutes, more the first time",
        run: packages::run,
    },
    Suite {
        name: "size",
        about: "flash, RAM and stack of every target",
        patience: "a minute the first time",
        run: size_suite,
    },
    Suite {
        name: "instructions",
        about: "what the calls take on a Cortex-M4",
        patience: "a minute the first time",
        run: instructions_suite,
    },
    Suite {
        name: "bench",
        about: "what messages cost on this machine, in instructions",
        patience: "about 20 s",
        run: bench_suite,
    },
];

pub fn run(name: Option<&str>) -> Outcome {
    let chosen: Vec<_> = SUITES.iter().filter(|s| name.is_none_or(|n| n == s.name)).collect();
    if chosen.is_empty() {
        let list: Vec<_> = SUITES.iter().map(|s| format!("  {:10} {}", s.name, s.about)).collect();
        return Err(format!("the suites:\n{}", list.join("\n")));
    }
    if name.is_none() {
        // Now, and not in the middle; the suites that need it fail with the same reason if this does.
        let tools = [
            setup::C,
            setup::UNPACK,
            setup::ARM,
            setup::RISCV,
            setup::XTENSA,
            setup::XTENSA_TESTS,
            setup::MBEDTLS,
            setup::OPENSSL,
            setup::VALGRIND,
            setup::MOSQUITTO,
            setup::MOSQUITTO_CLIENTS,
            setup::EJABBERD,
            setup::BUILDERS,
            setup::SLIRP,
        ];
        let all: Vec<_> = tools.into_iter().chain(MACHINES.iter().map(|machine| machine.needs)).collect();
        if let Err(reason) = setup::need(&all) {
            println!("{reason}");
        }
    }
    let mut total = Tally::default();
    for suite in chosen {
        total.add(run_one(suite));
    }
    println!("{}", total.counts());
    // The total is the last line and the reasons stand above: there is nothing to add.
    if total.is_good() { Ok(()) } else { std::process::exit(1) }
}

/// A part of the suite `firmware`: what begins with these names.
pub fn firmware(machine: &str, scenario: &str) -> Outcome {
    tell(&firmware::some(machine, scenario))
}

/// A part of the suite `packages`: what has these words in its name.
pub fn packages(words: &str) -> Outcome {
    tell(&packages::some(words))
}

fn tell(tally: &Tally) -> Outcome {
    println!("{}", tally.counts());
    if tally.is_good() { Ok(()) } else { Err(tally.reasons().join("\n")) }
}

fn run_one(suite: &Suite) -> Tally {
    if !suite.patience.is_empty() {
        println!("{}: {}, {} ...", suite.name, suite.about, suite.patience);
    }
    let start = Instant::now();
    let tally = (suite.run)();
    println!("{:10} {:44} {:6.1} s", suite.name, tally.counts(), start.elapsed().as_secs_f32());
    for reason in tally.reasons() {
        println!("  FAILED {}", reason.trim_end().replace('\n', "\n    "));
    }
    // A pipe that is closed is nobody watching.
    let _ = stdout().flush();
    tally
}

fn soak_suite() -> Tally {
    let mut tally = Tally::default();
    tally.check("both ways with Mosquitto", soak::short());
    tally.check("a board in and out of reach", soak::day());
    tally.check("a herd that loses its broker", soak::herd::short());
    tally
}

fn size_suite() -> Tally {
    told(size::check())
}

fn instructions_suite() -> Tally {
    told(instructions::check())
}

fn bench_suite() -> Tally {
    told(bench::check())
}

fn told(result: Outcome<Vec<String>>) -> Tally {
    Tally::of(result.map(|notes| notes.iter().for_each(|note| println!("  {note}"))))
}
