//! Bytes that break one rule each, with the statement or section of the rule.

use limpet::packet::frame::frame;
use limpet::packet::{Malformed, Packet};

/// Malformed as soon as the fixed header shows it.
const HEADERS: &[(&str, &[u8])] = &[
    ("2.2.1 type 0", b"\x00"),
    ("2.2.1 type 15", b"\xF0"),
    ("2.2.2-2 CONNECT flags", b"\x11"),
    ("2.2.2-2 CONNACK flags", b"\x28"),
    ("2.2.2-2 PUBACK flags", b"\x42"),
    ("2.2.2-2 PUBREC flags", b"\x52"),
    ("3.6.1-1 PUBREL without its flag", b"\x60"),
    ("3.6.1-1 PUBREL with others", b"\x6A"),
    ("2.2.2-2 PUBCOMP flags", b"\x71"),
    ("3.8.1-1 SUBSCRIBE without its flag", b"\x80"),
    ("3.8.1-1 SUBSCRIBE with others", b"\x83"),
    ("2.2.2-2 SUBACK flags", b"\x92"),
    ("3.10.1-1 UNSUBSCRIBE without its flag", b"\xA0"),
    ("2.2.2-2 UNSUBACK flags", b"\xB2"),
    ("2.2.2-2 PINGREQ flags", b"\xC1"),
    ("2.2.2-2 PINGRESP flags", b"\xD8"),
    ("3.14.1-1 DISCONNECT flags", b"\xE4"),
    ("3.3.1-4 QoS 3", b"\x36"),
    ("3.3.1-4 QoS 3, DUP and RETAIN", b"\x3F"),
    ("2.2.3 length of five bytes", b"\x30\xFF\xFF\xFF\xFF"),
    ("2.2.3 length of five bytes, zeros", b"\xD0\x80\x80\x80\x80"),
    ("3.1 too short for its fields", b"\x10\x0B"),
    ("3.2.1 CONNACK length", b"\x20\x03"),
    ("3.3 no topic", b"\x30\x02"),
    ("3.3 QoS 1 without id", b"\x32\x04"),
    ("3.3 QoS 2 without id", b"\x34\x04"),
    ("3.4.1 PUBACK length", b"\x40\x01"),
    ("3.5.1 PUBREC length", b"\x50\x03"),
    ("3.6.1 PUBREL length", b"\x62\x00"),
    ("3.7.1 PUBCOMP length", b"\x70\x82\x01"),
    ("3.8.3-3 SUBSCRIBE without filter", b"\x82\x02"),
    ("3.8.3 filter without QoS", b"\x82\x05"),
    ("3.9.3 SUBACK without code", b"\x90\x02"),
    ("3.10.3-2 UNSUBSCRIBE without filter", b"\xA2\x02"),
    ("4.7.3-1 UNSUBSCRIBE of an empty filter", b"\xA2\x04"),
    ("3.11.1 UNSUBACK length", b"\xB0\x03"),
    ("3.12.1 PINGREQ length", b"\xC0\x01"),
    ("3.13.1 PINGRESP length", b"\xD0\x02"),
    ("3.14.1 DISCONNECT length", b"\xE0\x01"),
];

/// Malformed in what follows the fixed header.
const BODIES: &[(&str, &[u8])] = &[
    ("3.1.2-1 name", b"\x10\x0C\0\x04MQTt\x04\x02\0\0\0\0"),
    ("3.1.2-1 name of 3.1", b"\x10\x0E\0\x06MQIsdp\x03\x02\0\0\0\0"),
    ("3.1.2-2 level 3", b"\x10\x0C\0\x04MQTT\x03\x02\0\0\0\0"),
    ("3.1.2-2 level 5", b"\x10\x0C\0\x04MQTT\x05\x02\0\0\0\0"),
    ("3.1.2-3 reserved flag", b"\x10\x0C\0\x04MQTT\x04\x03\0\0\0\0"),
    ("3.1.2-13 will QoS without will", b"\x10\x0C\0\x04MQTT\x04\x0A\0\0\0\0"),
    ("3.1.2-14 will QoS 3", b"\x10\x12\0\x04MQTT\x04\x1E\0\0\0\x01c\0\x01w\0\0"),
    ("3.1.2-15 will retain without will", b"\x10\x0C\0\x04MQTT\x04\x22\0\0\0\0"),
    ("3.1.2-9 will flag without will", b"\x10\x0C\0\x04MQTT\x04\x06\0\0\0\0"),
    ("3.1.2-9 will without payload", b"\x10\x10\0\x04MQTT\x04\x06\0\0\0\x01c\0\x01w"),
    ("4.7.3-1 empty will topic", b"\x10\x10\0\x04MQTT\x04\x06\0\0\0\0\0\0\0\0"),
    ("4.7.1-1 will topic with wildcard", b"\x10\x11\0\x04MQTT\x04\x06\0\0\0\0\0\x01#\0\0"),
    ("3.1.2-19 no username", b"\x10\x0C\0\x04MQTT\x04\x82\0\0\0\0"),
    ("3.1.2-18 a field too many", b"\x10\x0E\0\x04MQTT\x04\x02\0\0\0\0\0\0"),
    ("3.1.2-21 no password", b"\x10\x0F\0\x04MQTT\x04\xC2\0\0\0\0\0\x01u"),
    ("3.1.2-22 password alone", b"\x10\x0F\0\x04MQTT\x04\x42\0\0\0\0\0\x01p"),
    ("3.1.3-4 client id not UTF-8", b"\x10\x0D\0\x04MQTT\x04\x02\0\0\0\x01\xFF"),
    ("1.5.3-2 client id with NUL", b"\x10\x0D\0\x04MQTT\x04\x02\0\0\0\x01\0"),
    ("3.1.3-7 empty id of a kept session", b"\x10\x0C\0\x04MQTT\x04\0\0\0\0\0"),
    ("3.1.3-11 username not UTF-8", b"\x10\x0F\0\x04MQTT\x04\x82\0\0\0\0\0\x01\x80"),
    ("3.1.3 client id beyond the end", b"\x10\x0D\0\x04MQTT\x04\x02\0\0\0\x02c"),
    ("3.2.2.1 reserved bits", b"\x20\x02\x02\0"),
    ("3.2.2.1 reserved bits, top", b"\x20\x02\x81\0"),
    ("3.2.2-4 session in a refusal", b"\x20\x02\x01\x05"),
    ("3.2.2.3 reserved code", b"\x20\x02\0\x06"),
    ("3.2.2.3 a code of MQTT 5", b"\x20\x02\0\x86"),
    ("4.7.3-1 empty topic", b"\x30\x03\0\0x"),
    ("3.3.2-2 topic with #", b"\x30\x04\0\x02a#"),
    ("3.3.2-2 topic with +", b"\x30\x03\0\x01+"),
    ("3.3.2-1 topic not UTF-8", b"\x30\x04\0\x02\xC0\xAF"),
    ("1.5.3-2 topic with NUL", b"\x30\x03\0\x01\0"),
    ("1.5.3-1 topic with a surrogate", b"\x30\x05\0\x03\xED\xA0\x80"),
    ("3.3.2 topic beyond the end", b"\x30\x03\0\x02a"),
    ("3.3.2 id beyond the end", b"\x32\x05\0\x02ab\0"),
    ("2.3.1-1 PUBLISH id 0", b"\x32\x05\0\x01a\0\0"),
    ("2.3.1-1 PUBACK id 0", b"\x40\x02\0\0"),
    ("2.3.1-1 PUBREC id 0", b"\x50\x02\0\0"),
    ("2.3.1-1 PUBREL id 0", b"\x62\x02\0\0"),
    ("2.3.1-1 PUBCOMP id 0", b"\x70\x02\0\0"),
    ("2.3.1-1 SUBSCRIBE id 0", b"\x82\x06\0\0\0\x01a\0"),
    ("3.8.3-4 requested QoS 3", b"\x82\x06\0\x01\0\x01a\x03"),
    ("3.8.3-4 reserved bits", b"\x82\x06\0\x01\0\x01a\x80"),
    ("4.7.3-1 empty filter", b"\x82\x0A\0\x01\0\x01a\0\0\0\0\0"),
    ("4.7.1-2 misplaced #", b"\x82\x07\0\x01\0\x02a#\0"),
    ("3.8.3-1 filter not UTF-8", b"\x82\x06\0\x01\0\x01\xFE\0"),
    ("3.8.3 second filter without QoS", b"\x82\x09\0\x01\0\x01a\0\0\x01b"),
    ("2.3.1-7 SUBACK id 0", b"\x90\x03\0\0\0"),
    ("3.9.3-2 code 3", b"\x90\x03\0\x01\x03"),
    ("3.9.3-2 code 81", b"\x90\x04\0\x01\0\x81"),
    ("2.3.1-1 UNSUBSCRIBE id 0", b"\xA2\x05\0\0\0\x01a"),
    ("4.7.1-3 misplaced +", b"\xA2\x06\0\x01\0\x02a+"),
    ("3.10.3 a byte left over", b"\xA2\x06\0\x01\0\x01a\0"),
    ("2.3.1-7 UNSUBACK id 0", b"\xB0\x02\0\0"),
];

#[test]
fn a_broken_header_is_refused_at_the_byte_that_shows_it() {
    for (rule, bytes) in HEADERS {
        assert_eq!(frame(bytes), Err(Malformed), "{rule}");
        assert_eq!(Packet::decode(bytes), Err(Malformed), "{rule}");
        assert_eq!(frame(&bytes[..bytes.len() - 1]), Ok(None), "{rule}, earlier");
    }
}

#[test]
fn a_broken_body_is_refused_once_it_is_whole() {
    for (rule, bytes) in BODIES {
        let header = frame(bytes).unwrap().unwrap();
        assert_eq!(header.total(), bytes.len(), "{rule}: the vector itself");
        assert_eq!(Packet::decode(bytes), Err(Malformed), "{rule}");
    }
}

#[test]
fn every_first_byte_is_judged_alone() {
    // [section 2.2.2] The 25 that can be: 13 types, and PUBLISH in 12 forms.
    let good: Vec<u8> = (0..=255).filter(|&first| frame(&[first]).is_ok()).collect();
    let expected = [
        0x10, 0x20, 0x30, 0x31, 0x32, 0x33, 0x34, 0x35, 0x38, 0x39, 0x3A, 0x3B, 0x3C, 0x3D, 0x40, 0x50, 0x62, 0x70,
        0x82, 0x90, 0xA2, 0xB0, 0xC0, 0xD0, 0xE0,
    ];
    assert_eq!(good, expected);
}
