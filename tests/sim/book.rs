//! The book of one seed: every message that was accepted on either side, and what became of it.

use crate::sim::rules::{self, Verdict};
use limpet::event::Fate;

/// A message of the application on its way to the broker. Its key is its place in the book.
#[derive(Clone, Debug, Default)]
pub struct Out {
    pub token: u32,
    pub qos: u8,
    pub retain: bool,
    pub topic: u8,
    pub len: usize,
    /// 0: never.
    pub expires: u64,
    /// What may end it before its time.
    pub cancelled: bool,
    pub may_drop: bool,
    pub may_replace: bool,
    pub done: Option<Fate>,
    pub maybe_sent: bool,
    /// How often the broker passed it on, in which of its sessions last, and how often in that.
    pub passed_on: u32,
    pub session: u32,
    pub in_session: u32,
    /// It reached the broker whole, passed on or not.
    pub arrived: bool,
    /// The broker had its PUBREC out and forgot it, and the CONNACK that says so has not reached the client. If none does,
    /// but one that says "present" for a later session, MQTT 3.1.1 has no means to tell: PUBREL gets its PUBCOMP.
    pub may_be_lost: bool,
    /// Its payload is asked for, so that no store can keep it.
    pub is_pulled: bool,
    /// It was in the client's store when that began another life: nobody knows whether it was sent. Of one that the broker had,
    /// only the identifier was.
    pub restored: bool,
    pub is_bare: bool,
    /// Which session of the client's, counted by the tap, it was last written in, and under which id.
    pub sent_in: u32,
    pub sent_id: u16,
}

/// A message of the broker for the application.
#[derive(Clone, Debug, Default)]
pub struct In {
    pub qos: u8,
    pub retain: bool,
    pub topic: u8,
    pub len: usize,
    /// Which of the broker's sessions it belongs to.
    pub session: u32,
    /// The broker has forgotten it, or it looks like another: it need not arrive.
    pub waived: bool,
    /// How often the application took it to its last byte.
    pub taken: u32,
    /// The power was cut after the application had it, and before the client could keep that.
    pub unsaved: bool,
    /// It does not fit and was acknowledged unread.
    pub oversize: bool,
}

impl Out {
    /// The client need not care for it any more.
    pub fn has_ended(&self) -> bool {
        self.done.is_some() || self.token == 0 && (self.may_drop || self.may_replace)
    }
}

#[derive(Default)]
pub struct Book {
    pub outs: Vec<Out>,
    pub ins: Vec<In>,
    /// Messages whose DONE is not reported.
    pub open: Vec<u32>,
    /// Messages that have no DONE.
    pub posted: Vec<u32>,
    /// The last message that arrived at the broker for the first time.
    pub newest_arrived: Option<u32>,
    pub newest_taken: Option<u32>,
    pub allowed_twice: u64,
    pub allowed_lost: u64,
}

impl Book {
    /// `key` has become the application's word for a message.
    pub fn accepted(&mut self, out: Out) {
        self.open.push(self.outs.len() as u32);
        self.outs.push(out);
    }

    /// As `accepted`, but nobody will say how it ended.
    pub fn posted(&mut self, out: Out) {
        self.posted.push(self.outs.len() as u32);
        self.outs.push(out);
    }

    pub fn is_open(&self, token: u32) -> bool {
        self.open.iter().any(|key| self.outs[*key as usize].token == token)
    }

    /// The broker has the whole of it.
    pub fn arrived(&mut self, key: u32) -> Verdict {
        let newest = self.newest_arrived;
        let out = &mut self.outs[key as usize];
        rules::unsent_never_arrives(key, out)?;
        if out.arrived || out.qos == 0 {
            return Ok(());
        }
        out.arrived = true;
        self.newest_arrived = Some(key);
        rules::first_arrivals_in_order(newest, key)
    }

    /// The client knows that its session is gone: nothing may be lost with it.
    pub fn welcomed_as_new(&mut self) {
        for key in self.open.iter().chain(&self.posted) {
            let out = &mut self.outs[*key as usize];
            out.may_be_lost &= out.is_bare;
        }
        self.outs.iter_mut().for_each(|out| out.restored = false);
    }

    /// The broker passes it on to whom it may concern, in its session number `session`.
    pub fn passed_on(&mut self, key: u32, session: u32) -> Verdict {
        let out = &mut self.outs[key as usize];
        if out.session != session {
            out.session = session;
            out.in_session = 0;
            self.allowed_twice += u64::from(out.passed_on > 0 && out.qos == 2);
        }
        out.passed_on += 1;
        out.in_session += 1;
        rules::once_per_session(key, out)
    }

    /// DONE was reported for `token`.
    pub fn done(&mut self, token: u32, fate: Fate, maybe_sent: bool, now: u64) -> Verdict {
        let at = self.open.iter().position(|key| self.outs[*key as usize].token == token);
        rules::done_once(token, at.is_some())?;
        let key = self.open.remove(at.unwrap());
        let out = &mut self.outs[key as usize];
        out.done = Some(fate);
        out.maybe_sent = maybe_sent;
        let is_lost = fate == Fate::Delivered && out.passed_on == 0 && out.may_be_lost;
        self.allowed_lost += u64::from(is_lost);
        rules::fate_has_cause(key, out, now)?;
        rules::unsent_never_arrives(key, out).and(rules::delivered_is_there(key, out))
    }

    /// The application took the last byte of a message.
    pub fn taken(&mut self, key: u32) -> Verdict {
        let newest = self.newest_taken;
        let message = &mut self.ins[key as usize];
        message.taken += 1;
        rules::taken_once(key, message)?;
        if message.qos == 0 || message.taken > 1 {
            return Ok(());
        }
        self.newest_taken = Some(key);
        rules::taken_in_order(newest, key)
    }
}

const NAMES: [&str; 12] = [
    "a/0",
    "a/1",
    "a/2",
    "b",
    "b/c",
    "b/c/d",
    "x",
    "long/topic/with/levels",
    "no/1",
    "é/漢",
    "a/very/long/name/of/a/topic",
    "$own",
];

/// The topics of both sides. Those from 12 on are too long for some receive buffers.
pub const TOPICS: u8 = 14;

/// The name of a topic. A payload too short for its key has the key in its topic.
pub fn topic(number: u8, len: usize, key: u32) -> Vec<u8> {
    let mut name = match number {
        12 => vec![b'a'; 60],
        13 => [&b"a/"[..], &[b'y'; 300]].concat(),
        n => NAMES[n as usize].as_bytes().to_vec(),
    };
    if len < 4 {
        name.extend(format!("/k{key}").bytes());
    }
    name
}

/// A byte of the payload of a message.
fn byte(key: u32, at: usize) -> u8 {
    if at < 4 { key.to_le_bytes()[at] } else { (key as usize * 29 + at * 7 + (at >> 8)) as u8 }
}

/// The payload of a message; one that is shorter than its key does not say it.
pub fn payload(key: u32, len: usize) -> Vec<u8> {
    (0..len).map(|at| byte(key, at)).collect()
}

/// The key of a message.
pub fn key(topic: &[u8], payload: &[u8]) -> Option<u32> {
    if let Some(key) = payload.first_chunk() {
        return Some(u32::from_le_bytes(*key));
    }
    let at = topic.windows(2).rposition(|pair| pair == b"/k")?;
    std::str::from_utf8(topic.get(at + 2..)?).ok()?.parse().ok()
}
