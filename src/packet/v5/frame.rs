//! The fixed header in MQTT 5: there is AUTH, and most packets may have properties. [section 2.1]

use crate::packet::frame::{Frame, by, flags_fit};
use crate::packet::{Kind, Malformed};

/// The shortest body of each type. Reason codes and properties may be left out where they come last. CONNACK may be one of
/// 3.1.1, from a broker that knows nothing else.
const LEAST: [u8; 16] = [0, 13, 2, 4, 2, 2, 2, 2, 7, 4, 6, 4, 0, 0, 0, 0];

/// As `packet::frame::frame`.
pub fn frame(bytes: &[u8]) -> Result<Option<Frame>, Malformed> {
    let frame = by(bytes, |first| first == Kind::Auth.first() || flags_fit(first), body_fits)?;
    match frame {
        // A length must not take more bytes than it needs. [MQTT-1.5.5-1]
        Some(Frame { head, .. }) if head > 2 && bytes.get(head - 1) == Some(&0) => Err(Malformed),
        frame => Ok(frame),
    }
}

fn body_fits(first: u8, body: usize) -> bool {
    let kind = first >> 4;
    let mut least = usize::from(*LEAST.get(usize::from(kind)).unwrap_or(&0));
    if kind == Kind::Publish as u8 && first & 0x06 != 0 {
        // The packet id.
        least = 6;
    }
    // PINGREQ and PINGRESP have no body at all.
    let is_ping = kind == Kind::Pingreq as u8 || kind == Kind::Pingresp as u8;
    body == least || body > least && !is_ping
}
