//! Filters that change their QoS or are given up, also while a request for them is on its way. SUB-7, SUB-10

use super::bench::*;
use super::subscriptions::{granted, subscribed};

#[test]
fn a_filter_with_another_qos_is_asked_for_again_and_remembered_once() {
    // SUB-7
    let (mut b, first) = subscribed(settings());
    let second = b.subscribe("t", 2);
    assert_ne!(first, second);
    b.expect_subscribe(2, "t", 2);
    b.send(Packet::Suback { id: 2, codes: &[2] });
    b.expect_event(granted(second, 2));
    b.cut();
    b.reconnect(false);
    b.expect_subscribe(3, "t", 2);
    b.expect_quiet();
}

#[test]
fn a_filter_twice_before_its_suback_is_answered_for_both() {
    let mut b = Bench::online();
    let first = b.subscribe("t", 0);
    let second = b.subscribe("t", 1);
    assert_eq!(first, second);
    b.expect_subscribe(1, "t", 0);
    b.expect_subscribe(2, "t", 1);
    b.send(Packet::Suback { id: 1, codes: &[0] });
    b.send(Packet::Suback { id: 2, codes: &[1] });
    assert_eq!(b.events.back().map(|(_, event)| *event), Some(granted(first, 1)));
    b.cut_quietly();
    b.reconnect(false);
    b.expect_subscribe(3, "t", 1);
    b.expect_quiet();
}

#[test]
fn a_filter_twice_before_it_is_sent_is_sent_once() {
    let mut b = Bench::new(settings());
    b.subscribe("t", 0);
    b.subscribe("t", 2);
    b.go_online(false);
    b.expect_subscribe(1, "t", 2);
    b.expect_quiet();
}

#[test]
fn unsubscribe_ends_with_its_unsuback_and_is_not_renewed() {
    // SUB-10
    let (mut b, _) = subscribed(settings());
    let token = b.session.unsubscribe(b"t").unwrap();
    b.run();
    b.expect_unsubscribe(2, "t");
    b.send(Packet::Unsuback(2));
    b.expect_event(Event::Unsubscribed { token });
    b.cut();
    b.reconnect(false);
    b.expect_quiet();
}

#[test]
fn an_unsubscribe_in_an_outage_goes_out_after_it() {
    let (mut b, _) = subscribed(stored());
    b.cut();
    let token = b.session.unsubscribe(b"t").unwrap();
    b.reconnect(true);
    b.expect_unsubscribe(2, "t");
    b.send(Packet::Unsuback(2));
    b.expect_event(Event::Unsubscribed { token });
}

#[test]
fn a_filter_nobody_knows_is_unsubscribed_all_the_same() {
    // SUB-10: the broker may know it from before a reboot.
    let mut b = Bench::online();
    let token = b.session.unsubscribe(b"rats").unwrap();
    b.run();
    b.expect_unsubscribe(1, "rats");
    b.send(Packet::Unsuback(1));
    b.expect_event(Event::Unsubscribed { token });
    b.expect_quiet();
}

#[test]
fn unsubscribe_while_the_subscribe_is_on_its_way_wins() {
    let mut b = Bench::online();
    b.subscribe("t", 1);
    let token = b.session.unsubscribe(b"t").unwrap();
    b.run();
    b.expect_subscribe(1, "t", 1);
    b.expect_unsubscribe(2, "t");
    b.send(Packet::Suback { id: 1, codes: &[1] });
    b.send(Packet::Unsuback(2));
    assert_eq!(b.events.back().map(|(_, event)| *event), Some(Event::Unsubscribed { token }));
    b.cut_quietly();
    b.reconnect(false);
    b.expect_quiet();
}

#[test]
fn unsubscribe_while_the_subscribe_is_half_written_wins() {
    let mut b = Bench::online();
    b.room = 4;
    b.subscribe("t", 1);
    b.session.unsubscribe(b"t").unwrap();
    b.unblock();
    b.expect_subscribe(1, "t", 1);
    b.expect_unsubscribe(2, "t");
}

#[test]
fn subscribing_again_after_unsubscribe_keeps_the_order() {
    let (mut b, _) = subscribed(settings());
    b.block();
    b.session.unsubscribe(b"t").unwrap();
    let token = b.session.subscribe(b"t", 2).unwrap();
    b.unblock();
    b.expect_unsubscribe(2, "t");
    b.expect_subscribe(3, "t", 2);
    b.send(Packet::Unsuback(2));
    b.send(Packet::Suback { id: 3, codes: &[2] });
    b.next_event();
    b.expect_event(granted(token, 2));
    b.cut();
    b.reconnect(false);
    b.expect_subscribe(4, "t", 2);
}
