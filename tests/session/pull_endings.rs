//! Payloads that are asked for when their source stalls or fails, when they are given up, and when the client leaves.

use super::bench::*;
use super::pull::{ASKED, MOOD, Mood, expect_pulled, payload, pull, sized};

#[test]
fn a_source_that_is_not_ready_is_asked_again_within_50_ms() {
    let mut b = sized(512);
    MOOD.set(Mood::Waits(0));
    pull(&mut b, 1, payload(1000, 0), 0).unwrap();
    assert_eq!(b.deadline(), Some(50));
    assert!(!b.session.wants_write(), "there is nothing to write");
    // Nothing of it is written, so acknowledgements and pings go.
    b.send(message(1, 9, "in"));
    b.expect(Packet::Puback(9));
    b.expect_message(1, "in");
    MOOD.set(Mood::Waits(500));
    b.advance(50);
    assert_eq!(b.deadline(), Some(50));
    assert!(!b.session.wants_write());
    b.send(message(1, 10, "in"));
    MOOD.set(Mood::Gives);
    b.advance(50);
    expect_pulled(&mut b, false, 1, 1, 1000);
    b.expect(Packet::Puback(10));
}

#[test]
fn a_source_that_never_goes_on_costs_the_connection_but_not_the_message() {
    let mut b = sized(512);
    MOOD.set(Mood::Waits(500));
    let token = pull(&mut b, 1, payload(1000, 0), 0).unwrap();
    b.advance(11_000);
    assert!(b.events.iter().any(|(_, event)| matches!(event, Event::Offline { error: Error::WriteTimeout, .. })));
    b.events.clear();
    MOOD.set(Mood::Gives);
    b.reconnect(true);
    expect_pulled(&mut b, false, 1, 2, 1000);
    b.send(Packet::Puback(2));
    b.expect_event(delivered(token));
}

#[test]
fn a_source_that_fails_at_once_ends_its_message_alone() {
    for mood in [Mood::Fails(0, -7), Mood::Lies, Mood::Sips(0)] {
        let mut b = sized(512);
        MOOD.set(mood);
        let token = pull(&mut b, 2, payload(1000, 0), 0).unwrap();
        b.expect_event(done(token, Fate::Dropped, false));
        b.publish(1, "next");
        b.expect(message(1, 2, "next"));
        b.expect_quiet();
    }
}

#[test]
fn a_source_that_fails_midway_ends_its_message_and_the_connection() {
    for qos in 0..3 {
        let mut b = sized(512);
        MOOD.set(Mood::Fails(500, -7));
        let token = pull(&mut b, qos, payload(1000, 0), 0).unwrap();
        b.expect_offline(Error::Payload, -7);
        b.expect_event(done(token, Fate::Dropped, true));
        b.reconnect(true);
        b.publish(1, "next");
        b.expect(message(1, if qos > 0 { 2 } else { 1 }, "next"));
        b.expect_quiet();
    }
}

#[test]
fn what_is_cancelled_or_expires_midway_ends_with_the_connection() {
    for is_cancelled in [true, false] {
        let mut b = sized(512);
        b.room = 300;
        let token = pull(&mut b, 1, payload(1000, 0), if is_cancelled { 0 } else { 2000 }).unwrap();
        if is_cancelled {
            b.session.cancel(token).unwrap();
            b.run();
        }
        b.advance(2000);
        b.room = usize::MAX;
        b.advance(2500);
        let fate = if is_cancelled { Fate::Cancelled } else { Fate::Expired };
        b.events.make_contiguous().sort_by_key(|(_, event)| matches!(event, Event::Done { .. }));
        b.expect_offline(Error::Payload, 0);
        b.expect_event(done(token, fate, true));
        ASKED.take();
        b.packets.retain(|(_, packet)| packet[0] == 0x10);
        b.accept(true);
        b.expect_quiet();
        assert_eq!(ASKED.take(), [], "asked for a message that has ended");
    }
}

#[test]
fn what_is_cancelled_before_its_first_byte_leaves_the_connection() {
    let mut b = sized(512);
    MOOD.set(Mood::Waits(0));
    let token = pull(&mut b, 1, payload(1000, 0), 0).unwrap();
    b.session.cancel(token).unwrap();
    b.run();
    b.expect_event(done(token, Fate::Cancelled, false));
    b.publish(1, "next");
    b.expect(message(1, 2, "next"));
    b.expect_quiet();
}

#[test]
fn leaving_finishes_the_packet_that_is_half_written() {
    let mut b = sized(512);
    b.room = 300;
    pull(&mut b, 1, payload(1000, 0), 0).unwrap();
    b.disconnect(Leave::Keep);
    b.unblock();
    expect_pulled(&mut b, false, 1, 1, 1000);
    b.expect(Packet::Disconnect);
}

/// Nothing may come between its parts, so a ping is behind it, and its answer is not late before it was asked for.
#[test]
fn a_ping_that_is_due_midway_has_its_time_from_the_end_of_the_packet() {
    let mut b = sized(512);
    b.room = 300;
    pull(&mut b, 1, payload(10_000, 0), 0).unwrap();
    for _ in 0..30 {
        b.advance(1000);
        b.room = 300;
        b.run();
    }
    b.unblock();
    expect_pulled(&mut b, false, 1, 1, 10_000);
    b.expect(Packet::Pingreq);
    b.send(Packet::Puback(1));
    b.events.clear();
    b.advance(9000);
    b.send(Packet::Pingresp);
    b.advance(9000);
    assert!(b.events.is_empty() && b.is_open);
}

#[test]
fn dropping_everything_midway_closes_without_disconnect() {
    let mut b = sized(512);
    b.room = 300;
    let token = pull(&mut b, 1, payload(1000, 0), 0).unwrap();
    b.disconnect(Leave::Drop);
    b.expect_event(done(token, Fate::Dropped, true));
    b.advance(1000);
    b.expect_offline(Error::Left, 0);
    assert!(!b.is_open && b.packets.is_empty());
}
