//! `cancel` in each state of a publish. PTO-1, PTO-3

use super::bench::*;

#[track_caller]
fn cancel(b: &mut Bench, token: u32, maybe_sent: bool) {
    assert_eq!(b.session.cancel(token), Ok(()));
    b.run();
    b.expect_event(done(token, Fate::Cancelled, maybe_sent));
    assert_eq!(b.session.cancel(token), Err(Error::Unknown), "a second time");
}

#[test]
fn a_message_that_waits_is_gone() {
    let mut b = Bench::new(settings());
    let token = b.publish(2, "a");
    cancel(&mut b, token, false);
    b.go_online(false);
    b.expect_quiet();
}

#[test]
fn one_of_three_that_wait_is_gone() {
    let mut b = Bench::new(settings());
    b.publish(1, "a");
    let token = b.publish(1, "b");
    b.publish(1, "c");
    cancel(&mut b, token, false);
    b.go_online(false);
    b.expect(message(1, 1, "a"));
    b.expect(message(1, 2, "c"));
    b.expect_quiet();
}

#[test]
fn a_message_on_offer_goes_out_all_the_same() {
    let mut b = Bench::online();
    b.room = 5;
    let token = b.publish(0, "hello");
    cancel(&mut b, token, true);
    b.unblock();
    b.expect(message(0, 0, "hello"));
    b.expect_quiet();
    b.expect_drained();
}

#[test]
fn a_sent_message_is_forgotten_and_its_puback_is_no_stranger() {
    let mut b = Bench::online();
    let token = b.publish(1, "a");
    b.expect(message(1, 1, "a"));
    cancel(&mut b, token, true);
    b.advance_to(14_999);
    b.expect_quiet();
    b.send(Packet::Puback(1));
    b.expect_quiet();
    assert_eq!(b.session.stats().unknown_acks, 0);
    b.expect_drained();
}

#[test]
fn a_sent_qos_1_is_not_replayed_with_a_session() {
    let mut b = Bench::online_with(stored());
    let token = b.publish(1, "a");
    b.packets.clear();
    cancel(&mut b, token, true);
    b.cut();
    b.reconnect(true);
    b.expect_quiet();
}

#[test]
fn a_sent_qos_2_is_released_after_a_reconnect_with_a_session() {
    // The broker may hold the id, and releases it for a message that it does not know, too.
    let mut b = Bench::online_with(stored());
    let token = b.publish(2, "a");
    b.packets.clear();
    cancel(&mut b, token, true);
    b.cut();
    b.reconnect(true);
    b.expect(Packet::Pubrel(1));
    b.send(Packet::Pubcomp(1));
    b.expect_quiet();
    assert_eq!(b.session.stats().unknown_acks, 0);
    b.expect_drained();
}

#[test]
fn a_released_qos_2_is_released_after_a_reconnect_with_a_session() {
    let mut b = Bench::online_with(stored());
    let token = b.publish(2, "a");
    b.send(Packet::Pubrec(1));
    b.packets.clear();
    cancel(&mut b, token, true);
    b.cut();
    b.reconnect(true);
    b.expect(Packet::Pubrel(1));
    b.send(Packet::Pubcomp(1));
    b.expect_quiet();
}

#[test]
fn a_sent_qos_2_is_forgotten_without_a_session() {
    let mut b = Bench::online_with(stored());
    let token = b.publish(2, "a");
    b.packets.clear();
    cancel(&mut b, token, true);
    b.cut();
    b.reconnect(false);
    b.expect_quiet();
    b.expect_drained();
}

#[test]
fn a_cancelled_qos_2_under_way_is_released_when_its_pubrec_comes() {
    let mut b = Bench::online();
    let token = b.publish(2, "a");
    b.packets.clear();
    cancel(&mut b, token, true);
    b.send(Packet::Pubrec(1));
    b.expect(Packet::Pubrel(1));
    b.send(Packet::Pubcomp(1));
    b.expect_quiet();
}

#[test]
fn a_message_cancelled_while_its_dup_waits_is_not_sent_again() {
    let mut b = Bench::online();
    b.block();
    let first = b.publish(0, "in the way");
    b.room = 3;
    b.run();
    b.session.cancel(first).unwrap();
    b.unblock();
    b.packets.clear();
    b.events.clear();
    let token = b.publish(1, "a");
    b.expect(message(1, 1, "a"));
    b.room = 2;
    b.publish(0, "in the way");
    b.advance_to(10_000);
    cancel(&mut b, token, true);
    b.unblock();
    b.expect(message(0, 0, "in the way"));
    b.advance_to(20_000);
    let pings = b.packets.iter().filter(|(_, packet)| packet[0] == 0xC0).count();
    assert_eq!(b.packets.len(), pings, "only pings");
}

#[test]
fn a_message_sent_over_an_earlier_connection_may_have_been_delivered() {
    let mut b = Bench::online();
    let token = b.publish(1, "a");
    b.packets.clear();
    b.cut();
    let pause = b.session.deadline(b.now).unwrap();
    b.advance(pause);
    b.expect_connect(true);
    b.block();
    // On offer is the subscription; the message waits behind it as a new one.
    b.session.subscribe(b"t", 0).unwrap();
    b.send(Packet::Connack(Connack { session_present: false, code: 0 }));
    b.next_event();
    cancel(&mut b, token, true);
}

#[test]
fn an_unknown_token_is_unknown() {
    let mut b = Bench::online();
    assert_eq!(b.session.cancel(0), Err(Error::Unknown));
    assert_eq!(b.session.cancel(1), Err(Error::Unknown));
    let token = b.publish(0, "a");
    assert_eq!(b.session.cancel(token), Err(Error::Unknown), "already delivered");
}

#[test]
fn the_token_of_a_subscription_cannot_be_cancelled() {
    let mut b = Bench::new(settings());
    let token = b.subscribe("t", 1);
    assert_eq!(b.session.cancel(token), Err(Error::Unknown));
}

/// Connected again with a session, and the message of `token` cancelled before anything else.
fn cancelled_when_online(b: &mut Bench, token: u32) {
    b.cut();
    let pause = b.session.deadline(b.now).expect("a pause");
    b.advance(pause);
    b.packets.clear();
    b.arrives([0x20, 2, 1, 0]);
    assert_eq!(b.run_to_event(), Some(Event::Online { session_present: true }));
    b.session.cancel(token).expect("is there");
    b.run();
    b.expect_event(Event::Done { token, fate: Fate::Cancelled, maybe_sent: true });
}

#[test]
fn a_message_cancelled_before_its_replay_does_not_keep_its_place() {
    // No answer would ever come for what the broker may never have got.
    let mut b = Bench::sized(stored(), 64, 2, 16);
    b.go_online(true);
    let token = b.publish(1, "aaaaaaa");
    cancelled_when_online(&mut b, token);
    b.expect_quiet();
    b.publish(1, "bbbbbbb");
}

#[test]
fn a_qos_2_message_cancelled_before_its_replay_is_released() {
    let mut b = Bench::sized(stored(), 64, 2, 16);
    b.go_online(true);
    let token = b.publish(2, "aaaaaaa");
    cancelled_when_online(&mut b, token);
    b.expect(Packet::Pubrel(1));
    b.send(Packet::Pubcomp(1));
    b.expect_quiet();
    b.publish(1, "bbbbbbb");
}
