//! What the broker answers to CONNECT: the connection is accepted, with a session or without, or refused.

use super::log::Log;
use super::timers::Timer;
use super::{Phase, Session};
use crate::error::Error;
use crate::event::Event;
use crate::packet::connect::Connack;
use crate::packet::v5::reason;
use crate::time::Millis;

/// The one refusal that passes. [section 3.2.2.3]
const SERVER_UNAVAILABLE: u8 = 3;

impl Session<'_> {
    /// CONNACK, whose body is at `at` in the receive buffer. [MQTT-3.2.2-4] says that a refusal has no session. True if it
    /// makes an event.
    pub(super) fn answered(&mut self, body: &[u8], at: usize, now: Millis) -> Result<bool, Error> {
        let (session_present, code, passes) = if self.is_v5() {
            let (session_present, code) = self.answered5(body, at)?;
            (session_present, code, reason::passes(code))
        } else {
            let connack = Connack::decode(body)?;
            (connack.session_present, connack.code, connack.code == SERVER_UNAVAILABLE)
        };
        if code == 0 {
            return self.accepted(session_present, now);
        }
        self.refused(code, passes, now);
        Ok(false)
    }

    /// The attempt ends with a return code, which may pass or not.
    fn refused(&mut self, code: u8, passes: bool, now: Millis) {
        self.lost(Error::Refused, code.into(), now);
        if !passes {
            // It will not heal by itself, but somebody may change it at the broker.
            let pause = self.backoff.longest();
            self.timers.arm(Timer::Phase, now.wrapping_add(pause));
        }
    }

    /// The broker has accepted the connection. True if that makes an event.
    fn accepted(&mut self, session_present: bool, now: Millis) -> Result<bool, Error> {
        // [MQTT-3.2.2-1] A clean session is never present.
        if session_present && self.config.is_clean(self.first) {
            return Err(Error::Protocol);
        }
        self.timers.stop(Timer::Phase);
        self.online_at = now;
        self.setbacks = 0;
        let first = core::mem::replace(&mut self.first, false);
        // Clean Start of MQTT 5 says nothing of the session's end.
        if first && !self.is_v5() && self.config.discards_first() {
            self.discarding = true;
            self.phase = Phase::Leaving;
            self.said = false;
            self.note(Log::Discard, 0);
            return Ok(false);
        }
        self.phase = Phase::Online;
        self.is_online = true;
        self.fail_first = false;
        self.pinging = false;
        self.ping_due = false;
        if !session_present {
            self.received.clear();
        }
        // A CONNACK was lost before this one, and it may have said that the session is new: then what is present is that
        // one, without our filters, and with ids of its own.
        self.in_doubt = session_present && (core::mem::take(&mut self.unanswered) > 1 || self.in_doubt);
        self.unanswered = 0;
        if self.in_doubt {
            self.received.doubt();
        }
        self.outbox.online(session_present, self.in_doubt);
        self.outbox.sort_out();
        self.stats.connects = self.stats.connects.wrapping_add(1);
        let ping_at = self.ping_at(now);
        self.timers.arm(Timer::SendIdle, ping_at);
        self.timers.arm(Timer::ReceiveIdle, ping_at);
        self.note(Log::Online, session_present.into());
        self.event = Some(Event::Online { session_present });
        Ok(true)
    }
}
