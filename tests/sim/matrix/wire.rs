//! The network of a story: connections of two pipes each, counted byte by byte, so that a fault strikes behind a byte.

use crate::sim::book::Book;
use crate::sim::link::Offer;
use crate::sim::matrix::case::{Case, Direction, Fault, Pace};
use crate::sim::matrix::radio::Radio;
use crate::sim::matrix::voice::{Manner, Voice};
use crate::sim::tap::Tap;
use limpet::packet::Packet;
use limpet::session::Settings;
use std::collections::VecDeque;

/// Bytes that lie in the client's socket while nothing leaves it.
pub const WINDOW: usize = 64;

#[derive(Default)]
pub struct Pipe {
    pub bytes: VecDeque<u8>,
    /// Behind the bytes comes the end of the stream.
    pub ended: bool,
    /// Nothing arrives before.
    pub until: u64,
}

impl Pipe {
    pub fn ready(&self, now: u64) -> usize {
        if now < self.until { 0 } else { self.bytes.len() }
    }

    pub fn has_ended(&self, now: u64) -> bool {
        self.ended && self.bytes.is_empty() && now >= self.until
    }

    /// When something arrives that is held up.
    fn next(&self, now: u64) -> u64 {
        let waits = now < self.until && (self.ended || !self.bytes.is_empty());
        if waits { self.until } else { u64::MAX }
    }
}

pub struct Conn {
    pub number: u32,
    pub up: Pipe,
    pub down: Pipe,
    /// The client's next call fails.
    pub is_reset: bool,
    pub client_gone: bool,
    pub server_gone: bool,
    pub voice: Voice,
    /// What of the broker's packets the client has read, in 3.1.1: where each ends in the stream.
    pub said: VecDeque<(usize, Vec<u8>)>,
    pub pushed: usize,
    pub read: usize,
    /// From the client, up to a whole packet; and what it is for the tap.
    pub written: Vec<u8>,
    pub ear: Voice,
    /// All that the client read, until it began to leave.
    pub heard: Vec<u8>,
}

pub struct Wire {
    pub now: u64,
    pub case: Case,
    pub manner: Manner,
    pub settings: Settings<'static>,
    pub book: Book,
    pub tap: Tap,
    pub conns: Vec<Conn>,
    /// Bytes that have gone out and in.
    pub passed: [usize; 2],
    /// What is to go wrong has not yet.
    pub is_armed: bool,
    /// No byte was turned over: both sides understand each other.
    pub is_true: bool,
    /// When one was.
    pub damaged_at: Option<u64>,
    /// Attempts that the network refuses, and that the broker does.
    pub refusals: u32,
    pub denials: u32,
    /// The broker is to restart, with its sessions or without.
    pub restart: Option<bool>,
    pub is_listening: bool,
    pub is_connected: bool,
    /// The client does not listen any more.
    pub is_leaving: bool,
    /// The client's power is to be cut; true: and the broker loses its sessions.
    pub power: Option<bool>,
    /// Bytes that the client has read.
    pub taken: usize,
    /// The link under the transport, if the client looks after one, and whether it may be used by now.
    pub radio: Option<Radio>,
    pub may_open: bool,
    pub offer: Option<Offer>,
    pub is_writing: bool,
    /// Things that were done: bytes moved, connections opened or closed.
    pub moved: u64,
    pub opens: u32,
}

impl Wire {
    pub fn new(case: Case, manner: Manner, settings: Settings<'static>) -> Wire {
        Wire {
            now: 0,
            case,
            manner,
            settings,
            book: Book::default(),
            tap: Tap::default(),
            conns: Vec::new(),
            passed: [0; 2],
            is_armed: case.fault != Fault::None,
            is_true: true,
            damaged_at: None,
            refusals: 0,
            denials: 0,
            restart: None,
            is_listening: true,
            is_connected: false,
            is_leaving: false,
            power: None,
            taken: 0,
            radio: None,
            may_open: false,
            offer: None,
            is_writing: false,
            moved: 0,
            opens: 0,
        }
    }

    /// The most that one call of the transport moves.
    pub fn piece(&self) -> usize {
        if self.case.pace == Pace::Bytes { 1 } else { usize::MAX }
    }

    pub fn connect(&mut self) {
        self.conns.retain(|conn| !(conn.client_gone && conn.server_gone));
        self.opens += 1;
        self.conns.push(Conn {
            number: self.opens,
            up: Pipe::default(),
            down: Pipe::default(),
            is_reset: false,
            client_gone: false,
            server_gone: false,
            voice: Voice::new(self.manner),
            said: VecDeque::new(),
            pushed: 0,
            read: 0,
            written: Vec::new(),
            ear: Voice::new(self.manner),
            heard: Vec::new(),
        });
        self.is_connected = true;
        self.tap.connected(self.now);
        self.strike(Direction::Out);
        self.strike(Direction::In);
    }

    /// How many of `most` bytes may go before something goes wrong.
    pub fn allowance(&self, direction: Direction, most: usize) -> usize {
        let gone = match direction {
            Direction::In => self.taken,
            _ => self.passed[Direction::Out as usize],
        };
        if self.is_armed && direction == self.case.direction && !self.case.fault.is_flip() {
            return most.min(self.case.byte - gone);
        }
        most
    }

    /// A byte on its way: turned over if it is the one.
    fn carried(&mut self, direction: Direction, byte: u8) -> u8 {
        let at = self.passed[direction as usize];
        self.passed[direction as usize] += 1;
        match self.case.fault {
            Fault::Flip(bits) if self.is_armed && direction == self.case.direction && at == self.case.byte => {
                (self.is_armed, self.is_true, self.damaged_at) = (false, false, Some(self.now));
                byte ^ bits
            }
            _ => byte,
        }
    }

    /// The client's bytes leave.
    pub fn send_up(&mut self, bytes: &[u8]) {
        for byte in bytes {
            let byte = self.carried(Direction::Out, *byte);
            let conn = self.conns.last_mut().expect("it is connected");
            if !conn.up.ended {
                conn.up.bytes.push_back(byte);
            }
        }
        self.strike(Direction::Out);
    }

    /// The broker's bytes leave; `packet` is what they are in 3.1.1.
    pub fn send_down(&mut self, i: usize, bytes: &[u8], packet: Option<Packet>) {
        for (n, byte) in bytes.iter().enumerate() {
            if self.conns[i].down.ended || self.conns[i].client_gone {
                return;
            }
            let byte = self.carried(Direction::In, *byte);
            let conn = &mut self.conns[i];
            conn.down.bytes.push_back(byte);
            conn.pushed += 1;
            if n + 1 == bytes.len()
                && let Some(packet) = &packet
            {
                conn.said.push_back((conn.pushed, in_bytes(packet)));
            }
            self.strike(Direction::In);
        }
    }

    /// When something arrives that is held up.
    pub fn next(&self) -> u64 {
        let up = |conn: &Conn| if conn.server_gone { u64::MAX } else { conn.up.next(self.now) };
        let down = |conn: &Conn| if conn.client_gone { u64::MAX } else { conn.down.next(self.now) };
        self.conns.iter().map(|conn| up(conn).min(down(conn))).min().unwrap_or(u64::MAX)
    }

    /// Nothing is under way on the client's connection.
    pub fn is_quiet(&self) -> bool {
        let last = self.conns.last().filter(|_| self.is_connected);
        last.is_none_or(|conn| conn.up.bytes.is_empty() && conn.down.bytes.is_empty())
    }

    pub fn current(&mut self) -> Option<&mut Conn> {
        if self.is_connected { self.conns.last_mut() } else { None }
    }
}

fn in_bytes(packet: &Packet) -> Vec<u8> {
    let size = if let Packet::Publish(publish) = packet { publish.size() } else { 16 };
    let mut buf = vec![0; size];
    let len = packet.encode(&mut buf).expect("it fits");
    buf.truncate(len);
    buf
}
