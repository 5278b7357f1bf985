//! The clients that are measured, and how each is brought to a broker: to the one in memory, and to a real one.

use super::cases::Plan;
use super::programs::{SOCKET, delivered, fast, in_memory, over_socket, program, rust};
use std::path::PathBuf;
use xtask::{Outcome, setup};

/// How a client comes to the broker in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// A transport that it calls.
    Hook,
    /// It wants a socket; its system calls are answered in memory.
    Calls,
    /// It wants a socket and gets one: the same broker in another process. The kernel's work is not counted.
    Socket,
}

impl Way {
    pub fn words(self) -> &'static str {
        match self {
            Way::Hook => "a transport in memory",
            Way::Calls => "its system calls are answered in memory",
            Way::Socket => "a socket to another process",
        }
    }
}

pub struct Peer {
    pub name: &'static str,
    /// Version and origin.
    pub version: &'static str,
    /// Of MQTT.
    pub speaks: &'static str,
    pub way: Way,
    /// Builds its program with the broker in memory.
    pub memory: fn() -> Outcome<PathBuf>,
    /// Builds its program for a real broker.
    pub rate: Option<fn() -> Outcome<PathBuf>>,
    /// Messages of one measurement; another measurement has twice as many.
    pub count: u32,
    /// Beginnings of the names of cases that are not measured, and why.
    pub cannot: &'static [(&'static str, &'static str)],
}

impl Peer {
    /// For the program with the broker in memory, or behind this port.
    pub fn words(&self, plan: &Plan, count: u32, port: u16) -> Vec<String> {
        match self.way {
            Way::Hook | Way::Calls => plan.words(count),
            Way::Socket => {
                let Plan { what, qos, payload, window, .. } = plan;
                [what.to_string(), qos.to_string(), payload.to_string(), window.to_string()]
                    .into_iter()
                    .chain([count.to_string(), port.to_string()])
                    .collect()
            }
        }
    }

    pub fn is_able(&self, case: &str) -> bool {
        !self.cannot.iter().any(|(beginning, _)| case.starts_with(beginning))
    }
}

/// Limpet as it is delivered; everything is a ratio to it.
pub const LIMPET: Peer = Peer {
    name: "Limpet",
    version: "this source, as delivered: compiled for size",
    speaks: "3.1.1",
    way: Way::Hook,
    memory: || program("limpet", &in_memory(&["tests/bench/c/limpet.c"]), &[], &[&delivered()?]),
    rate: Some(|| program("limpet-rate", &over_socket(&LIMPET_SOCKET), &[], &[&delivered()?])),
    count: 2000,
    cannot: &[],
};

const LIMPET_SOCKET: [&str; 5] = [
    "tests/bench/c/limpet_socket.c",
    "c_examples/posix/clock.c",
    "c_examples/posix/lookup.c",
    "c_examples/posix/transport.c",
    "c_examples/posix/wait.c",
];

/// What firmware people know best.
pub const MOSQUITTO: Peer = Peer {
    name: "libmosquitto",
    version: "2.0.11, Debian 12",
    speaks: "3.1.1",
    way: Way::Calls,
    memory: || {
        setup::need(&[setup::LIBMOSQUITTO])?;
        let sources = in_memory(&["tests/bench/c/calls.c", "tests/bench/c/mosquitto.c"]);
        program("mosquitto", &sources, &["-lmosquitto"], &[])
    },
    rate: Some(|| program("mosquitto-rate", &over_socket(&["tests/bench/c/mosquitto.c"]), &["-lmosquitto"], &[])),
    count: 1000,
    cannot: &[],
};

const PAHO: Peer = Peer {
    name: "Paho C",
    version: "1.3.12, Debian 12; in memory MQTTClient without threads, with a broker MQTTAsync with two",
    speaks: "3.1.1",
    way: Way::Calls,
    memory: || {
        setup::need(&[setup::PAHO])?;
        let sources = in_memory(&["tests/bench/c/calls.c", "tests/bench/c/paho.c"]);
        program("paho", &sources, &["-lpaho-mqtt3c"], &[])
    },
    rate: Some(|| program("paho-rate", &over_socket(&["tests/bench/c/paho_threads.c"]), &["-lpaho-mqtt3a"], &[])),
    count: 500,
    cannot: &[],
};

const MINIMQ: Peer = Peer {
    name: "minimq",
    version: "0.13.5, Cargo's registry",
    speaks: "5",
    way: Way::Hook,
    memory: || program("minimq", &in_memory(&["tests/bench/c/memory.c"]), RUST, &[&rust("liblimpet_bench_minimq.a")?]),
    rate: Some(|| program("minimq-rate", &over_socket(&SOCKET), RUST, &[&rust("liblimpet_bench_minimq.a")?])),
    count: 1000,
    cannot: &[("receive QoS 2: 16 in a read", "it takes fewer of QoS 2 at once, and tells the broker so")],
};

const RUST_MQTT: Peer = Peer {
    name: "rust-mqtt",
    version: "0.6.0, Cargo's registry",
    memory: || {
        program("rust-mqtt", &in_memory(&["tests/bench/c/memory.c"]), RUST, &[&rust("liblimpet_bench_rust_mqtt.a")?])
    },
    rate: Some(|| program("rust-mqtt-rate", &over_socket(&SOCKET), RUST, &[&rust("liblimpet_bench_rust_mqtt.a")?])),
    cannot: &[],
    ..MINIMQ
};

const RUMQTTC: Peer = Peer {
    name: "rumqttc",
    version: "0.25.1, Cargo's registry",
    speaks: "3.1.1",
    way: Way::Socket,
    memory: || {
        program("serve", &["tests/bench/c/serve.c", "tests/bench/c/broker.c", "tests/bench/c/stream.c"], &[], &[])?;
        rust("limpet-bench-rumqttc")
    },
    rate: Some(|| rust("limpet-bench-rumqttc")),
    count: 2000,
    cannot: &[("idle poll", "it sleeps in its runtime")],
};

/// What Rust's own library wants.
const RUST: &[&str] = &["-lm", "-ldl"];

pub const PEERS: &[Peer] = &[
    LIMPET,
    Peer {
        name: "Limpet, -O3",
        version: "this source, compiled for speed",
        memory: || program("limpet-fast", &in_memory(&["tests/bench/c/limpet.c"]), &[], &[&fast()?]),
        rate: None,
        ..LIMPET
    },
    MOSQUITTO,
    PAHO,
    RUMQTTC,
    RUST_MQTT,
    MINIMQ,
    Peer {
        name: "floor",
        version: "no library: what the measurement itself costs",
        memory: || program("floor", &in_memory(&["tests/bench/c/floor.c"]), &[], &[]),
        rate: None,
        ..LIMPET
    },
];
