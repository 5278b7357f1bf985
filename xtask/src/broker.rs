//! Mosquitto with a configuration of its own, on a free port of loopback; killed, frozen and started again on demand.

use crate::process::{Process, free_port};
use crate::{Outcome, paths, setup};
use std::fs;
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

mod tls;

pub use tls::Tls;

/// What a broker that was killed remembers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Memory {
    /// Sessions and messages, written to disk at every turn of its loop.
    Kept,
    Forgotten,
}

/// Mosquitto's loop turns at least once in this time.
const TURN: Duration = Duration::from_millis(100);

pub struct Broker {
    port: u16,
    /// Of the listener with TLS, if there is one.
    tls_port: Option<u16>,
    dir: PathBuf,
    process: Option<Process>,
}

impl Broker {
    pub fn start(memory: Memory) -> Outcome<Broker> {
        let mut broker = Broker::prepare(memory)?;
        broker.restart()?;
        Ok(broker)
    }

    /// With these lines of configuration besides; they replace ours.
    pub fn start_with(memory: Memory, lines: &[&str]) -> Outcome<Broker> {
        let mut broker = Broker::prepare(memory)?;
        let file = broker.dir.join("mosquitto.conf");
        paths::write(&file, &(paths::read(&file)? + &lines.join("\n") + "\n"))?;
        broker.restart()?;
        Ok(broker)
    }

    /// A broker that is not there yet: `restart` starts it.
    pub fn prepare(memory: Memory) -> Outcome<Broker> {
        let dir = paths::scratch("broker")?;
        let port = free_port()?;
        let mut lines = vec![
            format!("listener {port} 127.0.0.1"),
            "allow_anonymous true".to_string(),
            // As root Mosquitto would become a user who cannot write to our directory.
            "user root".to_string(),
            "max_inflight_messages 0".to_string(),
            "max_queued_messages 0".to_string(),
            "log_dest stderr".to_string(),
        ];
        if memory == Memory::Kept {
            lines.push("persistence true".to_string());
            lines.push(format!("persistence_location {}/", dir.display()));
            lines.push("autosave_on_changes true".to_string());
            lines.push("autosave_interval 1".to_string());
        }
        paths::write(&dir.join("mosquitto.conf"), &(lines.join("\n") + "\n"))?;
        Ok(Broker { port, tls_port: None, dir, process: None })
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    pub fn restart(&mut self) -> Outcome {
        let program = setup::find("mosquitto").ok_or("mosquitto is not installed")?;
        let end = Instant::now() + Duration::from_secs(15);
        loop {
            let mut command = Command::new(&program);
            command.arg("-c").arg(self.dir.join("mosquitto.conf"));
            let mut process = Process::spawn("mosquitto", &mut command)?;
            let says = |process: &Process, what: &str| process.lines().iter().any(|line| line.text.contains(what));
            while process.is_running() && Instant::now() < end {
                if says(&process, " running") && TcpStream::connect(("127.0.0.1", self.port)).is_ok() {
                    self.process = Some(process);
                    return Ok(());
                }
                thread::sleep(Duration::from_millis(10));
            }
            if !process.is_running() {
                // What it said is all read after this.
                process.wait(Duration::from_secs(5))?;
            }
            // A child of ours that was just forked may have the port yet; see `proxy::listen`.
            if Instant::now() >= end || !says(&process, "Address already in use") {
                let said: Vec<_> = process.lines().into_iter().map(|l| l.text).collect();
                return Err(format!("mosquitto does not listen: {}", said.join("; ")));
            }
        }
    }

    /// Waits until the broker's log, since its start, has so many lines with this.
    pub fn wait_for_log(&self, count: usize, what: &str, limit: Duration) -> Outcome {
        let end = Instant::now() + limit;
        let process = self.process.as_ref().ok_or("the broker is not running")?;
        loop {
            let found = process.lines().iter().filter(|line| line.text.contains(what)).count();
            if found == count {
                return Ok(());
            }
            if found > count || Instant::now() >= end {
                return Err(format!("the broker's log says {found} times {what:?}, not {count} times"));
            }
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// SIGKILL: no goodbye to anyone, nothing more is saved.
    pub fn kill(&mut self) {
        self.process = None;
    }

    /// SIGTERM: it saves what it has, and ends.
    pub fn end(&mut self) -> Outcome {
        self.signal(libc::SIGTERM)?;
        let mut process = self.process.take().ok_or("the broker is not running")?;
        process.wait(Duration::from_secs(10)).map(|_| ())
    }

    /// SIGSTOP: connections are accepted by the system, and then nothing.
    pub fn freeze(&self) -> Outcome {
        self.signal(libc::SIGSTOP)
    }

    pub fn thaw(&self) -> Outcome {
        self.signal(libc::SIGCONT)
    }

    /// Returns when the broker has nothing left to do and all of it is on its disk, given that nothing reaches it any more.
    ///
    /// Mosquitto acknowledges first and saves at the end of the turn. Killed in between it has forgotten what it had
    /// promised, and then a message may be lost or a QoS 2 message come twice, whatever a client does.
    pub fn settle(&self) -> Outcome {
        let end = Instant::now() + Duration::from_secs(10);
        let mut before = Vec::new();
        while Instant::now() < end {
            let saved = self.save(end)?;
            if saved == before {
                return Ok(());
            }
            before = saved;
            thread::sleep(TURN);
        }
        Err("mosquitto does not come to rest".to_string())
    }

    /// What the broker has on its disk when it was told to save.
    fn save(&self, end: Instant) -> Outcome<Vec<u8>> {
        let file = self.dir.join("mosquitto.db");
        let written = || fs::metadata(&file).and_then(|m| m.modified()).ok();
        let before = written();
        self.signal(libc::SIGUSR1)?;
        while written() == before {
            if Instant::now() >= end {
                return Err("mosquitto does not save".to_string());
            }
            thread::sleep(Duration::from_millis(2));
        }
        fs::read(&file).map_err(|e| format!("cannot read {}: {e}", file.display()))
    }

    fn signal(&self, signal: i32) -> Outcome {
        self.process.as_ref().map_or_else(|| Err("the broker is not running".to_string()), |p| p.signal(signal))
    }
}

impl Drop for Broker {
    fn drop(&mut self) {
        self.kill();
        // A directory that stays is harmless: its name is not used again.
        let _ = fs::remove_dir_all(&self.dir);
    }
}
