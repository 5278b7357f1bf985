//! What a client says, as far as a broker must understand it, in either version. Whatever is not MQTT is a failure.

use crate::translate::{self, other};
use limpet::packet::{Kind, Packet};
use mqtt_proto::QosPid;
use std::collections::BTreeMap;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    Connect { clean: bool },
    Publish { qos: u8, dup: bool, id: u16, topic: Vec<u8>, payload: Vec<u8> },
    Ack(Kind, u16),
    Subscribe(u16),
    Unsubscribe(u16),
    Ping,
    Disconnect,
    Auth,
}

/// The client's side of one connection, cut into packets.
#[derive(Default)]
pub struct Ear {
    is_v5: bool,
    partial: Vec<u8>,
    /// What the client has said each alias stands for.
    aliases: BTreeMap<u16, Vec<u8>>,
    has_connected: bool,
    has_left: bool,
}

impl Ear {
    pub fn new(is_v5: bool) -> Ear {
        Ear { is_v5, ..Ear::default() }
    }

    /// The packets that these bytes complete.
    pub fn hears(&mut self, bytes: &[u8]) -> Vec<Said> {
        self.partial.extend_from_slice(bytes);
        let mut all = vec![];
        while let Some((said, used)) = self.next() {
            self.partial.drain(..used);
            // [MQTT-3.1.0-1] [MQTT-3.1.0-2] [MQTT-3.14.4-2]
            assert_eq!(matches!(said, Said::Connect { .. }), !self.has_connected, "{said:?}");
            assert!(!self.has_left, "{said:?} after DISCONNECT");
            self.has_connected = true;
            self.has_left = said == Said::Disconnect;
            all.push(said);
        }
        all
    }

    fn next(&mut self) -> Option<(Said, usize)> {
        if !self.is_v5 {
            let (packet, used) = Packet::decode(&self.partial).expect("the client writes MQTT")?;
            return Some((of_3(packet), used));
        }
        let (packet, used) = translate::decode(&self.partial)?;
        Some((self.of_5(packet), used))
    }

    fn of_5(&mut self, packet: other::Packet) -> Said {
        match packet {
            other::Packet::Connect(connect) => Said::Connect { clean: connect.clean_start },
            other::Packet::Publish(publish) => {
                let (qos, id) = match publish.qos_pid {
                    QosPid::Level0 => (0, 0),
                    QosPid::Level1(pid) => (1, pid.value()),
                    QosPid::Level2(pid) => (2, pid.value()),
                };
                let mut topic = publish.topic_name.as_bytes().to_vec();
                if let Some(alias) = publish.properties.topic_alias {
                    // [MQTT-3.3.2-8]
                    assert_ne!(alias, 0);
                    if topic.is_empty() {
                        topic = self.aliases.get(&alias).expect("an alias that was set").clone();
                    } else {
                        self.aliases.insert(alias, topic.clone());
                    }
                }
                Said::Publish { qos, dup: publish.dup, id, topic, payload: publish.payload.to_vec() }
            }
            other::Packet::Puback(ack) => Said::Ack(Kind::Puback, ack.pid.value()),
            other::Packet::Pubrec(ack) => Said::Ack(Kind::Pubrec, ack.pid.value()),
            other::Packet::Pubrel(ack) => Said::Ack(Kind::Pubrel, ack.pid.value()),
            other::Packet::Pubcomp(ack) => Said::Ack(Kind::Pubcomp, ack.pid.value()),
            other::Packet::Subscribe(request) => Said::Subscribe(request.pid.value()),
            other::Packet::Unsubscribe(request) => Said::Unsubscribe(request.pid.value()),
            other::Packet::Pingreq => Said::Ping,
            other::Packet::Disconnect(_) => Said::Disconnect,
            other::Packet::Auth(_) => Said::Auth,
            packet => panic!("a client does not send {packet:?}"),
        }
    }
}

fn of_3(packet: Packet) -> Said {
    match packet {
        Packet::Connect(connect) => Said::Connect { clean: connect.clean },
        Packet::Publish(p) => {
            Said::Publish { qos: p.qos, dup: p.dup, id: p.id, topic: p.topic.to_vec(), payload: p.payload.to_vec() }
        }
        Packet::Puback(id) => Said::Ack(Kind::Puback, id),
        Packet::Pubrec(id) => Said::Ack(Kind::Pubrec, id),
        Packet::Pubrel(id) => Said::Ack(Kind::Pubrel, id),
        Packet::Pubcomp(id) => Said::Ack(Kind::Pubcomp, id),
        Packet::Subscribe(request) => Said::Subscribe(request.id),
        Packet::Unsubscribe(request) => Said::Unsubscribe(request.id),
        Packet::Pingreq => Said::Ping,
        Packet::Disconnect => Said::Disconnect,
        packet => panic!("a client does not send {packet:?}"),
    }
}
