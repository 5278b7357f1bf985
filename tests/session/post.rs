//! Messages whose end nobody waits for, and what else an event loop asks of a session.

use super::bench::*;

#[test]
fn a_posted_message_goes_out_without_a_done() {
    let mut b = Bench::online();
    b.session.post(&to("t", 1, "quiet")).unwrap();
    b.run();
    b.expect(message(1, 1, "quiet"));
    b.send(Packet::Puback(1));
    b.expect_quiet();
    b.expect_drained();
}

#[test]
fn a_posted_message_survives_an_outage() {
    let mut b = Bench::online_with(stored());
    b.session.post(&to("t", 2, "quiet")).unwrap();
    b.run();
    b.packets.clear();
    b.cut();
    b.reconnect(true);
    b.expect(again(message(2, 1, "quiet")));
}

#[test]
fn posted_messages_are_dropped_without_a_done() {
    let mut b = Bench::new(settings());
    b.session.post(&to("t", 1, "quiet")).unwrap();
    let token = b.publish(1, "loud");
    b.session.post(&to("t", 1, "quiet")).unwrap();
    b.disconnect(Leave::Drop);
    b.expect_event(done(token, Fate::Dropped, false));
    b.expect_quiet();
}

#[test]
fn a_posted_message_cannot_be_cancelled() {
    let mut b = Bench::new(settings());
    b.session.post(&to("t", 1, "quiet")).unwrap();
    assert_eq!(b.session.cancel(0), Err(Error::Unknown));
    b.go_online(false);
    b.expect(message(1, 1, "quiet"));
}

#[test]
fn posting_needs_room_like_publishing() {
    let mut b = Bench::sized(settings(), 64, 3, 18);
    assert_eq!(b.session.post(&to("t", 1, "twelve bytes and more")), Err(Error::TooLarge));
    b.publish(1, "aa");
    b.session.post(&to("t", 1, "bb")).unwrap();
    assert_eq!(b.session.post(&to("t", 1, "cc")), Err(Error::Full));
}

#[test]
fn reading_is_wanted_unless_it_would_be_in_vain() {
    let mut b = Bench::new(settings());
    assert!(!b.session.wants_read(256), "idle");
    b.block();
    b.connect();
    assert!(!b.session.wants_read(256), "CONNECT lies in the buffer");
    b.unblock();
    assert!(b.session.wants_read(256), "CONNACK");
    b.accept(false);
    assert!(b.session.wants_read(256), "online");
    b.arrives(b"\x30\x04\0\x01tx");
    b.run_to_event();
    b.session.hold().unwrap();
    assert!(!b.session.wants_read(256), "held");
    b.session.resume(b.now);
    b.run();
    assert!(b.session.wants_read(256), "resumed");
    b.disconnect(Leave::Keep);
    assert!(b.session.wants_read(256), "the peer's close");
    b.advance(100);
    assert!(!b.session.wants_read(256), "left");
}

#[test]
fn writing_is_wanted_while_bytes_are_on_offer() {
    let mut b = Bench::online();
    assert!(!b.session.wants_write());
    b.block();
    b.publish(0, "x");
    assert!(b.session.wants_write());
    b.unblock();
    assert!(!b.session.wants_write());
}
