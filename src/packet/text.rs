//! What text is to MQTT: well-formed UTF-8 without U+0000. `core::str::from_utf8` knows no such ban, tells where
//! the fault is, and takes ten times the flash.

/// Well-formed UTF-8, no longer than needed, no surrogates, up to U+10FFFF, without U+0000.
/// [MQTT-1.5.3-1] [MQTT-1.5.3-2]
pub fn is_utf8(bytes: &[u8]) -> bool {
    is_text(bytes, true)
}

/// As `is_utf8`, and `#` and `+` only if wildcards are allowed: one pass over a topic instead of two.
pub(super) fn is_text(bytes: &[u8], wildcards_allowed: bool) -> bool {
    let mut words = bytes;
    while let Some((word, behind)) = words.split_first_chunk()
        && is_plain(usize::from_ne_bytes(*word))
    {
        words = behind;
    }
    let mut rest = words.iter();
    while let Some(&byte) = rest.next() {
        // Most bytes of most topics, in one comparison: ASCII beyond the wildcards.
        if (b','..0x80).contains(&byte) {
            continue;
        }
        if byte < b',' {
            // The two wildcards differ in the bit 0x08 only.
            if byte == 0 || !wildcards_allowed && byte | 0x08 == b'+' {
                return false;
            }
            continue;
        }
        if !(0xC2..=0xF4).contains(&byte) {
            return false;
        }
        // The second byte, one of `span` from `least` on, rules out overlong forms, surrogates, and what lies
        // beyond U+10FFFF.
        let (mut least, mut span) = match byte {
            0xE0 => (0xA0, 0x20),
            0xED => (0x80, 0x20),
            0xF0 => (0x90, 0x30),
            0xF4 => (0x80, 0x10),
            _ => (0x80, 0x40),
        };
        // A lead byte has a one at its top for each byte of the character.
        let mut lead = byte << 1;
        while lead & 0x80 != 0 {
            match rest.next() {
                Some(next) if next.wrapping_sub(least) < span => {}
                _ => return false,
            }
            lead <<= 1;
            (least, span) = (0x80, 0x40);
        }
    }
    true
}

/// All bytes of this word are ASCII beyond the wildcards: none has its top bit, or gets it by a subtraction. A borrow from
/// the byte below does no harm, as that byte has got its own.
const fn is_plain(word: usize) -> bool {
    const EACH: usize = usize::MAX / 0xFF;
    (word | word.wrapping_sub(EACH * b',' as usize)) & (EACH * 0x80) == 0
}
