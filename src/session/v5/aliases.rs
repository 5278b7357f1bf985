//! Topics by their aliases, of one direction: slots of equal size in the caller's memory. [section 3.3.2.3.4]

use crate::packet::cursor::Writer;
use crate::part::{part, part_mut};

/// Bytes in front of the topic in a slot: its length.
pub const SLOT_HEAD: usize = 2;

/// The length of what is set but did not fit; no topic in a slot is so long.
pub const LOST: u16 = u16::MAX;

pub struct Aliases<'a> {
    slots: &'a mut [u8],
    slot: usize,
    count: u16,
    /// Where the next topic goes.
    next: u16,
}

impl<'a> Aliases<'a> {
    /// Takes its memory from the front.
    pub(super) fn new(memory: &mut &'a mut [u8], count: u16, slot: usize) -> Self {
        let slots = memory.split_off_mut(..slot * usize::from(count)).unwrap_or_default();
        let mut aliases = Aliases { slots, slot, count, next: 1 };
        aliases.clear();
        aliases
    }

    pub fn count(&self) -> u16 {
        self.count
    }

    pub fn clear(&mut self) {
        self.slots.fill(0);
        self.next = 1;
    }

    /// Aliases are 1 to `count`.
    fn slot(&self, alias: u16) -> &[u8] {
        let from = (usize::from(alias).wrapping_sub(1)).wrapping_mul(self.slot);
        part(self.slots, from, from.wrapping_add(self.slot))
    }

    /// The topic that it stands for; empty if there is none, or if it did not fit.
    pub fn topic(&self, alias: u16) -> &[u8] {
        // What is lost is longer than its slot.
        let Some((len, topic)) = self.slot(alias).split_first_chunk() else { return &[] };
        part(topic, 0, u16::from_be_bytes(*len).into())
    }

    /// It was set, if only to a topic that does not fit.
    pub fn is_set(&self, alias: u16) -> bool {
        self.slot(alias).first_chunk().is_some_and(|len| *len != [0, 0])
    }

    /// Lets the alias stand for this topic.
    pub fn set(&mut self, alias: u16, topic: &[u8]) {
        let from = (usize::from(alias).wrapping_sub(1)).wrapping_mul(self.slot);
        let slot = part_mut(self.slots, from, from.wrapping_add(self.slot));
        let Some((len, place)) = slot.split_first_chunk_mut() else { return };
        let fits = Writer::new(place).bytes(topic).is_some();
        *len = if fits { topic.len() as u16 } else { LOST }.to_be_bytes();
    }

    /// The alias that stands for this topic, of the first `most`.
    pub fn find(&self, topic: &[u8], most: u16) -> Option<u16> {
        let most = most.min(self.count);
        let mut alias = 0;
        while alias < most {
            alias += 1;
            if self.topic(alias) == topic {
                return Some(alias);
            }
        }
        None
    }

    /// The next alias for a new topic, in turn, of the first `most`. None if there is no alias, or no room for the topic.
    pub fn place(&mut self, topic: &[u8], most: u16) -> Option<u16> {
        let most = most.min(self.count);
        if most == 0 || topic.len() + SLOT_HEAD > self.slot {
            return None;
        }
        let alias = if self.next > most { 1 } else { self.next };
        self.next = if alias == most { 1 } else { alias + 1 };
        self.set(alias, topic);
        Some(alias)
    }
}
