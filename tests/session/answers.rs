//! What the broker's messages are answered with: in which order, and when the same identifier means another message.

use super::bench::*;

#[test]
fn after_its_puback_an_id_means_a_new_message_whatever_dup_says() {
    // [MQTT-4.3.2-2] [5: MQTT-4.3.2-5]
    let mut b = Bench::online();
    b.send(message(1, 7, "x"));
    b.expect_message(1, "x");
    b.expect(Packet::Puback(7));
    b.send(again(message(1, 7, "y")));
    b.expect_message(1, "y");
    b.expect(Packet::Puback(7));
    b.expect_quiet();
    assert_eq!(b.session.stats().duplicates, 0);
}

#[test]
fn after_its_pubcomp_an_id_means_a_new_message_whatever_dup_says() {
    // [MQTT-4.3.3-2] [5: MQTT-4.3.3-12]
    let mut b = Bench::online();
    b.send(message(2, 7, "x"));
    b.send(Packet::Pubrel(7));
    b.expect_message(2, "x");
    b.packets.clear();
    b.send(again(message(2, 7, "y")));
    b.expect_message(2, "y");
    b.expect(Packet::Pubrec(7));
    b.expect_quiet();
}

#[test]
fn an_id_of_qos_1_is_not_one_of_qos_2() {
    // [MQTT-4.3.3-2] What waits for its PUBREL is known by its own id only.
    let mut b = Bench::online();
    b.send(message(2, 7, "a"));
    b.send(message(1, 7, "b"));
    b.send(message(1, 8, "c"));
    b.send(message(2, 8, "d"));
    b.expect_message(2, "a");
    b.expect_message(1, "b");
    b.expect_message(1, "c");
    b.expect_message(2, "d");
    b.expect(Packet::Pubrec(7));
    b.expect(Packet::Puback(7));
    b.expect(Packet::Puback(8));
    b.expect(Packet::Pubrec(8));
    b.expect_quiet();
}

#[test]
fn answers_keep_the_order_of_the_messages() {
    // [MQTT-4.6.0-2] [MQTT-4.6.0-3]
    let mut b = Bench::online();
    b.block();
    for (qos, id) in [(1, 9), (2, 3), (1, 1), (2, 8), (1, 2)] {
        b.send(message(qos, id, "x"));
    }
    b.send(Packet::Pubrel(3));
    b.messages.clear();
    b.unblock();
    b.expect(Packet::Puback(9));
    b.expect(Packet::Pubrec(3));
    b.expect(Packet::Puback(1));
    b.expect(Packet::Pubrec(8));
    b.expect(Packet::Puback(2));
    b.expect(Packet::Pubcomp(3));
    b.expect_quiet();
}

#[test]
fn a_duplicate_is_answered_in_its_turn() {
    // [MQTT-4.6.0-3]
    let mut b = Bench::online();
    b.send(message(2, 5, "x"));
    b.packets.clear();
    b.block();
    b.send(message(2, 6, "y"));
    b.send(again(message(2, 5, "x")));
    b.send(message(2, 4, "z"));
    b.messages.clear();
    b.unblock();
    b.expect(Packet::Pubrec(6));
    b.expect(Packet::Pubrec(5));
    b.expect(Packet::Pubrec(4));
    b.expect_quiet();
}

#[test]
fn releases_keep_the_order_of_the_pubrecs() {
    // [MQTT-4.6.0-4]
    let mut b = Bench::online();
    for payload in ["a", "b", "c"] {
        b.publish(2, payload);
    }
    b.packets.clear();
    b.block();
    b.send(Packet::Pubrec(3));
    b.send(Packet::Pubrec(1));
    b.send(Packet::Pubrec(2));
    b.unblock();
    b.expect(Packet::Pubrel(3));
    b.expect(Packet::Pubrel(1));
    b.expect(Packet::Pubrel(2));
    b.expect_quiet();
}

#[test]
fn what_nobody_has_subscribed_to_is_answered_as_well() {
    // [MQTT-4.5.0-2] [MQTT-3.3.2-3]
    let mut b = Bench::online();
    b.subscribe("mine", 2);
    b.packets.clear();
    b.send(Packet::Publish(Publish { id: 1, ..to("yours", 1, "x") }));
    b.send(Packet::Publish(Publish { id: 2, ..to("yours", 2, "x") }));
    assert_eq!(b.messages.len(), 2);
    b.messages.clear();
    b.expect(Packet::Puback(1));
    b.expect(Packet::Pubrec(2));
    b.expect_quiet();
}
