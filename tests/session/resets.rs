//! When the link is reset for the broker's sake, and what that does to the pause between two attempts.

use super::bench::*;
use super::link::online;
use super::wifi::{Act, Wifi};

const START: Act = Act::Start;
const STOP: Act = Act::Stop;

// NET-3, W9
#[test]
fn the_link_is_reset_after_three_failures_in_a_row_and_not_before() {
    let mut b = Bench::with_wifi(OFF);
    b.wifi().comes_up_after = Some(400);
    b.open = Open::Fails(-111);
    b.connect();
    b.advance(400);
    let mut failures = vec![];
    while failures.len() < 7 {
        b.advance(50);
        failures.extend(b.events.drain(..).map(|(at, _)| at));
    }
    let acts = b.acts();
    let stops: Vec<u32> = acts.iter().filter(|(_, act)| *act == STOP).map(|(at, _)| *at).collect();
    assert_eq!(stops, [failures[2], failures[5]]);
    let starts: Vec<u32> = acts.iter().filter(|(_, act)| *act == START).map(|(at, _)| *at).collect();
    assert_eq!(starts, [0, failures[2] + 1000, failures[5] + 1000]);
}

#[test]
fn a_reset_does_not_cut_the_pause_short() {
    let mut b = Bench::new(Settings { retry_min_ms: 40_000, retry_max_ms: 40_000, ..settings() });
    b.wifi = Some(Wifi::new(OFF, 0, false));
    b.wifi().comes_up_after = Some(400);
    b.open = Open::Fails(-111);
    b.connect();
    b.advance(400 + 80_000);
    assert_eq!((b.opens, b.acts()), (3, vec![(0, START), (80_400, STOP)]));
    b.advance(39_999);
    assert_eq!(b.opens, 3);
    b.advance(1);
    assert_eq!(b.opens, 4);
}

#[test]
fn a_reset_that_takes_longer_than_the_pause_is_waited_for() {
    let mut b = Bench::new(Settings { retry_min_ms: 1000, retry_max_ms: 1000, ..settings() });
    b.wifi = Some(Wifi::new(OFF, 0, false));
    b.wifi().comes_up_after = Some(10_000);
    b.open = Open::Fails(-111);
    b.connect();
    b.advance(10_000 + 2000);
    assert_eq!(b.opens, 3);
    b.advance(11_199);
    assert_eq!(b.opens, 3 + u32::from(b.at() >= 23_000));
    b.advance(201);
    assert_eq!(b.opens, 4);
}

#[test]
fn a_connection_that_was_accepted_starts_the_count_again() {
    let mut b = online();
    for _ in 0..5 {
        b.open = Open::Fails(-111);
        b.peer_closed = true;
        b.run();
        b.advance(2100);
        b.events.clear();
        b.open = Open::Done;
        b.advance(8000);
        b.accept(false);
        b.advance(10_000);
    }
    assert_eq!(b.acts(), []);
}

#[test]
fn a_broker_that_refuses_has_shown_that_the_link_works() {
    let mut b = Bench::new(Settings { retry_min_ms: 1, retry_max_ms: 1, ..settings() });
    b.wifi = Some(Wifi::new(OFF, 0, false));
    b.link(1);
    b.connect();
    for _ in 0..8 {
        b.expect_connect(true);
        b.send(Packet::Connack(Connack { session_present: false, code: 3 }));
        b.advance(10);
    }
    assert_eq!(b.acts(), [(0, START)]);
}

// NET-3, REC-5: the seed's way.
#[test]
fn with_reset_always_each_failure_resets_the_link() {
    let mut b = Bench::new(settings());
    b.wifi = Some(Wifi::new(OFF, 0, true));
    b.wifi().comes_up_after = Some(0);
    b.connect();
    b.advance(1000);
    b.accept(false);
    b.acts();
    b.peer_closed = true;
    b.run();
    assert_eq!(b.acts(), [(1000, STOP)]);
    b.advance(1000);
    assert_eq!(b.acts(), [(2000, START)]);
    b.events.clear();
    b.advance(2000);
    assert_eq!(b.opens, 2);
}
