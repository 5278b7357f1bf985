//! What hints find beside what searches through all records find.

use super::*;
use crate::error::Error;
use crate::event::Event;
use crate::limits::RECORDS_MAX;
use crate::packet::Kind;
use crate::packet::publish::Publish;
use crate::packet::v5::property::NONE;
use crate::session::control::Control;
use crate::session::head::*;
use crate::session::outbox::SPARE;

fn queue(outbox: &mut Outbox, message: &Publish, expires: Millis, spare: usize) -> Result<u32, Error> {
    outbox.queue(message, NONE, message.size(), expires, spare)
}

/// What searches through all records find.
fn slow_deadline(outbox: &Outbox, now: Millis, mute: bool) -> Option<u32> {
    let late = outbox.all().iter().filter(|head| !mute && head.can_be_late()).map(|head| until(head.due, now));
    let expired = outbox.all().iter().filter(|head| head.can_expire()).map(|head| until(head.expires, now));
    late.chain(expired).min()
}

fn slow_id(outbox: &Outbox, id: u16) -> Option<usize> {
    outbox.all().iter().position(|head| head.id == id && head.state.is_under_way())
}

fn slow_done(outbox: &Outbox) -> Option<u32> {
    outbox.all().iter().find(|head| head.has(DONE_DUE)).map(|head| head.token)
}

fn slow_fresh_id(outbox: &Outbox) -> u16 {
    let after = |n: u16| outbox.last_id.wrapping_add(n);
    (1..).map(after).find(|id| *id != 0 && slow_id(outbox, *id).is_none()).unwrap()
}

#[test]
fn what_hints_find_is_what_a_search_through_all_records_finds() {
    let mut random = 1_u32;
    let mut roll = |n: u32| {
        random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (random >> 12) % n
    };
    let (mut heads, mut bytes) = ([Head::default(); 24], [0; 300]);
    let mut outbox = Outbox::new(&mut heads, &mut bytes, u16::MAX - 40);
    let mut control = Control::default();
    let (mut now, mut accepted, mut reported, mut resent) = (u32::MAX - 3_000_000, 0, 0, 0);
    outbox.online(true, false);
    for step in 0..900_000 {
        let late_at = now.wrapping_add(1000);
        // Long times of one kind each, so that all kinds of order last for a while.
        let may_expire = step / 20_000 % 3 == 2;
        let some_id = outbox.all().get(roll(24) as usize).map_or(7, |head| head.id).max(1);
        match roll(20) {
            0..=5 => {
                let expires = if may_expire && roll(3) == 0 { now.wrapping_add(roll(900)).max(1) } else { 0 };
                let qos = if step / 10_000 % 2 == 0 { 1 } else { roll(3) as u8 };
                let payload = &[b'x'; 9][..roll(9) as usize];
                let message = Publish { dup: false, qos, retain: false, topic: b"t", id: 0, payload };
                accepted += u32::from(queue(&mut outbox, &message, expires, 1).is_ok());
            }
            6..=9 => {
                if !outbox.offering() {
                    outbox.choose(&mut control, late_at);
                }
                let len = outbox.offer().len() as u32;
                if len > 0 {
                    outbox.wrote(1 + roll(len) as usize, late_at);
                }
                control.clear();
            }
            10..=14 => {
                let kind = [Kind::Puback, Kind::Puback, Kind::Pubrec, Kind::Pubcomp][roll(4) as usize];
                // Mostly in order.
                let first = outbox.all().iter().find(|head| head.state.awaits()).map_or(1, |head| head.id);
                let id = if roll(3) == 0 { some_id } else { first };
                outbox.acknowledged(kind, id, &mut control, late_at);
                control.clear();
            }
            15 if roll(9) == 0 => {
                let token = outbox.all().get(roll(24) as usize).map_or(0, |head| head.token);
                _ = outbox.cancel(token);
            }
            16 if roll(40) == 0 => outbox.restart_deadlines(late_at),
            17 if roll(60) == 0 => {
                outbox.lost();
                outbox.online(roll(2) == 0, false);
            }
            18 if roll(3) == 0 => {
                if roll(4) == 0 {
                    // Just before one that is in use, or before 0.
                    let next = [some_id, 0][roll(2) as usize];
                    outbox.last_id = next.wrapping_sub(1 + roll(3) as u16);
                    outbox.hints.forget_ids();
                }
                let expected = slow_fresh_id(&outbox);
                assert_eq!(outbox.fresh_id(), expected, "{step}");
            }
            18 if roll(4) == 0 => resent += outbox.tick(now, 1000, 200, false).unwrap_or(0),
            19 => now = now.wrapping_add(roll(60)),
            _ => {}
        }
        for mute in [false, true] {
            assert_eq!(outbox.next_deadline(now, mute), slow_deadline(&outbox, now, mute), "{step}");
        }
        assert_eq!(outbox.find_id(some_id), slow_id(&outbox, some_id), "{step}");
        let ids = outbox.all().iter().filter(|head| head.id != 0 && head.state.is_under_way());
        assert!(ids.clone().all(|head| ids.clone().filter(|other| other.id == head.id).count() == 1), "{step}");
        if roll(3) == 0 {
            let expected = slow_done(&outbox);
            let done = outbox.take_done().map(|done| match done {
                Event::Done { token, .. } => token,
                _ => 0,
            });
            assert_eq!(done, expected, "{step}");
            reported += u32::from(done.is_some());
            if done.is_none() {
                assert!(!outbox.has_reports());
            }
        }
    }
    while outbox.take_done().is_some() {
        reported += 1;
    }
    let open = outbox.all().iter().filter(|head| head.state.is_publish() && !head.has_ended()).count() as u32;
    assert_eq!(accepted, reported + open);
    // It has seen much: identifiers have gone round, and what was late was sent again.
    assert!(accepted > 65_536 && resent > 100, "{accepted} {resent}");
}

#[test]
fn as_many_records_as_there_can_be_are_all_reported() {
    const COUNT: usize = RECORDS_MAX - SPARE;
    let message = || Publish { dup: false, qos: 0, retain: false, topic: b"t", id: 0, payload: b"" };
    let (mut heads, mut bytes) = (vec![Head::default(); RECORDS_MAX + 9], vec![0; RECORDS_MAX * 5]);
    let mut outbox = Outbox::new(&mut heads, &mut bytes, 0);
    outbox.online(true, false);
    for _ in 0..COUNT {
        queue(&mut outbox, &message(), 0, SPARE).unwrap();
    }
    assert_eq!(queue(&mut outbox, &message(), 0, SPARE), Err(Error::Full));
    loop {
        outbox.choose(&mut Control::default(), 0);
        let len = outbox.offer().len();
        if len == 0 {
            break;
        }
        outbox.wrote(len, 0);
    }
    assert_eq!(core::iter::from_fn(|| outbox.take_done()).count(), COUNT);
    assert!(!outbox.has_reports() && outbox.all().is_empty());
}
