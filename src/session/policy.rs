//! What is given up for a new message when there is no room, or when its topic already waits.

use super::head::*;
use super::outbox::{Outbox, SPARE};
use crate::error::Error;
use crate::event::Fate;
use crate::packet::{self, publish};

/// What a publish does when there is no room, or when its topic already waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Policy {
    Refuse,
    DropOldest,
    Replace,
}

impl Policy {
    /// Heads to leave free: what a policy gives up holds its own until its DONE is reported.
    pub(super) fn spare(self) -> usize {
        if self == Policy::Refuse { SPARE } else { 0 }
    }
}

impl Outbox<'_> {
    /// Gives up what the policy allows so that a message of this size and topic finds room; nothing, if that were in vain.
    pub fn make_way(&mut self, policy: Policy, size: usize, topic: &[u8]) -> Result<(), Error> {
        if size > self.bytes.len() {
            return Err(Error::TooLarge);
        }
        if policy == Policy::Refuse {
            return Ok(());
        }
        // Closes all holes. What is given up keeps its head until its DONE is reported, which the spare head makes up for.
        let mut fits = self.has_way(size);
        if self.count >= self.heads.len() {
            return Err(Error::Full);
        }
        let can_go = |outbox: &Self, head: &Head| {
            let packet = outbox.packet(head);
            let is_chosen = match policy {
                Policy::Replace => publish::topic(packet) == Some(topic),
                _ => outbox.can_move(head) && !packet::has_id(packet),
            };
            head.state == State::Queued && !head.has_ended() && !outbox.on_offer(head) && is_chosen
        };
        let gain = |outbox: &Self, head: &Head| if outbox.can_move(head) { head.end() - head.at as usize } else { 0 };
        if policy == Policy::Replace {
            if let Some(i) = self.find(|head| can_go(self, head)) {
                let room = self.heads.get(i).map_or(0, |head| gain(self, head));
                if !fits && self.used + size > self.bytes.len() + room {
                    return Err(Error::Full);
                }
                self.conclude(i, Fate::Replaced);
                fits = true;
            }
            return if fits { Ok(()) } else { Err(Error::Full) };
        }
        let (mut room, mut heads) = (0, self.heads.len() + self.spent());
        for head in self.heads().iter().filter(|head| can_go(self, head)) {
            room += gain(self, head);
            heads += 1;
        }
        if self.used + size > self.bytes.len() + room || self.count + SPARE >= heads {
            return Err(Error::Full);
        }
        while !fits && let Some(i) = self.find(|head| can_go(self, head)) {
            self.conclude(i, Fate::Dropped);
            fits = self.has_way(size);
        }
        if fits { Ok(()) } else { Err(Error::Full) }
    }

    /// Room for `size` bytes, and for a head without using the spare one up for good.
    fn has_way(&mut self, size: usize) -> bool {
        if self.count + SPARE >= self.heads.len() {
            self.compact();
        }
        self.make_room(size, 0) && self.count + SPARE < self.heads.len() + self.spent()
    }

    /// Heads of which only the DONE is left.
    fn spent(&self) -> usize {
        self.heads().iter().filter(|head| head.state == State::Ended).count()
    }
}
