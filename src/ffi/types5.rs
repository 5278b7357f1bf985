//! The C types that only MQTT 5 needs. The rules of `types` hold here, too.

use super::Flag;
use core::ffi::{c_char, c_void};

/// Bytes that a client of MQTT 5 takes beside struct mqtt_client, in units of uintptr_t.
pub const MQTT_V5_WORDS: usize = 48;

/// What a property is (5.0 section 2.2.2.2), and whether its value is in number, in data, or in data and value.
#[repr(C)]
pub enum mqtt_property_id {
    /// number: 1 if the payload is UTF-8, 0 if it is bytes.
    MQTT_PROP_PAYLOAD_FORMAT = 0x01,
    /// number, in seconds: after that the message is of no use. While it waits here the time runs, too; then it ends as
    /// MQTT_EXPIRED. Not together with timeout_ms.
    MQTT_PROP_MESSAGE_EXPIRY = 0x02,
    /// data: text, such as a MIME type.
    MQTT_PROP_CONTENT_TYPE = 0x03,
    /// data: the topic to answer on.
    MQTT_PROP_RESPONSE_TOPIC = 0x08,
    /// data: bytes that the answer will carry.
    MQTT_PROP_CORRELATION_DATA = 0x09,
    /// number, 1 to 268,435,455. Of mqtt_subscribe_with, and then of each message that comes by that subscription.
    MQTT_PROP_SUBSCRIPTION_ID = 0x0B,
    /// number, in seconds: how long the broker keeps the session after a connection. Of CONNECT, and of DISCONNECT.
    /// Default: for ever with keep_session, else not at all.
    MQTT_PROP_SESSION_EXPIRY = 0x11,
    /// data: the client id that the broker chose. Of MQTT_EV_ONLINE.
    MQTT_PROP_ASSIGNED_CLIENT_ID = 0x12,
    /// number, in seconds. Of MQTT_EV_ONLINE; the library keeps to it.
    MQTT_PROP_SERVER_KEEP_ALIVE = 0x13,
    /// data: text, the name of the method. Of CONNECT, MQTT_EV_ONLINE, MQTT_EV_AUTH and mqtt_auth.
    MQTT_PROP_AUTH_METHOD = 0x15,
    /// data: bytes. Only beside MQTT_PROP_AUTH_METHOD.
    MQTT_PROP_AUTH_DATA = 0x16,
    /// number: 0 asks the broker for no reason strings and no user properties but those of messages. Of CONNECT.
    MQTT_PROP_REQUEST_PROBLEM_INFO = 0x17,
    /// number, in seconds: how long after the connection is lost the will is published. Of the will.
    MQTT_PROP_WILL_DELAY = 0x18,
    /// number: 1 asks the broker for MQTT_PROP_RESPONSE_INFO. Of CONNECT.
    MQTT_PROP_REQUEST_RESPONSE_INFO = 0x19,
    /// data: text, what to build response topics with. Of MQTT_EV_ONLINE.
    MQTT_PROP_RESPONSE_INFO = 0x1A,
    /// data: text, the broker to go to instead. Of MQTT_EV_CONNECT_FAILED and MQTT_EV_OFFLINE; see mqtt_set_server.
    MQTT_PROP_SERVER_REFERENCE = 0x1C,
    /// data: text, for people. Of most answers of the broker.
    MQTT_PROP_REASON_STRING = 0x1F,
    /// number: how many QoS 1 and 2 messages the broker takes at once. Of MQTT_EV_ONLINE; the library keeps to it.
    MQTT_PROP_RECEIVE_MAXIMUM = 0x21,
    /// number. Of MQTT_EV_ONLINE; the library keeps to it.
    MQTT_PROP_TOPIC_ALIAS_MAXIMUM = 0x22,
    /// number. Of a message; the library has put the topic in its place.
    MQTT_PROP_TOPIC_ALIAS = 0x23,
    /// number: the highest QoS that the broker takes. Of MQTT_EV_ONLINE.
    MQTT_PROP_MAXIMUM_QOS = 0x24,
    /// number: 0 if the broker keeps no messages. Of MQTT_EV_ONLINE.
    MQTT_PROP_RETAIN_AVAILABLE = 0x25,
    /// data and value: text. May stand more than once.
    MQTT_PROP_USER = 0x26,
    /// number, in bytes: the longest packet that the broker takes. Of MQTT_EV_ONLINE; in CONNECT, the longest that you do.
    MQTT_PROP_MAXIMUM_PACKET_SIZE = 0x27,
    /// number: 0 if filters may have no wildcards. Of MQTT_EV_ONLINE.
    MQTT_PROP_WILDCARD_AVAILABLE = 0x28,
    /// number: 0 if there are no subscription ids. Of MQTT_EV_ONLINE.
    MQTT_PROP_SUBSCRIPTION_ID_AVAILABLE = 0x29,
    /// number: 0 if there are no shared subscriptions. Of MQTT_EV_ONLINE.
    MQTT_PROP_SHARED_AVAILABLE = 0x2A,
}

/// One property of MQTT 5, as you give it in an array and as mqtt_property_next shows it. Leave the rest zero:
/// { .id = MQTT_PROP_MESSAGE_EXPIRY, .number = 60 }, { .id = MQTT_PROP_USER, .data = "room", .value = "kitchen" }.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct mqtt_property {
    /// enum mqtt_property_id.
    pub id: u8,
    pub number: u32,
    /// Text or bytes. What is shown to you is not NUL-terminated.
    pub data: *const c_void,
    /// Bytes of data. Of a text that you give, 0 means up to its NUL.
    pub data_len: usize,
    /// Text, of MQTT_PROP_USER.
    pub value: *const c_void,
    /// Bytes of value, as data_len.
    pub value_len: usize,
    /// The library's. Zero: mqtt_property_next begins.
    pub place: usize,
}

/// Lets a client speak MQTT 5: mqtt_config.v5. Leave the rest zero. Lent while the client lives, with all it points to;
/// two clients need two.
#[repr(C)]
pub struct mqtt_v5 {
    /// Properties of CONNECT. Those about receiving and aliases are the library's own. Default: none.
    pub properties: *const mqtt_property,
    /// How many.
    pub properties_len: usize,
    /// Properties of the will: those of a message, and MQTT_PROP_WILL_DELAY. Default: none.
    pub will_properties: *const mqtt_property,
    /// How many.
    pub will_properties_len: usize,
    /// For topic aliases, and for mqtt_auth and mqtt_disconnect_with, whose packets wait here. Bytes needed:
    /// (aliases_in + aliases_out) * (alias_len + 2), with aliases_out alias_len + 16 more, and the longest such packet.
    /// Default: none.
    pub memory: *mut u8,
    /// Bytes of memory.
    pub memory_size: usize,
    /// The longest topic that an alias can stand for, in bytes, up to 65,534. A message by an alias for a longer one is acknowledged and
    /// dropped: MQTT_EV_OVERSIZE.
    pub alias_len: u16,
    /// How many topics the broker may shorten to an alias. Default: none.
    pub aliases_in: u16,
    /// How many topics the library shortens, as far as the broker allows: all that you publish to, in turn. Default: none.
    pub aliases_out: u16,
    /// The library's.
    pub words: [usize; MQTT_V5_WORDS],
}

/// A subscription for mqtt_subscribe_with. Leave the rest zero. All but filter and qos is of MQTT 5 (section 3.8.3.1).
#[repr(C)]
pub struct mqtt_subscribe_options {
    /// Required. "$share/name/filter" shares the messages with all who subscribe to it.
    pub filter: *const c_char,
    /// 0, 1 or 2: the highest QoS of messages.
    pub qos: u8,
    /// Do not send what this client publishes.
    pub no_local: Flag,
    /// retain of a message is what its publisher said. Default: only if it was kept from before.
    pub retain_as_published: Flag,
    /// Messages that the broker has kept: 0 send them, 1 only if the subscription is new, 2 do not.
    pub retain_handling: u8,
    /// MQTT_PROP_SUBSCRIPTION_ID, MQTT_PROP_USER. Default: none.
    pub properties: *const mqtt_property,
    /// How many.
    pub properties_len: usize,
}
