//! What the broker keeps of one client: its filters, and messages under way in both directions.

use crate::sim::book::{self, Book};
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
    pub id: u16,
    pub state: State,
}

pub struct Shelf {
    /// Which of all the broker's sessions this is.
    pub number: u32,
    /// It outlives its connection.
    pub lasts: bool,
    pub filters: Vec<(Vec<u8>, u8)>,
    pub letters: VecDeque<Letter>,
    /// QoS 2 from the client before PUBREL.
    pub unreleased: Vec<(u16, u32)>,
    last_id: u16,
}

impl Shelf {
    pub fn new(number: u32) -> Shelf {
        Shelf {
            number,
            lasts: false,
            filters: Vec::new(),
            letters: VecDeque::new(),
            unreleased: Vec::new(),
            last_id: 0,
        }
    }

    /// A PUBLISH has come; the kind of its answer. `at_pubrel`: QoS 2 is passed on when it is released.
    pub fn published(&mut self, book: Option<&mut Book>, p: &Publish, at_pubrel: bool) -> Result<Option<Kind>, String> {
        let key = book::key(p.topic, p.payload).unwrap_or(u32::MAX);
        let known = self.unreleased.iter().find(|(id, _)| *id == p.id).map(|(_, key)| *key);
        let is_again = p.qos == 2 && known.is_some();
        if p.qos == 2 && !is_again {
            self.unreleased.push((p.id, key));
        }
        if let Some(book) = book {
            if is_again && known != Some(key) {
                return Err(format!("id_reuse: {} for {known:?} and {key}", p.id));
            }
            if !is_again {
                book.arrived(key)?;
            }
            if p.qos < 2 || !is_again && !at_pubrel {
                book.passed_on(key, self.number)?;
            }
        }
        Ok(match p.qos {
            0 => None,
            1 => Some(Kind::Puback),
            _ => Some(Kind::Pubrec),
        })
    }

    pub fn released(&mut self, book: Option<&mut Book>, id: u16, at_pubrel: bool) -> Result<(), String> {
        let Some(at) = self.unreleased.iter().position(|(known, _)| *known == id) else { return Ok(()) };
        let (_, key) = self.unreleased.remove(at);
        book.filter(|_| at_pubrel).map_or(Ok(()), |book| book.passed_on(key, self.number))
    }

    /// PUBACK, PUBREC or PUBCOMP of a message under way. False if that is not what it waits for.
    pub fn acknowledged(&mut self, packet: &Packet, book: &Book) -> bool {
        let (Packet::Puback(id) | Packet::Pubrec(id) | Packet::Pubcomp(id)) = *packet else { return false };
        let mut letters = self.letters.iter_mut();
        let Some(letter) = letters.find(|letter| letter.state != State::Queued && letter.id == id) else { return true };
        let is_qos_2 = book.ins[letter.key as usize].qos == 2;
        let expected = match packet {
            Packet::Puback(_) => !is_qos_2,
            Packet::Pubrec(_) => is_qos_2,
            _ => letter.state == State::Recorded,
        };
        if expected && matches!(packet, Packet::Pubrec(_)) {
            letter.state = State::Recorded;
        } else if expected {
            self.letters.retain(|letter| letter.state == State::Queued || letter.id != id);
        }
        expected
    }

    pub fn subscribe(&mut self, request: &Request) -> Vec<u8> {
        let mut codes = vec![];
        for (filter, qos) in request.filters {
            let code = granted(filter, qos);
            if code != 0x80 {
                self.filters.retain(|(known, _)| known != filter);
                self.filters.push((filter.to_vec(), code));
            }
            codes.push(code);
        }
        codes
    }

    pub fn unsubscribe(&mut self, request: &Request) {
        for (filter, _) in request.filters {
            self.filters.retain(|(known, _)| known != filter);
        }
    }

    /// The QoS that a message to this topic has for the client at most, if any.
    pub fn wants(&self, name: &[u8]) -> Option<u8> {
        self.filters.iter().filter(|(filter, _)| topic::matches(filter, name)).map(|(_, qos)| *qos).max()
    }

    pub fn fresh_id(&mut self) -> u16 {
        self.last_id += 1;
        self.last_id
    }
}

/// What the broker grants; those with "no/" it lets nobody have.
pub fn granted(filter: &[u8], qos: u8) -> u8 {
    if filter.starts_with(b"no/") { 0x80 } else { qos }
}

/// A message of the book as a packet.
pub fn letter(book: &Book, key: u32, id: u16, dup: bool) -> Vec<u8> {
    let m = &book.ins[key as usize];
    let (topic, payload) = (book::topic(m.topic, m.len, key), book::payload(key, m.len));
    let packet = Publish { dup, qos: m.qos, retain: m.retain, topic: &topic, id, payload: &payload };
    let mut buf = vec![0; packet.size()];
    Packet::Publish(packet).encode(&mut buf).expect("it fits");
    buf
}
