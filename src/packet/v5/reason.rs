//! Reason codes, those that the client decides by. [section 2.4]

/// From here on it is an error.
pub const FAILURE: u8 = 0x80;

/// A refusal of CONNECT that passes by itself: the server is unavailable or busy, a quota or a rate is exceeded.
pub const fn passes(code: u8) -> bool {
    matches!(code, 0x88 | 0x89 | 0x97 | 0x9F)
}

pub const CONTINUE_AUTHENTICATION: u8 = 0x18;
pub const RE_AUTHENTICATE: u8 = 0x19;
pub const UNSUPPORTED_PROTOCOL_VERSION: u8 = 0x84;
pub const PACKET_TOO_LARGE: u8 = 0x95;
pub const RETAIN_NOT_SUPPORTED: u8 = 0x9A;
pub const QOS_NOT_SUPPORTED: u8 = 0x9B;
pub const SHARED_NOT_SUPPORTED: u8 = 0x9E;
pub const SUBSCRIPTION_ID_NOT_SUPPORTED: u8 = 0xA1;
pub const WILDCARD_NOT_SUPPORTED: u8 = 0xA2;

/// A client may end a connection with this. [section 3.14.2.1]
pub const fn is_clients(code: u8) -> bool {
    matches!(code, 0x00 | 0x04 | 0x80..=0x83 | 0x90 | 0x93..=0x99)
}
