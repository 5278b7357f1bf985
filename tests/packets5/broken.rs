//! Bytes that break one rule each, with the statement or section of the rule, and the same bytes mended. What breaks the
//! rules of properties is in `faults.rs`.

use super::packet::decode;
use limpet::packet::Malformed;
use limpet::packet::v5::frame::frame;
use limpet::packet::v5::subscribe::Options;

/// Malformed as soon as the fixed header shows it.
const HEADERS: &[(&str, &[u8])] = &[
    ("2.1.2 type 0", b"\x00"),
    ("2.1.3-1 CONNECT flags", b"\x11"),
    ("2.1.3-1 CONNACK flags", b"\x28"),
    ("2.1.3-1 PUBACK flags", b"\x42"),
    ("2.1.3-1 PUBREC flags", b"\x52"),
    ("3.6.1-1 PUBREL without its flag", b"\x60"),
    ("3.6.1-1 PUBREL with others", b"\x6A"),
    ("2.1.3-1 PUBCOMP flags", b"\x71"),
    ("3.8.1-1 SUBSCRIBE without its flag", b"\x80"),
    ("2.1.3-1 SUBACK flags", b"\x92"),
    ("3.10.1-1 UNSUBSCRIBE without its flag", b"\xA0"),
    ("2.1.3-1 UNSUBACK flags", b"\xB2"),
    ("2.1.3-1 PINGREQ flags", b"\xC1"),
    ("2.1.3-1 PINGRESP flags", b"\xD8"),
    ("3.14.1-1 DISCONNECT flags", b"\xE4"),
    ("3.15.1-1 AUTH flags", b"\xF2"),
    ("3.3.1-4 QoS 3", b"\x36"),
    ("3.3.1-4 QoS 3, DUP and RETAIN", b"\x3F"),
    ("1.5.5 length of five bytes", b"\x30\xFF\xFF\xFF\xFF"),
    ("1.5.5-1 length with a needless zero", b"\x30\x85\x00"),
    ("1.5.5-1 length with two needless zeros", b"\x20\x83\x80\x00"),
    ("1.5.5-1 length with three needless zeros", b"\xD0\x80\x80\x80\x00"),
    ("3.1 too short for its fields", b"\x10\x0C"),
    ("3.2.2 CONNACK without reason code", b"\x20\x01"),
    ("2.2.2-1 PUBLISH without property length", b"\x30\x03"),
    ("2.2.1-3 QoS 1 without id", b"\x32\x05"),
    ("2.2.1-3 QoS 2 without id", b"\x34\x05"),
    ("3.4.2 PUBACK without id", b"\x40\x01"),
    ("3.5.2 PUBREC without id", b"\x50\x00"),
    ("3.6.2 PUBREL without id", b"\x62\x01"),
    ("3.7.2 PUBCOMP without id", b"\x70\x01"),
    ("3.8.3-2 SUBSCRIBE without filter", b"\x82\x03"),
    ("4.7.3-1 SUBSCRIBE of an empty filter", b"\x82\x06"),
    ("3.9.3 SUBACK without code", b"\x90\x03"),
    ("3.10.3-2 UNSUBSCRIBE without filter", b"\xA2\x03"),
    ("4.7.3-1 UNSUBSCRIBE of an empty filter", b"\xA2\x05"),
    ("3.11.3 UNSUBACK without code", b"\xB0\x03"),
    ("3.12.1 PINGREQ length", b"\xC0\x01"),
    ("3.13.1 PINGRESP length", b"\xD0\x02"),
];

/// Malformed in what follows the fixed header, and how it would be good.
const BODIES: &[(&str, &[u8], &[u8])] = &[
    ("2.2.2-1 CONNACK without property length", b"\x20\x02\0\0", b"\x20\x03\0\0\0"),
    ("3.2.2-1 reserved bits", b"\x20\x03\x02\0\0", b"\x20\x03\x01\0\0"),
    ("3.2.2-1 reserved bits, top", b"\x20\x03\x81\0\0", b"\x20\x03\x01\0\0"),
    ("3.2.2-6 session in a refusal", b"\x20\x03\x01\x87\0", b"\x20\x03\0\x87\0"),
    ("3.2.2-8 the first code above success", b"\x20\x03\0\x01\0", b"\x20\x03\0\0\0"),
    ("3.2.2-8 a code of 3.1.1", b"\x20\x03\0\x05\0", b"\x20\x03\0\x85\0"),
    ("3.2.2-8 the last code below the refusals", b"\x20\x03\0\x7F\0", b"\x20\x03\0\x80\0"),
    ("2.1.4 CONNACK, a byte left over", b"\x20\x04\0\0\0\0", b"\x20\x03\0\0\0"),
    ("3.3.2.1 no topic and no alias", b"\x30\x04\0\0\0x", b"\x30\x07\0\0\x03\x23\0\x01x"),
    ("3.3.2-2 topic with #", b"\x30\x05\0\x02a#\0", b"\x30\x05\0\x02ab\0"),
    ("3.3.2-2 topic with +", b"\x30\x04\0\x01+\0", b"\x30\x04\0\x01*\0"),
    ("3.3.2-1 topic not UTF-8", b"\x30\x05\0\x02\xC0\xAF\0", b"\x30\x05\0\x02\xC2\xAF\0"),
    ("1.5.4-1 topic with a surrogate", b"\x30\x06\0\x03\xED\xA0\x80\0", b"\x30\x06\0\x03\xED\x9F\xBF\0"),
    ("1.5.4-2 topic with NUL", b"\x30\x04\0\x01\0\0", b"\x30\x04\0\x01\x01\0"),
    ("3.3.2 topic beyond the end", b"\x30\x04\0\x03ab", b"\x30\x04\0\x01a\0"),
    ("3.3.2 id beyond the end", b"\x32\x06\0\x03abc\0", b"\x32\x06\0\x01a\0\x01\0"),
    ("2.2.2-1 no property length", b"\x32\x06\0\x02ab\0\x01", b"\x32\x07\0\x02ab\0\x01\0"),
    ("2.2.1-4 PUBLISH id 0", b"\x32\x06\0\x01a\0\0\0", b"\x32\x06\0\x01a\x01\0\0"),
    ("2.2.1-5 PUBACK id 0", b"\x40\x02\0\0", b"\x40\x02\0\x01"),
    ("2.2.1-5 PUBREC id 0", b"\x50\x03\0\0\x10", b"\x50\x03\x01\0\x10"),
    ("2.2.1-5 PUBREL id 0", b"\x62\x04\0\0\x92\0", b"\x62\x04\0\x01\x92\0"),
    ("2.2.1-5 PUBCOMP id 0", b"\x70\x02\0\0", b"\x70\x02\x01\0"),
    ("2.1.4 PUBACK, a byte left over", b"\x40\x05\0\x01\0\0\0", b"\x40\x04\0\x01\0\0"),
    ("2.1.4 PUBREL, a byte left over", b"\x62\x05\0\x01\0\0\0", b"\x62\x04\0\x01\0\0"),
    ("2.2.1-6 SUBACK id 0", b"\x90\x04\0\0\0\0", b"\x90\x04\0\x01\0\0"),
    ("3.9.3-1 more codes than filters", b"\x90\x05\0\x01\0\0\0", b"\x90\x04\0\x01\0\0"),
    ("3.9.3-2 SUBACK, a code of UNSUBACK", b"\x90\x04\0\x01\0\x11", b"\x90\x04\0\x01\0\x02"),
    ("3.9.3-2 SUBACK, the first code above QoS 2", b"\x90\x04\0\x01\0\x03", b"\x90\x04\0\x01\0\x80"),
    ("3.9.3 no code", b"\x90\x0A\0\x01\x07\x26\0\x01k\0\x01v", b"\x90\x0B\0\x01\x07\x26\0\x01k\0\x01v\0"),
    ("2.2.1-6 UNSUBACK id 0", b"\xB0\x04\0\0\0\0", b"\xB0\x04\x01\0\0\0"),
    ("3.11.3-1 more codes than filters", b"\xB0\x05\0\x01\0\0\x11", b"\xB0\x04\0\x01\0\x11"),
    ("3.11.3-2 UNSUBACK, a code of SUBACK", b"\xB0\x04\0\x01\0\x01", b"\xB0\x04\0\x01\0\x11"),
    ("3.11.3 no code", b"\xB0\x07\0\x01\x04\x1F\0\x01r", b"\xB0\x08\0\x01\x04\x1F\0\x01r\0"),
    ("2.1.4 DISCONNECT, a byte left over", b"\xE0\x03\0\0\0", b"\xE0\x02\0\0"),
    ("2.1.4 AUTH, a byte left over", b"\xF0\x07\0\x04\x15\0\x01M\0", b"\xF0\x06\0\x04\x15\0\x01M"),
    ("3.15.2.1 AUTH, a code without properties", b"\xF0\x01\x18", b"\xF0\0"),
];

#[test]
fn a_broken_header_is_refused_at_the_byte_that_shows_it() {
    for (rule, bytes) in HEADERS {
        assert_eq!(frame(bytes), Err(Malformed), "{rule}");
        assert_eq!(decode(bytes), Err(Malformed), "{rule}");
        assert_eq!(frame(&bytes[..bytes.len() - 1]), Ok(None), "{rule}, earlier");
    }
}

/// All of them.
pub fn each(mut check: impl FnMut(&str, &[u8])) {
    for (rule, bytes) in HEADERS {
        check(rule, bytes);
    }
    for (rule, broken, mended) in BODIES {
        check(rule, broken);
        check(rule, mended);
    }
}

#[test]
fn a_broken_body_is_refused_once_it_is_whole_and_read_once_it_is_mended() {
    for (rule, broken, mended) in BODIES {
        assert_refused(rule, broken, mended);
    }
}

pub fn assert_refused(rule: &str, broken: &[u8], mended: &[u8]) {
    assert_eq!(frame(broken).unwrap().unwrap().total(), broken.len(), "{rule}: the vector itself");
    assert_eq!(decode(broken), Err(Malformed), "{rule}");
    let read = decode(mended).unwrap_or_else(|_| panic!("{rule}, mended: refused"));
    assert_eq!(read.map(|(_, used)| used), Some(mended.len()), "{rule}, mended");
}

#[test]
fn every_first_byte_is_judged_alone() {
    // [section 2.1.3] The 26 that can be: 14 types, and PUBLISH in 12 forms.
    let good: Vec<u8> = (0..=255).filter(|&first| frame(&[first]).is_ok()).collect();
    let expected = [
        0x10, 0x20, 0x30, 0x31, 0x32, 0x33, 0x34, 0x35, 0x38, 0x39, 0x3A, 0x3B, 0x3C, 0x3D, 0x40, 0x50, 0x62, 0x70,
        0x82, 0x90, 0xA2, 0xB0, 0xC0, 0xD0, 0xE0, 0xF0,
    ];
    assert_eq!(good, expected);
}

#[test]
fn every_byte_of_options_is_as_the_standard_says() {
    // [MQTT-3.8.3-5] No reserved bit; [section 3.8.3.1] neither QoS 3 nor retain handling 3.
    let good: Vec<u8> = (0..=255).filter(|&byte| Options::of(byte).is_ok()).collect();
    assert_eq!(good.len(), 3 * 2 * 2 * 3);
    for byte in good {
        let options = Options::of(byte).unwrap();
        assert_eq!(options.byte(), byte);
        assert_eq!(options.qos, byte & 3);
        assert_eq!(options.no_local, byte & 0b100 != 0);
        assert_eq!(options.retain_as_published, byte & 0b1000 != 0);
        assert_eq!(options.retain_handling, byte >> 4);
    }
}
