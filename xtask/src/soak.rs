//! `cargo xtask soak`: Limpet in C, a client of another maker, and Mosquitto between them, through outage after outage.
//! Numbered messages go both ways, QoS 1 and 2 in turn, in MQTT 3.1.1 and in 5. None may be lost, those of QoS 2 come once,
//! each publish ends once, and the memory stays what it is. It goes on where it was when it is stopped and started again.

mod ends;
mod faults;
pub mod herd;
mod kept;
mod listener;
mod memory;
mod plan;
mod record;
mod stage;
mod sums;
mod weeks;

use ends::Programs;
use memory::Memory;
use plan::Plan;
use record::Record;
use stage::Stage;
use std::time::{Duration, Instant};
use xtask::{Outcome, paths, setup};

/// At the end: what comes again late comes within this.
const CALM: Duration = Duration::from_secs(1);

/// `--messages N` and `--outages N`, in any order; or `--board`, with or without `--weeks N`.
pub fn run_with(mut options: &[&str]) -> Outcome {
    match options {
        ["--board"] => return weeks::run(8),
        ["--board", "--weeks", weeks] => {
            return weeks::run(weeks.parse().map_err(|_| format!("not a number: {weeks}"))?);
        }
        _ => {}
    }
    let (mut messages, mut outages) = (1_000_000, 1000);
    while let [name, value, rest @ ..] = options {
        let value = value.parse().map_err(|_| format!("not a number: {value}"))?;
        match *name {
            "--messages" => messages = value,
            "--outages" => outages = value,
            _ => return Err(format!("no such option: {name}")),
        }
        options = rest;
    }
    match options {
        [] => run(Plan::new(messages, outages)?),
        [name, ..] => Err(format!("{name} needs a number")),
    }
}

/// The whole plan, or what is left of it.
fn run(plan: Plan) -> Outcome {
    let dir = paths::target().join("soak");
    let mut record = Record::resume(&dir.join(format!("{}.txt", plan.name())), plan)?;
    let memory = Memory::in_file(&dir.join(format!("{}.csv", plan.name())), record.lives > 0)?;
    println!("{plan}; what is done is kept below {}", dir.display());
    if record.rounds > 0 {
        println!("going on after {} messages and {} outages", record.messages(), record.outages);
    }
    go(plan, &mut record, memory, true)
}

/// A day of the board.
pub fn day() -> Outcome {
    weeks::day()
}

/// A small plan, without traces.
pub fn short() -> Outcome {
    let plan = Plan::new(10_000, 20)?;
    go(plan, &mut Record::new(plan), Memory::default(), false)
}

fn go(plan: Plan, record: &mut Record, mut memory: Memory, tells: bool) -> Outcome {
    setup::need(&[setup::C, setup::MOSQUITTO])?;
    let programs = Programs::build()?;
    let mut stage = Stage::start(&programs)?;
    record.lives += 1;
    while record.rounds < plan.rounds() {
        let start = Instant::now();
        let before = stage.figures()?;
        stage.round(plan, record, &mut memory)?;
        let after = stage.figures()?;
        record.rounds += 1;
        record.again += after.again - before.again;
        record.lost_connections += after.outages - before.outages;
        record.seconds += start.elapsed().as_secs_f64();
        record.save()?;
        if tells {
            println!("{}; {}", record.progress(), memory.now());
        }
    }
    stage.rest(CALM)?;
    stage.finish()?;
    let flat = memory.judge()?;
    record.end()?;
    println!("  {}\n  {flat}", record.summary());
    Ok(())
}
