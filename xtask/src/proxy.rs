//! A TCP proxy on loopback that misbehaves on demand: refuses, falls silent, swallows one direction, resets, trickles,
//! chops, delays, cuts, flips a bit. One seed gives the same delays and the same bit each time.

use crate::Outcome;
use crate::process::{free_port, lock};
use std::io::ErrorKind;
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

mod link;

pub(crate) use link::reset_on_close;
use link::{Link, pump};

/// How long a thread of the proxy sleeps, or waits for bytes, before it looks at the rules again.
const TICK: Duration = Duration::from_millis(5);

/// How long a port that was just closed may stay in use.
const LINGERING: Duration = Duration::from_secs(2);

/// What happens to a new connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    Pass,
    /// Nobody listens: the system answers with a reset.
    Refuse,
    /// Accepted and never answered, like a broker that hangs. It stays so when the rule is lifted.
    Silent,
}

/// What happens to the bytes of one direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lane {
    /// Nothing passes, the end of the stream neither. As with TCP it is late, not lost, if the connection outlives it.
    pub hole: bool,
    /// Bytes per second; 0 for all there are.
    pub rate: u32,
    /// Most bytes passed at once.
    pub chunk: usize,
    /// Each chunk waits this long, at least and at most.
    pub delay_ms: (u32, u32),
    /// Becomes a hole after so many more bytes.
    pub hole_after: Option<usize>,
    /// Resets the connection after so many more bytes.
    pub cut_after: Option<usize>,
    /// Flips one bit of the byte after so many more.
    pub flip_after: Option<usize>,
}

impl Lane {
    pub const CLEAR: Lane = Lane {
        hole: false,
        rate: 0,
        chunk: 65_536,
        delay_ms: (0, 0),
        hole_after: None,
        cut_after: None,
        flip_after: None,
    };
    const DISTANT: Lane = Lane { delay_ms: (5, 40), ..Lane::CLEAR };
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    pub entry: Entry,
    /// From the client to the server.
    pub up: Lane,
    pub down: Lane,
}

impl Rules {
    pub const CLEAR: Rules = Rules { entry: Entry::Pass, up: Lane::CLEAR, down: Lane::CLEAR };
    /// A healthy network with the broker some way off: at any moment messages are in every stage of their delivery.
    pub const DISTANT: Rules = Rules { entry: Entry::Pass, up: Lane::DISTANT, down: Lane::DISTANT };

    fn lane(&self, way: Way) -> &Lane {
        match way {
            Way::Up => &self.up,
            Way::Down => &self.down,
        }
    }

    fn lane_mut(&mut self, way: Way) -> &mut Lane {
        match way {
            Way::Up => &mut self.up,
            Way::Down => &mut self.down,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Up,
    Down,
}

struct State {
    rules: Rules,
    links: Vec<Arc<Link>>,
    accepted: u32,
    random: u64,
    ended: bool,
}

impl State {
    /// The next of a fixed row of random numbers (splitmix64).
    fn random(&mut self) -> u64 {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.random;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

type Shared = Arc<Mutex<State>>;

pub struct Proxy {
    port: u16,
    shared: Shared,
}

impl Proxy {
    /// Listens on a port of its own and connects each client to `server_port`; both on 127.0.0.1.
    pub fn start(server_port: u16, seed: u64) -> Outcome<Proxy> {
        let port = free_port()?;
        let listener = listen(port)?;
        let state = State { rules: Rules::CLEAR, links: Vec::new(), accepted: 0, random: seed, ended: false };
        let shared = Arc::new(Mutex::new(state));
        let served = Arc::clone(&shared);
        thread::spawn(move || serve(port, server_port, listener, &served));
        Ok(Proxy { port, shared })
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    pub fn set(&self, rules: Rules) {
        self.change(|now| *now = rules);
    }

    pub fn change(&self, edit: impl FnOnce(&mut Rules)) {
        edit(&mut lock(&self.shared).rules);
    }

    pub fn rules(&self) -> Rules {
        lock(&self.shared).rules
    }

    /// Resets the connections there are, towards both ends.
    pub fn reset(&self) {
        for link in lock(&self.shared).links.drain(..) {
            link.doom();
        }
    }

    /// Ends the stream towards the clients, as a server does that closes in good order; their bytes still pass.
    pub fn half_close(&self) {
        for link in &lock(&self.shared).links {
            // A client that is gone needs no end.
            let _ = link.client.shutdown(Shutdown::Write);
        }
    }

    /// Connections accepted since the start.
    pub fn accepted(&self) -> u32 {
        lock(&self.shared).accepted
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.reset();
        lock(&self.shared).ended = true;
    }
}

/// Between fork and exec a child has a copy of every socket of ours, so a port that was just closed may be in use yet.
fn listen(port: u16) -> Outcome<TcpListener> {
    let end = Instant::now() + LINGERING;
    loop {
        match TcpListener::bind(("127.0.0.1", port)) {
            Ok(listener) => {
                listener.set_nonblocking(true).map_err(|e| e.to_string())?;
                return Ok(listener);
            }
            Err(e) if e.kind() != ErrorKind::AddrInUse || Instant::now() >= end => {
                return Err(format!("proxy on port {port}: {e}"));
            }
            Err(_) => thread::sleep(TICK),
        }
    }
}

fn serve(port: u16, server_port: u16, listener: TcpListener, shared: &Shared) {
    let mut listener = Some(listener);
    while !lock(shared).ended {
        let entry = lock(shared).rules.entry;
        if entry == Entry::Refuse {
            listener = None;
        } else if listener.is_none() {
            // Fails only while an old socket lingers; the next round tries again.
            listener = listen(port).ok();
        }
        match listener.as_ref().map(TcpListener::accept) {
            Some(Ok((client, _))) => admit(client, entry, server_port, shared),
            Some(Err(e)) if e.kind() != ErrorKind::WouldBlock => {
                eprintln!("proxy on port {port}: {e}")
            }
            _ => thread::sleep(TICK),
        }
    }
}

fn admit(client: TcpStream, entry: Entry, server_port: u16, shared: &Shared) {
    let server = match entry {
        Entry::Silent => None,
        _ => match TcpStream::connect(("127.0.0.1", server_port)) {
            Ok(server) => Some(server),
            // No server: the client sees a reset, as it would without us.
            Err(_) => return link::reset_on_close(&client),
        },
    };
    let Ok(link) = Link::new(client, server) else {
        return;
    };
    let link = Arc::new(link);
    let mut state = lock(shared);
    state.accepted += 1;
    state.links.retain(|l| !l.is_over());
    state.links.push(Arc::clone(&link));
    for way in [Way::Up, Way::Down] {
        let (link, shared) = (Arc::clone(&link), Arc::clone(shared));
        thread::spawn(move || pump(&link, way, &shared));
    }
}

fn lane(shared: &Shared, way: Way) -> Lane {
    *lock(shared).rules.lane(way)
}

/// Sleeps, but not longer than the lane keeps its rules.
fn pause(shared: &Shared, way: Way, rules: &Lane, time: Duration) {
    let end = Instant::now() + time;
    while Instant::now() < end && lane(shared, way) == *rules {
        thread::sleep(TICK.min(end.saturating_duration_since(Instant::now())));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_that_a_child_has_for_a_moment_is_waited_for() {
        let port = free_port().unwrap();
        let copy = TcpListener::bind(("127.0.0.1", port)).unwrap();
        thread::spawn(move || {
            thread::sleep(Duration::from_millis(100));
            drop(copy);
        });
        listen(port).unwrap();
    }
}
