//! The link under the transport: when it is started and stopped, what its loss means, and when the client tries again.

use super::bench::*;
use super::wifi::{Act, Wifi};

const START: Act = Act::Start;
const STOP: Act = Act::Stop;

/// Online at time 0 over a link that needs no settling.
pub fn online() -> Bench {
    let mut b = Bench::with_wifi(OFF);
    b.link(1);
    b.go_online(false);
    assert_eq!(b.acts(), [(0, START)]);
    b
}

fn offline(error: Error, detail: i32, retry_ms: Option<u32>) -> Event {
    Event::Offline { error, detail, retry_ms }
}

fn failed(error: Error, detail: i32, retry_ms: Option<u32>) -> Event {
    Event::ConnectFailed { error, detail, retry_ms }
}

// NET-1, CON-12
#[test]
fn nothing_is_opened_before_the_link_is_up_and_steady() {
    let mut b = Bench::with_wifi(0);
    b.connect();
    b.advance_to(3000);
    assert_eq!((b.opens, b.acts()), (0, vec![(0, START)]));
    b.link(1);
    b.advance_to(7999);
    assert_eq!(b.opens, 0);
    b.advance_to(8000);
    assert_eq!(b.opens, 1);
}

// NET-5
#[test]
fn a_link_that_flickers_is_not_steady() {
    let mut b = Bench::with_wifi(0);
    b.link(1);
    b.connect();
    b.advance_to(4000);
    b.link(0);
    b.advance_to(4200);
    b.link(1);
    b.advance_to(9199);
    assert_eq!(b.opens, 0);
    b.advance_to(9200);
    // A radio that does not come back by itself is told to.
    assert_eq!((b.opens, b.acts()), (1, vec![(0, START), (4000, START)]));
}

// NET-5, CON-12: the seed's quick.
#[test]
fn a_link_that_is_up_already_is_used_at_once_without_settling() {
    let mut b = Bench::with_wifi(OFF);
    b.link(1);
    b.connect();
    assert_eq!((b.opens, b.at()), (1, 0));
}

// NET-1, NET-2
#[test]
fn the_loss_of_the_link_ends_the_connection_in_the_same_poll() {
    let mut b = online();
    b.advance(1234);
    b.link(0);
    b.run();
    b.expect_event(offline(Error::LinkDown, 0, Some(0)));
    assert!(!b.session.is_connected() && !b.is_open);
    assert_eq!(b.session.stats().outages, 1);
}

// NET-2: what is there to read does not change why it ended.
#[test]
fn the_link_is_looked_at_before_the_transport() {
    let mut b = online();
    (b.peer_closed, b.broken) = (true, Some((Error::Io, -104)));
    b.link(0);
    b.run();
    b.expect_event(offline(Error::LinkDown, 0, Some(0)));
}

// NET-1, REC-4
#[test]
fn when_the_link_is_back_the_next_attempt_comes_at_once() {
    let mut b = online();
    b.link(0);
    b.run();
    b.expect_event(offline(Error::LinkDown, 0, Some(0)));
    b.advance(30_000);
    assert_eq!(b.opens, 1);
    b.link(1);
    b.advance(200);
    assert_eq!(b.opens, 2);
    b.accept(false);
}

#[test]
fn a_lost_link_is_started_again_without_being_stopped() {
    let mut b = online();
    b.advance(1000);
    b.link(0);
    b.run();
    assert_eq!(b.acts(), [(1000, START)]);
}

#[test]
fn a_link_that_is_back_cuts_a_long_pause_short() {
    let mut b = online();
    b.open = Open::Fails(-5);
    b.peer_closed = true;
    b.run();
    b.events.clear();
    // Two failures: the next pause may be long.
    b.advance(2000);
    b.events.clear();
    b.link(0);
    b.run();
    assert!(b.events.is_empty(), "between two attempts nothing is lost: {:?}", b.events);
    b.open = Open::Done;
    let opens = b.opens;
    b.advance(400);
    b.link(1);
    b.advance(200);
    assert_eq!(b.opens, opens + 1);
}

// CON-9
#[test]
fn the_loss_of_the_link_ends_an_attempt() {
    let mut b = Bench::with_wifi(OFF);
    b.link(1);
    b.open = Open::Later;
    b.connect();
    b.advance(300);
    b.link(0);
    b.run();
    b.expect_event(failed(Error::LinkDown, 0, Some(0)));
    assert!(!b.is_open);
}

// NET-6
#[test]
fn a_link_that_does_not_come_up_is_reset_after_a_minute_and_each_time_reported() {
    let mut b = Bench::with_wifi(0);
    b.connect();
    b.advance_to(125_000);
    assert_eq!(b.acts(), [(0, START), (60_000, STOP), (61_000, START), (121_000, STOP), (122_000, START)]);
    for at in [60_000, 121_000] {
        assert_eq!(b.events.pop_front(), Some((at, failed(Error::LinkTimeout, 0, Some(0)))));
    }
    b.link(1);
    b.advance(200 + 5000);
    assert_eq!((b.opens, b.events.is_empty()), (1, true));
}

#[test]
fn a_link_that_flickers_for_a_minute_is_reset() {
    let mut b = Bench::with_wifi(0);
    b.connect();
    for second in 1..=61 {
        b.link(second % 2);
        b.advance(1000);
    }
    b.expect_event(failed(Error::LinkTimeout, 0, Some(0)));
}

#[test]
fn settling_may_take_longer_than_coming_up() {
    let mut b = Bench::new(settings());
    b.wifi = Some(Wifi::new(30_000, 2000, false));
    b.link(1);
    b.connect();
    b.advance(30_000);
    assert_eq!((b.opens, b.events.is_empty()), (1, true));
}

// NET-6
#[test]
fn a_link_that_fails_is_reset_at_once_and_its_number_reported() {
    let mut b = Bench::with_wifi(OFF);
    b.connect();
    b.advance(500);
    b.link(-7);
    b.run();
    b.expect_event(failed(Error::LinkFailed, -7, Some(0)));
    b.link(0);
    b.advance(3000);
    assert_eq!(b.acts(), [(0, START), (500, STOP), (1500, START)]);
}

#[test]
fn a_failure_from_before_the_start_is_not_held_against_the_link() {
    let mut b = Bench::with_wifi(OFF);
    b.link(-7);
    b.run();
    b.connect();
    assert!(b.events.is_empty());
    b.link(1);
    b.advance(200);
    assert_eq!(b.opens, 1);
}

#[test]
fn a_link_that_fails_ends_the_connection() {
    let mut b = online();
    b.link(-7);
    b.run();
    b.expect_event(offline(Error::LinkFailed, -7, Some(0)));
    assert_eq!(b.acts(), [(0, STOP)]);
}

// REC-3, CON-14
#[test]
fn online_and_offline_alternate_whatever_the_link_does() {
    let mut b = Bench::with_wifi(OFF);
    let mut random: u32 = 0x2545_F491;
    let mut is_online = false;
    b.connect();
    for _ in 0..20_000 {
        random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        match random >> 27 {
            0 => b.link(0),
            1 => b.link(1),
            2 => b.link(-1),
            3 => b.peer_closed = b.is_open,
            4 => b.open = Open::Fails(-111),
            5..8 => b.open = Open::Done,
            _ => {}
        }
        b.advance((random >> 16) % 3000);
        b.answer_connects();
        for (_, event) in b.events.drain(..) {
            match event {
                Event::Online { .. } => assert!(!std::mem::replace(&mut is_online, true)),
                Event::Offline { .. } => assert!(std::mem::replace(&mut is_online, false)),
                Event::ConnectFailed { .. } => assert!(!is_online),
                other => panic!("{other:?}"),
            }
        }
    }
    let stats = *b.session.stats();
    assert!(stats.connects > 300 && stats.outages > 300, "{stats:?}");
    // Liveness: with all in order it is online within the longest pause.
    (b.open, b.peer_closed) = (Open::Done, false);
    b.link(1);
    let is_soon_online = (0..70).any(|_| {
        b.advance(1000);
        b.answer_connects();
        b.session.is_connected()
    });
    assert!(is_soon_online);
}

// NET-8: what was accepted is kept over the loss of the link.
#[test]
fn a_message_published_while_the_link_is_down_goes_out_when_it_is_back() {
    let mut b = online();
    b.link(0);
    b.run();
    b.events.clear();
    let token = b.publish(1, "kept");
    b.link(1);
    b.advance(200);
    b.accept(false);
    b.expect(message(1, 1, "kept"));
    b.send(Packet::Puback(1));
    b.expect_event(delivered(token));
}

// LP-2, CLO-1
#[test]
fn the_link_is_stopped_when_the_client_has_left() {
    let mut b = online();
    b.advance(100);
    b.disconnect(Leave::Keep);
    assert_eq!(b.acts(), []);
    b.advance(200);
    assert_eq!((b.acts().as_slice(), b.deadline()), (&[(200, STOP)][..], None));
}

#[test]
fn leaving_while_the_link_comes_up_stops_it() {
    let mut b = Bench::with_wifi(0);
    b.connect();
    b.advance(100);
    b.disconnect(Leave::Keep);
    assert_eq!((b.acts().as_slice(), b.deadline()), (&[(0, START), (100, STOP)][..], None));
}

#[test]
fn leaving_during_the_reset_does_not_stop_it_twice() {
    let mut b = Bench::with_wifi(0);
    b.connect();
    b.advance(60_500);
    b.disconnect(Leave::Keep);
    assert_eq!(b.acts(), [(0, START), (60_000, STOP)]);
    assert_eq!(b.deadline(), None);
}

// CON-2
#[test]
fn with_fail_first_a_link_that_does_not_come_up_ends_it() {
    let mut b = Bench::new(Settings { fail_first: true, ..settings() });
    b.wifi = Some(Wifi::new(0, 0, false));
    b.connect();
    b.advance(61_000);
    b.expect_event(failed(Error::LinkTimeout, 0, None));
    assert_eq!((b.acts().as_slice(), b.deadline()), (&[(0, START), (60_000, STOP)][..], None));
}

// KA-7
#[test]
fn a_wrapping_clock_changes_nothing_for_the_link() {
    for clock in [u32::MAX - 61_500, u32::MAX - 30_000, i32::MAX as u32 - 60_500] {
        let mut b = Bench::with_wifi(0);
        b.start_at(clock);
        b.connect();
        b.advance_to(61_000);
        assert_eq!(b.acts(), [(0, START), (60_000, STOP), (61_000, START)], "from {clock}");
        b.link(1);
        b.advance(5200);
        assert_eq!(b.opens, 1, "from {clock}");
    }
}

#[test]
fn numbers_out_of_range_are_refused() {
    use limpet::supervisor::Rules;
    assert!(Rules::new(3_600_000, 3_600_000, false).is_ok());
    assert!(Rules::new(3_600_001, 0, false).is_err());
    assert!(Rules::new(0, 3_600_001, false).is_err());
    assert!(Rules::new(0, OFF, false).is_err());
}
