//! A publisher on the host, straight to the broker: numbered messages for the device, QoS 0, 1 and 2 in rotation, and
//! orders with QoS 2. Each has gone through all of its handshake before the next one starts.

use crate::process::lock;
use crate::wire::{self, Packet};
use crate::{Outcome, wire::take};
use std::collections::VecDeque;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

const TICK: Duration = Duration::from_millis(5);

/// Between two numbered messages, usually. The client remembers 32 messages of QoS 2, and each third one is: an outage may
/// last 96 times as long, 7 s.
pub const PERIOD: Duration = Duration::from_millis(70);

/// A broker that is frozen makes us wait; one that answers never is a failure.
const LIMIT: Duration = Duration::from_secs(30);

#[derive(Default)]
struct State {
    running: bool,
    /// Something is under way, or a connection is open.
    busy: bool,
    stop: bool,
    orders: VecDeque<String>,
    /// Numbered messages that the broker has, by QoS.
    sent: [u32; 3],
    failure: Option<String>,
}

pub struct Feeder {
    state: Arc<Mutex<State>>,
    thread: Option<JoinHandle<()>>,
}

impl Feeder {
    /// For the device of this id, with so much time between two messages. It sends nothing until `run`.
    pub fn start(port: u16, device: &str, period: Duration) -> Feeder {
        let state = Arc::new(Mutex::new(State::default()));
        let shared = Arc::clone(&state);
        let device = device.to_string();
        let thread = thread::spawn(move || work(port, &device, period, &shared));
        Feeder { state, thread: Some(thread) }
    }

    /// Numbered messages from now on.
    pub fn run(&self) {
        lock(&self.state).running = true;
    }

    /// No more of them; returns when the broker has all, and how many there were by QoS.
    pub fn rest(&self) -> Outcome<[u32; 3]> {
        lock(&self.state).running = false;
        self.settle()
    }

    /// Returns when the broker has the order.
    pub fn order(&self, text: &str) -> Outcome {
        lock(&self.state).orders.push_back(text.to_string());
        let end = Instant::now() + LIMIT;
        while !lock(&self.state).orders.is_empty() {
            self.check(end)?;
        }
        Ok(())
    }

    pub fn sent(&self) -> [u32; 3] {
        lock(&self.state).sent
    }

    fn settle(&self) -> Outcome<[u32; 3]> {
        let end = Instant::now() + LIMIT;
        while lock(&self.state).busy {
            self.check(end)?;
        }
        Ok(self.sent())
    }

    fn check(&self, end: Instant) -> Outcome {
        if let Some(reason) = &lock(&self.state).failure {
            return Err(format!("the host cannot publish: {reason}"));
        }
        if Instant::now() >= end {
            return Err("the broker does not take what the host publishes".to_string());
        }
        thread::sleep(TICK);
        Ok(())
    }
}

impl Drop for Feeder {
    fn drop(&mut self) {
        lock(&self.state).stop = true;
        if let Some(thread) = self.thread.take() {
            // What failed was told before.
            let _ = thread.join();
        }
    }
}

fn work(port: u16, device: &str, period: Duration, state: &Mutex<State>) {
    let mut talk = None;
    let mut due = Instant::now();
    while !lock(state).stop {
        let (order, running) = {
            let mut state = lock(state);
            state.busy = state.running || !state.orders.is_empty() || talk.is_some();
            (state.orders.front().cloned(), state.running)
        };
        let result = if let Some(text) = order {
            let topic = format!("fw/{device}/to/do");
            publish(&mut talk, port, device, &topic, 2, &text).map(|()| {
                lock(state).orders.pop_front();
            })
        } else if running && Instant::now() >= due {
            due = Instant::now() + period;
            numbered(&mut talk, port, device, state)
        } else {
            if !running {
                talk = None;
            }
            thread::sleep(TICK);
            Ok(())
        };
        if let Err(e) = result {
            lock(state).failure = Some(e.to_string());
            return;
        }
    }
}

fn numbered(talk: &mut Option<Talk>, port: u16, device: &str, state: &Mutex<State>) -> std::io::Result<()> {
    let sent = lock(state).sent;
    let total: u32 = sent.iter().sum();
    let qos = u8::try_from(total % 3).unwrap_or(0);
    let slot = usize::from(qos);
    publish(talk, port, device, &format!("fw/{device}/to/data"), qos, &format!("{} {qos}", sent[slot]))?;
    lock(state).sent[slot] += 1;
    Ok(())
}

fn publish(
    talk: &mut Option<Talk>,
    port: u16,
    device: &str,
    topic: &str,
    qos: u8,
    payload: &str,
) -> std::io::Result<()> {
    if talk.is_none() {
        *talk = Some(Talk::open(port, &format!("feeder-{device}"))?);
    }
    match talk {
        Some(talk) => talk.publish(topic, qos, payload),
        None => Ok(()),
    }
}

/// One connection to the broker.
struct Talk {
    stream: TcpStream,
    bytes: Vec<u8>,
    id: u16,
}

impl Talk {
    fn open(port: u16, client_id: &str) -> std::io::Result<Talk> {
        let mut stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(LIMIT))?;
        stream.write_all(&wire::connect(client_id, true))?;
        let mut talk = Talk { stream, bytes: Vec::new(), id: 0 };
        talk.wait_for(&Packet::Connack { session_present: false, code: 0 })?;
        Ok(talk)
    }

    fn publish(&mut self, topic: &str, qos: u8, payload: &str) -> std::io::Result<()> {
        self.id = self.id % 1000 + 1;
        let id = self.id;
        self.stream.write_all(&wire::publish_with(topic, qos, id, payload))?;
        match qos {
            0 => Ok(()),
            1 => self.wait_for(&Packet::Puback { id }),
            _ => {
                self.wait_for(&Packet::Pubrec { id })?;
                self.stream.write_all(&wire::pubrel(id))?;
                self.wait_for(&Packet::Pubcomp { id })
            }
        }
    }

    fn wait_for(&mut self, wanted: &Packet) -> std::io::Result<()> {
        let mut buf = [0; 256];
        loop {
            match take(&mut self.bytes) {
                Some(Ok(packet)) if packet == *wanted => return Ok(()),
                Some(other) => return Err(std::io::Error::other(format!("{other:?} instead of {wanted:?}"))),
                None => {}
            }
            match self.stream.read(&mut buf)? {
                0 => return Err(std::io::ErrorKind::UnexpectedEof.into()),
                n => self.bytes.extend(&buf[..n]),
            }
        }
    }
}

impl Drop for Talk {
    fn drop(&mut self) {
        // DISCONNECT; QoS 0 before it is then the broker's.
        let _ = self.stream.write_all(&[0xe0, 0]);
    }
}
