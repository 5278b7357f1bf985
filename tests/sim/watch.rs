//! The supervised link of a client: drives its supervisor as src/ffi/link.rs does, and keeps from what was seen and done
//! what the client must and may do next.

use crate::sim::radio::{Habits, State};
use crate::sim::rules::{self, Verdict, enforce};
use crate::sim::world::World;
use limpet::error::Error;
use limpet::supervisor::{Act, Rules, Supervisor};

/// When the link is looked after.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    Begin,
    End,
    Closed,
}

/// A loss of the link that was seen, and is to be told.
pub struct Owed {
    pub error: Error,
    pub detail: i32,
    /// There must be an event of it.
    is_due: bool,
}

pub struct Watch {
    supervisor: Supervisor,
    rules: Rules,
    habits: Habits,
    /// What the client was told last.
    seen: i32,
    /// Since when it was told nothing but that the link is up.
    up_since: Option<u64>,
    pub is_steady: bool,
    /// When the link was started, unless it was stopped since.
    started: Option<u64>,
    /// When it was stopped to be started again.
    reset: Option<u64>,
    /// It was seen down after it had been steady.
    was_lost: bool,
    /// It was seen down after it had been up, but not steady: its time to come up goes on.
    was_dropped: bool,
    /// Several only while the client has not rested.
    owed: Vec<Owed>,
    /// Failures in a row that may be the network's: as many as that, and at least so many that the client counts.
    most: i32,
    least: i32,
    /// CONNACKs that were accepted when the last failure came.
    welcomes: u64,
    /// A reset of a link that was up, whose failures may not all be told yet.
    unproved: bool,
    /// The last poll ended with nothing left to do or to tell.
    pub has_rested: bool,
    pub resets: u64,
}

impl Watch {
    pub fn new(habits: Habits) -> Watch {
        let rules = Rules::new(habits.settle_ms, habits.timeout_ms, habits.reset_always);
        Watch {
            supervisor: Supervisor::OFF,
            rules: rules.unwrap_or_else(|error| panic!("the plan is not legal: {error:?}")),
            habits,
            seen: 0,
            up_since: None,
            is_steady: false,
            started: None,
            reset: None,
            was_lost: false,
            was_dropped: false,
            owed: Vec::new(),
            most: 0,
            least: 0,
            welcomes: 0,
            unproved: false,
            has_rested: true,
            resets: 0,
        }
    }

    /// The link is to be looked at often, for it is coming up or about to be started.
    pub fn is_coming_up(&self) -> bool {
        self.reset.is_some() || self.started.is_some() && !self.is_steady
    }

    /// When an attempt must be made that would be made at `at` if the link were up.
    pub fn due(&self, at: u64) -> u64 {
        match self.up_since.filter(|_| self.is_steady) {
            Some(since) => at.max(since + self.habits.settle()),
            None => u64::MAX,
        }
    }

    /// The next attempt is due as soon as the link is back; or the link was lost before this error could be told.
    pub fn may_be_waited_for(&self, error: Error) -> bool {
        is_link(error) || !self.is_steady || !self.has_rested
    }

    fn saw(&mut self, status: i32, now: u64) {
        let (was_up, was_steady) = (self.up_since.is_some(), self.is_steady);
        self.seen = status;
        self.up_since = if status > 0 { self.up_since.or(Some(now)) } else { None };
        self.is_steady = self.up_since.is_some_and(|since| now - since >= self.habits.settle());
        self.was_lost |= was_steady && status == 0;
        self.was_dropped |= was_up && !was_steady && status == 0;
    }

    fn is_late(&self, now: u64) -> bool {
        let age = self.started.map_or(0, |at| now - at);
        self.seen == 0 && age >= self.habits.timeout()
    }

    /// What the client sees of its loss now.
    fn loss(&self, was_steady: bool, now: u64) -> Option<(Error, i32)> {
        self.started?;
        match self.seen {
            ..0 => Some((Error::LinkFailed, self.seen)),
            0 if was_steady => Some((Error::LinkDown, 0)),
            0 if self.is_late(now) => Some((Error::LinkTimeout, 0)),
            _ => None,
        }
    }

    /// Nothing that failed before counts any more. What is not yet told may come after this.
    fn count_anew(&mut self) {
        self.least = if self.has_rested { 0 } else { -1 };
        if !self.unproved {
            self.most = 0;
        }
    }

    fn acts(&mut self, act: Act, is_idle: bool, now: u64) -> Verdict {
        trace!("link {act:?}");
        match act {
            Act::Start => {
                rules::start_has_cause(self.started.is_some(), self.was_lost || self.was_dropped)?;
                rules::reset_takes_a_second(self.reset.map(|at| now - at))?;
                let goes_on = self.was_dropped && !self.was_lost;
                self.started = self.started.filter(|_| goes_on).or(Some(now));
                (self.reset, self.was_lost, self.was_dropped) = (None, false, false);
            }
            Act::Stop => {
                rules::stop_follows_start(self.started.is_some())?;
                if !is_idle {
                    let is_loss = self.seen < 0 || self.is_late(now);
                    rules::reset_has_cause(is_loss, self.is_steady, self.seen)?;
                    self.unproved = !is_loss;
                    self.reset = Some(now);
                    self.resets += 1;
                }
                self.started = None;
            }
        }
        self.count_anew();
        (self.up_since, self.is_steady) = (None, false);
        Ok(())
    }

    /// The client was told to connect, or is online.
    pub fn begins_anew(&mut self) {
        (self.most, self.least) = (0, 0);
    }

    /// A connection or an attempt failed, says the client.
    pub fn told(&mut self, error: Error, detail: i32, retry_ms: Option<u32>, welcomes: u64) -> Verdict {
        if is_link(error) {
            let at = self.owed.iter().position(|owed| (owed.error, owed.detail) == (error, detail));
            rules::link_error_has_cause(error, detail, at.is_some())?;
            self.owed.drain(..=at.unwrap_or_default());
            return rules::lost_link_has_no_pause(retry_ms);
        }
        if core::mem::replace(&mut self.welcomes, welcomes) != welcomes {
            self.least = self.least.min(0);
        }
        let counts = !matches!(error, Error::Refused | Error::Protocol | Error::Overrun | Error::Left);
        self.most += i32::from(counts);
        self.least += i32::from(counts);
        Ok(())
    }

    /// When the client has nothing to do.
    fn rests(&mut self, is_idle: bool, is_open: bool, now: u64) -> Verdict {
        self.has_rested = true;
        let owed = self.owed.drain(..).find(|owed| owed.is_due);
        rules::loss_of_link_is_told(owed.map(|owed| owed.error))?;
        if core::mem::take(&mut self.unproved) {
            rules::resets_are_rare(self.most, self.habits.patience())?;
            self.begins_anew();
        }
        let is_in_hand = self.started.is_some() || self.reset.is_some_and(|at| now - at < 1000);
        rules::link_follows_the_client(is_in_hand, is_idle)?;
        rules::nothing_is_open_without_a_link(self.is_steady, is_open)?;
        rules::slow_link_is_reset(self.started.is_some() && !self.is_steady && self.is_late(now))?;
        rules::hung_link_is_reset(self.is_steady && !is_open, self.least, self.habits.patience())
    }
}

pub fn is_link(error: Error) -> bool {
    matches!(error, Error::LinkDown | Error::LinkTimeout | Error::LinkFailed)
}

impl World<'_> {
    /// As src/ffi/link.rs. Milliseconds until the next time.
    pub fn supervise(&mut self, moment: Moment) -> Option<u32> {
        let (now, clock) = (self.net.now, self.clock());
        let (Some(watch), Some(radio)) = (&mut self.watch, &mut self.net.radio) else { return None };
        let was_steady = watch.is_steady;
        let status = if moment == Moment::Begin { radio.status() } else { watch.seen };
        watch.saw(status, now);
        if self.session.is_idle() {
            watch.reset = None;
            watch.count_anew();
        } else if let Some((error, detail)) = watch.loss(was_steady, now) {
            watch.count_anew();
            self.lost_link(error, detail);
        }
        let watch = self.watch.as_mut()?;
        loop {
            let act = match moment {
                Moment::Closed => watch.supervisor.off(&mut self.session),
                _ => watch.supervisor.step(&watch.rules, &mut self.session, watch.seen, clock),
            };
            let Some(act) = act else { break };
            enforce(watch.acts(act, self.session.is_idle(), now));
            self.is_busy = true;
            if act == Act::Stop {
                self.net.radio_stops();
                watch.saw(0, now);
            } else if let Some(radio) = &mut self.net.radio {
                radio.start(now);
                watch.saw(radio.status().max(0), now);
            }
        }
        self.net.may_open = watch.is_steady;
        watch.supervisor.deadline(clock)
    }

    /// The client sees that the link is lost: what must come of it.
    fn lost_link(&mut self, error: Error, detail: i32) {
        let is_open = self.net.is_connected || self.net.opening.is_some();
        if !is_open && error == Error::LinkDown {
            // Nothing is lost, and nothing but the link is waited for.
            self.attempt = self.attempt.map(|at| at.min(self.net.now));
        }
        let is_connected = self.session.is_connected();
        // The connection that discards a session, and one that is being left, end in silence.
        let is_silent = is_open && !is_connected && (self.net.tap.accepted.is_some() || self.app.is_online);
        let Some(watch) = &mut self.watch else { return };
        let is_due = watch.has_rested && !is_silent;
        if is_open || error != Error::LinkDown || !watch.has_rested {
            watch.owed.push(Owed { error, detail, is_due });
        }
    }

    /// The application closed the client, and nothing of before is told any more.
    pub fn close_link(&mut self) {
        self.supervise(Moment::Closed);
        if let Some(watch) = &mut self.watch {
            watch.owed.clear();
            watch.unproved = false;
            watch.begins_anew();
        }
    }

    /// What must hold of the link whenever the client has nothing to do.
    pub fn check_link(&mut self, wait: Option<u32>) {
        let (is_idle, is_open) = (self.session.is_idle(), self.net.is_connected || self.net.opening.is_some());
        let Some(watch) = &mut self.watch else { return };
        enforce(watch.rests(is_idle, is_open, self.net.now));
        let most = if watch.reset.is_some() { 1000 } else { 200 };
        let within = watch.is_coming_up().then_some(most);
        enforce(rules::link_is_looked_at(within, wait));
    }

    /// In the calm: until when a link that hangs must have been reset, and until when the client must be online.
    pub fn calm_bounds(&self) -> Option<(u64, u64)> {
        let (habits, plan) = (self.watch.as_ref()?.habits, &self.net.plan);
        let response = plan.response();
        let attempt = u64::from(plan.pauses().1) + 4 * response + 2600;
        // The application may be about to leave; then the peer's silence must be found, and the failures must come.
        let leaving = 60_000 + 2 * response + 2000 + 1000;
        let silence = plan.ping().max(response) + response;
        let healed = self.net.now + leaving + silence + habits.patience() as u64 * attempt;
        // What was said before the calm may cost another attempt.
        Some((healed, healed + habits.timeout() + habits.reset_time() + 2 * attempt))
    }

    pub fn is_hung(&self) -> bool {
        self.net.radio.as_ref().is_some_and(|radio| radio.state == State::Hung)
    }

    /// What a reset of the link may add to a wait in the calm.
    pub fn reset_time(&self) -> u64 {
        self.watch.as_ref().map_or(0, |watch| watch.habits.reset_time())
    }
}
