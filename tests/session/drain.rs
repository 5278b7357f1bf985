//! `disconnect` that sends what waits first, and `disconnect` or `close` between events. DIS-1, DIS-6

use super::bench::*;

#[test]
fn drain_leaves_when_the_last_publish_is_acknowledged() {
    let mut b = Bench::online();
    let first = b.publish(1, "one");
    let second = b.publish(2, "two");
    b.packets.clear();
    b.disconnect(Leave::Drain(5000));
    assert!(b.session.is_connected());
    b.send(Packet::Puback(1));
    b.send(Packet::Pubrec(2));
    b.expect(Packet::Pubrel(2));
    b.expect_event(delivered(first));
    b.expect_quiet();
    b.send(Packet::Pubcomp(2));
    b.expect_event(delivered(second));
    b.expect(Packet::Disconnect);
    b.advance(100);
    b.expect_offline(Error::Left, 0);
}

#[test]
fn drain_with_nothing_to_drain_leaves_at_once() {
    let mut b = Bench::online();
    b.disconnect(Leave::Drain(5000));
    b.expect(Packet::Disconnect);
}

#[test]
fn drain_leaves_when_its_time_is_over_and_keeps_the_rest() {
    let mut b = Bench::online();
    b.publish(1, "one");
    b.packets.clear();
    b.disconnect(Leave::Drain(5000));
    b.advance_to(4999);
    b.expect_quiet();
    b.advance_to(5000);
    b.expect_at(5000, Packet::Disconnect);
    b.advance(100);
    b.expect_offline(Error::Left, 0);
    b.go_online(false);
    b.expect(message(1, 2, "one"));
}

#[test]
fn drain_of_no_time_leaves_at_once() {
    let mut b = Bench::online();
    b.publish(1, "one");
    b.packets.clear();
    b.disconnect(Leave::Drain(0));
    b.expect(Packet::Disconnect);
}

#[test]
fn drain_goes_on_over_an_outage() {
    let mut b = Bench::online();
    let token = b.publish(1, "one");
    b.packets.clear();
    b.disconnect(Leave::Drain(60_000));
    b.cut();
    b.reconnect(false);
    b.expect(message(1, 2, "one"));
    b.send(Packet::Puback(2));
    b.expect_event(delivered(token));
    b.expect(Packet::Disconnect);
    b.advance(100);
    b.expect_offline(Error::Left, 0);
    b.advance(100_000);
    b.expect_quiet();
}

#[test]
fn drain_that_ends_in_an_outage_ends_without_an_event() {
    let mut b = Bench::online();
    b.publish(1, "one");
    b.disconnect(Leave::Drain(60_000));
    b.cut();
    b.packets.clear();
    b.open = Open::Later;
    b.advance(200_000);
    b.events.clear();
    assert!(b.session.is_idle());
    assert_eq!(b.opens, b.closes);
}

#[test]
fn a_publish_during_the_drain_is_drained_too() {
    let mut b = Bench::online();
    b.publish(1, "one");
    b.disconnect(Leave::Drain(5000));
    b.publish(1, "two");
    b.packets.clear();
    b.send(Packet::Puback(1));
    b.next_event();
    b.expect_quiet();
    b.send(Packet::Puback(2));
    b.next_event();
    b.expect(Packet::Disconnect);
}

#[test]
fn keep_cuts_a_drain_short() {
    let mut b = Bench::online();
    b.publish(1, "one");
    b.packets.clear();
    b.disconnect(Leave::Drain(5000));
    b.disconnect(Leave::Keep);
    b.expect(Packet::Disconnect);
}

#[test]
fn drop_cuts_a_drain_short() {
    let mut b = Bench::online();
    let token = b.publish(1, "one");
    b.packets.clear();
    b.disconnect(Leave::Drain(5000));
    b.disconnect(Leave::Drop);
    b.expect_event(done(token, Fate::Dropped, true));
    b.expect(Packet::Disconnect);
}

#[test]
fn too_long_a_drain_is_a_mistake_and_changes_nothing() {
    let mut b = Bench::online();
    b.publish(1, "one");
    b.packets.clear();
    b.disconnect(Leave::Drain(5000));
    assert_eq!(b.session.disconnect(Leave::Drain(2_000_000_001), b.now), Err(Error::Argument));
    b.advance_to(5000);
    b.expect_at(5000, Packet::Disconnect);
}

#[test]
fn a_drain_while_leaving_does_not_reach_into_the_next_connection() {
    let mut b = Bench::online();
    b.publish(1, "one");
    b.disconnect(Leave::Keep);
    b.disconnect(Leave::Drain(60_000));
    b.advance(100);
    b.expect_offline(Error::Left, 0);
    b.packets.clear();
    b.go_online(false);
    b.expect(message(1, 2, "one"));
    b.send(Packet::Puback(2));
    b.next_event();
    b.expect_quiet();
    assert!(b.session.is_connected());
}

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
    b.inbound.extend(b"\x20\x02\0\0");
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
    b.inbound.extend(b"\x32\x06\0\x01t\0\x07x");
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
    b.inbound.extend(b"\x34\x06\0\x01t\0\x07x");
    in_callback(&mut b, |event| matches!(event, Event::Message(_)));
    b.disconnect(Leave::Keep);
    b.advance(100);
    comes_again_after_qos_2(&mut b);
}

#[test]
fn close_in_the_callback_of_qos_2_does_not_make_it_come_twice() {
    let mut b = Bench::online_with(stored());
    b.inbound.extend(b"\x34\x06\0\x01t\0\x07x");
    in_callback(&mut b, |event| matches!(event, Event::Message(_)));
    b.close();
    comes_again_after_qos_2(&mut b);
}

#[test]
fn close_and_connect_in_a_callback() {
    let mut b = Bench::online();
    b.inbound.extend(b"\x30\x04\0\x01tx");
    in_callback(&mut b, |event| matches!(event, Event::Message(_)));
    b.close();
    b.go_online(false);
    b.send(message(0, 0, "next"));
    b.expect_message(0, "next");
    b.expect_quiet();
}
