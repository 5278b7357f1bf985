//! A subscriber connected straight to the broker, which counts how often each message arrives. It keeps its session
//! and comes back by itself, so that what it misses the publisher lost.

use crate::Outcome;
use crate::process::lock;
use crate::wire::{self, Packet};
use std::collections::{HashMap, HashSet};
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

const TICK: Duration = Duration::from_millis(20);

#[derive(Default)]
struct State {
    confirmed: u32,
    stop: bool,
    arrivals: HashMap<u32, u32>,
    /// Every payload, in the order of its arrival.
    texts: Vec<String>,
    /// Payloads without a number at their head, and packets the broker must not send.
    strange: Vec<String>,
}

pub struct Subscriber {
    state: Arc<Mutex<State>>,
    thread: Option<JoinHandle<()>>,
}

impl Subscriber {
    /// Subscribes `filter` with QoS 2 and keeps doing so until it is dropped.
    pub fn start(port: u16, filter: &str) -> Subscriber {
        Subscriber::start_as(&format!("counter-{port}"), port, filter)
    }

    /// With this client id.
    pub fn start_as(client_id: &str, port: u16, filter: &str) -> Subscriber {
        let state = Arc::new(Mutex::new(State::default()));
        let (shared, filter) = (Arc::clone(&state), filter.to_string());
        let client_id = client_id.to_string();
        let thread = thread::spawn(move || {
            let mut open = HashMap::new();
            while !lock(&shared).stop {
                // A broker that is down is what this program is for: try again.
                let _ = listen(&client_id, port, &filter, &shared, &mut open);
                thread::sleep(TICK);
            }
        });
        Subscriber { state, thread: Some(thread) }
    }

    /// Subscriptions confirmed by the broker since the start.
    pub fn confirmed(&self) -> u32 {
        lock(&self.state).confirmed
    }

    /// Waits until the broker has confirmed the subscription once more than `before`.
    pub fn wait_confirmed(&self, before: u32, limit: Duration) -> Outcome {
        let end = Instant::now() + limit;
        while self.confirmed() <= before {
            if Instant::now() >= end {
                return Err(format!("the subscriber is not back after {:.1} s", limit.as_secs_f32()));
            }
            thread::sleep(TICK);
        }
        Ok(())
    }

    /// How often each message number arrived.
    pub fn arrivals(&self) -> HashMap<u32, u32> {
        lock(&self.state).arrivals.clone()
    }

    /// Every payload, in the order of its arrival.
    pub fn texts(&self) -> Vec<String> {
        lock(&self.state).texts.clone()
    }

    pub fn strange(&self) -> Vec<String> {
        lock(&self.state).strange.clone()
    }

    /// Waits until the payloads that arrived pass the test, and returns them.
    pub fn wait_for_texts(&self, limit: Duration, test: impl Fn(&[String]) -> bool) -> Outcome<Vec<String>> {
        let end = Instant::now() + limit;
        loop {
            let texts = self.texts();
            if test(&texts) {
                return Ok(texts);
            }
            if Instant::now() >= end {
                return Err(format!("after {:.1} s this had arrived: {texts:?}", limit.as_secs_f32()));
            }
            thread::sleep(TICK);
        }
    }

    /// Waits until all of these have arrived, or the time is over.
    pub fn wait_for(&self, wanted: &HashSet<u32>, limit: Duration) {
        let end = Instant::now() + limit;
        while Instant::now() < end && !wanted.iter().all(|n| lock(&self.state).arrivals.contains_key(n)) {
            thread::sleep(TICK);
        }
    }
}

impl Drop for Subscriber {
    fn drop(&mut self) {
        lock(&self.state).stop = true;
        if let Some(thread) = self.thread.take() {
            // It has nothing to say that matters now.
            let _ = thread.join();
        }
    }
}

/// QoS 2 messages between PUBLISH and PUBREL, by packet identifier.
type Open = HashMap<u16, Vec<u8>>;

/// One connection, until it breaks or we are told to stop.
fn listen(client_id: &str, port: u16, filter: &str, state: &Mutex<State>, open: &mut Open) -> std::io::Result<()> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(TICK))?;
    stream.write_all(&wire::connect(client_id, false))?;
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
            let answer = match packet {
                Ok(packet) => react(packet, filter, state, open),
                Err(text) => {
                    lock(state).strange.push(text);
                    return Ok(());
                }
            };
            stream.write_all(&answer)?;
        }
    }
    Ok(())
}

/// Counts, and answers what is to be sent back.
fn react(packet: Packet, filter: &str, state: &Mutex<State>, open: &mut Open) -> Vec<u8> {
    match packet {
        Packet::Connack { session_present, code: 0 } => {
            if !session_present {
                open.clear();
            }
            // Renewed also in a living session: it costs nothing, and a broker may have lost it.
            wire::subscribe(filter, 2)
        }
        Packet::Suback { code: 2 } => {
            lock(state).confirmed += 1;
            Vec::new()
        }
        Packet::Publish { qos: 0, payload, .. } => {
            count(&payload, state);
            Vec::new()
        }
        Packet::Publish { qos: 1, id, payload } => {
            count(&payload, state);
            wire::puback(id)
        }
        Packet::Publish { id, payload, .. } => {
            // The same bytes under an open identifier are the same message [MQTT-4.3.3-10]. Other bytes are a broker
            // that was killed and uses an identifier again which it has forgotten.
            if open.get(&id) != Some(&payload) {
                count(&payload, state);
                open.insert(id, payload);
            }
            wire::pubrec(id)
        }
        Packet::Pubrel { id } => {
            open.remove(&id);
            wire::pubcomp(id)
        }
        Packet::Connack { .. } | Packet::Suback { .. } | Packet::Other => Vec::new(),
        Packet::Puback { .. } | Packet::Pubrec { .. } | Packet::Pubcomp { .. } => Vec::new(),
    }
}

/// Publishes one message with QoS 1, straight to the broker, and returns when the broker has it.
pub fn send(port: u16, topic: &str, payload: &str) -> Outcome {
    send_as("sender", port, topic, payload)
}

/// With this client id.
pub fn send_as(client_id: &str, port: u16, topic: &str, payload: &str) -> Outcome {
    let talk = || -> std::io::Result<bool> {
        let mut stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        stream.write_all(&wire::connect(client_id, true))?;
        stream.write_all(&wire::publish(topic, 1, payload))?;
        let mut bytes = Vec::new();
        let mut buf = [0; 64];
        loop {
            let n = stream.read(&mut buf)?;
            bytes.extend(&buf[..n]);
            while let Some(packet) = wire::take(&mut bytes) {
                if packet == Ok(Packet::Puback { id: 1 }) {
                    return Ok(true);
                }
            }
            if n == 0 {
                return Ok(false);
            }
        }
    };
    match talk() {
        Ok(true) => Ok(()),
        Ok(false) => Err(format!("the broker does not take {payload}")),
        Err(e) => Err(format!("cannot send {payload}: {e}")),
    }
}

/// A payload starts with the decimal number of its message.
fn count(payload: &[u8], state: &Mutex<State>) {
    let text = String::from_utf8_lossy(payload).into_owned();
    let digits: String = payload.iter().take_while(|b| b.is_ascii_digit()).map(|b| char::from(*b)).collect();
    let mut state = lock(state);
    match digits.parse() {
        Ok(number) => *state.arrivals.entry(number).or_insert(0) += 1,
        Err(_) => state.strange.push(format!("payload {text:?}")),
    }
    state.texts.push(text);
}
