//! Every packet, with its meaning beside its bytes.

use limpet::packet::Packet;
use limpet::packet::connect::{Connack, Connect, Will};
use limpet::packet::publish::Publish;
use limpet::packet::subscribe::Request;

const BARE: Connect =
    Connect { clean: true, keep_alive_s: 0, client_id: b"", will: None, username: None, password: None };

const MESSAGE: Publish = Publish { dup: false, qos: 0, retain: false, topic: b"a/b", id: 0, payload: b"hi" };

/// Each with the section it comes from: what it means and what it is on the wire.
pub fn vectors() -> Vec<(&'static str, Packet<'static>, &'static [u8])> {
    let subscribe = |body| Packet::Subscribe(Request::decode(body, true).unwrap());
    let unsubscribe = |body| Packet::Unsubscribe(Request::decode(body, false).unwrap());
    let connack = |session_present, code| Packet::Connack(Connack { session_present, code });
    vec![
        ("3.1 bare", Packet::Connect(BARE), b"\x10\x0C\0\x04MQTT\x04\x02\0\0\0\0"),
        (
            "3.1.2.4 session kept",
            Packet::Connect(Connect { clean: false, keep_alive_s: 60, client_id: b"limpet", ..BARE }),
            b"\x10\x12\0\x04MQTT\x04\x00\0\x3C\0\x06limpet",
        ),
        (
            "3.1.2.5 will",
            Packet::Connect(Connect {
                keep_alive_s: 65_535,
                client_id: b"c",
                will: Some(Will { topic: b"w/t", payload: b"\0\xFF", qos: 1, retain: false }),
                ..BARE
            }),
            b"\x10\x16\0\x04MQTT\x04\x0E\xFF\xFF\0\x01c\0\x03w/t\0\x02\0\xFF",
        ),
        (
            "3.1.2.7 empty will, QoS 2, retained",
            Packet::Connect(Connect {
                client_id: b"c",
                will: Some(Will { topic: b"w", payload: b"", qos: 2, retain: true }),
                ..BARE
            }),
            b"\x10\x12\0\x04MQTT\x04\x36\0\0\0\x01c\0\x01w\0\0",
        ),
        (
            "3.1.2.8 username alone",
            Packet::Connect(Connect { client_id: b"c", username: Some("zoë".as_bytes()), ..BARE }),
            b"\x10\x13\0\x04MQTT\x04\x82\0\0\0\x01c\0\x04zo\xC3\xAB",
        ),
        (
            "3.1.3-1 all fields in order",
            Packet::Connect(Connect {
                clean: false,
                keep_alive_s: 10,
                client_id: b"id",
                will: Some(Will { topic: b"t", payload: b"m", qos: 0, retain: true }),
                username: Some(b"u"),
                password: Some(b"\xFF\0"),
            }),
            b"\x10\x1B\0\x04MQTT\x04\xE4\0\x0A\0\x02id\0\x01t\0\x01m\0\x01u\0\x02\xFF\0",
        ),
        ("3.2 accepted", connack(false, 0), b"\x20\x02\0\0"),
        ("3.2.2.2 session present", connack(true, 0), b"\x20\x02\x01\0"),
        ("3.2.2.3 refused", connack(false, 1), b"\x20\x02\0\x01"),
        ("3.2.2.3 not authorized", connack(false, 5), b"\x20\x02\0\x05"),
        ("3.3 QoS 0", Packet::Publish(MESSAGE), b"\x30\x07\0\x03a/bhi"),
        (
            "3.3.1.3 retained and empty",
            Packet::Publish(Publish { retain: true, topic: b"a", payload: b"", ..MESSAGE }),
            b"\x31\x03\0\x01a",
        ),
        ("3.3.2.2 QoS 1", Packet::Publish(Publish { qos: 1, id: 10, ..MESSAGE }), b"\x32\x09\0\x03a/b\0\x0Ahi"),
        (
            "3.3.1.1 QoS 2 again",
            Packet::Publish(Publish {
                dup: true,
                qos: 2,
                retain: true,
                topic: "µ".as_bytes(),
                id: 65_535,
                payload: b"",
            }),
            b"\x3D\x06\0\x02\xC2\xB5\xFF\xFF",
        ),
        (
            "3.3.1-2 DUP at QoS 0 is tolerated",
            Packet::Publish(Publish { dup: true, ..MESSAGE }),
            b"\x38\x07\0\x03a/bhi",
        ),
        ("3.4", Packet::Puback(1), b"\x40\x02\0\x01"),
        ("3.5", Packet::Pubrec(0x1234), b"\x50\x02\x12\x34"),
        ("3.6", Packet::Pubrel(0xFFFF), b"\x62\x02\xFF\xFF"),
        ("3.7", Packet::Pubcomp(256), b"\x70\x02\x01\x00"),
        (
            "3.8 the standard's example",
            subscribe(b"\0\x0A\0\x03a/b\x01\0\x03c/d\x02"),
            b"\x82\x0E\0\x0A\0\x03a/b\x01\0\x03c/d\x02",
        ),
        ("3.8 one filter", subscribe(b"\0\x01\0\x01#\0"), b"\x82\x06\0\x01\0\x01#\0"),
        ("3.9 the standard's example", Packet::Suback { id: 10, codes: b"\0\x02\x80" }, b"\x90\x05\0\x0A\0\x02\x80"),
        ("3.10 the standard's example", unsubscribe(b"\0\x0A\0\x03a/b\0\x03c/d"), b"\xA2\x0C\0\x0A\0\x03a/b\0\x03c/d"),
        ("3.11", Packet::Unsuback(10), b"\xB0\x02\0\x0A"),
        ("3.12", Packet::Pingreq, b"\xC0\0"),
        ("3.13", Packet::Pingresp, b"\xD0\0"),
        ("3.14", Packet::Disconnect, b"\xE0\0"),
    ]
}
