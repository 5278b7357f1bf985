//! `disconnect` and `close` between an event and the next step, as a callback calls them. RX-2, RX-3, DIS-6

use super::bench::*;

/// A session at this event, before its callback has returned.
#[track_caller]
fn in_callback(b: &mut Bench, is: fn(&Event) -> bool) {
    let event = b.run_to_event().expect("an event");
    assert!(is(&event), "{event:?}");
}

#[test]
fn disconnect_in_the_online_callback() {
    let mut b = Bench::new(settings());
    b.publish(1, "x");
    b.subscribe("t", 1);
    b.connect();
    b.expect_connect(true);
    b.arrives(b"\x20\x02\0\0");
    in_callback(&mut b, |event| matches!(event, Event::Online { .. }));
    b.disconnect(Leave::Keep);
    b.expect(Packet::Disconnect);
    b.advance(100);
    b.expect_offline(Error::Left, 0);
    b.expect_quiet();
}

#[test]
fn disconnect_in_the_offline_callback() {
    let mut b = Bench::online();
    b.peer_closed = true;
    in_callback(&mut b, |event| matches!(event, Event::Offline { .. }));
    b.disconnect(Leave::Keep);
    b.advance(100_000);
    b.expect_quiet();
}

#[test]
fn disconnect_in_the_connect_failed_callback() {
    let mut b = Bench::new(settings());
    b.open = Open::Fails(-1);
    b.session.connect(0).unwrap();
    in_callback(&mut b, |event| matches!(event, Event::ConnectFailed { .. }));
    b.disconnect(Leave::Keep);
    b.advance(100_000);
    b.expect_quiet();
}

#[test]
fn disconnect_in_the_done_callback() {
    let mut b = Bench::online();
    b.publish_with(0, "x", Policy::Refuse, 0).unwrap();
    in_callback(&mut b, |event| matches!(event, Event::Done { .. }));
    b.disconnect(Leave::Drain(1000));
    b.expect(message(0, 0, "x"));
    b.expect(Packet::Disconnect);
}

#[test]
fn disconnect_in_the_callback_of_qos_1_acknowledges_it_first() {
    // "QoS 1 and 2 are acknowledged after your callback returns."
    let mut b = Bench::online_with(stored());
    b.arrives(b"\x32\x06\0\x01t\0\x07x");
    in_callback(&mut b, |event| matches!(event, Event::Message(_)));
    b.disconnect(Leave::Keep);
    b.expect(Packet::Puback(7));
    b.expect(Packet::Disconnect);
}

#[track_caller]
fn comes_again_after_qos_2(b: &mut Bench) {
    b.packets.clear();
    b.events.clear();
    b.go_online(true);
    b.send(again(message(2, 7, "x")));
    b.expect(Packet::Pubrec(7));
    b.expect_quiet();
}

#[test]
fn disconnect_in_the_callback_of_qos_2_does_not_make_it_come_twice() {
    // Exactly once while the session lives.
    let mut b = Bench::online_with(stored());
    b.arrives(b"\x34\x06\0\x01t\0\x07x");
    in_callback(&mut b, |event| matches!(event, Event::Message(_)));
    b.disconnect(Leave::Keep);
    b.advance(100);
    comes_again_after_qos_2(&mut b);
}

#[test]
fn close_in_the_callback_of_qos_2_does_not_make_it_come_twice() {
    let mut b = Bench::online_with(stored());
    b.arrives(b"\x34\x06\0\x01t\0\x07x");
    in_callback(&mut b, |event| matches!(event, Event::Message(_)));
    b.close();
    comes_again_after_qos_2(&mut b);
}

#[test]
fn close_and_connect_in_a_callback() {
    let mut b = Bench::online();
    b.arrives(b"\x30\x04\0\x01tx");
    in_callback(&mut b, |event| matches!(event, Event::Message(_)));
    b.close();
    b.go_online(false);
    b.send(message(0, 0, "next"));
    b.expect_message(0, "next");
    b.expect_quiet();
}

#[test]
fn disconnect_in_the_subscribed_callback() {
    let mut b = Bench::online();
    b.subscribe("t", 1);
    b.packets.clear();
    b.arrives(b"\x90\x03\0\x01\x01\x30\x04\0\x01tx");
    in_callback(&mut b, |event| matches!(event, Event::Subscribed { .. }));
    b.disconnect(Leave::Keep);
    b.expect(Packet::Disconnect);
    b.expect_quiet();
}

#[test]
fn disconnect_in_the_oversize_callback_acknowledges_it_first() {
    let mut b = Bench::sized(settings(), 32, 4, 64);
    b.go_online(false);
    b.arrives(b"\x32\x24\0\x1dnnnnnnnnnnnnnnnnnnnnnnnnnnnnn\0\x05xyz");
    in_callback(&mut b, |event| matches!(event, Event::Oversize { .. }));
    b.disconnect(Leave::Keep);
    b.expect(Packet::Puback(5));
    b.expect(Packet::Disconnect);
}

#[test]
fn disconnect_and_drain_in_the_callback_of_qos_2_do_not_make_it_come_twice() {
    let mut b = Bench::online_with(stored());
    b.arrives(b"\x34\x06\0\x01t\0\x07x");
    in_callback(&mut b, |event| matches!(event, Event::Message(_)));
    b.publish_with(0, "answer", Policy::Refuse, 0).unwrap();
    b.disconnect(Leave::Drain(1000));
    b.expect(Packet::Pubrec(7));
    b.expect(message(0, 0, "answer"));
    b.expect(Packet::Disconnect);
    b.advance(100);
    comes_again_after_qos_2(&mut b);
}

#[test]
fn a_held_message_is_not_acknowledged_by_leaving() {
    let mut b = Bench::online_with(stored());
    b.arrives(b"\x34\x06\0\x01t\0\x07x");
    in_callback(&mut b, |event| matches!(event, Event::Message(_)));
    b.session.hold().unwrap();
    b.disconnect(Leave::Keep);
    b.expect(Packet::Disconnect);
    b.advance(100);
    b.events.clear();
    b.go_online(true);
    b.send(again(message(2, 7, "x")));
    b.expect_message(2, "x");
}

#[test]
fn the_first_part_of_a_message_is_not_acknowledged_by_leaving() {
    let mut b = Bench::sized(stored(), 32, 4, 64);
    b.go_online(false);
    b.arrives(b"\x34\x2d\0\x01t\0\x07");
    b.arrives([b'x'; 40]);
    in_callback(&mut b, |event| matches!(event, Event::Message(m) if m.payload.len == 25));
    b.disconnect(Leave::Keep);
    b.expect(Packet::Disconnect);
    b.advance(100);
    b.events.clear();
    b.go_online(true);
    b.send(again(message(2, 7, &"x".repeat(40))));
    assert_eq!(b.messages.iter().map(|m| m.payload.len()).sum::<usize>(), 40);
}

#[test]
fn disconnect_before_a_loss_is_told_ends_the_attempts_and_tells_the_loss() {
    let mut b = Bench::online();
    b.session.received(0, b.now);
    b.session.disconnect(Leave::Keep, b.now).unwrap();
    b.run();
    b.expect_event(Event::Offline { error: Error::PeerClosed, detail: 0, retry_ms: None });
    b.advance(100_000);
    b.expect_quiet();
    assert_eq!((b.opens, b.closes), (1, 1));
}

#[test]
fn connect_before_the_old_connection_is_closed_closes_it_first() {
    let mut b = Bench::new(settings());
    b.open = Open::Later;
    b.connect();
    b.session.disconnect(Leave::Keep, b.now).unwrap();
    b.open = Open::Done;
    b.go_online(false);
    assert_eq!((b.opens, b.closes), (2, 1));
}
