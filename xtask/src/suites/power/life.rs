//! The lives of one device of tests/power: each is a process, until one of them is left alone and has nothing left to do.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};
use xtask::process::Process;
use xtask::{Outcome, paths};

/// A life that is not cut takes some milliseconds.
const LIMIT: Duration = Duration::from_secs(20);

/// Messages that a device publishes, QoS 1 and 2 in turn.
pub const MESSAGES: u32 = 8;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    Before,
    Inside,
    After,
}

impl When {
    /// Calls of a life that such a cut makes useless.
    pub fn wasted(self) -> u32 {
        match self {
            When::Before => 1,
            When::Inside => 2,
            When::After => 0,
        }
    }
}

/// Where a life ends: at this call of the store, counted from 1.
#[derive(Clone, Copy, Debug)]
pub struct Cut {
    pub call: u32,
    /// Loads do not count.
    pub changes_only: bool,
    pub when: When,
}

impl Cut {
    fn words(self) -> String {
        format!("{}{}", if self.changes_only { "+" } else { "" }, self.call)
    }
}

pub struct Device {
    program: PathBuf,
    port: u16,
    id: String,
    version: &'static str,
    dir: PathBuf,
    /// Of its first message.
    first: u32,
    tried: u32,
    pub accepted: BTreeSet<u32>,
    /// What came back, with the dup of each time.
    pub got: BTreeMap<u32, Vec<bool>>,
    /// MQTT_EV_STORE: mqtt_store_event.trouble of each.
    pub troubles: Vec<u32>,
    pub lives: u32,
}

/// What the last life told of its store.
#[derive(Clone, Copy)]
pub struct Calls {
    pub saves: u32,
    pub erasures: u32,
}

impl Device {
    pub fn new(program: &Path, port: u16, version: &'static str, first: u32) -> Outcome<Device> {
        let id = format!("{version}-{first}");
        let dir = paths::scratch(&id)?;
        Ok(Device {
            program: program.to_path_buf(),
            port,
            id,
            version,
            dir,
            first,
            tried: 0,
            accepted: BTreeSet::new(),
            got: BTreeMap::new(),
            troubles: Vec::new(),
            lives: 0,
        })
    }

    pub fn tried(&self) -> std::ops::Range<u32> {
        self.first..self.first + self.tried
    }

    /// One life: None if it was killed, else what its store was asked.
    pub fn live(&mut self, cut: Option<Cut>) -> Outcome<Option<Calls>> {
        let next = self.first + self.tried;
        let (call, when) = cut.map_or(("0".to_string(), 0), |cut| (cut.words(), cut.when as u32));
        let words = [next.to_string(), (self.first + MESSAGES).to_string(), call, when.to_string()];
        let mut command = Command::new(&self.program);
        command.arg(self.port.to_string()).arg(&self.id).arg(&self.dir).arg(self.version).args(words);
        let mut process = Process::spawn("device", &mut command)?;
        let end = Instant::now() + LIMIT;
        let mut is_told = false;
        let mut read = 0;
        self.lives += 1;
        while process.is_running() {
            read = self.hear(&process, read)?;
            if !is_told && read > 0 && self.is_done() {
                process.signal(libc::SIGTERM)?;
                is_told = true;
            }
            if Instant::now() >= end {
                return Err(format!("{} does not get on: {}", self.id, self.state()));
            }
            thread::sleep(Duration::from_millis(1));
        }
        let status = process.wait(LIMIT)?;
        self.hear(&process, read)?;
        if status.success() {
            let last = process.lines().pop().map(|line| line.text).unwrap_or_default();
            return calls(&last).map(Some).ok_or_else(|| format!("{} did not leave: {last}", self.id));
        }
        match std::os::unix::process::ExitStatusExt::signal(&status) {
            Some(libc::SIGKILL) if cut.is_some() => Ok(None),
            _ => Err(format!("{}: {status}", self.id)),
        }
    }

    /// Every message was tried, and what was accepted came back.
    fn is_done(&self) -> bool {
        self.tried == MESSAGES && self.accepted.iter().all(|number| self.got.contains_key(number))
    }

    /// Takes over what was told since line `from`; returns where it stopped.
    fn hear(&mut self, process: &Process, from: usize) -> Outcome<usize> {
        let lines = process.lines();
        for line in lines.iter().skip(from) {
            let words: Vec<&str> = line.text.split(' ').collect();
            let number = words.get(1).and_then(|word| word.parse::<u32>().ok());
            match (words.first().copied(), number) {
                (Some("tried"), Some(number)) => self.tried = number - self.first + 1,
                (Some("accepted"), Some(number)) => _ = self.accepted.insert(number),
                (Some("got"), Some(number)) => self.got.entry(number).or_default().push(words.last() == Some(&"1")),
                (Some("trouble"), Some(number)) => self.troubles.push(number),
                (Some("ready" | "subscribed" | "left"), _) => {}
                _ => return Err(format!("{} says: {}", self.id, line.text)),
            }
        }
        Ok(lines.len())
    }

    pub fn state(&self) -> String {
        let (tried, accepted, got) = (self.tried, self.accepted.len(), self.got.len());
        format!("{tried} tried, {accepted} accepted, {got} came back, {} lives", self.lives)
    }

    /// Only its subscription is left in the store.
    pub fn check_store(&self) -> Outcome {
        let files = std::fs::read_dir(&self.dir).map_err(|e| e.to_string())?.count();
        if files == 1 { Ok(()) } else { Err(format!("{}: {files} records are left, not one", self.id)) }
    }
}

impl Drop for Device {
    fn drop(&mut self) {
        // A directory that stays is harmless: its name is not used again.
        let _ = std::fs::remove_dir_all(&self.dir);
    }
}

fn calls(line: &str) -> Option<Calls> {
    let numbers: Vec<u32> = line.strip_prefix("left ")?.split(' ').filter_map(|n| n.parse().ok()).collect();
    let [saves, erasures] = numbers[..] else { return None };
    Some(Calls { saves, erasures })
}
