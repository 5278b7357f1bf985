//! The herd: many clients lose one broker in the same millisecond. How many attempts to connect come at once when they come
//! back, with the back-off of the library and with a fixed pause of a second, and when are all online again.
//!
//!     LIMPET_HERD=10000 cargo test --test sim herd -- --nocapture

use crate::sim::link::{End, SimLink};
use core::cell::RefCell;
use core::task::Poll::{self, Pending, Ready};
use embassy_futures::poll_once;
use limpet::driver::{Broken, turn};
use limpet::packet::Packet;
use limpet::session::{Config, Head, Session, Settings};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, VecDeque};

/// When the broker is lost. Until then all are online.
const LOST_AT: u64 = 10_000;
/// Nobody may be away for longer: the outage, and the longest pause twice.
const LIMIT: u64 = 400_000;

const RX: usize = 64;
const OUTBOX: usize = 256;
const HEADS: usize = 4;

/// A broker that is away for a while, and then takes so many connections in a second. What is too much is refused.
#[derive(Clone, Copy)]
pub struct Broker {
    pub away_ms: u64,
    /// None: all that come.
    pub per_second: Option<usize>,
}

/// One client's line to the broker.
#[derive(Default)]
struct Line {
    /// The network is ready to take a connection.
    is_taken: bool,
    is_reset: bool,
    out: Vec<u8>,
    into: VecDeque<u8>,
    attempts: u32,
}

impl End for Line {
    fn client_opens(&mut self) -> Poll<Result<(), Broken>> {
        self.attempts += 1;
        self.is_reset = false;
        Ready(if self.is_taken { Ok(()) } else { Err(Broken(-111)) })
    }

    fn client_closes(&mut self) {
        self.out.clear();
        self.into.clear();
    }

    fn client_reads(&mut self, buf: &mut [u8]) -> Poll<Result<usize, Broken>> {
        let n = buf.len().min(self.into.len());
        if self.is_reset {
            return Ready(Err(Broken(-104)));
        }
        if n == 0 {
            return Pending;
        }
        for (to, byte) in buf.iter_mut().zip(self.into.drain(..n)) {
            *to = byte;
        }
        Ready(Ok(n))
    }

    fn client_writes(&mut self, buf: &[u8]) -> Poll<Result<usize, Broken>> {
        if self.is_reset {
            return Ready(Err(Broken(-104)));
        }
        self.out.extend(buf);
        while let Some((packet, len)) = Packet::decode(&self.out).expect("the client writes MQTT") {
            match packet {
                Packet::Connect(_) => self.into.extend([0x20, 2, 0, 0]),
                Packet::Pingreq => self.into.extend([0xD0, 0]),
                other => panic!("nobody asked for {other:?}"),
            }
            self.out.drain(..len);
        }
        Ready(Ok(buf.len()))
    }
}

#[derive(Debug, Default)]
pub struct Outcome {
    /// Attempts in each second after the loss.
    pub seconds: BTreeMap<u64, usize>,
    /// The most in a tenth of a second, after the broker is back.
    pub peak: usize,
    /// When the last client was online again, after the broker is back.
    pub all_back_ms: u64,
    pub attempts: usize,
}

/// Bytes of a client: the session, its receive buffer and its outbox.
pub fn memory() -> [usize; 3] {
    [size_of::<Session>(), RX, OUTBOX + HEADS * size_of::<Head>()]
}

/// `is_fixed`: a pause of a second, always, as clients have that know no better.
pub fn run(clients: usize, broker: Broker, is_fixed: bool) -> Outcome {
    let mut heads = vec![[Head::default(); HEADS]; clients];
    let mut bytes = vec![[0; OUTBOX]; clients];
    let mut rx = vec![[0; RX]; clients];
    let mut lines: Vec<Line> = (0..clients).map(|_| Line::default()).collect();
    let mut sessions: Vec<Session> = Vec::new();
    for (i, (heads, bytes)) in heads.iter_mut().zip(&mut bytes).enumerate() {
        // What tells devices apart, such as the last bytes of an address, differs by one from one to the next.
        let pause = if is_fixed { 1000 } else { 0 };
        let settings = Settings {
            client_id: b"herd",
            seed: 0x00C0_FFEE + i as u32,
            retry_min_ms: pause,
            retry_max_ms: pause,
            ..Settings::default()
        };
        sessions.push(Session::new(Config::new(&settings, RX).expect("good settings"), heads, bytes));
    }
    let mut due: BinaryHeap<Reverse<(u64, usize)>> = (0..clients).map(|i| Reverse((i as u64 % 5000, i))).collect();
    let (back_at, mut taken) = (LOST_AT + broker.away_ms, (0, 0));
    let (mut outcome, mut tenths) = (Outcome::default(), BTreeMap::<u64, usize>::new());
    let (mut is_lost, mut online) = (false, 0);
    while let Some(Reverse((at, i))) = due.pop() {
        assert!(at < LIMIT, "{} of {clients} are online", online);
        if at >= LOST_AT && !is_lost {
            (is_lost, online) = (true, 0);
            assert!(sessions.iter().all(Session::is_connected), "all are online at first");
            lines.iter_mut().for_each(|line| line.is_reset = true);
            due = (0..clients).map(|i| Reverse((LOST_AT, i))).collect();
            continue;
        }
        if taken.0 != at / 1000 {
            taken = (at / 1000, 0);
        }
        let (line, session) = (&mut lines[i], &mut sessions[i]);
        let was_online = session.is_connected();
        line.is_taken = at < LOST_AT || at >= back_at && broker.per_second.is_none_or(|most| taken.1 < most);
        let before = line.attempts;
        if at == i as u64 % 5000 && before == 0 {
            session.connect(at as u32).expect("it is idle");
        }
        loop {
            let link = &mut SimLink(RefCell::new(&mut *line));
            if poll_once(turn(session, &mut rx[i], link, at as u32)).is_pending()
                && session.deadline(at as u32) != Some(0)
            {
                break;
            }
        }
        let tried = (line.attempts - before) as usize;
        if is_lost && tried > 0 {
            outcome.attempts += tried;
            *outcome.seconds.entry((at - LOST_AT) / 1000).or_default() += tried;
            if at >= back_at {
                *tenths.entry(at / 100).or_default() += tried;
                taken.1 += usize::from(session.is_connected());
            }
        }
        if is_lost && !was_online && session.is_connected() {
            online += 1;
            outcome.all_back_ms = at - back_at;
            if online == clients {
                break;
            }
        }
        let wait = session.deadline(at as u32).expect("it wants to be connected");
        due.push(Reverse((at + u64::from(wait), i)));
    }
    outcome.peak = tenths.values().copied().max().unwrap_or(0);
    outcome
}

/// The brokers of the picture.
const BROKERS: [(&str, Broker); 2] = [
    ("restart", Broker { away_ms: 5000, per_second: None }),
    ("outage", Broker { away_ms: 60_000, per_second: Some(500) }),
];

#[test]
fn a_herd_comes_back_spread_out() {
    let clients = std::env::var("LIMPET_HERD").ok().and_then(|n| n.parse().ok()).unwrap_or(500);
    let [session, rx, outbox] = memory();
    println!("herd of {clients}: {session} bytes of session, {rx} of rx, {outbox} of outbox each");
    for (name, mut broker) in BROKERS {
        // A small herd has a small broker.
        broker.per_second = broker.per_second.map(|most| most.min(clients / 20));
        let [spread, fixed] = [false, true].map(|is_fixed| run(clients, broker, is_fixed));
        for (way, outcome) in [("backoff", &spread), ("fixed", &fixed)] {
            println!(
                "herd {name} {way}: {} attempts, at most {} in 100 ms once it is back, all online after {} ms",
                outcome.attempts, outcome.peak, outcome.all_back_ms
            );
            outcome.seconds.iter().for_each(|(second, n)| println!("herd {name} {way} at {second}: {n}"));
        }
        assert!(fixed.peak > clients / 2, "with a fixed pause they come together: {}", fixed.peak);
        assert!(spread.peak * 5 < fixed.peak, "{name}: {} at once of {}", spread.peak, fixed.peak);
        assert!(spread.all_back_ms <= 2 * 60_000 && spread.attempts < fixed.attempts, "{name}: {spread:?}");
    }
}
