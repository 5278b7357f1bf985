//! The broker's voice on one connection, in 3.1.1 or in MQTT 5. Behind it everything is 3.1.1; what only MQTT 5 has ends
//! here: topic aliases in both directions, the receive maximum, AUTH and the broker's DISCONNECT.

use crate::translate::{self, other};
use limpet::packet::Packet;
use mqtt_proto::{QosPid, TopicName, v3};
use std::collections::{BTreeSet, HashMap};

/// How a broker speaks.
#[derive(Clone, Copy, Default)]
pub struct Manner {
    pub is_v5: bool,
    /// What its CONNACK allows the client.
    pub receive_maximum: Option<u16>,
    pub alias_maximum: Option<u16>,
    /// Aliases that it uses itself.
    pub aliases: u16,
}

/// A packet of the client.
pub enum Said {
    /// In 3.1.1.
    Packet(Vec<u8>),
    Auth(other::AuthReasonCode),
}

pub struct Voice {
    manner: Manner,
    /// What CONNECT asked for: that the session outlives the connection, and steps of authentication.
    pub keeps: bool,
    pub wants_auth: bool,
    topics_out: HashMap<u16, TopicName>,
    topics_in: Vec<Vec<u8>>,
    unanswered: BTreeSet<u16>,
}

impl Voice {
    pub fn new(manner: Manner) -> Voice {
        Voice {
            manner,
            keeps: false,
            wants_auth: false,
            topics_out: HashMap::new(),
            topics_in: Vec::new(),
            unanswered: BTreeSet::new(),
        }
    }

    /// The first packet of the client in `bytes`, and how many bytes it was. An error is the client's.
    pub fn hear(&mut self, bytes: &[u8]) -> Result<Option<(Said, usize)>, String> {
        if !self.manner.is_v5 {
            let decoded = Packet::decode(bytes).map_err(|_| format!("malformed: {bytes:x?}"))?;
            return Ok(decoded.map(|(packet, len)| {
                if let Packet::Connect(connect) = packet {
                    self.keeps = !connect.clean;
                }
                (Said::Packet(bytes[..len].to_vec()), len)
            }));
        }
        let Some(len) = whole(bytes)? else { return Ok(None) };
        let bytes = &bytes[..len];
        let decoded = other::Packet::decode(bytes).map_err(|error| format!("malformed: {error}: {bytes:x?}"))?;
        let mut packet = decoded.ok_or_else(|| format!("it goes on behind its end: {bytes:x?}"))?;
        match &mut packet {
            other::Packet::Connect(connect) => {
                self.keeps = connect.properties.session_expiry_interval.is_some_and(|s| s > 0);
                self.wants_auth = connect.properties.auth_method.is_some();
            }
            other::Packet::Publish(publish) => self.published(publish)?,
            other::Packet::Auth(auth) => return Ok(Some((Said::Auth(auth.reason_code), len))),
            _ => {}
        }
        Ok(Some((Said::Packet(translate::in_v3(&packet)), len)))
    }

    fn published(&mut self, publish: &mut other::Publish) -> Result<(), String> {
        let most = self.manner.alias_maximum.unwrap_or(0);
        match publish.properties.topic_alias {
            Some(alias) if alias == 0 || alias > most => return Err(format!("alias {alias} of {most}")),
            Some(alias) if publish.topic_name.is_empty() => {
                publish.topic_name = self.topics_out.get(&alias).ok_or("an alias that was never set")?.clone();
            }
            Some(alias) => _ = self.topics_out.insert(alias, publish.topic_name.clone()),
            None if publish.topic_name.is_empty() => return Err("neither topic nor alias".to_string()),
            None => {}
        }
        if let QosPid::Level1(pid) | QosPid::Level2(pid) = publish.qos_pid {
            self.unanswered.insert(pid.value());
            let most = self.manner.receive_maximum.unwrap_or(u16::MAX);
            if self.unanswered.len() > most.into() {
                return Err(format!("{} under way of {most}", self.unanswered.len()));
            }
        }
        Ok(())
    }

    /// The client may send another one.
    pub fn answered(&mut self, packet: &Packet) {
        if let Packet::Puback(id) | Packet::Pubcomp(id) = packet {
            self.unanswered.remove(id);
        }
    }

    pub fn say(&mut self, packet: Packet) -> Vec<u8> {
        self.answered(&packet);
        if !self.manner.is_v5 {
            let mut buf = vec![0; 16 + size(&packet)];
            let len = packet.encode(&mut buf).expect("it fits");
            buf.truncate(len);
            return buf;
        }
        let mut words = translate::in_other(packet).expect("a broker may say it");
        match &mut words {
            other::Packet::Connack(connack) if connack.reason_code == other::ConnectReasonCode::Success => {
                connack.properties.receive_max = self.manner.receive_maximum;
                connack.properties.topic_alias_max = self.manner.alias_maximum;
            }
            other::Packet::Publish(publish) if self.manner.aliases > 0 => self.shorten(publish),
            _ => {}
        }
        encoded(&words)
    }

    fn shorten(&mut self, publish: &mut other::Publish) {
        let topic = publish.topic_name.as_bytes();
        let known = self.topics_in.iter().position(|known| known == topic);
        if known.is_none() && self.topics_in.len() == self.manner.aliases.into() {
            return;
        }
        if known.is_none() {
            self.topics_in.push(topic.to_vec());
        } else {
            publish.topic_name = TopicName::try_from("").expect("an alias has no topic");
        }
        publish.properties.topic_alias = Some(known.unwrap_or(self.topics_in.len() - 1) as u16 + 1);
    }
}

/// The broker's step of an authentication.
pub fn auth(code: other::AuthReasonCode) -> Vec<u8> {
    let mut auth = other::Auth::new(code);
    auth.properties.auth_method = Some("DANCE".into());
    auth.properties.auth_data = Some(b"left?".to_vec().into());
    encoded(&other::Packet::Auth(auth))
}

/// The broker's farewell.
pub fn farewell() -> Vec<u8> {
    let mut disconnect = other::Disconnect::new(other::DisconnectReasonCode::ServerShuttingDown);
    disconnect.properties.reason_string = Some("tea".into());
    encoded(&other::Packet::Disconnect(disconnect))
}

fn encoded(packet: &other::Packet) -> Vec<u8> {
    packet.encode().expect("it can be written").as_ref().to_vec()
}

fn size(packet: &Packet) -> usize {
    match packet {
        Packet::Publish(publish) => publish.size(),
        Packet::Suback { codes, .. } => codes.len(),
        _ => 0,
    }
}

/// Why no client may put up with these bytes of a broker, if none may.
pub fn nonsense(is_v5: bool, mut bytes: &[u8]) -> Option<String> {
    let mut is_first = true;
    loop {
        let len = match whole(bytes) {
            Ok(Some(len)) => len,
            Ok(None) => return None,
            Err(wrong) => return Some(wrong),
        };
        let (packet, rest) = bytes.split_at(len);
        let decoded = match is_v5 {
            true => other::Packet::decode(packet).map(|found| found.is_some()).map_err(|error| error.to_string()),
            false => v3::Packet::decode(packet).map(|found| found.is_some()).map_err(|error| error.to_string()),
        };
        let is_in_place = match packet[0] >> 4 {
            CONNACK => is_first,
            DISCONNECT => is_v5 && !is_first,
            AUTH => is_v5,
            kind => !is_first && BROKERS.contains(&kind),
        };
        match decoded {
            Ok(true) if is_in_place => (bytes, is_first) = (rest, is_first && packet[0] >> 4 == AUTH),
            Err(_) if is_v5 && is_in_place && is_tolerated(packet) => bytes = rest,
            Ok(is_whole) => return Some(format!("whole {is_whole}, in its place {is_in_place}: {packet:x?}")),
            Err(error) => return Some(format!("{error}: {packet:x?}")),
        }
    }
}

/// A code from 0x80 on is a refusal, whether the standard lists it or not.
fn is_tolerated(packet: &[u8]) -> bool {
    matches!(*packet, [0x90 | 0xb0, 4, _, _, 0, 0x80..=0xff])
}

const CONNACK: u8 = 2;
const DISCONNECT: u8 = 14;
const AUTH: u8 = 15;
/// PUBLISH and its answers, SUBACK, UNSUBACK, PINGRESP.
const BROKERS: [u8; 8] = [3, 4, 5, 6, 7, 9, 11, 13];

/// The length of the packet that `bytes` begin with, if all of it is there.
fn whole(bytes: &[u8]) -> Result<Option<usize>, String> {
    let mut body = 0;
    for at in 1..5 {
        let Some(byte) = bytes.get(at) else { return Ok(None) };
        body |= usize::from(byte & 0x7f) << (7 * (at - 1));
        if byte & 0x80 == 0 {
            return Ok(Some(at + 1 + body).filter(|len| *len <= bytes.len()));
        }
    }
    Err(format!("a length of five bytes: {bytes:x?}"))
}
