//! What a session knows of the network under its transport: whether it is up, and whether it may be to blame. Who brings
//! it up and down is `supervisor`.

use super::timers::Timer;
use super::{Phase, Session};
use crate::error::Error;
use crate::time::Millis;

impl Session<'_> {
    /// The link is up: what waited for nothing else goes on. A pause for the broker's sake has its timer, and runs on.
    pub fn link_up(&mut self, now: Millis) {
        self.link_down = false;
        if self.phase == Phase::Waiting && !self.timers.is_armed(Timer::Phase) {
            self.timers.arm(Timer::Phase, now);
        }
    }

    /// The link is taken down on purpose, or is not yet up: nothing is opened before `link_up`.
    pub fn link_off(&mut self) {
        self.link_down = true;
        self.setbacks = 0;
    }

    /// The link was lost, and with it the connection or the attempt if there is one.
    pub fn link_lost(&mut self, error: Error, detail: i32, now: Millis) {
        // The application has had it: of QoS 2 it must not come again.
        if self.inbox.lent {
            self.taken(now);
        }
        self.link_off();
        // A loss between two attempts is not a failure of either; that it cannot be brought up is.
        if self.phase == Phase::Waiting && error == Error::LinkDown {
            self.timers.stop(Timer::Phase);
        } else if self.phase != Phase::Idle {
            self.lost(error, detail, now);
        }
    }

    /// The link is needed: there is a connection, or there is to be one.
    pub fn wants_link(&self) -> bool {
        !self.is_idle()
    }

    /// Failures in a row that may be the link's fault. None while there is an attempt, for that is not to be cut off.
    pub fn setbacks(&self) -> u8 {
        if self.phase == Phase::Waiting { self.setbacks } else { 0 }
    }
}
