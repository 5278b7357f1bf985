//! What a client's store keeps over its lives, and what goes wrong with it: at one call, or all the time.

use crate::sim::matrix::case::{Case, Direction, Fault};
use crate::trace;
use limpet::session::record::{Kind, Owner, Record};
use limpet::session::store::Store;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::panic::resume_unwind;
use std::rc::Rc;

/// What a call that fails answers, and one for which there is no room.
const BROKEN: i32 = -5;
const FULL: i32 = -28;

/// How a store is all the time.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub enum Trait {
    #[default]
    Good,
    /// Every so many calls one fails.
    Fails(usize),
    /// It has room for so many records.
    Holds(usize),
}

/// Unwinds through the client: its power is cut. True: and the broker loses its sessions.
pub struct PowerCut(pub bool);

#[derive(Default)]
pub struct Medium {
    pub records: BTreeMap<u32, Vec<u8>>,
    pub is: Trait,
    case: Option<Case>,
    /// Calls that change something.
    pub calls: usize,
    /// Of those, how many have failed.
    pub failures: usize,
}

#[derive(Clone, Default)]
pub struct Drawer(Rc<RefCell<Medium>>);

/// What is kept under a token.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Note {
    pub kind: Kind,
    pub token: u32,
    pub is_silent: bool,
}

impl Drawer {
    pub fn new(is: Trait, case: Case) -> Drawer {
        let case = Some(case).filter(|case| case.direction == Direction::Store);
        Drawer(Rc::new(RefCell::new(Medium { is, case, ..Medium::default() })))
    }

    pub fn with<T>(&self, look: impl FnOnce(&mut Medium) -> T) -> T {
        look(&mut self.0.borrow_mut())
    }
}

impl Medium {
    /// What was to go wrong at a call of it has.
    pub fn has_struck(&self) -> bool {
        self.case.is_none_or(|case| case.fault == Fault::None)
    }

    /// It has done less than it was asked for.
    pub fn is_excused(&self) -> bool {
        self.failures > 0
    }

    /// What can be read of it.
    pub fn notes(&self, owner: Owner) -> Vec<Note> {
        let whole = self.records.values().filter_map(|record| Record::decode(record, owner).ok());
        whole.map(|Record { kind, token, is_silent, .. }| Note { kind, token, is_silent }).collect()
    }

    /// The identifiers of QoS 2 messages that have come.
    pub fn received(&self, owner: Owner) -> Vec<u16> {
        let whole = self.records.values().filter_map(|record| Record::decode(record, owner).ok());
        let last = whole.filter(|record| record.kind == Kind::Received).max_by_key(|record| record.token);
        let ids = last.map(|record| record.data.as_chunks().0.iter().map(|id| u16::from_be_bytes(*id)).collect());
        ids.unwrap_or_default()
    }

    /// The fault, if it is to strike at this call; then no other will.
    fn fault(&mut self) -> Fault {
        let n = self.calls;
        self.calls += 1;
        match self.case {
            Some(case) if case.byte == n => {
                trace!("!! {case}");
                self.case = None;
                case.fault
            }
            _ => Fault::None,
        }
    }

    /// A call that writes these bytes, or none; `part` is what of them is there when the power is cut in the middle.
    fn change(&mut self, key: u32, record: Option<&[u8]>) -> Result<(), i32> {
        let fault = self.fault();
        trace!("  store {} {key}", if record.is_some() { "save" } else { "erase" });
        let has_failed = match self.is {
            Trait::Fails(every) => self.calls.is_multiple_of(every).then_some(BROKEN),
            Trait::Holds(most) => (record.is_some() && self.records.len() >= most).then_some(FULL),
            Trait::Good => None,
        };
        if let Some(number) = has_failed.or((fault == Fault::Fail).then_some(BROKEN)) {
            self.failures += 1;
            return Err(number);
        }
        self.failures += usize::from(fault.is_power());
        if matches!(fault, Fault::Power | Fault::PowerLost) {
            resume_unwind(Box::new(PowerCut(fault == Fault::PowerLost)));
        }
        match record {
            Some(bytes) => {
                let len = if fault == Fault::Torn { bytes.len() / 2 } else { bytes.len() };
                self.records.insert(key, bytes[..len].to_vec());
            }
            // Half an erasure is none, or all of it.
            None if fault == Fault::Torn => {}
            None => _ = self.records.remove(&key),
        }
        if matches!(fault, Fault::Torn | Fault::Saved) {
            resume_unwind(Box::new(PowerCut(false)));
        }
        Ok(())
    }
}

impl Store for Drawer {
    fn save(&mut self, key: u32, record: &[u8]) -> Result<(), i32> {
        let mut medium = self.0.borrow_mut();
        assert!(!medium.records.contains_key(&key), "saved over another record");
        medium.change(key, Some(record))
    }

    fn load(&mut self, key: u32, buf: &mut [u8]) -> Result<usize, i32> {
        let medium = self.0.borrow();
        let Some(record) = medium.records.get(&key) else { return Ok(0) };
        let n = record.len().min(buf.len());
        buf[..n].copy_from_slice(&record[..n]);
        Ok(n)
    }

    fn erase(&mut self, key: u32) -> Result<(), i32> {
        self.0.borrow_mut().change(key, None)
    }
}
