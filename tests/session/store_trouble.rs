//! A store that is torn, old, of somebody else, too large for the outbox, or broken: told, and survived.

use super::bench::*;
use super::pull::{payload, pull};
use super::store::{Flash, kinds, life, restore};
use limpet::session::record::{Kind, Owner, Record, Trouble};

fn trouble(key: u32, trouble: Trouble, detail: i32) -> Event {
    Event::Store { trouble, key, detail }
}

#[test]
fn what_cannot_be_saved_is_refused_and_changes_nothing() {
    let flash = Flash::default();
    let mut b = life(&flash, settings());
    flash.0.borrow_mut().fails = Some(-5);
    assert_eq!(b.session.publish(&to("t", 1, "x")), Err(Error::Store));
    b.run();
    b.expect_event(trouble(0, Trouble::Save, -5));
    assert_eq!(b.session.publish(&to("t", 1, "x")), Err(Error::Store));
    b.run();
    b.expect_quiet();
    flash.0.borrow_mut().fails = None;
    let long = "x".repeat(170);
    assert_eq!(b.session.publish(&to("t", 1, &long)), Err(Error::TooLarge));
    b.publish(1, "y");
    b.go_online(false);
    let (_, packet) = b.next_packet();
    assert_eq!(packet.last(), Some(&b'y'));
    b.expect_quiet();
}

#[test]
fn a_medium_that_fails_is_not_worn_out_by_trying() {
    let flash = Flash::default();
    let mut b = life(&flash, settings());
    b.go_online(false);
    flash.0.borrow_mut().fails = Some(-5);
    b.subscribe("t", 1);
    b.send(message(2, 7, "in"));
    b.packets.clear();
    for _ in 0..50 {
        b.run();
    }
    let failures = flash.0.borrow().failures;
    assert!(failures < 10, "{failures} attempts");
    flash.0.borrow_mut().fails = None;
    b.send(Packet::Suback { id: 1, codes: &[1] });
    assert_eq!(kinds(&flash), [Kind::Filter]);
}

#[test]
fn an_erasure_that_fails_is_told_once_and_tried_again() {
    let flash = Flash::default();
    let mut b = life(&flash, settings());
    b.go_online(false);
    let token = b.publish(1, "x");
    b.packets.clear();
    flash.0.borrow_mut().fails = Some(-5);
    b.send(Packet::Puback(1));
    b.expect_event(trouble(0, Trouble::Erase, -5));
    b.expect_event(delivered(token));
    flash.0.borrow_mut().fails = None;
    b.publish(0, "y");
    assert_eq!(kinds(&flash), []);
}

#[test]
fn what_cannot_be_used_is_told_and_erased() {
    let flash = Flash::default();
    let mut b = life(&flash, settings());
    _ = ["a", "b", "c", "d", "e"].map(|payload| b.publish(1, payload));
    {
        let records = &mut flash.0.borrow_mut().records;
        records.get_mut(&0).unwrap().truncate(30);
        records.get_mut(&1).unwrap()[1] = 0;
        *records.get_mut(&2).unwrap().last_mut().unwrap() ^= 1;
        let copy = records[&3].clone();
        records.insert(9, copy);
        let owner = Owner::new(b"another", if b.is_v5 { 5 } else { 4 });
        let mut buf = [0; 100];
        let stranger = Record { kind: Kind::Message, id: 1, is_silent: false, token: 50, left_ms: 0, data: b"\x32" };
        let n = stranger.encode(owner, &mut buf).unwrap();
        records.insert(10, buf[..n].to_vec());
        records.insert(11, vec![0xFF; 40]);
    }
    let mut b = life(&flash, settings());
    b.run();
    b.expect_event(trouble(0, Trouble::Torn, 0));
    b.expect_event(trouble(1, Trouble::Version, 0));
    b.expect_event(trouble(2, Trouble::Torn, 0));
    b.expect_event(trouble(9, Trouble::Double, 0));
    b.expect_event(trouble(10, Trouble::Stranger, 0));
    b.expect_event(trouble(11, Trouble::Torn, 0));
    assert_eq!(kinds(&flash), [Kind::Message, Kind::Message]);
    b.go_online(true);
    b.expect(again(message(1, 4, "d")));
    b.expect(again(message(1, 5, "e")));
    b.expect_quiet();
}

#[test]
fn every_bit_that_falls_over_is_noticed() {
    let owner = Owner { id: 7, level: 4 };
    let record = Record { kind: Kind::Message, id: 1, is_silent: false, token: 50, left_ms: 9, data: b"\x32\x04abcd" };
    let mut buf = [0; 64];
    let n = record.encode(owner, &mut buf).unwrap();
    assert_eq!(Record::decode(&buf, owner), Ok(record));
    for bit in 0..n * 8 {
        let mut broken = buf;
        broken[bit / 8] ^= 1 << (bit % 8);
        assert!(Record::decode(&broken[..n], owner).is_err(), "bit {bit}");
    }
    for len in 0..n {
        assert!(Record::decode(&buf[..len], owner).is_err(), "{len} bytes");
        assert_eq!(record.encode(owner, &mut [0; 64][..len]), None);
    }
}

#[test]
fn a_smaller_outbox_leaves_what_does_not_fit_in_the_store() {
    let flash = Flash::default();
    let mut b = life(&flash, settings());
    _ = ["a", "b", "c"].map(|payload| b.publish(1, payload));
    let mut b = Bench::sized(settings(), 256, 3, 4096);
    restore(&mut b, &flash, 200).unwrap();
    b.run();
    b.expect_event(trouble(2, Trouble::NoRoom, 0));
    b.go_online(true);
    b.expect(again(message(1, 1, "a")));
    b.expect(again(message(1, 2, "b")));
    assert_eq!(kinds(&flash).len(), 3);
}

#[test]
fn the_identifier_of_a_qos_2_message_with_pull_is_not_given_to_another_before_it_is_released() {
    let flash = Flash::default();
    let mut b = life(&flash, settings());
    b.go_online(false);
    pull(&mut b, 2, payload(10, 10), 0).unwrap();
    let (_, first) = b.next_packet();
    let (Packet::Publish(first), _) = Packet::decode(&first).unwrap().unwrap() else { panic!("{first:x?}") };
    // The broker has it, and its PUBREC is lost with the power.
    let mut b = life(&flash, settings());
    b.go_online(true);
    b.publish(2, "another");
    let (_, second) = b.next_packet();
    assert_eq!(Packet::decode(&second).unwrap().unwrap().0, Packet::Pubrel(first.id));
    b.packets.clear();
    b.send(Packet::Pubcomp(first.id));
    // What it was is known no more, so it has no DONE.
    b.expect_quiet();
    assert_eq!(kinds(&flash), [Kind::Message]);
}
