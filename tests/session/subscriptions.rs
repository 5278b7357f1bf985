//! Filters: granted, refused, renewed, or without an answer. See `filters` for changes. SUB-1 to SUB-11, W11, W12, W13

use super::bench::*;

pub fn granted(token: u32, granted: u8) -> Event {
    Event::Subscribed { token, granted }
}

/// Online, and the broker has granted "t" at QoS 1 with id 1.
pub fn subscribed(settings: Settings<'static>) -> (Bench, u32) {
    let mut b = Bench::online_with(settings);
    let token = b.subscribe("t", 1);
    b.expect_subscribe(1, "t", 1);
    b.send(Packet::Suback { id: 1, codes: &[1] });
    b.expect_event(granted(token, 1));
    (b, token)
}

#[test]
fn a_subscription_ends_with_its_suback() {
    // SUB-1
    subscribed(settings()).0.expect_quiet();
}

#[test]
fn a_subscription_before_connect_goes_out_when_online() {
    let mut b = Bench::new(settings());
    let token = b.subscribe("t", 2);
    b.go_online(false);
    b.expect_subscribe(1, "t", 2);
    b.send(Packet::Suback { id: 1, codes: &[2] });
    b.expect_event(granted(token, 2));
}

#[test]
fn a_lower_qos_is_told() {
    // SUB-6
    let mut b = Bench::online();
    let token = b.subscribe("t", 2);
    b.send(Packet::Suback { id: 1, codes: &[0] });
    b.expect_event(granted(token, 0));
}

#[test]
fn a_refusal_is_an_event_and_the_link_stays() {
    // SUB-5, W11
    let mut b = Bench::online();
    let token = b.subscribe("t", 1);
    b.expect_subscribe(1, "t", 1);
    b.send(Packet::Suback { id: 1, codes: &[0x80] });
    b.expect_event(granted(token, 0x80));
    assert!(b.session.is_connected());
    b.advance(14_000);
    b.expect_quiet();
}

#[test]
fn a_refused_filter_is_not_renewed() {
    // W11
    let mut b = Bench::online();
    b.subscribe("t", 1);
    b.send(Packet::Suback { id: 1, codes: &[0x80] });
    b.next_event();
    b.packets.clear();
    b.cut();
    b.reconnect(false);
    b.expect_quiet();
}

#[test]
fn filters_are_renewed_without_a_session_and_answered_again() {
    // SUB-2, SUB-7, W13
    let (mut b, token) = subscribed(settings());
    b.cut();
    b.reconnect(false);
    b.expect_subscribe(2, "t", 1);
    b.send(Packet::Suback { id: 2, codes: &[0] });
    b.expect_event(granted(token, 0));
    b.expect_quiet();
}

#[test]
fn filters_are_not_renewed_with_a_session() {
    let (mut b, _) = subscribed(stored());
    b.cut();
    b.reconnect(true);
    b.expect_quiet();
}

#[test]
fn a_request_without_an_answer_is_made_again_even_with_a_session() {
    // SUB-7
    let mut b = Bench::online_with(stored());
    let token = b.subscribe("t", 1);
    b.expect_subscribe(1, "t", 1);
    b.cut();
    b.reconnect(true);
    b.expect_subscribe(2, "t", 1);
    b.send(Packet::Suback { id: 2, codes: &[1] });
    b.expect_event(granted(token, 1));
}

#[test]
fn several_filters_are_renewed_in_their_order() {
    // SUB-9
    let mut b = Bench::online();
    b.subscribe("a", 0);
    b.subscribe("b/#", 1);
    b.subscribe("c/+", 2);
    b.send(Packet::Suback { id: 1, codes: &[0] });
    b.send(Packet::Suback { id: 3, codes: &[2] });
    b.send(Packet::Suback { id: 2, codes: &[1] });
    b.packets.clear();
    b.events.clear();
    b.cut();
    b.reconnect(false);
    b.expect_subscribe(4, "a", 0);
    b.expect_subscribe(5, "b/#", 1);
    b.expect_subscribe(6, "c/+", 2);
    b.expect_quiet();
}

#[test]
fn a_suback_that_does_not_come_ends_the_connection() {
    // SUB-4, W12: not sent again on the same connection.
    let mut b = Bench::online();
    let token = b.subscribe("t", 1);
    b.expect_subscribe(1, "t", 1);
    b.advance_to(9999);
    b.expect_quiet();
    b.advance_to(10_000);
    b.expect_offline_at(10_000, Error::AckTimeout);
    b.reconnect(false);
    b.expect_subscribe(2, "t", 1);
    b.send(Packet::Suback { id: 2, codes: &[1] });
    b.expect_event(granted(token, 1));
}

#[test]
fn an_unsuback_that_does_not_come_ends_the_connection() {
    let mut b = Bench::online();
    let token = b.session.unsubscribe(b"t").unwrap();
    b.run();
    b.expect_unsubscribe(1, "t");
    b.advance_to(10_000);
    b.expect_offline_at(10_000, Error::AckTimeout);
    b.reconnect(false);
    b.expect_unsubscribe(2, "t");
    b.send(Packet::Unsuback(2));
    b.expect_event(Event::Unsubscribed { token });
}

#[test]
fn an_unknown_suback_is_counted_and_ignored() {
    // SUB-11
    let mut b = Bench::online();
    b.send(Packet::Suback { id: 5, codes: &[0] });
    b.send(Packet::Unsuback(6));
    b.expect_quiet();
    assert_eq!(b.session.stats().unknown_acks, 2);
}

#[test]
fn a_puback_does_not_answer_a_subscription() {
    let mut b = Bench::online();
    let token = b.subscribe("t", 1);
    b.packets.clear();
    b.send(Packet::Puback(1));
    b.send(Packet::Unsuback(1));
    b.expect_quiet();
    b.send(Packet::Suback { id: 1, codes: &[1] });
    b.expect_event(granted(token, 1));
}

#[test]
fn a_bad_filter_or_qos_changes_nothing() {
    // CFG-24
    let mut b = Bench::online();
    assert_eq!(b.session.subscribe(b"t", 3), Err(Error::Argument));
    assert_eq!(b.session.subscribe(b"", 0), Err(Error::Topic));
    assert_eq!(b.session.subscribe(b"a#", 0), Err(Error::Topic));
    assert_eq!(b.session.unsubscribe(b"#/a"), Err(Error::Topic));
    b.run();
    b.expect_quiet();
}

#[test]
fn a_full_outbox_can_be_emptied_of_its_filters() {
    let mut b = Bench::sized(settings(), 64, 4, 16);
    b.subscribe("t", 1);
    b.publish(0, "aa");
    assert!(b.session.unsubscribe(b"t").is_ok());
    b.go_online(false);
    b.expect_unsubscribe(1, "t");
    b.expect(message(0, 0, "aa"));
}

#[test]
fn an_unsubscribe_that_goes_out_again_does_not_end_the_subscription_made_after_it() {
    // Seed 110 of the simulator.
    let mut b = Bench::online_with(stored());
    b.session.unsubscribe(b"t").unwrap();
    b.run();
    b.expect_unsubscribe(1, "t");
    b.subscribe("t", 1);
    b.expect_subscribe(2, "t", 1);
    b.send(Packet::Suback { id: 2, codes: &[1] });
    b.events.clear();
    b.cut();
    b.reconnect(true);
    b.expect_unsubscribe(3, "t");
    b.expect_subscribe(4, "t", 1);
}
