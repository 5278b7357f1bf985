//! What the outbox remembers of its records, so that a message costs the same however many others are under way. Each hint
//! only says where a search begins or ends; what it finds is what a search through all records would find.

use super::head::*;
use super::outbox::Outbox;
use crate::time::{Millis, until};

/// Numbers of records fit into 16 bits: see `RECORDS_MAX`.
#[derive(Default)]
pub struct Hints {
    /// 0: nothing is known. Else no record expires, none is late before one that stands before it, and no record from this
    /// one less 1 on awaits an answer.
    awaiting: u16,
    /// So many identifiers after the last one are free.
    free_ids: u16,
    /// The record that was last found by its identifier.
    found: u16,
    /// But for what `reports` stands for, DONEs are to be reported only of the records from here up to there.
    done_from: u16,
    done_to: u16,
}

impl Hints {
    /// A record may expire, or has a deadline that may not be in order.
    pub fn disorder(&mut self) {
        self.awaiting = 0;
    }

    /// Records have an identifier that comes from elsewhere.
    pub fn forget_ids(&mut self) {
        self.free_ids = 0;
    }

    /// There are only so many records left.
    pub fn end_at(&mut self, count: usize) {
        self.awaiting = self.awaiting.min(count as u16 + 1);
    }

    /// Records are where they were, or before.
    pub fn moved(&mut self) {
        if self.done_from < self.done_to {
            self.done_from = 0;
        }
    }
}

impl Outbox<'_> {
    /// Milliseconds until a record is late or expires; with `mute`, lateness does not count.
    pub fn next_deadline(&mut self, now: Millis, mute: bool) -> Option<u32> {
        let Some(end) = self.hints.awaiting.checked_sub(1) else {
            return self.look_through(now, mute);
        };
        let heads = self.heads.get(self.oldest..end.into()).filter(|_| !mute)?;
        let first = heads.iter().find(|head| head.can_be_late())?;
        Some(until(first.due, now))
    }

    /// The same by a look at all; and whether the next search can be shorter.
    #[inline(never)]
    fn look_through(&mut self, now: Millis, mute: bool) -> Option<u32> {
        let (mut nearest, mut last, mut in_order, mut awaiting) = (u32::MAX, 0, true, self.oldest);
        for (i, head) in self.heads().iter().enumerate() {
            if head.can_expire() {
                nearest = nearest.min(until(head.expires, now));
                in_order = false;
            }
            if head.can_be_late() {
                let left = until(head.due, now);
                in_order &= left >= last;
                (last, awaiting) = (left, self.oldest + i + 1);
                if !mute {
                    nearest = nearest.min(left);
                }
            }
        }
        self.hints.awaiting = if in_order { awaiting as u16 + 1 } else { 0 };
        (nearest != u32::MAX).then_some(nearest)
    }

    /// This record awaits an answer, and is late after all others.
    pub(super) fn dated(&mut self, i: usize) {
        let end = i as u16 + 2;
        self.hints.awaiting = if (1..=end).contains(&self.hints.awaiting) { end } else { 0 };
    }

    /// The packet under way with this id. Answers mostly come in the order of what they answer.
    pub(super) fn find_id(&mut self, id: u16) -> Option<usize> {
        let mut from = usize::from(self.hints.found);
        loop {
            let heads = self.heads.get(from..self.count).unwrap_or_default();
            if let Some(at) = heads.iter().position(|head| head.id == id && head.state.is_under_way()) {
                self.hints.found = (from + at) as u16;
                return Some(from + at);
            }
            if from <= self.oldest {
                return None;
            }
            from = self.oldest;
        }
    }

    /// [MQTT-2.3.1-2] An identifier that no packet under way has.
    pub(super) fn fresh_id(&mut self) -> u16 {
        loop {
            self.last_id = self.last_id.wrapping_add(1);
            let id = self.last_id;
            if let Some(left) = self.hints.free_ids.checked_sub(1) {
                self.hints.free_ids = left;
                return id;
            }
            // No packet but those that ask here gets an id, so what is free now is free until its turn comes.
            // 0 is none.
            let mut free = 0_u16.wrapping_sub(id);
            for head in self.heads() {
                if head.state.is_under_way() {
                    free = free.min(head.id.wrapping_sub(id));
                }
            }
            self.hints.free_ids = free;
            if free > 0 {
                self.last_id = id.wrapping_sub(1);
            }
        }
    }

    /// The DONE of this record is to be reported.
    pub(super) fn ended(&mut self, i: usize) {
        self.hints.done_from = self.hints.done_from.min(i as u16);
        self.hints.done_to = self.hints.done_to.max(i as u16 + 1);
    }

    /// A DONE may be to be reported.
    pub fn has_reports(&self) -> bool {
        self.reports || self.hints.done_from < self.hints.done_to
    }

    /// The first record whose DONE is to be reported.
    pub(super) fn find_ended(&mut self) -> Option<usize> {
        let Hints { done_from, done_to, .. } = self.hints;
        let (from, to) = if self.reports { (0, self.count) } else { (done_from.into(), done_to.into()) };
        let from = self.oldest.max(from);
        let heads = self.heads.get(from..self.count.min(to)).unwrap_or_default();
        match heads.iter().position(|head| head.has(DONE_DUE)) {
            Some(at) => {
                if !self.reports {
                    self.hints.done_from = (from + at + 1) as u16;
                }
                Some(from + at)
            }
            None => {
                self.reports = false;
                (self.hints.done_from, self.hints.done_to) = (u16::MAX, 0);
                None
            }
        }
    }
}

#[cfg(test)]
#[allow(clippy::indexing_slicing, clippy::unwrap_used)]
mod tests {
    use super::super::control::Control;
    use super::super::outbox::SPARE;
    use super::*;
    use crate::error::Error;
    use crate::event::Event;
    use crate::limits::RECORDS_MAX;
    use crate::packet::Kind;
    use crate::packet::publish::Publish;

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
                    accepted += u32::from(outbox.publish(&message, expires, 1).is_ok());
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
            outbox.publish(&message(), 0, SPARE).unwrap();
        }
        assert_eq!(outbox.publish(&message(), 0, SPARE), Err(Error::Full));
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
}
