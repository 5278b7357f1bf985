//! The brokers that the interoperability suite plays against: where each comes from, and how it is started on a free port
//! of loopback. Mosquitto that is killed and frozen is `broker`.

mod amqtt;
mod ejabberd;
mod mosquitto;
mod rumqttd;

use crate::process::{Process, free_port};
use crate::{Outcome, paths};
use std::fs;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

/// ejabberd wants its host in it.
pub const USER: &str = "limpet@localhost";
pub const PASSWORD: &str = "holdfast";

/// How long a broker may take until it listens.
const LIMIT: Duration = Duration::from_secs(30);

/// Between free_port and the broker's bind somebody else may have taken the port.
const ATTEMPTS: u32 = 3;

pub struct Kind {
    pub name: &'static str,
    pub version: &'static str,
    pub from: &'static str,
    /// It asks for `USER` and `PASSWORD`.
    pub has_login: bool,
    /// On the same port as 3.1.1.
    pub speaks_v5: bool,
    /// Installs it if it is not there, and says what takes long.
    prepare: fn() -> Outcome,
    /// Writes its configuration into this directory, for this port; the command that runs it in the foreground.
    command: fn(&Path, u16) -> Outcome<Command>,
    /// What it says when it is ready, beyond listening.
    says: Option<&'static str>,
}

pub const ALL: &[Kind] = &[mosquitto::KIND, ejabberd::KIND, rumqttd::KIND, amqtt::KIND];

impl Kind {
    pub fn prepare(&self) -> Outcome {
        (self.prepare)().map_err(|e| format!("{}: {e}", self.name))
    }

    pub fn start(&'static self) -> Outcome<Running> {
        let mut attempt = 1;
        loop {
            match self.start_once() {
                Err(_) if attempt < ATTEMPTS => attempt += 1,
                other => return other,
            }
        }
    }

    fn start_once(&'static self) -> Outcome<Running> {
        let dir = paths::scratch(self.name)?;
        let port = free_port()?;
        let started = (self.command)(&dir, port).and_then(|mut command| Process::spawn(self.name, &mut command));
        let mut running = Running { process: started?, port, dir };
        running.wait_ready(self)?;
        Ok(running)
    }
}

/// Killed when this is dropped.
pub struct Running {
    process: Process,
    port: u16,
    dir: PathBuf,
}

impl Running {
    pub fn port(&self) -> u16 {
        self.port
    }

    fn wait_ready(&mut self, kind: &Kind) -> Outcome {
        let end = Instant::now() + LIMIT;
        while self.process.is_running() && Instant::now() < end {
            let said = kind.says.is_none_or(|what| self.process.lines().iter().any(|line| line.text.contains(what)));
            if said && TcpStream::connect(("127.0.0.1", self.port)).is_ok() {
                return Ok(());
            }
            thread::sleep(Duration::from_millis(20));
        }
        let lines: Vec<_> = self.process.lines().into_iter().map(|line| line.text).collect();
        Err(format!("{} does not listen: {}", kind.name, lines.join("; ")))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.process.kill();
        // A directory that stays is swept by the next run.
        let _ = fs::remove_dir_all(&self.dir);
    }
}
