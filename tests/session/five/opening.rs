//! Before CONNACK, and what holds when CONNACK says nothing.

use super::*;

const METHOD: [Property; 1] = [Property::data(property::AUTHENTICATION_METHOD, b"DANCE")];

fn hello(connect: &'static [Property<'static>; 1]) -> Bench {
    let mut b = Bench::five(settings(), Options { connect, aliases_out: 2, alias_len: 12, ..options() }, 200);
    b.publish(1, "waiting");
    b.subscribe("t", 1);
    b.connect();
    assert!(matches!(b.said5(), other::Packet::Connect(_)));
    b
}

/// [MQTT-3.1.2-30]
#[test]
fn before_connack_there_is_nothing_but_auth() {
    let mut b = hello(&METHOD);
    b.session.authenticate(0x18, &METHOD).unwrap();
    b.publish(0, "also waiting");
    b.session.unsubscribe(b"u").unwrap();
    b.session.broker_up(b.now);
    b.advance(9000);
    assert!(matches!(b.said5(), other::Packet::Auth(_)));
    b.nothing_said();
}

/// [MQTT-3.14.0-1]
#[test]
fn a_disconnect_before_connack_ends_the_attempt() {
    let mut b = hello(&METHOD);
    b.hear(b"\xe0\x02\x8b\0");
    b.expect_failed(Error::Protocol, 0);
    assert_eq!(b.closes, 1);
}

/// [MQTT-3.2.0-1]
#[test]
fn a_message_before_connack_ends_the_attempt() {
    let mut b = hello(&METHOD);
    b.hear(b"\x30\x05\0\x01t\0x");
    b.expect_failed(Error::Protocol, 0);
    assert!(b.messages.is_empty());
}

/// [MQTT-3.2.0-2]
#[test]
fn a_second_connack_ends_the_connection() {
    let mut b = plain();
    b.hear(b"\x20\x03\0\0\0");
    b.expect_offline(Error::Protocol, 0);
    assert_eq!(b.closes, 1);
}

/// [MQTT-3.2.2-2]
#[test]
fn a_session_that_is_present_after_a_clean_start_ends_the_attempt() {
    let mut b = Bench::five(settings(), options(), 0);
    b.connect();
    b.hear(b"\x20\x03\x01\0\0");
    b.expect_failed(Error::Protocol, 0);
    assert_eq!(b.closes, 1);
}

/// [MQTT-4.13.2-1]
#[test]
fn who_is_refused_closes() {
    let mut b = hello(&METHOD);
    b.hear(b"\x20\x03\0\x87\0");
    b.expect_failed(Error::Refused, 0x87);
    assert_eq!(b.closes, 1);
    b.nothing_said();
}

/// [MQTT-3.2.2-18]
#[test]
fn aliases_that_the_broker_does_not_mention_are_none() {
    let chosen = Options { aliases_out: 2, alias_len: 12, ..options() };
    let mut b = online(settings(), chosen, other::ConnackProperties::default());
    for _ in 0..2 {
        b.publish_to("barn", 0, "x");
        let publish = b.said_publish();
        assert_eq!((&*publish.topic_name, publish.properties.topic_alias), ("barn", None));
    }
}

/// [MQTT-4.9.0-1] The limit is then 65,535, which is more than there are identifiers.
#[test]
fn a_receive_maximum_that_the_broker_does_not_mention_is_none() {
    let mut b = Bench::of(settings(), Some((options(), 0)), 256, 300, 16_384);
    b.connect();
    b.accept5(false, other::ConnackProperties::default());
    (0..290).for_each(|_| _ = b.publish(1, "x"));
    assert_eq!(b.packets5.len(), 290);
}

/// [MQTT-3.1.2-21] [MQTT-3.2.2-21] For its connection only.
#[test]
fn the_brokers_keep_alive_ends_with_its_connection() {
    let connack = other::ConnackProperties { server_keep_alive: Some(8), ..Default::default() };
    let mut b = online(settings(), options(), connack);
    b.cut();
    b.reconnect5(false, other::ConnackProperties::default());
    b.advance(14_999);
    b.nothing_said();
    b.advance(1);
    assert_eq!(b.said5(), other::Packet::Pingreq);
}
