//! Reason codes, those that the client decides by. [section 2.4]

/// From here on it is an error.
pub const FAILURE: u8 = 0x80;
pub const CONTINUE_AUTHENTICATION: u8 = 0x18;
pub const RE_AUTHENTICATE: u8 = 0x19;
pub const MALFORMED: u8 = 0x81;
pub const PROTOCOL_ERROR: u8 = 0x82;
pub const SERVER_UNAVAILABLE: u8 = 0x88;
pub const SERVER_BUSY: u8 = 0x89;
pub const KEEP_ALIVE_TIMEOUT: u8 = 0x8D;
pub const PACKET_TOO_LARGE: u8 = 0x95;
pub const RETAIN_NOT_SUPPORTED: u8 = 0x9A;
pub const QOS_NOT_SUPPORTED: u8 = 0x9B;
pub const SHARED_NOT_SUPPORTED: u8 = 0x9E;
pub const SUBSCRIPTION_ID_NOT_SUPPORTED: u8 = 0xA1;
pub const WILDCARD_NOT_SUPPORTED: u8 = 0xA2;
