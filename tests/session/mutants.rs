//! What only a mutant of the library has shown to be untested; see `cargo xtask mutants`.

use super::bench::*;

#[test]
fn nothing_is_read_while_connect_lies_in_the_receive_buffer() {
    let mut b = Bench::new(settings());
    b.room = 5;
    b.connect();
    b.send(Packet::Connack(Connack { session_present: false, code: 0 }));
    assert_eq!(b.session.stats().bytes_in, 0);
    b.unblock();
    b.expect_connect(true);
    b.expect_event(Event::Online { session_present: false });
}

#[test]
fn a_peer_that_talks_on_while_we_leave_is_heard_to_its_end() {
    let mut b = Bench::online();
    b.disconnect(Leave::Keep);
    b.expect(Packet::Disconnect);
    b.send_bytes(&[0; 1000]);
    assert!(b.inbound.is_empty() && b.is_open);
    b.peer_closed = true;
    b.run();
    assert!(!b.is_open, "the end of the stream was not seen");
    b.expect_offline(Error::Left, 0);
}

#[test]
fn a_request_made_again_at_the_wrap_of_ids_skips_0() {
    let mut b = Bench::online_with(Settings { seed: 0x5EED_FFFE, ..settings() });
    b.subscribe("t", 1);
    b.expect_subscribe(65_535, "t", 1);
    b.cut();
    b.reconnect(false);
    b.expect_subscribe(1, "t", 1);
}

#[test]
fn a_filter_on_offer_is_not_changed() {
    let mut b = Bench::online();
    b.room = 4;
    b.subscribe("t", 1);
    assert_eq!(b.session.subscribe(b"t", 2), Err(Error::Full));
    b.unblock();
    b.expect_subscribe(1, "t", 1);
    b.expect_quiet();
}

#[test]
fn silence_is_not_judged_while_a_message_is_held() {
    let mut b = Bench::online();
    b.advance(15_000);
    b.arrives(b"\x32\x06\0\x01t\0\x07x");
    assert!(matches!(b.run_to_event(), Some(Event::Message(_))));
    assert_eq!(b.session.hold(), Ok(()));
    b.publish(1, "a");
    // Its end is a deadline while others are late.
    b.publish_with(1, "b", Policy::Refuse, 60_000).unwrap();
    b.advance(300_000);
    assert!(b.session.is_connected());
    assert_eq!(b.session.stats().repubs, 0);
}

#[test]
fn a_pingresp_behind_many_messages_is_in_time() {
    let mut b = Bench::online();
    b.advance_to(15_000);
    b.expect(Packet::Pingreq);
    for at in [22_000, 29_000, 36_000] {
        b.advance_to(at);
        b.send(message(0, 0, "x"));
        b.expect_message(0, "x");
    }
    b.send(Packet::Pingresp);
    assert!(b.session.is_connected());
}

#[test]
fn close_tells_nothing_of_a_loss_that_was_not_told() {
    let mut b = Bench::online();
    b.session.failed(Error::Io, -5, b.now);
    b.close();
    b.expect_quiet();
}

#[test]
fn a_topic_that_leaves_one_byte_is_handed_over_byte_by_byte() {
    let mut b = Bench::sized(settings(), 64, 16, 4096);
    b.go_online(false);
    let topic = "a".repeat(59);
    b.send(Packet::Publish(to(&topic, 0, "xyz")));
    let parts: Vec<_> = b.messages.iter().map(|got| (got.offset, &got.payload[..])).collect();
    assert_eq!(parts, [(0, &b"x"[..]), (1, b"y"), (2, b"z")]);
}

#[test]
fn a_drain_does_not_wait_for_what_was_given_up() {
    let mut b = Bench::online();
    let token = b.publish(1, "a");
    b.expect(message(1, 1, "a"));
    b.session.cancel(token).unwrap();
    b.run();
    b.expect_event(done(token, Fate::Cancelled, true));
    b.disconnect(Leave::Drain(60_000));
    b.expect(Packet::Disconnect);
}

#[test]
fn an_offer_is_about_a_segment() {
    let mut b = Bench::new(settings());
    let payload = "x".repeat(600);
    (0..3).for_each(|_| _ = b.publish(1, &payload));
    b.connect();
    b.block();
    b.accept(false);
    let two = 2 * to("t", 1, &payload).size();
    assert_eq!(b.session.exchange(&mut [0; 256]).0.len(), two);
}
