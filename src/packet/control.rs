//! The packets that are only a fixed header.

/// [section 3.12]
pub const PINGREQ: [u8; 2] = [0xC0, 0];
/// [section 3.13]
pub const PINGRESP: [u8; 2] = [0xD0, 0];
/// [section 3.14]
pub const DISCONNECT: [u8; 2] = [0xE0, 0];
