//! The fixed header, which says what a packet is and where it ends. [section 2.2]

use super::cursor::Writer;
use super::{Kind, Malformed};

const PUBLISH: u8 = Kind::Publish as u8;
const QOS: u8 = 0x06;

/// The types with bit 1 set in their first byte. [MQTT-2.2.2-1]
const FLAGGED: u16 = bit(Kind::Pubrel) | bit(Kind::Subscribe) | bit(Kind::Unsubscribe);

/// What a version says of the types and their lengths.
pub(super) struct Rules {
    /// The types that there are.
    pub kinds: u16,
    /// The shortest body of each type: its fixed fields with one filter or topic of one byte, or one return code.
    /// A PUBLISH above QoS 0 has two bytes more.
    pub least: [u8; 16],
    /// The types that can be longer than that.
    pub longer: u16,
    /// A length must not take more bytes than it needs.
    pub lengths_are_short: bool,
}

/// [MQTT-3.8.3-3] [MQTT-3.10.3-2] [MQTT-4.7.3-1]
const RULES: Rules = Rules {
    kinds: !(bit(Kind::Auth) | 1),
    least: [0, 12, 2, 3, 2, 2, 2, 2, 6, 3, 5, 2, 0, 0, 0, 0],
    longer: bit(Kind::Connect) | bit(Kind::Publish) | bit(Kind::Subscribe) | bit(Kind::Suback) | bit(Kind::Unsubscribe),
    lengths_are_short: false,
};

pub(super) const fn bit(kind: Kind) -> u16 {
    1 << kind as u8
}

/// Most bytes behind a fixed header: what four bytes of seven bits can say. [section 2.2.3]
pub const BODY_MAX: usize = 268_435_455;

/// A fixed header that kept every rule it can break.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame {
    /// The first byte: type and flags.
    pub first: u8,
    /// Bytes of the fixed header, 2 to 5.
    pub head: usize,
    /// Bytes behind it: the remaining length.
    pub body: usize,
}

impl Frame {
    /// Bytes of the whole packet.
    pub const fn total(&self) -> usize {
        self.head.wrapping_add(self.body)
    }

    /// The type, as a number of `Kind`.
    pub const fn kind(&self) -> u8 {
        self.first >> 4
    }
}

/// The fixed header at the start of `bytes`, or None until all of it is there: ask again with more.
///
/// What can be refused is refused at the first byte that shows it, so that nobody waits for an impossible packet.
pub fn frame(bytes: &[u8]) -> Result<Option<Frame>, Malformed> {
    by(bytes, &RULES)
}

/// The fixed header by the rules of a version.
// Inlined it takes more, where two versions have it.
#[cfg_attr(feature = "v5", inline(never))]
pub(super) fn by(bytes: &[u8], rules: &Rules) -> Result<Option<Frame>, Malformed> {
    let Some((&first, lengths)) = bytes.split_first() else {
        return Ok(None);
    };
    let kind = first >> 4;
    // [MQTT-2.2.2-2] [MQTT-3.3.1-4]
    let flags_fit =
        if kind == PUBLISH { first & QOS != QOS } else { u16::from(first & 0x0F) == (FLAGGED >> kind & 1) << 1 };
    Malformed::unless(flags_fit && rules.kinds >> kind & 1 != 0)?;
    let mut body = 0;
    for (at, &byte) in lengths.iter().enumerate() {
        body |= usize::from(byte & 0x7F) << (7 * at);
        if byte & 0x80 == 0 {
            let is_short = byte != 0 || at == 0 || !rules.lengths_are_short;
            Malformed::unless(is_short && rules.body_fits(first, body))?;
            let head = at + 2;
            return Ok(Some(Frame { first, head, body }));
        }
        // A fourth byte must be the last. [section 2.2.3]
        Malformed::unless(at < 3)?;
    }
    Ok(None)
}

impl Rules {
    /// Whether a packet can have a body of this length.
    fn body_fits(&self, first: u8, body: usize) -> bool {
        let kind = first >> 4;
        let mut least = usize::from(*self.least.get(usize::from(kind)).unwrap_or(&0));
        if kind == PUBLISH && first & QOS != 0 {
            // The packet id.
            least += 2;
        }
        body == least || body > least && self.longer >> kind & 1 != 0
    }
}

/// Bytes of the fixed header in front of `body` bytes.
#[inline(never)]
pub const fn head_len(body: usize) -> usize {
    match body {
        0..=0x7F => 2,
        0x80..=0x3FFF => 3,
        0x4000..=0x1F_FFFF => 4,
        _ => 5,
    }
}

/// Writes a fixed header.
pub fn start(w: &mut Writer, first: u8, body: usize) -> Option<()> {
    w.u8(first)?;
    w.varint(body)
}

/// Where the body of an encoded packet begins; the packet is one of our own.
pub fn body_at(packet: &[u8]) -> usize {
    let mut at = 1;
    while packet.get(at).is_some_and(|byte| byte & 0x80 != 0) {
        at += 1;
    }
    at + 1
}
