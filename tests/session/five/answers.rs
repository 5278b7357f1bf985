//! Acknowledgements of ours, and what those of the broker do that say more than yes.

use super::*;

/// Without reason and properties they say success, are of a defined code, and as short as can be.
/// [MQTT-3.4.2-1] [MQTT-3.5.2-1] [MQTT-3.6.2-1] [MQTT-3.7.2-1] [MQTT-3.4.2-2] [MQTT-3.4.2-3]
#[test]
fn our_acknowledgements_are_an_identifier_and_nothing_else() {
    let mut b = plain();
    b.publish(2, "out");
    b.said_publish();
    b.hear(b"\x32\x07\0\x01t\0\x07\0x");
    b.hear(b"\x34\x07\0\x01t\0\x08\0x");
    b.hear(b"\x62\x02\0\x08");
    b.hear(b"\x50\x02\0\x01");
    let expected: [&[u8]; 4] = [b"\x40\x02\0\x07", b"\x50\x02\0\x08", b"\x70\x02\0\x08", b"\x62\x02\0\x01"];
    assert_eq!(b.packets5, expected);
}

/// Also where the standard has a code of its own.
#[test]
fn they_are_the_same_for_what_is_unknown() {
    let mut b = plain();
    b.hear(b"\x62\x02\0\x63");
    b.hear(b"\x50\x02\0\x64");
    let expected: [&[u8]; 2] = [b"\x70\x02\0\x63", b"\x62\x02\0\x64"];
    assert_eq!(b.packets5, expected);
}

/// [MQTT-4.3.3-4]
#[test]
fn a_pubrec_that_says_more_than_yes_is_released() {
    let mut b = plain();
    let token = b.publish(2, "x");
    b.said_publish();
    b.hear5(other::Packet::Pubrec(other::Pubrec::new(pid(1), other::PubrecReasonCode::NoMatchingSubscribers)));
    assert!(matches!(b.said5(), other::Packet::Pubrel(pubrel) if pubrel.pid == pid(1)));
    b.send(Packet::Pubcomp(1));
    b.expect_event(done(token, Fate::Delivered, false));
}

/// [MQTT-4.4.0-2]
#[test]
fn what_was_refused_is_not_sent_again_after_an_outage() {
    let mut b = online(stored(), options(), other::ConnackProperties::default());
    b.publish(1, "x");
    b.publish(2, "y");
    b.hear5(other::Packet::Puback(other::Puback::new(pid(1), other::PubackReasonCode::QuotaExceeded)));
    b.hear5(other::Packet::Pubrec(other::Pubrec::new(pid(2), other::PubrecReasonCode::QuotaExceeded)));
    b.events.clear();
    (b.packets, b.packets5) = Default::default();
    b.cut();
    b.reconnect5(true, other::ConnackProperties::default());
    b.nothing_said();
}

/// [MQTT-4.3.3-3] [MQTT-4.3.3-5] [MQTT-4.3.2-3] Nothing but its own acknowledgement ends it.
#[test]
fn another_acknowledgement_does_not_end_a_message() {
    let mut b = online(stored(), options(), other::ConnackProperties::default());
    b.publish(1, "one");
    b.publish(2, "two");
    b.hear5(other::Packet::Pubrec(other::Pubrec::new(pid(1), other::PubrecReasonCode::NoMatchingSubscribers)));
    b.hear5(other::Packet::Puback(other::Puback::new(pid(2), other::PubackReasonCode::QuotaExceeded)));
    b.hear5(other::Packet::Pubcomp(other::Pubcomp::new(pid(2), other::PubcompReasonCode::PacketIdentifierNotFound)));
    assert!(b.events.is_empty(), "{:?}", b.events);
    (b.packets, b.packets5) = Default::default();
    b.cut();
    b.reconnect5(true, other::ConnackProperties::default());
    assert_eq!([b.said_publish().qos_pid, b.said_publish().qos_pid], [QosPid::Level1(pid(1)), QosPid::Level2(pid(2))]);
}

/// [MQTT-4.3.3-13] It waited longer than it is good for, and is answered to its end.
#[test]
fn a_message_that_has_expired_is_answered_all_the_same() {
    let mut b = plain();
    b.inbound.extend(b"\x34\x0c\0\x01t\0\x08\x05\x02\0\0\0\x01x");
    assert!(matches!(b.run_to_event(), Some(Event::Message(_))));
    b.session.hold().unwrap();
    b.advance(5000);
    b.nothing_said();
    b.session.resume(b.now);
    b.run();
    assert_eq!(b.next_message().payload, b"x");
    assert!(matches!(b.said5(), other::Packet::Pubrec(_)));
    b.hear(b"\x62\x02\0\x08");
    assert!(matches!(b.said5(), other::Packet::Pubcomp(_)));
}

/// [MQTT-4.5.0-2]
#[test]
fn a_topic_that_leaves_no_room_is_acknowledged_and_reported() {
    let mut b = plain();
    let mut bytes = b"\x32\xb4\x02\x01\x2c".to_vec();
    bytes.resize(bytes.len() + 300, b't');
    bytes.extend(b"\0\x07\0xyz");
    b.hear(&bytes);
    assert!(matches!(b.next_event().1, Event::Oversize { topic_len: 300, .. }));
    b.expect(Packet::Puback(7));
    b.hear(b"\x30\x05\0\x01t\0x");
    assert_eq!(b.next_message().payload, b"x");
}

/// [MQTT-4.13.2-1] The broker says that it leaves, and so do we, without a word.
#[test]
fn after_the_brokers_disconnect_the_connection_is_closed() {
    let mut b = plain();
    b.block();
    b.publish(1, "x");
    b.hear(b"\xe0\x02\x8b\0");
    b.expect_offline(Error::Dismissed, 0x8B);
    assert_eq!((b.closes, b.is_open), (1, false));
    b.nothing_said();
}

/// [MQTT-4.13.1-1] and its like: one packet of each kind that breaks a rule of its own, and the same without the fault.
#[test]
fn a_malformed_packet_ends_the_connection() {
    let broken: [(&str, &[u8], &[u8]); 12] = [
        ("PUBLISH, topic with a wildcard", b"\x30\x04\0\x01#\0", b"\x30\x04\0\x01t\0"),
        ("PUBLISH, QoS 3", b"\x36\x06\0\x01t\0\x01\0", b"\x34\x06\0\x01t\0\x01\0"),
        ("PUBLISH, id 0", b"\x32\x06\0\x01t\0\0\0", b"\x32\x06\0\x01t\0\x01\0"),
        ("PUBLISH, a property of CONNACK", b"\x30\x06\0\x01t\x02\x24\0", b"\x30\x06\0\x01t\x02\x01\0"),
        ("PUBLISH, text that is none", b"\x30\x08\0\x01t\x04\x03\0\x01\xff", b"\x30\x08\0\x01t\x04\x03\0\x01t"),
        ("PUBACK, a property of PUBLISH", b"\x40\x06\0\x01\0\x02\x01\0", b"\x40\x04\0\x01\0\0"),
        ("PUBREC, id 0", b"\x50\x02\0\0", b"\x50\x02\0\x01"),
        ("PUBREL without its flag", b"\x60\x02\0\x01", b"\x62\x02\0\x01"),
        ("PUBCOMP, a byte left over", b"\x70\x05\0\x01\0\0\0", b"\x70\x04\0\x01\0\0"),
        ("SUBACK, two codes", b"\x90\x05\0\x01\0\0\0", b"\x90\x04\0\x01\0\0"),
        ("PINGRESP with a body", b"\xd0\x01\0", b"\xd0\0"),
        ("UNSUBACK, id 0", b"\xb0\x04\0\0\0\0", b"\xb0\x04\0\x01\0\0"),
    ];
    for (rule, bytes, mended) in broken {
        let mut b = plain();
        b.hear(mended);
        assert!(b.session.is_connected(), "{rule}, mended");
        b.events.clear();
        b.hear(bytes);
        assert!(!b.session.is_connected(), "{rule}");
        b.expect_offline(Error::Protocol, 0);
        assert_eq!(b.closes, 1, "{rule}");
    }
}

/// [MQTT-3.14.2-2]
#[test]
fn a_disconnect_with_a_session_expiry_is_malformed() {
    let mut b = plain();
    b.hear(b"\xe0\x07\x8b\x05\x11\0\0\0\x01");
    b.expect_offline(Error::Protocol, 0);
}
