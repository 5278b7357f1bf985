//! Where packets wait until they are done with, in the caller's memory.
//!
//! Heads and packets lie in two arrays, both in the order of acceptance, so packets that wait side by side go out in
//! one write. What is done with leaves a hole; holes are closed only when room is needed, and never before the end of
//! the bytes on offer to the transport, because those must not move.

use super::head::*;
use super::hints::Hints;
use super::pull::Pulling;
use super::v5::V5;
use crate::error::Error;
use crate::limits::{HAS_V5, RECORDS_MAX};
use crate::part::{move_down, part, part_mut};
use crate::time::Millis;

/// The last head is kept for policies: what they give up holds its own until its DONE is reported.
pub(super) const SPARE: usize = 1;

/// The nearest deadline.
pub const DEADLINE: u8 = 1;
/// What a store is to keep.
pub const UNSAVED: u8 = 2;
/// What there is to do: set until a step has found that it is nothing, with or without the outbox.
pub const UNSEEN: u8 = 4;
pub const CHANGED: u8 = DEADLINE | UNSAVED | UNSEEN;

pub struct Outbox<'a> {
    pub(super) heads: &'a mut [Head],
    pub(super) bytes: &'a mut [u8],
    /// Heads in use, and bytes in use; holes included.
    pub(super) count: usize,
    pub(super) used: usize,
    /// Every head before this one is free or a granted filter, which no search but those for filters wants.
    pub(super) oldest: usize,
    /// No head before this one is due in this pass.
    pub(super) cursor: usize,
    pub(super) pass: u8,
    /// The bytes on offer, or those that must not move until they are; `from == to` for none.
    pub(super) from: usize,
    pub(super) to: usize,
    /// What is on offer is a packet whose payload is asked for.
    pub(super) pulling: Pulling,
    pub(super) hints: Hints,
    /// What may have changed: bits of `CHANGED`.
    pub stale: u8,
    /// Messages are kept, with their identifiers.
    pub(super) has_store: bool,
    pub(super) last_id: u16,
    pub(super) last_token: u32,
    high: usize,
    /// None: the client speaks 3.1.1.
    pub(super) v5: Option<&'a mut V5<'a>>,
}

impl<'a> Outbox<'a> {
    /// `last_id` is better not the same after each reset: to a broker that kept the session an old QoS 2 identifier is a
    /// message it has already had.
    pub fn new(heads: &'a mut [Head], bytes: &'a mut [u8], last_id: u16) -> Self {
        let records = heads.len().min(RECORDS_MAX);
        Outbox {
            heads: heads.get_mut(..records).unwrap_or_default(),
            bytes,
            count: 0,
            used: 0,
            oldest: 0,
            cursor: 0,
            pass: 0,
            from: 0,
            to: 0,
            pulling: Pulling::default(),
            hints: Hints::default(),
            stale: UNSEEN,
            has_store: false,
            last_id,
            last_token: 0,
            high: 0,
            v5: None,
        }
    }

    /// A new record for a PUBLISH of this size.
    pub(super) fn insert_publish(
        &mut self,
        size: usize,
        qos: u8,
        expires: Millis,
        spare: usize,
    ) -> Result<&mut Head, Error> {
        if expires != 0 {
            self.hints.disorder();
        }
        let head = self.insert(State::Queued, size, spare)?;
        head.expires = expires;
        if qos == 2 {
            head.flags = QOS2;
        }
        Ok(head)
    }

    /// A new record at the end with `size` bytes for its packet, not yet filled.
    pub(super) fn insert(&mut self, state: State, size: usize, spare: usize) -> Result<&mut Head, Error> {
        if size > self.bytes.len() {
            return Err(Error::TooLarge);
        }
        if !self.make_room(size, spare) {
            return Err(Error::Full);
        }
        self.stale = CHANGED;
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

    /// What only MQTT 5 has. Where the archive has no MQTT 5, the compiler sees that this is none.
    #[inline(always)]
    pub(super) fn v5(&self) -> Option<&V5<'a>> {
        if HAS_V5 { self.v5.as_deref() } else { None }
    }

    #[inline(always)]
    pub(super) fn v5_mut(&mut self) -> Option<&mut V5<'a>> {
        if HAS_V5 { self.v5.as_deref_mut() } else { None }
    }

    /// The bytes on offer; empty for none.
    pub fn offer(&self) -> &[u8] {
        part(self.bytes, self.from, self.from + self.offer_len())
    }

    pub fn offer_len(&self) -> usize {
        if self.pulling.is_hungry() { 0 } else { self.to - self.from }
    }

    /// Bytes are on offer, or will be next.
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

    // Records.

    /// All heads, in the order of acceptance.
    pub(super) fn all(&self) -> &[Head] {
        self.heads.get(..self.count).unwrap_or_default()
    }

    /// The heads that searches want.
    #[inline(never)]
    pub(super) fn heads(&self) -> &[Head] {
        self.heads.get(self.oldest..self.count).unwrap_or_default()
    }

    #[inline(never)]
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
        part(self.bytes, head.at as usize, head.end())
    }

    /// The packet, and what MQTT 5 makes of it, which lies elsewhere.
    pub(super) fn packet_and_v5(&mut self, head: &Head) -> Option<(&[u8], Option<&mut V5<'a>>)> {
        let packet = self.bytes.get(head.at as usize..head.end())?;
        Some((packet, if HAS_V5 { self.v5.as_deref_mut() } else { None }))
    }

    pub(super) fn packet_mut(&mut self, head: &Head) -> &mut [u8] {
        part_mut(self.bytes, head.at as usize, head.end())
    }

    pub(super) fn free(&mut self, i: usize) {
        if let Some(head) = self.heads.get_mut(i) {
            head.state = State::Free;
        }
        self.stale = CHANGED;
        self.trim();
    }

    /// Gives back what is free at the end, and moves `oldest` past what no search wants.
    pub(super) fn trim(&mut self) {
        while let Some(i) = self.count.checked_sub(1) {
            let Some(last) = self.heads.get(i) else { break };
            if last.state != State::Free || !self.can_move(last) {
                break;
            }
            self.used = last.at as usize;
            self.count = i;
        }
        self.oldest = self.oldest.min(self.count);
        let is_past = |head: &Head| matches!(head.state, State::Free | State::Subscribed);
        while self.oldest < self.count && self.heads.get(self.oldest).is_some_and(is_past) {
            self.oldest += 1;
        }
        self.cursor = self.cursor.min(self.count);
        self.hints.end_at(self.count);
    }

    /// What lies before the end of the offer stays where it is.
    pub(super) fn can_move(&self, head: &Head) -> bool {
        !self.offering() || head.at as usize >= self.to
    }

    /// Room for `size` bytes and a head, with so many to spare.
    pub(super) fn make_room(&mut self, size: usize, spare: usize) -> bool {
        let fits =
            |outbox: &Self| outbox.used + size <= outbox.bytes.len() && outbox.count + spare < outbox.heads.len();
        if !fits(self) {
            self.compact();
        }
        fits(self)
    }

    #[inline(never)]
    pub(super) fn compact(&mut self) {
        let (mut kept, mut used, mut cursor) = (0, 0, 0);
        for i in 0..self.count {
            let Some(mut head) = self.heads.get(i).copied() else { return };
            if i <= self.cursor {
                cursor = kept;
            }
            if !self.can_move(&head) {
                // Nothing before this one has moved either: heads and bytes stay, also those that are not on offer yet.
                (kept, used) = (i + 1, self.to.max(head.end()));
                continue;
            }
            if head.state == State::Free {
                continue;
            }
            let (from, end) = (head.at as usize, head.end());
            head.at = used as u32;
            if used < from {
                move_down(self.bytes, used, from, end);
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
        self.hints.moved();
        self.trim();
    }
}
