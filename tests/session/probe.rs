//! `broker_up`: an answer within the response time, from fresh data or from a ping. BUP-1, BUP-2

use super::bench::*;

fn probe(b: &mut Bench) {
    b.session.broker_up(b.now);
    b.run();
}

const UP: Event = Event::BrokerUp { up: true };
const DOWN: Event = Event::BrokerUp { up: false };

#[test]
fn data_of_999_ms_ago_needs_no_ping() {
    let mut b = Bench::online();
    b.advance_to(999);
    probe(&mut b);
    b.expect_event_at(999, UP);
    b.expect_quiet();
}

#[test]
fn data_of_1000_ms_ago_needs_a_ping() {
    let mut b = Bench::online();
    b.advance_to(1000);
    probe(&mut b);
    b.expect_at(1000, Packet::Pingreq);
    b.expect_quiet();
    b.advance_to(1100);
    b.send(Packet::Pingresp);
    b.expect_event_at(1100, UP);
    b.advance_to(16_000);
    assert!(b.events.is_empty());
}

#[test]
fn any_packet_is_an_answer() {
    // BUP-2
    let mut b = Bench::online();
    b.advance_to(1000);
    probe(&mut b);
    b.expect(Packet::Pingreq);
    b.send(message(0, 0, "x"));
    b.expect_event_at(1000, UP);
    b.expect_message(0, "x");
}

#[test]
fn several_probes_at_a_time_are_one() {
    let mut b = Bench::online();
    b.advance_to(1000);
    probe(&mut b);
    b.advance_to(2000);
    probe(&mut b);
    probe(&mut b);
    b.expect_at(1000, Packet::Pingreq);
    b.expect_quiet();
    b.send(Packet::Pingresp);
    b.expect_event(UP);
    b.expect_quiet();
}

#[test]
fn offline_the_answer_is_no_at_once() {
    // BUP-2
    let mut b = Bench::new(settings());
    probe(&mut b);
    b.expect_event_at(0, DOWN);
    b.connect();
    probe(&mut b);
    b.expect_event_at(0, DOWN);
    b.accept(false);
    b.cut();
    probe(&mut b);
    b.expect_event_at(0, DOWN);
    b.expect_quiet();
}

#[test]
fn a_probe_while_a_ping_is_under_way_sends_no_other() {
    let mut b = Bench::online();
    b.advance_to(16_000);
    b.expect_at(15_000, Packet::Pingreq);
    probe(&mut b);
    b.expect_quiet();
    b.send(Packet::Pingresp);
    b.expect_event(UP);
}

#[test]
fn a_probe_is_answered_no_when_the_connection_is_lost() {
    let mut b = Bench::online();
    b.advance_to(1000);
    probe(&mut b);
    b.expect(Packet::Pingreq);
    b.cut();
    b.expect_event_at(1000, DOWN);
    b.expect_quiet();
}

#[test]
fn a_probe_is_answered_when_the_application_leaves() {
    // "MQTT_EV_BROKER follows, at the latest after response_time_ms."
    let mut b = Bench::online();
    b.advance_to(1000);
    probe(&mut b);
    b.disconnect(Leave::Keep);
    b.advance(10_000);
    let probes = b.events.iter().filter(|(_, event)| *event == DOWN).count();
    assert_eq!(probes, 1, "{:?}", b.events);
}

#[test]
fn a_probe_never_ends_a_connection_that_answers() {
    let mut b = Bench::online();
    for i in 1..=20 {
        b.advance_to(i * 2000);
        probe(&mut b);
        b.expect_at(i * 2000, Packet::Pingreq);
        b.send(Packet::Pingresp);
        b.expect_event(UP);
    }
    b.expect_quiet();
}

#[test]
fn a_probe_that_fresh_data_answers_answers_the_one_before_it_too() {
    // Seed 123 of the simulator: the first had its own answer later, which nobody had asked for.
    let mut b = Bench::online();
    b.advance_to(1000);
    probe(&mut b);
    b.expect_at(1000, Packet::Pingreq);
    b.advance_to(1500);
    b.send_bytes(&[0xd0]);
    b.advance_to(1600);
    probe(&mut b);
    b.expect_event_at(1600, UP);
    b.advance_to(1700);
    b.send_bytes(&[0]);
    b.advance_to(14_000);
    assert!(b.events.is_empty(), "{:?}", b.events);
}
