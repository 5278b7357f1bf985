//! CONNECT and what the broker says to it.

use super::*;

fn connect_of(settings: Settings<'static>, options: Options<'static>) -> other::Connect {
    let mut b = Bench::five(settings, options, 600);
    b.connect();
    match b.said5() {
        other::Packet::Connect(connect) => connect,
        packet => panic!("no CONNECT: {packet:?}"),
    }
}

#[test]
fn it_says_how_many_messages_it_takes_at_once() {
    let connect = connect_of(settings(), options());
    assert_eq!(connect.protocol, mqtt_proto::Protocol::V500);
    assert!(connect.clean_start);
    let expected = other::ConnectProperties { receive_max: Some(32), ..Default::default() };
    assert_eq!(connect.properties, expected);
}

#[test]
fn a_session_that_is_kept_is_kept_for_ever() {
    let connect = connect_of(stored(), options());
    assert!(!connect.clean_start);
    assert_eq!(connect.properties.session_expiry_interval, Some(u32::MAX));
}

#[test]
fn a_session_is_kept_as_long_as_the_application_says() {
    const AN_HOUR: [Property; 1] = [Property::number(property::SESSION_EXPIRY, 3600)];
    let connect = connect_of(stored(), Options { connect: &AN_HOUR, ..options() });
    assert_eq!(connect.properties.session_expiry_interval, Some(3600));
}

/// Clean Start discards what was there, and says nothing of the end: no second connection is needed. [SES-4]
#[test]
fn an_old_session_is_discarded_by_the_first_connection() {
    let mut b = Bench::five(Settings { keep_session: true, ..settings() }, options(), 0);
    b.connect();
    let other::Packet::Connect(first) = b.said5() else { panic!("no CONNECT") };
    assert!(first.clean_start);
    assert_eq!(first.properties.session_expiry_interval, Some(u32::MAX));
    b.send(Packet::Connack(Connack { session_present: false, code: 0 }));
    b.expect_event(Event::Online { session_present: false });
    b.cut();
    let pause = b.deadline().unwrap();
    b.advance(pause);
    let other::Packet::Connect(second) = b.said5() else { panic!("no CONNECT") };
    assert!(!second.clean_start);
}

#[test]
fn properties_of_the_application_and_of_its_will_are_there() {
    const OF_CONNECT: [Property; 3] = [
        Property::number(property::MAXIMUM_PACKET_SIZE, 1000),
        Property::number(property::REQUEST_RESPONSE_INFO, 1),
        Property { id: property::USER_PROPERTY, number: 0, data: b"site", value: b"barn" },
    ];
    const OF_WILL: [Property; 2] =
        [Property::number(property::WILL_DELAY, 30), Property::data(property::CONTENT_TYPE, b"text/plain")];
    let will = Some(Will { topic: b"gone", payload: b"x", qos: 1, retain: true });
    let chosen = Options { connect: &OF_CONNECT, will: &OF_WILL, aliases_in: 3, alias_len: 20, ..options() };
    let connect = connect_of(Settings { will, ..settings() }, chosen);
    assert_eq!(connect.properties.max_packet_size, Some(1000));
    assert_eq!(connect.properties.request_response_info, Some(true));
    assert_eq!(connect.properties.topic_alias_max, Some(3));
    assert_eq!(connect.properties.user_properties.len(), 1);
    let will = connect.last_will.unwrap();
    assert_eq!(will.properties.delay_interval, Some(30));
    assert_eq!(will.properties.content_type.as_deref(), Some("text/plain"));
}

/// MQTT 5 needs no user name for that. [section 3.1.2.9]
#[test]
fn a_password_may_stand_alone() {
    let connect = connect_of(Settings { password: Some(b"token"), ..settings() }, options());
    assert_eq!((connect.username, connect.password.as_deref()), (None, Some(&b"token"[..])));
}

#[test]
fn a_property_that_connect_cannot_have_is_refused_when_the_client_is_made() {
    const OWN: [Property; 1] = [Property::number(property::RECEIVE_MAXIMUM, 5)];
    const ALIEN: [Property; 1] = [Property::number(property::MESSAGE_EXPIRY, 5)];
    const TWICE: [Property; 2] = [Property::number(property::SESSION_EXPIRY, 5); 2];
    const ZERO: [Property; 1] = [Property::number(property::MAXIMUM_PACKET_SIZE, 0)];
    const NO_TEXT: [Property; 1] = [Property { id: property::USER_PROPERTY, number: 0, data: b"\xff", value: b"" }];
    let refused = |list| matches!(V5::new(Options { connect: list, ..options() }, &mut []), Err(Error::ConfigV5));
    assert!(refused(&OWN) && refused(&ALIEN) && refused(&TWICE) && refused(&ZERO) && refused(&NO_TEXT));
    assert!(V5::new(Options { will: &ALIEN, ..options() }, &mut []).is_ok());
}

#[test]
fn a_refusal_says_why() {
    let mut b = Bench::five(settings(), options(), 0);
    b.connect();
    b.said5();
    let mut connack = other::Connack::new(false, other::ConnectReasonCode::ServerMoved);
    connack.properties.server_reference = Some("other.example".into());
    b.hear5(other::Packet::Connack(connack));
    let retry_ms = b.deadline();
    assert!(retry_ms.unwrap() > 50_000, "it will not heal by itself");
    let (reason, properties) = b.reason_of(Event::ConnectFailed { error: Error::Refused, detail: 0x9D, retry_ms });
    assert_eq!((reason, &properties[..]), (0x9D, &b"\x1c\0\x0dother.example"[..]));
}

/// It answers in its own version.
#[test]
fn a_broker_of_3_1_1_refuses_the_version() {
    let mut b = Bench::five(settings(), options(), 0);
    b.connect();
    b.hear(b"\x20\x02\0\x01");
    b.expect_failed(Error::Refused, 0x84);
}

#[test]
fn a_connack_of_3_1_1_that_accepts_is_malformed() {
    let mut b = Bench::five(settings(), options(), 0);
    b.connect();
    b.hear(b"\x20\x02\0\0");
    b.expect_failed(Error::Protocol, 0);
}

#[test]
fn a_broker_that_is_busy_is_asked_again_soon() {
    let mut b = Bench::five(settings(), options(), 0);
    b.connect();
    b.said5();
    b.hear5(other::Packet::Connack(other::Connack::new(false, other::ConnectReasonCode::ServerBusy)));
    assert!(b.deadline().unwrap() <= 2000);
}

#[test]
fn what_the_broker_says_comes_with_online() {
    let mut b = Bench::five(settings(), options(), 0);
    b.connect();
    b.said5();
    let mut connack = other::Connack::new(false, other::ConnectReasonCode::Success);
    connack.properties.assigned_client_id = Some("auto-7".into());
    b.hear5(other::Packet::Connack(connack));
    let (reason, properties) = b.reason_of(Event::Online { session_present: false });
    assert_eq!((reason, &properties[..]), (0, &b"\x12\0\x06auto-7"[..]));
}

#[test]
fn the_brokers_keep_alive_holds() {
    let connack = other::ConnackProperties { server_keep_alive: Some(8), ..Default::default() };
    let mut b = online(settings(), options(), connack);
    b.advance_to(1999);
    b.nothing_said();
    b.advance_to(2000);
    assert_eq!(b.said5(), other::Packet::Pingreq);
}

#[test]
fn a_longer_keep_alive_of_the_broker_changes_nothing() {
    let connack = other::ConnackProperties { server_keep_alive: Some(6000), ..Default::default() };
    let mut b = online(settings(), options(), connack);
    b.advance_to(15_000);
    assert_eq!(b.said5(), other::Packet::Pingreq);
}

#[test]
fn a_packet_that_does_not_fit_is_an_error_with_a_name() {
    let mut b = Bench::five(settings(), options(), 0);
    b.connect();
    b.said5();
    let mut connack = other::Connack::new(false, other::ConnectReasonCode::Success);
    connack.properties.reason_string = Some("x".repeat(300).as_str().into());
    b.hear5(other::Packet::Connack(connack));
    b.expect_failed(Error::RxTooSmall, 0);
}
