//! What C is told: events, log codes, counters. The rules of `types` hold here, too.

use super::store::mqtt_store_event;
use core::ffi::c_char;

/// Kinds of event. More may come: ignore what you do not know.
#[repr(C)]
pub enum mqtt_event_kind {
    /// The broker accepted the connection: as.online. First event of a connection.
    MQTT_EV_ONLINE = 1,
    /// The connection is over: as.offline. The client reconnects by itself. Always follows an MQTT_EV_ONLINE.
    MQTT_EV_OFFLINE = 2,
    /// An attempt to connect failed: as.offline. The client tries again by itself.
    MQTT_EV_CONNECT_FAILED = 3,
    /// A message, or a part of one: as.message. QoS 1 and 2 are acknowledged after your callback returns.
    MQTT_EV_MESSAGE = 4,
    /// A publish ended: as.done. Exactly one for each that was accepted.
    MQTT_EV_DONE = 5,
    /// The broker answered a subscription, new or renewed: as.subscribed.
    MQTT_EV_SUBSCRIBED = 6,
    /// The broker confirmed mqtt_unsubscribe: as.subscribed, its token only.
    MQTT_EV_UNSUBSCRIBED = 7,
    /// The answer to mqtt_broker_up: as.broker.
    MQTT_EV_BROKER = 8,
    /// A message whose topic does not fit into rx was acknowledged and dropped: as.oversize.
    MQTT_EV_OVERSIZE = 9,
    /// The answer to mqtt_wan_ok: as.broker.
    MQTT_EV_WAN = 10,
    /// The broker goes on with an authentication: as.auth; answer with mqtt_auth. Only with MQTT 5.
    MQTT_EV_AUTH = 11,
    /// Something is wrong with the store, or a record in it: as.store. Only with mqtt_restore.
    MQTT_EV_STORE = 12,
}

/// How a publish ended.
#[repr(C)]
pub enum mqtt_fate {
    /// QoS 1 and 2: the broker has it. QoS 0: the transport has it.
    MQTT_DELIVERED = 0,
    /// timeout_ms passed.
    MQTT_EXPIRED = 1,
    /// mqtt_cancel.
    MQTT_CANCELLED = 2,
    /// MQTT_DROP_OLDEST or MQTT_DROP.
    MQTT_DROPPED = 3,
    /// MQTT_REPLACE: a newer message took its place.
    MQTT_REPLACED = 4,
    /// The broker refused it, or does not take such messages; reason says why. Only with MQTT 5.
    MQTT_REFUSED = 5,
}

/// Of MQTT_EV_ONLINE.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct mqtt_online {
    /// The broker still had the session: subscriptions and unfinished messages go on.
    pub session_present: bool,
}

/// Of MQTT_EV_OFFLINE and MQTT_EV_CONNECT_FAILED.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct mqtt_offline {
    /// enum mqtt_err: why.
    pub error: i32,
    /// The transport's own number, or the return code of CONNACK; see the error.
    pub detail: i32,
    /// Milliseconds until the next attempt, if the link is up then, or MQTT_FOREVER if there will be none.
    pub retry_ms: i32,
}

/// Of MQTT_EV_MESSAGE. A message that fits into rx is one event with offset 0 and payload_len == total.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct mqtt_message {
    /// Not NUL-terminated. The same in every part.
    pub topic: *const c_char,
    pub topic_len: usize,
    /// This part of the payload.
    pub payload: *const u8,
    pub payload_len: usize,
    /// Where this part stands in the payload. After an outage a message starts again at 0.
    pub offset: u32,
    /// Bytes in the whole payload.
    pub total: u32,
    /// 0, 1 or 2.
    pub qos: u8,
    /// A retained message, sent because you subscribed.
    pub retain: bool,
    /// The broker may have sent it before.
    pub dup: bool,
}

/// Of MQTT_EV_DONE.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct mqtt_done {
    /// What mqtt_publish returned.
    pub token: i32,
    /// enum mqtt_fate.
    pub fate: u8,
    /// Unless delivered: the broker may have it all the same, because it was already sent.
    pub maybe_sent: bool,
    /// With MQTT 5 the broker's reason code, such as 0x10: nobody has subscribed to that topic. Else 0.
    pub reason: u8,
}

/// Of MQTT_EV_SUBSCRIBED and MQTT_EV_UNSUBSCRIBED.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct mqtt_subscribed {
    /// What mqtt_subscribe or mqtt_unsubscribe returned.
    pub token: i32,
    /// The QoS that the broker grants, 0 to 2; or 0x80 (with MQTT 5 that or another reason code from there on): it refused,
    /// and the filter is forgotten.
    pub granted: u8,
}

/// Of MQTT_EV_BROKER and MQTT_EV_WAN.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct mqtt_broker {
    /// It answered in time, and well.
    pub up: bool,
}

/// Of MQTT_EV_OVERSIZE.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct mqtt_oversize {
    /// Bytes of the topic.
    pub topic_len: u32,
    /// Bytes of the whole payload.
    pub total: u32,
}

/// Of MQTT_EV_AUTH. What the broker wants is in the properties.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct mqtt_auth_event {
    /// 0x18: answer. 0: it is done.
    pub reason: u8,
}

/// Which one is set tells the event's kind.
#[repr(C)]
#[derive(Clone, Copy)]
pub union mqtt_event_data {
    pub online: mqtt_online,
    pub offline: mqtt_offline,
    pub message: mqtt_message,
    pub done: mqtt_done,
    pub subscribed: mqtt_subscribed,
    pub broker: mqtt_broker,
    pub oversize: mqtt_oversize,
    pub auth: mqtt_auth_event,
    pub store: mqtt_store_event,
}

/// Pointers in it are yours until your callback returns.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct mqtt_event {
    /// enum mqtt_event_kind.
    pub kind: u8,
    pub r#as: mqtt_event_data,
}

/// What the log callback is told; the value is in brackets.
#[repr(C)]
pub enum mqtt_log {
    /// Opening the transport [failures in a row before].
    MQTT_LOG_OPENING = 1,
    /// The transport is open; CONNECT follows [0].
    MQTT_LOG_OPENED = 2,
    /// CONNACK: connected [1 if the session was present].
    MQTT_LOG_ONLINE = 3,
    /// The connection or attempt ended [enum mqtt_err].
    MQTT_LOG_LOST = 4,
    /// Unacknowledged packets go out again [how many].
    MQTT_LOG_RESEND = 5,
    /// An acknowledgement for a packet identifier that is not under way was ignored [packet identifier].
    MQTT_LOG_UNKNOWN_ACK = 6,
    /// PINGREQ is due [0].
    MQTT_LOG_PING = 7,
    /// The stored session is discarded: leaving, to come back [0].
    MQTT_LOG_DISCARD = 8,
    /// The link is started [0].
    MQTT_LOG_LINK_START = 9,
    /// The link is stopped [0].
    MQTT_LOG_LINK_STOP = 10,
}

/// Counters since mqtt_init; they wrap. In C++ write struct mqtt_stats: there is a function of the same name.
#[repr(C)]
#[derive(Clone, Copy, Default)]
pub struct mqtt_stats {
    /// Connections the broker accepted.
    pub connects: u32,
    /// Connections that were lost; mqtt_disconnect and mqtt_close do not count.
    pub outages: u32,
    /// Packets sent again over a living connection (REPUB_COUNT of mqtt_as).
    pub repubs: u32,
    /// Acknowledgements for packet identifiers that were not under way.
    pub unknown_acks: u32,
    /// Messages received whole.
    pub messages_in: u32,
    /// Publishes that ended as MQTT_DELIVERED.
    pub messages_out: u32,
    /// Inbound QoS 2 messages suppressed because they had been received before.
    pub duplicates: u32,
    /// Messages dropped because their topic did not fit into rx.
    pub oversize: u32,
    pub bytes_in: u32,
    pub bytes_out: u32,
    /// Most bytes of rx in use at any time, CONNECT included.
    pub rx_high: u32,
    /// Most bytes of the outbox in use at any time.
    pub outbox_high: u32,
}
