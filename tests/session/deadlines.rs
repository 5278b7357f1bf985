//! Sleeping exactly as long as said. The bench itself checks at every deadline that nothing happens a millisecond
//! early; here is what must not wake at all. LP-2, W38

use super::bench::*;

const DAY: u32 = 24 * 3600 * 1000;

#[test]
fn before_connect_there_is_nothing_to_wait_for() {
    let mut b = Bench::new(settings());
    b.publish(1, "x");
    assert_eq!(b.session.deadline(b.now), None);
}

#[test]
fn after_leaving_there_is_nothing_to_wait_for() {
    let mut b = Bench::online();
    b.publish(1, "x");
    b.disconnect(Leave::Keep);
    b.advance(100);
    assert_eq!(b.session.deadline(b.now), None);
}

#[test]
fn an_idle_day_wakes_once_for_each_ping() {
    let mut b = Bench::online();
    for ping in 1..=DAY / 15_000 {
        b.advance_to(ping * 15_000);
        b.expect_at(ping * 15_000, Packet::Pingreq);
        b.send(Packet::Pingresp);
    }
    assert_eq!((b.wakes, b.idle_wakes), (5760, 0));
    b.expect_quiet();
}

#[test]
fn an_idle_day_with_a_slow_broker_wakes_once_for_each_ping() {
    let mut b = Bench::online();
    for ping in 1..=DAY / 15_000 {
        b.advance_to(ping * 15_000);
        b.expect(Packet::Pingreq);
        b.advance(50);
        b.send(Packet::Pingresp);
    }
    assert_eq!((b.wakes, b.idle_wakes), (5760, 0));
    b.expect_quiet();
}

#[test]
fn an_idle_day_without_keep_alive_wakes_every_20_s() {
    let mut b = Bench::online_with(Settings { keepalive_s: OFF, ..settings() });
    for ping in 1..=DAY / 20_000 {
        b.advance_to(ping * 20_000);
        b.expect(Packet::Pingreq);
        b.send(Packet::Pingresp);
    }
    assert_eq!((b.wakes, b.idle_wakes), (4320, 0));
}

#[test]
fn a_pause_is_slept_through() {
    let mut b = Bench::online();
    b.peer_closed = true;
    b.run();
    let retry = b.expect_offline(Error::PeerClosed, 0);
    assert_eq!(b.session.deadline(b.now), retry);
}

#[test]
fn a_filter_that_is_granted_needs_no_wake() {
    let mut b = Bench::online();
    b.subscribe("t", 1);
    assert_eq!(b.session.deadline(b.now), Some(10_000));
    b.send(Packet::Suback { id: 1, codes: &[1] });
    assert_eq!(b.session.deadline(b.now), Some(15_000));
}

#[test]
fn the_nearest_of_many_deadlines_counts() {
    let mut b = Bench::online();
    assert_eq!(b.session.deadline(b.now), Some(15_000));
    let token = b.publish_with(1, "a", Policy::Refuse, 700).unwrap();
    b.publish_with(1, "b", Policy::Refuse, 800).unwrap();
    b.run();
    assert_eq!(b.session.deadline(b.now), Some(700));
    b.session.cancel(token).unwrap();
    b.run();
    assert_eq!(b.session.deadline(b.now), Some(800));
    b.send(Packet::Puback(2));
    assert_eq!(b.session.deadline(b.now), Some(15_000));
}

#[test]
fn a_deadline_passed_by_an_hour_is_reached() {
    let mut b = Bench::new(settings());
    let token = b.publish_with(1, "a", Policy::Refuse, 700).unwrap();
    b.run();
    b.now += 3_600_000;
    b.run();
    b.expect_event(done(token, Fate::Expired, false));
}
