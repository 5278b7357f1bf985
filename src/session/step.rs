//! One step: what there is to do next, in which order, and whether there is anything at all.

use super::outbox::UNSEEN;
use super::timers::{LATENESS, Timer};
use super::{Phase, Session, Source, Step};
use crate::time::Millis;

impl Session<'_> {
    /// There is nothing to do but to read: a step would find that it is `Exchange`, with nothing on offer.
    pub fn is_quiet(&self, now: Millis) -> bool {
        self.outbox.stale & UNSEEN == 0 && !self.timers.is_reached(now)
    }

    /// What to do next. A message that was handed out before, and not held, is acknowledged by this call.
    pub fn step(&mut self, rx: &mut [u8], now: Millis) -> Step {
        let is_quiet = self.is_quiet(now);
        // Where assertions are compiled, the way that is left out is gone, and must come to the same.
        if is_quiet && !cfg!(debug_assertions) {
            return Step::Exchange;
        }
        let step = self.look(rx, now);
        debug_assert!(!is_quiet || step == Step::Exchange && self.source == Source::None);
        step
    }

    #[inline(always)]
    fn look(&mut self, rx: &mut [u8], now: Millis) -> Step {
        if self.inbox.lent {
            self.taken(now);
        }
        let moved = core::mem::take(&mut self.moved);
        if self.timers.is_reached(now) {
            self.fire_all(moved, now);
        } else {
            self.grace = None;
        }
        let mut has_looked = self.holding;
        loop {
            if self.close_due {
                return Step::Close;
            }
            self.sync(now);
            if self.has_notice() && self.notice(now) {
                return Step::Event;
            }
            debug_assert!(!self.inbox.is_clear() || !self.timers.is_armed(Timer::Read));
            match self.phase {
                Phase::Idle | Phase::Waiting => return Step::Wait,
                Phase::Opening => {
                    self.is_open = true;
                    return Step::Open;
                }
                _ if has_looked || self.inbox.is_clear() => break,
                _ => has_looked = true,
            }
            if self.inbound(rx, now) {
                return Step::Event;
            }
        }
        if self.draining && self.outbox.is_drained() {
            self.leave(now);
            if self.close_due {
                return Step::Close;
            }
        }
        // What the offer changes is to be looked at.
        self.outbox.stale &= !UNSEEN;
        self.choose_offer(rx, now);
        if self.close_due {
            return Step::Close;
        }
        // A store and a payload that is asked for have more to be looked at than this knows of.
        let is_simple = self.keep.is_none() && !self.outbox.pulling.is_hungry();
        if !is_simple || self.phase != Phase::Online || self.source != Source::None || self.grace.is_some() {
            self.outbox.stale |= UNSEEN;
        }
        Step::Exchange
    }

    /// Lets the timers that have been reached do what they are for.
    #[inline(never)]
    fn fire_all(&mut self, moved: bool, now: Millis) {
        let judged = if self.can_judge(moved, now) { u16::MAX } else { !LATENESS };
        while let Some(timer) = self.timers.due(now, judged) {
            self.timers.stop(timer);
            self.fire(timer, now);
        }
    }

    /// Whether silence can be held against the peer. After a poll that came late it cannot before all that is there was
    /// read, and what can be written was; but for one instant only, so that a peer that floods us is judged as well.
    fn can_judge(&mut self, moved: bool, now: Millis) -> bool {
        if matches!(self.phase, Phase::Idle | Phase::Waiting) || self.timers.due(now, LATENESS).is_none() {
            self.grace = None;
            return true;
        }
        match self.grace {
            Some(at) if at != now || !moved => {
                self.grace = None;
                true
            }
            _ => {
                self.grace = Some(now);
                false
            }
        }
    }

    /// The application has had the lent part and did not hold it.
    pub(super) fn taken(&mut self, now: Millis) {
        match self.inbox.take_back() {
            Some(message) => self.finish(&message, now),
            None => self.heard(now),
        }
    }
}
