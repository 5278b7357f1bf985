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
