//! Authentication in several steps. [section 4.12]

use super::*;

const METHOD: [Property; 1] = [Property::data(property::AUTHENTICATION_METHOD, b"DANCE")];

fn challenge(code: other::AuthReasonCode) -> other::Packet {
    let mut auth = other::Auth::new(code);
    auth.properties.auth_method = Some("DANCE".into());
    auth.properties.auth_data = Some(b"left?".to_vec().into());
    other::Packet::Auth(auth)
}

fn answer<'a>() -> [Property<'a>; 2] {
    [text(property::AUTHENTICATION_METHOD, "DANCE"), text(property::AUTHENTICATION_DATA, "right!")]
}

#[test]
fn the_connection_is_made_after_the_steps() {
    let mut b = Bench::five(settings(), Options { connect: &METHOD, ..options() }, 100);
    b.connect();
    let other::Packet::Connect(connect) = b.said5() else { panic!("no CONNECT") };
    assert_eq!(connect.properties.auth_method.as_deref(), Some("DANCE"));
    for _ in 0..2 {
        // The deadline of CONNACK starts again with each step.
        b.advance(9000);
        b.hear5(challenge(other::AuthReasonCode::ContinueAuthentication));
        let (reason, properties) = b.reason_of(Event::Auth { reason: 0x18 });
        assert_eq!((reason, &properties[..]), (0x18, &b"\x15\0\x05DANCE\x16\0\x05left?"[..]));
        b.session.authenticate(0x18, &List(&answer())).unwrap();
        b.run();
        let other::Packet::Auth(auth) = b.said5() else { panic!("no AUTH") };
        assert_eq!(auth.reason_code, other::AuthReasonCode::ContinueAuthentication);
        assert_eq!(auth.properties.auth_data.as_deref(), Some(&b"right!"[..]));
    }
    b.send(Packet::Connack(Connack { session_present: false, code: 0 }));
    b.expect_event(Event::Online { session_present: false });
}

#[test]
fn it_can_be_done_again_while_online() {
    let mut b = online(settings(), Options { connect: &METHOD, ..options() }, other::ConnackProperties::default());
    b.session.authenticate(0x19, &List(&answer())).unwrap();
    b.run();
    let other::Packet::Auth(auth) = b.said5() else { panic!("no AUTH") };
    assert_eq!(auth.reason_code, other::AuthReasonCode::ReAuthentication);
    b.hear5(challenge(other::AuthReasonCode::Success));
    b.expect_event(Event::Auth { reason: 0 });
}

#[test]
fn a_step_that_does_not_come_in_time_ends_the_attempt() {
    let mut b = Bench::five(settings(), Options { connect: &METHOD, ..options() }, 100);
    b.connect();
    b.advance(5000);
    b.hear5(challenge(other::AuthReasonCode::ContinueAuthentication));
    b.advance_to(15_000);
    b.expect_event(Event::Auth { reason: 0x18 });
    b.expect_failed(Error::ConnackTimeout, 0);
}

#[test]
fn without_a_method_the_broker_must_not_ask() {
    let mut b = plain();
    b.hear5(challenge(other::AuthReasonCode::Success));
    b.expect_offline(Error::Protocol, 0);
}

#[test]
fn steps_out_of_place_are_refused() {
    let mut b = Bench::five(settings(), Options { connect: &METHOD, ..options() }, 100);
    assert_eq!(b.session.authenticate(0x18, &List(&answer())), Err(Error::State));
    b.connect();
    assert_eq!(b.session.authenticate(0x19, &List(&answer())), Err(Error::Argument));
    assert_eq!(b.session.authenticate(0x00, &List(&answer())), Err(Error::Argument));
    b.block();
    assert_eq!(b.session.authenticate(0x18, &List(&answer())), Ok(()));
    assert_eq!(b.session.authenticate(0x18, &List(&answer())), Err(Error::Full));
}

#[test]
fn a_step_dies_with_its_connection() {
    let mut b = Bench::five(settings(), Options { connect: &METHOD, ..options() }, 100);
    b.connect();
    b.hear5(challenge(other::AuthReasonCode::ContinueAuthentication));
    b.block();
    b.session.authenticate(0x18, &List(&answer())).unwrap();
    b.peer_closed = true;
    b.run();
    b.unblock();
    b.events.clear();
    (b.packets, b.packets5) = Default::default();
    b.reconnect5(false, other::ConnackProperties::default());
    b.nothing_said();
}

/// [MQTT-4.12.0-7]
#[test]
fn without_a_method_in_connect_there_is_no_auth() {
    let mut b = plain();
    assert!(b.session.authenticate(0x19, &List(&answer())).is_err());
    b.run();
    b.nothing_said();
}

/// [MQTT-4.12.0-5] [MQTT-4.12.1-1]
#[test]
fn the_method_is_that_of_connect() {
    let mut b = online(settings(), Options { connect: &METHOD, ..options() }, other::ConnackProperties::default());
    let another = [text(property::AUTHENTICATION_METHOD, "SONG")];
    assert!(b.session.authenticate(0x19, &List(&another)).is_err());
    b.run();
    b.nothing_said();
}

/// [MQTT-4.12.0-5] binds the broker as well.
#[test]
fn a_broker_that_changes_the_method_is_left() {
    let mut b = online(settings(), Options { connect: &METHOD, ..options() }, other::ConnackProperties::default());
    let mut auth = other::Auth::new(other::AuthReasonCode::ContinueAuthentication);
    auth.properties.auth_method = Some("SONG".into());
    b.hear5(other::Packet::Auth(auth));
    b.expect_offline(Error::Protocol, 0);
}

/// [MQTT-3.2.2-15] [MQTT-3.15.2-2] [MQTT-3.15.2-3]
#[test]
fn a_step_that_is_too_long_for_the_broker_is_refused() {
    let small = other::ConnackProperties { max_packet_size: Some(20), ..Default::default() };
    for id in [property::AUTHENTICATION_DATA, property::REASON_STRING, property::USER_PROPERTY] {
        let mut b = online(settings(), Options { connect: &METHOD, ..options() }, small.clone());
        let step = [METHOD[0], text(id, "more than it takes")];
        assert_eq!(b.session.authenticate(0x19, &List(&step)), Err(Error::TooLarge));
        b.run();
        b.nothing_said();
    }
}

/// [MQTT-3.15.2-1] A broker says 0 or 0x18.
#[test]
fn an_auth_with_another_reason_ends_the_connection() {
    for reason in [0x01, 0x19, 0x80] {
        let mut b = online(settings(), Options { connect: &METHOD, ..options() }, other::ConnackProperties::default());
        let auth = challenge(other::AuthReasonCode::Success).encode().unwrap();
        let mut bytes = auth.as_ref().to_vec();
        bytes[2] = reason;
        b.hear(&bytes);
        b.expect_offline(Error::Protocol, 0);
    }
}
