//! Outages with a real broker: the C publisher goes through the proxy to Mosquitto, and what arrives is counted. In each
//! scenario nothing may be lost, QoS 2 comes once if the session survived, and the publisher is soon at work again.

mod examples;

use super::tally::Tally;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};
use xtask::broker::Memory;
use xtask::proxy::{Entry, Rules};
use xtask::publisher::Recovery;
use xtask::rig::{Load, Rig};
use xtask::{Outcome, rig, setup};

/// 7.5 s of messages without an outage.
const LOAD: Load = Load { count: 500, period_ms: 15 };

const CALM: Duration = Duration::from_millis(1500);
const OUTAGE: Duration = Duration::from_secs(5);

struct Scenario {
    name: &'static str,
    memory: Memory,
    /// Ends when the fault is over and a message is through again.
    fault: fn(&mut Rig) -> Outcome<Recovery>,
}

const SCENARIOS: &[Scenario] = &[
    Scenario { name: "broker killed, its disk survives", memory: Memory::Kept, fault: |rig| killed(rig, true) },
    Scenario { name: "broker killed, it forgets all", memory: Memory::Forgotten, fault: |rig| killed(rig, false) },
    Scenario { name: "broker frozen", memory: Memory::Kept, fault: frozen },
    Scenario { name: "connections refused", memory: Memory::Kept, fault: |rig| closed(rig, Entry::Refuse) },
    Scenario { name: "connections never answered", memory: Memory::Kept, fault: |rig| closed(rig, Entry::Silent) },
    Scenario { name: "connection reset, five times", memory: Memory::Kept, fault: reset },
    Scenario { name: "connection ended in good order", memory: Memory::Kept, fault: ended },
    Scenario { name: "cut off both ways", memory: Memory::Kept, fault: |rig| hole(rig, true, true) },
    Scenario { name: "cut off towards the broker", memory: Memory::Kept, fault: |rig| hole(rig, true, false) },
    Scenario { name: "cut off towards the publisher", memory: Memory::Kept, fault: |rig| hole(rig, false, true) },
    Scenario { name: "one byte a second", memory: Memory::Kept, fault: trickle },
    Scenario { name: "cut in the middle of packets", memory: Memory::Kept, fault: cut },
    Scenario { name: "bytes late and in crumbs", memory: Memory::Kept, fault: crumbs },
];

/// A check of its own, because there is no calm before the fault.
const DOWN_AT_START: &str = "broker down at the start";

/// What is checked.
pub fn names() -> Vec<&'static str> {
    let examples = examples::EXAMPLES.iter().map(|e| e.name);
    SCENARIOS.iter().map(|s| s.name).chain([DOWN_AT_START]).chain(examples).collect()
}

pub fn run() -> Tally {
    let program = match setup::need(&[setup::C, setup::MOSQUITTO]).and_then(|()| rig::build()) {
        Ok(program) => program,
        Err(reason) => return Tally::failure(reason),
    };
    let mut tally = Tally::default();
    let mut note = |name: &str, result: Outcome<String>| {
        tally.check(name, result.map(|text| println!("  {name:34} {text}")));
    };
    // They mostly wait, so all run at once. Each thread outlives the children it starts.
    thread::scope(|scope| {
        let program = &program;
        let started: Vec<_> = SCENARIOS.iter().map(|s| (s.name, scope.spawn(|| outage(program, s)))).collect();
        let mut others = vec![(DOWN_AT_START, scope.spawn(|| broker_down_at_start(program)))];
        others.extend(examples::EXAMPLES.iter().map(|e| (e.name, scope.spawn(e.run))));
        for (name, thread) in started.into_iter().chain(others) {
            note(name, thread.join().unwrap_or_else(|_| Err("it panicked".to_string())));
        }
    });
    tally
}

fn outage(program: &Path, scenario: &Scenario) -> Outcome<String> {
    let mut rig = Rig::start(program, scenario.memory, LOAD)?;
    thread::sleep(CALM);
    let recovery = (scenario.fault)(&mut rig)?;
    conclude(rig, &recovery)
}

fn broker_down_at_start(program: &Path) -> Outcome<String> {
    let mut rig = Rig::without_broker(program, Memory::Kept, LOAD)?;
    thread::sleep(CALM);
    rig.bring_up_broker()?;
    let recovery = rig.publisher.recovery(None, Instant::now())?;
    conclude(rig, &recovery)
}

/// All messages must be accounted for.
fn conclude(mut rig: Rig, recovery: &Recovery) -> Outcome<String> {
    let verdict = rig.finish(Duration::from_secs(60))?;
    verdict.check()?;
    Ok(format!(
        "recovered in {:4.1} s of {:.1} s; {} + {} messages, {} + {} came again",
        recovery.took.as_secs_f32(),
        recovery.bound.as_secs_f32(),
        verdict.accepted[1],
        verdict.accepted[2],
        verdict.repeated[1],
        verdict.repeated[2],
    ))
}

fn killed(rig: &mut Rig, settled: bool) -> Outcome<Recovery> {
    let broken = Instant::now();
    rig.kill_broker(settled)?;
    thread::sleep(CALM);
    rig.bring_up_broker()?;
    rig.publisher.recovery(Some(broken), Instant::now())
}

fn frozen(rig: &mut Rig) -> Outcome<Recovery> {
    rig.broker.freeze()?;
    thread::sleep(OUTAGE);
    rig.broker.thaw()?;
    rig.publisher.recovery(None, Instant::now())
}

fn closed(rig: &mut Rig, entry: Entry) -> Outcome<Recovery> {
    let broken = Instant::now();
    rig.proxy.change(|rules| rules.entry = entry);
    rig.proxy.reset();
    thread::sleep(OUTAGE);
    rig.proxy.set(Rules::DISTANT);
    rig.publisher.recovery(Some(broken), Instant::now())
}

fn reset(rig: &mut Rig) -> Outcome<Recovery> {
    for _ in 0..4 {
        rig.proxy.reset();
        thread::sleep(Duration::from_millis(600));
    }
    let broken = Instant::now();
    rig.proxy.reset();
    rig.publisher.recovery(Some(broken), broken)
}

fn ended(rig: &mut Rig) -> Outcome<Recovery> {
    let broken = Instant::now();
    rig.proxy.half_close();
    rig.publisher.recovery(Some(broken), broken)
}

fn hole(rig: &mut Rig, up: bool, down: bool) -> Outcome<Recovery> {
    rig.hole(up, down);
    thread::sleep(OUTAGE);
    rig.proxy.set(Rules::DISTANT);
    rig.publisher.recovery(None, Instant::now())
}

fn trickle(rig: &mut Rig) -> Outcome<Recovery> {
    rig.proxy.change(|rules| {
        rules.up.rate = 1;
        rules.down.rate = 1;
    });
    thread::sleep(OUTAGE);
    rig.proxy.set(Rules::DISTANT);
    rig.publisher.recovery(None, Instant::now())
}

/// A reset after so many bytes, some in the middle of a CONNECT, a CONNACK or an acknowledgement.
fn cut(rig: &mut Rig) -> Outcome<Recovery> {
    for bytes in [3, 40, 200, 1, 77, 500] {
        rig.proxy.change(|rules| rules.up.cut_after = Some(bytes));
        thread::sleep(Duration::from_millis(300));
        rig.proxy.change(|rules| rules.down.cut_after = Some(bytes % 11));
        thread::sleep(Duration::from_millis(300));
    }
    rig.proxy.set(Rules::DISTANT);
    rig.publisher.recovery(None, Instant::now())
}

/// No outage: nothing breaks, and so nothing may come again.
fn crumbs(rig: &mut Rig) -> Outcome<Recovery> {
    rig.proxy.change(|rules| {
        for lane in [&mut rules.up, &mut rules.down] {
            lane.chunk = 5;
            lane.delay_ms = (0, 1);
        }
    });
    thread::sleep(OUTAGE);
    rig.publisher.recovery(None, Instant::now())
}
