//! A handshake that does not get on: no mqtt_poll may wait for it, and it ends by MQTT_ERR_OPEN_TIMEOUT.

use super::Case;
use super::stage::{SOON, Stage, Task, ends_with};
use xtask::Outcome;
use xtask::broker::Tls;
use xtask::proxy::{Entry, Proxy, Rules};

/// Longer than any poll may take.
const TASK: Task = Task { response_ms: 3000, ..Task::WAIT };

pub const CASES: &[Case] = &[
    Case { name: "a handshake that nobody answers", run: |stage| stalled(stage, |rules| rules.entry = Entry::Silent) },
    Case { name: "a handshake of one byte a second", run: |stage| stalled(stage, trickle) },
    Case {
        name: "a handshake that falls silent at its start",
        run: |stage| stalled(stage, |r| r.down.hole_after = Some(3)),
    },
    Case {
        name: "a handshake that falls silent in a certificate",
        run: |stage| stalled(stage, |r| r.down.hole_after = Some(400)),
    },
    Case {
        name: "a handshake cut off towards the broker",
        run: |stage| stalled(stage, |r| r.up.hole_after = Some(300)),
    },
];

fn trickle(rules: &mut Rules) {
    rules.up.rate = 1;
    rules.down.rate = 1;
}

/// The same probe is through when nothing is in its way.
fn stalled(stage: &Stage, stall: fn(&mut Rules)) -> Outcome<String> {
    let broker = stage.broker(&Tls::USUAL)?;
    let proxy = Proxy::start(broker.tls_port()?, 1)?;
    proxy.change(stall);
    let mut probe = stage.probe(proxy.port(), &TASK)?;
    let last = ends_with(&mut probe, "error -43, detail 0:", SOON)?;
    proxy.set(Rules::CLEAR);
    proxy.reset();
    let probe = stage.probe(proxy.port(), &TASK)?;
    probe.wait_for_line(0, SOON, |line| line.text == "up")?;
    Ok(last)
}
