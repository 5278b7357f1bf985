//! The clients that are measured, and how each is brought to the broker in memory.

use super::programs::{delivered, fast, in_memory, program};
use std::path::PathBuf;
use xtask::{Outcome, setup};

pub struct Peer {
    pub name: &'static str,
    /// Version and origin.
    pub version: &'static str,
    /// Of MQTT.
    pub speaks: &'static str,
    /// How its bytes come to the broker in memory.
    pub link: &'static str,
    /// Builds its program with the broker in memory.
    pub memory: fn() -> Outcome<PathBuf>,
    /// Messages of one measurement; another measurement has twice as many.
    pub count: u32,
    /// The cases that begin so are not measured.
    pub cannot: &'static [&'static str],
}

const HOOK: &str = "a transport in memory";
const CALLS: &str = "its system calls are answered in memory";

/// Limpet as it is delivered; everything is a ratio to it.
pub const LIMPET: Peer = Peer {
    name: "Limpet",
    version: "this source, as delivered (for size)",
    speaks: "3.1.1",
    link: HOOK,
    memory: || program("limpet", &in_memory(&["tests/bench/c/limpet.c"]), &[], &[&delivered()?]),
    count: 2000,
    cannot: &[],
};

/// What firmware people know best.
pub const MOSQUITTO: Peer = Peer {
    name: "libmosquitto",
    version: "2.0.11, Debian 12",
    speaks: "3.1.1",
    link: CALLS,
    memory: || {
        setup::need(&[setup::LIBMOSQUITTO])?;
        let sources = in_memory(&["tests/bench/c/calls.c", "tests/bench/c/mosquitto.c"]);
        program("mosquitto", &sources, &["-lmosquitto"], &[])
    },
    count: 1000,
    cannot: &[],
};

pub const PEERS: &[Peer] = &[
    LIMPET,
    Peer {
        name: "Limpet, -O3",
        version: "this source, compiled for speed",
        memory: || program("limpet-fast", &in_memory(&["tests/bench/c/limpet.c"]), &[], &[&fast()?]),
        ..LIMPET
    },
    Peer {
        name: "floor",
        version: "no library: what the measurement itself costs",
        memory: || program("floor", &in_memory(&["tests/bench/c/floor.c"]), &[], &[]),
        ..LIMPET
    },
    MOSQUITTO,
    Peer {
        name: "Paho C",
        version: "1.3.12, Debian 12, MQTTClient without threads",
        speaks: "3.1.1",
        link: CALLS,
        memory: || {
            setup::need(&[setup::PAHO])?;
            let sources = in_memory(&["tests/bench/c/calls.c", "tests/bench/c/paho.c"]);
            program("paho", &sources, &["-lpaho-mqtt3c"], &[])
        },
        count: 500,
        cannot: &[],
    },
];
