//! How a connection ends: the broker says goodbye, it is cut off in silence, reset, or spoilt. Each is told apart.

use super::Case;
use super::stage::{SOON, Stage, Task, ends_with};
use std::thread;
use std::time::{Duration, Instant};
use xtask::Outcome;
use xtask::broker::{Broker, Tls};
use xtask::process::Process;
use xtask::proxy::{Proxy, Rules};
use xtask::subscriber::send;

pub const CASES: &[Case] = &[
    Case { name: "the broker says goodbye", run: goodbye },
    Case { name: "the connection ends without a goodbye", run: |stage| ended(stage, None) },
    Case { name: "the connection ends in the middle of a record", run: |stage| ended(stage, Some(20)) },
    Case { name: "the connection is reset in a record", run: reset },
    Case { name: "a bit is flipped", run: flipped },
];

/// A probe that is up, behind a proxy.
fn online(stage: &Stage) -> Outcome<(Process, Proxy, Broker)> {
    let broker = stage.broker(&Tls::USUAL)?;
    let proxy = Proxy::start(broker.tls_port()?, 1)?;
    let probe = stage.probe(proxy.port(), &Task::WAIT)?;
    probe.wait_for_line(0, SOON, |line| line.text == "up")?;
    Ok((probe, proxy, broker))
}

/// MQTT_ERR_PEER_CLOSED: the sender has the client id of the probe, so the broker ends the older one.
fn goodbye(stage: &Stage) -> Outcome<String> {
    let (mut probe, _proxy, broker) = online(stage)?;
    send(broker.port(), "elsewhere", "x")?;
    ends_with(&mut probe, "error -42, detail 0:", SOON)
}

/// MQTT_ERR_TLS with MBEDTLS_ERR_SSL_CONN_EOF, at once or after so many bytes of a record.
fn ended(stage: &Stage, after: Option<usize>) -> Outcome<String> {
    let (mut probe, proxy, broker) = online(stage)?;
    if after.is_some() {
        proxy.change(|rules| rules.down.hole_after = after);
        send_to_probe(&broker)?;
        let end = Instant::now() + SOON;
        while !proxy.rules().down.hole {
            if Instant::now() >= end {
                return Err("the proxy has nothing to cut".to_string());
            }
            thread::sleep(Duration::from_millis(5));
        }
    }
    proxy.half_close();
    ends_with(&mut probe, "error -54, detail -29312: the connection was cut off", SOON)
}

/// MQTT_ERR_IO with -ECONNRESET: it is not TLS that failed.
fn reset(stage: &Stage) -> Outcome<String> {
    let (mut probe, proxy, broker) = online(stage)?;
    proxy.change(|rules| rules.down.cut_after = Some(20));
    send_to_probe(&broker)?;
    ends_with(&mut probe, "error -41, detail -104:", SOON)
}

/// MQTT_ERR_TLS with MBEDTLS_ERR_SSL_INVALID_MAC.
fn flipped(stage: &Stage) -> Outcome<String> {
    let (mut probe, proxy, broker) = online(stage)?;
    proxy.set(Rules::CLEAR);
    proxy.change(|rules| rules.down.flip_after = Some(20));
    send_to_probe(&broker)?;
    ends_with(&mut probe, "error -54, detail -29056: TLS failed", SOON)
}

/// A message for the probe, from a client that does not take its place.
fn send_to_probe(broker: &Broker) -> Outcome {
    xtask::subscriber::send_as("another", broker.port(), "bulk", "a message of more than twenty bytes")
}
