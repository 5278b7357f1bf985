//! The session that the broker keeps for the client: filters, and messages under way in both directions.

use crate::sim::book::{self, In, TOPICS};
use crate::sim::broker::{Broker, Phase, Reply};
use crate::sim::net::Net;
use crate::sim::rules::Verdict;
use crate::trace;
use limpet::packet::publish::Publish;
use limpet::packet::subscribe::Request;
use limpet::packet::{Kind, Packet, topic};
use std::collections::VecDeque;

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum State {
    Queued,
    Sent,
    /// PUBREL was sent.
    Recorded,
}

/// A message for the client, QoS 1 or 2.
pub struct Letter {
    pub key: u32,
    id: u16,
    state: State,
}

pub struct Stored {
    number: u32,
    pub clean: bool,
    pub filters: Vec<(Vec<u8>, u8)>,
    pub letters: VecDeque<Letter>,
    /// QoS 2 from the client before PUBREL.
    unreleased: Vec<(u16, u32)>,
    last_id: u16,
}

/// The broker lets nobody have these.
pub fn is_refused(filter: &[u8]) -> bool {
    filter.starts_with(b"no/")
}

/// What the broker grants.
pub fn granted(filter: &[u8], qos: u8) -> u8 {
    if is_refused(filter) {
        0x80
    } else if filter.starts_with(b"x") {
        qos.min(1)
    } else {
        qos
    }
}

impl Stored {
    pub fn new(number: u32, clean: bool) -> Stored {
        Stored { number, clean, filters: Vec::new(), letters: VecDeque::new(), unreleased: Vec::new(), last_id: 0 }
    }

    /// A PUBLISH has come; the kind of its answer.
    pub fn published(&mut self, net: &mut Net, p: &Publish) -> Result<Option<Kind>, String> {
        let key = book::key(p.topic, p.payload).ok_or("a message without a key")?;
        match p.qos {
            2 => {
                let known = self.unreleased.iter().find(|(id, _)| *id == p.id);
                match known {
                    Some((_, before)) if *before == key => {}
                    Some((_, before)) => return Err(format!("id_reuse: {} for {before} and {key}", p.id)),
                    None => {
                        self.unreleased.push((p.id, key));
                        net.book.arrived(key)?;
                        if !net.plan.at_pubrel {
                            net.book.passed_on(key, self.number)?;
                        }
                    }
                }
                Ok(Some(Kind::Pubrec))
            }
            qos => {
                net.book.arrived(key)?;
                net.book.passed_on(key, self.number)?;
                Ok((qos == 1).then_some(Kind::Puback))
            }
        }
    }

    pub fn released(&mut self, net: &mut Net, id: u16) -> Verdict {
        let Some(at) = self.unreleased.iter().position(|(known, _)| *known == id) else { return Ok(()) };
        let (_, key) = self.unreleased.remove(at);
        if net.plan.at_pubrel { net.book.passed_on(key, self.number) } else { Ok(()) }
    }

    /// QoS 2 that has come and was not passed on.
    pub fn unpassed(&self) -> impl Iterator<Item = u32> {
        self.unreleased.iter().map(|(_, key)| *key)
    }

    pub fn acknowledged(&mut self, id: u16) {
        self.letters.retain(|letter| letter.state == State::Queued || letter.id != id);
    }

    /// PUBREC; true if PUBREL is to follow.
    pub fn recorded(&mut self, id: u16) -> bool {
        let letter = self.letters.iter_mut().find(|letter| letter.state != State::Queued && letter.id == id);
        letter.map(|letter| letter.state = State::Recorded).is_some()
    }

    pub fn subscribe(&mut self, request: &Request) -> u8 {
        let (filter, qos) = request.filters.clone().next().unwrap();
        let code = granted(filter, qos);
        if code != 0x80 {
            self.filters.retain(|(known, _)| known != filter);
            self.filters.push((filter.to_vec(), code));
        }
        code
    }

    pub fn unsubscribe(&mut self, request: &Request) {
        let (filter, _) = request.filters.clone().next().unwrap();
        self.filters.retain(|(known, _)| known != filter);
    }

    /// Everything under way once more, in order.
    pub fn replay(&mut self, net: &mut Net, number: u32) {
        for letter in &self.letters {
            match letter.state {
                State::Queued => {}
                State::Sent => send(net, number, letter.key, letter.id, true),
                State::Recorded => {
                    let mut buf = [0; 4];
                    Packet::Pubrel(letter.id).encode(&mut buf);
                    net.say(number, &buf);
                }
            }
        }
    }

    /// Some brokers send again on a living connection.
    pub fn again(&mut self, net: &mut Net, number: u32, key: u32) {
        if let Some(letter) = self.letters.iter().find(|letter| letter.key == key && letter.state == State::Sent) {
            send(net, number, key, letter.id, true);
        }
    }

    fn fresh_id(&mut self) -> u16 {
        loop {
            self.last_id = self.last_id.wrapping_add(1);
            let used = |letter: &Letter| letter.state != State::Queued && letter.id == self.last_id;
            if self.last_id != 0 && !self.letters.iter().any(used) {
                return self.last_id;
            }
        }
    }
}

fn send(net: &mut Net, number: u32, key: u32, id: u16, dup: bool) {
    let m = &net.book.ins[key as usize];
    let (topic, payload) = (book::topic(m.topic, m.len, key), book::payload(key, m.len));
    let packet = Publish { dup, qos: m.qos, retain: m.retain, topic: &topic, id, payload: &payload };
    let mut buf = vec![0; packet.size()];
    packet.encode(&mut buf).unwrap();
    net.say(number, &buf);
}

impl Broker {
    /// Somebody else publishes; if the client has a filter for it, it is on its way.
    pub fn publish(&mut self, net: &mut Net) {
        let burst = net.rng.spread(1, 30);
        for _ in 0..burst {
            let Some(stored) = &mut self.stored else { return };
            if stored.filters.is_empty() || stored.letters.len() > 60 {
                return;
            }
            let (number, qos) = (net.rng.below(u64::from(TOPICS)) as u8, net.rng.below(3) as u8);
            let most = net.plan.rx * 3;
            let key = net.book.ins.len() as u32;
            let len = if net.rng.chance(900) { net.rng.size(0, 24) } else { net.rng.size(0, most) };
            let name = book::topic(number, len, key);
            let matching = stored.filters.iter().filter(|(filter, _)| topic::matches(filter, &name));
            let Some(most) = matching.map(|(_, qos)| *qos).max() else { continue };
            let qos = qos.min(most);
            let to = self.attached.filter(|to| net.conn(*to).is_some_and(|c| c.server.phase == Phase::Up));
            if qos == 0 && to.is_none_or(|to| net.conn(to).is_some_and(|c| c.down.len() > 8192)) {
                continue;
            }
            let retain = net.rng.chance(100);
            let session = stored.number;
            net.book.ins.push(In { qos, retain, topic: number, len, session, ..In::default() });
            trace!("    broker publishes {key} at {qos}, {} bytes of topic, {len} of payload", name.len());
            match to {
                Some(to) if qos == 0 => send(net, to, key, 0, false),
                _ => stored.letters.push_back(Letter { key, id: 0, state: State::Queued }),
            }
        }
    }

    /// Sends what waits, as far as the client and the link take it.
    pub fn pump(&mut self, net: &mut Net) {
        let (Some(stored), Some(to)) = (&mut self.stored, self.attached) else { return };
        if !stored.letters.iter().any(|letter| letter.state == State::Queued) {
            return;
        }
        let up = net.conn(to).is_some_and(|conn| conn.server.phase == Phase::Up);
        while up && net.conn(to).is_some_and(|conn| conn.down.len() < 8192) {
            let under_way = stored.letters.iter().filter(|letter| letter.state != State::Queued).count();
            let waiting = stored.letters.iter().position(|letter| letter.state == State::Queued);
            let Some(at) = waiting.filter(|_| under_way < net.plan.in_flight) else { return };
            let id = stored.fresh_id();
            let letter = &mut stored.letters[at];
            (letter.id, letter.state) = (id, State::Sent);
            let key = letter.key;
            send(net, to, key, id, false);
            if !net.calm && net.rng.chance(net.plan.resend) {
                self.resend_later(net, to, key);
                return;
            }
        }
    }

    fn resend_later(&mut self, net: &mut Net, number: u32, key: u32) {
        self.later(net, number, Reply::Again(key));
    }
}
