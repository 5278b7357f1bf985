//! Every property in every place it may stand, and in none where it may not. [section 2.2.2.2, table 2-4]

use super::other;
use super::packet::{Listed, Packet, Properties, decode};
use limpet::packet::connect::{Connect, Will};
use limpet::packet::cursor::Reader;
use limpet::packet::publish::Publish;
use limpet::packet::v5::property::{self, Place, Property};
use limpet::packet::v5::subscribe::Options;
use limpet::packet::{Kind, Malformed};

use Place::{Ack, Auth, Connack, Connect as InConnect, Disconnect, Leave, Publish as InPublish};
use Place::{Subscribe, Unsubscribe, Will as InWill};

const PLACES: [Place; 10] =
    [InConnect, InWill, Connack, InPublish, Ack, Subscribe, Unsubscribe, Leave, Disconnect, Auth];
const MESSAGE: &[Place] = &[InPublish, InWill];
const GREETING: &[Place] = &[InConnect, Connack];
const AUTHENTICATION: &[Place] = &[InConnect, Connack, Auth];

/// The section for CONNECT, CONNACK or PUBLISH, what it means, how it is written, and where it may stand.
pub const PROPERTIES: [(&str, Property, &[u8], &[Place]); 27] = [
    ("3.3.2.3.2 Payload Format Indicator", Property::number(0x01, 1), b"\x01\x01", MESSAGE),
    ("3.3.2.3.3 Message Expiry Interval", Property::number(0x02, 0x0102_0304), b"\x02\x01\x02\x03\x04", MESSAGE),
    ("3.3.2.3.9 Content Type", Property::data(0x03, b"text"), b"\x03\0\x04text", MESSAGE),
    ("3.3.2.3.5 Response Topic", Property::data(0x08, b"r/t"), b"\x08\0\x03r/t", MESSAGE),
    ("3.3.2.3.6 Correlation Data", Property::data(0x09, b"\0\xFF\x80"), b"\x09\0\x03\0\xFF\x80", MESSAGE),
    ("3.3.2.3.8 Subscription Identifier", Property::number(0x0B, 200), b"\x0B\xC8\x01", &[InPublish, Subscribe]),
    (
        "3.1.2.11.2 Session Expiry Interval",
        Property::number(0x11, 0xFFFF_FFFF),
        b"\x11\xFF\xFF\xFF\xFF",
        &[InConnect, Connack, Leave],
    ),
    ("3.2.2.3.7 Assigned Client Identifier", Property::data(0x12, b"you"), b"\x12\0\x03you", &[Connack]),
    ("3.2.2.3.14 Server Keep Alive", Property::number(0x13, 600), b"\x13\x02\x58", &[Connack]),
    ("3.1.2.11.9 Authentication Method", Property::data(0x15, b"DANCE"), b"\x15\0\x05DANCE", AUTHENTICATION),
    ("3.1.2.11.10 Authentication Data", Property::data(0x16, b"\x80\0"), b"\x16\0\x02\x80\0", AUTHENTICATION),
    ("3.1.2.11.7 Request Problem Information", Property::number(0x17, 0), b"\x17\0", &[InConnect]),
    ("3.1.3.2.2 Will Delay Interval", Property::number(0x18, 60), b"\x18\0\0\0\x3C", &[InWill]),
    ("3.1.2.11.6 Request Response Information", Property::number(0x19, 1), b"\x19\x01", &[InConnect]),
    ("3.2.2.3.15 Response Information", Property::data(0x1A, b"r/"), b"\x1A\0\x02r/", &[Connack]),
    ("3.2.2.3.16 Server Reference", Property::data(0x1C, b"a:1 b"), b"\x1C\0\x05a:1 b", &[Connack, Disconnect]),
    (
        "3.2.2.3.9 Reason String",
        Property::data(0x1F, "zoë".as_bytes()),
        b"\x1F\0\x04zo\xC3\xAB",
        &[Connack, Ack, Leave, Disconnect, Auth],
    ),
    ("3.1.2.11.3 Receive Maximum", Property::number(0x21, 1), b"\x21\0\x01", GREETING),
    ("3.1.2.11.5 Topic Alias Maximum", Property::number(0x22, 0xFFFF), b"\x22\xFF\xFF", GREETING),
    ("3.3.2.3.4 Topic Alias", Property::number(0x23, 0x0107), b"\x23\x01\x07", &[InPublish]),
    ("3.2.2.3.4 Maximum QoS", Property::number(0x24, 1), b"\x24\x01", &[Connack]),
    ("3.2.2.3.5 Retain Available", Property::number(0x25, 0), b"\x25\0", &[Connack]),
    (
        "3.1.2.11.8 User Property",
        Property { id: 0x26, number: 0, data: b"k", value: b"v/\xC2\xB5" },
        b"\x26\0\x01k\0\x04v/\xC2\xB5",
        &PLACES,
    ),
    ("3.1.2.11.4 Maximum Packet Size", Property::number(0x27, 0x0001_0000), b"\x27\0\x01\0\0", GREETING),
    ("3.2.2.3.11 Wildcard Subscription Available", Property::number(0x28, 0), b"\x28\0", &[Connack]),
    ("3.2.2.3.12 Subscription Identifiers Available", Property::number(0x29, 1), b"\x29\x01", &[Connack]),
    ("3.2.2.3.13 Shared Subscription Available", Property::number(0x2A, 0), b"\x2A\0", &[Connack]),
];

/// The first byte of a packet, its body up to the length of these properties and behind them, and what it all means.
type Frame = (Place, u8, &'static [u8], &'static [u8], fn(Properties<'static>) -> Packet<'static>);

const HELLO: Connect =
    Connect { clean: true, keep_alive_s: 0, client_id: b"c", will: None, username: None, password: None };
const LAST: Will = Will { topic: b"w", payload: b"x", qos: 0, retain: false };
const HI: Publish = Publish { dup: false, qos: 1, retain: false, topic: b"t", id: 7, payload: b"hi" };
const OPTIONS: Options = Options { qos: 1, no_local: false, retain_as_published: false, retain_handling: 0 };

/// Every packet that has properties.
const FRAMES: [Frame; 16] = [
    (InConnect, 0x10, b"\0\x04MQTT\x05\x02\0\0", b"\0\x01c", |p| Packet::Connect(HELLO, p, vec![])),
    (InWill, 0x10, b"\0\x04MQTT\x05\x06\0\0\0\0\x01c", b"\0\x01w\0\x01x", |p| {
        Packet::Connect(Connect { will: Some(LAST), ..HELLO }, vec![], p)
    }),
    (Connack, 0x20, b"\0\0", b"", |p| Packet::Connack(false, 0, p)),
    (InPublish, 0x32, b"\0\x01t\0\x07", b"hi", |p| Packet::Publish(HI, p)),
    (Ack, 0x40, b"\0\x07\0", b"", |p| Packet::Ack(Kind::Puback, 7, 0, p)),
    (Ack, 0x50, b"\0\x07\x87", b"", |p| Packet::Ack(Kind::Pubrec, 7, 0x87, p)),
    (Ack, 0x62, b"\0\x07\x92", b"", |p| Packet::Ack(Kind::Pubrel, 7, 0x92, p)),
    (Ack, 0x70, b"\0\x07\0", b"", |p| Packet::Ack(Kind::Pubcomp, 7, 0, p)),
    (Subscribe, 0x82, b"\0\x07", b"\0\x01f\x01", |p| Packet::Subscribe(7, b"f", OPTIONS, p)),
    (Ack, 0x90, b"\0\x07", b"\x01", |p| Packet::Answer(Kind::Suback, 7, vec![1], p)),
    (Unsubscribe, 0xA2, b"\0\x07", b"\0\x01f", |p| Packet::Unsubscribe(7, b"f", p)),
    (Ack, 0xB0, b"\0\x07", b"\x11", |p| Packet::Answer(Kind::Unsuback, 7, vec![0x11], p)),
    (Leave, 0xE0, b"\x04", b"", |p| Packet::Reason(Kind::Disconnect, 4, p)),
    (Disconnect, 0xE0, b"\x8B", b"", |p| Packet::Reason(Kind::Disconnect, 0x8B, p)),
    (Auth, 0xF0, b"\x18", b"", |p| Packet::Reason(Kind::Auth, 0x18, p)),
    (Auth, 0xF0, b"\0", b"", |p| Packet::Reason(Kind::Auth, 0, p)),
];

/// The client writes these and never reads them.
fn is_sent_only(place: Place) -> bool {
    matches!(place, InConnect | InWill | Subscribe | Unsubscribe | Leave)
}

pub fn assemble(first: u8, before: &[u8], properties: &[u8], after: &[u8]) -> Vec<u8> {
    let body = before.len() + 1 + properties.len() + after.len();
    assert!(body < 0x80, "one byte of length");
    [&[first, body as u8], before, &[properties.len() as u8], properties, after].concat()
}

/// A property beside those without which it means nothing: an authentication has a method. [section 3.15.2.2.2]
fn accompanied(place: Place, property: Property<'static>, bytes: &[u8]) -> (Properties<'static>, Vec<u8>) {
    let needs_method = place == Auth || place == InConnect && property.id == 0x16;
    if needs_method && property.id != 0x15 {
        let (_, method, method_bytes, _) = PROPERTIES[9];
        return (vec![method, property], [method_bytes, bytes].concat());
    }
    (vec![property], bytes.to_vec())
}

/// Every packet with every property that it may have.
pub fn each(mut check: impl FnMut(&str, Place, Packet<'static>, &[u8])) {
    for (section, property, bytes, places) in PROPERTIES {
        for (place, first, before, after, packet) in FRAMES {
            if places.contains(&place) {
                let (properties, bytes) = accompanied(place, property, bytes);
                let case = format!("{section} in {place:?} of {first:02X}");
                check(&case, place, packet(properties), &assemble(first, before, &bytes, after));
            }
        }
    }
}

#[test]
fn every_property_is_read_wherever_it_may_stand() {
    each(|case, place, packet, bytes| {
        if !is_sent_only(place) {
            assert_eq!(decode(bytes), Ok(Some((packet, bytes.len()))), "{case}");
        }
    });
}

#[test]
fn every_property_is_written_wherever_it_may_stand() {
    each(|case, _, packet, bytes| assert_eq!(packet.bytes(), bytes, "{case}"));
}

#[test]
fn another_codec_reads_every_property_as_the_standard_says() {
    each(|case, _, packet, bytes| {
        let read = other::decode(bytes).unwrap_or_else(|| panic!("{case}: refused"));
        assert_eq!(other::meaning(&read), packet.sorted(), "{case}");
    });
}

#[test]
fn a_property_in_a_wrong_place_is_refused() {
    let mut refused = 0;
    for (section, property, bytes, places) in PROPERTIES {
        for (place, first, before, after, _) in FRAMES.into_iter().filter(|frame| !places.contains(&frame.0)) {
            let case = format!("{section} in {place:?} of {first:02X}");
            let (properties, bytes) = accompanied(place, property, bytes);
            let list = [&[bytes.len() as u8], &bytes[..]].concat();
            assert_eq!(property::read(&mut Reader::new(&list), place), Err(Malformed), "{case}");
            assert!(!property::is_valid(&Listed(&properties), place), "{case}");
            // The broker's DISCONNECT may have what the client's may not.
            if !is_sent_only(place) {
                assert_eq!(decode(&assemble(first, before, &bytes, after)), Err(Malformed), "{case}");
            }
            refused += 1;
        }
    }
    assert!(refused > 300, "{refused} is too few");
}

#[test]
fn a_property_stands_once_unless_it_may_repeat() {
    for (section, property, bytes, places) in PROPERTIES {
        for place in places {
            let (once, once_bytes) = accompanied(*place, property, bytes);
            let twice = [&once[..], &[property]].concat();
            let list = [&[(once_bytes.len() + bytes.len()) as u8], &once_bytes[..], bytes].concat();
            let is_read = property::read(&mut Reader::new(&list), *place).is_ok();
            // [section 3.3.2.3.8] A message that fits several subscriptions has the identifier of each.
            let repeats = property.id == 0x26 || property.id == 0x0B && *place == InPublish;
            assert_eq!(is_read, repeats, "{section} twice in {place:?}");
            assert!(property::is_valid(&Listed(&once), *place), "{section} in {place:?}");
            assert_eq!(property::is_valid(&Listed(&twice), *place), property.id == 0x26, "{section} in {place:?}");
        }
    }
}

#[test]
fn there_are_27_properties_and_no_other_identifier() {
    let known: Vec<u8> = PROPERTIES.iter().map(|(_, property, _, _)| property.id).collect();
    for id in (0..=255).filter(|id| !known.contains(id)) {
        // Whatever follows: nothing, zeros, or what would do as a string.
        for rest in [&[][..], &[0; 4], b"\0\x01x", &[1; 8]] {
            let list = [&[1 + rest.len() as u8, id], rest].concat();
            for place in PLACES {
                assert_eq!(property::read(&mut Reader::new(&list), place), Err(Malformed), "{id:02X} in {place:?}");
            }
        }
        assert!(!property::is_valid(&[Property::number(id, 1)], Place::Connack), "{id:02X}");
    }
}
