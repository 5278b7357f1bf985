//! Messages from the broker: acknowledged after the callback, QoS 2 once, and with no room for answers, unread.
//! RX-1 to RX-13

use super::bench::*;

#[test]
fn qos_0_is_handed_over_and_not_answered() {
    // RX-1
    let mut b = Bench::online();
    b.send_bytes(b"\x31\x06\0\x01thi!");
    let got = b.next_message();
    assert_eq!((&got.topic[..], &got.payload[..], got.qos), (&b"t"[..], &b"hi!"[..], 0));
    assert!(got.retain && !got.dup);
    b.expect_quiet();
}

#[test]
fn dup_is_told() {
    // RX-5
    let mut b = Bench::online();
    b.send(again(message(1, 7, "hi")));
    assert!(b.expect_message(1, "hi").dup);
}

#[test]
fn qos_1_is_acknowledged_after_the_callback_returned() {
    // RX-3
    let mut b = Bench::online();
    b.arrives(b"\x32\x06\0\x01t\0\x07x");
    assert!(matches!(b.run_to_event(), Some(Event::Message(_))));
    b.expect_quiet();
    b.run();
    b.expect(Packet::Puback(7));
    b.expect_quiet();
}

#[test]
fn a_publish_in_the_callback_comes_behind_the_puback() {
    // RX-2, W37
    let mut b = Bench::online();
    b.arrives(b"\x32\x06\0\x01t\0\x07x");
    b.run_to_event();
    b.publish_with(0, "answer", Policy::Refuse, 0).unwrap();
    b.run();
    b.expect(Packet::Puback(7));
    b.expect(message(0, 0, "answer"));
}

#[test]
fn qos_2_is_handed_over_once() {
    // RX-4, W21
    let mut b = Bench::online();
    b.send(message(2, 9, "x"));
    b.expect_message(2, "x");
    b.expect(Packet::Pubrec(9));
    b.send(again(message(2, 9, "x")));
    b.expect(Packet::Pubrec(9));
    b.expect_quiet();
    b.send(Packet::Pubrel(9));
    b.expect(Packet::Pubcomp(9));
    assert_eq!((b.session.stats().messages_in, b.session.stats().duplicates), (1, 1));
}

#[test]
fn after_pubrel_the_same_id_is_another_message() {
    let mut b = Bench::online();
    b.send(message(2, 9, "x"));
    b.send(Packet::Pubrel(9));
    b.send(message(2, 9, "y"));
    b.expect_message(2, "x");
    b.expect_message(2, "y");
}

#[test]
fn a_pubrel_for_an_unknown_id_gets_its_pubcomp() {
    // [MQTT-4.3.3-11]
    let mut b = Bench::online();
    b.send(Packet::Pubrel(9));
    b.expect(Packet::Pubcomp(9));
    b.expect_quiet();
}

#[test]
fn qos_2_is_handed_over_once_over_a_reconnect_with_a_session() {
    let mut b = Bench::online_with(stored());
    b.send(message(2, 9, "x"));
    b.expect_message(2, "x");
    b.packets.clear();
    b.cut();
    b.reconnect(true);
    b.send(again(message(2, 9, "x")));
    b.expect(Packet::Pubrec(9));
    b.expect_quiet();
}

#[test]
fn without_a_session_old_ids_mean_nothing() {
    let mut b = Bench::online_with(stored());
    b.send(message(2, 9, "x"));
    b.expect_message(2, "x");
    b.packets.clear();
    b.cut();
    b.reconnect(false);
    b.send(message(2, 9, "another"));
    b.expect_message(2, "another");
    b.expect(Packet::Pubrec(9));
}

#[test]
fn a_qos_2_cut_before_its_last_byte_was_not_handed_over() {
    let mut b = Bench::online_with(stored());
    b.send_bytes(b"\x34\x06\0\x01t\0\x09");
    b.cut();
    b.expect_quiet();
    b.reconnect(true);
    b.send(again(message(2, 9, "x")));
    b.expect_message(2, "x");
}

#[test]
fn thirty_two_qos_2_messages_may_be_under_way() {
    let mut b = Bench::online();
    (1..=32).for_each(|id| b.send(message(2, id, "x")));
    assert_eq!((b.messages.len(), b.packets.len()), (32, 32));
    (1..=32).for_each(|id| b.send(Packet::Pubrel(id)));
    assert_eq!(b.packets.len(), 64);
    b.send(message(2, 33, "x"));
    assert_eq!(b.messages.len(), 33);
}

#[test]
fn what_has_no_room_is_left_to_the_next_connection_and_none_is_lost_or_doubled() {
    let mut b = Bench::online_with(stored());
    (1..=40).for_each(|id| b.send(message(2, id, "x")));
    assert_eq!(b.messages.len(), 32);
    (1..=32).for_each(|id| _ = b.expect(Packet::Pubrec(id)));
    b.expect(Packet::Pingreq);
    (1..=32).for_each(|id| b.send(Packet::Pubrel(id)));
    (1..=32).for_each(|id| _ = b.expect(Packet::Pubcomp(id)));
    b.expect_quiet_but_for_messages();
    b.send(Packet::Pingresp);
    b.expect_offline(Error::Overrun, 0);
    b.messages.clear();
    b.reconnect(true);
    (33..=40).for_each(|id| b.send(again(message(2, id, "x"))));
    assert_eq!(b.messages.len(), 8);
    assert!(b.session.is_connected());
}

#[test]
fn what_has_no_room_is_not_overtaken() {
    let mut b = Bench::online_with(stored());
    (1..=33).for_each(|id| b.send(message(2, id, "x")));
    b.messages.clear();
    (1..=32).for_each(|id| b.send(Packet::Pubrel(id)));
    b.send(message(2, 34, "later"));
    b.send(message(1, 35, "last"));
    assert_eq!(b.messages.len(), 0);
    b.send(Packet::Pingresp);
    b.expect_offline(Error::Overrun, 0);
    b.packets.clear();
    b.reconnect(true);
    b.send(again(message(2, 33, "x")));
    b.send(again(message(2, 34, "later")));
    b.expect_message(2, "x");
    b.expect_message(2, "later");
    b.send(again(message(1, 35, "last")));
    b.expect_message(1, "last");
}

/// Or a connection that is too bad for the PUBRECs would be followed by one that does the same.
#[test]
fn without_room_the_connection_goes_on_until_there_is() {
    let mut b = Bench::online_with(stored());
    (1..=33).for_each(|id| b.send(message(2, id, "x")));
    b.send(Packet::Pingresp);
    b.send(message(0, 0, "y"));
    assert_eq!(b.messages.len(), 33);
    assert!(b.session.is_connected());
    b.send(Packet::Pubrel(7));
    b.advance(15_000);
    b.send(Packet::Pingresp);
    b.expect_offline(Error::Overrun, 0);
}

#[test]
fn the_pause_after_that_does_not_grow() {
    let mut b = Bench::online_with(stored());
    for round in 0..8 {
        (1..=33).for_each(|id| b.send(message(2, 33 * round + id, "x")));
        (1..=32).for_each(|id| b.send(Packet::Pubrel(33 * round + id)));
        b.send(Packet::Pingresp);
        assert!(b.expect_offline(Error::Overrun, 0).unwrap() <= 2000);
        b.packets.clear();
        b.reconnect(true);
    }
}

#[test]
fn without_room_for_answers_nothing_more_is_handed_over() {
    // RX-3, RX-13, W15
    let mut b = Bench::online();
    b.block();
    (1..=30).for_each(|id| b.send(message(1, id, "x")));
    assert!(b.messages.len() < 15, "{}", b.messages.len());
    b.unblock();
    assert_eq!((b.messages.len(), b.packets.len()), (30, 30));
    (1..=30).for_each(|id| assert_eq!(b.expect(Packet::Puback(id)), 0));
}

#[test]
fn a_ping_finds_room_among_the_answers() {
    let mut b = Bench::online();
    b.advance_to(14_000);
    b.block();
    (1..=30).for_each(|id| b.send(message(1, id, "x")));
    b.advance_to(15_000);
    b.unblock();
    assert!(b.packets.iter().any(|(_, packet)| packet[0] == 0xC0));
    assert_eq!(b.messages.len(), 30);
}

#[test]
fn every_packet_may_come_byte_by_byte() {
    // RX-6
    let mut b = Bench::new(stored());
    b.chunk = 1;
    b.go_online(true);
    let token = b.publish(2, "out");
    b.send(Packet::Pubrec(1));
    b.send(Packet::Pubcomp(1));
    b.expect_event(delivered(token));
    let token = b.publish(1, "out");
    b.send(Packet::Puback(2));
    b.expect_event(delivered(token));
    let token = b.subscribe("t", 1);
    b.send(Packet::Suback { id: 3, codes: &[1] });
    b.expect_event(Event::Subscribed { token, granted: 1 });
    let token = b.session.unsubscribe(b"t").unwrap();
    b.send(Packet::Unsuback(4));
    b.expect_event(Event::Unsubscribed { token });
    b.send(message(0, 0, "zero"));
    b.expect_message(0, "zero");
    b.send(message(1, 5, "one"));
    b.expect_message(1, "one");
    b.send(message(2, 6, "two"));
    b.expect_message(2, "two");
    b.send(Packet::Pubrel(6));
    b.send(Packet::Pingresp);
    b.packets.clear();
    b.expect_quiet();
    assert_eq!(b.session.stats().unknown_acks, 0);
}

#[test]
fn packets_that_come_in_one_read_are_worked_through() {
    let mut b = Bench::online();
    b.send_bytes(b"\x30\x04\0\x01ta\xd0\0\x32\x06\0\x01t\0\x01b\x30\x04\0\x01tc");
    b.expect_message(0, "a");
    b.expect_message(1, "b");
    b.expect_message(0, "c");
    b.expect(Packet::Puback(1));
    b.expect_quiet();
}

#[test]
fn a_burst_loses_nothing() {
    // W32, EVT-5
    let mut b = Bench::online();
    let burst: Vec<u8> = (0..1000).flat_map(|i: u16| [0x30, 5, 0, 1, b't', (i >> 8) as u8, i as u8]).collect();
    b.send_bytes(&burst);
    assert_eq!(b.messages.len(), 1000);
    assert_eq!(b.messages[999].payload, 999u16.to_be_bytes());
}

#[test]
fn an_empty_message_is_a_message() {
    let mut b = Bench::online();
    b.send(message(1, 3, ""));
    b.expect_message(1, "");
    b.expect(Packet::Puback(3));
}
