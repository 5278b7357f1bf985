//! The network: connections of two pipes each, and what can go wrong with them.

use crate::sim::book::Book;
use crate::sim::broker::Server;
use crate::sim::pipe::Pipe;
use crate::sim::plan::Plan;
use crate::sim::radio::Radio;
use crate::sim::rng::Rng;
use crate::sim::speech::Speech;
use crate::sim::tap::Tap;
use crate::trace;

/// After this many bytes from the client the connection is cut.
pub struct Cut {
    pub up: bool,
    pub left: usize,
}

pub struct Conn {
    pub number: u32,
    pub up: Pipe,
    pub down: Pipe,
    /// What the client's next read or write answers; 0 is the end of the stream.
    pub broken: Option<i32>,
    pub client_gone: bool,
    /// The client has a reason to lose it.
    pub troubled: bool,
    pub cut: Option<Cut>,
    pub server: Server,
}

/// How an attempt to connect will end, and when.
#[derive(Clone, Copy)]
pub struct Opening {
    pub at: u64,
    pub result: Result<(), i32>,
}

pub struct Net {
    pub now: u64,
    pub plan: Plan,
    pub rng: Rng,
    pub book: Book,
    pub tap: Tap,
    /// The client speaks MQTT 5.
    pub speech: Option<Speech>,
    pub conns: Vec<Conn>,
    pub radio: Option<Radio>,
    pub is_listening: bool,
    /// Nothing goes wrong any more.
    pub calm: bool,
    numbers: u32,

    // The client's side; see link.rs.
    /// No link is supervised, or it was seen steady.
    pub may_open: bool,
    pub is_connected: bool,
    pub opening: Option<Opening>,
    pub opened_at: Option<u64>,
    pub offer: Option<crate::sim::link::Offer>,
    pub write_wait: u64,
    pub read_wait: u64,
    pub is_reading: bool,
    pub is_writing: bool,
    /// Things that were done: bytes moved, connections opened or closed.
    pub moved: u64,
    pub last_read: u64,
    /// A write would have blocked.
    pub blocked_at: u64,
    /// The connection that ended last had a reason to.
    pub last_troubled: bool,
    pub would_blocks: u64,
    pub drops: u64,
}

impl Net {
    pub fn new(plan: Plan, mut rng: Rng) -> Net {
        Net {
            speech: plan.is_v5.then(|| Speech::new(rng.fork())),
            now: 0,
            radio: plan.radio.map(Radio::new),
            plan,
            rng,
            book: Book::default(),
            tap: Tap::default(),
            conns: Vec::new(),
            is_listening: true,
            calm: false,
            numbers: 0,
            may_open: true,
            is_connected: false,
            opening: None,
            opened_at: None,
            offer: None,
            write_wait: 0,
            read_wait: 0,
            is_reading: false,
            is_writing: false,
            moved: 0,
            last_read: 0,
            blocked_at: 0,
            last_troubled: false,
            would_blocks: 0,
            drops: 0,
        }
    }

    /// The client's connection: the last that was made.
    pub fn current(&mut self) -> Option<&mut Conn> {
        if self.is_connected { self.conns.last_mut() } else { None }
    }

    pub fn conn(&mut self, number: u32) -> Option<&mut Conn> {
        self.conns.iter_mut().find(|conn| conn.number == number)
    }

    pub fn arrival(&mut self) -> u64 {
        let (least, most) = self.plan.latency;
        self.now + self.rng.between(least, most)
    }

    pub fn connect(&mut self) {
        self.numbers += 1;
        self.conns.push(Conn {
            number: self.numbers,
            up: Pipe::default(),
            down: Pipe::default(),
            broken: (!self.is_listening).then_some(-104),
            client_gone: false,
            troubled: !self.is_listening || self.plan.is_slow(),
            cut: None,
            server: Server::new(self.now),
        });
        (self.is_connected, self.read_wait, self.write_wait) = (true, 0, 0);
        self.tap.connected(self.now);
        if let Some(speech) = &mut self.speech {
            speech.connected();
        }
        self.last_read = self.now;
    }

    /// The broker says something on a connection.
    pub fn say(&mut self, number: u32, bytes: &[u8]) {
        let at = self.arrival();
        if let Some(conn) = self.conn(number)
            && conn.broken.is_none()
            && !conn.client_gone
        {
            conn.down.push(bytes, at);
        }
    }

    /// The client's side is over: it closed, or the connection broke.
    pub fn client_left(&mut self) {
        let (at, lost) = (self.arrival(), self.rng.chance(300));
        let stays_open = self.rng.chance(100) && !self.calm;
        let Some(conn) = self.current() else { return };
        conn.client_gone = true;
        let troubled = conn.troubled;
        if conn.broken.is_none() {
            if lost {
                // A reset overtakes what is under way.
                conn.up.lose(usize::MAX);
            }
            if stays_open {
                // The broker hears nothing of it.
                conn.up.blocked_until = u64::MAX;
            }
            conn.up.end(at);
        }
        (self.is_connected, self.last_troubled) = (false, troubled);
    }

    /// Breaks the client's connection now.
    pub fn cut(&mut self, code: i32) {
        let at = self.arrival();
        let (up, down) = (self.rng.below(200) as usize, self.rng.below(200) as usize);
        let silent = self.rng.chance(250);
        let Some(conn) = self.current() else { return };
        if conn.broken.is_some() {
            return;
        }
        trace!("link cut with {code}, broker {}", if silent { "unaware" } else { "told" });
        conn.troubled = true;
        conn.up.lose(up);
        conn.down.lose(down);
        if silent {
            conn.up.blocked_until = u64::MAX;
        }
        conn.up.end(at);
        if code == 0 {
            conn.down.end(at);
        } else {
            conn.broken = Some(code);
        }
        self.drops += 1;
    }

    /// Something goes wrong.
    pub fn fault(&mut self) {
        let code = -(1 + self.rng.below(120) as i32);
        let (kind, now) = (self.rng.below(10), self.now);
        let long = now + self.rng.spread(100, 200_000);
        let left = self.rng.spread(1, 600) as usize;
        let both = self.rng.chance(500);
        let Some(conn) = self.current() else { return };
        match kind {
            0 | 1 => self.cut(code),
            2 => self.cut(0),
            3..=5 => conn.cut = Some(Cut { up: both, left }),
            6 | 7 => {
                trace!("stall until {long}, both ways: {both}");
                conn.troubled = true;
                conn.down.blocked_until = long;
                if both {
                    conn.up.blocked_until = long;
                }
            }
            8 => {
                trace!("stall of what the client sends until {long}");
                conn.troubled = true;
                conn.up.blocked_until = long;
            }
            _ => {
                trace!("black hole, both ways: {both}");
                conn.troubled = true;
                conn.down.blocked_until = u64::MAX;
                if both {
                    conn.up.blocked_until = u64::MAX;
                }
                self.drops += 1;
            }
        }
    }

    /// From now on everything works.
    pub fn calm_down(&mut self) {
        self.calm = true;
        self.plan.fault_every = u64::MAX / 4;
        (self.plan.block_read, self.plan.block_write) = (0, 0);
        (self.plan.latency, self.plan.answer) = ((0, 50), 100);
        if let Some(radio) = &mut self.radio {
            radio.calm_down();
        }
        for conn in &mut self.conns {
            conn.cut = None;
            if conn.up.blocked_until != u64::MAX {
                conn.up.blocked_until = 0;
            }
            if conn.down.blocked_until != u64::MAX {
                conn.down.blocked_until = 0;
            }
        }
    }

    /// The application was told of a message that does not fit.
    pub fn oversize(&mut self, topic_len: usize, total: usize) {
        self.tap.oversize(topic_len, total, &mut self.book);
    }

    /// Forgets connections that both sides are done with.
    pub fn tidy(&mut self) {
        self.conns.retain(|conn| !(conn.client_gone && conn.server.is_gone()));
    }
}
