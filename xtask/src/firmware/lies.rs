//! What a broker may not say, and what the client must make of it.

/// MQTT_ERR_PROTOCOL, MQTT_ERR_READ_TIMEOUT and MQTT_ERR_PEER_CLOSED of include/limpet.h.
const PROTOCOL: i32 = -50;
const READ_TIMEOUT: i32 = -48;
const PEER_CLOSED: i32 = -42;

pub struct Lie {
    pub name: &'static str,
    pub place: Place,
    pub bytes: &'static [u8],
    pub then: Then,
    /// Of the event that must follow.
    pub error: i32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    InsteadOfConnack,
    BetweenPackets,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    /// Nothing more is said until the client closes.
    Silence,
    /// The connection is closed.
    End,
}

const fn instead(name: &'static str, bytes: &'static [u8]) -> Lie {
    Lie { name, place: Place::InsteadOfConnack, bytes, then: Then::Silence, error: PROTOCOL }
}

const fn between(name: &'static str, bytes: &'static [u8]) -> Lie {
    Lie { name, place: Place::BetweenPackets, bytes, then: Then::Silence, error: PROTOCOL }
}

pub const LIES: &[Lie] = &[
    instead("another protocol", b"HTTP/1.1 400 Bad Request\r\n\r\n"),
    instead("CONNACK too long", &[0x20, 3, 0, 0, 0]),
    instead("CONNACK with a bit flipped in its flags", &[0x20, 2, 4, 0]),
    Lie { then: Then::End, error: PEER_CLOSED, ..instead("half of a CONNACK, then the end", &[0x20, 2, 0]) },
    between("CONNACK again", &[0x20, 2, 0, 0]),
    between("a length of five bytes", &[0x30, 0xff, 0xff, 0xff, 0xff, 0x01]),
    between("packet type 15", &[0xff; 64]),
    between("packet type 0", &[0; 64]),
    between("a client's packet", &[0xc0, 0]),
    between("QoS 3", &[0x36, 6, 0, 1, b't', 0, 1, b'x']),
    between("a topic longer than its packet", &[0x30, 4, 0xff, 0xff, b'a', b'b']),
    between("PUBACK with a bit flipped in its flags", &[0x42, 2, 0, 1]),
    between("PUBREL with a bit missing in its flags", &[0x60, 2, 0, 1]),
    between("SUBACK without a code", &[0x90, 2, 0, 1]),
    Lie { error: READ_TIMEOUT, ..between("a message that does not end", &[0x30, 0xc8, 1, 0, 1, b't', b'x']) },
    Lie { then: Then::End, error: PEER_CLOSED, ..between("a message cut off", &[0x32, 10, 0, 1, b't', 0, 9, b'x']) },
];
