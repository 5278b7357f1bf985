//! Messages that are of no use after a while.

use super::*;

const TEN_S: [Property; 1] = [Property::number(property::MESSAGE_EXPIRY, 10)];

#[test]
fn properties_go_out_as_they_were_given() {
    let mut b = plain();
    let given = [
        Property::number(property::PAYLOAD_FORMAT, 1),
        text(property::CONTENT_TYPE, "text/plain"),
        text(property::RESPONSE_TOPIC, "answers/7"),
        text(property::CORRELATION_DATA, "\u{1}\u{2}"),
        Property { id: property::USER_PROPERTY, number: 0, data: b"a", value: b"1" },
        Property { id: property::USER_PROPERTY, number: 0, data: b"a", value: b"2" },
    ];
    b.publish5(&to("t", 1, "x"), &given).unwrap();
    let publish = b.said_publish();
    assert_eq!(publish.properties.payload_is_utf8, Some(true));
    assert_eq!(publish.properties.content_type.as_deref(), Some("text/plain"));
    assert_eq!(publish.properties.response_topic, Some(TopicName::try_from("answers/7").unwrap()));
    assert_eq!(publish.properties.correlation_data.as_deref(), Some(&[1, 2][..]));
    assert_eq!(publish.properties.user_properties.len(), 2);
    assert_eq!((&publish.payload[..], publish.qos_pid), (&b"x"[..], QosPid::Level1(pid(1))));
}

#[test]
fn what_a_message_cannot_have_is_refused() {
    let mut b = plain();
    for property in [
        Property::number(property::TOPIC_ALIAS, 1),
        Property::number(property::SUBSCRIPTION_ID, 1),
        Property::number(property::WILL_DELAY, 1),
        Property::number(property::PAYLOAD_FORMAT, 2),
        text(property::RESPONSE_TOPIC, "a/#"),
        Property::number(0x77, 0),
    ] {
        assert_eq!(b.publish5(&to("t", 1, "x"), &[property]), Err(Error::Property), "{property:?}");
    }
    b.nothing_said();
}

#[test]
fn the_time_that_is_left_is_sent() {
    let mut b = Bench::five(settings(), options(), 0);
    b.publish5(&to("t", 1, "x"), &TEN_S).unwrap();
    b.advance(3400);
    b.connect();
    b.accept5(false, other::ConnackProperties::default());
    assert_eq!(b.said_publish().properties.message_expiry_interval, Some(7));
}

#[test]
fn after_an_outage_it_is_less() {
    let mut b = online(stored(), options(), other::ConnackProperties::default());
    b.publish5(&to("t", 1, "x"), &TEN_S).unwrap();
    assert_eq!(b.said_publish().properties.message_expiry_interval, Some(10));
    b.advance(4000);
    b.cut();
    b.reconnect5(true, other::ConnackProperties::default());
    let again = b.said_publish();
    assert!(again.dup);
    let left = again.properties.message_expiry_interval.unwrap();
    assert!((4..=5).contains(&left), "{left}");
}

#[test]
fn what_waits_too_long_expires_here() {
    let mut b = Bench::five(settings(), options(), 0);
    let token = b.publish5(&to("t", 1, "x"), &TEN_S).unwrap();
    b.advance_to(9999);
    b.expect_quiet();
    b.advance_to(10_000);
    b.expect_event_at(10_000, done(token, Fate::Expired, false));
}

#[test]
fn an_expiry_beyond_the_clock_is_the_brokers_alone() {
    let mut b = plain();
    b.publish5(&to("t", 1, "x"), &[Property::number(property::MESSAGE_EXPIRY, 3_000_000)]).unwrap();
    assert_eq!(b.said_publish().properties.message_expiry_interval, Some(3_000_000));
}

#[test]
fn a_timeout_and_an_expiry_are_one_too_many() {
    let mut b = plain();
    let both = b.session.publish_properties(&to("t", 1, "x"), &TEN_S, Policy::Refuse, 1000, b.now);
    assert_eq!(both, Err(Error::Argument));
}

#[test]
fn a_client_of_3_1_1_has_no_properties() {
    let mut b = Bench::of(settings(), None, 256, 16, 4096);
    assert_eq!(b.publish5(&to("t", 1, "x"), &TEN_S), Err(Error::Unsupported));
    assert!(b.publish5(&to("t", 1, "x"), &[]).is_ok());
    let payload = crate::session::pull::payload(10, 0);
    let pulled = b.session.publish_pull(&to("t", 1, ""), &payload, &TEN_S, Policy::Refuse, 0, b.now);
    assert_eq!(pulled, Err(Error::Unsupported));
}

/// [MQTT-4.3.3-7] The broker may have it, and knows itself when it is of no more use; what it has not got is not released.
#[test]
fn a_message_of_qos_2_that_was_sent_does_not_expire_on_the_wire() {
    let mut b = online(stored(), options(), other::ConnackProperties::default());
    b.publish5(&to("t", 2, "x"), &TEN_S).unwrap();
    b.said_publish();
    b.cut();
    b.open = Open::Later;
    b.advance(10_000);
    b.open = Open::Done;
    b.run();
    b.events.clear();
    b.accept5(true, other::ConnackProperties::default());
    assert!(b.said_publish().dup);
    b.nothing_said();
}
