//! What must hold whenever the client has nothing to do.

use crate::sim::rules::{self, enforce};
use crate::sim::watch::Moment;
use crate::sim::world::World;

impl World<'_> {
    /// There is nothing to do before the deadline.
    pub fn rest(&mut self, now: u32) {
        let rest = self.supervise(Moment::End);
        let deadline = self.session.deadline(now).into_iter().chain(rest).min();
        self.late_deadlines = if deadline == Some(0) { self.late_deadlines + 1 } else { 0 };
        enforce(rules::deadline_is_ahead(self.late_deadlines));
        self.poll_at = deadline.map_or(u64::MAX, |ms| self.net.now + u64::from(ms));
        if deadline != Some(0) {
            self.check();
            self.check_link(deadline);
        }
    }

    /// What must hold whenever the client has nothing to do.
    fn check(&mut self) {
        let now = self.net.now;
        let opened = self.net.opened_at.take();
        if let Some(at) = self.attempt {
            let due = self.watch.as_ref().map_or(at, |watch| watch.due(at));
            enforce(rules::attempt_on_time(opened, due, now));
            if opened.is_some() {
                self.attempt = None;
            }
        }
        if self.session.is_idle() {
            self.app.draining = false;
            self.app.leaves_by = None;
            self.opened_since = None;
        }
        if opened.is_some() {
            enforce(rules::no_attempt_unasked(self.app.wants_connection || self.app.draining));
            self.opened_since = opened.filter(|_| !self.session.is_connected());
        }
        let response = self.net.plan.response();
        if let Some(since) = self.opened_since {
            enforce(rules::attempt_ends(now.saturating_sub(since), 4 * response + 2600));
        }
        if let Some(by) = self.online_by {
            enforce(rules::recovers_in_time(now, by));
        }
        if let Some(by) = self.app.leaves_by {
            enforce(rules::leaving_ends(now, by));
        }
        if let Some(since) = self.app.probe {
            enforce(rules::probe_is_answered(now - since, response));
        }
        if self.session.is_connected() {
            self.check_silence(now, response);
        }
    }

    fn check_silence(&mut self, now: u64, response: u64) {
        if self.net.offer.is_none() {
            let silent = now - self.net.tap.last_written;
            enforce(rules::keep_alive_is_kept(silent, self.net.plan.keep_alive()));
        }
        if self.app.resume_at.is_none() {
            let heard = self.net.last_read.max(self.net.blocked_at);
            let resumed = self.listening_since > heard;
            let ping = self.net.plan.ping();
            let first = if resumed { ping.max(response) } else { ping };
            let silent = now.saturating_sub(heard.max(self.listening_since));
            enforce(rules::dead_peer_is_found(silent, first + response));
        }
    }
}
