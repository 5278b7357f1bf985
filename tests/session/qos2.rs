//! QoS 2 outwards where it is easily got wrong: re-sending, its order on the wire, and its own count.

use super::bench::*;

#[test]
fn a_lost_pubcomp_makes_the_release_go_out_again() {
    let mut b = Bench::online();
    let token = b.publish(2, "a");
    b.expect(message(2, 1, "a"));
    b.send(Packet::Pubrec(1));
    b.expect(Packet::Pubrel(1));
    b.advance_to(10_000);
    b.expect_at(10_000, Packet::Pubrel(1));
    assert_eq!(b.session.stats().repubs, 1);
    b.send(Packet::Pubcomp(1));
    b.expect_event(delivered(token));
    b.expect_quiet();
}

#[test]
fn a_release_is_not_sent_twice_for_two_pubrecs() {
    let mut b = Bench::online();
    b.publish(2, "a");
    b.packets.clear();
    b.send(Packet::Pubrec(1));
    b.send(Packet::Pubrec(1));
    b.expect(Packet::Pubrel(1));
    b.expect_quiet();
    assert_eq!(b.session.stats().unknown_acks, 0);
}

#[test]
fn a_publish_is_never_sent_again_after_its_pubrec() {
    // [MQTT-4.3.3-1] The publish must not be re-sent once the PUBREL was.
    let mut b = Bench::online();
    b.publish(2, "a");
    b.advance_to(9000);
    b.send(Packet::Pubrec(1));
    b.packets.clear();
    b.advance_to(18_999);
    b.expect_quiet();
    b.advance_to(19_000);
    b.expect_at(19_000, Packet::Pubrel(1));
}

#[test]
fn the_release_has_a_count_of_its_own() {
    // max_repubs counts "how often an unacknowledged packet is sent again", and PUBREL is another packet.
    let mut b = Bench::online_with(Settings { max_repubs: 1, ..settings() });
    let token = b.publish(2, "a");
    b.advance_to(10_000);
    b.expect(message(2, 1, "a"));
    b.expect(again(message(2, 1, "a")));
    b.send(Packet::Pubrec(1));
    b.expect(Packet::Pubrel(1));
    b.advance_to(20_000);
    b.expect_at(20_000, Packet::Pubrel(1));
    b.send(Packet::Pubcomp(1));
    b.expect_event(delivered(token));
}

#[test]
fn a_release_never_overtakes_the_publish_that_is_on_its_way_again() {
    // After PUBREL and PUBCOMP the broker would take the DUP for a new message, and publish it twice.
    let mut b = Bench::online();
    b.publish(2, "a");
    b.publish(2, "b");
    b.send(Packet::Pubrec(1));
    b.packets.clear();
    b.block();
    b.advance_to(10_000);
    // Now PUBREL for 1 and PUBLISH for 2 are due again, and the PUBREC for 2 comes late.
    b.send(Packet::Pubrec(2));
    b.unblock();
    let wire: Vec<_> = b.packets.iter().map(|(_, packet)| packet[0]).collect();
    let release = b.packets.iter().position(|(_, p)| p[..] == [0x62, 2, 0, 2]).expect("PUBREL for 2");
    let publish = b.packets.iter().position(|(_, p)| p[0] == 0x3c);
    assert!(publish.is_none_or(|at| at < release), "{wire:x?}");
}

#[test]
fn a_pubrec_during_the_write_of_the_dup_is_answered_behind_it() {
    let mut b = Bench::online();
    b.publish(2, "a");
    b.packets.clear();
    b.room = 3;
    b.advance_to(10_000);
    b.send(Packet::Pubrec(1));
    b.unblock();
    b.expect(again(message(2, 1, "a")));
    b.expect(Packet::Pubrel(1));
    b.send(Packet::Pubrec(1));
    b.expect_quiet();
}

#[test]
fn a_release_that_is_late_while_its_dup_is_still_on_offer_stays_a_release() {
    // Seed 62 of the simulator: the end of the write made it a PUBLISH again, and the broker published twice.
    let mut b = Bench::online();
    b.publish(2, "a");
    b.packets.clear();
    b.room = 3;
    b.advance_to(10_000);
    b.send(Packet::Pubrec(1));
    b.advance_to(20_000);
    b.unblock();
    b.expect(again(message(2, 1, "a")));
    b.expect(Packet::Pubrel(1));
    b.send(Packet::Pubcomp(1));
    b.packets.clear();
    b.advance_to(34_000);
    assert!(b.packets.iter().all(|(_, packet)| packet[0] == 0xc0), "only pings: {:?}", b.packets);
}
