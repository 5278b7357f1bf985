//! The clients that are measured, and how each is brought to a broker: to the one in memory, and to a real one.

use super::cases::{Case, Plan};
use super::programs::{SOCKET, delivered, fast, in_memory, over_socket, program, rust};
use std::path::{Path, PathBuf};
use xtask::build::Speaks;
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
    /// The same, speaking MQTT 5.
    pub memory5: Option<fn() -> Outcome<PathBuf>>,
    /// Builds its program for a real broker.
    pub rate: Option<fn() -> Outcome<PathBuf>>,
    /// Messages of one measurement; another measurement has twice as many.
    pub count: u32,
    /// Beginnings of the names of cases that are not measured, and why.
    pub cannot: &'static [(&'static str, &'static str)],
}

/// A peer's programs with the broker in memory.
pub struct Built {
    usual: PathBuf,
    v5: Option<PathBuf>,
}

impl Built {
    /// None: it cannot do that.
    pub fn of(&self, case: &Case) -> Option<&Path> {
        self.speaking(case.is_v5)
    }

    pub fn speaking(&self, v5: bool) -> Option<&Path> {
        if v5 { self.v5.as_deref() } else { Some(&self.usual) }
    }
}

impl Peer {
    pub fn build(&self) -> Outcome<Built> {
        Ok(Built { usual: (self.memory)()?, v5: self.memory5.map(|build| build()).transpose()? })
    }

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
    speaks: "3.1.1 and 5",
    way: Way::Hook,
    memory: || program("limpet", &in_memory(&["tests/bench/c/limpet.c"]), &[], &[&delivered(Speaks::V3)?]),
    memory5: Some(|| program("limpet5", &in_memory(&LIMPET5), V5, &[&delivered(Speaks::Both)?])),
    rate: Some(|| program("limpet-rate", &over_socket(&LIMPET_SOCKET), &[], &[&delivered(Speaks::V3)?])),
    count: 2000,
    cannot: &[],
};

/// The linker keeps mqtt_post of this object, which is larger than it is in the archive, and with it the need for locks.
const LIMPET5: [&str; 2] = ["tests/bench/c/limpet.c", "c_examples/posix/lock.c"];

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
    speaks: "3.1.1 and 5",
    way: Way::Calls,
    memory: || {
        setup::need(&[setup::LIBMOSQUITTO])?;
        let sources = in_memory(&["tests/bench/c/calls.c", "tests/bench/c/mosquitto.c"]);
        program("mosquitto", &sources, &["-lmosquitto"], &[])
    },
    memory5: Some(|| {
        let sources = in_memory(&["tests/bench/c/calls.c", "tests/bench/c/mosquitto.c"]);
        program("mosquitto5", &sources, &[V5, &["-lmosquitto"]].concat(), &[])
    }),
    rate: Some(|| program("mosquitto-rate", &over_socket(&["tests/bench/c/mosquitto.c"]), &["-lmosquitto"], &[])),
    count: 1000,
    cannot: &[],
};

const PAHO: Peer = Peer {
    name: "Paho C",
    version: "1.3.12, Debian 12; in memory MQTTClient without threads, with a broker MQTTAsync with two",
    speaks: "3.1.1 and 5",
    way: Way::Calls,
    memory: || {
        setup::need(&[setup::PAHO])?;
        let sources = in_memory(&["tests/bench/c/calls.c", "tests/bench/c/paho.c"]);
        program("paho", &sources, &["-lpaho-mqtt3c"], &[])
    },
    memory5: Some(|| {
        let sources = in_memory(&["tests/bench/c/calls.c", "tests/bench/c/paho5.c"]);
        program("paho5", &sources, &[V5, &["-lpaho-mqtt3c"]].concat(), &[])
    }),
    rate: Some(|| program("paho-rate", &over_socket(&["tests/bench/c/paho_threads.c"]), &["-lpaho-mqtt3a"], &[])),
    count: 500,
    cannot: &[],
};

const MINIMQ: Peer = Peer {
    name: "minimq",
    version: "0.13.5, Cargo's registry",
    speaks: "5",
    way: Way::Hook,
    memory: minimq,
    memory5: Some(minimq),
    rate: Some(|| program("minimq-rate", &over_socket(&SOCKET), RUST, &[&rust("liblimpet_bench_minimq.a")?])),
    count: 1000,
    cannot: &[("receive QoS 2: 16 in a read", "it takes fewer of QoS 2 at once, and tells the broker so")],
};

fn minimq() -> Outcome<PathBuf> {
    program("minimq", &in_memory(&["tests/bench/c/memory.c"]), RUST, &[&rust("liblimpet_bench_minimq.a")?])
}

const RUST_MQTT: Peer = Peer {
    name: "rust-mqtt",
    version: "0.6.0, Cargo's registry",
    memory: rust_mqtt,
    memory5: Some(rust_mqtt),
    rate: Some(|| program("rust-mqtt-rate", &over_socket(&SOCKET), RUST, &[&rust("liblimpet_bench_rust_mqtt.a")?])),
    cannot: &[],
    ..MINIMQ
};

fn rust_mqtt() -> Outcome<PathBuf> {
    program("rust-mqtt", &in_memory(&["tests/bench/c/memory.c"]), RUST, &[&rust("liblimpet_bench_rust_mqtt.a")?])
}

const RUMQTTC: Peer = Peer {
    name: "rumqttc",
    version: "0.25.1, Cargo's registry",
    speaks: "3.1.1",
    way: Way::Socket,
    memory: || {
        program("serve", &["tests/bench/c/serve.c", "tests/bench/c/broker.c", "tests/bench/c/stream.c"], &[], &[])?;
        rust("limpet-bench-rumqttc")
    },
    memory5: None,
    rate: Some(|| rust("limpet-bench-rumqttc")),
    count: 2000,
    cannot: &[("idle poll", "it sleeps in its runtime")],
};

/// Peers in C that speak 3.1.1 by themselves.
const V5: &[&str] = &["-DBENCH_V5"];

/// What Rust's own library wants.
const RUST: &[&str] = &["-lm", "-ldl"];

pub const PEERS: &[Peer] = &[
    LIMPET,
    Peer {
        name: "Limpet, -O3",
        version: "this source, compiled for speed",
        memory: || program("limpet-fast", &in_memory(&["tests/bench/c/limpet.c"]), &[], &[&fast(Speaks::V3)?]),
        memory5: Some(|| program("limpet-fast5", &in_memory(&LIMPET5), V5, &[&fast(Speaks::Both)?])),
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
        speaks: "3.1.1",
        memory: || program("floor", &in_memory(&["tests/bench/c/floor.c"]), &[], &[]),
        memory5: None,
        rate: None,
        ..LIMPET
    },
];
