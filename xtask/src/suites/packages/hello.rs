//! The program of each README, as an example of the package, with a broker.

use std::path::Path;
use std::process::Command;
use std::time::Duration;
use xtask::broker::{Broker, Memory};
use xtask::process::Process;
use xtask::{Outcome, paths};

const LIMIT: Duration = Duration::from_secs(20);

/// What it publishes comes back.
pub fn check(program: &Path) -> Outcome {
    let broker = Broker::start(Memory::Forgotten)?;
    let mut command = Command::new(program);
    let process = Process::spawn("hello", command.args(["127.0.0.1", &broker.port().to_string()]))?;
    process.wait_for_line(0, LIMIT, |line| line.text == "Hello, world").map(|_| ())
}

/// The program is in the README as it is in the example.
pub fn is_in_readme(package: &Path, example: &str) -> Outcome {
    let program = paths::read(&package.join(example))?;
    if paths::read(&package.join("README.md"))?.contains(&format!("```c\n{program}```\n")) {
        return Ok(());
    }
    Err(format!("README.md does not have {example}"))
}

/// It prints numbers that went by way of the broker, each with this behind it, and goes on when the broker was away: no
/// number is left out.
pub fn counts_on(program: &Path, behind: &str) -> Outcome {
    let mut broker = Broker::start(Memory::Forgotten)?;
    let process = Process::spawn("counting", Command::new(program).args(["127.0.0.1", &broker.port().to_string()]))?;
    let number = |text: &str| text.strip_suffix(behind)?.parse::<u32>().ok();
    let count = |from: usize| process.wait_for_line(from, LIMIT, |line| number(&line.text).is_some());
    let (at, _) = count(0)?;
    broker.kill();
    let (at, _) = process.wait_for_line(at, LIMIT, |line| line.text.starts_with("offline: "))?;
    broker.restart()?;
    let (at, _) = process.wait_for_line(at, LIMIT, |line| line.text == "online")?;
    count(at)?;
    // One may come twice, after the outage.
    let mut next = 0;
    for came in process.lines().iter().filter_map(|line| number(&line.text)) {
        if came > next {
            return Err(format!("{next} was left out"));
        }
        next = next.max(came + 1);
    }
    Ok(())
}
