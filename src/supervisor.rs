//! Keeps the link under the transport up: starts it, watches it, resets it when that may help. What the link is, Wi-Fi or
//! another, it does not know. No I/O and no clock: it says what to do, and whoever drives it does that.

#![forbid(unsafe_code)]
#![deny(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

use crate::error::Error;
use crate::limits::{LINK_MS, LINK_OFF_MS, SETBACKS};
use crate::session::Session;
use crate::session::config::{LONGEST_MS, OFF};
use crate::time::{Millis, reached, until};

const DEFAULT_SETTLE_MS: u32 = 5000;
const DEFAULT_TIMEOUT_MS: u32 = 60_000;

/// What to do with the link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    Start,
    Stop,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
enum Phase {
    /// Not wanted.
    Off = 0,
    /// Stopped, to be started again.
    Resetting,
    /// Started, and not up.
    Starting,
    /// Up, but not for long.
    Settling,
    Up,
}

/// What the application chose, with the defaults filled in.
pub struct Rules {
    settle_ms: u32,
    timeout_ms: u32,
    /// Failures after which the link is reset.
    patience: u8,
}

impl Rules {
    /// 0 is the default of a number; `settle_ms` may be `OFF`.
    pub fn new(settle_ms: u32, timeout_ms: u32, reset_always: bool) -> Result<Self, Error> {
        let settle_ms = match settle_ms {
            0 => DEFAULT_SETTLE_MS,
            OFF => 0,
            ms => ms,
        };
        let timeout_ms = if timeout_ms == 0 { DEFAULT_TIMEOUT_MS } else { timeout_ms };
        if settle_ms > LONGEST_MS || timeout_ms > LONGEST_MS {
            return Err(Error::Argument);
        }
        let patience = if reset_always { 1 } else { SETBACKS };
        Ok(Rules { settle_ms, timeout_ms, patience })
    }
}

/// Zero in all its bytes is a link that is off. So a link whose memory did not survive a sleep is started anew.
#[repr(C)]
pub struct Supervisor {
    phase: Phase,
    /// The end of the pause, or of settling.
    at: Millis,
    /// When it must be up.
    limit: Millis,
}

impl Supervisor {
    pub const OFF: Supervisor = Supervisor { phase: Phase::Off, at: 0, limit: 0 };

    /// What to do now; `None`: nothing before the deadline. `status` is the link's: above 0 up, 0 not up, below 0 failed.
    pub fn step(&mut self, rules: &Rules, session: &mut Session, status: i32, now: Millis) -> Option<Act> {
        if !session.wants_link() {
            return self.off(session);
        }
        match self.phase {
            Phase::Off => return self.start(rules, session, now),
            Phase::Resetting if reached(self.at, now) => return self.start(rules, session, now),
            Phase::Resetting => return None,
            Phase::Up if status > 0 => {
                if session.setbacks() < rules.patience {
                    return None;
                }
                session.link_off();
                return self.reset(now);
            }
            _ => {}
        }
        if status < 0 {
            session.link_lost(Error::LinkFailed, status, now);
            return self.reset(now);
        }
        if self.phase == Phase::Up {
            session.link_lost(Error::LinkDown, 0, now);
            return self.start(rules, session, now);
        }
        if status == 0 && self.phase == Phase::Settling {
            // Lost before it was used: its time to come up goes on, if there is some left.
            self.phase = Phase::Starting;
            if !reached(self.limit, now) {
                return Some(Act::Start);
            }
        }
        if status > 0 && self.phase == Phase::Starting {
            self.phase = Phase::Settling;
            self.at = now.wrapping_add(rules.settle_ms);
        }
        if self.phase == Phase::Settling && reached(self.at, now) {
            self.phase = Phase::Up;
            session.link_up(now);
        } else if self.phase == Phase::Starting && reached(self.limit, now) {
            session.link_lost(Error::LinkTimeout, 0, now);
            return self.reset(now);
        }
        None
    }

    /// The link is not wanted any more.
    pub fn off(&mut self, session: &mut Session) -> Option<Act> {
        session.link_off();
        match core::mem::replace(&mut self.phase, Phase::Off) {
            Phase::Off | Phase::Resetting => None,
            _ => Some(Act::Stop),
        }
    }

    fn start(&mut self, rules: &Rules, session: &mut Session, now: Millis) -> Option<Act> {
        session.link_off();
        self.phase = Phase::Starting;
        self.limit = now.wrapping_add(rules.timeout_ms);
        Some(Act::Start)
    }

    fn reset(&mut self, now: Millis) -> Option<Act> {
        self.phase = Phase::Resetting;
        self.at = now.wrapping_add(LINK_OFF_MS);
        Some(Act::Stop)
    }

    /// Milliseconds until `step` must be called again; `None` for never.
    pub fn deadline(&self, now: Millis) -> Option<u32> {
        match self.phase {
            Phase::Off | Phase::Up => None,
            Phase::Resetting => Some(until(self.at, now)),
            Phase::Starting => Some(until(self.limit, now).min(LINK_MS)),
            Phase::Settling => Some(until(self.at, now).min(LINK_MS)),
        }
    }
}
