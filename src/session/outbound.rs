//! What of the outbox goes to the wire next, and what the broker's answers do to it.

use super::control::Control;
use super::head::*;
use super::outbox::Outbox;
use crate::error::Error;
use crate::event::Fate;
use crate::limits::OFFER_MAX;
use crate::packet::{Kind, ack, publish, subscribe};
use crate::time::{Millis, reached};

impl Outbox<'_> {
    /// Puts the next due packets on offer, or their PUBREL into `control`. Nothing may be on offer.
    pub fn choose(&mut self, control: &mut Control, late_at: Millis) {
        while let Some(&last) = PASSES.get(usize::from(self.pass)) {
            let Some(head) = self.head_mut(self.cursor) else {
                // The last pass stays open for what is published later.
                if usize::from(self.pass) + 1 == PASSES.len() {
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
                if !control.push(&ack::encode(Kind::Pubrel, head.id)) {
                    return;
                }
                head.state = State::Released;
                head.due = late_at;
                self.stale = true;
            } else if head.state.is_due() && head.state <= last {
                let head = *head;
                if !self.offering() {
                    self.from = head.at as usize;
                } else if self.to != head.at as usize || head.end() - self.from > OFFER_MAX {
                    return;
                }
                self.to = head.end();
                self.prepare(head);
            }
            self.cursor += 1;
        }
    }

    /// Gives a packet that goes out its identifier and its DUP flag.
    fn prepare(&mut self, mut head: Head) {
        let packet = self.packet_mut(&head);
        if head.state == State::ResendDue {
            return publish::set_dup(packet, true);
        }
        let is_publish = head.state == State::Queued;
        if is_publish {
            publish::set_dup(packet, false);
            if publish::qos(packet.first().copied().unwrap_or(0)) == 0 {
                return;
            }
        }
        head.id = self.fresh_id();
        let packet = self.packet_mut(&head);
        if is_publish {
            publish::set_id(packet, head.id);
        } else {
            subscribe::set_id(packet, head.id);
        }
        if let Some(to) = self.head_mut(self.cursor) {
            to.id = head.id;
        }
    }

    /// [MQTT-2.3.1-2] An identifier that no packet under way has.
    fn fresh_id(&mut self) -> u16 {
        loop {
            self.last_id = self.last_id.wrapping_add(1);
            let id = self.last_id;
            if id != 0 && self.find(|head| head.id == id && head.state > State::Ended).is_none() {
                return id;
            }
        }
    }

    /// The transport took `n` bytes of the offer.
    pub fn wrote(&mut self, n: usize, late_at: Millis) {
        let before = self.from;
        let from = (before + n).min(self.to);
        self.from = from;
        let mut finished = false;
        for head in self.heads_mut() {
            // Whole packets only, and only those that were not answered while still on offer.
            if !head.state.is_due() || head.end() <= before || head.end() > from {
                continue;
            }
            head.due = late_at;
            head.state = match head.state {
                State::SubscribeDue => State::SubscribeSent,
                State::UnsubscribeDue => State::UnsubscribeSent,
                _ if head.id != 0 => State::Sent,
                _ => {
                    finished |= head.finish();
                    continue;
                }
            };
        }
        self.reports |= finished;
        self.stale = true;
        self.trim();
    }

    /// An answer of the broker for `id`. False if nothing waits for it.
    pub fn acknowledged(&mut self, kind: Kind, id: u16, control: &mut Control, late_at: Millis) -> bool {
        let expected = |head: &Head| {
            let sent = matches!(head.state, State::Sent | State::ResendDue);
            match kind {
                Kind::Puback => sent && !head.has(QOS2),
                Kind::Pubrec => sent && head.has(QOS2) || head.state.is_release(),
                _ => head.state.is_release(),
            }
        };
        let found = self.find(|head| head.id == id && expected(head));
        if kind == Kind::Pubrec {
            // Also for an id that was cancelled and forgotten here: the broker holds it until it is released.
            let head = found.and_then(|i| self.head_mut(i));
            if head.as_ref().is_some_and(|head| head.state == State::Released) {
                return true;
            }
            control.push(&ack::encode(Kind::Pubrel, id));
            if let Some(head) = head {
                head.state = State::Released;
                head.due = late_at;
                self.stale = true;
            }
        } else if let Some(i) = found {
            self.finish(i);
        }
        found.is_some()
    }

    /// Lets expire what expires and marks what is late to be sent again: how many, and the id of the last.
    /// With `mute`, lateness does not count. Fails when a packet has been sent often enough.
    pub fn tick(&mut self, now: Millis, max_repubs: u8, mute: bool) -> Result<(u32, u16), Error> {
        self.stale = true;
        while let Some(i) = self.find(|head| head.can_expire() && reached(head.expires, now)) {
            self.conclude(i, Fate::Expired);
        }
        let (mut resent, mut id, mut cursor) = (0, 0, self.cursor);
        let oldest = self.oldest;
        for (i, head) in self.heads_mut().iter_mut().enumerate() {
            if mute || !head.can_be_late() || !reached(head.due, now) {
                continue;
            }
            head.state = match head.state {
                State::Sent => State::ResendDue,
                State::Released => State::ReleaseDue,
                _ => return Err(Error::AckTimeout),
            };
            if head.flags / ONE_REPUB >= max_repubs {
                return Err(Error::AckTimeout);
            }
            head.flags += ONE_REPUB;
            cursor = cursor.min(oldest + i);
            resent += 1;
            id = head.id;
        }
        self.cursor = cursor;
        Ok((resent, id))
    }

    /// Nobody could judge the broker for a while; it gets its full time again.
    pub fn restart_deadlines(&mut self, late_at: Millis) {
        self.stale = true;
        for head in self.heads_mut() {
            head.due = late_at;
        }
    }

    /// The connection is gone, and with it the offer.
    pub fn lost(&mut self) {
        self.to = self.from;
        self.stale = true;
        let mut finished = false;
        for head in self.heads_mut() {
            // Given up while on offer: the broker never had the whole of it.
            if head.state == State::Queued && head.has_ended() {
                finished |= head.finish();
            }
        }
        self.reports |= finished;
        self.trim();
    }

    /// A connection is accepted: what was under way goes out again, before anything new.
    pub fn online(&mut self, session_present: bool) {
        (self.oldest, self.cursor, self.pass) = (0, 0, 0);
        self.stale = true;
        let mut finished = false;
        for head in self.heads_mut() {
            head.flags &= ONE_REPUB - 1;
            head.state = match head.state {
                State::SubscribeSent => State::SubscribeDue,
                State::UnsubscribeSent => State::UnsubscribeDue,
                State::Subscribed if !session_present => State::SubscribeDue,
                State::Sent | State::ResendDue | State::Released | State::ReleaseDue => {
                    if head.has_ended() && !(session_present && head.has(QOS2)) {
                        finished |= head.finish();
                        continue;
                    }
                    if !session_present {
                        // The broker forgot us: old ids mean nothing, so these go out as new messages.
                        head.id = 0;
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
        self.reports |= finished;
        self.trim();
    }
}
