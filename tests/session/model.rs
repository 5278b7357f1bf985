//! A broker that answers by itself and remembers what it must, for scenarios that are cut anywhere.

use super::bench::*;
use std::collections::{BTreeSet, VecDeque};

/// A message on its way to the client.
#[derive(Clone, Copy, PartialEq)]
enum Stage {
    Unsent,
    Sent,
    Released,
}

pub struct Model {
    /// Keeps the session over a cut.
    pub keeps: bool,
    has_session: bool,
    subscribed: bool,
    /// QoS 2 ids that wait for PUBREL.
    held: BTreeSet<u16>,
    /// What was published to the world, in order.
    pub published: Vec<Vec<u8>>,
    /// QoS, id, payload.
    outbound: VecDeque<(u8, u16, &'static str, Stage)>,
}

impl Model {
    /// Sends one message of each QoS when the client subscribes.
    pub fn new(keeps: bool) -> Model {
        let outbound = [(0, 0, "in 0"), (1, 11, "in 1"), (2, 12, "in 2")];
        Model {
            keeps,
            has_session: false,
            subscribed: false,
            held: BTreeSet::new(),
            published: vec![],
            outbound: outbound.into_iter().map(|(qos, id, payload)| (qos, id, payload, Stage::Unsent)).collect(),
        }
    }

    /// What it answers to one packet.
    pub fn answer(&mut self, packet: &[u8]) -> Vec<u8> {
        let mut reply = vec![];
        match Packet::decode(packet).unwrap().unwrap().0 {
            Packet::Connect(connect) => self.hello(connect.clean, &mut reply),
            Packet::Publish(publish) => {
                let known = publish.qos == 2 && !self.held.insert(publish.id);
                if !known {
                    self.published.push(publish.payload.to_vec());
                }
                match publish.qos {
                    0 => {}
                    1 => put(&mut reply, Packet::Puback(publish.id)),
                    _ => put(&mut reply, Packet::Pubrec(publish.id)),
                }
            }
            Packet::Pubrel(id) => {
                self.held.remove(&id);
                put(&mut reply, Packet::Pubcomp(id));
            }
            Packet::Subscribe(request) => {
                put(&mut reply, Packet::Suback { id: request.id, codes: &[2] });
                self.subscribed = true;
                self.send_due(&mut reply);
            }
            Packet::Puback(id) | Packet::Pubcomp(id) => self.outbound.retain(|m| m.1 != id),
            Packet::Pubrec(id) => {
                self.outbound.iter_mut().filter(|m| m.1 == id).for_each(|m| m.3 = Stage::Released);
                put(&mut reply, Packet::Pubrel(id));
            }
            Packet::Pingreq => put(&mut reply, Packet::Pingresp),
            Packet::Disconnect => {}
            other => panic!("a client does not send {other:?}"),
        }
        reply
    }

    fn hello(&mut self, clean: bool, reply: &mut Vec<u8>) {
        let session_present = self.has_session && self.keeps && !clean;
        if !session_present {
            self.held.clear();
            self.subscribed = false;
            // A new session has nothing under way; the world sends its messages again.
            self.outbound.iter_mut().for_each(|m| m.3 = Stage::Unsent);
        }
        self.has_session = !clean;
        put(reply, Packet::Connack(Connack { session_present, code: 0 }));
        for (qos, id, payload, stage) in &self.outbound {
            match stage {
                Stage::Unsent => {}
                Stage::Sent => put(reply, again(message(*qos, *id, payload))),
                Stage::Released => put(reply, Packet::Pubrel(*id)),
            }
        }
        if self.subscribed {
            self.send_due(reply);
        }
    }

    fn send_due(&mut self, reply: &mut Vec<u8>) {
        for (qos, id, payload, stage) in &mut self.outbound {
            if *stage == Stage::Unsent {
                put(reply, message(*qos, *id, payload));
                *stage = Stage::Sent;
            }
        }
        self.outbound.retain(|m| m.0 > 0);
    }

    /// All that was to reach the client has.
    pub fn is_done(&self) -> bool {
        self.outbound.is_empty() && self.held.is_empty()
    }
}

fn put(reply: &mut Vec<u8>, packet: Packet) {
    let mut buf = [0; 64];
    let n = packet.encode(&mut buf).unwrap();
    reply.extend_from_slice(&buf[..n]);
}
