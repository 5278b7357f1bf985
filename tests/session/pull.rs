//! Payloads that are asked for while they go out: whole after any outage, never a byte of anything else in between.

use super::bench::*;
use limpet::packet::v5::property::NONE;
use limpet::session::pull::{Origin, Payload};
use std::cell::{Cell, RefCell};
use std::task::Poll;

/// What the source answers instead of bytes.
#[derive(Clone, Copy, Default)]
pub enum Mood {
    #[default]
    Gives,
    /// At most so many bytes at once.
    Sips(usize),
    /// Nothing, from this offset on.
    Waits(u32),
    /// This number, from that offset on.
    Fails(u32, i32),
    /// More than it was asked for.
    Lies,
}

thread_local! {
    pub static MOOD: Cell<Mood> = const { Cell::new(Mood::Gives) };
    pub static ASKED: RefCell<Vec<(u32, usize)>> = const { RefCell::new(vec![]) };
}

fn byte(key: usize, offset: usize) -> u8 {
    (offset.wrapping_mul(0x9E37_79B1) >> 11) as u8 ^ key as u8
}

pub fn source([key, more]: Origin, offset: u32, buf: &mut [u8]) -> Poll<Result<usize, i32>> {
    assert_eq!(more, !key, "the origin is not what was given");
    ASKED.with_borrow_mut(|asked| asked.push((offset, buf.len())));
    let most = match MOOD.get() {
        Mood::Gives => buf.len(),
        Mood::Sips(n) => n.min(buf.len()),
        Mood::Waits(from) if offset >= from => return Poll::Pending,
        Mood::Fails(from, number) if offset >= from => return Poll::Ready(Err(number)),
        Mood::Lies => return Poll::Ready(Ok(buf.len() + 1)),
        _ => buf.len(),
    };
    for (i, to) in buf.iter_mut().take(most).enumerate() {
        *to = byte(key, offset as usize + i);
    }
    Poll::Ready(Ok(most))
}

pub fn payload(len: usize, piece: usize) -> Payload {
    Payload { puller: source, origin: [7, !7], len, piece }
}

pub fn bytes(len: usize) -> Vec<u8> {
    (0..len).map(|i| byte(7, i)).collect()
}

pub fn pull(b: &mut Bench, qos: u8, payload: Payload, timeout_ms: u32) -> Result<u32, Error> {
    let token = b.session.publish_pull(&to("t", qos, ""), &payload, NONE, Policy::Refuse, timeout_ms, b.now);
    b.run();
    token
}

pub fn sized(bytes: usize) -> Bench {
    MOOD.set(Mood::Gives);
    let mut b = Bench::sized(stored(), 64, 8, bytes);
    b.go_online(false);
    b
}

#[track_caller]
pub fn expect_pulled(b: &mut Bench, dup: bool, qos: u8, id: u16, len: usize) {
    let whole = bytes(len);
    b.expect(Packet::Publish(Publish { dup, qos, retain: false, topic: b"t", id, payload: &whole }));
}

#[test]
fn a_payload_larger_than_the_outbox_goes_out_whole() {
    let mut b = sized(512);
    for qos in 0..3 {
        let token = pull(&mut b, qos, payload(10_000, 0), 0).unwrap();
        let id = if qos == 0 { 0 } else { qos.into() };
        expect_pulled(&mut b, false, qos, id, 10_000);
        match qos {
            1 => b.send(Packet::Puback(1)),
            2 => {
                b.send(Packet::Pubrec(2));
                b.expect(Packet::Pubrel(2));
                b.send(Packet::Pubcomp(2));
            }
            _ => {}
        }
        b.expect_event(delivered(token));
    }
    b.expect_quiet();
}

#[test]
fn the_first_piece_goes_with_the_head_of_its_packet_and_the_rest_in_full_pieces() {
    let mut b = sized(512);
    ASKED.take();
    pull(&mut b, 0, payload(300, 100), 0).unwrap();
    expect_pulled(&mut b, false, 0, 0, 300);
    assert_eq!(ASKED.take(), [(0, 100), (100, 100), (200, 100)]);
}

#[test]
fn a_source_may_give_less_than_it_was_asked_for() {
    let mut b = sized(512);
    MOOD.set(Mood::Sips(7));
    pull(&mut b, 1, payload(100, 64), 0).unwrap();
    expect_pulled(&mut b, false, 1, 1, 100);
}

#[test]
fn what_was_published_before_and_after_stays_in_order_around_it() {
    let mut b = sized(512);
    b.block();
    b.publish(1, "before");
    pull(&mut b, 1, payload(1000, 0), 0).unwrap();
    b.publish(1, "after");
    b.chunk = 3;
    b.unblock();
    b.expect(message(1, 1, "before"));
    expect_pulled(&mut b, false, 1, 2, 1000);
    b.expect(message(1, 3, "after"));
}

#[test]
fn nothing_comes_between_its_bytes() {
    let mut b = sized(512);
    b.room = 50;
    pull(&mut b, 1, payload(400, 30), 0).unwrap();
    // A message to acknowledge, a question that wants a ping, and a message of our own.
    b.send(message(1, 9, "in"));
    b.session.broker_up(b.now);
    b.advance(5000);
    b.session.broker_up(b.now);
    b.publish(0, "out");
    b.unblock();
    expect_pulled(&mut b, false, 1, 1, 400);
    b.messages.clear();
    b.packets.clear();
}

#[test]
fn after_an_outage_it_starts_again_at_0() {
    for cut in [1, 2, 5, 9, 10, 100, 137, 138, 139, 300, 999, 1007] {
        let mut b = sized(512);
        b.room = cut;
        let token = pull(&mut b, 2, payload(1000, 0), 0).unwrap();
        b.cut();
        b.room = usize::MAX;
        b.reconnect(true);
        // The broker never had the whole of it, so it is new.
        expect_pulled(&mut b, false, 2, 2, 1000);
        b.cut();
        b.reconnect(true);
        expect_pulled(&mut b, true, 2, 2, 1000);
        b.send(Packet::Pubrec(2));
        b.expect(Packet::Pubrel(2));
        b.cut();
        b.reconnect(true);
        b.expect(Packet::Pubrel(2));
        b.send(Packet::Pubcomp(2));
        b.expect_event(delivered(token));
    }
}

#[test]
fn sixteen_megabytes_pass_through_512_bytes_with_fifty_cuts() {
    const LEN: usize = 16 << 20;
    let mut b = Bench::sized(stored(), 64, 4, 512);
    b.go_online(false);
    let mut random = 1u64;
    let mut token = 0;
    for round in 0..50 {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        // Some cuts come early, some late.
        b.room = (random >> 33) as usize % (LEN >> (round % 20));
        if round == 0 {
            token = pull(&mut b, 1, payload(LEN, 256), 0).unwrap();
        } else {
            b.run();
        }
        b.cut();
        b.room = 100;
        b.reconnect(true);
        b.packets.clear();
    }
    b.room = usize::MAX;
    b.run();
    let (_, packet) = b.packets.pop_back().expect("the whole of it");
    let (Packet::Publish(publish), _) = Packet::decode(&packet).unwrap().unwrap() else { panic!("no PUBLISH") };
    assert!(publish.payload == bytes(LEN));
    b.send(Packet::Puback(publish.id));
    b.expect_event(delivered(token));
    assert_eq!(b.session.high_marks().1, b.session.high_marks().1.min(512 + 24 * 4));
}

#[test]
fn it_takes_its_piece_of_the_outbox_and_no_more() {
    let mut b = sized(256);
    b.block();
    let len = 1 << 20;
    pull(&mut b, 0, payload(len, 64), 0).unwrap();
    pull(&mut b, 0, payload(len, 64), 0).unwrap();
    assert_eq!(pull(&mut b, 0, payload(len, 64), 0), Err(Error::Full));
    assert_eq!(pull(&mut b, 0, payload(len, 256), 0), Err(Error::TooLarge));
    assert_eq!(pull(&mut b, 0, payload(1 << 28, 64), 0), Err(Error::TooLarge));
}

#[test]
fn a_short_payload_may_be_asked_for_as_well() {
    let mut b = sized(512);
    pull(&mut b, 0, payload(1, 0), 0).unwrap();
    expect_pulled(&mut b, false, 0, 0, 1);
}

#[test]
fn an_unacknowledged_one_is_asked_for_again_over_the_living_connection() {
    let mut b = sized(512);
    pull(&mut b, 1, payload(1000, 0), 0).unwrap();
    expect_pulled(&mut b, false, 1, 1, 1000);
    b.advance(10_000);
    expect_pulled(&mut b, true, 1, 1, 1000);
}

#[test]
fn a_reason_for_leaving_waits_for_the_last_piece() {
    MOOD.set(Mood::Gives);
    let mut b = Bench::of(stored(), Some((Options::DEFAULT, 64)), 64, 8, 512);
    b.go_online(false);
    b.room = 40;
    pull(&mut b, 1, payload(100, 30), 0).unwrap();
    b.session.disconnect_with(Leave::Keep, 0x04, NONE, b.now).unwrap();
    b.unblock();
    expect_pulled(&mut b, false, 1, 1, 100);
    b.expect(Packet::Disconnect);
}

#[test]
fn room_that_a_piece_leaves_unused_is_not_given_to_others() {
    // The record takes 79 bytes: 7 of its head, 40 for a piece, and the note that says where the payload comes from.
    let mut b = sized(160);
    MOOD.set(Mood::Sips(3));
    b.block();
    let token = pull(&mut b, 1, payload(60, 40), 0).unwrap();
    let message = "y".repeat(80);
    assert_eq!(b.session.publish(&to("t", 1, &message)), Err(Error::Full));
    MOOD.set(Mood::Gives);
    b.unblock();
    expect_pulled(&mut b, false, 1, 1, 60);
    b.send(Packet::Puback(1));
    b.expect_event(delivered(token));
}
