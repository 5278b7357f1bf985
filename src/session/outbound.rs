//! What of the outbox goes to the wire next, and what the broker's answers do to it.

use super::control::Control;
use super::head::*;
use super::outbox::{CHANGED, Outbox};
use crate::error::Error;
use crate::event::Fate;
use crate::limits::OFFER_MAX;
use crate::packet::{self, Kind, publish};
use crate::time::{Millis, reached};

impl Outbox<'_> {
    /// Puts the next due packets on offer, or their PUBREL into `control`. Nothing may be on offer.
    pub fn choose(&mut self, control: &mut Control, late_at: Millis) {
        loop {
            let pass = self.pass;
            let Some(head) = self.head_mut(self.cursor) else {
                // The last pass stays open for what is published later.
                if pass == LAST_PASS {
                    return;
                }
                self.pass += 1;
                self.cursor = 0;
                if self.offering() {
                    return;
                }
                continue;
            };
            if head.state == State::ReleaseDue {
                if !control.ack(Kind::Pubrel, head.id) {
                    return;
                }
                head.state = State::Released;
                head.due = late_at;
                self.dated(self.cursor);
                self.tally(State::ReleaseDue, State::Released);
                self.stale = CHANGED;
            } else if head.state.is_due(pass) {
                if self.must_be_first() {
                    return;
                }
                if self.must_wait() {
                    self.cursor += 1;
                    continue;
                }
                let Some(head) = self.heads.get(self.cursor) else { return };
                let (at, end, is_pulled) = (head.at as usize, head.end(), head.is_pulled());
                if !self.offering() {
                    self.from = at;
                    self.pulling.record = self.cursor;
                } else if is_pulled || self.to != at || end - self.from > OFFER_MAX {
                    return;
                }
                self.to = end;
                self.prepare();
                if is_pulled {
                    self.begin_to_pull(self.cursor);
                    self.cursor += 1;
                    return;
                }
            }
            self.cursor += 1;
        }
    }

    /// Gives the packet at the cursor, which goes out, its identifier and its DUP flag.
    #[inline(never)]
    fn prepare(&mut self) {
        let Some(head) = self.heads.get(self.cursor).copied() else { return };
        let is_again = head.state == State::ResendDue;
        if !is_again && !packet::has_id(self.packet(&head)) {
            // [MQTT-3.3.1-2] QoS 0 has neither.
            return;
        }
        let has_id = head.id != 0 && self.has_store && head.state.is_publish();
        let needs_id = !is_again && !has_id;
        let id = if needs_id { self.fresh_id() } else { head.id };
        let packet = self.packet_mut(&head);
        if needs_id {
            packet::set_id(packet, id);
        }
        if head.state.is_publish() {
            publish::set_dup(packet, is_again);
        }
        if let Some(head) = self.heads.get_mut(self.cursor) {
            head.id = id;
        }
    }

    /// The transport took `n` bytes of the offer.
    #[inline(never)]
    pub fn wrote(&mut self, n: usize, late_at: Millis) {
        let before = self.from;
        let mut from = (before + n).min(self.to);
        self.from = from;
        if from == self.to && self.pulling.is_begun() {
            if self.piece_went() {
                return;
            }
            from = self.to;
        }
        let mut is_freed = false;
        for i in self.pulling.record..self.count {
            let Some(head) = self.heads.get_mut(i).filter(|head| (head.at as usize) < from) else { break };
            // Whole packets only, and only those that were not answered while still on offer.
            let is_open = head.state.is_due(LAST_PASS) && !head.state.is_release();
            if !is_open || head.end() <= before || head.end() > from {
                continue;
            }
            head.due = late_at;
            head.state = match head.state {
                State::SubscribeDue => State::SubscribeSent,
                State::UnsubscribeDue => State::UnsubscribeSent,
                _ if head.id != 0 => State::Sent,
                _ => {
                    head.finish();
                    is_freed |= head.state == State::Free;
                    self.ended(i);
                    continue;
                }
            };
            self.dated(i);
        }
        self.stale = CHANGED;
        if is_freed {
            self.trim();
        }
    }

    /// An answer of the broker for `id`. False if nothing waits for it.
    pub fn acknowledged(&mut self, kind: Kind, id: u16, control: &mut Control, late_at: Millis) -> bool {
        let mut other = Head::default();
        let i = self.find_id(id).unwrap_or(usize::MAX);
        let head = self.heads.get_mut(i).unwrap_or(&mut other);
        let (state, is_qos2) = (head.state, head.has(QOS2));
        let expected = match kind {
            Kind::Puback => state.is_unanswered() && !is_qos2,
            Kind::Pubrec => state.is_unanswered() && is_qos2 || state.is_release(),
            _ => state.is_release(),
        };
        if kind != Kind::Pubrec {
            if expected {
                head.finish();
                self.ended(i);
                self.tally(state, State::Ended);
            }
        } else if state != State::Released {
            // Also for an id that was cancelled and forgotten here: the broker holds it until it is released.
            control.ack(Kind::Pubrel, id);
            if expected {
                head.flags &= ONE_REPUB - 1;
                head.state = State::Released;
                head.due = late_at;
                self.dated(i);
                self.tally(state, State::Released);
            }
        }
        self.stale = CHANGED;
        self.make_up();
        expected
    }

    /// Lets expire what expires and marks what is late to be sent again; how many those are. With `mute`, lateness does
    /// not count. Fails when a packet has been sent often enough.
    pub fn tick(&mut self, now: Millis, pause: u32, max_repubs: u8, mute: bool) -> Result<u32, Error> {
        self.stale = CHANGED;
        self.hints.disorder();
        let is_v5 = self.v5().is_some();
        let mut resent = 0;
        for i in self.oldest..self.count {
            let Some(head) = self.heads.get_mut(i) else { break };
            if head.can_expire() && reached(head.expires, now) {
                if !self.expires_elsewhere(i) {
                    self.conclude(i, Fate::Expired);
                }
            } else if !mute && head.can_be_late() && reached(head.due, now) {
                let again = match head.state {
                    State::Sent => State::ResendDue,
                    State::Released => State::ReleaseDue,
                    _ => return Err(Error::AckTimeout),
                };
                if head.flags / ONE_REPUB >= max_repubs {
                    return Err(Error::AckTimeout);
                }
                head.flags += ONE_REPUB;
                // [5: MQTT-4.4.0-1] Not over a living connection; it just has as long as it would have had.
                if is_v5 {
                    head.due = now.wrapping_add(pause);
                    continue;
                }
                head.state = again;
                self.cursor = self.cursor.min(i);
                resent += 1;
            }
        }
        Ok(resent)
    }

    /// Nobody could judge the broker for a while; it gets its full time again.
    pub fn restart_deadlines(&mut self, late_at: Millis) {
        self.stale = CHANGED;
        for head in self.heads_mut() {
            head.due = late_at;
        }
    }

    /// The connection is gone, and with it the offer.
    pub fn lost(&mut self) {
        self.stop_pulling();
        self.stale = CHANGED;
        let mut finished = false;
        for head in self.heads_mut() {
            // Given up while on offer: the broker never had the whole of it.
            if head.state == State::Queued && head.has_ended() {
                finished |= head.finish();
            }
        }
        if finished {
            self.some_ended();
        }
        self.trim();
    }

    /// A connection is accepted: what was under way goes out again, before anything new. Without the session, or with
    /// `renew`, so do the filters.
    pub fn online(&mut self, session_present: bool, renew: bool) {
        (self.oldest, self.cursor, self.pass) = (0, 0, 0);
        self.stale = CHANGED;
        let keeps_ids = self.has_store;
        let mut finished = false;
        for head in self.heads_mut() {
            head.flags &= ONE_REPUB - 1;
            head.state = match head.state {
                State::SubscribeSent => State::SubscribeDue,
                State::UnsubscribeSent => State::UnsubscribeDue,
                State::Subscribed if !session_present || renew => State::SubscribeDue,
                State::Sent | State::ResendDue | State::Released | State::ReleaseDue => {
                    if head.has_ended() && !(session_present && head.has(QOS2)) {
                        finished |= head.finish();
                        continue;
                    }
                    if !session_present {
                        if head.is_bare() {
                            // The broker had it, and what it was is known no more.
                            finished |= head.finish();
                            continue;
                        }
                        // The broker forgot us: old ids mean nothing, so these go out as new messages.
                        if !keeps_ids {
                            head.id = 0;
                        }
                        head.flags |= MAYBE_SENT;
                        State::Queued
                    } else if head.has_ended() || head.state.is_release() {
                        State::ReleaseDue
                    } else {
                        State::ResendDue
                    }
                }
                state => state,
            };
        }
        if finished {
            self.some_ended();
        }
        self.make_up();
        self.renew_what_is_unsubscribed_again();
        self.trim();
    }
}
