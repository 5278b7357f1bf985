//! Who listens to the range demo for weeks: its messages are numbered, and each number must come, in order. It keeps its
//! session, so that what it misses the device has lost. Nothing but counters is kept.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;
use xtask::process::lock;
use xtask::wire::{self, Packet};

const TICK: Duration = Duration::from_millis(20);

/// As c_examples/shared/range_app.c has them.
const TOPIC: &str = "shed";
const WILL: &[u8] = b"Goodbye cruel world!";

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Count {
    pub subscriptions: u32,
    /// The number that comes next.
    pub next: u32,
    /// Numbers that came again: QoS 1 may.
    pub again: u32,
    pub wills: u32,
    /// What the last message says: packets sent again over a living connection, and connections lost.
    pub repubs: u32,
    pub outages: u32,
    /// The first number that did not come in its turn, or what is no message of the demo.
    pub trouble: Option<String>,
}

impl Count {
    fn hear(&mut self, payload: &[u8]) {
        if payload == WILL {
            self.wills += 1;
            return;
        }
        let text = String::from_utf8_lossy(payload);
        let words: Vec<_> = text.split(' ').collect();
        let ["repubs:", repubs, "outages:", outages] = words.get(1..).unwrap_or_default() else {
            self.fail(&text);
            return;
        };
        let (number, repubs, outages) = (words[0].parse::<u32>(), repubs.parse(), outages.parse());
        match (number, repubs, outages) {
            (Ok(number), Ok(_), Ok(_)) if number < self.next => self.again += 1,
            (Ok(number), Ok(repubs), Ok(outages)) if number == self.next => {
                (self.next, self.repubs, self.outages) = (number + 1, repubs, outages);
            }
            _ => self.fail(&text),
        }
    }

    fn fail(&mut self, text: &str) {
        let next = self.next;
        self.trouble.get_or_insert_with(|| format!("{next} should have come next, and {text:?} came"));
    }
}

struct State {
    count: Count,
    stop: bool,
}

pub struct Listener {
    state: Arc<Mutex<State>>,
    thread: Option<JoinHandle<()>>,
}

impl Listener {
    pub fn start(port: u16) -> Listener {
        let state = Arc::new(Mutex::new(State { count: Count::default(), stop: false }));
        let shared = Arc::clone(&state);
        let thread = thread::spawn(move || {
            while !lock(&shared).stop {
                // A broker that is down is what this is for: try again.
                let _ = listen(port, &shared);
                thread::sleep(TICK);
            }
        });
        Listener { state, thread: Some(thread) }
    }

    pub fn count(&self) -> Count {
        lock(&self.state).count.clone()
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        lock(&self.state).stop = true;
        // It has nothing to say that matters now.
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

/// One connection, until it breaks or we are told to stop.
fn listen(port: u16, state: &Mutex<State>) -> std::io::Result<()> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(TICK))?;
    stream.write_all(&wire::connect("listener", false))?;
    let mut bytes = Vec::new();
    let mut buf = [0; 4096];
    while !lock(state).stop {
        match stream.read(&mut buf) {
            Ok(0) => return Ok(()),
            Ok(n) => bytes.extend(&buf[..n]),
            Err(e) if matches!(e.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => continue,
            Err(e) => return Err(e),
        }
        while let Some(packet) = wire::take(&mut bytes) {
            let mut state = lock(state);
            let answer = match packet {
                Ok(Packet::Connack { code: 0, .. }) => wire::subscribe(TOPIC, 1),
                Ok(Packet::Suback { code: 1 }) => {
                    state.count.subscriptions += 1;
                    Vec::new()
                }
                Ok(Packet::Publish { qos, id, payload }) => {
                    state.count.hear(&payload);
                    if qos == 1 { wire::puback(id) } else { Vec::new() }
                }
                other => {
                    state.count.fail(&format!("{other:?}"));
                    Vec::new()
                }
            };
            drop(state);
            stream.write_all(&answer)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(texts: &[&str]) -> Count {
        let mut count = Count::default();
        texts.iter().for_each(|text| count.hear(text.as_bytes()));
        count
    }

    #[test]
    fn a_number_that_does_not_come_is_noticed_and_one_that_comes_again_counted() {
        let good = heard(&["0 repubs: 0 outages: 0", "1 repubs: 2 outages: 0", "0 repubs: 0 outages: 0"]);
        assert_eq!(good, Count { next: 2, again: 1, repubs: 2, ..Count::default() });
        assert!(heard(&["0 repubs: 0 outages: 0", "2 repubs: 0 outages: 0"]).trouble.is_some());
        assert!(heard(&["nonsense"]).trouble.is_some());
        assert_eq!(heard(&["Goodbye cruel world!"]).wills, 1);
    }
}
