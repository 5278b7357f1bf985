//! Messages, subscriptions and identifiers that survive a reset, in records of a store that the application brings.
//!
//! The store says what the outbox says before a byte leaves that depends on it, and before the application is told. A
//! record never takes the place of another: what changes is saved beside the old one, which is erased then. So whenever
//! the power is cut, one of the two is whole. A message has its packet identifier from the moment it is accepted, because
//! after the reset nobody knows whether it was sent.

use super::fates::NOBODY;
use super::head::*;
use super::outbox::{CHANGED, Outbox, UNSAVED};
use super::received::Received;
use super::record::{Kind, Owner, Record, Trouble};
use super::restore::wanted;
use crate::error::Error;
use crate::event::Event;
use crate::limits::RECEIVED_IDS;
use crate::time::{Millis, until};

/// Keeps records under keys from 0 on. What fails has a number of its own.
pub trait Store {
    /// Keeps these bytes under a key that has none.
    fn save(&mut self, key: u32, record: &[u8]) -> Result<(), i32>;
    /// Copies as much as fits of what is kept under a key, and says how much that is; 0 for nothing.
    fn load(&mut self, key: u32, buf: &mut [u8]) -> Result<usize, i32>;
    fn erase(&mut self, key: u32) -> Result<(), i32>;
}

/// What a key keeps.
#[derive(Clone, Copy, Debug, Default)]
pub struct Slot {
    token: u32,
    kind: Kind,
    /// It cannot be used; the token is why not, as the store says.
    flaw: Option<Trouble>,
    /// And that was told.
    is_told: bool,
    /// What is kept is of an earlier time.
    is_stale: bool,
}

impl Slot {
    fn is_free(&self) -> bool {
        self.kind == Kind::None && self.flaw.is_none()
    }
}

/// Slots that a store needs beside one for each record of the outbox: the old and the new of what changes, and the received
/// identifiers.
pub const MORE_SLOTS: usize = 3;

/// What a session sees of its store; without one it does not carry the code.
pub trait Keep {
    /// Takes over what an earlier life left.
    fn restore(&mut self, outbox: &mut Outbox, received: &mut Received, now: Millis);
    /// A new message is kept, or refused and forgotten.
    fn accept(&mut self, outbox: &mut Outbox, token: u32, now: Millis) -> Result<(), Error>;
    /// What is kept of this record is not what it is now.
    fn changed(&mut self, token: u32);
    /// Makes the store say what the session says.
    fn sync(&mut self, outbox: &mut Outbox, received: &mut Received, now: Millis);
    /// The next thing that went wrong, once.
    fn trouble(&mut self) -> Option<Event>;
}

pub struct Kept<'a, S> {
    store: S,
    owner: Owner,
    slots: &'a mut [Slot],
    /// Room for one record.
    buf: &'a mut [u8],
    /// Where the next record goes: in turn, so that all wear alike.
    next: usize,
    /// A save or an erasure failed, and whether that was told.
    failed: Option<(Trouble, u32, i32)>,
    is_told: bool,
}

impl<'a, S: Store> Kept<'a, S> {
    pub fn new(store: S, owner: Owner, slots: &'a mut [Slot], buf: &'a mut [u8]) -> Self {
        Kept { store, owner, slots, buf, next: 0, failed: None, is_told: false }
    }

    fn find(&self, token: u32, kind: Kind) -> Option<usize> {
        self.slots.iter().position(|slot| slot.kind == kind && slot.token == token && !slot.is_stale)
    }

    fn fail(&mut self, trouble: Trouble, key: usize, detail: i32) {
        // Once, until it works again.
        if !core::mem::replace(&mut self.is_told, true) {
            self.failed = Some((trouble, key as u32, detail));
        }
    }

    /// Saves a record in a slot of its own.
    fn save(&mut self, record: &Record) -> Result<(), Error> {
        let len = record.encode(self.owner, self.buf).ok_or(Error::TooLarge)?;
        let count = self.slots.len();
        let mut order = (self.next..count).chain(0..self.next.min(count));
        let free = order.find(|i| self.slots.get(*i).is_some_and(Slot::is_free));
        let key = free.ok_or(Error::Full)?;
        let bytes = self.buf.get(..len).unwrap_or_default();
        if let Err(detail) = self.store.save(key as u32, bytes) {
            self.fail(Trouble::Save, key, detail);
            return Err(Error::Store);
        }
        self.is_told = false;
        self.next = key + 1;
        if let Some(slot) = self.slots.get_mut(key) {
            *slot = Slot { token: record.token, kind: record.kind, ..Slot::default() };
        }
        Ok(())
    }

    fn erase(&mut self, key: usize) {
        match self.store.erase(key as u32) {
            Ok(()) => {
                if let Some(slot) = self.slots.get_mut(key) {
                    *slot = Slot::default();
                }
            }
            Err(detail) => self.fail(Trouble::Erase, key, detail),
        }
    }

    /// Saves what is to be kept of a head.
    fn save_head(&mut self, outbox: &mut Outbox, i: usize, kind: Kind, now: Millis) -> Result<(), Error> {
        let Some(mut head) = outbox.head(i) else { return Ok(()) };
        if matches!(kind, Kind::Message | Kind::Release) && head.id == 0 {
            head.id = outbox.reserve_id(i);
        }
        let left_ms = if head.can_expire() { until(head.expires, now).max(1) } else { 0 };
        let data = if kind == Kind::Release { &[] } else { outbox.packet(&head) };
        // Nobody is told the end of what nobody can send again.
        let (id, is_silent, token) = (head.id, head.has_ended() || head.is_pulled(), head.token);
        self.save(&Record { kind, id, is_silent, token, left_ms, data })
    }

    /// Loads what is under this key.
    fn load(&mut self, key: usize) -> Result<Option<Record<'_>>, (Trouble, i32)> {
        match self.store.load(key as u32, self.buf) {
            Err(detail) => Err((Trouble::Load, detail)),
            Ok(0) => Ok(None),
            Ok(len) => {
                let bytes = self.buf.get(..len).unwrap_or_default();
                Record::decode(bytes, self.owner).map(Some).map_err(|trouble| (trouble, 0))
            }
        }
    }

    /// Looks through the store. What is there twice because the power was cut between a save and an erasure is there once
    /// then.
    fn look(&mut self) {
        for key in 0..self.slots.len() {
            let found = match self.load(key) {
                Ok(Some(Record { kind, token, .. })) => Slot { kind, token, ..Slot::default() },
                Ok(None) => Slot::default(),
                Err((trouble, detail)) => Slot { flaw: Some(trouble), token: detail as u32, ..Slot::default() },
            };
            let is_same = |slot: &Slot| slot.token == found.token && !slot.is_free() && slot.flaw.is_none();
            let other = self.slots.iter().take(key).position(is_same).filter(|_| found.kind != Kind::None);
            if let Some(slot) = self.slots.get_mut(key) {
                *slot = found;
            }
            let Some(other) = other else { continue };
            match (self.slots.get(other).map(|slot| slot.kind), found.kind) {
                (Some(Kind::Message), Kind::Release) => self.erase(other),
                (Some(Kind::Release), Kind::Message) => self.erase(key),
                _ => {
                    if let Some(slot) = self.slots.get_mut(key) {
                        *slot = Slot { flaw: Some(Trouble::Double), ..Slot::default() };
                    }
                }
            }
        }
    }

    /// Takes over one record.
    fn take_over(&mut self, key: usize, outbox: &mut Outbox, received: &mut Received, now: Millis) -> Option<Trouble> {
        let record = match self.load(key) {
            Ok(Some(record)) => record,
            Ok(None) => return Some(Trouble::Torn),
            Err((trouble, _)) => return Some(trouble),
        };
        if record.kind == Kind::Received {
            received.clear();
            for id in record.data.as_chunks().0 {
                received.insert(u16::from_be_bytes(*id));
            }
            return None;
        }
        outbox.restore(&record, now).err().map(|_| Trouble::NoRoom)
    }

    /// Saves the identifiers, if there are any; then what was kept of them before is of no use.
    fn sync_received(&mut self, outbox: &mut Outbox, received: &mut Received) {
        let newest = outbox.fresh_token();
        let mut bytes = [[0; 2]; RECEIVED_IDS];
        bytes.iter_mut().zip(received.ids()).for_each(|(to, id)| *to = id.to_be_bytes());
        let data = bytes.get(..received.ids().len()).unwrap_or_default().as_flattened();
        let record = Record { kind: Kind::Received, id: 0, is_silent: false, token: newest, left_ms: 0, data };
        received.changed = false;
        if !data.is_empty() && self.save(&record).is_err() {
            return;
        }
        for key in 0..self.slots.len() {
            if self.slots.get(key).is_some_and(|slot| slot.kind == Kind::Received && slot.token != newest) {
                self.erase(key);
            }
        }
    }
}

impl<S: Store> Keep for Kept<'_, S> {
    fn restore(&mut self, outbox: &mut Outbox, received: &mut Received, now: Millis) {
        self.look();
        let mut last = 0;
        loop {
            let turn = |slot: &Slot| if slot.kind == Kind::None { 0 } else { slot.token & !NOBODY };
            let Some(next) = self.slots.iter().map(turn).filter(|token| *token > last).min() else { break };
            let Some(key) = self.slots.iter().position(|slot| turn(slot) == next) else { break };
            last = next;
            if let Some(trouble) = self.take_over(key, outbox, received, now)
                && let Some(slot) = self.slots.get_mut(key)
            {
                *slot = Slot { flaw: Some(trouble), ..Slot::default() };
            }
        }
        outbox.last_token = outbox.last_token.max(last);
        outbox.has_store = true;
        // Of more than one record of identifiers the last one counts, and the others go.
        received.changed = true;
        outbox.stale = CHANGED;
    }

    fn accept(&mut self, outbox: &mut Outbox, token: u32, now: Millis) -> Result<(), Error> {
        let Some(i) = outbox.find(|head| head.token == token && head.state == State::Queued) else { return Ok(()) };
        let Some(head) = outbox.head(i) else { return Ok(()) };
        let kind = wanted(&head, outbox.packet(&head));
        if kind == Kind::None {
            return Ok(());
        }
        self.save_head(outbox, i, kind, now).inspect_err(|_| outbox.free(i))
    }

    fn changed(&mut self, token: u32) {
        self.slots.iter_mut().filter(|slot| slot.token == token).for_each(|slot| slot.is_stale = true);
    }

    fn sync(&mut self, outbox: &mut Outbox, received: &mut Received, now: Millis) {
        outbox.stale &= !UNSAVED;
        for i in 0..outbox.all().len() {
            let Some(head) = outbox.head(i) else { break };
            let kind = wanted(&head, outbox.packet(&head));
            // What fails is told, and tried again with the next change.
            if kind != Kind::None && self.find(head.token, kind).is_none() {
                _ = self.save_head(outbox, i, kind, now);
            }
        }
        for key in 0..self.slots.len() {
            let Some(slot) = self.slots.get(key).copied() else { break };
            if matches!(slot.kind, Kind::None | Kind::Received) {
                continue;
            }
            let head = outbox.all().iter().find(|head| head.token == slot.token && head.state != State::Free);
            let kind = head.map_or(Kind::None, |head| wanted(head, outbox.packet(head)));
            let is_kept = self.find(slot.token, kind).is_some();
            if kind != slot.kind && (kind == Kind::None || is_kept) || slot.is_stale && is_kept {
                self.erase(key);
            }
        }
        if received.changed {
            self.sync_received(outbox, received);
        }
    }

    fn trouble(&mut self) -> Option<Event> {
        if let Some((trouble, key, detail)) = self.failed.take() {
            return Some(Event::Store { trouble, key, detail });
        }
        let key = self.slots.iter().position(|slot| slot.flaw.is_some() && !slot.is_told)?;
        let slot = self.slots.get_mut(key)?;
        slot.is_told = true;
        let (trouble, detail) = (slot.flaw?, slot.token as i32);
        // What could not be read may be readable yet, and what has no room may have it after the next reset.
        if !matches!(trouble, Trouble::Load | Trouble::NoRoom) {
            self.erase(key);
        }
        Some(Event::Store { trouble, key: key as u32, detail })
    }
}
