//! What a session and its outbox do with a store: take over what an earlier life left, and have kept what changes.

use super::Session;
use super::head::*;
use super::outbox::{CHANGED, Outbox, SPARE, UNSAVED};
use super::record::{Kind, Owner, Record};
use super::store::Keep;
use crate::error::Error;
use crate::event::Event;
use crate::packet;
use crate::time::Millis;

/// The packet of a message of which only the identifier is left.
const BARE: [u8; 1] = [0x34];

/// What a store is to keep of a head.
pub(super) fn wanted(head: &Head, packet: &[u8]) -> Kind {
    match head.state {
        State::Free | State::Ended => Kind::None,
        State::UnsubscribeDue | State::UnsubscribeSent => Kind::Unsubscribe,
        state if state.is_filter() => Kind::Filter,
        _ if !packet::has_id(packet) => Kind::None,
        state if state.is_release() => Kind::Release,
        // It has ended here, or its payload cannot be kept, but the broker may hold its identifier.
        _ if head.has_ended() || head.is_pulled() => {
            if head.has(QOS2) {
                Kind::Release
            } else {
                Kind::None
            }
        }
        _ => Kind::Message,
    }
}

impl Outbox<'_> {
    /// A record as it was before a reset. [MQTT-4.4.0-1]
    pub(super) fn restore(&mut self, record: &Record, now: Millis) -> Result<(), Error> {
        let state = match record.kind {
            Kind::Message => State::ResendDue,
            Kind::Release => State::ReleaseDue,
            // Nobody knows whether the broker has had it.
            Kind::Filter => State::SubscribeDue,
            _ => State::UnsubscribeDue,
        };
        let data = if record.kind == Kind::Release { &BARE } else { record.data };
        let head = self.insert(state, data.len(), SPARE)?;
        head.token = record.token;
        if state.is_publish() {
            head.id = record.id;
            head.expires = if record.left_ms == 0 { 0 } else { now.wrapping_add(record.left_ms).max(1) };
            let is_qos2 = data.first().is_some_and(|&first| packet::publish::qos(first) == 2);
            head.flags = if is_qos2 { QOS2 } else { 0 } | if record.is_silent { SILENT } else { 0 };
        }
        let head = *head;
        self.packet_mut(&head).iter_mut().zip(data).for_each(|(to, from)| *to = *from);
        // It brings an identifier and perhaps an instant of its own.
        self.hints.forget_ids();
        self.hints.disorder();
        self.stale = CHANGED;
        // An earlier record for the same filter was to be erased.
        if !state.is_publish()
            && let Some(filter) = self.filter_of(self.packet(&head))
            && let Some(i) = self
                .all()
                .iter()
                .position(|old| old.state.is_filter() && old.token != head.token && self.filter_is(old, filter))
        {
            self.free(i);
        }
        Ok(())
    }

    /// Gives a message that was never sent its packet identifier.
    pub(super) fn reserve_id(&mut self, i: usize) -> u16 {
        let id = self.fresh_id();
        if let Some(head) = self.heads.get_mut(i) {
            head.id = id;
            let head = *head;
            packet::set_id(self.packet_mut(&head), id);
        }
        id
    }

    pub(super) fn head(&self, i: usize) -> Option<Head> {
        self.all().get(i).copied()
    }
}

impl<'a> Session<'a> {
    /// Takes over what an earlier life left, and keeps from now on what is to outlive this one. `rx_size` is what CONNECT may
    /// be long.
    pub fn restore(&mut self, keep: &'a mut dyn Keep, rx_size: usize, now: Millis) -> Result<(), Error> {
        if !self.is_idle() || self.keep.is_some() {
            return Err(Error::State);
        }
        let settings = &mut self.config.settings;
        if settings.client_id.is_empty() {
            return Err(Error::ConfigClientId);
        }
        (settings.keep_session, settings.resume_session) = (true, true);
        self.config.check_size(rx_size, self.outbox.v5())?;
        // The last CONNACK of the earlier life may have been lost.
        self.unanswered = 1;
        keep.restore(&mut self.outbox, &mut self.received, now);
        self.keep = Some(keep);
        Ok(())
    }

    /// How many messages and filters there can be.
    pub fn records(&self) -> usize {
        self.outbox.heads.len()
    }

    /// Who the records are of.
    pub fn owner(&self) -> Owner {
        Owner::new(self.config.settings.client_id, if self.is_v5() { 5 } else { 4 })
    }

    pub(super) fn accept(&mut self, token: u32, now: Millis) -> Result<u32, Error> {
        if let Some(keep) = &mut self.keep {
            keep.accept(&mut self.outbox, token, now)?;
        }
        Ok(token)
    }

    pub(super) fn changed(&mut self, token: u32) {
        if let Some(keep) = &mut self.keep {
            keep.changed(token);
        }
    }

    /// Before anything leaves that depends on it.
    pub(super) fn sync(&mut self, now: Millis) {
        if let Some(keep) = &mut self.keep
            && (self.outbox.stale & UNSAVED != 0 || self.received.changed)
        {
            keep.sync(&mut self.outbox, &mut self.received, now);
        }
    }

    pub(super) fn trouble(&mut self) -> Option<Event> {
        self.keep.as_mut()?.trouble()
    }
}
