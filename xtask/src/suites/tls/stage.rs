//! What the cases share: certificates, the two programs, and how they are started.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;
use xtask::broker::{Broker, Memory, Tls};
use xtask::cc::{self, Kind};
use xtask::certificates::Certificates;
use xtask::process::{Line, Process};
use xtask::{Outcome, archive, paths};

pub const SOON: Duration = Duration::from_secs(20);

pub struct Stage {
    pub certificates: Certificates,
    /// c_examples/tls.c, as its users build it.
    example: PathBuf,
    /// tests/tls/probe.c, with sanitizers.
    probe: PathBuf,
}

/// What a probe is told.
pub struct Task {
    pub payload: u32,
    pub response_ms: u32,
    pub send_buffer: u32,
}

impl Task {
    pub const WAIT: Task = Task { payload: 0, response_ms: 10_000, send_buffer: 0 };
}

impl Stage {
    pub fn set() -> Outcome<Stage> {
        let source = |name: &str| paths::root().join(name);
        let build = |name: &str, file: &str, kind| cc::program(name, &[source(file)], &archive::place(), &kind, &[]);
        Ok(Stage {
            certificates: Certificates::make()?,
            example: build("tls-example", "c_examples/tls.c", Kind::TLS_EXAMPLE)?,
            probe: build("tls-probe", "tests/tls/probe.c", Kind::TLS_TEST)?,
        })
    }

    pub fn broker(&self, tls: &Tls) -> Outcome<Broker> {
        Broker::start_with_tls(Memory::Forgotten, tls, &self.certificates)
    }

    /// With the CA of this name; the rest are further arguments.
    pub fn example(&self, server: &str, port: u16, ca: &str, arguments: &[&str]) -> Outcome<Process> {
        let mut command = Command::new(&self.example);
        command.args([server, &port.to_string()]).arg(self.certificates.certificate(ca)).args(arguments);
        Process::spawn("tls", &mut command)
    }

    pub fn probe(&self, port: u16, task: &Task) -> Outcome<Process> {
        let mut command = Command::new(&self.probe);
        command.arg(port.to_string()).arg(self.certificates.certificate("ca"));
        command.args([task.payload, task.response_ms, task.send_buffer].map(|n| n.to_string()));
        Process::spawn("probe", &mut command)
    }
}

/// A poll that blocks does so for seconds in these cases; a poll that computes on a busy machine does not take as long.
const LONGEST_POLL_MS: f64 = 1000.0;

/// Waits for the end of a probe: its last words, if no poll took too long.
pub fn last_words(probe: &mut Process, limit: Duration) -> Outcome<(Vec<Line>, String)> {
    let status = probe.wait(limit)?;
    let lines = probe.lines();
    let last = lines.last().map(|line| line.text.clone()).unwrap_or_default();
    if !status.success() {
        return Err(format!("probe: {status}: {last}"));
    }
    let number = last.strip_prefix("longest poll ").and_then(|rest| rest.split(' ').next()?.parse::<f64>().ok());
    match number {
        Some(ms) if ms < LONGEST_POLL_MS => Ok((lines, last)),
        _ => Err(format!("probe: {last}")),
    }
}

/// The probe ends with this error; returns how long its longest poll was.
pub fn ends_with(probe: &mut Process, error: &str, limit: Duration) -> Outcome<String> {
    let (lines, last) = last_words(probe, limit)?;
    if lines.iter().any(|line| line.text.starts_with(error)) {
        return Ok(last);
    }
    let said: Vec<_> = lines.into_iter().map(|line| line.text).collect();
    Err(format!("it did not end with {error:?}: {}", said.join("; ")))
}
