//! Where packets wait until they are done with, in the caller's memory.
//!
//! Heads and packets lie in two arrays, both in the order of acceptance, so packets that wait side by side go out in
//! one write. What is done with leaves a hole; holes are closed only when room is needed, and never before the end of
//! the bytes on offer to the transport, because those must not move.

use super::head::*;
use crate::error::Error;
use crate::event::{Event, Fate};
use crate::packet::publish::{self, Publish};
use crate::time::{Millis, until};

/// What a publish does when there is no room, or when its topic already waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Policy {
    Refuse,
    DropOldest,
    Replace,
}

pub struct Outbox<'a> {
    heads: &'a mut [Head],
    pub(super) bytes: &'a mut [u8],
    /// Heads in use, and bytes in use; holes included.
    count: usize,
    used: usize,
    /// Every head before this one is free or a granted filter, which no search but those for filters wants.
    pub(super) oldest: usize,
    /// No head before this one is due in this pass; see `PASSES`.
    pub(super) cursor: usize,
    pub(super) pass: u8,
    /// The bytes on offer; `from == to` for none.
    pub(super) from: usize,
    pub(super) to: usize,
    /// A DONE may be to be reported.
    pub(super) reports: bool,
    /// The nearest deadline may have changed.
    pub stale: bool,
    pub(super) last_id: u16,
    last_token: u32,
    high: usize,
}

impl<'a> Outbox<'a> {
    pub fn new(heads: &'a mut [Head], bytes: &'a mut [u8]) -> Self {
        Outbox {
            heads,
            bytes,
            count: 0,
            used: 0,
            oldest: 0,
            cursor: 0,
            pass: 0,
            from: 0,
            to: 0,
            reports: false,
            stale: false,
            last_id: 0,
            last_token: 0,
            high: 0,
        }
    }

    /// Queues a message; `id` and `dup` are set when it is sent. `expires` 0 is never.
    pub fn publish(&mut self, message: &Publish, policy: Policy, expires: Millis) -> Result<u32, Error> {
        let size = message.size();
        if size > self.bytes.len() {
            return Err(Error::TooLarge);
        }
        if policy == Policy::DropOldest {
            while !self.make_room(size) {
                let at = self.find_waiting(|outbox, head, first| outbox.can_move(head) && publish::qos(first) == 0);
                self.conclude(at.ok_or(Error::Full)?, Fate::Dropped);
            }
        } else if policy == Policy::Replace {
            let fits = self.make_room(size);
            let same = |outbox: &Self, head: &Head, _| publish::topic(outbox.packet(head)) == Some(message.topic);
            if let Some(i) = self.find_waiting(same) {
                // The old one is given up only if its place, or other room, is certain.
                if !fits && !self.would_fit_for(i, size) {
                    return Err(Error::Full);
                }
                self.conclude(i, Fate::Replaced);
            }
        }
        let head = self.insert(State::Queued, size)?;
        head.expires = expires;
        if message.qos == 2 {
            head.flags = QOS2;
        }
        let (head, token) = (*head, head.token);
        // The size was right, so this cannot fail.
        _ = message.encode(self.packet_mut(&head));
        self.stale = true;
        Ok(token)
    }

    /// A new record at the end with `size` bytes for its packet, not yet filled.
    pub(super) fn insert(&mut self, state: State, size: usize) -> Result<&mut Head, Error> {
        if size > self.bytes.len() {
            return Err(Error::TooLarge);
        }
        if !self.make_room(size) {
            return Err(Error::Full);
        }
        let token = self.fresh_token();
        let head = self.heads.get_mut(self.count).ok_or(Error::Full)?;
        *head = Head { at: self.used as u32, len: size as u32, token, state, ..Head::default() };
        self.count += 1;
        self.used += size;
        self.high = self.high.max(self.used + self.count * size_of::<Head>());
        Ok(head)
    }

    /// Tokens are positive in C's int32_t.
    pub(super) fn fresh_token(&mut self) -> u32 {
        self.last_token = if self.last_token == i32::MAX as u32 { 1 } else { self.last_token + 1 };
        self.last_token
    }

    pub fn cancel(&mut self, token: u32) -> Result<(), Error> {
        let found = self.find(|head| head.token == token && head.state.is_publish() && !head.has_ended());
        self.conclude(found.ok_or(Error::Unknown)?, Fate::Cancelled);
        Ok(())
    }

    /// Ends every message that still waits or is under way.
    pub fn drop_all(&mut self) {
        while let Some(i) = self.find(|head| head.state.is_publish() && !head.has_ended()) {
            self.conclude(i, Fate::Dropped);
        }
    }

    /// No publish is left whose fate is open or unreported.
    pub fn is_drained(&self) -> bool {
        let open = |head: &Head| head.has(DONE_DUE) || head.state.is_publish() && !head.has(SILENT);
        self.find(open).is_none()
    }

    /// The oldest publish that waits, untouched, and is as asked; its packet's first byte comes along.
    fn find_waiting(&self, is: impl Fn(&Self, &Head, u8) -> bool) -> Option<usize> {
        self.find(|head| {
            let first = self.packet(head).first().copied().unwrap_or(0);
            head.state == State::Queued && !head.has_ended() && !self.on_offer(head) && is(self, head, first)
        })
    }

    /// Ends a publish before its time. If the broker may have it, its id stays reserved until the exchange is over.
    pub(super) fn conclude(&mut self, i: usize, fate: Fate) {
        let (from, to) = (self.from, self.to);
        let Some(head) = self.heads.get_mut(i) else { return };
        head.expires = fate as u32;
        head.flags |= DONE_DUE;
        if head.state == State::Queued && !head.overlaps(from, to) {
            head.state = State::Ended;
            head.len = 0;
        } else {
            head.flags |= MAYBE_SENT;
            if head.state == State::ResendDue && !head.overlaps(from, to) {
                head.state = State::Sent;
            }
        }
        self.reports = true;
        self.stale = true;
    }

    /// The exchange of packets is over.
    pub(super) fn finish(&mut self, i: usize) {
        if let Some(head) = self.heads.get_mut(i) {
            head.finish();
        }
        self.reports = true;
        self.stale = true;
    }

    /// The next DONE, once.
    pub fn take_done(&mut self) -> Option<Event> {
        if !self.reports {
            return None;
        }
        let Some(i) = self.find(|head| head.has(DONE_DUE)) else {
            self.reports = false;
            self.trim();
            return None;
        };
        let head = self.heads.get_mut(i)?;
        head.flags = head.flags & !DONE_DUE | SILENT;
        let (token, fate, maybe_sent) = (head.token, Fate::of(head.expires as u8), head.has(MAYBE_SENT));
        if head.state == State::Ended {
            self.free(i);
        }
        Some(Event::Done { token, fate, maybe_sent })
    }

    /// The bytes on offer; empty for none.
    pub fn offer(&self) -> &[u8] {
        self.bytes.get(self.from..self.to).unwrap_or_default()
    }

    pub fn offering(&self) -> bool {
        self.from < self.to
    }

    pub(super) fn on_offer(&self, head: &Head) -> bool {
        head.overlaps(self.from, self.to)
    }

    /// Most bytes ever in use.
    pub fn high(&self) -> usize {
        self.high
    }

    /// Milliseconds until a record is late or expires; with `mute`, lateness does not count.
    pub fn next_deadline(&self, now: Millis, mute: bool) -> Option<u32> {
        let mut nearest = u32::MAX;
        for head in self.heads() {
            if head.can_expire() {
                nearest = nearest.min(until(head.expires, now));
            }
            if !mute && head.can_be_late() {
                nearest = nearest.min(until(head.due, now));
            }
        }
        (nearest != u32::MAX).then_some(nearest)
    }

    // Records.

    /// All heads, in the order of acceptance.
    pub(super) fn all(&self) -> &[Head] {
        self.heads.get(..self.count).unwrap_or_default()
    }

    /// The heads that searches want.
    pub(super) fn heads(&self) -> &[Head] {
        self.heads.get(self.oldest..self.count).unwrap_or_default()
    }

    pub(super) fn heads_mut(&mut self) -> &mut [Head] {
        self.heads.get_mut(self.oldest..self.count).unwrap_or_default()
    }

    pub(super) fn head_mut(&mut self, i: usize) -> Option<&mut Head> {
        self.heads.get_mut(..self.count)?.get_mut(i)
    }

    pub(super) fn find(&self, is: impl Fn(&Head) -> bool) -> Option<usize> {
        let at = self.heads().iter().position(is)?;
        Some(at + self.oldest)
    }

    pub(super) fn packet(&self, head: &Head) -> &[u8] {
        self.bytes.get(head.at as usize..head.end()).unwrap_or_default()
    }

    pub(super) fn packet_mut(&mut self, head: &Head) -> &mut [u8] {
        self.bytes.get_mut(head.at as usize..head.end()).unwrap_or_default()
    }

    pub(super) fn free(&mut self, i: usize) {
        if let Some(head) = self.heads.get_mut(i) {
            head.state = State::Free;
        }
        self.stale = true;
        self.trim();
    }

    /// Gives back what is free at the end, and moves `oldest` past what no search wants.
    pub(super) fn trim(&mut self) {
        while let Some(last) = self.all().last() {
            if last.state != State::Free || !self.can_move(last) {
                break;
            }
            self.used = last.at as usize;
            self.count -= 1;
        }
        while self.heads().first().is_some_and(|head| head.state <= State::Subscribed) {
            self.oldest += 1;
        }
        self.oldest = self.oldest.min(self.count);
        self.cursor = self.cursor.min(self.count);
    }

    /// What lies before the end of the offer stays where it is.
    fn can_move(&self, head: &Head) -> bool {
        !self.offering() || head.at as usize >= self.to
    }

    /// There would be room for `size` bytes if this record's were free. No other hole is open.
    fn would_fit_for(&self, i: usize, size: usize) -> bool {
        let Some(head) = self.heads.get(i) else { return false };
        self.can_move(head) && self.used + size <= self.bytes.len() + head.len as usize && self.count < self.heads.len()
    }

    fn make_room(&mut self, size: usize) -> bool {
        if !self.has_room(size) {
            self.compact();
        }
        self.has_room(size)
    }

    fn has_room(&self, size: usize) -> bool {
        self.used + size <= self.bytes.len() && self.count < self.heads.len()
    }

    fn compact(&mut self) {
        let (mut kept, mut used, mut cursor) = (0, 0, 0);
        for i in 0..self.count {
            let Some(mut head) = self.heads.get(i).copied() else { return };
            if i <= self.cursor {
                cursor = kept;
            }
            if !self.can_move(&head) {
                // Nothing before this one has moved either: heads and bytes stay.
                (kept, used) = (i + 1, self.to);
                continue;
            }
            if head.state == State::Free {
                continue;
            }
            let (from, end) = (head.at as usize, head.end());
            head.at = used as u32;
            if used < from && from < end && end <= self.bytes.len() {
                self.bytes.copy_within(from..end, used);
            }
            used = head.end();
            if let Some(to) = self.heads.get_mut(kept) {
                *to = head;
            }
            kept += 1;
        }
        self.cursor = if self.cursor < self.count { cursor } else { kept };
        self.count = kept;
        self.used = used;
        self.oldest = 0;
        self.trim();
    }
}
