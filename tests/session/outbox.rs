//! Room in the outbox: what fits, what never will, and what a policy gives up for a new message.

use super::bench::*;

/// Not connected, with room for so many records, beside the one for policies, and bytes. A message of four letters takes 9 bytes at QoS 1, 7 at 0.
fn bench(heads: usize, bytes: usize) -> Bench {
    Bench::sized(settings(), 64, heads + 1, bytes)
}

#[test]
fn a_full_outbox_is_an_answer_and_changes_nothing() {
    // DESIGN 2.6
    let mut b = bench(8, 18);
    b.publish(1, "aa");
    b.publish(1, "bb");
    assert_eq!(b.publish_with(1, "cc", Policy::Refuse, 0), Err(Error::Full));
    b.go_online(false);
    b.expect(message(1, 1, "aa"));
    b.expect(message(1, 2, "bb"));
    b.expect_quiet();
}

#[test]
fn room_comes_back_with_the_acknowledgement() {
    let mut b = bench(8, 18);
    b.publish(1, "aa");
    b.publish(1, "bb");
    b.go_online(false);
    b.send(Packet::Puback(1));
    assert!(b.publish_with(1, "cc", Policy::Refuse, 0).is_ok());
    assert_eq!(b.publish_with(1, "dd", Policy::Refuse, 0), Err(Error::Full));
}

#[test]
fn a_full_table_of_records_is_full_too() {
    let mut b = bench(2, 1000);
    b.publish(1, "aa");
    b.publish(1, "bb");
    assert_eq!(b.publish_with(1, "cc", Policy::Refuse, 0), Err(Error::Full));
}

#[test]
fn what_can_never_fit_is_too_large_under_every_policy() {
    // PUB-14
    let mut b = bench(8, 9);
    assert!(b.publish_with(1, "aa", Policy::Refuse, 0).is_ok());
    assert_eq!(b.publish_with(1, "aaa", Policy::Refuse, 0), Err(Error::TooLarge));
    assert_eq!(b.publish_with(1, "aaa", Policy::DropOldest, 0), Err(Error::TooLarge));
    assert_eq!(b.publish_with(1, "aaa", Policy::Replace, 0), Err(Error::TooLarge));
    assert_eq!(b.session.subscribe(b"aaa", 1), Err(Error::TooLarge));
    b.run();
    b.expect_quiet();
}

#[test]
fn drop_oldest_gives_up_as_few_qos_0_as_needed() {
    let mut b = bench(8, 21);
    let first = b.publish(0, "aa");
    b.publish(0, "bb");
    b.publish(0, "cc");
    b.publish_with(0, "dd", Policy::DropOldest, 0).unwrap();
    b.run();
    b.expect_event(done(first, Fate::Dropped, false));
    b.go_online(false);
    b.expect(message(0, 0, "bb"));
    b.expect(message(0, 0, "cc"));
    b.expect(message(0, 0, "dd"));
}

#[test]
fn drop_oldest_makes_room_in_a_full_table_of_records() {
    let mut b = bench(3, 1000);
    let first = b.publish(0, "aa");
    b.publish(0, "bb");
    b.publish(0, "cc");
    assert!(b.publish_with(0, "dd", Policy::DropOldest, 0).is_ok());
    b.run();
    b.expect_event(done(first, Fate::Dropped, false));
    b.expect_quiet();
}

#[test]
fn drop_oldest_that_fails_gives_nothing_up() {
    // Whatever stands in the way: a publish that is refused must not cost others.
    let mut b = bench(3, 1000);
    b.publish(0, "aa");
    b.publish(0, "bb");
    b.publish(0, "cc");
    if b.publish_with(0, "dd", Policy::DropOldest, 0) == Err(Error::Full) {
        b.run();
        b.expect_quiet();
    }
}

#[test]
fn drop_oldest_that_lacks_bytes_gives_nothing_up() {
    let mut b = bench(8, 23);
    b.publish(1, "aa");
    b.publish(0, "bb");
    assert_eq!(b.publish_with(1, "twelve bytes", Policy::DropOldest, 0), Err(Error::Full));
    b.run();
    b.expect_quiet();
}

#[test]
fn drop_oldest_spares_qos_1_and_2() {
    let mut b = bench(8, 18);
    b.publish(1, "aa");
    b.publish(2, "bb");
    assert_eq!(b.publish_with(0, "cc", Policy::DropOldest, 0), Err(Error::Full));
    b.run();
    b.expect_quiet();
}

#[test]
fn drop_oldest_spares_what_is_on_offer() {
    let mut b = bench(8, 14);
    b.go_online(false);
    b.block();
    b.publish(0, "aa");
    let second = b.publish(0, "bb");
    b.publish_with(0, "cc", Policy::DropOldest, 0).unwrap();
    b.run();
    b.expect_event(done(second, Fate::Dropped, false));
    b.unblock();
    b.expect(message(0, 0, "aa"));
    b.expect(message(0, 0, "cc"));
    b.next_event();
    b.next_event();
    b.expect_quiet();
}

#[test]
fn replace_takes_the_place_of_the_same_topic() {
    let mut b = Bench::new(settings());
    let old = b.publish(1, "old");
    b.publish_to("other", 1, "x");
    b.publish_with(1, "new", Policy::Replace, 0).unwrap();
    b.run();
    b.expect_event(done(old, Fate::Replaced, false));
    b.go_online(false);
    let mut payloads = [b.next_packet().1, b.next_packet().1].map(|packet| packet.last().copied().unwrap());
    payloads.sort();
    assert_eq!(payloads, *b"wx");
    b.expect_quiet();
}

#[test]
fn replace_works_in_an_outbox_that_is_full() {
    let mut b = bench(8, 18);
    let old = b.publish(1, "aa");
    b.publish_to("u", 1, "bb");
    b.publish_with(1, "cc", Policy::Replace, 0).unwrap();
    b.run();
    b.expect_event(done(old, Fate::Replaced, false));
    b.expect_quiet();
}

#[test]
fn replace_that_does_not_fit_keeps_the_old() {
    let mut b = bench(8, 18);
    b.publish(1, "aa");
    b.publish_to("u", 1, "bb");
    assert_eq!(b.publish_with(1, "longer", Policy::Replace, 0), Err(Error::Full));
    b.run();
    b.expect_quiet();
}

#[test]
fn replace_with_nothing_to_replace_is_like_refuse() {
    let mut b = bench(8, 18);
    b.publish_to("u", 1, "aa");
    b.publish_with(1, "bb", Policy::Replace, 0).unwrap();
    assert_eq!(b.publish_with(1, "cc", Policy::Refuse, 0), Err(Error::Full));
    assert!(b.publish_with(1, "cc", Policy::Replace, 0).is_ok());
}

#[test]
fn replace_leaves_alone_what_was_sent() {
    let mut b = Bench::online();
    b.publish(1, "old");
    b.expect(message(1, 1, "old"));
    b.publish_with(1, "new", Policy::Replace, 0).unwrap();
    b.run();
    b.expect(message(1, 2, "new"));
    b.expect_quiet();
}

#[test]
fn replace_leaves_alone_what_is_on_offer() {
    let mut b = Bench::online();
    b.block();
    b.publish(1, "old");
    b.publish_with(1, "new", Policy::Replace, 0).unwrap();
    b.unblock();
    b.expect(message(1, 1, "old"));
    b.expect(message(1, 2, "new"));
    b.expect_quiet();
}

#[test]
fn holes_are_closed_when_room_is_needed_and_the_offer_stays() {
    let mut b = bench(8, 36);
    b.go_online(false);
    b.publish(1, "aa");
    b.publish(1, "bb");
    b.packets.clear();
    b.room = 3;
    b.publish(1, "cc");
    b.publish(1, "dd");
    // A hole before the offer cannot be used; one behind it can.
    b.send(Packet::Puback(1));
    assert_eq!(b.publish_with(1, "ee", Policy::Refuse, 0), Err(Error::Full));
    b.unblock();
    b.publish(1, "ee");
    b.expect(message(1, 3, "cc"));
    b.expect(message(1, 4, "dd"));
    b.expect(message(1, 5, "ee"));
    b.send(Packet::Puback(2));
    b.send(Packet::Puback(5));
    b.send(Packet::Puback(3));
    b.send(Packet::Puback(4));
    assert_eq!(b.session.stats().messages_out, 5);
    b.expect_drained();
}
