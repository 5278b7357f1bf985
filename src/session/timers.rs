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

/// Timers that end something because the peer is late. They are judged only after reading what may be there already:
/// it may be we who are late.
pub const LATENESS: u16 = 1 << Timer::Phase as u16
    | 1 << Timer::Pingresp as u16
    | 1 << Timer::Probe as u16
    | 1 << Timer::Read as u16
    | 1 << Timer::Write as u16
    | 1 << Timer::Outbox as u16;

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

    /// A timer that has been reached, of those in the set.
    pub fn due(&self, now: Millis, of: u16) -> Option<Timer> {
        let mut timers = ALL.iter().zip(&self.at);
        let due = timers.find(|(timer, at)| self.armed & of & 1 << **timer as u16 != 0 && reached(**at, now));
        due.map(|(timer, _)| *timer)
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
