//! The fixed header in MQTT 5: there is AUTH, and most packets may have properties. [section 2.1]

use crate::packet::frame::{Frame, Rules, bit, by};
use crate::packet::{Kind, Malformed};

/// Reason codes and properties may be left out where they come last. CONNACK may be one of 3.1.1, from a broker that knows
/// nothing else.
const RULES: Rules = Rules {
    kinds: !1,
    least: [0, 13, 2, 4, 2, 2, 2, 2, 7, 4, 6, 4, 0, 0, 0, 0],
    // Those two have no body at all.
    longer: !(bit(Kind::Pingreq) | bit(Kind::Pingresp)),
    // [MQTT-1.5.5-1]
    lengths_are_short: true,
};

/// As `packet::frame::frame`.
pub fn frame(bytes: &[u8]) -> Result<Option<Frame>, Malformed> {
    by(bytes, &RULES)
}
