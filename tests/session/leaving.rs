//! `disconnect` and `close` from every phase, once, twice and between events. DIS-1 to DIS-6, CLO-1, ISC-2, W29

use super::bench::*;

#[track_caller]
fn assert_left(b: &mut Bench) {
    b.expect_offline(Error::Left, 0);
    b.expect_quiet();
    assert!(b.session.is_idle());
    assert_eq!(b.opens, b.closes);
    b.advance(100_000);
    b.expect_quiet();
    assert_eq!(b.session.stats().outages, 0);
}

#[test]
fn disconnect_says_so_and_lingers_100_ms() {
    // DIS-1, DIS-2, DIS-5
    let mut b = Bench::online();
    b.disconnect(Leave::Keep);
    assert!(!b.session.is_connected(), "ISC-2");
    b.expect(Packet::Disconnect);
    b.advance(99);
    assert_eq!(b.closes, 0);
    b.advance(1);
    assert_eq!(b.closes, 1);
    assert_left(&mut b);
}

#[test]
fn the_peers_close_ends_the_lingering() {
    let mut b = Bench::online();
    b.disconnect(Leave::Keep);
    b.expect(Packet::Disconnect);
    b.advance(10);
    b.peer_closed = true;
    b.run();
    assert_eq!((b.at(), b.closes), (10, 1));
    assert_left(&mut b);
}

#[test]
fn offline_for_leaving_names_no_next_attempt() {
    let mut b = Bench::online();
    b.disconnect(Leave::Keep);
    b.advance(100);
    b.next_packet();
    b.expect_event(Event::Offline { error: Error::Left, detail: 0, retry_ms: None });
}

#[test]
fn disconnect_comes_behind_the_packet_that_is_half_written_and_before_all_others() {
    let mut b = Bench::online();
    b.room = 4;
    b.publish(1, "half written");
    b.publish(1, "waiting");
    b.disconnect(Leave::Keep);
    b.unblock();
    b.expect(message(1, 1, "half written"));
    b.expect(Packet::Disconnect);
    b.advance(100);
    assert_left(&mut b);
}

#[test]
fn disconnect_comes_behind_the_acknowledgements_that_wait() {
    let mut b = Bench::online();
    b.room = 1;
    b.send(message(1, 5, "x"));
    b.send(message(1, 6, "y"));
    b.messages.clear();
    b.disconnect(Leave::Keep);
    b.unblock();
    b.expect(Packet::Puback(5));
    b.expect(Packet::Puback(6));
    b.expect(Packet::Disconnect);
    b.advance(100);
    assert_left(&mut b);
}

#[test]
fn a_disconnect_that_cannot_be_written_ends_all_the_same() {
    // DIS-3
    let mut b = Bench::online();
    b.block();
    b.disconnect(Leave::Keep);
    b.advance(10_002);
    assert_left(&mut b);
}

#[test]
fn a_write_that_fails_while_leaving_is_no_error() {
    // DIS-3
    let mut b = Bench::online();
    b.session.disconnect(Leave::Keep, b.now).unwrap();
    b.broken = Some((Error::Io, -5));
    b.run();
    assert_left(&mut b);
}

#[test]
fn what_arrives_while_leaving_is_thrown_away() {
    let mut b = Bench::online();
    b.disconnect(Leave::Keep);
    b.expect(Packet::Disconnect);
    b.send(message(1, 5, "x"));
    b.send_bytes(b"\xff\xff\xff");
    b.advance(100);
    assert_left(&mut b);
}

#[test]
fn disconnect_twice_is_once() {
    let mut b = Bench::online();
    b.disconnect(Leave::Keep);
    b.disconnect(Leave::Keep);
    b.disconnect(Leave::Drop);
    b.expect(Packet::Disconnect);
    b.advance(100);
    b.disconnect(Leave::Keep);
    assert_left(&mut b);
}

#[test]
fn disconnect_before_connect_is_nothing() {
    // DIS-3
    let mut b = Bench::new(settings());
    b.disconnect(Leave::Keep);
    b.disconnect(Leave::Drain(1000));
    b.expect_quiet();
    b.go_online(false);
}

#[test]
fn disconnect_while_opening_closes_without_an_event() {
    // DIS-6
    let mut b = Bench::new(settings());
    b.open = Open::Later;
    b.connect();
    b.disconnect(Leave::Keep);
    b.advance(100_000);
    b.expect_quiet();
    assert_eq!((b.opens, b.closes), (1, 1));
    assert!(b.session.is_idle());
}

#[test]
fn disconnect_before_connack_closes_without_an_event() {
    let mut b = Bench::new(settings());
    b.connect();
    b.expect_connect(true);
    b.disconnect(Leave::Keep);
    b.advance(100_000);
    b.expect_quiet();
    assert_eq!((b.opens, b.closes), (1, 1));
}

#[test]
fn disconnect_in_the_pause_ends_the_attempts_without_an_event() {
    let mut b = Bench::online();
    b.cut();
    b.disconnect(Leave::Keep);
    b.advance(100_000);
    b.expect_quiet();
    assert_eq!((b.opens, b.closes), (1, 1));
}

#[test]
fn keep_sends_it_after_the_next_connect() {
    // DIS-4
    let mut b = Bench::online();
    let token = b.publish(1, "under way");
    b.packets.clear();
    b.disconnect(Leave::Keep);
    b.publish(0, "waiting");
    b.advance(100);
    b.next_packet();
    assert_left(&mut b);
    b.go_online(false);
    b.expect(message(1, 2, "under way"));
    b.expect(message(0, 0, "waiting"));
    b.next_event();
    b.send(Packet::Puback(2));
    b.expect_event(delivered(token));
}

#[test]
fn drop_ends_everything() {
    let mut b = Bench::online();
    let sent = b.publish(1, "sent");
    b.block();
    b.publish(0, "on offer");
    let waiting = b.publish(2, "waiting");
    b.packets.clear();
    b.disconnect(Leave::Drop);
    b.expect_event(done(sent, Fate::Dropped, true));
    let (_, offered) = b.next_event();
    assert!(matches!(offered, Event::Done { fate: Fate::Dropped, maybe_sent: true, .. }));
    b.expect_event(done(waiting, Fate::Dropped, false));
    b.unblock();
    b.expect(message(0, 0, "on offer"));
    b.expect(Packet::Disconnect);
    b.advance(100);
    assert_left(&mut b);
    b.go_online(false);
    b.expect_quiet();
}

#[test]
fn drop_when_idle_ends_everything() {
    let mut b = Bench::new(settings());
    let token = b.publish(1, "x");
    b.disconnect(Leave::Drop);
    b.expect_event(done(token, Fate::Dropped, false));
    b.go_online(false);
    b.expect_quiet();
}

#[test]
fn close_is_immediate_and_silent() {
    // CLO-1
    let mut b = Bench::online();
    b.publish(1, "x");
    b.session.broker_up(b.now);
    b.packets.clear();
    b.close();
    b.events.clear();
    assert_eq!(b.closes, 1);
    b.advance(100_000);
    b.expect_quiet();
    assert!(b.session.is_idle() && !b.session.is_connected());
    b.go_online(false);
    b.expect(message(1, 2, "x"));
}

#[test]
fn close_tells_nothing_of_a_probe_or_a_loss() {
    let mut b = Bench::online();
    b.advance_to(2000);
    b.session.broker_up(b.now);
    b.run();
    b.packets.clear();
    b.close();
    b.expect_quiet();
}

#[test]
fn close_in_every_other_phase_and_twice() {
    let mut b = Bench::new(settings());
    b.close();
    b.open = Open::Later;
    b.connect();
    b.close();
    assert_eq!((b.opens, b.closes), (1, 1));
    b.open = Open::Done;
    b.connect();
    b.expect_connect(true);
    b.close();
    assert_eq!((b.opens, b.closes), (2, 2));
    b.go_online(false);
    b.disconnect(Leave::Keep);
    b.expect(Packet::Disconnect);
    b.close();
    b.close();
    assert_eq!((b.opens, b.closes), (3, 3));
    b.go_online(false);
    b.cut();
    b.close();
    b.advance(100_000);
    b.expect_quiet();
    assert_eq!((b.opens, b.closes), (4, 4));
}

#[test]
fn connect_while_leaving_is_a_mistake_and_afterwards_is_not() {
    let mut b = Bench::online();
    b.disconnect(Leave::Keep);
    assert_eq!(b.session.connect(b.now), Err(Error::State));
    b.advance(100);
    b.packets.clear();
    assert_left(&mut b);
    b.go_online(false);
}
