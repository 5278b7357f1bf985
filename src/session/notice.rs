//! What is to be reported beside what packets mean: how connections and publishes ended, and answers to questions.

use super::timers::Timer;
use super::v5::More;
use super::{Failure, Phase, Session};
use crate::event::Event;
use crate::time::Millis;

impl Session<'_> {
    /// What `Step::Event` is about.
    pub fn event(&self) -> Option<&Event> {
        self.event.as_ref()
    }

    /// There may be something to report.
    pub(super) fn has_notice(&self) -> bool {
        let is_answered = self.probe_answer.is_some() || self.wan_answer.is_some();
        self.failure.is_some() || is_answered || self.outbox.has_reports() || self.keep.is_some()
    }

    /// What is to be reported, one thing at a time: true if `event` is such.
    pub(super) fn notice(&mut self, now: Millis) -> bool {
        if let Some(Failure { was_online, error, detail }) = self.failure.take() {
            let retry_ms = match self.phase {
                Phase::Idle => None,
                // Without a timer the next attempt is due as soon as there is a link.
                Phase::Waiting => Some(self.timers.left(Timer::Phase, now).unwrap_or(0)),
                // It has begun already.
                _ => Some(0),
            };
            self.event = Some(if was_online {
                Event::Offline { error, detail, retry_ms }
            } else {
                Event::ConnectFailed { error, detail, retry_ms }
            });
        } else if let Some(up) = self.probe_answer.take() {
            self.event = Some(Event::BrokerUp { up });
        } else if let Some(up) = self.wan_answer.take() {
            self.event = Some(Event::WanOk { up });
        } else if let Some(trouble) = self.trouble() {
            self.event = Some(trouble);
        } else {
            let Some(done) = self.outbox.take_done() else { return false };
            self.stats.count(&done);
            self.event = Some(done);
        }
        // A failure comes with what the broker said of it, which is known since.
        if !matches!(self.event, Some(Event::Offline { .. } | Event::ConnectFailed { .. })) {
            let reason = self.outbox.v5().map_or(0, |v5| v5.reason);
            self.tell(More { reason, ..More::default() });
        }
        true
    }
}
