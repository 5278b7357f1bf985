//! Pauses between attempts: they grow, they are spread, and they start again after success. REC-4, REC-5, W9

use super::bench::*;

/// The pauses of so many failed attempts in a row.
fn pauses(settings: Settings<'static>, count: usize) -> Vec<u32> {
    let mut b = Bench::new(settings);
    b.open = Open::Fails(-1);
    b.connect();
    let mut pauses = vec![];
    while pauses.len() < count {
        let pause = b.expect_failed(Error::Open, -1).expect("another attempt");
        pauses.push(pause);
        b.advance(pause);
    }
    pauses
}

#[test]
fn pauses_have_a_floor_and_a_growing_ceiling() {
    let p = pauses(settings(), 40);
    assert!(p.iter().all(|pause| (1000..=60_000).contains(pause)), "{p:?}");
    assert!(p[0] <= 2000 && p[1] <= 4000 && p[2] <= 8000 && p[3] <= 16_000 && p[4] <= 32_000, "{p:?}");
    assert!(p[6..].iter().any(|pause| *pause > 32_000), "{p:?}");
}

#[test]
fn pauses_of_two_devices_differ() {
    let one = pauses(settings(), 10);
    let other = pauses(Settings { seed: 2_000_000, ..settings() }, 10);
    assert!(one.iter().zip(&other).filter(|(a, b)| a == b).count() <= 1, "{one:?} {other:?}");
}

#[test]
fn the_first_pauses_of_a_hundred_devices_are_spread() {
    // W9: after a broker restart they must not all come back at once.
    assert_spread((1..=100).map(|i: u32| i.wrapping_mul(0x9E37_79B9)));
}

#[test]
fn the_first_pauses_of_a_hundred_numbered_devices_are_spread() {
    // "Give each device its own": a serial number must be enough.
    assert_spread(1..=100);
}

#[track_caller]
fn assert_spread(seeds: impl Iterator<Item = u32>) {
    let mut first: Vec<_> = seeds.map(|seed| pauses(Settings { seed, ..settings() }, 1)[0]).collect();
    first.sort();
    first.dedup();
    assert!(first.len() > 50, "only {} pauses: {first:?}", first.len());
    assert!(first[0] < 1200 && first[first.len() - 1] > 1800, "{first:?}");
}

#[test]
fn equal_bounds_are_a_fixed_pause() {
    // REC-5
    let p = pauses(Settings { retry_min_ms: 7000, retry_max_ms: 7000, ..settings() }, 5);
    assert_eq!(p, [7000; 5]);
}

#[test]
fn a_connection_that_held_starts_the_pauses_again() {
    let mut b = Bench::new(settings());
    b.open = Open::Fails(-1);
    b.connect();
    b.advance(600_000);
    b.events.clear();
    b.open = Open::Done;
    b.reconnect(false);
    for _ in 0..60 {
        b.advance(1000);
        b.send(Packet::Pingresp);
    }
    b.peer_closed = true;
    b.run();
    let retry = b.expect_offline(Error::PeerClosed, 0).unwrap();
    assert!((1000..=2000).contains(&retry), "{retry}");
}

/// Two clients with one id throw each other out; a broker may close at a filter that it does not like.
#[test]
fn a_connection_that_does_not_hold_does_not_start_them_again() {
    let mut b = Bench::new(settings());
    b.connect();
    let mut pauses = vec![];
    while pauses.len() < 30 {
        b.accept(false);
        b.advance(900);
        b.peer_closed = true;
        b.run();
        let pause = b.expect_offline(Error::PeerClosed, 0).unwrap();
        pauses.push(pause);
        b.advance(pause);
    }
    assert!(pauses.iter().any(|pause| *pause > 20_000), "{pauses:?}");
}

/// NFR-4: a bad link is not a broker that throws us out.
#[test]
fn a_connection_that_holds_as_long_as_its_pause_is_soon_back() {
    let mut b = Bench::new(settings());
    b.connect();
    for _ in 0..30 {
        b.accept(false);
        b.advance(3000);
        b.peer_closed = true;
        b.run();
        let pause = b.expect_offline(Error::PeerClosed, 0).unwrap();
        assert!((1000..=2000).contains(&pause), "{pause}");
        b.advance(pause);
    }
}

#[test]
fn an_open_without_connack_does_not_start_them_again() {
    let mut b = Bench::new(settings());
    b.connect();
    let mut pauses = vec![];
    while pauses.len() < 30 {
        b.expect_connect(true);
        b.peer_closed = true;
        b.run();
        let pause = b.expect_failed(Error::PeerClosed, 0).unwrap();
        pauses.push(pause);
        b.advance(pause);
    }
    assert!(pauses.iter().any(|pause| *pause > 30_000), "{pauses:?}");
}

#[test]
fn connect_after_disconnect_starts_at_once() {
    let mut b = Bench::new(settings());
    b.open = Open::Fails(-1);
    b.connect();
    b.advance(100_000);
    b.events.clear();
    b.disconnect(Leave::Keep);
    b.open = Open::Done;
    b.go_online(false);
    b.peer_closed = true;
    b.run();
    assert!(b.expect_offline(Error::PeerClosed, 0).unwrap() <= 2000);
}

#[test]
fn retry_ms_of_the_event_is_the_truth() {
    let mut b = Bench::online();
    b.peer_closed = true;
    b.run();
    let retry = b.expect_offline(Error::PeerClosed, 0).unwrap();
    b.advance(retry - 1);
    assert_eq!(b.opens, 1);
    b.advance(1);
    assert_eq!(b.opens, 2);
}

#[test]
fn a_link_that_stayed_up_does_not_settle_again() {
    // W27: only the pause stands between a lost broker and the next attempt.
    let mut b = Bench::with_wifi(0);
    b.link(1);
    b.connect();
    b.advance(5000);
    b.accept(false);
    b.peer_closed = true;
    b.run();
    let retry = b.expect_offline(Error::PeerClosed, 0).expect("another attempt");
    assert!(retry <= 2000, "{retry}");
    b.advance(retry);
    assert_eq!(b.opens, 2);
    b.accept(false);
}
