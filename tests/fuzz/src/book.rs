//! What the client has accepted, what a broker has seen of it, and how it ended: each accepted publish ends at most once,
//! nothing ends that was not accepted, and no ending is a lie.

use crate::speech::Said;
use limpet::event::Fate;
use std::collections::{BTreeMap, BTreeSet};

/// A message by its number, which its payload begins with.
struct Message {
    topic: Vec<u8>,
    qos: u8,
    payload: Vec<u8>,
    /// A broker had the whole of it.
    arrived: bool,
}

/// The payload of a message at this place.
pub fn byte(number: u32, at: usize) -> u8 {
    let first = number.to_be_bytes();
    first.get(at).copied().unwrap_or((at as u32 ^ number) as u8)
}

#[derive(Default)]
pub struct Book {
    messages: Vec<Message>,
    /// Of those that are not ended: the number of the message.
    open: BTreeMap<u32, usize>,
    ended: BTreeSet<u32>,
    requests: BTreeSet<u32>,
}

impl Book {
    /// The number of the next message.
    pub fn next(&self) -> u32 {
        self.messages.len() as u32
    }

    /// The payload of the next message: its number and as many bytes more.
    pub fn payload(&self, len: usize) -> Vec<u8> {
        (0..len + 4).map(|at| byte(self.next(), at)).collect()
    }

    /// It was accepted; a posted one has no token.
    pub fn accepted(&mut self, token: Option<u32>, topic: &[u8], qos: u8, payload: Vec<u8>) {
        if let Some(token) = token {
            assert!(!self.open.contains_key(&token) && !self.ended.contains(&token), "token {token} twice");
            self.open.insert(token, self.messages.len());
        }
        self.messages.push(Message { topic: topic.to_vec(), qos, payload, arrived: false });
    }

    pub fn requested(&mut self, token: u32) {
        self.requests.insert(token);
    }

    /// A broker has heard this.
    pub fn heard(&mut self, said: &Said) {
        let Said::Publish { qos, topic, payload, .. } = said else { return };
        let number = payload.first_chunk().map(|bytes| u32::from_be_bytes(*bytes) as usize);
        let message = number.and_then(|number| self.messages.get_mut(number)).expect("a message that was accepted");
        assert_eq!((&message.topic, message.qos, &message.payload), (topic, *qos, payload));
        message.arrived = true;
    }

    pub fn ended(&mut self, token: u32, fate: Fate, maybe_sent: bool) {
        let number = self.open.remove(&token);
        let number = number.unwrap_or_else(|| panic!("{token} ends ({fate:?}) and is not open"));
        self.ended.insert(token);
        let arrived = self.messages[number].arrived;
        match fate {
            Fate::Delivered => assert!(arrived, "message {number} is delivered and nobody has it"),
            Fate::Refused => {}
            _ => assert!(maybe_sent || !arrived, "message {number} was not sent and somebody has it"),
        }
    }

    pub fn answered(&self, token: u32) {
        assert!(self.requests.contains(&token), "an answer to {token}, which was never asked");
    }

    /// The tokens that are still to end.
    pub fn open(&self) -> impl Iterator<Item = u32> {
        self.open.keys().copied()
    }

    pub fn is_closed(&self) -> bool {
        self.open.is_empty()
    }
}
