//! How the cost of a message grows with what the client has to keep in mind.

use super::cases::Plan;
use super::memory::cost_of;
use super::peers::{Built, LIMPET, MOSQUITTO, Peer};
use std::path::Path;
use xtask::{Outcome, build};

pub struct Series {
    pub name: &'static str,
    /// Its line is in the picture; those that are flat in any case are not.
    pub is_shown: bool,
    pub plan: fn(u32) -> Plan,
    is_v5: bool,
    /// A run is as many messages as the step says, the other one twice as many.
    counts_itself: bool,
    /// libmosquitto can do it, too.
    beside: bool,
}

pub const STEPS: &[u32] = &[1, 3, 10, 30, 100, 300, 1000];

/// What Mosquitto states by itself.
const ALLOWED: u32 = 20;

const PUBLISH: Plan = Plan { what: "publish", qos: 1, window: 1, ..Plan::IDLE };

pub const SERIES: &[Series] = &[
    Series {
        name: "QoS 1, so many under way, answered in order",
        is_shown: true,
        plan: |n| Plan { window: n + 1, lag: n, ..PUBLISH },
        is_v5: false,
        counts_itself: false,
        beside: true,
    },
    Series {
        name: "QoS 1, behind so many that are not answered",
        is_shown: true,
        plan: |n| Plan { stuck: n, ..PUBLISH },
        is_v5: false,
        counts_itself: false,
        beside: true,
    },
    Series {
        name: "QoS 1, so many published at once",
        is_shown: true,
        plan: |n| Plan { window: n, ..PUBLISH },
        is_v5: false,
        counts_itself: false,
        beside: true,
    },
    Series {
        name: "mqtt_publish of QoS 1 behind so many, offline",
        is_shown: true,
        plan: |_| Plan { what: "queue", qos: 1, ..Plan::IDLE },
        is_v5: false,
        counts_itself: true,
        beside: false,
    },
    Series {
        name: "QoS 1, with so many KiB of outbox",
        is_shown: false,
        plan: |n| Plan { spare: n * 1024, ..PUBLISH },
        is_v5: false,
        counts_itself: false,
        beside: false,
    },
    Series {
        name: "QoS 1, with so many subscriptions",
        is_shown: false,
        plan: |n| Plan { filters: n, ..PUBLISH },
        is_v5: false,
        counts_itself: false,
        beside: true,
    },
    Series {
        name: "receive QoS 0, with so many subscriptions",
        is_shown: false,
        plan: |n| Plan { what: "receive", window: 1, filters: n, ..Plan::IDLE },
        is_v5: false,
        counts_itself: false,
        beside: true,
    },
    Series {
        name: "idle poll, with so many under way",
        is_shown: false,
        plan: |n| Plan { what: "idle", qos: 1, stuck: n, ..Plan::IDLE },
        is_v5: false,
        counts_itself: false,
        beside: true,
    },
    Series {
        name: "MQTT 5, QoS 1, so many under way, answered in order",
        is_shown: false,
        plan: |n| Plan { window: n + 1, lag: n, ..PUBLISH },
        is_v5: true,
        counts_itself: false,
        beside: true,
    },
    Series {
        name: "MQTT 5, QoS 1, behind so many that are not answered",
        is_shown: false,
        plan: |n| Plan { stuck: n, ..PUBLISH },
        is_v5: true,
        counts_itself: false,
        beside: true,
    },
    Series {
        name: "MQTT 5, QoS 1, so many published at once, 20 allowed",
        is_shown: true,
        plan: |n| Plan { window: n, allowed: ALLOWED, ..PUBLISH },
        is_v5: true,
        counts_itself: false,
        beside: true,
    },
];

/// Instructions of a message at each of `STEPS`.
pub struct Curve {
    pub series: &'static Series,
    pub limpet: Vec<f64>,
    /// None where libmosquitto has nothing of the kind.
    pub mosquitto: Option<Vec<f64>>,
}

pub fn measure() -> Outcome<Vec<Curve>> {
    let (limpet, mosquitto) = (LIMPET.build()?, MOSQUITTO.build()?);
    println!("{:50}{}", "instructions", STEPS.iter().map(|n| format!(" {n:>7}")).collect::<String>());
    SERIES.iter().map(|series| curve(series, &limpet, &mosquitto)).collect()
}

fn curve(series: &'static Series, limpet: &Built, mosquitto: &Built) -> Outcome<Curve> {
    let program = |built: &Built| built.speaking(series.is_v5).ok_or("it does not speak MQTT 5").map(Path::to_path_buf);
    let ours = points(series, &LIMPET, &program(limpet)?)?;
    let theirs = series.beside.then(|| points(series, &MOSQUITTO, &program(mosquitto)?)).transpose()?;
    Ok(Curve { series, limpet: ours, mosquitto: theirs })
}

fn points(series: &Series, peer: &Peer, program: &Path) -> Outcome<Vec<f64>> {
    let point = |n: &u32| {
        let count = if series.counts_itself { *n } else { peer.count };
        cost_of(peer, program, &(series.plan)(*n), count).map_err(|e| format!("{}, {n}: {e}", series.name))
    };
    let costs = build::side_by_side(STEPS, point).into_iter().collect::<Outcome<Vec<_>>>()?;
    let points: Vec<f64> = costs.into_iter().map(|cost| cost.instructions).collect();
    println!("{:36}{:>14}{}", series.name, peer.name, points.iter().map(|p| format!(" {p:>7.0}")).collect::<String>());
    Ok(points)
}
