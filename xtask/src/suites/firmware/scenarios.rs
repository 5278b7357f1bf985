//! The scenarios. Each starts with messages going both ways, and ends when they do so again.

use super::bench::Bench;
use std::thread;
use std::time::{Duration, Instant};
use xtask::Outcome;
use xtask::broker::Memory;
use xtask::firmware::feeder::PERIOD;
use xtask::firmware::lies::{LIES, Place};
use xtask::firmware::machines::{Link, Machine};
use xtask::subscriber::send_as;

pub struct Scenario {
    pub name: &'static str,
    pub memory: Memory,
    pub applies: fn(&Machine) -> bool,
    pub play: fn(&mut Bench) -> Outcome,
    /// The device's `response_time_ms`.
    pub response_ms: u32,
    /// Between two numbered messages from the host.
    pub period: Duration,
    /// The device's connections go through a `Liar`.
    pub through_liar: bool,
}

const ANY: fn(&Machine) -> bool = |_| true;
/// What is said can be heard and falsified on its way.
const CLEAR: fn(&Machine) -> bool = |machine| !machine.has_tls();
/// Those with TLS have such a scenario of their own.
const CLEAR_ETHERNET: fn(&Machine) -> bool = |machine| CLEAR(machine) && matches!(machine.link, Link::Ethernet { .. });

/// Long enough for a machine that has to wait for a processor, short enough for a test.
const SHORT_MS: u32 = 2500;

/// For a connection that must not break.
const LONG_MS: u32 = 20_000;

pub const fn scenario(name: &'static str, play: fn(&mut Bench) -> Outcome) -> Scenario {
    Scenario {
        name,
        memory: Memory::Forgotten,
        applies: ANY,
        play,
        response_ms: SHORT_MS,
        period: PERIOD,
        through_liar: false,
    }
}

pub const SCENARIOS: &[Scenario] = &[
    Scenario { response_ms: LONG_MS, ..scenario("messages both ways", both_ways) },
    Scenario { response_ms: LONG_MS, ..scenario("a message longer than any buffer", long) },
    Scenario { memory: Memory::Kept, ..scenario("broker killed, its disk survives", killed) },
    scenario("broker frozen", frozen),
    scenario("cable out and in", unplugged),
    scenario("nothing passes", hole),
    Scenario { applies: CLEAR_ETHERNET, ..scenario("frames lost, doubled, reordered", noise) },
    scenario("reset with a live session", reset),
    Scenario { applies: CLEAR, through_liar: true, ..scenario("malformed bytes", malformed) },
];

/// Frames that must be lost, doubled and overtaken before a noisy connection has been tried.
const DAMAGE: [u64; 3] = [60, 20, 20];

/// Letters of the long message.
const LONG: usize = 10_000;

const PATIENCE: Duration = Duration::from_secs(60);

impl Bench {
    /// The device is online again, by a line after `since`, and with its session.
    pub fn back(&self, since: usize) -> Outcome {
        if !self.device.wait_online(since)? {
            return Err("the broker has forgotten the session".to_string());
        }
        self.flow()
    }
}

/// Nothing is broken, so there is one connection.
fn both_ways(bench: &mut Bench) -> Outcome {
    bench.flow()?;
    match bench.rest()? {
        report if report.connects == 1 && report.outages == 0 => Ok(()),
        report => Err(format!("the connection did not hold: {report:?}")),
    }
}

/// Longer than what lwIP, Mbed TLS or the modem can hold, too; it comes in parts, and the connection holds.
fn long(bench: &mut Bench) -> Outcome {
    let text: String = ('a'..='z').cycle().take(LONG).collect();
    let mark = bench.device.mark();
    send_as("sender-of-long", bench.broker.port(), &format!("fw/{}/to/long", bench.device.id), &text)?;
    let (_, line) = bench.device.qemu.wait_for_line(mark, PATIENCE, |text| text.starts_with("long "))?;
    match line.text == format!("long {LONG} {LONG}") {
        true => both_ways(bench),
        false => Err(format!("it came as {}", line.text)),
    }
}

/// The broker is down for a while.
fn killed(bench: &mut Bench) -> Outcome {
    let mark = bench.device.mark();
    bench.kill_broker()?;
    bench.device.wait_offline(mark)?;
    bench.restart_broker()?;
    bench.back(mark)
}

/// Connections are accepted, and nobody answers.
fn frozen(bench: &mut Bench) -> Outcome {
    let mark = bench.device.mark();
    bench.broker.freeze()?;
    bench.device.wait_offline(mark)?;
    bench.device.wait_offline(bench.device.mark())?;
    bench.broker.thaw()?;
    bench.back(mark)
}

fn unplugged(bench: &mut Bench) -> Outcome {
    for _ in 0..2 {
        let mark = bench.device.mark();
        bench.device.wire.unplug(&bench.device.qemu)?;
        bench.device.wait_offline(mark)?;
        bench.device.wire.plug(&bench.device.qemu)?;
        bench.back(mark)?;
    }
    Ok(())
}

/// The device must find out by itself, and go on trying.
fn hole(bench: &mut Bench) -> Outcome {
    let mark = bench.device.mark();
    bench.device.wire.hole(true);
    bench.device.wait_offline(mark)?;
    bench.device.wait_offline(bench.device.mark())?;
    bench.device.wire.hole(false);
    bench.back(mark)
}

/// No outage, unless the device makes one of it.
pub fn noise(bench: &mut Bench) -> Outcome {
    if !bench.device.wire.noise(true) {
        return Err("this connection cannot be noisy".to_string());
    }
    let end = Instant::now() + PATIENCE;
    while bench.device.wire.damage().iter().zip(DAMAGE).any(|(is, wanted)| *is < wanted) {
        bench.flow()?;
        if Instant::now() >= end {
            return Err(format!("too little is lost, doubled and overtaken: {:?}", bench.device.wire.damage()));
        }
    }
    bench.device.wire.noise(false);
    bench.flow()
}

/// What the broker has for the device comes after the reset: the session goes on, although the device remembers nothing.
fn reset(bench: &mut Bench) -> Outcome {
    let before = bench.rest()?;
    bench.account(&before)?;
    bench.device.qemu.stop()?;
    bench.feeder.run();
    let sent = bench.feeder.sent();
    while bench.feeder.sent().iter().zip(sent).any(|(now, then)| *now < then + 3) {
        thread::sleep(Duration::from_millis(20));
    }
    let mark = bench.device.mark();
    bench.device.qemu.reset()?;
    bench.device.qemu.go_on()?;
    if !bench.device.wait_online(mark)? {
        return Err("after the reset the session is not there".to_string());
    }
    // Its random numbers depend on that.
    let boots = bench.device.boots();
    if boots.len() != 2 || boots[0] == boots[1] {
        return Err(format!("the device cannot tell its boots apart: {boots:?}"));
    }
    bench.go(1_000_000)?;
    bench.flow()?;
    let after = bench.rest()?;
    for qos in 1..3 {
        if after.first[qos] != before.next[qos] {
            return Err(format!("QoS {qos}: {} came first, not {}", after.first[qos], before.next[qos]));
        }
    }
    Ok(())
}

/// Each lie costs one connection, with the error that it deserves, and nothing else.
fn malformed(bench: &mut Bench) -> Outcome {
    for lie in LIES {
        let mark = bench.device.mark();
        let liar = bench.liar.as_ref().ok_or("there is no liar")?;
        liar.tell(lie);
        let online = lie.place == Place::BetweenPackets;
        let ended = bench.device.wait_error(mark, online, lie.error).and_then(|()| liar.told());
        ended.map_err(|reason| format!("{}: {reason}", lie.name))?;
        bench.back(mark).map_err(|reason| format!("{}: {reason}", lie.name))?;
    }
    Ok(())
}
