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
    /// `nearest` is one of the armed, not only before them.
    is_exact: bool,
    /// No armed timer is due before. Most questions end here: a poll asks several times.
    nearest: Millis,
    at: [Millis; ALL.len()],
}

impl Timers {
    #[inline(never)]
    pub fn arm(&mut self, timer: Timer, at: Millis) {
        if self.is_armed(timer) && self.at.get(timer as usize) == Some(&at) {
            return;
        }
        self.stop(timer);
        if self.armed == 0 || !reached(self.nearest, at) {
            self.nearest = at;
            self.is_exact = true;
        }
        if let Some(slot) = self.at.get_mut(timer as usize) {
            *slot = at;
            self.armed |= 1 << timer as u16;
        }
    }

    #[inline(never)]
    pub fn stop(&mut self, timer: Timer) {
        self.armed &= !(1 << timer as u16);
        if self.at.get(timer as usize) == Some(&self.nearest) {
            self.is_exact = false;
        }
    }

    /// Stops all timers of a connection; `Drain` belongs to the application.
    pub fn stop_connection(&mut self) {
        self.armed &= 1 << Timer::Drain as u16;
        self.is_exact = false;
    }

    pub fn is_armed(&self, timer: Timer) -> bool {
        self.armed & 1 << timer as u16 != 0
    }

    /// A timer may have been reached.
    pub fn is_reached(&self, now: Millis) -> bool {
        reached(self.nearest, now)
    }

    /// A timer that has been reached, of those in the set.
    pub fn due(&self, now: Millis, of: u16) -> Option<Timer> {
        if !self.is_reached(now) {
            return None;
        }
        let mut timers = ALL.iter().zip(&self.at);
        let due = timers.find(|(timer, at)| self.armed & of & 1 << **timer as u16 != 0 && reached(**at, now));
        due.map(|(timer, _)| *timer)
    }

    /// Milliseconds until the nearest timer; `None` if none is armed.
    #[inline(never)]
    pub fn next(&mut self, now: Millis) -> Option<u32> {
        if self.armed == 0 {
            return None;
        }
        if !self.is_exact {
            let mut left = u32::MAX;
            for (timer, at) in ALL.iter().zip(&self.at) {
                if self.is_armed(*timer) && until(*at, now) < left {
                    left = until(*at, now);
                    self.nearest = *at;
                }
            }
            self.is_exact = true;
        }
        Some(until(self.nearest, now))
    }

    /// Milliseconds until this timer; `None` if it is not armed.
    pub fn left(&self, timer: Timer, now: Millis) -> Option<u32> {
        let at = *self.at.get(timer as usize)?;
        self.is_armed(timer).then(|| until(at, now))
    }
}

#[cfg(test)]
#[allow(clippy::indexing_slicing)]
mod tests {
    use super::*;

    /// Nothing that the table has is remembered beside it.
    #[test]
    fn the_nearest_is_the_nearest_whatever_was_armed_and_stopped() {
        let mut random = 1_u32;
        let mut roll = |n: u32| {
            random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (random >> 16) % n
        };
        let mut timers = Timers::default();
        let mut model = [None; ALL.len()];
        let mut now = u32::MAX - 20_000;
        for _ in 0..20_000 {
            let timer = ALL[roll(9) as usize];
            match roll(8) {
                0..=3 => {
                    let at = now.wrapping_add(roll(200));
                    timers.arm(timer, at);
                    model[timer as usize] = Some(at);
                }
                4 => {
                    timers.stop(timer);
                    model[timer as usize] = None;
                }
                5 if roll(50) == 0 => {
                    timers.stop_connection();
                    model[..Timer::Drain as usize].fill(None);
                }
                _ => now = now.wrapping_add(roll(20)),
            }
            let is_due = model.iter().flatten().any(|at| reached(*at, now));
            assert_eq!(timers.due(now, u16::MAX).is_some(), is_due);
            if roll(3) == 0 {
                assert_eq!(timers.next(now), model.iter().flatten().map(|at| until(*at, now)).min());
            }
        }
    }
}
