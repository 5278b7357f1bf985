//! Properties that break one rule each, read and about to be written, and the same bytes mended.

use super::broken::assert_refused;
use super::places::assemble;
use limpet::packet::v5::property::{NONE, Place, Property, is_valid};

/// In a CONNACK: the rule, the broken properties, and how they would be good.
const IN_CONNACK: &[(&str, &[u8], &[u8])] = &[
    ("3.2.2.3.3 Receive Maximum 0", b"\x21\0\0", b"\x21\x01\0"),
    ("3.2.2.3.6 Maximum Packet Size 0", b"\x27\0\0\0\0", b"\x27\x01\0\0\0"),
    ("3.2.2.3.4 Maximum QoS 2", b"\x24\x02", b"\x24\0"),
    ("3.2.2.3.5 Retain Available 2", b"\x25\x02", b"\x25\x01"),
    ("3.2.2.3.11 Wildcard Subscription Available 255", b"\x28\xFF", b"\x28\x01"),
    ("3.2.2.3.12 Subscription Identifiers Available 2", b"\x29\x02", b"\x29\0"),
    ("3.2.2.3.13 Shared Subscription Available 128", b"\x2A\x80", b"\x2A\0"),
    ("1.5.4-1 Assigned Client Identifier not UTF-8", b"\x12\0\x01\x80", b"\x12\0\x01\x7F"),
    ("1.5.4-1 Authentication Method not UTF-8", b"\x15\0\x01\xFF", b"\x15\0\x01a"),
    ("1.5.4-1 Response Information not UTF-8", b"\x1A\0\x02\xC3\x28", b"\x1A\0\x02\xC3\xA8"),
    ("1.5.4-1 Server Reference not UTF-8", b"\x1C\0\x01\xF5", b"\x1C\0\x01a"),
    ("1.5.4-1 Reason String cut in a character", b"\x1F\0\x02\xE2\x82", b"\x1F\0\x03\xE2\x82\xAC"),
    ("1.5.4-2 Reason String with NUL", b"\x1F\0\x02a\0", b"\x1F\0\x02a\x01"),
    ("1.5.7-1 name not UTF-8", b"\x26\0\x01\xFF\0\x01v", b"\x26\0\x01k\0\x01v"),
    ("1.5.7-1 value not UTF-8", b"\x26\0\x01k\0\x01\xFF", b"\x26\0\x01k\0\x01v"),
    ("1.5.7-1 name with NUL", b"\x26\0\x01\0\0\x01v", b"\x26\0\x01\x01\0\x01v"),
    ("1.5.7-1 value with NUL", b"\x26\0\x01k\0\x01\0", b"\x26\0\x01k\0\x01\x01"),
    ("2.2.2 an identifier without value", b"\x21", b"\x21\x01\0"),
    ("2.2.2 half a number", b"\x27\0\0\0", b"\x27\0\0\0\x01"),
    ("2.2.2 a string beyond the properties", b"\x1F\0\x02a", b"\x1F\0\x01a"),
    ("2.2.2 a length beyond the properties", b"\x1F\0", b"\x1F\0\0"),
    ("2.2.2 a pair without its value", b"\x26\0\x01k", b"\x26\0\x01k\0\0"),
    ("2.2.2.2 an identifier of two bytes", b"\xA1\0\0\x01", b"\x21\0\x01"),
    ("3.2.2.3.9 a property between two of the same", b"\x1F\0\0\x24\0\x1F\0\0", b"\x1F\0\0\x24\0"),
];

/// In a PUBLISH.
const IN_PUBLISH: &[(&str, &[u8], &[u8])] = &[
    ("3.3.2.3.2 Payload Format Indicator 2", b"\x01\x02", b"\x01\x01"),
    ("3.3.2-8 Topic Alias 0", b"\x23\0\0", b"\x23\0\x01"),
    ("3.3.2.3.8 Subscription Identifier 0", b"\x0B\0", b"\x0B\x01"),
    ("1.5.5-1 Subscription Identifier longer than needed", b"\x0B\x81\0", b"\x0B\x81\x01"),
    ("1.5.5-1 Subscription Identifier 0, longer than needed", b"\x0B\x80\x80\0", b"\x0B\x80\x80\x01"),
    ("1.5.5 Subscription Identifier of five bytes", b"\x0B\x80\x80\x80\x80\x01", b"\x0B\x80\x80\x80\x01"),
    ("3.3.2-14 Response Topic with #", b"\x08\0\x02a#", b"\x08\0\x02aa"),
    ("3.3.2-14 Response Topic with +", b"\x08\0\x01+", b"\x08\0\x01*"),
    ("3.3.2-13 Response Topic not UTF-8", b"\x08\0\x01\x80", b"\x08\0\x01\x70"),
    ("4.7.3-1 Response Topic of no character", b"\x08\0\0", b"\x08\0\x01/"),
    ("4.7.3-2 Response Topic with NUL", b"\x08\0\x01\0", b"\x08\0\x01\x01"),
    ("3.3.2-19 Content Type not UTF-8", b"\x03\0\x01\xC2", b"\x03\0\x02\xC2\x80"),
    ("1.5.4-2 Content Type with NUL", b"\x03\0\x01\0", b"\x03\0\x01\x01"),
    ("2.2.2 half an expiry", b"\x02\0\0", b"\x02\0\0\0\0"),
    ("2.2.2 Correlation Data beyond the properties", b"\x09\0\x05hi", b"\x09\0\x02hi"),
];

/// In a DISCONNECT of the broker, and in an AUTH.
const IN_THE_REST: &[(&str, u8, &[u8], &[u8])] = &[
    ("3.14.2-2 Session Expiry Interval from the broker", 0xE0, b"\x11\0\0\0\x01", b"\x1F\0\x02ab"),
    ("1.5.4-2 Reason String with NUL", 0xE0, b"\x1F\0\x01\0", b"\x1F\0\x01a"),
    ("3.15.2.2.2 no method", 0xF0, b"", b"\x15\0\x01M"),
    ("3.15.2.2.2 data without a method", 0xF0, b"\x16\0\x01d", b"\x16\0\x01d\x15\0\x01M"),
    ("3.15.2.2.2 a reason without a method", 0xF0, b"\x1F\0\x01r", b"\x1F\0\x01r\x15\0\x01M"),
    ("3.15.2.2.2 two methods", 0xF0, b"\x15\0\x01M\x15\0\x01M", b"\x15\0\x01M"),
];

/// Lengths of properties: whole packets.
const LENGTHS: &[(&str, &[u8], &[u8])] = &[
    ("2.2.2.1 CONNACK, beyond the packet", b"\x20\x05\0\0\x03\x24\0", b"\x20\x05\0\0\x02\x24\0"),
    ("2.2.2.1 CONNACK, short of the properties", b"\x20\x06\0\0\x02\x21\0\x01", b"\x20\x06\0\0\x03\x21\0\x01"),
    ("1.5.5-1 CONNACK, longer than needed", b"\x20\x04\0\0\x80\0", b"\x20\x03\0\0\0"),
    ("1.5.5 CONNACK, five bytes", b"\x20\x07\0\0\x80\x80\x80\x80\x01", b"\x20\x03\0\0\0"),
    ("1.5.5 CONNACK, without an end", b"\x20\x03\0\0\x80", b"\x20\x03\0\0\0"),
    ("2.2.2.1 PUBLISH, beyond the packet", b"\x30\x06\0\x01a\x03\x01\x01", b"\x30\x06\0\x01a\x02\x01\x01"),
    ("2.2.2.1 PUBLISH, short of the properties", b"\x30\x06\0\x01a\x01\x01\x01", b"\x30\x06\0\x01a\x02\x01\x01"),
    ("1.5.5-1 PUBLISH, longer than needed", b"\x30\x05\0\x01a\x80\0", b"\x30\x05\0\x01a\0\0"),
    ("1.5.5 PUBLISH, five bytes", b"\x30\x09\0\x01a\x80\x80\x80\x80\x01x", b"\x30\x05\0\x01a\0x"),
    ("1.5.5 PUBLISH, without an end", b"\x30\x05\0\x01a\x80\x80", b"\x30\x05\0\x01a\0\x80"),
    ("2.2.2.1 PUBACK, beyond the packet", b"\x40\x04\0\x01\0\x01", b"\x40\x04\0\x01\0\0"),
    ("1.5.5-1 PUBCOMP, longer than needed", b"\x70\x05\0\x01\0\x80\0", b"\x70\x04\0\x01\0\0"),
    ("2.2.2.1 SUBACK, over the code", b"\x90\x04\0\x01\x01\0", b"\x90\x04\0\x01\0\0"),
    ("2.2.2.1 UNSUBACK, beyond the packet", b"\xB0\x04\0\x01\x02\0", b"\xB0\x04\0\x01\0\0"),
    ("2.2.2.1 DISCONNECT, beyond the packet", b"\xE0\x02\0\x01", b"\xE0\x02\0\0"),
    ("2.2.2.1 AUTH, beyond the packet", b"\xF0\x06\0\x05\x15\0\x01M", b"\xF0\x06\0\x04\x15\0\x01M"),
];

/// All of them as whole packets, broken and mended.
fn whole() -> Vec<(&'static str, Vec<u8>, Vec<u8>)> {
    let in_connack = |properties| assemble(0x20, b"\0\0", properties, b"");
    let in_publish = |properties| assemble(0x30, b"\0\x01t", properties, b"payload");
    let in_rest = |first, properties| assemble(first, b"\0", properties, b"");
    let mut rows = vec![];
    rows.extend(IN_CONNACK.iter().map(|(rule, broken, mended)| (*rule, in_connack(broken), in_connack(mended))));
    rows.extend(IN_PUBLISH.iter().map(|(rule, broken, mended)| (*rule, in_publish(broken), in_publish(mended))));
    rows.extend(
        IN_THE_REST.iter().map(|(rule, first, bad, good)| (*rule, in_rest(*first, bad), in_rest(*first, good))),
    );
    rows.extend(LENGTHS.iter().map(|(rule, broken, mended)| (*rule, broken.to_vec(), mended.to_vec())));
    rows
}

pub fn each(mut check: impl FnMut(&str, &[u8])) {
    for (rule, broken, mended) in whole() {
        check(rule, &broken);
        check(rule, &mended);
    }
}

#[test]
fn a_broken_property_is_refused_and_read_once_it_is_mended() {
    for (rule, broken, mended) in whole() {
        assert_refused(rule, &broken, &mended);
    }
}

#[test]
fn a_property_that_could_not_be_read_is_not_to_be_written() {
    let long = vec![b'x'; 65_536];
    let pair = |data, value| Property { id: 0x26, number: 0, data, value };
    let cases = [
        ("3.3.2.3.2 neither 0 nor 1", Place::Publish, Property::number(0x01, 2)),
        ("3.3.2-8 alias 0", Place::Publish, Property::number(0x23, 0)),
        ("3.3.2.3.4 an alias of three bytes", Place::Publish, Property::number(0x23, 65_536)),
        ("3.1.2.11.3 Receive Maximum 0", Place::Connect, Property::number(0x21, 0)),
        ("3.1.2.11.3 Receive Maximum of three bytes", Place::Connect, Property::number(0x21, 65_536)),
        ("3.1.2.11.5 Topic Alias Maximum of three bytes", Place::Connect, Property::number(0x22, 65_536)),
        ("3.1.2.11.4 Maximum Packet Size 0", Place::Connect, Property::number(0x27, 0)),
        ("3.1.2.11.10 data without a method", Place::Connect, Property::data(0x16, b"d")),
        ("3.8.2.1.2 Subscription Identifier 0", Place::Subscribe, Property::number(0x0B, 0)),
        ("3.8.2.1.2 above the largest", Place::Subscribe, Property::number(0x0B, 268_435_456)),
        ("3.3.2-14 wildcard", Place::Will, Property::data(0x08, b"a/+")),
        ("3.3.2-19 not UTF-8", Place::Will, Property::data(0x03, b"\xFF")),
        ("1.5.4 text too long", Place::Will, Property::data(0x03, &long)),
        ("1.5.6 data too long", Place::Will, Property::data(0x09, &long)),
        ("4.7.3-3 topic too long", Place::Will, Property::data(0x08, &long)),
        ("1.5.7-1 name", Place::Unsubscribe, pair(b"\0", b"")),
        ("1.5.7-1 value", Place::Unsubscribe, pair(b"", b"\xC0")),
        ("1.5.7 name too long", Place::Leave, pair(&long, b"")),
        ("1.5.7 value too long", Place::Leave, pair(b"", &long)),
        ("3.15.2.2.2 no method", Place::Auth, Property::data(0x16, b"d")),
    ];
    for (rule, place, property) in cases {
        assert!(!is_valid(&[property], place), "{rule}");
    }
    assert!(!is_valid(NONE, Place::Auth), "3.15.2.2.2 nothing");
    // The largest of each.
    let text = &long[1..];
    assert!(is_valid(&[Property::data(0x03, text), Property::data(0x09, text)], Place::Will));
    assert!(is_valid(&[pair(text, text), Property::number(0x0B, 268_435_455)], Place::Subscribe));
    assert!(is_valid(&[Property::number(0x21, 65_535), Property::number(0x27, u32::MAX)], Place::Connect));
}
