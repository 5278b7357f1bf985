//! A publish on a healthy link: QoS 0, 1 and 2, their ids, and acknowledgements that do not fit. PUB-1 to PUB-17

use super::bench::*;

#[test]
fn qos_0_ends_when_its_last_byte_is_taken() {
    // PUB-3
    let mut b = Bench::online();
    b.block();
    let token = b.publish(0, "hello");
    b.room = 9;
    b.run();
    b.expect_quiet();
    b.room = 1;
    b.run();
    b.expect(message(0, 0, "hello"));
    b.expect_event(delivered(token));
    b.expect_quiet();
    b.expect_drained();
}

#[test]
fn qos_1_ends_with_its_puback() {
    // PUB-4, PUB-16
    let mut b = Bench::online();
    let token = b.publish(1, "hello");
    b.expect(message(1, 1, "hello"));
    b.advance(3000);
    b.expect_quiet();
    b.send(Packet::Puback(1));
    b.expect_event_at(3000, delivered(token));
    b.expect_drained();
}

#[test]
fn qos_2_ends_with_its_pubcomp() {
    let mut b = Bench::online();
    let token = b.publish(2, "hello");
    b.expect(message(2, 1, "hello"));
    b.send(Packet::Pubrec(1));
    b.expect(Packet::Pubrel(1));
    b.expect_quiet();
    b.send(Packet::Pubcomp(1));
    b.expect_event(delivered(token));
    b.expect_drained();
}

#[test]
fn publish_bytes() {
    // PUB-15, PUB-17
    let mut b = Bench::online();
    b.session.publish(&Publish { retain: true, ..to("a/b", 1, "xy") }).unwrap();
    b.run();
    assert_eq!(b.next_packet().1, b"\x33\x09\0\x03a/b\0\x01xy");
}

#[test]
fn an_empty_payload_is_a_message() {
    // PUB-17
    let mut b = Bench::online();
    let token = b.session.publish(&Publish { retain: true, ..to("t", 0, "") }).unwrap();
    b.run();
    assert_eq!(b.next_packet().1, b"\x31\x03\0\x01t");
    b.expect_event(delivered(token));
}

#[test]
fn a_qos_above_2_and_a_bad_topic_change_nothing() {
    // CFG-24, CFG-27
    let mut b = Bench::online();
    let mut publish = |topic: &[u8], qos| b.session.publish(&Publish { topic, ..to("", qos, "x") });
    assert_eq!(publish(b"t", 3), Err(Error::Argument));
    assert_eq!(publish(b"", 0), Err(Error::Topic));
    assert_eq!(publish(b"a/#", 0), Err(Error::Topic));
    assert_eq!(publish(b"a/+/b", 0), Err(Error::Topic));
    assert_eq!(publish(b"a\0b", 0), Err(Error::Topic));
    assert_eq!(publish(b"\xff", 0), Err(Error::Topic));
    assert_eq!(publish(&vec![b'a'; 65_536], 0), Err(Error::Topic));
    assert_eq!(b.publish_with(3, "x", Policy::Refuse, 0), Err(Error::Argument));
    b.run();
    b.expect_quiet();
    b.expect_drained();
}

#[test]
fn a_timeout_beyond_23_days_is_a_mistake() {
    let mut b = Bench::online();
    assert_eq!(b.publish_with(1, "x", Policy::Refuse, 2_000_000_001), Err(Error::Argument));
    assert!(b.publish_with(1, "x", Policy::Refuse, 2_000_000_000).is_ok());
}

#[test]
fn messages_go_out_in_the_order_of_acceptance() {
    // PUB-10
    let mut b = Bench::new(settings());
    b.publish(1, "a");
    b.publish(0, "b");
    b.publish(2, "c");
    b.publish(1, "d");
    b.go_online(false);
    b.expect(message(1, 1, "a"));
    b.expect(message(0, 0, "b"));
    b.expect(message(2, 2, "c"));
    b.expect(message(1, 3, "d"));
}

#[test]
fn acknowledgements_may_come_in_any_order() {
    // PUB-10
    let mut b = Bench::online();
    let a = b.publish(1, "a");
    let c = b.publish(2, "c");
    let d = b.publish(1, "d");
    let e = b.publish(2, "e");
    b.packets.clear();
    b.send(Packet::Pubrec(4));
    b.send(Packet::Puback(3));
    b.send(Packet::Pubrec(2));
    b.send(Packet::Pubcomp(4));
    b.send(Packet::Pubcomp(2));
    b.send(Packet::Puback(1));
    b.expect(Packet::Pubrel(4));
    b.expect(Packet::Pubrel(2));
    b.expect_event(delivered(d));
    b.expect_event(delivered(e));
    b.expect_event(delivered(c));
    b.expect_event(delivered(a));
    b.expect_quiet();
    assert_eq!(b.session.stats().unknown_acks, 0);
    b.expect_drained();
}

#[test]
fn an_unknown_puback_is_counted_and_ignored() {
    // PUB-13, W4
    let mut b = Bench::online();
    b.send(Packet::Puback(77));
    b.expect_quiet();
    assert!(b.session.is_connected());
    assert_eq!(b.session.stats().unknown_acks, 1);
    assert_eq!(b.notes.last(), Some(&(Log::UnknownAck, 77)));
}

#[test]
fn a_second_puback_is_counted_and_ignored() {
    // PUB-13, W4
    let mut b = Bench::online();
    let token = b.publish(1, "a");
    b.packets.clear();
    b.send(Packet::Puback(1));
    b.send(Packet::Puback(1));
    b.expect_event(delivered(token));
    b.expect_quiet();
    assert_eq!(b.session.stats().unknown_acks, 1);
}

#[test]
fn a_puback_for_qos_2_and_a_pubcomp_before_pubrec_are_ignored() {
    let mut b = Bench::online();
    let token = b.publish(2, "a");
    b.expect(message(2, 1, "a"));
    b.send(Packet::Puback(1));
    b.send(Packet::Pubcomp(1));
    b.expect_quiet();
    assert_eq!(b.session.stats().unknown_acks, 2);
    b.send(Packet::Pubrec(1));
    b.send(Packet::Pubcomp(1));
    b.expect(Packet::Pubrel(1));
    b.expect_event(delivered(token));
}

#[test]
fn a_pubrec_for_qos_1_leaves_the_message_waiting_for_its_puback() {
    let mut b = Bench::online();
    let token = b.publish(1, "a");
    b.expect(message(1, 1, "a"));
    b.send(Packet::Pubrec(1));
    b.packets.clear();
    assert!(b.events.is_empty());
    b.send(Packet::Puback(1));
    b.expect_event(delivered(token));
}

#[test]
fn a_pubrec_for_an_unknown_id_is_released() {
    // The broker holds that id until it gets its PUBREL.
    let mut b = Bench::online();
    b.send(Packet::Pubrec(9));
    b.expect(Packet::Pubrel(9));
    b.send(Packet::Pubcomp(9));
    b.expect_quiet();
    assert_eq!(b.session.stats().unknown_acks, 2);
}

#[test]
fn a_puback_during_the_write_of_its_dup_ends_the_publish() {
    // W4: the acknowledgement is late, so the message has already been sent again, in part.
    let mut b = Bench::online();
    let token = b.publish(1, "a");
    b.expect(message(1, 1, "a"));
    b.room = 3;
    b.advance(10_000);
    b.send(Packet::Puback(1));
    b.expect_event(delivered(token));
    let second = b.publish(1, "b");
    b.unblock();
    b.expect(again(message(1, 1, "a")));
    b.expect(message(1, 2, "b"));
    b.send(Packet::Puback(1));
    b.send(Packet::Puback(2));
    b.expect_event(delivered(second));
    b.expect_quiet();
    assert_eq!(b.session.stats().unknown_acks, 1);
    b.expect_drained();
}

#[test]
fn packets_that_wait_side_by_side_share_a_write() {
    // PUB-15, W36
    let mut b = Bench::new(settings());
    b.publish(1, "a");
    b.publish(0, "b");
    b.subscribe("t", 1);
    b.connect();
    b.expect_connect(true);
    b.block();
    b.send(Packet::Connack(Connack { session_present: false, code: 0 }));
    b.next_event();
    // The filter first, as a pass of its own; then both messages.
    b.room = 8;
    b.run();
    b.expect_subscribe(1, "t", 1);
    b.room = 14;
    b.run();
    b.expect(message(1, 2, "a"));
    b.expect(message(0, 0, "b"));
}

#[test]
fn one_byte_at_a_time_is_enough() {
    let mut b = Bench::new(settings());
    b.chunk = 1;
    b.go_online(false);
    let token = b.publish(2, "hello");
    b.expect(message(2, 1, "hello"));
    b.send(Packet::Pubrec(1));
    b.expect(Packet::Pubrel(1));
    b.send(Packet::Pubcomp(1));
    b.expect_event(delivered(token));
}

#[test]
fn a_length_counts_bytes() {
    // W22
    let mut b = Bench::online();
    b.publish(0, "21 \u{b0}C");
    assert_eq!(b.next_packet().1, b"\x30\x09\0\x01t21 \xc2\xb0C");
}

#[test]
fn a_payload_may_have_any_byte() {
    // CFG-27
    let mut b = Bench::online();
    let all: Vec<u8> = (0..=255).collect();
    b.session.publish(&Publish { payload: &all, ..to("t", 0, "") }).unwrap();
    b.run();
    let (_, packet) = b.next_packet();
    assert_eq!(packet, [&b"\x30\x83\x02\0\x01t"[..], &all].concat());
}
