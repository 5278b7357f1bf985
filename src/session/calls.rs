//! What the application asks of a session.

use super::outbox::{CHANGED, SPARE, UNSEEN};
use super::timers::Timer;
use super::{Phase, Policy, Session, Stats};
use crate::error::Error;
use crate::limits::{FRESH_MS, TIMEOUT_MAX_MS};
use crate::packet::publish::Publish;
use crate::packet::topic;
use crate::packet::v5::property::{List, NONE};
use crate::time::Millis;

/// How to treat messages that are still in the outbox when leaving.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leave {
    /// They stay for the next connection.
    Keep,
    /// They are sent first, for at most this many milliseconds.
    Drain(u32),
    /// They end as dropped.
    Drop,
}

pub(super) fn check(message: &Publish) -> Result<(), Error> {
    if message.qos > 2 {
        return Err(Error::Argument);
    }
    if topic::is_name(message.topic) { Ok(()) } else { Err(Error::Topic) }
}

impl Session<'_> {
    /// Starts connecting, and keeps at it.
    pub fn connect(&mut self, now: Millis) -> Result<(), Error> {
        if self.phase != Phase::Idle {
            return Err(Error::State);
        }
        if let Some(v5) = self.outbox.v5_mut() {
            v5.drop_packet();
        }
        self.backoff.succeeded();
        self.setbacks = 0;
        self.fail_first = self.config.settings.fail_first;
        self.phase = Phase::Waiting;
        self.timers.arm(Timer::Phase, now);
        Ok(())
    }

    /// Queues a message; the token its DONE will carry. Without what a policy, a timeout and properties take: many programs
    /// publish in no other way.
    pub fn publish(&mut self, message: &Publish) -> Result<u32, Error> {
        check(message)?;
        let size = self.outbox.message_size(message, NONE, 0);
        self.allows(message, size)?;
        let token = self.outbox.queue(message, NONE, size, 0, SPARE)?;
        self.accept(token, 0)
    }

    /// The same, after giving up what the policy allows. `timeout_ms` after `now` it is given up itself; 0 is never.
    pub fn publish_with(
        &mut self,
        message: &Publish,
        policy: Policy,
        timeout_ms: u32,
        now: Millis,
    ) -> Result<u32, Error> {
        self.publish_properties(message, NONE, policy, timeout_ms, now)
    }

    /// Queues a message that was checked before and whose end nobody will ask for.
    pub fn post(&mut self, message: &Publish) -> Result<(), Error> {
        if self.is_v5() {
            self.publish(message)?;
            self.outbox.disown();
            return Ok(());
        }
        self.outbox.post(message)
    }

    pub fn cancel(&mut self, token: u32) -> Result<(), Error> {
        self.outbox.cancel(token)
    }

    pub fn subscribe(&mut self, filter: &[u8], qos: u8) -> Result<u32, Error> {
        if qos > 2 {
            return Err(Error::Argument);
        }
        self.request(filter, qos, NONE)
    }

    /// The options are the byte of MQTT 5, which is the QoS in 3.1.1, and such as may be.
    pub(super) fn request(&mut self, filter: &[u8], options: u8, properties: &dyn List) -> Result<u32, Error> {
        if !topic::is_filter(filter) {
            return Err(Error::Topic);
        }
        self.allows_filter(filter, options, properties)?;
        let token = self.outbox.subscribe(filter, options, properties)?;
        self.changed(token);
        Ok(token)
    }

    pub fn unsubscribe(&mut self, filter: &[u8]) -> Result<u32, Error> {
        if !topic::is_filter(filter) {
            return Err(Error::Topic);
        }
        if self.is_v5() {
            // [5: MQTT-4.8.2-1]
            if topic::is_shared(filter) && !topic::is_share(filter) {
                return Err(Error::Topic);
            }
            self.takes(self.outbox.request_size(filter, false, NONE))?;
        }
        self.outbox.unsubscribe(filter)
    }

    /// Not now: the message that was handed out stays, and nothing more is read.
    pub fn hold(&mut self) -> Result<(), Error> {
        if !self.inbox.lent {
            return Err(Error::State);
        }
        self.inbox.lent = false;
        self.holding = true;
        // Who does not listen cannot judge the other's silence.
        for timer in [Timer::Read, Timer::Pingresp, Timer::ReceiveIdle] {
            self.timers.stop(timer);
        }
        self.outbox.stale = CHANGED;
        Ok(())
    }

    pub fn resume(&mut self, now: Millis) {
        if !self.holding {
            return;
        }
        self.holding = false;
        let late_at = self.late_at(now);
        let timer = if self.pinging { Timer::Pingresp } else { Timer::ReceiveIdle };
        self.timers.arm(timer, late_at);
        self.outbox.restart_deadlines(late_at);
    }

    /// Asks whether the broker answers. [BUP-1]
    pub fn broker_up(&mut self, now: Millis) {
        self.outbox.stale |= UNSEEN;
        if self.phase != Phase::Online {
            self.probe_answer = Some(false);
        } else if now.wrapping_sub(self.last_heard) < FRESH_MS {
            // One answer for all who have asked.
            self.timers.stop(Timer::Probe);
            self.probe_answer = Some(true);
        } else if !self.timers.is_armed(Timer::Probe) {
            self.timers.arm(Timer::Probe, self.late_at(now));
            if !self.pinging {
                self.ping();
            }
        }
    }

    /// The answer to a question that went past the broker, for the application to be told.
    pub fn wan_answered(&mut self, up: bool) {
        self.wan_answer = Some(up);
        self.outbox.stale |= UNSEEN;
    }

    /// Says goodbye and stays offline.
    pub fn disconnect(&mut self, how: Leave, now: Millis) -> Result<(), Error> {
        if matches!(how, Leave::Drain(timeout_ms) if timeout_ms > TIMEOUT_MAX_MS) {
            return Err(Error::Argument);
        }
        self.draining = false;
        self.outbox.stale |= UNSEEN;
        self.timers.stop(Timer::Drain);
        match how {
            Leave::Keep => {}
            Leave::Drop => self.outbox.drop_all(),
            Leave::Drain(timeout_ms) => {
                if !matches!(self.phase, Phase::Idle | Phase::Leaving) && !self.outbox.is_drained() {
                    self.draining = true;
                    self.timers.arm(Timer::Drain, now.wrapping_add(timeout_ms));
                    if self.phase == Phase::Waiting && !self.link_down {
                        // No time for the rest of the pause.
                        self.timers.arm(Timer::Phase, now);
                    }
                    return Ok(());
                }
            }
        }
        self.leave(now);
        Ok(())
    }

    pub(super) fn leave(&mut self, now: Millis) {
        if self.inbox.lent {
            self.taken(now);
        }
        self.draining = false;
        self.timers.stop(Timer::Drain);
        self.discarding = false;
        match self.phase {
            Phase::Online => {
                self.phase = Phase::Leaving;
                self.said = false;
                self.forget_reading();
            }
            Phase::Leaving => {}
            _ => {
                self.end_connection();
                self.phase = Phase::Idle;
            }
        }
    }

    /// From now on what arrives is thrown away.
    pub(super) fn forget_reading(&mut self) {
        if self.timers.is_armed(Timer::Probe) {
            self.probe_answer = Some(false);
        }
        self.timers.stop_connection();
        self.inbox.reset();
        self.holding = false;
        self.ping_due = false;
        self.outbox.stale = CHANGED;
    }

    /// Ends the connection at once and in silence. True: the transport is open and must be closed now.
    pub fn close(&mut self) -> bool {
        if self.inbox.lent {
            self.taken(self.last_heard);
        }
        self.draining = false;
        self.timers.stop(Timer::Drain);
        self.end_connection();
        self.phase = Phase::Idle;
        self.discarding = false;
        self.is_online = false;
        self.failure = None;
        self.probe_answer = None;
        self.wan_answer = None;
        self.close_due = false;
        core::mem::take(&mut self.is_open)
    }

    pub fn is_idle(&self) -> bool {
        self.phase == Phase::Idle && !self.is_open
    }

    pub fn is_connected(&self) -> bool {
        self.phase == Phase::Online
    }

    pub fn stats(&self) -> &Stats {
        &self.stats
    }

    /// Most bytes of the receive buffer and of the outbox ever in use.
    pub fn high_marks(&self) -> (usize, usize) {
        (self.inbox.high, self.outbox.high())
    }
}
