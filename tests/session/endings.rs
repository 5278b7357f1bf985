//! Timeouts: each accepted publish has one fate, and `maybe_sent` is the truth. PTO-1 to PTO-4

use super::bench::*;

fn publish(b: &mut Bench, qos: u8, timeout_ms: u32) -> u32 {
    let token = b.publish_with(qos, "hello", Policy::Refuse, timeout_ms).unwrap();
    b.run();
    token
}

#[test]
fn a_message_that_waits_expires_without_having_been_sent() {
    let mut b = Bench::new(settings());
    let token = publish(&mut b, 1, 5000);
    b.advance_to(4999);
    b.expect_quiet();
    b.advance_to(5000);
    b.expect_event_at(5000, done(token, Fate::Expired, false));
    b.go_online(false);
    b.expect_quiet();
}

#[test]
fn a_message_expires_during_an_outage() {
    let mut b = Bench::online();
    b.cut();
    b.open = Open::Later;
    let token = publish(&mut b, 0, 500);
    b.advance(500);
    b.expect_event(done(token, Fate::Expired, false));
}

#[test]
fn a_qos_0_that_is_partly_written_expires_and_is_finished() {
    // The stream is not corrupted.
    let mut b = Bench::online();
    b.room = 3;
    let token = publish(&mut b, 0, 1000);
    b.advance_to(1000);
    b.expect_event(done(token, Fate::Expired, true));
    b.unblock();
    b.expect(message(0, 0, "hello"));
    b.expect_quiet();
    b.expect_drained();
}

#[test]
fn a_qos_1_on_offer_expires_and_is_finished() {
    let mut b = Bench::online();
    b.block();
    let token = publish(&mut b, 1, 1000);
    b.advance_to(1000);
    b.expect_event(done(token, Fate::Expired, true));
    b.unblock();
    b.expect(message(1, 1, "hello"));
    b.send(Packet::Puback(1));
    b.expect_quiet();
    assert_eq!(b.session.stats().unknown_acks, 0);
    b.expect_drained();
}

#[test]
fn an_expired_qos_1_on_offer_is_forgotten_with_the_link() {
    let mut b = Bench::online();
    b.block();
    publish(&mut b, 1, 1000);
    b.advance_to(1000);
    b.next_event();
    b.cut();
    b.room = usize::MAX;
    b.reconnect(false);
    b.expect_quiet();
    b.expect_drained();
}

#[test]
fn a_sent_qos_1_expires_and_is_not_sent_again() {
    let mut b = Bench::online();
    let token = publish(&mut b, 1, 12_000);
    b.expect(message(1, 1, "hello"));
    b.advance_to(12_000);
    b.expect_at(10_000, again(message(1, 1, "hello")));
    b.expect_event_at(12_000, done(token, Fate::Expired, true));
    b.advance_to(14_999);
    b.expect_quiet();
    b.send(Packet::Puback(1));
    b.expect_quiet();
    assert_eq!(b.session.stats().unknown_acks, 0);
}

#[test]
fn an_expired_qos_1_does_not_end_the_connection() {
    let mut b = Bench::online();
    publish(&mut b, 1, 1000);
    b.advance_to(15_000);
    b.send(Packet::Pingresp);
    b.advance_to(30_000);
    b.send(Packet::Pingresp);
    b.advance_to(44_000);
    assert!(b.session.is_connected());
    b.packets.clear();
    b.events.clear();
    b.expect_quiet();
}

#[test]
fn an_expired_qos_2_goes_on_in_silence() {
    let mut b = Bench::online();
    let token = publish(&mut b, 2, 1000);
    b.expect(message(2, 1, "hello"));
    b.advance_to(1000);
    b.expect_event(done(token, Fate::Expired, true));
    b.send(Packet::Pubrec(1));
    b.expect(Packet::Pubrel(1));
    b.send(Packet::Pubcomp(1));
    b.expect_quiet();
    assert_eq!(b.session.stats().unknown_acks, 0);
    assert_eq!(b.session.stats().messages_out, 0);
    b.expect_drained();
}

#[test]
fn a_released_qos_2_expires_in_the_same_way() {
    let mut b = Bench::online();
    let token = publish(&mut b, 2, 1000);
    b.send(Packet::Pubrec(1));
    b.advance_to(1000);
    b.expect_event(done(token, Fate::Expired, true));
    b.send(Packet::Pubcomp(1));
    b.packets.clear();
    b.expect_quiet();
}

#[test]
fn an_acknowledgement_in_the_last_millisecond_delivers() {
    let mut b = Bench::online();
    let token = publish(&mut b, 1, 1000);
    b.advance_to(999);
    b.send(Packet::Puback(1));
    b.expect_event(delivered(token));
    b.packets.clear();
    b.advance_to(2000);
    b.expect_quiet();
}

#[test]
fn a_timeout_is_not_restarted_by_a_new_connection() {
    let mut b = Bench::online();
    let token = publish(&mut b, 1, 6000);
    b.packets.clear();
    b.advance_to(2000);
    b.cut();
    b.reconnect(false);
    b.expect(message(1, 2, "hello"));
    b.advance_to(6000);
    b.expect_event_at(6000, done(token, Fate::Expired, true));
}

#[test]
fn of_two_messages_each_expires_at_its_own_time() {
    let mut b = Bench::new(settings());
    let later = publish(&mut b, 1, 2000);
    let sooner = publish(&mut b, 1, 1000);
    b.advance_to(3000);
    b.expect_event_at(1000, done(sooner, Fate::Expired, false));
    b.expect_event_at(2000, done(later, Fate::Expired, false));
}

#[test]
fn a_message_sent_over_an_earlier_connection_may_have_been_delivered() {
    // It waits to go out as a new message, but the broker may have the old one.
    let mut b = Bench::online();
    let token = publish(&mut b, 1, 30_000);
    b.expect(message(1, 1, "hello"));
    b.cut();
    let pause = b.session.deadline(b.now).unwrap();
    b.advance(pause);
    b.expect_connect(true);
    b.block();
    b.send(Packet::Connack(Connack { session_present: false, code: 0 }));
    b.next_event();
    b.cut();
    b.open = Open::Later;
    b.advance_to(30_000);
    let last = b.events.back().copied().expect("a DONE");
    assert_eq!(last, (30_000, done(token, Fate::Expired, true)));
}
