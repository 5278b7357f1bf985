//! c_examples/outlive.c: killed while there is no broker, and what it had accepted goes out in its next life.

use std::collections::HashSet;
use std::process::Command;
use std::time::Duration;
use xtask::broker::{Broker, Memory};
use xtask::process::{Process, free_port};
use xtask::subscriber::Subscriber;
use xtask::{Outcome, archive, cc, paths};

const SOON: Duration = Duration::from_secs(10);

/// In each life; its outbox has room for 21, its subscription included.
const COUNT: u32 = 20;

pub fn run() -> Outcome<String> {
    let source = paths::root().join("c_examples/outlive.c");
    let program = cc::program("run-outlive", &[source], &archive::place(), &cc::Kind::EXAMPLE, &[])?;
    let dir = paths::scratch("outlive")?;
    let start = |port: u16, count: u32, first: u32| {
        let mut command = Command::new(&program);
        command.args(["127.0.0.1", &port.to_string()]).arg(dir.join("store")).arg("0.01");
        Process::spawn("outlive", command.args([count, first].map(|number| number.to_string())))
    };
    // One more than it can: it must still be at work when it is killed.
    let mut first = start(free_port()?, COUNT + 1, 0)?;
    first.wait_for_line(0, SOON, |line| line.text.starts_with(&format!("publish {}, ", COUNT - 1)))?;
    first.signal(libc::SIGKILL)?;
    first.wait(SOON)?;

    let broker = Broker::start(Memory::Forgotten)?;
    let counter = Subscriber::start(broker.port(), "outlive");
    counter.wait_confirmed(0, SOON)?;
    let mut second = start(broker.port(), COUNT, COUNT)?;
    let status = second.wait(SOON * 2)?;
    let wanted: HashSet<u32> = (0..2 * COUNT).collect();
    counter.wait_for(&wanted, SOON);
    let arrivals = counter.arrivals();
    // A directory that stays is harmless: its name is not used again.
    let _ = std::fs::remove_dir_all(&dir);
    let once = arrivals.values().filter(|times| **times == 1).count();
    if status.success() && once == wanted.len() && arrivals.len() == wanted.len() {
        return Ok(format!("{COUNT} messages of a life without a broker and {COUNT} of the next arrive once"));
    }
    Err(format!("{status}; of {} messages {} arrived, {once} of them once", wanted.len(), arrivals.len()))
}
