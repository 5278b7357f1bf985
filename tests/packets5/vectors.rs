//! Every packet, with its meaning beside its bytes. The properties one by one are in `places.rs`.

use super::other;
use super::packet::{Packet, decode, written};
use limpet::packet::connect::{Connect, Will};
use limpet::packet::publish::Publish;
use limpet::packet::v5::property::Property;
use limpet::packet::v5::publish;
use limpet::packet::v5::subscribe::{self, Options};
use limpet::packet::{Kind, ack};

/// The section, what it means, and what it is on the wire.
pub type Vector = (&'static str, Packet<'static>, &'static [u8]);

const BARE: Connect =
    Connect { clean: true, keep_alive_s: 0, client_id: b"", will: None, username: None, password: None };
const MESSAGE: Publish = Publish { dup: false, qos: 0, retain: false, topic: b"a/b", id: 0, payload: b"hi" };
const PLAIN: Options = Options { qos: 0, no_local: false, retain_as_published: false, retain_handling: 0 };

const fn number(id: u8, number: u32) -> Property<'static> {
    Property::number(id, number)
}

const fn data(id: u8, data: &'static [u8]) -> Property<'static> {
    Property::data(id, data)
}

const fn pair(data: &'static [u8], value: &'static [u8]) -> Property<'static> {
    Property { id: 0x26, number: 0, data, value }
}

/// What both sides write: in full, so that there is one form of each.
fn both_ways() -> Vec<Vector> {
    let message = |publish, properties| Packet::Publish(publish, properties);
    vec![
        ("3.3 QoS 0, no properties", message(MESSAGE, vec![]), b"\x30\x08\0\x03a/b\0hi"),
        (
            "3.3.1.3 retained and empty",
            message(Publish { retain: true, topic: b"a", payload: b"", ..MESSAGE }, vec![]),
            b"\x31\x04\0\x01a\0",
        ),
        ("3.3.2.2 QoS 1", message(Publish { qos: 1, id: 10, ..MESSAGE }, vec![]), b"\x32\x0A\0\x03a/b\0\x0A\0hi"),
        (
            "3.3.1.1 QoS 2 again",
            message(
                Publish { dup: true, qos: 2, retain: true, topic: b"\xC2\xB5", id: 65_535, payload: b"" },
                vec![number(0x02, 0)],
            ),
            b"\x3D\x0C\0\x02\xC2\xB5\xFF\xFF\x05\x02\0\0\0\0",
        ),
        (
            "3.3.2.3.4 an alias for the topic",
            message(Publish { topic: b"", qos: 1, id: 1, ..MESSAGE }, vec![number(0x23, 1)]),
            b"\x32\x0A\0\0\0\x01\x03\x23\0\x01hi",
        ),
        (
            "3.3.2.3.4 an alias is set",
            message(MESSAGE, vec![number(0x23, 65_535)]),
            b"\x30\x0B\0\x03a/b\x03\x23\xFF\xFFhi",
        ),
        (
            "3.3.2.3 a request with an answer's address, in any order",
            message(
                Publish { payload: b"\x01\0", ..MESSAGE },
                vec![
                    pair(b"z", b""),
                    data(0x09, b"\x07"),
                    pair(b"", b"y"),
                    data(0x08, b"r"),
                    number(0x01, 0),
                    pair(b"z", b""),
                    data(0x03, b""),
                ],
            ),
            b"\x30\x27\0\x03a/b\x1F\x26\0\x01z\0\0\x09\0\x01\x07\x26\0\0\0\x01y\x08\0\x01r\x01\0\x26\0\x01z\0\0\x03\0\0\x01\0",
        ),
        ("3.4 with a reason", Packet::Ack(Kind::Puback, 1, 0x97, vec![]), b"\x40\x04\0\x01\x97\0"),
        (
            "3.4.2.2 why not",
            Packet::Ack(Kind::Puback, 1, 0x99, vec![data(0x1F, b"no"), pair(b"a", b"b")]),
            b"\x40\x10\0\x01\x99\x0C\x1F\0\x02no\x26\0\x01a\0\x01b",
        ),
        ("3.5.2.1", Packet::Ack(Kind::Pubrec, 0x1234, 0x10, vec![]), b"\x50\x04\x12\x34\x10\0"),
        ("3.6.2.1", Packet::Ack(Kind::Pubrel, 0xFFFF, 0x92, vec![]), b"\x62\x04\xFF\xFF\x92\0"),
        ("3.7.2.1", Packet::Ack(Kind::Pubcomp, 256, 0x92, vec![]), b"\x70\x04\x01\0\x92\0"),
        (
            "3.14.2 with a reason string",
            Packet::Reason(Kind::Disconnect, 0x98, vec![data(0x1F, b"bye")]),
            b"\xE0\x08\x98\x06\x1F\0\x03bye",
        ),
        ("3.14.2 a reason alone", Packet::Reason(Kind::Disconnect, 0x81, vec![]), b"\xE0\x02\x81\0"),
        (
            "3.15.2 a step of an authentication",
            Packet::Reason(Kind::Auth, 0x18, vec![data(0x15, b"M"), data(0x16, b"")]),
            b"\xF0\x09\x18\x07\x15\0\x01M\x16\0\0",
        ),
    ]
}

/// What only a broker writes, or only a broker writes so short.
fn from_broker() -> Vec<Vector> {
    vec![
        ("3.2 accepted", Packet::Connack(false, 0, vec![]), b"\x20\x03\0\0\0"),
        ("3.2.2.1.1 session present", Packet::Connack(true, 0, vec![]), b"\x20\x03\x01\0\0"),
        ("3.2.2.2 refused", Packet::Connack(false, 0x80, vec![]), b"\x20\x03\0\x80\0"),
        (
            "3.2.2.3.16 sent elsewhere",
            Packet::Connack(false, 0x9C, vec![data(0x1C, b"b:2")]),
            b"\x20\x09\0\x9C\x06\x1C\0\x03b:2",
        ),
        (
            "3.3.2.3.8 several subscription identifiers",
            Packet::Publish(MESSAGE, vec![number(0x0B, 1), number(0x0B, 268_435_455), number(0x0B, 1)]),
            b"\x30\x11\0\x03a/b\x09\x0B\x01\x0B\xFF\xFF\xFF\x7F\x0B\x01hi",
        ),
        ("3.4.2.1 success alone", Packet::Ack(Kind::Puback, 1, 0, vec![]), b"\x40\x02\0\x01"),
        ("3.4.2.2.1 no property length", Packet::Ack(Kind::Puback, 1, 0x10, vec![]), b"\x40\x03\0\x01\x10"),
        ("3.5.2.1 success alone", Packet::Ack(Kind::Pubrec, 0x1234, 0, vec![]), b"\x50\x02\x12\x34"),
        ("3.5.2.2.1 no property length", Packet::Ack(Kind::Pubrec, 1, 0x91, vec![]), b"\x50\x03\0\x01\x91"),
        ("3.6.2.1 success alone", Packet::Ack(Kind::Pubrel, 0xFFFF, 0, vec![]), b"\x62\x02\xFF\xFF"),
        ("3.6.2.2.1 no property length", Packet::Ack(Kind::Pubrel, 1, 0x92, vec![]), b"\x62\x03\0\x01\x92"),
        ("3.7.2.1 success alone", Packet::Ack(Kind::Pubcomp, 256, 0, vec![]), b"\x70\x02\x01\0"),
        ("3.7.2.2.1 no property length", Packet::Ack(Kind::Pubcomp, 1, 0x92, vec![]), b"\x70\x03\0\x01\x92"),
        ("3.9 granted", Packet::Answer(Kind::Suback, 10, vec![2], vec![]), b"\x90\x04\0\x0A\0\x02"),
        (
            "3.9.2.1 refused, and why",
            Packet::Answer(Kind::Suback, 10, vec![0xA2], vec![data(0x1F, b"#")]),
            b"\x90\x08\0\x0A\x04\x1F\0\x01#\xA2",
        ),
        ("3.11", Packet::Answer(Kind::Unsuback, 10, vec![0x11], vec![]), b"\xB0\x04\0\x0A\0\x11"),
        ("3.13", Packet::Pingresp, b"\xD0\0"),
        ("3.14.2.1 nothing is a normal end", Packet::Reason(Kind::Disconnect, 0, vec![]), b"\xE0\0"),
        ("3.14.2.2.1 no property length", Packet::Reason(Kind::Disconnect, 0x8E, vec![]), b"\xE0\x01\x8E"),
        ("3.15.2.1 nothing is success", Packet::Reason(Kind::Auth, 0, vec![]), b"\xF0\0"),
    ]
}

/// What only a client writes.
fn from_client() -> Vec<Vector> {
    let connect = |connect, properties, of_will| Packet::Connect(connect, properties, of_will);
    let will = Will { topic: b"w/t", payload: b"\0\xFF", qos: 1, retain: false };
    let options = |qos, no_local, retain_as_published, retain_handling| Options {
        qos,
        no_local,
        retain_as_published,
        retain_handling,
    };
    vec![
        ("3.1 bare", connect(BARE, vec![], vec![]), b"\x10\x0D\0\x04MQTT\x05\x02\0\0\0\0\0"),
        (
            "3.1.2.4 session kept",
            connect(
                Connect { clean: false, keep_alive_s: 60, client_id: b"limpet", ..BARE },
                vec![number(0x11, u32::MAX), number(0x21, 32)],
                vec![],
            ),
            b"\x10\x1B\0\x04MQTT\x05\x00\0\x3C\x08\x11\xFF\xFF\xFF\xFF\x21\0\x20\0\x06limpet",
        ),
        (
            "3.1.3.2 will without properties",
            connect(Connect { client_id: b"c", will: Some(will), ..BARE }, vec![], vec![]),
            b"\x10\x18\0\x04MQTT\x05\x0E\0\0\0\0\x01c\0\0\x03w/t\0\x02\0\xFF",
        ),
        (
            "3.1.3-1 all fields in order",
            connect(
                Connect {
                    clean: false,
                    keep_alive_s: 10,
                    client_id: b"id",
                    will: Some(Will { topic: b"t", payload: b"m", qos: 2, retain: true }),
                    username: Some(b"u"),
                    password: Some(b"\xFF\0"),
                },
                vec![pair(b"c", b"1")],
                vec![number(0x18, 5), pair(b"w", b"2")],
            ),
            b"\x10\x30\0\x04MQTT\x05\xF4\0\x0A\x07\x26\0\x01c\0\x011\0\x02id\x0C\x18\0\0\0\x05\x26\0\x01w\0\x012\0\x01t\0\x01m\0\x01u\0\x02\xFF\0",
        ),
        (
            "3.1.2.9 a password alone",
            connect(Connect { client_id: b"c", password: Some(b"p"), ..BARE }, vec![], vec![]),
            b"\x10\x11\0\x04MQTT\x05\x42\0\0\0\0\x01c\0\x01p",
        ),
        ("3.8 one filter", Packet::Subscribe(1, b"#", PLAIN, vec![]), b"\x82\x07\0\x01\0\0\x01#\0"),
        (
            "3.8.3.1 no local",
            Packet::Subscribe(1, b"a/+", options(2, true, false, 0), vec![]),
            b"\x82\x09\0\x01\0\0\x03a/+\x06",
        ),
        (
            "3.8.3.1 retain as published, not if the subscription is old",
            Packet::Subscribe(1, b"a", options(1, false, true, 1), vec![number(0x0B, 128)]),
            b"\x82\x0A\0\x01\x03\x0B\x80\x01\0\x01a\x19",
        ),
        (
            "3.8.3.1 nothing retained",
            Packet::Subscribe(1, b"a", options(0, false, false, 2), vec![pair(b"k", b"v")]),
            b"\x82\x0E\0\x01\x07\x26\0\x01k\0\x01v\0\x01a\x20",
        ),
        ("3.10", Packet::Unsubscribe(0x0102, b"a/b", vec![]), b"\xA2\x08\x01\x02\0\0\x03a/b"),
        (
            "3.10.2.1 with a user property",
            Packet::Unsubscribe(1, b"a", vec![pair(b"k", b"v")]),
            b"\xA2\x0D\0\x01\x07\x26\0\x01k\0\x01v\0\x01a",
        ),
        ("3.12", Packet::Pingreq, b"\xC0\0"),
        (
            "3.14.2.2.2 a session that ends later",
            Packet::Reason(Kind::Disconnect, 4, vec![number(0x11, 3600)]),
            b"\xE0\x07\x04\x05\x11\0\0\x0E\x10",
        ),
    ]
}

/// All that a client may read.
pub fn received() -> Vec<Vector> {
    [both_ways(), from_broker()].concat()
}

/// All that a client may write.
pub fn sent() -> Vec<Vector> {
    [both_ways(), from_client()].concat()
}

#[test]
fn every_packet_is_read_as_the_standard_says() {
    for (section, packet, bytes) in received() {
        let expected = Ok(Some((packet, bytes.len())));
        assert_eq!(decode(bytes), expected, "{section}");
        let followed = [bytes, b"\xD0\0\xFF"].concat();
        assert_eq!(decode(&followed), expected, "{section}, followed");
    }
}

#[test]
fn every_packet_is_written_as_the_standard_says() {
    for (section, packet, bytes) in sent() {
        assert_eq!(packet.bytes(), bytes, "{section}");
        for room in 0..bytes.len() {
            assert_eq!(packet.write(&mut vec![0; room]), None, "{section}, {room} bytes");
        }
    }
}

#[test]
fn another_codec_reads_what_we_write_and_what_we_read() {
    for (section, packet, bytes) in [received(), from_client()].concat() {
        // It knows of one subscription identifier only.
        if section.starts_with("3.3.2.3.8") {
            assert_eq!(other::decode(bytes), None);
            continue;
        }
        let read = other::decode(bytes).unwrap_or_else(|| panic!("{section}: refused"));
        assert_eq!(other::meaning(&read), packet.sorted(), "{section}");
    }
}

#[test]
fn an_acknowledgement_of_success_is_the_short_one() {
    for (kind, first) in [(Kind::Puback, 0x40), (Kind::Pubrec, 0x50), (Kind::Pubrel, 0x62), (Kind::Pubcomp, 0x70)] {
        let bytes = ack::encode(kind, 0x0102);
        assert_eq!(bytes, [first, 2, 1, 2]);
        assert_eq!(decode(&bytes), Ok(Some((Packet::Ack(kind, 0x0102, 0, vec![]), 4))));
    }
}

#[test]
fn a_kept_packet_tells_its_properties_and_its_filter() {
    for (section, packet, bytes) in sent() {
        match packet {
            Packet::Publish(message, properties) => {
                let (from, to) = publish::properties(bytes).expect(section);
                let list = written(&properties);
                assert_eq!(bytes[from..to], list, "{section}");
                assert_eq!(bytes[to..], *message.payload, "{section}");
            }
            Packet::Subscribe(_, filter, _, properties) | Packet::Unsubscribe(_, filter, properties) => {
                let list = written(&properties);
                assert_eq!(subscribe::filter(bytes), Some((&list[..], filter)), "{section}");
            }
            _ => {}
        }
    }
    assert_eq!(publish::properties(b""), None);
    assert_eq!(publish::properties(b"\x32\x06\0\x01a\0"), None);
    assert_eq!(subscribe::filter(b"\x82\x07\0\x01\0\0\x02a"), None);
}
