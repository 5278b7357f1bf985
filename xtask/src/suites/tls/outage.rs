//! c_examples/tls.c through an outage: the connection is reset, the broker is killed.

use super::Case;
use super::stage::{SOON, Stage};
use std::collections::HashSet;
use xtask::Outcome;
use xtask::broker::{Broker, Memory, Tls};
use xtask::proxy::Proxy;
use xtask::subscriber::Subscriber;

/// Messages, one every 0.1 s.
const COUNT: u32 = 60;

pub const CASES: &[Case] = &[Case { name: "resets, and a killed broker", run: outages }];

fn outages(stage: &Stage) -> Outcome<String> {
    let mut broker = Broker::start_with_tls(Memory::Kept, &Tls::USUAL, &stage.certificates)?;
    let proxy = Proxy::start(broker.tls_port()?, 1)?;
    let counter = Subscriber::start(broker.port(), "result");
    counter.wait_confirmed(0, SOON)?;
    let arguments = ["0.1", &COUNT.to_string(), "--name", "localhost"];
    let mut program = stage.example("127.0.0.1", proxy.port(), "ca", &arguments)?;
    let echo = |from: usize| program.wait_for_line(from, SOON, |line| line.text.starts_with("Topic = result Count = "));
    let up = |from: usize| program.wait_for_line(from, SOON, |line| line.text.starts_with("up, "));
    let down = |from: usize| program.wait_for_line(from, SOON, |line| line.text.starts_with("down: "));

    let mut at = echo(0)?.0;
    for _ in 0..2 {
        proxy.reset();
        at = down(at)?.0;
        at = up(at)?.0;
        at = echo(at)?.0;
    }
    let confirmed = counter.confirmed();
    // It must not forget what it has acknowledged.
    proxy.change(|rules| {
        rules.up.hole = true;
        rules.down.hole = true;
    });
    broker.settle()?;
    broker.kill();
    proxy.reset();
    at = down(at)?.0;
    proxy.set(xtask::proxy::Rules::CLEAR);
    broker.restart()?;
    counter.wait_confirmed(confirmed, SOON)?;
    at = up(at)?.0;
    echo(at)?;

    program.wait_for_line(at, SOON, |line| line.text == "left")?;
    program.wait(SOON)?;
    let delivered = program.lines().iter().filter(|line| line.text.starts_with("delivered, ")).count();
    let wanted: HashSet<_> = (0..COUNT).collect();
    counter.wait_for(&wanted, SOON);
    let arrived = counter.arrivals().len();
    if (u32::try_from(delivered), u32::try_from(arrived)) != (Ok(COUNT), Ok(COUNT)) {
        return Err(format!("published {COUNT}, reported as delivered {delivered}, arrived {arrived}"));
    }
    Ok(format!("{arrived} of {COUNT} arrived"))
}
