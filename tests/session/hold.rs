//! "Not now": the message stays, nothing more is read, everything else goes on. DESIGN 2.7, EVT-4, RX-13

use super::bench::*;

/// Online, with a QoS 1 message from the broker held at 0, and another behind it.
fn held(settings: Settings<'static>) -> Bench {
    let mut b = Bench::online_with(settings);
    b.arrives(b"\x32\x06\0\x01t\0\x07x\x32\x06\0\x01t\0\x08y");
    assert!(matches!(b.run_to_event(), Some(Event::Message(_))));
    assert_eq!(b.session.hold(), Ok(()));
    b.run();
    b.expect_quiet();
    b
}

#[test]
fn a_held_message_is_not_acknowledged_and_comes_again() {
    let mut b = held(settings());
    b.advance(5000);
    b.expect_quiet();
    b.session.resume(b.now);
    b.run();
    b.expect_message(1, "x");
    b.expect_message(1, "y");
    b.expect(Packet::Puback(7));
    b.expect(Packet::Puback(8));
    b.expect_quiet();
    assert_eq!(b.session.stats().messages_in, 2);
}

#[test]
fn a_message_can_be_held_again() {
    let mut b = held(settings());
    b.session.resume(b.now);
    assert!(matches!(b.run_to_event(), Some(Event::Message(m)) if m.offset == 0));
    assert_eq!(b.session.hold(), Ok(()));
    b.run();
    b.expect_quiet();
    b.session.resume(b.now);
    b.run();
    b.expect_message(1, "x");
}

#[test]
fn hold_outside_a_message_is_a_mistake() {
    let mut b = Bench::online();
    assert_eq!(b.session.hold(), Err(Error::State));
    b.send(message(0, 0, "x"));
    assert_eq!(b.session.hold(), Err(Error::State));
    b.session.resume(b.now);
    b.run();
    b.expect_message(0, "x");
    b.expect_quiet();
}

#[test]
fn nothing_is_read_while_held() {
    let mut b = held(settings());
    let before = b.session.stats().bytes_in;
    b.send(message(0, 0, "z"));
    b.advance(1000);
    assert_eq!(b.session.stats().bytes_in, before);
    b.expect_quiet();
}

#[test]
fn publishing_goes_on_while_held() {
    let mut b = held(settings());
    let token = b.publish(0, "out");
    b.expect(message(0, 0, "out"));
    b.expect_event(delivered(token));
    b.publish(1, "out");
    b.expect(message(1, 1, "out"));
}

#[test]
fn pings_go_on_while_held_and_no_deadline_fires() {
    // The broker's answers are not read, so its silence proves nothing.
    let mut b = held(settings());
    b.publish(1, "out");
    b.subscribe("t", 1);
    b.packets.clear();
    b.advance_to(90_000);
    b.expect_at(15_000, Packet::Pingreq);
    b.expect_at(30_000, Packet::Pingreq);
    b.expect_at(45_000, Packet::Pingreq);
    b.expect_at(60_000, Packet::Pingreq);
    b.expect_at(75_000, Packet::Pingreq);
    b.expect_at(90_000, Packet::Pingreq);
    b.expect_quiet();
}

#[test]
fn the_deadlines_start_again_after_resume() {
    let mut b = held(settings());
    b.publish(1, "out");
    b.advance_to(31_000);
    b.packets.clear();
    b.arrives(b"\xd0\0\xd0\0");
    b.session.resume(b.now);
    b.run();
    b.packets.clear();
    b.messages.clear();
    b.advance_to(40_999);
    b.expect_quiet();
    b.advance_to(41_000);
    b.expect_at(41_000, again(message(1, 1, "out")));
    b.expect_quiet();
}

#[test]
fn the_answers_that_waited_are_found_after_resume() {
    let mut b = held(settings());
    let token = b.publish(1, "out");
    b.advance_to(60_000);
    b.packets.clear();
    b.arrives(b"\x40\x02\0\x01\xd0\0\xd0\0\xd0\0\xd0\0");
    b.session.resume(b.now);
    b.run();
    b.expect_event(delivered(token));
    b.expect_message(1, "x");
    b.expect_message(1, "y");
    b.packets.clear();
    b.advance_to(74_999);
    b.expect_quiet();
    assert!(b.session.is_connected());
}

#[test]
fn a_lost_link_ends_the_hold_and_qos_1_comes_again() {
    let mut b = held(stored());
    b.broken = Some((Error::Io, -5));
    b.publish(0, "out");
    b.expect_offline(Error::Io, -5);
    b.reconnect(true);
    b.packets.clear();
    b.events.clear();
    b.send(again(message(1, 7, "x")));
    b.expect_message(1, "x");
    b.expect(Packet::Puback(7));
    b.session.resume(b.now);
    b.run();
    b.expect_quiet();
}

#[test]
fn a_write_that_is_stuck_while_held_ends_the_connection() {
    let mut b = held(settings());
    b.block();
    b.publish(0, "out");
    b.advance_to(10_000 + 8);
    b.expect_offline(Error::WriteTimeout, 0);
    b.room = usize::MAX;
    b.reconnect(false);
}

#[test]
fn a_message_expires_while_another_is_held() {
    let mut b = held(settings());
    let token = b.publish_with(1, "out", Policy::Refuse, 500).unwrap();
    b.advance_to(500);
    b.expect(message(1, 1, "out"));
    b.expect_event(done(token, Fate::Expired, true));
}

#[test]
fn leaving_ends_the_hold() {
    let mut b = held(settings());
    b.disconnect(Leave::Keep);
    b.expect(Packet::Disconnect);
    b.peer_closed = true;
    b.inbound.clear();
    b.run();
    b.expect_offline(Error::Left, 0);
    b.go_online(false);
    b.send(message(0, 0, "next"));
    b.expect_message(0, "next");
}

#[test]
fn a_part_can_be_held() {
    let mut b = Bench::sized(settings(), 32, 4, 64);
    b.go_online(false);
    b.arrives(b"\x32\x37\0\x01t\0\x07");
    b.arrives([b'x'; 50]);
    assert!(matches!(b.run_to_event(), Some(Event::Message(m)) if m.offset == 0));
    assert!(matches!(b.run_to_event(), Some(Event::Message(m)) if m.offset == 25));
    assert_eq!(b.session.hold(), Ok(()));
    b.run();
    b.expect_quiet();
    b.session.resume(b.now);
    b.run();
    let got = b.next_message();
    assert_eq!((got.offset, got.payload.len(), got.total), (25, 25, 50));
    b.expect(Packet::Puback(7));
    b.expect_quiet();
}
