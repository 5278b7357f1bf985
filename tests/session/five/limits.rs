//! What the broker does not take is not sent, and the application is told.

use super::*;

pub fn limited(properties: other::ConnackProperties) -> Bench {
    online(settings(), options(), properties)
}

#[test]
fn a_qos_above_the_brokers_is_refused_at_the_call() {
    let max_qos = Some(mqtt_proto::QoS::Level1);
    let mut b = limited(other::ConnackProperties { max_qos, ..Default::default() });
    assert_eq!(b.session.publish(&to("t", 2, "x")), Err(Error::Unsupported));
    assert!(b.session.publish(&to("t", 1, "x")).is_ok());
}

#[test]
fn retain_is_refused_at_the_call() {
    let mut b = limited(other::ConnackProperties { retain_available: Some(false), ..Default::default() });
    assert_eq!(b.session.publish(&Publish { retain: true, ..to("t", 0, "x") }), Err(Error::Unsupported));
    b.publish(0, "x");
}

#[test]
fn a_packet_that_is_too_long_is_refused_at_the_call() {
    let mut b = limited(other::ConnackProperties { max_packet_size: Some(20), ..Default::default() });
    // Fixed header 2, topic 3, length of properties 1.
    assert_eq!(b.session.publish(&to("t", 0, &"x".repeat(15))), Err(Error::TooLarge));
    b.publish(0, &"x".repeat(14));
    assert_eq!(b.said_publish().payload.len(), 14);
}

#[test]
fn what_waited_for_a_broker_that_does_not_take_it_is_refused_with_the_reason() {
    let mut b = Bench::five(settings(), options(), 0);
    let two = b.publish(2, "x");
    let kept = b.session.publish(&Publish { retain: true, ..to("t", 1, "x") }).unwrap();
    let long = b.publish(1, &"x".repeat(100));
    let good = b.publish(1, "good");
    b.connect();
    b.accept5(
        false,
        other::ConnackProperties {
            max_qos: Some(mqtt_proto::QoS::Level1),
            retain_available: Some(false),
            max_packet_size: Some(50),
            ..Default::default()
        },
    );
    b.reasons.drain(..).for_each(drop);
    assert_eq!(&b.said_publish().payload[..], b"good");
    b.nothing_said();
    b.send(Packet::Puback(1));
    for token in [two, kept, long] {
        b.expect_event(done(token, Fate::Refused, false));
    }
    b.expect_event(done(good, Fate::Delivered, false));
}

#[test]
fn the_reason_of_such_a_refusal_is_told() {
    let mut b = Bench::five(settings(), options(), 0);
    let two = b.publish(2, "x");
    b.connect();
    b.said5();
    let mut connack = other::Connack::new(false, other::ConnectReasonCode::Success);
    connack.properties.max_qos = Some(mqtt_proto::QoS::Level0);
    b.hear5(other::Packet::Connack(connack));
    b.expect_event(Event::Online { session_present: false });
    assert_eq!(b.reason_of(done(two, Fate::Refused, false)).0, 0x9B);
}

fn small() -> other::ConnackProperties {
    other::ConnackProperties { max_packet_size: Some(20), ..Default::default() }
}

const LONG: &str = "a/filter/that/is/longer/than/the/broker/takes";

/// [MQTT-3.2.2-15]
#[test]
fn a_request_that_is_too_long_is_refused_at_the_call() {
    let mut b = limited(small());
    assert_eq!(b.session.subscribe(LONG.as_bytes(), 0), Err(Error::TooLarge));
    assert_eq!(b.session.unsubscribe(LONG.as_bytes()), Err(Error::TooLarge));
    b.run();
    b.nothing_said();
}

/// [MQTT-3.2.2-15]
#[test]
fn a_request_that_waited_for_a_broker_that_takes_none_so_long_is_not_sent() {
    let mut b = Bench::five(settings(), options(), 0);
    b.subscribe(LONG, 1);
    b.session.unsubscribe(&LONG.as_bytes()[1..]).unwrap();
    b.connect();
    b.accept5(false, small());
    b.nothing_said();
}
