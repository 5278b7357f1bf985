//! Packet identifiers: 1 to 65,535, and never one that is under way. PUB-12, W16

use super::bench::*;

/// Publishes and acknowledges until `count` ids have passed.
fn pass(b: &mut Bench, count: u32) {
    for _ in 0..count {
        b.publish_with(1, "", Policy::Refuse, 0).unwrap();
        b.run();
        let (_, packet) = b.packets.pop_back().expect("a PUBLISH");
        assert_eq!(packet[0], 0x32);
        b.send_bytes(&[0x40, 2, packet[5], packet[6]]);
        b.events.clear();
    }
}

#[track_caller]
fn assert_next_id(b: &mut Bench, id: u16) {
    b.publish(1, "next");
    b.expect(message(1, id, "next"));
}

#[test]
fn ids_wrap_to_1_and_never_are_0() {
    let mut b = Bench::online();
    pass(&mut b, 65_534);
    assert_next_id(&mut b, 65_535);
    assert_next_id(&mut b, 1);
}

#[test]
fn an_id_under_way_is_skipped_at_the_wrap() {
    let mut b = Bench::online();
    b.publish(1, "held");
    b.publish(1, "also held");
    b.packets.clear();
    pass(&mut b, 65_533);
    assert_next_id(&mut b, 3);
    b.send(Packet::Puback(1));
    assert!(b.session.is_connected());
    assert_eq!(b.session.stats().unknown_acks, 0);
}

#[test]
fn the_id_of_a_request_under_way_is_skipped_too() {
    let mut b = Bench::online();
    b.subscribe("t", 1);
    b.session.unsubscribe(b"u").unwrap();
    b.run();
    b.packets.clear();
    pass(&mut b, 65_533);
    assert_next_id(&mut b, 3);
}

#[test]
fn the_id_of_a_cancelled_qos_1_is_reserved_until_its_puback() {
    // PTO
    let mut b = Bench::online();
    let token = b.publish(1, "held");
    b.packets.clear();
    b.session.cancel(token).unwrap();
    b.run();
    b.events.clear();
    pass(&mut b, 65_534);
    assert_next_id(&mut b, 2);
    b.send(Packet::Puback(1));
    b.expect_quiet();
    assert_eq!(b.session.stats().unknown_acks, 0);
    pass(&mut b, 65_533);
    assert_next_id(&mut b, 1);
}

#[test]
fn the_id_of_a_cancelled_qos_2_is_reserved_until_its_pubcomp() {
    let mut b = Bench::online();
    let token = b.publish(2, "held");
    b.packets.clear();
    b.session.cancel(token).unwrap();
    b.run();
    b.events.clear();
    b.send(Packet::Pubrec(1));
    b.expect(Packet::Pubrel(1));
    pass(&mut b, 65_534);
    assert_next_id(&mut b, 2);
    b.send(Packet::Pubcomp(1));
    b.expect_quiet();
    pass(&mut b, 65_533);
    assert_next_id(&mut b, 1);
}

#[test]
fn qos_0_takes_no_id() {
    let mut b = Bench::online();
    b.publish(0, "a");
    b.publish(0, "b");
    b.packets.clear();
    assert_next_id(&mut b, 1);
}

#[test]
fn ids_go_on_over_connections() {
    let mut b = Bench::online();
    pass(&mut b, 10);
    b.cut();
    b.reconnect(false);
    assert_next_id(&mut b, 11);
}
