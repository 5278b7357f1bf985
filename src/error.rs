//! Why something did not happen. One list for return values and for events, because it is one list in C.

/// cbindgen:rename-all=QualifiedScreamingSnakeCase
/// Results of calls and reasons in events; mqtt_error_text makes words of them. Zero or more is success.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Error {
    /// No error.
    Ok = 0,

    // What a call can answer.
    /// A pointer is NULL where it must not be, or a value is out of its range.
    Argument = -1,
    /// The header and the library are of different versions: rebuild with the header that came with the archive.
    Abi = -2,
    /// Called from a callback that must not call it; see the head of this file.
    Busy = -3,
    /// No room in the outbox, or in the mailbox, at this moment: try again after the next MQTT_EV_DONE.
    Full = -4,
    /// Would not fit even into an empty outbox: enlarge outbox_size or send less.
    TooLarge = -5,
    /// Not in this state: before mqtt_init, while already connecting, or mqtt_hold outside a message's callback.
    State = -6,
    /// The topic name or filter breaks a rule of MQTT: empty, too long, not UTF-8, or a misplaced wildcard.
    Topic = -7,
    /// Nothing in the outbox has this token: it has already ended.
    Unknown = -8,
    /// The broker that we are connected to cannot do that (its CONNACK says so), or MQTT 3.1.1 cannot.
    Unsupported = -9,
    /// A property may not stand there, not twice, or not with that value; or it is the library's own.
    Property = -10,
    /// The store could not keep it, so it was not accepted; MQTT_EV_STORE tells more. Only with mqtt_restore.
    Store = -11,

    // What only mqtt_init answers; each names the field to correct.
    /// server is NULL.
    ConfigServer = -20,
    /// client_id is not UTF-8; or there is none, which is legal only without keep_session and resume_session; or
    /// unique_id did not return from 1 to 16.
    ConfigClientId = -21,
    /// password without username, a username that is not UTF-8, or one of them longer than 65,535 bytes.
    ConfigLogin = -22,
    /// will: its topic is empty or has a wildcard, its QoS is above 2, or its payload exceeds 65,535 bytes.
    ConfigWill = -23,
    /// A number is out of its range: keepalive_s, ping_interval_s, response_time_ms, max_repubs, retry_min_ms, retry_max_ms
    /// (not below retry_min_ms) or poll_limit.
    ConfigNumber = -24,
    /// transport, one of its functions, now_ms or on_event is NULL.
    ConfigCallback = -25,
    /// rx is NULL or smaller than the CONNECT packet that your client id, login and will make, or than 16 bytes.
    ConfigRx = -26,
    /// outbox is NULL, smaller than 96 bytes, or too small for outbox_records.
    ConfigOutbox = -27,
    /// v5: a property that CONNECT or the will cannot have, or memory that is too small for the aliases; or the archive
    /// was built without MQTT 5.
    ConfigV5 = -28,
    /// store, from mqtt_restore: one of its functions is NULL, or memory or records are too few.
    ConfigStore = -29,

    // What ends a connection or an attempt: error of MQTT_EV_OFFLINE and MQTT_EV_CONNECT_FAILED.
    /// The transport could not open the connection; detail is what its open returned.
    Open = -40,
    /// The transport failed; detail is what its read or write returned.
    Io = -41,
    /// The peer closed the connection.
    PeerClosed = -42,
    /// The transport was not open within response_time_ms.
    OpenTimeout = -43,
    /// No CONNACK within response_time_ms.
    ConnackTimeout = -44,
    /// No answer to a PINGREQ within response_time_ms.
    PingTimeout = -45,
    /// No acknowledgement after max_repubs re-sendings, or no SUBACK or UNSUBACK within response_time_ms.
    AckTimeout = -46,
    /// A packet could not be written within response_time_ms and one more millisecond for each of its bytes.
    WriteTimeout = -47,
    /// A packet that had begun, or the next part of one that rx cannot hold, did not arrive within response_time_ms and one
    /// more millisecond for each of its bytes.
    ReadTimeout = -48,
    /// The broker refused the connection; detail is its return code (3.1.1 section 3.2.2.3), or its reason code (5.0 section
    /// 3.2.2.2).
    Refused = -49,
    /// The broker sent what MQTT forbids.
    Protocol = -50,
    /// mqtt_disconnect was called.
    Left = -51,
    /// A transport callback answered what it may not, such as more bytes than it was given; detail is its answer.
    Transport = -52,
    /// The broker has more QoS 2 messages under way than the client remembers, 32; the rest comes over the next connection.
    Overrun = -53,
    /// TLS failed, by what the transport says; detail is the number of its TLS library.
    Tls = -54,
    /// The link went down; only with mqtt_supervise.
    LinkDown = -55,
    /// The link did not come up within timeout_ms, or went down again and again; only with mqtt_supervise.
    LinkTimeout = -56,
    /// The link failed; detail is what its status returned; only with mqtt_supervise.
    LinkFailed = -57,
    /// The broker ended the connection; detail is its reason code (5.0 section 3.14.2.1). Only with MQTT 5.
    Dismissed = -58,
    /// The broker sent a packet, not a message, that does not fit into rx: enlarge it. Only with MQTT 5.
    RxTooSmall = -59,
    /// A message that was half written will have no rest: its pull failed, or it was cancelled, dropped or has expired; detail
    /// is what pull returned.
    Payload = -60,
}

impl Error {
    /// What a network that is gone, although its link seems up, could have caused: the broker did not answer, and it
    /// was not the link that was seen to fail.
    pub(crate) fn may_be_network(self) -> bool {
        use Error::*;
        !matches!(self, Refused | Protocol | Overrun | Payload | LinkDown | LinkTimeout | LinkFailed)
    }
}
