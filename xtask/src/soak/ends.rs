//! The two ends of a soak as child processes, tests/soak/soak.c and peer.py: orders to them, and what they say.

use std::io::Write;
use std::path::PathBuf;
use std::process::{ChildStdin, Command};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use xtask::build::Speaks;
use xtask::process::{Process, lock};
use xtask::{Outcome, archive, cc, paths, python};

/// Lines of trouble that are kept: a traceback fits.
const TROUBLE: usize = 30;

/// Versions of MQTT, as the ends want to hear them.
pub const VERSIONS: [&str; 2] = ["3", "5"];

pub struct Programs {
    /// By version.
    limpets: [PathBuf; 2],
    python: PathBuf,
}

impl Programs {
    pub fn build() -> Outcome<Programs> {
        let tests = paths::root().join("tests/soak");
        let sources = [tests.join("soak.c"), tests.join("ledger.c")];
        let make = |name, speaks| cc::program(name, &sources, &archive::host_of(speaks)?, &cc::Kind::SOAK, &[]);
        let limpets = [make("soak", Speaks::V3)?, make("soak5", Speaks::Both)?];
        let place = paths::target().join("soak/paho");
        Ok(Programs { limpets, python: python::environment(&place, &tests.join("requirements.txt"))? })
    }

    /// Limpet of this version, connected to this port.
    pub fn limpet(&self, version: usize, port: u16) -> Outcome<End> {
        let name = VERSIONS[version];
        End::start(
            &format!("limpet {name}"),
            Command::new(&self.limpets[version]).args([&port.to_string(), name, name]),
        )
    }

    pub fn peer(&self, version: usize, port: u16) -> Outcome<End> {
        let name = VERSIONS[version];
        let mut command = Command::new(&self.python);
        command.arg(paths::root().join("tests/soak/peer.py")).args([&port.to_string(), name, name]);
        End::start(&format!("peer {name}"), &mut command)
    }
}

/// What an end has said last.
#[derive(Clone, Debug, Default)]
pub struct Heard {
    pub ready: bool,
    /// The round it is in, by its first number.
    pub first: u32,
    /// Of that round: what it has published and is done with, and what it has received.
    pub done: u32,
    pub received: u32,
    /// Since its start.
    pub again: u32,
    pub connects: u32,
    pub outages: u32,
    trouble: Vec<String>,
}

impl Heard {
    fn hear(&mut self, line: &str) {
        let numbers = |rest: &str| rest.split(' ').map(str::parse).collect::<Result<Vec<u32>, _>>().ok();
        match line.strip_prefix("state ").and_then(numbers).as_deref() {
            Some([first, done, received, again, connects, outages]) => {
                (self.first, self.done, self.received) = (*first, *done, *received);
                (self.again, self.connects, self.outages) = (*again, *connects, *outages);
            }
            _ if line == "ready" => self.ready = true,
            _ if self.trouble.len() < TROUBLE => self.trouble.push(line.to_string()),
            _ => {}
        }
    }

    pub fn is_connected(&self) -> bool {
        self.connects > self.outages
    }
}

pub struct End {
    pub name: String,
    pub process: Process,
    orders: Option<ChildStdin>,
    heard: Arc<Mutex<Heard>>,
    may: u32,
}

impl End {
    fn start(name: &str, command: &mut Command) -> Outcome<End> {
        let heard = Arc::new(Mutex::new(Heard::default()));
        let shared = Arc::clone(&heard);
        let (process, orders) = Process::converse(name, command, move |line| lock(&shared).hear(line))?;
        Ok(End { name: name.to_string(), process, orders: Some(orders), heard, may: 0 })
    }

    /// An error if it has noticed that something is wrong, or is gone.
    pub fn heard(&mut self) -> Outcome<Heard> {
        let is_running = self.process.is_running();
        let heard = lock(&self.heard).clone();
        if !heard.trouble.is_empty() {
            return Err(format!("{}: {}", self.name, heard.trouble.join("\n")));
        }
        if is_running { Ok(heard) } else { Err(format!("{} has ended", self.name)) }
    }

    /// A round of numbers.
    pub fn go(&mut self, first: u32, count: u32) -> Outcome {
        self.may = 0;
        self.order(&format!("go {first} {count}"))
    }

    /// So many of the round may be published; never fewer than before.
    pub fn allow(&mut self, count: u32) -> Outcome {
        if count <= self.may {
            return Ok(());
        }
        self.may = count;
        self.order(&format!("may {count}"))
    }

    fn order(&mut self, text: &str) -> Outcome {
        let orders = self.orders.as_mut().ok_or("it was told to end")?;
        orders.write_all(format!("{text}\n").as_bytes()).map_err(|e| format!("{} takes no orders: {e}", self.name))
    }

    /// Tells it to end; it must do so well.
    pub fn finish(&mut self) -> Outcome {
        self.orders = None;
        let status = self.process.wait(Duration::from_secs(20))?;
        let said = lock(&self.heard).trouble.join("\n");
        if status.success() && said.is_empty() { Ok(()) } else { Err(format!("{}: {status}: {said}", self.name)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_understood_is_trouble() {
        let mut heard = Heard::default();
        heard.hear("ready");
        heard.hear("state 10 1 2 3 5 4");
        assert!(heard.ready && heard.is_connected() && heard.trouble.is_empty());
        assert_eq!((heard.first, heard.done, heard.received, heard.again), (10, 1, 2, 3));
        heard.hear("state 10 1 2 3 5");
        heard.hear("broken a promise");
        assert_eq!(heard.trouble, ["state 10 1 2 3 5", "broken a promise"]);
    }
}
