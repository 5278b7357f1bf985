//! `disconnect` that sends what waits first. DIS-1, DIS-6

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

#[test]
fn drain_before_the_connection_is_up_connects_first() {
    let mut b = Bench::new(settings());
    b.open = Open::Later;
    b.connect();
    let token = b.publish(0, "one");
    b.disconnect(Leave::Drain(5000));
    b.open = Open::Done;
    b.run();
    b.accept(false);
    b.expect(message(0, 0, "one"));
    b.expect_event(delivered(token));
    b.expect(Packet::Disconnect);
}

#[test]
fn drain_in_every_phase_without_messages_is_like_keep() {
    let mut b = Bench::new(settings());
    b.open = Open::Later;
    b.connect();
    b.disconnect(Leave::Drain(5000));
    assert!(b.session.is_idle());
    b.open = Open::Done;
    b.connect();
    b.disconnect(Leave::Drain(5000));
    assert!(b.session.is_idle());
    b.packets.clear();
    b.go_online(false);
    b.cut();
    b.disconnect(Leave::Drain(5000));
    assert!(b.session.is_idle());
    b.expect_quiet();
}

#[test]
fn drop_in_the_pause_ends_everything_and_the_attempts() {
    let mut b = Bench::online();
    let sent = b.publish(1, "sent");
    b.packets.clear();
    b.cut();
    let waiting = b.publish(1, "waiting");
    b.disconnect(Leave::Drop);
    b.expect_event(done(sent, Fate::Dropped, true));
    b.expect_event(done(waiting, Fate::Dropped, false));
    b.advance(100_000);
    b.expect_quiet();
    assert_eq!((b.opens, b.closes), (1, 1));
}

/// Who leaves has no time for the pause, and the broker may be back.
#[test]
fn a_drain_in_the_pause_tries_at_once() {
    let mut b = Bench::online();
    b.cut();
    b.events.clear();
    let token = b.publish(1, "waiting");
    b.disconnect(Leave::Drain(5000));
    assert_eq!((b.opens, b.at()), (2, 0));
    b.accept(false);
    b.expect(message(1, 1, "waiting"));
    b.send(Packet::Puback(1));
    b.expect_event(delivered(token));
    b.expect(Packet::Disconnect);
}

#[test]
fn a_drain_with_nothing_left_while_connect_would_block_closes_and_does_nothing_else() {
    let mut b = Bench::online();
    b.cut();
    b.events.clear();
    let token = b.publish(1, "waiting");
    b.block();
    b.disconnect(Leave::Drain(5000));
    b.session.cancel(token).expect("it waits");
    b.run();
    assert!(!b.is_open && b.session.is_idle());
}

#[test]
fn a_drain_that_fails_at_once_has_its_pauses_as_usual() {
    let mut b = Bench::new(settings());
    b.open = Open::Fails(-1);
    b.publish(1, "one");
    b.connect();
    b.expect_failed(Error::Open, -1);
    b.disconnect(Leave::Drain(60_000));
    let pause = b.expect_failed(Error::Open, -1).expect("another attempt");
    b.advance(pause - 1);
    b.expect_quiet();
    b.advance(1);
    b.expect_failed(Error::Open, -1);
}

#[test]
fn a_drain_that_runs_out_of_time_offline_says_so() {
    let mut b = Bench::new(settings());
    b.open = Open::Fails(-1);
    b.publish(1, "one");
    b.connect();
    b.expect_failed(Error::Open, -1);
    b.disconnect(Leave::Drain(500));
    b.expect_failed(Error::Open, -1);
    b.advance_to(500);
    assert_eq!(b.expect_failed(Error::Left, 0), None, "no further attempt");
    b.expect_quiet();
}
