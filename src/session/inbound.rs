//! One packet after the other from the broker, and what each does to the session.

use super::log::Log;
use super::subscriptions::REFUSED;
use super::timers::Timer;
use super::{Phase, Session};
use crate::error::Error;
use crate::limits::{HAS_V5, RX_MIN};
use crate::packet::frame::frame;
use crate::packet::v5;
use crate::packet::{Kind, Malformed};
use crate::time::Millis;

/// Room that every packet's answer has, with a PINGREQ beside it.
const ANSWER_ROOM: usize = 8;

/// What looking at the bytes came to.
#[derive(Clone, Copy)]
pub(super) enum Parsed {
    /// `event` is set.
    Event,
    /// Something was done; there may be more.
    Progress,
    /// More bytes are needed, at least `inbox.missing`.
    Missing,
}

impl From<Malformed> for Error {
    fn from(_: Malformed) -> Error {
        Error::Protocol
    }
}

impl Session<'_> {
    /// Works through what has arrived, up to the next event: true if there is one.
    pub(super) fn inbound(&mut self, rx: &mut [u8], now: Millis) -> bool {
        while matches!(self.phase, Phase::Hello | Phase::Online) && self.control.room() >= ANSWER_ROOM {
            if self.inbox.is_clear() {
                break;
            }
            match self.parse(rx, now) {
                Ok(Parsed::Event) => return true,
                Ok(Parsed::Progress) => {}
                Ok(Parsed::Missing) => {
                    self.inbox.arrange(rx);
                    self.allow_for_missing(now);
                    break;
                }
                Err(error) => {
                    self.lost(error, 0, now);
                    break;
                }
            }
        }
        false
    }

    /// A packet that has begun has the response time, and a millisecond more for each byte that was missing when its
    /// length was known.
    fn allow_for_missing(&mut self, now: Millis) {
        let left = self.timers.left(Timer::Read, now).unwrap_or_else(|| {
            self.inbox.allowed = 0;
            self.config.settings.response_time_ms
        });
        let more = self.inbox.missing.saturating_sub(self.inbox.allowed);
        self.inbox.allowed += more;
        self.timers.arm(Timer::Read, now.wrapping_add(left + more as u32));
    }

    pub(super) fn missing(&mut self, bytes: usize) -> Result<Parsed, Error> {
        self.inbox.missing = bytes;
        Ok(Parsed::Missing)
    }

    // Apart from the loop, because what the loop needs for all its ways would be made ready for each message.
    #[inline(never)]
    fn parse(&mut self, rx: &[u8], now: Millis) -> Result<Parsed, Error> {
        self.inbox.skip_arrived();
        if self.inbox.skip > 0 {
            return self.missing(self.inbox.skip);
        }
        if self.inbox.message.is_some() {
            return self.proceed(rx, now);
        }
        let bytes = self.inbox.bytes(rx);
        let frame = if self.is_v5() { v5::frame::frame(bytes) } else { frame(bytes) };
        let Some(frame) = frame? else {
            return self.missing(0);
        };
        if frame.kind() == Kind::Publish as u8 {
            return self.begin(frame, rx);
        }
        if self.is_v5() {
            if frame.total() > rx.len() {
                return Err(Error::RxTooSmall);
            }
        } else if frame.total() > RX_MIN {
            // Our SUBSCRIBE has one filter, so every other packet is short.
            return Err(Error::Protocol);
        }
        let Some(body) = bytes.get(frame.head..frame.total()) else {
            return self.missing(frame.total() - bytes.len());
        };
        let kind = Kind::of(frame.first).ok_or(Error::Protocol)?;
        let event = self.packet(kind, body, self.inbox.start + frame.head, now)?;
        self.inbox.consume(frame.total());
        self.heard(now);
        Ok(if event { Parsed::Event } else { Parsed::Progress })
    }

    /// A whole packet that is not a PUBLISH; its length fits its kind, and its body is at `at` in the receive buffer. True if
    /// it makes an event.
    #[inline(never)]
    fn packet(&mut self, kind: Kind, body: &[u8], at: usize, now: Millis) -> Result<bool, Error> {
        if (self.phase == Phase::Hello) != (kind == Kind::Connack) && kind != Kind::Auth {
            return Err(Error::Protocol);
        }
        if kind == Kind::Connack {
            return self.answered(body, at, now);
        }
        if kind == Kind::Pingresp {
            return self.ping_answered();
        }
        if self.is_v5() && matches!(kind, Kind::Disconnect | Kind::Auth) {
            return self.packet5(kind, body, at, now);
        }
        let (id, rest) = body.split_first_chunk().ok_or(Error::Protocol)?;
        let id = u16::from_be_bytes(*id);
        // [MQTT-2.3.1-1] An id is never 0.
        if id == 0 {
            return Err(Error::Protocol);
        }
        let end = at + body.len();
        let granted = match *rest {
            _ if self.is_v5() => None,
            [] => None,
            [granted @ (0..=2 | REFUSED)] => Some(granted),
            _ => return Err(Error::Protocol),
        };
        match kind {
            Kind::Puback | Kind::Pubrec | Kind::Pubcomp | Kind::Pubrel => {
                if HAS_V5 && let Some(is_event) = self.reasoned(kind, id, rest, end)? {
                    return Ok(is_event);
                }
                self.acknowledged(kind, id, now);
                Ok(false)
            }
            Kind::Suback | Kind::Unsuback => {
                let granted = if self.is_v5() { self.granted5(kind, rest, end)? } else { granted };
                Ok(self.granted(id, granted))
            }
            _ => Err(Error::Protocol),
        }
    }

    fn ping_answered(&mut self) -> Result<bool, Error> {
        self.pinging = false;
        self.timers.stop(Timer::Pingresp);
        // What was left to the next connection has room now.
        if self.inbox.excess && !self.received.is_full() { Err(Error::Overrun) } else { Ok(false) }
    }

    /// PUBACK, PUBREC, PUBREL or PUBCOMP.
    fn acknowledged(&mut self, kind: Kind, id: u16, now: Millis) {
        if kind == Kind::Pubrel {
            // [MQTT-4.3.3-11] A second PUBREL, for an id already dropped, still gets its PUBCOMP.
            self.received.remove(id);
            self.control.ack(Kind::Pubcomp, id);
            return;
        }
        let late_at = self.late_at(now);
        if !self.outbox.acknowledged(kind, id, &mut self.control, late_at) {
            self.unknown(id);
        }
    }

    /// SUBACK, or UNSUBACK, which grants nothing. True if it makes an event.
    fn granted(&mut self, id: u16, granted: Option<u8>) -> bool {
        if self.in_doubt {
            // What the broker still knew it has sent again before it answered this.
            self.received.settle();
            self.in_doubt = false;
        }
        self.event = self.outbox.answered(id, granted);
        if self.event.is_none() {
            self.unknown(id);
        }
        self.event.is_some()
    }

    /// An acknowledgement for nothing that is under way.
    pub(super) fn unknown(&mut self, id: u16) {
        self.stats.unknown_acks = self.stats.unknown_acks.wrapping_add(1);
        self.note(Log::UnknownAck, id.into());
    }

    /// A whole packet has come: the broker lives.
    pub(super) fn heard(&mut self, now: Millis) {
        self.timers.stop(Timer::Read);
        if self.phase != Phase::Online {
            return;
        }
        if self.pinging {
            // A PINGRESP may stand behind much else; what comes whole in time shows life as well.
            self.timers.arm(Timer::Pingresp, self.late_at(now));
        } else {
            self.timers.arm(Timer::ReceiveIdle, self.ping_at(now));
        }
        if self.timers.is_armed(Timer::Probe) {
            self.timers.stop(Timer::Probe);
            self.probe_answer = Some(true);
        }
    }
}
