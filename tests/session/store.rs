//! What outlives a reset: messages, subscriptions and the ids of what came, in a store that may be torn, old, of somebody
//! else, or broken. power.rs cuts the power at every call.

use super::bench::*;
use limpet::session::record::{Kind, Owner, Record};
use limpet::session::store::{Kept, Slot, Store};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

type Records = BTreeMap<u32, Vec<u8>>;
type Question = dyn FnMut(&mut Records, u32, &[u8]);

/// What a store keeps, and what was asked of it.
#[derive(Default)]
pub struct Medium {
    pub records: Records,
    pub saves: u32,
    /// Saves and erasures that failed.
    pub failures: u32,
    pub erasures: u32,
    pub fails: Option<i32>,
    /// Asked before each call that changes something, with what it is about to write: may cut the power.
    pub before: Option<Box<Question>>,
}

#[derive(Clone, Default)]
pub struct Flash(pub Rc<RefCell<Medium>>);

impl Store for Flash {
    fn save(&mut self, key: u32, record: &[u8]) -> Result<(), i32> {
        let mut medium = self.0.borrow_mut();
        medium.ask(key, record);
        if let Some(number) = medium.fails {
            medium.failures += 1;
            return Err(number);
        }
        assert!(!medium.records.contains_key(&key), "saved over another record");
        medium.saves += 1;
        medium.records.insert(key, record.to_vec());
        medium.ask(key, record);
        Ok(())
    }

    fn load(&mut self, key: u32, buf: &mut [u8]) -> Result<usize, i32> {
        let medium = self.0.borrow();
        let Some(record) = medium.records.get(&key) else { return Ok(0) };
        let n = record.len().min(buf.len());
        buf[..n].copy_from_slice(&record[..n]);
        Ok(n)
    }

    fn erase(&mut self, key: u32) -> Result<(), i32> {
        let mut medium = self.0.borrow_mut();
        medium.ask(key, &[]);
        if let Some(number) = medium.fails {
            medium.failures += 1;
            return Err(number);
        }
        medium.erasures += 1;
        medium.records.remove(&key);
        medium.ask(key, &[]);
        Ok(())
    }
}

impl Medium {
    fn ask(&mut self, key: u32, record: &[u8]) {
        if let Some(before) = &mut self.before {
            before(&mut self.records, key, record);
        }
    }
}

pub const SLOTS: usize = 20;

/// A client that begins its life with this store.
pub fn life(flash: &Flash, settings: Settings<'static>) -> Bench {
    let mut b = Bench::new(settings);
    restore(&mut b, flash, 200).expect("it can be restored");
    b
}

pub fn restore(b: &mut Bench, flash: &Flash, longest: usize) -> Result<(), Error> {
    let slots = Box::leak(Box::new([Slot::default(); SLOTS]));
    let buf = Box::leak(vec![0; longest].into_boxed_slice());
    let kept = Box::leak(Box::new(Kept::new(flash.clone(), b.session.owner(), slots, buf)));
    b.session.restore(kept, 256, b.now)
}

pub fn kinds(flash: &Flash) -> Vec<Kind> {
    let level = if super::translate::speaks_v5() { 5 } else { 4 };
    let owner = Owner::new(b"limpet", level);
    let mut kinds: Vec<_> =
        flash.0.borrow().records.values().map(|record| Record::decode(record, owner).unwrap().kind).collect();
    kinds.sort_by_key(|kind| *kind as u8);
    kinds
}

#[test]
fn a_message_that_waited_goes_out_after_the_reset() {
    let flash = Flash::default();
    let mut b = life(&flash, settings());
    let token = b.publish(1, "kept");
    assert_eq!(kinds(&flash), [Kind::Message]);
    let mut b = life(&flash, settings());
    b.connect();
    b.expect_connect(false);
    b.send(Packet::Connack(Connack { session_present: false, code: 0 }));
    b.expect_event(Event::Online { session_present: false });
    b.expect(message(1, 1, "kept"));
    b.send(Packet::Puback(1));
    b.expect_event(delivered(token));
    assert_eq!(kinds(&flash), []);
}

#[test]
fn a_message_that_was_sent_goes_out_again_with_its_id_and_dup() {
    let flash = Flash::default();
    let mut b = life(&flash, settings());
    b.go_online(false);
    let tokens = [b.publish(1, "one"), b.publish(2, "two")];
    let mut b = life(&flash, settings());
    b.go_online(true);
    b.expect(again(message(1, 1, "one")));
    b.expect(again(message(2, 2, "two")));
    b.send(Packet::Puback(1));
    b.expect_event(delivered(tokens[0]));
    b.send(Packet::Pubrec(2));
    b.expect(Packet::Pubrel(2));
    b.send(Packet::Pubcomp(2));
    b.expect_event(delivered(tokens[1]));
    b.expect_quiet();
    assert_eq!(kinds(&flash), []);
}

#[test]
fn what_the_broker_has_of_qos_2_is_released_and_not_sent_again() {
    let flash = Flash::default();
    let mut b = life(&flash, settings());
    b.go_online(false);
    let token = b.publish(2, "two");
    b.send(Packet::Pubrec(1));
    assert_eq!(kinds(&flash), [Kind::Release]);
    let mut b = life(&flash, settings());
    b.go_online(true);
    b.expect(Packet::Pubrel(1));
    b.send(Packet::Pubcomp(1));
    b.expect_event(delivered(token));
    b.expect_quiet();
    assert_eq!(kinds(&flash), []);
}

#[test]
fn what_the_broker_had_of_qos_2_is_delivered_when_it_has_forgotten_us() {
    let flash = Flash::default();
    let mut b = life(&flash, settings());
    b.go_online(false);
    let token = b.publish(2, "two");
    b.send(Packet::Pubrec(1));
    let mut b = life(&flash, settings());
    b.go_online(false);
    b.expect_event(delivered(token));
    b.expect_quiet();
}

#[test]
fn the_release_is_kept_before_it_is_sent() {
    let flash = Flash::default();
    let mut b = life(&flash, settings());
    b.go_online(false);
    b.publish(2, "two");
    b.packets.clear();
    b.block();
    b.send(Packet::Pubrec(1));
    assert_eq!((kinds(&flash), b.packets.len()), (vec![Kind::Release], 0));
}

#[test]
fn messages_come_back_in_their_order_and_with_their_tokens() {
    let flash = Flash::default();
    let mut b = life(&flash, settings());
    let tokens = ["a", "b", "c", "d", "e"].map(|payload| b.publish(1, payload));
    b.session.cancel(tokens[1]).unwrap();
    b.run();
    let mut b = life(&flash, settings());
    let later = b.publish(1, "f");
    assert!(later > tokens[4], "a token must not come twice");
    b.go_online(false);
    for (id, payload) in [(1, "a"), (3, "c"), (4, "d"), (5, "e"), (6, "f")] {
        let (_, packet) = b.next_packet();
        let (Packet::Publish(publish), _) = Packet::decode(&packet).unwrap().unwrap() else { panic!("{packet:x?}") };
        assert_eq!(publish.payload, payload.as_bytes());
        let id = if payload == "f" { publish.id } else { id };
        b.send(Packet::Puback(id));
    }
    for token in [tokens[0], tokens[2], tokens[3], tokens[4], later] {
        b.expect_event(delivered(token));
    }
    assert_eq!(kinds(&flash), []);
}

#[test]
fn qos_0_is_not_kept() {
    let flash = Flash::default();
    let mut b = life(&flash, settings());
    b.publish(0, "gone");
    assert_eq!(flash.0.borrow().saves, 0);
}

#[test]
fn subscriptions_come_back() {
    let flash = Flash::default();
    let mut b = life(&flash, settings());
    b.subscribe("a", 1);
    b.subscribe("b", 1);
    b.subscribe("b", 2);
    b.session.unsubscribe(b"a").unwrap();
    b.run();
    assert_eq!(kinds(&flash), [Kind::Filter, Kind::Unsubscribe]);
    let mut b = life(&flash, settings());
    b.go_online(false);
    b.expect_subscribe(1, "b", 2);
    b.expect_unsubscribe(2, "a");
}

/// Not only when something else changes: the power may be cut before.
#[test]
fn a_request_is_kept_at_once() {
    let flash = Flash::default();
    let mut b = life(&flash, settings());
    b.run();
    b.subscribe("a", 1);
    assert_eq!(kinds(&flash), [Kind::Filter]);
    b.subscribe("b", 1);
    assert_eq!(kinds(&flash), [Kind::Filter, Kind::Filter]);
    b.session.unsubscribe(b"never subscribed").unwrap();
    b.run();
    assert_eq!(kinds(&flash), [Kind::Filter, Kind::Filter, Kind::Unsubscribe]);
}

#[test]
fn a_filter_that_the_broker_refuses_is_forgotten() {
    let flash = Flash::default();
    let mut b = life(&flash, settings());
    b.go_online(false);
    b.subscribe("a", 1);
    b.send(Packet::Suback { id: 1, codes: &[0x80] });
    assert_eq!(kinds(&flash), []);
}

#[test]
fn a_message_of_qos_2_that_was_had_does_not_come_again_after_the_reset() {
    let flash = Flash::default();
    let mut b = life(&flash, settings());
    b.go_online(false);
    b.send(message(2, 7, "in"));
    b.expect_message(2, "in");
    assert_eq!(kinds(&flash), [Kind::Received]);
    let mut b = life(&flash, settings());
    b.go_online(true);
    b.send(again(message(2, 7, "in")));
    b.expect(Packet::Pubrec(7));
    b.send(Packet::Pubrel(7));
    b.expect(Packet::Pubcomp(7));
    b.expect_quiet();
    assert_eq!(kinds(&flash), []);
}

#[test]
fn a_timeout_goes_on_after_the_reset() {
    let flash = Flash::default();
    let mut b = life(&flash, settings());
    b.advance(1000);
    let token = b.publish_with(1, "late", Policy::Refuse, 5000).unwrap();
    let mut b = life(&flash, settings());
    b.advance(4999);
    b.expect_quiet();
    b.advance(1);
    // Nobody knows whether it was sent before.
    b.expect_event(done(token, Fate::Expired, true));
    assert_eq!(kinds(&flash), []);
}

#[test]
fn a_client_without_an_id_cannot_be_restored_and_no_client_twice() {
    let mut b = Bench::new(Settings { client_id: b"", ..settings() });
    assert_eq!(restore(&mut b, &Flash::default(), 200), Err(Error::ConfigClientId));
    let mut b = life(&Flash::default(), settings());
    assert_eq!(restore(&mut b, &Flash::default(), 200), Err(Error::State));
    let mut b = Bench::new(settings());
    b.connect();
    assert_eq!(restore(&mut b, &Flash::default(), 200), Err(Error::State));
}

#[test]
fn what_was_posted_is_kept_as_well_and_ends_in_silence() {
    let flash = Flash::default();
    let mut b = life(&flash, settings());
    b.session.post(&to("t", 1, "a")).unwrap();
    b.session.post(&to("t", 1, "b")).unwrap();
    b.run();
    assert_eq!(kinds(&flash), [Kind::Message, Kind::Message]);
    let mut b = life(&flash, settings());
    b.go_online(true);
    b.expect(again(message(1, 1, "a")));
    b.expect(again(message(1, 2, "b")));
    b.send(Packet::Puback(1));
    b.send(Packet::Puback(2));
    b.expect_quiet();
    assert_eq!(kinds(&flash), []);
}

#[test]
fn a_cancelled_message_of_qos_2_that_the_broker_may_have_is_released_after_the_reset() {
    let flash = Flash::default();
    let mut b = life(&flash, settings());
    b.go_online(false);
    let token = b.publish(2, "x");
    b.session.cancel(token).unwrap();
    b.run();
    assert_eq!(kinds(&flash), [Kind::Release]);
    let mut b = life(&flash, settings());
    b.go_online(true);
    b.expect(Packet::Pubrel(1));
    b.send(Packet::Pubcomp(1));
    b.expect_quiet();
    assert_eq!(kinds(&flash), []);
}
