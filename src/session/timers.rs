//! The deadlines of a session: a table of instants, and the nearest of them.

use crate::time::{Millis, reached, until};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Timer {
    /// The end of the pause, of opening, of waiting for CONNACK, of lingering.
    Phase,
    /// Nothing was sent for the ping interval.
    SendIdle,
    /// Nothing was received for it.
    ReceiveIdle,
    /// PINGRESP is late.
    Pingresp,
    /// `broker_up` has no answer.
    Probe,
    /// The packet that is arriving is late.
    Read,
    /// The bytes on offer are late.
    Write,
    /// A record of the outbox is late or expires.
    Outbox,
    /// `disconnect` has waited long enough for the outbox.
    Drain,
}

const ALL: [Timer; 9] = [
    Timer::Phase,
    Timer::SendIdle,
    Timer::ReceiveIdle,
    Timer::Pingresp,
    Timer::Probe,
    Timer::Read,
    Timer::Write,
    Timer::Outbox,
    Timer::Drain,
];

#[derive(Default)]
pub struct Timers {
    armed: u16,
    at: [Millis; ALL.len()],
}

impl Timers {
    pub fn arm(&mut self, timer: Timer, at: Millis) {
        if let Some(slot) = self.at.get_mut(timer as usize) {
            *slot = at;
            self.armed |= 1 << timer as u16;
        }
    }

    pub fn stop(&mut self, timer: Timer) {
        self.armed &= !(1 << timer as u16);
    }

    /// Stops all timers of a connection; `Drain` belongs to the application.
    pub fn stop_connection(&mut self) {
        self.armed &= 1 << Timer::Drain as u16;
    }

    pub fn is_armed(&self, timer: Timer) -> bool {
        self.armed & 1 << timer as u16 != 0
    }

    /// A timer that has been reached; it is stopped.
    pub fn take_due(&mut self, now: Millis) -> Option<Timer> {
        for (timer, at) in ALL.iter().zip(&self.at) {
            if self.is_armed(*timer) && reached(*at, now) {
                self.stop(*timer);
                return Some(*timer);
            }
        }
        None
    }

    /// Milliseconds until the nearest timer; `None` if none is armed.
    pub fn next(&self, now: Millis) -> Option<u32> {
        let mut nearest = u32::MAX;
        for (timer, at) in ALL.iter().zip(&self.at) {
            if self.is_armed(*timer) {
                nearest = nearest.min(until(*at, now));
            }
        }
        (nearest != u32::MAX).then_some(nearest)
    }

    /// Milliseconds until this timer; `None` if it is not armed.
    pub fn left(&self, timer: Timer, now: Millis) -> Option<u32> {
        let at = *self.at.get(timer as usize)?;
        self.is_armed(timer).then(|| until(at, now))
    }
}
