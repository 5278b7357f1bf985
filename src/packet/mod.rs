//! Bytes and their meaning: the packets of MQTT 3.1.1, both ways, so that a test can be the broker.
//! No state, no time, no I/O, and nothing that panics, whatever the bytes are.

#![forbid(unsafe_code)]
#![deny(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

pub mod ack;
mod any;
pub mod connect;
pub mod control;
pub mod cursor;
pub mod frame;
pub mod publish;
pub mod subscribe;
pub mod text;
pub mod topic;
pub mod v5;

pub use any::Packet;

/// The bytes are not MQTT. [MQTT-4.8.0-1] The connection they came from must be closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed;

impl Malformed {
    /// The error, unless the rule holds.
    const fn unless(holds: bool) -> Result<(), Malformed> {
        if holds { Ok(()) } else { Err(Malformed) }
    }
}

/// Packet types by their numbers on the wire. [section 2.2.1]
#[repr(u8)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Connect = 1,
    Connack = 2,
    Publish = 3,
    Puback = 4,
    Pubrec = 5,
    Pubrel = 6,
    Pubcomp = 7,
    Subscribe = 8,
    Suback = 9,
    Unsubscribe = 10,
    Unsuback = 11,
    Pingreq = 12,
    Pingresp = 13,
    Disconnect = 14,
    Auth = 15,
}

impl Kind {
    /// The type in the first byte of a packet; None for 0, and for what only MQTT 5 has.
    pub const fn of(first: u8) -> Option<Kind> {
        Some(match first >> 4 {
            1 => Kind::Connect,
            2 => Kind::Connack,
            3 => Kind::Publish,
            4 => Kind::Puback,
            5 => Kind::Pubrec,
            6 => Kind::Pubrel,
            7 => Kind::Pubcomp,
            8 => Kind::Subscribe,
            9 => Kind::Suback,
            10 => Kind::Unsubscribe,
            11 => Kind::Unsuback,
            12 => Kind::Pingreq,
            13 => Kind::Pingresp,
            14 => Kind::Disconnect,
            15 => Kind::Auth,
            _ => return None,
        })
    }

    /// The first byte of such a packet; a PUBLISH adds DUP, QoS and RETAIN to it.
    ///
    /// [MQTT-2.2.2-1] Bit 1 is set in PUBREL, SUBSCRIBE and UNSUBSCRIBE, and in nothing else.
    pub const fn first(self) -> u8 {
        let flags = match self {
            Kind::Pubrel | Kind::Subscribe | Kind::Unsubscribe => 2,
            _ => 0,
        };
        (self as u8) << 4 | flags
    }
}

/// An encoded PUBLISH, SUBSCRIBE or UNSUBSCRIBE has a packet identifier. [MQTT-2.3.1-5]
pub fn has_id(packet: &[u8]) -> bool {
    packet.first().is_some_and(|&first| first >> 4 != Kind::Publish as u8 || publish::qos(first) > 0)
}

/// Gives an encoded packet that has an identifier another one.
pub fn set_id(packet: &mut [u8], id: u16) {
    let mut at = frame::body_at(packet);
    if packet.first().is_some_and(|&first| first >> 4 == Kind::Publish as u8) {
        // Behind the topic.
        at += 2 + packet.get(at..).and_then(publish::topic_len).unwrap_or(0);
    }
    cursor::set_u16(packet, at, id);
}
