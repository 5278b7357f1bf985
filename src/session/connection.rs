//! The life of one connection: opening, keep alive, deadlines, and its end.

use super::log::Log;
use super::outbox::UNSEEN;
use super::timers::Timer;
use super::v5::More;
use super::{Failure, Phase, Session, Source};
use crate::error::Error;
use crate::limits::{TLS_ERROR, TLS_ERROR_LAST};
use crate::time::Millis;

impl Session<'_> {
    /// A deadline has been reached.
    #[inline(never)]
    pub(super) fn fire(&mut self, timer: Timer, now: Millis) {
        match timer {
            Timer::Phase => match self.phase {
                // `link_up` will set the timer again.
                Phase::Waiting if self.link_down => {}
                Phase::Waiting => {
                    self.phase = Phase::Opening;
                    self.timers.arm(Timer::Phase, self.late_at(now));
                    self.note(Log::Opening, self.backoff.failures().into());
                }
                Phase::Opening => self.lost(Error::OpenTimeout, 0, now),
                Phase::Hello => self.lost(Error::ConnackTimeout, 0, now),
                _ => self.lost(Error::PeerClosed, 0, now),
            },
            Timer::SendIdle | Timer::ReceiveIdle => self.ping(),
            Timer::Pingresp => match self.timers.left(Timer::Read, now) {
                // It may stand behind a packet that is still arriving, and has its own deadline.
                Some(left) => self.timers.arm(Timer::Pingresp, now.wrapping_add(left + 1)),
                None => self.lost(Error::PingTimeout, 0, now),
            },
            Timer::Probe => self.probe_answer = Some(false),
            Timer::Read => self.lost(Error::ReadTimeout, 0, now),
            Timer::Write => self.lost(Error::WriteTimeout, 0, now),
            Timer::Outbox => {
                let (mute, settings) = (self.holding || self.phase != Phase::Online, &self.config.settings);
                match self.outbox.tick(now, settings.response_time_ms, settings.max_repubs as u8, mute) {
                    Ok(0) => {}
                    Ok(resent) => {
                        self.stats.repubs = self.stats.repubs.wrapping_add(resent);
                        self.note(Log::Resend, resent as i32);
                    }
                    Err(error) => self.lost(error, 0, now),
                }
            }
            Timer::Drain => {
                self.leave(now);
                if self.phase == Phase::Idle {
                    self.failure = Some(Failure { was_online: false, error: Error::Left, detail: 0 });
                }
            }
        }
    }

    /// The transport's answer to `Step::Open`.
    pub fn opened(&mut self, result: Result<(), i32>, now: Millis) {
        self.moved = true;
        match result {
            Ok(()) => {
                self.phase = Phase::Hello;
                self.said = false;
                self.timers.stop(Timer::Phase);
            }
            // There is no positive answer.
            Err(detail) => self.failed(if detail > 0 { Error::Transport } else { Error::Open }, detail, now),
        }
    }

    /// `Step::Close` was done.
    pub fn closed(&mut self) {
        self.is_open = false;
        self.close_due = false;
    }

    /// [MQTT-3.1.2-23] Sends PINGREQ, also while an answer to one is awaited: silence is what the broker counts.
    pub(super) fn ping(&mut self) {
        self.ping_due = true;
        self.pinging = true;
        self.timers.stop(Timer::ReceiveIdle);
        self.note(Log::Ping, 0);
    }

    /// The transport read `n` bytes into the space; 0 is the end of the stream.
    pub fn received(&mut self, n: usize, now: Millis) {
        if n == 0 {
            return self.lost(Error::PeerClosed, 0, now);
        }
        self.moved = true;
        self.outbox.stale |= UNSEEN;
        self.stats.bytes_in = self.stats.bytes_in.wrapping_add(n as u32);
        self.last_heard = now;
        if self.phase != Phase::Leaving {
            self.inbox.arrived(n);
        }
    }

    /// The transport failed.
    pub fn failed(&mut self, error: Error, detail: i32, now: Millis) {
        match detail {
            TLS_ERROR_LAST..TLS_ERROR => self.lost(Error::Tls, detail.wrapping_sub(TLS_ERROR), now),
            _ => self.lost(error, detail, now),
        }
    }

    /// The connection or the attempt is over; what comes next depends on why we had it.
    pub(super) fn lost(&mut self, error: Error, detail: i32, now: Millis) {
        let leaving = self.phase == Phase::Leaving;
        let was_online = self.is_online;
        if !matches!(error, Error::Refused | Error::Dismissed) {
            self.tell(More::default());
        }
        self.end_connection();
        if self.discarding {
            self.discarding = false;
            self.phase = Phase::Waiting;
            self.timers.arm(Timer::Phase, now);
            return;
        }
        self.is_online = false;
        self.note(Log::Lost, if leaving { Error::Left } else { error } as i32);
        if leaving {
            self.phase = Phase::Idle;
            if was_online {
                self.failure = Some(Failure { was_online, error: Error::Left, detail: 0 });
            }
            return;
        }
        if was_online {
            self.stats.outages = self.stats.outages.wrapping_add(1);
            self.backoff.held(now.wrapping_sub(self.online_at));
        }
        if error == Error::Overrun {
            // There was progress, and there will be more.
            self.backoff.succeeded();
        }
        if error.may_be_network() {
            self.setbacks = self.setbacks.saturating_add(1);
        }
        // One that is not yet told comes first, and tells of the connection.
        self.failure.get_or_insert(Failure { was_online, error, detail });
        if self.fail_first {
            self.phase = Phase::Idle;
            return;
        }
        self.phase = Phase::Waiting;
        // Without a link nothing can be said of the broker: its turn comes with `link_up`.
        if !self.link_down {
            let pause = self.backoff.pause();
            self.timers.arm(Timer::Phase, now.wrapping_add(pause));
        }
    }

    /// Forgets all that belongs to one connection. A half-written packet is never continued on the next.
    pub(super) fn end_connection(&mut self) {
        self.forget_reading();
        self.control.clear();
        self.outbox.lost();
        if let Some(v5) = self.outbox.v5_mut() {
            v5.reset();
        }
        self.source = Source::None;
        self.pinging = false;
        self.close_due = self.is_open;
    }
}
