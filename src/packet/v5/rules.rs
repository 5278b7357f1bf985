//! What properties there are: the identifier of each, how its value is written, and where it may stand. [section 2.2.2.2]

pub const PAYLOAD_FORMAT: u8 = 0x01;
pub const MESSAGE_EXPIRY: u8 = 0x02;
pub const CONTENT_TYPE: u8 = 0x03;
pub const RESPONSE_TOPIC: u8 = 0x08;
pub const CORRELATION_DATA: u8 = 0x09;
pub const SUBSCRIPTION_ID: u8 = 0x0B;
pub const SESSION_EXPIRY: u8 = 0x11;
pub const ASSIGNED_CLIENT_ID: u8 = 0x12;
pub const SERVER_KEEP_ALIVE: u8 = 0x13;
pub const AUTHENTICATION_METHOD: u8 = 0x15;
pub const AUTHENTICATION_DATA: u8 = 0x16;
pub const REQUEST_PROBLEM_INFO: u8 = 0x17;
pub const WILL_DELAY: u8 = 0x18;
pub const REQUEST_RESPONSE_INFO: u8 = 0x19;
pub const RESPONSE_INFO: u8 = 0x1A;
pub const SERVER_REFERENCE: u8 = 0x1C;
pub const REASON_STRING: u8 = 0x1F;
pub const RECEIVE_MAXIMUM: u8 = 0x21;
pub const TOPIC_ALIAS_MAXIMUM: u8 = 0x22;
pub const TOPIC_ALIAS: u8 = 0x23;
pub const MAXIMUM_QOS: u8 = 0x24;
pub const RETAIN_AVAILABLE: u8 = 0x25;
pub const USER_PROPERTY: u8 = 0x26;
pub const MAXIMUM_PACKET_SIZE: u8 = 0x27;
pub const WILDCARD_AVAILABLE: u8 = 0x28;
pub const SUBSCRIPTION_ID_AVAILABLE: u8 = 0x29;
pub const SHARED_AVAILABLE: u8 = 0x2A;

/// Where properties stand. Each is a bit, and a property has the bits of the places that it may stand in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u16)]
pub enum Place {
    Connect = 1 << 0,
    Will = 1 << 1,
    Connack = 1 << 2,
    Publish = 1 << 3,
    /// PUBACK, PUBREC, PUBREL, PUBCOMP, SUBACK, UNSUBACK.
    Ack = 1 << 4,
    Subscribe = 1 << 5,
    Unsubscribe = 1 << 6,
    /// From the client.
    Leave = 1 << 7,
    /// From the broker.
    Disconnect = 1 << 8,
    Auth = 1 << 9,
}

const CONNECT: u16 = Place::Connect as u16;
const WILL: u16 = Place::Will as u16;
const CONNACK: u16 = Place::Connack as u16;
const PUBLISH: u16 = Place::Publish as u16;
const ACK: u16 = Place::Ack as u16;
const SUBSCRIBE: u16 = Place::Subscribe as u16;
const LEAVE: u16 = Place::Leave as u16;
const DISCONNECT: u16 = Place::Disconnect as u16;
const AUTH: u16 = Place::Auth as u16;
const EVERYWHERE: u16 = 0x3FF;

/// How a value is written, and what it must not be: bytes of a number, or strings, and what else holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Shape {
    /// One byte, 0 or 1.
    Bool = 1,
    Two = 2,
    /// Two bytes, not 0.
    Counted = 2 | STRICT,
    Four = 4,
    /// Four bytes, not 0.
    Sized = 4 | STRICT,
    /// A variable byte integer, not 0.
    Number = VARINT | STRICT,
    Binary = STRING,
    Text = STRING | STRICT,
    /// Text that is a topic name.
    Topic = STRING | TOPIC,
    /// Name and value, both text; may stand more than once.
    Pair = (2 * STRING) | STRICT,
}

/// A number that is not 0, or text.
const STRICT: u8 = 0x20;
const TOPIC: u8 = 0x40;
const STRING: u8 = 0x08;
pub(super) const VARINT: u8 = 7;

impl Shape {
    /// Bytes of its number, or `VARINT`.
    pub(super) const fn width(self) -> u8 {
        self as u8 & VARINT
    }

    /// How many strings it has.
    pub(super) const fn strings(self) -> u8 {
        (self as u8 / STRING) & 3
    }

    pub(super) const fn is_strict(self) -> bool {
        self as u8 & STRICT != 0
    }
}

pub(super) const fn rule(id: u8) -> Option<(Shape, u16)> {
    Some(match id {
        PAYLOAD_FORMAT => (Shape::Bool, PUBLISH | WILL),
        MESSAGE_EXPIRY => (Shape::Four, PUBLISH | WILL),
        CONTENT_TYPE => (Shape::Text, PUBLISH | WILL),
        RESPONSE_TOPIC => (Shape::Topic, PUBLISH | WILL),
        CORRELATION_DATA => (Shape::Binary, PUBLISH | WILL),
        SUBSCRIPTION_ID => (Shape::Number, PUBLISH | SUBSCRIBE),
        // [MQTT-3.14.2-2] A broker must not send it with DISCONNECT.
        SESSION_EXPIRY => (Shape::Four, CONNECT | CONNACK | LEAVE),
        ASSIGNED_CLIENT_ID => (Shape::Text, CONNACK),
        SERVER_KEEP_ALIVE => (Shape::Two, CONNACK),
        AUTHENTICATION_METHOD => (Shape::Text, CONNECT | CONNACK | AUTH),
        AUTHENTICATION_DATA => (Shape::Binary, CONNECT | CONNACK | AUTH),
        REQUEST_PROBLEM_INFO | REQUEST_RESPONSE_INFO => (Shape::Bool, CONNECT),
        WILL_DELAY => (Shape::Four, WILL),
        RESPONSE_INFO => (Shape::Text, CONNACK),
        SERVER_REFERENCE => (Shape::Text, CONNACK | DISCONNECT),
        REASON_STRING => (Shape::Text, CONNACK | ACK | LEAVE | DISCONNECT | AUTH),
        RECEIVE_MAXIMUM => (Shape::Counted, CONNECT | CONNACK),
        TOPIC_ALIAS_MAXIMUM => (Shape::Two, CONNECT | CONNACK),
        TOPIC_ALIAS => (Shape::Counted, PUBLISH),
        MAXIMUM_QOS | RETAIN_AVAILABLE | WILDCARD_AVAILABLE | SUBSCRIPTION_ID_AVAILABLE | SHARED_AVAILABLE => {
            (Shape::Bool, CONNACK)
        }
        USER_PROPERTY => (Shape::Pair, EVERYWHERE),
        MAXIMUM_PACKET_SIZE => (Shape::Sized, CONNECT | CONNACK),
        _ => return None,
    })
}
