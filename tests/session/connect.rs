//! From `connect` to Online, or to the next attempt. CON-1 to CON-14

use super::bench::*;

#[test]
fn connect_starts_and_the_rest_is_automatic() {
    // CON-1
    let mut b = Bench::new(settings());
    b.run();
    assert_eq!(b.opens, 0);
    b.connect();
    assert_eq!(b.opens, 1);
    b.accept(false);
    assert!(b.session.is_connected());
    b.expect_quiet();
}

#[test]
fn connect_bytes_with_nothing_set() {
    // CON-4, WIL-1
    let mut b = Bench::new(settings());
    b.connect();
    assert_eq!(b.next_packet().1, b"\x10\x12\0\x04MQTT\x04\x02\0\x3c\0\x06limpet");
}

#[test]
fn connect_bytes_with_everything_set() {
    let will = Some(Will { topic: b"gone", payload: b"bye", qos: 1, retain: true });
    let login = Settings { username: Some(b"me"), password: Some(b"pw"), keepalive_s: 120, ..stored() };
    let mut b = Bench::new(Settings { will, ..login });
    b.connect();
    let expected = b"\x10\x25\0\x04MQTT\x04\xec\0\x78\0\x06limpet\0\x04gone\0\x03bye\0\x02me\0\x02pw";
    assert_eq!(b.next_packet().1, expected);
}

#[test]
fn a_username_alone_sets_no_password_flag() {
    // CFG-5
    let mut b = Bench::new(Settings { username: Some(b"me"), ..settings() });
    b.connect();
    assert_eq!(b.next_packet().1[9], 0x82);
}

#[track_caller]
fn will_flags(qos: u8, retain: bool) -> u8 {
    let mut b = Bench::new(Settings { will: Some(Will { topic: b"g", payload: b"", qos, retain }), ..settings() });
    b.connect();
    b.next_packet().1[9]
}

#[test]
fn the_wills_qos_and_retain_stand_in_the_flags() {
    // WIL-2
    assert_eq!(will_flags(0, false), 0x06);
    assert_eq!(will_flags(1, false), 0x0e);
    assert_eq!(will_flags(2, false), 0x16);
    assert_eq!(will_flags(0, true), 0x26);
}

#[track_caller]
fn refusal(code: u8) -> (Bench, u32) {
    let mut b = Bench::new(settings());
    b.connect();
    b.expect_connect(true);
    b.send(Packet::Connack(Connack { session_present: false, code }));
    let retry = b.expect_failed(Error::Refused, code.into()).expect("another attempt");
    assert_eq!((b.opens, b.closes), (1, 1), "CON-10");
    assert!(!b.session.is_connected());
    b.expect_quiet();
    (b, retry)
}

#[track_caller]
fn assert_slowest(code: u8) {
    let (mut b, retry) = refusal(code);
    assert!((52_500..=60_000).contains(&retry), "{retry}");
    b.advance(retry);
    b.accept(false);
}

#[test]
fn a_refused_protocol_version_is_tried_again_slowly() {
    assert_slowest(1);
}

#[test]
fn a_refused_client_id_is_tried_again_slowly() {
    assert_slowest(2);
}

#[test]
fn a_refused_login_is_tried_again_slowly() {
    assert_slowest(4);
}

#[test]
fn a_refused_authorisation_is_tried_again_slowly() {
    assert_slowest(5);
}

#[test]
fn a_server_that_is_unavailable_is_tried_again_soon() {
    // CON-6
    let (mut b, retry) = refusal(3);
    assert!((1000..=2000).contains(&retry), "{retry}");
    b.advance(retry);
    b.accept(false);
}

#[test]
fn a_session_present_after_a_clean_connect_is_a_protocol_error() {
    // CON-5 [MQTT-3.2.2-1]
    let mut b = Bench::new(settings());
    b.connect();
    b.expect_connect(true);
    b.send(Packet::Connack(Connack { session_present: true, code: 0 }));
    b.expect_failed(Error::Protocol, 0);
    b.reconnect(false);
}

#[test]
fn a_session_present_is_accepted_and_told() {
    // W1
    let mut b = Bench::new(stored());
    b.go_online(true);
    b.cut();
    b.reconnect(true);
}

#[test]
fn connack_is_awaited_from_the_last_byte_of_connect() {
    // CON-7
    let mut b = Bench::new(settings());
    b.room = 19;
    b.connect();
    b.advance_to(7000);
    b.unblock();
    b.expect_connect(true);
    b.advance_to(16_999);
    b.expect_quiet();
    b.advance_to(17_000);
    b.expect_failed(Error::ConnackTimeout, 0);
    assert_eq!(b.closes, 1);
    b.reconnect(false);
}

#[test]
fn a_connack_that_comes_byte_by_byte_still_has_its_deadline() {
    let mut b = Bench::new(settings());
    b.connect();
    b.expect_connect(true);
    b.advance_to(4000);
    b.send_bytes(b"\x20");
    b.advance_to(9999);
    b.send_bytes(b"\x02\0");
    b.expect_quiet();
    b.advance_to(10_000);
    b.expect_failed(Error::ConnackTimeout, 0);
}

#[test]
fn a_connect_that_is_not_taken_times_out() {
    let mut b = Bench::new(settings());
    b.block();
    b.connect();
    b.advance_to(10_019);
    b.expect_quiet();
    b.advance_to(10_020);
    b.expect_failed(Error::WriteTimeout, 0);
    b.unblock();
    b.reconnect(false);
}

#[test]
fn opening_has_its_time_and_is_then_closed() {
    // CON-8
    let mut b = Bench::new(settings());
    b.open = Open::Later;
    b.connect();
    b.advance_to(9999);
    b.expect_quiet();
    assert_eq!((b.opens, b.closes), (1, 0));
    b.advance_to(10_000);
    b.expect_failed(Error::OpenTimeout, 0);
    assert_eq!((b.opens, b.closes), (1, 1));
    b.open = Open::Done;
    b.reconnect(false);
}

#[test]
fn an_open_that_fails_gives_its_number_and_is_closed() {
    let mut b = Bench::new(settings());
    b.open = Open::Fails(-104);
    b.connect();
    let retry = b.expect_failed(Error::Open, -104).unwrap();
    assert_eq!((b.opens, b.closes), (1, 1), "CON-10");
    b.advance(retry - 1);
    assert_eq!(b.opens, 1);
    b.open = Open::Done;
    b.advance(1);
    b.accept(false);
}

#[test]
fn a_failed_first_attempt_is_not_an_outage() {
    // CON-14, CON-2, W10
    let mut b = Bench::new(settings());
    b.open = Open::Fails(-1);
    b.connect();
    b.expect_failed(Error::Open, -1);
    b.expect_quiet();
    assert_eq!(b.session.stats().outages, 0);
}

#[test]
fn connect_twice_is_a_mistake() {
    // CON-13
    let mut b = Bench::new(settings());
    b.open = Open::Later;
    b.connect();
    assert_eq!(b.session.connect(b.now), Err(Error::State), "while opening");
    b.open = Open::Done;
    b.run();
    assert_eq!(b.session.connect(b.now), Err(Error::State), "before CONNACK");
    b.accept(false);
    assert_eq!(b.session.connect(b.now), Err(Error::State), "online");
    b.cut();
    assert_eq!(b.session.connect(b.now), Err(Error::State), "in the pause");
}

#[test]
fn online_comes_before_the_first_message() {
    // EVT-2
    let mut b = Bench::new(stored());
    b.connect();
    b.expect_connect(false);
    b.arrives(b"\x20\x02\x01\0\x30\x04\0\x01tx");
    assert_eq!(b.run_to_event(), Some(Event::Online { session_present: true }));
    assert!(matches!(b.run_to_event(), Some(Event::Message(_))));
}
