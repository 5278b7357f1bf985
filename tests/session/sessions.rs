//! Clean Session of the first, second and third connection, and how a stored session is discarded. SES-1 to SES-6

use super::bench::*;

fn bench(resume_session: bool, keep_session: bool) -> Bench {
    Bench::new(Settings { resume_session, keep_session, ..settings() })
}

/// The CONNECT of this attempt has this Clean Session, and is accepted.
#[track_caller]
fn accept(b: &mut Bench, clean: bool) {
    let (_, packet) = b.packets.front().expect("a CONNECT").clone();
    assert_eq!(packet[9] & 2 != 0, clean);
    b.accept(false);
}

#[track_caller]
fn next(b: &mut Bench, clean: bool) {
    b.cut();
    let pause = b.session.deadline(b.now).unwrap();
    b.advance(pause);
    accept(b, clean);
}

#[test]
fn neither_is_clean_each_time() {
    // SES-5 (True, True)
    let mut b = bench(false, false);
    b.connect();
    accept(&mut b, true);
    next(&mut b, true);
    next(&mut b, true);
}

#[test]
fn both_is_stored_each_time() {
    // SES-5 (False, False)
    let mut b = bench(true, true);
    b.connect();
    accept(&mut b, false);
    next(&mut b, false);
    next(&mut b, false);
}

#[test]
fn resume_only_is_stored_once() {
    // SES-5 (False, True)
    let mut b = bench(true, false);
    b.connect();
    accept(&mut b, false);
    next(&mut b, true);
    next(&mut b, true);
}

#[test]
fn keep_only_discards_first_and_is_stored_from_then_on() {
    // SES-4
    let mut b = bench(false, true);
    discard(&mut b);
    b.peer_closed = true;
    b.run();
    accept(&mut b, false);
    next(&mut b, false);
    next(&mut b, false);
}

/// The connection that discards, up to its DISCONNECT.
#[track_caller]
fn discard(b: &mut Bench) {
    b.connect();
    b.expect_connect(true);
    b.send(Packet::Connack(Connack { session_present: false, code: 0 }));
    b.expect(Packet::Disconnect);
    b.expect_quiet();
    assert!(!b.session.is_connected());
}

#[test]
fn discarding_ends_at_the_peers_close_without_an_event() {
    let mut b = bench(false, true);
    discard(&mut b);
    b.advance_to(700);
    b.peer_closed = true;
    b.run();
    assert_eq!((b.at(), b.opens, b.closes), (700, 2, 1));
    accept(&mut b, false);
    b.expect_quiet();
    assert_eq!((b.session.stats().connects, b.session.stats().outages), (1, 0));
}

#[test]
fn discarding_waits_two_seconds_at_most() {
    let mut b = bench(false, true);
    discard(&mut b);
    b.advance_to(1999);
    assert_eq!((b.opens, b.closes), (1, 0));
    b.advance_to(2000);
    assert_eq!((b.opens, b.closes), (2, 1));
    accept(&mut b, false);
    b.expect_quiet();
}

#[test]
fn discarding_happens_again_until_it_has_succeeded() {
    let mut b = bench(false, true);
    b.connect();
    b.expect_connect(true);
    b.peer_closed = true;
    b.run();
    let retry = b.expect_failed(Error::PeerClosed, 0).unwrap();
    b.advance(retry);
    b.expect_connect(true);
    b.send(Packet::Connack(Connack { session_present: false, code: 0 }));
    b.expect(Packet::Disconnect);
    b.peer_closed = true;
    b.run();
    accept(&mut b, false);
}

#[test]
fn nothing_is_sent_on_the_connection_that_discards() {
    let mut b = bench(false, true);
    b.subscribe("t", 1);
    b.publish(1, "one");
    b.publish(0, "two");
    discard(&mut b);
    b.peer_closed = true;
    b.run();
    accept(&mut b, false);
    b.expect_subscribe(1, "t", 1);
    b.expect(message(1, 2, "one"));
    b.expect(message(0, 0, "two"));
}

#[test]
fn what_arrives_while_discarding_is_thrown_away() {
    let mut b = bench(false, true);
    discard(&mut b);
    b.send(message(1, 1, "old"));
    b.send_bytes(b"\xff\xff");
    b.expect_quiet();
    b.peer_closed = true;
    b.run();
    accept(&mut b, false);
    b.expect_quiet();
}

#[test]
fn a_disconnect_that_cannot_be_written_ends_the_discarding_too() {
    let mut b = bench(false, true);
    b.connect();
    b.expect_connect(true);
    b.block();
    b.send(Packet::Connack(Connack { session_present: false, code: 0 }));
    b.advance_to(10_002);
    assert_eq!((b.opens, b.closes), (2, 1));
    b.unblock();
    accept(&mut b, false);
    b.expect_quiet();
}

#[test]
fn leaving_while_discarding_goes_without_an_event() {
    // "MQTT_EV_OFFLINE with MQTT_ERR_LEFT follows if the client was online", and it was not.
    let mut b = bench(false, true);
    discard(&mut b);
    b.disconnect(Leave::Keep);
    b.advance(5000);
    b.expect_quiet();
    assert!(b.session.is_idle());
}

#[test]
fn a_lost_session_renews_the_subscriptions() {
    // SES-2, SUB-2
    let mut b = bench(true, true);
    b.subscribe("t", 1);
    b.go_online(false);
    b.expect_subscribe(1, "t", 1);
    b.send(Packet::Suback { id: 1, codes: &[1] });
    b.next_event();
    b.cut();
    b.reconnect(false);
    b.expect_subscribe(2, "t", 1);
}

#[test]
fn a_session_that_is_present_keeps_the_subscriptions() {
    let mut b = bench(true, true);
    b.subscribe("t", 1);
    b.go_online(false);
    b.expect_subscribe(1, "t", 1);
    b.send(Packet::Suback { id: 1, codes: &[1] });
    b.next_event();
    b.cut();
    b.reconnect(true);
    b.expect_quiet();
}

#[test]
fn leaving_and_coming_back_goes_on_with_the_session() {
    // CON-13: there, the connect after a disconnect is a first one again, and discards what the broker kept.
    let mut b = bench(false, true);
    discard(&mut b);
    b.peer_closed = true;
    b.run();
    accept(&mut b, false);
    b.disconnect(Leave::Keep);
    b.expect(Packet::Disconnect);
    b.advance(100);
    b.expect_offline(Error::Left, 0);
    b.connect();
    b.expect_connect(false);
    b.send(Packet::Connack(Connack { session_present: true, code: 0 }));
    b.expect_event(Event::Online { session_present: true });
}
