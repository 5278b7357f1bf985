//! What was under way, after a new connection, with and without a session. PUB-7, PUB-8, PUB-9, REC-7, REC-8, W6, W17

use super::bench::*;

fn stored_online() -> Bench {
    Bench::online_with(stored())
}

#[test]
fn without_a_session_qos_1_goes_out_as_a_new_message() {
    // PUB-7
    let mut b = Bench::online();
    let token = b.publish(1, "a");
    b.expect(message(1, 1, "a"));
    b.cut();
    b.reconnect(false);
    b.expect(message(1, 2, "a"));
    b.send(Packet::Puback(1));
    b.expect_quiet();
    b.send(Packet::Puback(2));
    b.expect_event(delivered(token));
    b.expect_drained();
}

#[test]
fn with_a_session_qos_1_goes_out_with_its_id_and_dup() {
    // PUB-8 [MQTT-4.4.0-1]
    let mut b = stored_online();
    let token = b.publish(1, "a");
    b.expect(message(1, 1, "a"));
    b.cut();
    b.reconnect(true);
    b.expect(again(message(1, 1, "a")));
    b.send(Packet::Puback(1));
    b.expect_event(delivered(token));
    assert_eq!(b.session.stats().repubs, 0, "DBG-2");
    b.expect_drained();
}

#[test]
fn with_a_session_qos_2_before_pubrec_goes_out_with_its_id_and_dup() {
    let mut b = stored_online();
    let token = b.publish(2, "a");
    b.expect(message(2, 1, "a"));
    b.cut();
    b.reconnect(true);
    b.expect(again(message(2, 1, "a")));
    b.send(Packet::Pubrec(1));
    b.expect(Packet::Pubrel(1));
    b.send(Packet::Pubcomp(1));
    b.expect_event(delivered(token));
    b.expect_drained();
}

#[test]
fn with_a_session_qos_2_after_pubrec_is_only_released() {
    let mut b = stored_online();
    let token = b.publish(2, "a");
    b.send(Packet::Pubrec(1));
    b.packets.clear();
    b.cut();
    b.reconnect(true);
    b.expect(Packet::Pubrel(1));
    b.expect_quiet();
    b.send(Packet::Pubcomp(1));
    b.expect_event(delivered(token));
    b.expect_drained();
}

#[test]
fn with_a_session_a_release_that_was_not_written_is_written() {
    let mut b = stored_online();
    b.publish(2, "a");
    b.packets.clear();
    b.block();
    b.send(Packet::Pubrec(1));
    b.cut();
    b.room = usize::MAX;
    b.reconnect(true);
    b.expect(Packet::Pubrel(1));
    b.expect_quiet();
}

#[test]
fn without_a_session_qos_2_before_pubrec_is_a_new_message() {
    let mut b = stored_online();
    b.publish(2, "a");
    b.packets.clear();
    b.cut();
    b.reconnect(false);
    b.expect(message(2, 2, "a"));
    b.expect_quiet();
}

#[test]
fn without_a_session_qos_2_after_pubrec_is_a_new_message() {
    let mut b = stored_online();
    let token = b.publish(2, "a");
    b.send(Packet::Pubrec(1));
    b.packets.clear();
    b.cut();
    b.reconnect(false);
    b.expect(message(2, 2, "a"));
    b.send(Packet::Pubrec(2));
    b.expect(Packet::Pubrel(2));
    b.send(Packet::Pubcomp(2));
    b.expect_event(delivered(token));
    b.expect_drained();
}

#[test]
fn what_was_under_way_goes_before_filters_and_these_before_what_is_new() {
    // REC-8
    let mut b = stored_online();
    b.publish(1, "old one");
    b.publish(2, "old two");
    b.send(Packet::Pubrec(2));
    b.publish(2, "old three");
    b.packets.clear();
    b.cut();
    b.publish(1, "new");
    b.subscribe("t", 1);
    b.reconnect(true);
    let mut old = [b.next_packet().1, b.next_packet().1, b.next_packet().1];
    old.sort();
    assert_eq!((old[0][0], old[1][0], old[2][0]), (0x3a, 0x3c, 0x62));
    b.expect_subscribe(4, "t", 1);
    b.expect(message(1, 5, "new"));
    b.expect_quiet();
}

#[test]
fn messages_under_way_are_replayed_in_their_first_order() {
    // [MQTT-4.6.0-1]
    let mut b = stored_online();
    b.publish(1, "a");
    b.publish(2, "b");
    b.publish(1, "c");
    b.packets.clear();
    b.cut();
    b.reconnect(true);
    b.expect(again(message(1, 1, "a")));
    b.expect(again(message(2, 2, "b")));
    b.expect(again(message(1, 3, "c")));
}

#[test]
fn releases_are_replayed_in_their_first_order() {
    // [MQTT-4.6.0-4]
    let mut b = stored_online();
    b.publish(2, "a");
    b.publish(2, "b");
    b.send(Packet::Pubrec(1));
    b.send(Packet::Pubrec(2));
    b.packets.clear();
    b.cut();
    b.reconnect(true);
    b.expect(Packet::Pubrel(1));
    b.expect(Packet::Pubrel(2));
}

#[test]
fn each_connection_has_its_own_count_of_resendings() {
    // PUB-5: five transmissions per connection.
    let mut b = Bench::online_with(Settings { max_repubs: 1, ping_interval_s: 0, ..stored() });
    b.publish(1, "a");
    b.advance_to(10_000);
    b.advance_to(20_000);
    b.expect_at(0, message(1, 1, "a"));
    b.expect_at(10_000, again(message(1, 1, "a")));
    b.expect_at(15_000, Packet::Pingreq);
    b.expect_offline_at(20_000, Error::AckTimeout);
    b.reconnect(true);
    let online = b.at();
    b.expect_at(online, again(message(1, 1, "a")));
    b.advance(10_000);
    b.expect_at(online + 10_000, again(message(1, 1, "a")));
    b.advance(5000);
    b.expect(Packet::Pingreq);
    b.advance(5000);
    b.expect_offline_at(online + 20_000, Error::AckTimeout);
}

#[test]
fn a_puback_after_the_outage_ends_only_what_it_is_for() {
    // W17: there, clearing the ids at reconnect passed for an acknowledgement.
    let mut b = stored_online();
    b.publish(1, "a");
    let second = b.publish(1, "b");
    b.packets.clear();
    b.cut();
    b.expect_quiet();
    b.reconnect(true);
    b.packets.clear();
    b.send(Packet::Puback(2));
    b.expect_event(delivered(second));
    b.expect_quiet();
}

#[test]
fn qos_0_that_waited_goes_out_after_the_outage() {
    // PUB-2
    let mut b = Bench::online();
    b.cut();
    let token = b.publish(0, "a");
    b.expect_quiet();
    b.reconnect(false);
    b.expect(message(0, 0, "a"));
    b.expect_event(delivered(token));
}

#[test]
fn qos_0_that_was_cut_goes_out_whole_again() {
    // PUB-3, REC-10
    let mut b = Bench::online();
    b.room = 4;
    let token = b.publish(0, "hello");
    b.cut();
    b.room = usize::MAX;
    b.reconnect(false);
    b.expect(message(0, 0, "hello"));
    b.expect_event(delivered(token));
}

#[test]
fn a_message_that_was_cut_before_its_end_is_not_a_dup() {
    let mut b = stored_online();
    b.room = 4;
    b.publish(1, "hello");
    b.cut();
    b.room = usize::MAX;
    b.reconnect(true);
    let (_, packet) = b.next_packet();
    assert_eq!(packet[0], 0x32, "the broker has never seen it");
}

#[test]
fn no_repubs_still_means_a_dead_link_after_one_deadline() {
    // W5
    let mut b = Bench::online_with(Settings { max_repubs: OFF, ..settings() });
    b.publish(1, "a");
    b.expect(message(1, 1, "a"));
    b.advance_to(10_000);
    b.expect_offline_at(10_000, Error::AckTimeout);
    assert_eq!(b.session.stats().repubs, 0);
    b.reconnect(false);
    b.expect(message(1, 2, "a"));
}

#[test]
fn the_deadline_of_a_puback_starts_with_the_last_byte() {
    // W5
    let mut b = Bench::online();
    b.room = 3;
    b.publish(1, "a");
    b.advance_to(8000);
    b.unblock();
    b.expect_at(8000, message(1, 1, "a"));
    b.advance_to(17_999);
    b.packets.clear();
    b.advance_to(18_000);
    b.expect_at(18_000, again(message(1, 1, "a")));
}
