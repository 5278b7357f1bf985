//! How publishes end: each accepted one in exactly one DONE.

use super::head::*;
use super::outbox::{CHANGED, Outbox, SPARE};
use super::v5::{reason_in, refused_request};
use crate::error::Error;
use crate::event::{Event, Fate};
use crate::packet::publish::Publish;
use crate::packet::v5::property::NONE;

/// In the token of a message whose DONE nobody waits for.
pub(super) const NOBODY: u32 = 1 << 31;

impl Outbox<'_> {
    /// Queues a message whose DONE nobody waits for.
    pub fn post(&mut self, message: &Publish) -> Result<(), Error> {
        let size = self.message_size(message, NONE, 0);
        self.queue(message, NONE, size, 0, SPARE)?;
        self.disown();
        Ok(())
    }

    /// Nobody waits for the DONE of the newest record.
    pub(super) fn disown(&mut self) {
        if let Some(head) = self.heads.get_mut(self.count - 1) {
            head.token |= NOBODY;
        }
    }

    pub fn cancel(&mut self, token: u32) -> Result<(), Error> {
        let found = self
            .find(|head| token & NOBODY == 0 && head.token == token && head.state.is_publish() && !head.has_ended());
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

    /// Ends a publish before its time. If the broker may have it, its id stays reserved until the exchange is over.
    pub(super) fn conclude(&mut self, i: usize, fate: Fate) {
        self.cut_off(i);
        let (from, to) = (self.from, self.to);
        let Some(head) = self.heads.get_mut(i) else { return };
        head.expires = fate as u32;
        head.flags |= DONE_DUE;
        let is_queued = head.state == State::Queued;
        if !is_queued || head.overlaps(from, to) {
            head.flags |= MAYBE_SENT;
        }
        // What is to be sent again is not: no answer may ever come. Of QoS 2 the broker may hold the id, so it is released.
        if (is_queued || head.state == State::ResendDue) && !head.overlaps(from, to) {
            if head.has(QOS2) && !is_queued {
                head.state = State::ReleaseDue;
                self.cursor = self.cursor.min(i);
            } else {
                head.finish();
            }
        }
        self.ended(i);
        self.stale = CHANGED;
        self.make_up();
    }

    /// The next DONE, once.
    pub fn take_done(&mut self) -> Option<Event> {
        while let Some(i) = self.next_ended() {
            if self.heads.get(i).is_some_and(|head| head.has(DONE_DUE))
                && let Some(done) = self.report(i)
            {
                return Some(done);
            }
        }
        self.trim();
        None
    }

    /// The DONE of this record, which is due, if anybody waits for it.
    pub(super) fn report(&mut self, i: usize) -> Option<Event> {
        let head = self.heads.get_mut(i)?;
        head.flags = head.flags & !DONE_DUE | SILENT;
        let Head { token, expires, .. } = *head;
        let (fate, maybe_sent) = (Fate::of(expires as u8), head.has(MAYBE_SENT));
        if head.state == State::Ended {
            self.free(i);
        }
        if token & NOBODY != 0 {
            return None;
        }
        if let Some(v5) = self.v5_mut() {
            v5.reason = reason_in(expires);
            if let Some(refused) = refused_request(token, expires) {
                return Some(refused);
            }
        }
        Some(Event::Done { token, fate, maybe_sent: maybe_sent && fate != Fate::Delivered })
    }
}
