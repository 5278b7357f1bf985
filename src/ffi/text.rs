//! Errors and log codes in words.

use core::ffi::CStr;

macro_rules! table {
    ($code:expr, $other:expr, $($value:expr => $text:expr,)*) => {
        $(if $code == $value as i32 { return $text; })*
        return $other;
    };
}

pub fn error_text(error: i32) -> &'static CStr {
    use crate::error::Error::*;
    table! { error, c"unknown error number",
        Ok => c"no error",
        Argument => c"a pointer is NULL or a value out of range: check the arguments of the call",
        Abi => c"header and library differ: set config.abi to MQTT_ABI and rebuild with the header of this library",
        Busy => c"not from this callback: call it after mqtt_poll has returned",
        Full => c"no room now: try again after the next MQTT_EV_DONE, or enlarge the buffer",
        TooLarge => c"would never fit: enlarge outbox_size (or mailbox_size), or send less",
        State => c"not in this state: before mqtt_init, while already connecting, or mqtt_hold outside a message",
        Topic => c"bad topic: it is empty, too long, not UTF-8, or has a misplaced wildcard",
        Unknown => c"no message with this token: it has already ended",
        Unsupported => c"this broker, or MQTT 3.1.1, cannot do that: see the properties of MQTT_EV_ONLINE, or set config.v5",
        Property => c"a property may not stand there, or not with that value: see enum mqtt_property_id",
        Store => c"the store could not keep it: see MQTT_EV_STORE, and whether its medium is full or broken",
        ConfigStore => c"store: save, load or erase is NULL, or memory or records are too few: see struct mqtt_store",
        ConfigServer => c"config.server is NULL: set the name or address of the broker",
        ConfigClientId => c"config.client_id: not UTF-8; or none, with keep_session or resume_session on; or unique_id did not return 1 to 16",
        ConfigLogin => c"config.username and password: a password needs a username, and the name UTF-8",
        ConfigWill => c"config.will: it needs a topic without wildcards, QoS 0 to 2, at most 65535 bytes",
        ConfigNumber => c"config: keepalive_s, ping_interval_s, response_time_ms, max_repubs, retry_* or poll_limit is out of range",
        ConfigCallback => c"config: transport with its four functions, now_ms and on_event must be set",
        ConfigRx => c"config.rx: NULL, or too small for CONNECT with this client id, login and will, or below 16 bytes",
        ConfigV5 => c"config.v5: a property that CONNECT or the will cannot have, too little memory, or an archive without MQTT 5",
        ConfigOutbox => c"config.outbox: NULL, or too small: it needs at least 96 bytes, and 24 for each of outbox_records",
        Open => c"could not connect: detail is what the transport's open returned",
        Io => c"connection failed: detail is what read or write returned (nothing there is MQTT_WOULD_BLOCK, not -1; or does the port want TLS?)",
        PeerClosed => c"the broker closed the connection",
        OpenTimeout => c"the connection was not open in time: is the network up and the address right?",
        ConnackTimeout => c"no CONNACK in time: is it an MQTT broker, alive, and mqtt_poll called when the socket can be read?",
        PingTimeout => c"no answer to a ping: the broker or the network is gone",
        AckTimeout => c"no acknowledgement in time: the broker or the network is gone",
        WriteTimeout => c"could not send a packet in time: the network is stuck",
        ReadTimeout => c"a packet did not arrive in time: the network is stuck",
        Refused => c"the broker refused: detail 1 version, 2 client id, 3 unavailable, 4 or 5 login or not allowed; in MQTT 5 its reason code",
        Protocol => c"the broker sent what MQTT forbids: is it an MQTT 3.1.1 broker?",
        Left => c"mqtt_disconnect was called",
        Transport => c"a transport callback answered what it may not: detail is its answer; see mqtt_transport",
        Tls => c"TLS failed: detail is the number of the TLS library; check certificates, host name and the clock",
        LinkDown => c"the link went down",
        LinkTimeout => c"the link did not come up in time: is it in range, are name and password right?",
        LinkFailed => c"the link failed: detail is what its status returned",
        Dismissed => c"the broker ended the connection: detail is its reason code",
        RxTooSmall => c"a packet of the broker does not fit into config.rx: enlarge it",
        Payload => c"a message was half written and had no rest: pull failed, or it was cancelled, dropped or expired",
        Overrun => c"more QoS 2 messages under way than are remembered: reconnecting for the rest; limit them at the broker",
    }
}

pub fn log_text(code: i32) -> &'static CStr {
    use crate::session::log::Log::*;
    table! { code, c"unknown log code",
        Opening => c"opening the connection; failures in a row before:",
        Opened => c"connection open, sending CONNECT",
        Online => c"connected; session present:",
        Lost => c"connection or attempt ended; error:",
        Resend => c"not acknowledged in time, sending again; packets:",
        UnknownAck => c"ignored an acknowledgement of nothing under way; packet id:",
        Ping => c"sending PINGREQ",
        Discard => c"discarding the stored session: leaving, to come back",
        LinkStart => c"starting the link",
        LinkStop => c"stopping the link",
    }
}
