//! The client speaks MQTT 5, and the world 3.1.1: packets change between the two at the client's end of the wire, whole.
//! What only MQTT 5 has is here, too: the limits of a connection, which the client must keep to, and topic aliases, which
//! both sides use.

use crate::sim::rng::Rng;
use crate::sim::rules::Verdict;
use crate::translate::{self, other};
use limpet::packet::Packet;
use mqtt_proto::{QosPid, TopicName};
use std::collections::{BTreeSet, HashMap, VecDeque};

/// Topics that the client lets the broker shorten, and the longest of them.
pub const ALIASES: u16 = 4;
pub const ALIAS_LEN: usize = 24;

/// A packet for the client, and what it was in 3.1.1.
struct Pending {
    bytes: VecDeque<u8>,
    heard: Vec<u8>,
}

#[derive(Default)]
pub struct Speech {
    rng: Option<Rng>,
    /// From the client, up to a whole packet.
    out: Vec<u8>,
    /// For the client: what is not yet a whole packet of 3.1.1, and what it may read.
    into: Vec<u8>,
    pending: VecDeque<Pending>,
    receive_maximum: u16,
    alias_maximum: u16,
    /// PUBLISH of the client that have no answer yet.
    unanswered: BTreeSet<u16>,
    topics_out: HashMap<u16, String>,
    topics_in: Vec<String>,
}

impl Speech {
    pub fn new(rng: Rng) -> Speech {
        Speech { rng: Some(rng), ..Speech::default() }
    }

    pub fn connected(&mut self) {
        *self = Speech { rng: self.rng.take(), ..Speech::default() };
    }

    /// The client wrote; what that was in 3.1.1, as far as it is whole.
    pub fn wrote(&mut self, bytes: &[u8], into: &mut Vec<u8>) -> Verdict {
        self.out.extend(bytes);
        while let Some((mut packet, used)) = translate::decode(&self.out) {
            if let other::Packet::Publish(publish) = &mut packet {
                self.published(publish)?;
            }
            into.extend(translate::in_v3(&packet));
            self.out.drain(..used);
        }
        Ok(())
    }

    fn published(&mut self, publish: &mut other::Publish) -> Verdict {
        if let Some(alias) = publish.properties.topic_alias {
            if alias > self.alias_maximum {
                return Err(format!("alias {alias} of {}", self.alias_maximum));
            }
            if publish.topic_name.is_empty() {
                let topic = self.topics_out.get(&alias).ok_or("an alias that was never set")?;
                publish.topic_name = TopicName::try_from(topic.as_str()).unwrap();
            } else {
                self.topics_out.insert(alias, publish.topic_name.to_string());
            }
        } else if publish.topic_name.is_empty() {
            return Err("neither topic nor alias".to_string());
        }
        if let QosPid::Level1(pid) | QosPid::Level2(pid) = publish.qos_pid {
            self.unanswered.insert(pid.value());
            if self.unanswered.len() > self.receive_maximum.into() {
                return Err(format!("{} under way of {}", self.unanswered.len(), self.receive_maximum));
            }
        }
        Ok(())
    }

    /// Bytes of 3.1.1 have arrived for the client.
    pub fn arrived(&mut self, bytes: &[u8]) {
        let mut all = std::mem::take(&mut self.into);
        all.extend(bytes);
        let mut at = 0;
        while at < all.len() {
            let (bytes, used) = match Packet::decode(&all[at..]) {
                Ok(Some((packet, used))) => (self.in_v5(packet), used),
                Ok(None) => break,
                // What the broker says wrong on purpose is as wrong here.
                Err(_) => (all[at..].to_vec(), all.len() - at),
            };
            self.pending.push_back(Pending { bytes: bytes.into(), heard: all[at..at + used].to_vec() });
            at += used;
        }
        all.drain(..at);
        self.into = all;
    }

    fn in_v5(&mut self, packet: Packet) -> Vec<u8> {
        let rng = self.rng.as_mut().expect("a speech has luck");
        match packet {
            Packet::Puback(id) | Packet::Pubcomp(id) => _ = self.unanswered.remove(&id),
            _ => {}
        }
        let mut other = match translate::in_other(packet) {
            Some(other) => other,
            None => return translate::from_broker(packet),
        };
        match &mut other {
            other::Packet::Connack(connack) if !matches!(packet, Packet::Connack(c) if c.code != 0) => {
                self.receive_maximum = rng.pick(&[1, 2, 3, 10, 65_535]);
                self.alias_maximum = rng.pick(&[0, 0, 1, 2, 10]);
                connack.properties.receive_max = Some(self.receive_maximum);
                connack.properties.topic_alias_max = Some(self.alias_maximum);
            }
            other::Packet::Publish(publish) if rng.chance(700) => {
                let topic = publish.topic_name.to_string();
                let known = self.topics_in.iter().position(|known| *known == topic);
                let alias = known.unwrap_or_else(|| {
                    if self.topics_in.len() < ALIASES.into() {
                        self.topics_in.push(topic.clone());
                        self.topics_in.len() - 1
                    } else {
                        let at = rng.below(ALIASES.into()) as usize;
                        self.topics_in[at] = topic.clone();
                        at
                    }
                });
                publish.properties.topic_alias = Some(alias as u16 + 1);
                if known.is_some() && topic.len() <= ALIAS_LEN {
                    publish.topic_name = TopicName::try_from("").unwrap();
                }
            }
            _ => {}
        }
        other.encode().expect("it can be written").as_ref().to_vec()
    }

    /// Bytes that the client may read.
    pub fn ready(&self) -> usize {
        self.pending.iter().map(|packet| packet.bytes.len()).sum()
    }

    /// The client reads; what it has heard whole by that, in 3.1.1.
    pub fn take(&mut self, buf: &mut [u8]) -> Vec<u8> {
        let mut heard = vec![];
        for place in buf {
            let Some(first) = self.pending.front_mut() else { return heard };
            *place = first.bytes.pop_front().expect("no packet is empty");
            if first.bytes.is_empty() {
                heard.extend(self.pending.pop_front().expect("it is there").heard);
            }
        }
        heard
    }
}
