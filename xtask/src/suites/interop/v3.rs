//! Target and tester of tests/v3 with Mosquitto: as they are, through an outage of the target before each step, and
//! without a target, when the tester must say that every step failed.

use super::super::tally::Tally;
use std::path::PathBuf;
use std::process::Command;
use std::thread;
use std::time::Duration;
use xtask::broker::{Broker, Memory};
use xtask::cc;
use xtask::process::{Line, Process};
use xtask::proxy::Proxy;
use xtask::{Outcome, archive, paths};

const SOON: Duration = Duration::from_secs(10);
const LIMIT: Duration = Duration::from_secs(120);
const STEPS: usize = 8;

pub fn run() -> Tally {
    let programs = build("target").and_then(|target| build("tester").map(|tester| Programs { target, tester }));
    let programs = match programs {
        Ok(programs) => programs,
        Err(reason) => return Tally::failure(reason),
    };
    let mut tally = Tally::default();
    thread::scope(|scope| {
        let scenarios = [
            ("target and tester", scope.spawn(|| programs.pass(false))),
            ("target and tester, an outage before each step", scope.spawn(|| programs.pass(true))),
            ("tester without a target", scope.spawn(|| programs.fail())),
        ];
        for (name, thread) in scenarios {
            let result = thread.join().unwrap_or_else(|_| Err("it panicked".to_string()));
            tally.check(name, result.map(|last| println!("  {name}: {last}")));
        }
    });
    tally
}

struct Programs {
    target: PathBuf,
    tester: PathBuf,
}

/// The archive is there: the conformance program was built with it.
fn build(name: &str) -> Outcome<PathBuf> {
    let dir = paths::root().join("tests/v3");
    let sources = [dir.join(name).with_extension("c"), dir.join("json.c")];
    cc::program(name, &sources, &archive::place(), &cc::Kind::CONFORMANCE, &[])
}

impl Programs {
    fn pass(&self, outages: bool) -> Outcome<String> {
        let broker = Broker::start(Memory::Kept)?;
        let proxy = Proxy::start(broker.port(), 1)?;
        let target = spawn("target", &self.target, &[&proxy.port().to_string()])?;
        target.wait_for_line(0, SOON, |line| line.text == "subscribed")?;
        let mut tester = spawn("tester", &self.tester, &[&broker.port().to_string()])?;
        for step in 1..STEPS {
            let is_it = |line: &Line| line.text.split(' ').nth(1) == Some(&step.to_string());
            tester.wait_for_line(0, LIMIT, is_it)?;
            if outages {
                proxy.reset();
            }
        }
        let ups = || target.lines().iter().filter(|line| line.text == "up").count();
        let end = conclude(&mut tester)?;
        match (end.0, end.1.as_str(), ups()) {
            (true, "8 passed, 0 failed", 1) if !outages => Ok(end.1),
            // An outage may fall into the one before it.
            (true, "8 passed, 0 failed", ups) if outages && ups > STEPS / 2 => Ok(end.1),
            (_, _, ups) => Err(format!("connected {ups} times; the tester says\n{}", said(&tester))),
        }
    }

    fn fail(&self) -> Outcome<String> {
        let broker = Broker::start(Memory::Forgotten)?;
        let mut tester = spawn("tester", &self.tester, &[&broker.port().to_string(), "0.2"])?;
        let end = conclude(&mut tester)?;
        let fails = tester.lines().iter().filter(|line| line.text.starts_with("FAIL ")).count();
        if end.0 || end.1 != "0 passed, 8 failed" || fails != STEPS {
            return Err(format!("the tester does not notice, it says\n{}", said(&tester)));
        }
        Ok(end.1)
    }
}

fn spawn(name: &str, program: &PathBuf, arguments: &[&str]) -> Outcome<Process> {
    Process::spawn(name, Command::new(program).arg("127.0.0.1").args(arguments))
}

/// Whether it ended well, and its last line.
fn conclude(tester: &mut Process) -> Outcome<(bool, String)> {
    let status = tester.wait(LIMIT)?;
    let last = tester.lines().pop().map(|line| line.text);
    Ok((status.success(), last.unwrap_or_default()))
}

fn said(process: &Process) -> String {
    process.lines().into_iter().map(|line| line.text).collect::<Vec<_>>().join("\n")
}
