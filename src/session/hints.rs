//! What the outbox remembers of its records, so that a message costs the same however many others are under way. Each hint
//! only says where a search begins or ends; what it finds is what a search through all records would find.

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
    /// DONEs are to be reported only of the records from here up to there.
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
    #[inline(never)]
    pub(super) fn ended(&mut self, i: usize) {
        self.hints.done_from = self.hints.done_from.min(i as u16);
        self.hints.done_to = self.hints.done_to.max(i as u16 + 1);
    }

    /// DONEs may be to be reported, of whichever records.
    pub(super) fn some_ended(&mut self) {
        (self.hints.done_from, self.hints.done_to) = (0, u16::MAX);
    }

    /// A DONE may be to be reported.
    pub fn has_reports(&self) -> bool {
        self.hints.done_from < self.hints.done_to
    }

    /// The next record whose DONE may be to be reported.
    pub(super) fn next_ended(&mut self) -> Option<usize> {
        let i = usize::from(self.hints.done_from);
        if i >= self.count || !self.has_reports() {
            (self.hints.done_from, self.hints.done_to) = (u16::MAX, 0);
            return None;
        }
        self.hints.done_from += 1;
        Some(i)
    }
}

#[cfg(test)]
#[allow(clippy::indexing_slicing, clippy::unwrap_used)]
mod tests;
