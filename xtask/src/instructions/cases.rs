//! What is counted: the spans of tests/firmware/bench, and what they are called.

use xtask::firmware::spans::Span;

pub struct Case {
    /// In tests/size/instructions.csv.
    pub name: &'static str,
    /// In README.md.
    pub about: &'static str,
    pub span: Span,
}

const fn case(name: &'static str, about: &'static str, span: [&'static str; 3]) -> Case {
    Case { name, about, span: Span { name: span[0], begin: span[1], end: span[2] } }
}

/// How often the program goes through each; it says so, too.
pub const ROUNDS: usize = 500;

pub const CASES: &[Case] = &[
    case(
        "idle poll",
        "`mqtt_poll`, nothing to do: the clock is asked once, and one read finds nothing",
        ["idle", "bench_idle_begin", "bench_idle_end"],
    ),
    case("publish QoS 0", "`mqtt_publish` of QoS 0", ["publish", "bench_publish0_begin", "bench_publish0_accepted"]),
    case(
        "publish QoS 0 and poll",
        "the same, and `mqtt_poll` to `MQTT_EV_DONE`",
        ["publish0", "bench_publish0_begin", "bench_publish0_end"],
    ),
    case(
        "publish QoS 1 and poll",
        "`mqtt_publish` of QoS 1, and `mqtt_poll` to PUBACK and `MQTT_EV_DONE`",
        ["publish1", "bench_publish1_begin", "bench_publish1_end"],
    ),
    case(
        "8 of QoS 1 and poll",
        "8 of them at once, to the last `MQTT_EV_DONE`",
        ["several", "bench_several_begin", "bench_several_end"],
    ),
    case(
        "receive QoS 0",
        "`mqtt_poll` that reads a message of QoS 0 and gives it to `on_event`",
        ["receive0", "bench_receive0_begin", "bench_receive0_end"],
    ),
    case(
        "receive QoS 1",
        "the same of QoS 1, and its PUBACK",
        ["receive1", "bench_receive1_begin", "bench_receive1_end"],
    ),
    case("ping", "`mqtt_poll` that writes PINGREQ and reads PINGRESP", ["ping", "bench_ping_begin", "bench_ping_end"]),
];
