//! The C types. Names are the C names, and these comments are the header's: write them for C programmers.
//! Layout rules: fixed-width integers, pointers and `size_t` only; never an enum, a bit-field or a struct by value
//! (their layout differs between the C compilers of the targets).

use super::Flag;
use super::events::mqtt_event;
use super::types5::{mqtt_property, mqtt_v5};
use core::ffi::{c_char, c_void};

const fn number(text: &str) -> u32 {
    let mut n = 0;
    let mut rest = text.as_bytes();
    while let [digit, tail @ ..] = rest {
        n = n * 10 + (*digit - b'0') as u32;
        rest = tail;
    }
    n
}

// The header's three are written beside this one's source, Cargo.toml, by `cargo xtask header`.
pub(super) const MQTT_VERSION_MAJOR: u32 = number(env!("CARGO_PKG_VERSION_MAJOR"));
pub(super) const MQTT_VERSION_MINOR: u32 = number(env!("CARGO_PKG_VERSION_MINOR"));
pub(super) const MQTT_VERSION_PATCH: u32 = number(env!("CARGO_PKG_VERSION_PATCH"));

/// What a transport callback returns when it would have to wait.
pub const MQTT_WOULD_BLOCK: i32 = -0x4d51;

/// A transport whose TLS fails returns MQTT_TLS_ERROR + code, code being the number of its TLS library, from -1 to -0xffff.
/// The error is then MQTT_ERR_TLS, and the detail that code.
pub const MQTT_TLS_ERROR: i32 = -0x10000;

/// "Nothing to wait for", from mqtt_poll.
pub const MQTT_FOREVER: i32 = i32::MAX;

/// Switches a number of mqtt_config off, where its comment says so.
pub const MQTT_OFF: u32 = u32::MAX;

/// Bytes that a client takes, in units of uintptr_t.
pub const MQTT_CLIENT_WORDS: usize = 162;

/// One client. Declare it where you like, static or inside a struct of yours; what is in it is the library's.
/// It must not be copied or moved after mqtt_init.
#[repr(C)]
pub struct mqtt_client {
    pub words: [usize; MQTT_CLIENT_WORDS],
}

/// Your connection to the broker: a TCP socket, TLS over one, or anything that carries bytes in order.
/// Every function returns at once. None of them may call mqtt functions of the same client: they get MQTT_ERR_BUSY.
#[repr(C)]
pub struct mqtt_transport {
    /// Starts or continues to connect. 0: connected. MQTT_WOULD_BLOCK: call again, at most until
    /// response_time_ms has passed. Any other negative number: failed, and it is the detail of MQTT_EV_CONNECT_FAILED.
    pub open: Option<unsafe extern "C" fn(user: *mut c_void, server: *const c_char, port: u16) -> i32>,
    /// Reads up to len bytes, len > 0. Above 0: bytes read. 0: the peer closed. MQTT_WOULD_BLOCK: nothing there.
    /// Any other negative number: failed, and it is the detail of MQTT_EV_OFFLINE.
    pub read: Option<unsafe extern "C" fn(user: *mut c_void, buf: *mut u8, len: usize) -> i32>,
    /// Takes up to len bytes, len > 0. Above 0: bytes taken. MQTT_WOULD_BLOCK (or 0): none; the same pointer, length
    /// and bytes are offered again, so this may go straight to mbedtls_ssl_write or SSL_write. Any other negative
    /// number: failed, and it is the detail of MQTT_EV_OFFLINE.
    pub write: Option<unsafe extern "C" fn(user: *mut c_void, buf: *const u8, len: usize) -> i32>,
    /// Closes. Called once for every connection or attempt that open began, also for one that failed.
    pub close: Option<unsafe extern "C" fn(user: *mut c_void)>,
}

/// What the broker publishes for you when the connection dies without a DISCONNECT (3.1.1 section 3.1.2.5).
#[repr(C)]
pub struct mqtt_will {
    /// Topic name, no wildcards. Borrowed while the client lives.
    pub topic: *const c_char,
    /// May be NULL if payload_len is 0. Borrowed while the client lives.
    pub payload: *const c_void,
    /// 0 to 65,535 bytes.
    pub payload_len: usize,
    /// 0, 1 or 2.
    pub qos: u8,
    /// The broker keeps it as the topic's retained message.
    pub retain: Flag,
}

/// Set what you need and leave the rest zero: zero is the default of each field. The struct is copied; what its
/// pointers point to is borrowed while the client lives.
#[repr(C)]
pub struct mqtt_config {
    /// MQTT_ABI. Required.
    pub abi: u32,

    /// Host name or address of the broker, handed to your transport's open. Required.
    pub server: *const c_char,
    /// TCP port. Default: 1883, or 8883 if tls.
    pub port: u16,
    /// Only chooses the default port; TLS itself is the transport's.
    pub tls: Flag,
    /// The first connection continues the session that the broker kept from before the reboot. Default: it is discarded.
    pub resume_session: Flag,
    /// The broker keeps the session over an outage: subscriptions, and QoS 1 and 2 messages for you. Default: it
    /// does not (Clean Session, 3.1.1 section 3.1.2.4). What you publish is never lost either way.
    pub keep_session: Flag,
    /// If the first attempt after mqtt_connect fails, give up: MQTT_EV_CONNECT_FAILED with MQTT_FOREVER, until mqtt_connect
    /// is called again. A link that does not come up is such a failure. Once an attempt has succeeded it keeps trying, as
    /// it always does by default.
    pub fail_first: Flag,
    /// Unique among the clients of the broker, UTF-8. Default: made by unique_id.
    pub client_id: *const c_char,
    /// For a client id made from the chip's own number: writes up to len bytes of it, len being 16, and returns how many.
    /// Their hexadecimal digits, in lower case, are the client id; they take twice as many bytes of outbox. It must be the
    /// same after each start. Called by mqtt_init if client_id is NULL or empty. Default: none, and the broker chooses an
    /// id; that is legal only without keep_session and resume_session.
    pub unique_id: Option<unsafe extern "C" fn(user: *mut c_void, buf: *mut u8, len: usize) -> i32>,
    /// Default: none; an empty one is none, too.
    pub username: *const c_char,
    /// Needs a username. Default: none; an empty one is none, too.
    pub password: *const c_void,
    /// Bytes of the password. Default: up to its NUL.
    pub password_len: usize,
    /// Default: none.
    pub will: *const mqtt_will,
    /// Speak MQTT 5, with what this struct says; zeroed, it says nothing special. Default: NULL, MQTT 3.1.1.
    pub v5: *mut mqtt_v5,

    /// The broker takes you for dead after 1.5 times this, in seconds, 1 to 65,535; MQTT_OFF: never, and a PINGREQ
    /// is sent every 20 s. Default 60.
    pub keepalive_s: u32,
    /// A PINGREQ is sent when nothing was sent, or nothing received, for this many seconds, if that is less than a
    /// quarter of keepalive_s. Default: a quarter of keepalive_s.
    pub ping_interval_s: u32,
    /// How long to wait for the transport to open, for CONNACK, PINGRESP and acknowledgements, in milliseconds,
    /// 1 to 3,600,000. Default 10,000.
    pub response_time_ms: u32,
    /// How often an unacknowledged QoS 1 or 2 packet is sent again over a living connection, every response_time_ms,
    /// before the connection is given up; 1 to 15, MQTT_OFF: never. Default 4.
    pub max_repubs: u32,
    /// First pause before connecting again, in milliseconds, up to 3,600,000. It doubles with each failure, with
    /// jitter, and starts again after a connection that held as long as the pause before it can have been. Default 1,000.
    pub retry_min_ms: u32,
    /// Longest pause, in milliseconds, up to 3,600,000. Also the pause after a refusal that will not heal by itself:
    /// protocol version, client id, login. Default 60,000.
    pub retry_max_ms: u32,
    /// Start of the jitter's random numbers and of the packet identifiers; give each device and each start its own.
    /// Default: made from client_id and the clock.
    pub seed: u32,
    /// Most steps of one mqtt_poll, 1 to 65,535; it bounds the time of a poll. A step is one event, or one write, one read
    /// or both. When they are used up mqtt_poll returns 0. Default 16.
    pub poll_limit: u32,

    /// Required, with all four functions. Must stay where it is while the client lives.
    pub transport: *const mqtt_transport,
    /// First argument of the transport's functions.
    pub transport_user: *mut c_void,
    /// Milliseconds of a clock that also runs while the device sleeps; may start anywhere, may wrap. Required.
    pub now_ms: Option<unsafe extern "C" fn(user: *mut c_void) -> u32>,
    /// Receives every event. Required. Runs only inside mqtt_poll.
    pub on_event: Option<unsafe extern "C" fn(user: *mut c_void, client: *mut mqtt_client, event: *const mqtt_event)>,
    /// Tells what the client does, for debugging: enum mqtt_log and a number; mqtt_log_text makes words of it. Default: none.
    pub log: Option<unsafe extern "C" fn(user: *mut c_void, code: i32, value: i32)>,
    /// Called by mqtt_post, in the caller's context, so that you can wake the task that polls. Default: none.
    pub wake: Option<unsafe extern "C" fn(user: *mut c_void)>,
    /// First argument of unique_id, now_ms, on_event, log and wake.
    pub user: *mut c_void,

    /// Receive buffer. Required, at least 16 bytes, and at least as long as CONNECT with your client id, login and
    /// will. A message arrives whole if its topic and payload fit here with 9 bytes to spare, else in parts.
    pub rx: *mut u8,
    /// Bytes of rx.
    pub rx_size: usize,
    /// Keeps messages until they are acknowledged, and the subscriptions: topic, payload and about 32 bytes each.
    /// Required, at least 96 bytes.
    pub outbox: *mut u8,
    /// Bytes of outbox.
    pub outbox_size: usize,
    /// Most messages and filters in the outbox at once; each takes 24 bytes of it, the packets share the rest.
    /// One more is kept for the policies of mqtt_publish_with. Default: outbox_size / 96. At most 65,532 are used.
    pub outbox_records: usize,
    /// For mqtt_post: topic, payload and 8 bytes for each message until the next mqtt_poll. Default: none.
    pub mailbox: *mut u8,
    /// Bytes of mailbox.
    pub mailbox_size: usize,
}

/// What to do with a publish when the outbox is full, or when the topic already waits in it.
#[repr(C)]
pub enum mqtt_policy {
    /// Refuse it: MQTT_ERR_FULL.
    MQTT_REFUSE = 0,
    /// Drop the oldest QoS 0 messages that wait to be sent, as many as needed; if all of them are not enough, none and
    /// MQTT_ERR_FULL.
    MQTT_DROP_OLDEST = 1,
    /// Take the place of a message of the same topic that waits to be sent; with none, as MQTT_REFUSE.
    MQTT_REPLACE = 2,
}

/// A message for mqtt_publish_with. Leave the rest zero: zero is the default of each field.
#[repr(C)]
pub struct mqtt_publish_options {
    /// Topic name, no wildcards. Required.
    pub topic: *const c_char,
    /// May be NULL if payload_len is 0.
    pub payload: *const c_void,
    /// Bytes of the payload.
    pub payload_len: usize,
    /// 0, 1 or 2.
    pub qos: u8,
    /// The broker keeps it as the topic's retained message.
    pub retain: Flag,
    /// enum mqtt_policy. Default MQTT_REFUSE.
    pub policy: u8,
    /// Give up after this many milliseconds, up to 2,000,000,000: the message ends as MQTT_EXPIRED. Default: never.
    pub timeout_ms: u32,
    /// Properties, only with MQTT 5. Default: none.
    pub properties: *const mqtt_property,
    /// How many.
    pub properties_len: usize,
    /// For a payload larger than the outbox: instead of payload, which must be NULL, this is asked for its payload_len bytes,
    /// piece by piece, while they go out, and again from offset 0 on if the message must be sent again. So they must stay
    /// the same until MQTT_EV_DONE. It copies up to len bytes of the payload, from offset on, to buf, and returns how many,
    /// above 0. MQTT_WOULD_BLOCK: they are not there yet; it is asked again in the next mqtt_poll, at the latest after 50
    /// ms, and nothing else is sent meanwhile; within response_time_ms they must be there. Any other number: the message
    /// ends as MQTT_DROPPED. Runs inside mqtt_poll, and may not call mqtt functions of the same client. Default: none.
    pub pull: Option<unsafe extern "C" fn(user: *mut c_void, offset: u32, buf: *mut u8, len: usize) -> i32>,
    /// First argument of pull.
    pub pull_user: *mut c_void,
    /// Most bytes that pull is asked for at once. The message takes so many of the outbox, beside its topic and about 48 bytes;
    /// more go out faster, a TCP segment (1,400) at best. Default 128.
    pub pull_len: usize,
}

/// How mqtt_disconnect treats messages that are still in the outbox.
#[repr(C)]
pub enum mqtt_leave {
    /// They stay and are sent after the next mqtt_connect.
    MQTT_KEEP = 0,
    /// They are sent first, as long as timeout_ms allows; what is left stays.
    MQTT_DRAIN = 1,
    /// They end as MQTT_DROPPED.
    MQTT_DROP = 2,
}

/// The link under your transport, such as Wi-Fi, for mqtt_supervise. Lent while the client lives; two clients need two. In
/// memory that a sleep clears it may be as at first: then the link is started anew.
/// Its functions return at once. None of them may call mqtt functions of the same client: they get MQTT_ERR_BUSY.
#[repr(C)]
pub struct mqtt_link {
    /// Begins to bring the link up. Called when the client needs it: after mqtt_connect, after each loss, also of a link that
    /// was not yet steady, and a second after stop when the link is reset. After a loss it may already be on its way up by
    /// itself. Default: you do it.
    pub start: Option<unsafe extern "C" fn(user: *mut c_void)>,
    /// Takes the link down. Called to reset it, and when the client has left or was closed. Default: it stays up.
    pub stop: Option<unsafe extern "C" fn(user: *mut c_void)>,
    /// Whether the link is up. Above 0: it is, with an address. 0: it is not, or not yet. Below 0: it failed, and this is
    /// the detail of MQTT_ERR_LINK_FAILED. Called once in each mqtt_poll, and after start. Call mqtt_poll when the link
    /// changes, if you want that noticed at once. Required.
    pub status: Option<unsafe extern "C" fn(user: *mut c_void) -> i32>,
    /// First argument of the three.
    pub user: *mut c_void,
    /// How long the link must have been up without a gap before it is used, in milliseconds, up to 3,600,000. Near the
    /// limit of range links come and go. MQTT_OFF: it is used at once. Default 5,000.
    pub settle_ms: u32,
    /// How long the link may take to come up, in milliseconds, up to 3,600,000; if it is down then, or goes down after that
    /// before it was steady, it is reset. Default 60,000.
    pub timeout_ms: u32,
    /// Reset the link after each failure to reach or keep the broker, as mqtt_as does. Default: after three in a row; a
    /// connection that was lost is one of them.
    pub reset_always: Flag,
    /// The library's. Zero is a link that is off.
    pub words: [u32; 6],
}

/// A way to ask whether the Internet answers, for mqtt_wan_ok: a UDP socket that hears only the server it was opened
/// for, and the question. A good answer has the query's id, is marked as an answer (QR), and has no error (RCODE 0); how
/// many addresses it has does not matter. Lent until MQTT_EV_WAN. The functions return at once, and may not call mqtt functions of the
/// same client.
#[repr(C)]
pub struct mqtt_wan {
    /// Prepares the socket. 0: done. MQTT_WOULD_BLOCK: call again. Any other negative number: failed. Required.
    pub open: Option<unsafe extern "C" fn(user: *mut c_void, server: *const c_char, port: u16) -> i32>,
    /// Sends one datagram. What it returns does not matter: the query is sent again every second. Required.
    pub send: Option<unsafe extern "C" fn(user: *mut c_void, buf: *const u8, len: usize) -> i32>,
    /// Takes one datagram: puts up to len bytes of it into buf, drops the rest, and returns how many it put there.
    /// MQTT_WOULD_BLOCK: there is none. Any other negative number: the server cannot be reached. Required.
    pub recv: Option<unsafe extern "C" fn(user: *mut c_void, buf: *mut u8, len: usize) -> i32>,
    /// Closes the socket. Called once for each time that open was first called. Required.
    pub close: Option<unsafe extern "C" fn(user: *mut c_void)>,
    /// First argument of the four.
    pub user: *mut c_void,
    /// Name or address of a DNS server, handed to open. Default "8.8.8.8".
    pub server: *const c_char,
    /// Default 53.
    pub port: u16,
    /// A DNS query, from 12 to 512 bytes (RFC 1035 section 4.1). Default: the address of www.google.com.
    pub query: *const u8,
    /// Bytes of query.
    pub query_len: usize,
    /// How long to wait for the answer, in milliseconds, up to 3,600,000. Default 3,000.
    pub timeout_ms: u32,
    /// The library's.
    pub words: [u32; 4],
}
