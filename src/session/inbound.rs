//! One packet after the other from the broker, and what each does to the session.

use super::inbox::{Incoming, Treatment};
use super::log::Log;
use super::subscriptions::REFUSED;
use super::timers::Timer;
use super::{Phase, Session};
use crate::error::Error;
use crate::event::Event;
use crate::limits::RX_MIN;
use crate::packet::connect::Connack;
use crate::packet::frame::{Frame, frame};
use crate::packet::{Kind, Malformed, publish};
use crate::part::part;
use crate::time::Millis;

/// Room that every packet's answer has, with a PINGREQ beside it.
const ANSWER_ROOM: usize = 8;

#[derive(Clone, Copy)]
enum Parsed {
    /// `event` is set.
    Event,
    /// Something was done; there may be more.
    Progress,
    /// More bytes are needed, at least `inbox.missing`.
    Missing,
    /// Nothing can be done before the answers are written.
    Blocked,
}

impl From<Malformed> for Error {
    fn from(_: Malformed) -> Error {
        Error::Protocol
    }
}

impl Session<'_> {
    /// Works through what has arrived, up to the next event: true if there is one.
    #[inline(never)]
    pub(super) fn inbound(&mut self, rx: &mut [u8], now: Millis) -> bool {
        while matches!(self.phase, Phase::Hello | Phase::Online) && self.control.room() >= ANSWER_ROOM {
            match self.parse(rx, now) {
                Ok(Parsed::Event) => return true,
                Ok(Parsed::Progress) => {}
                Ok(Parsed::Blocked) => break,
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
        if self.inbox.is_clear() {
            return self.timers.stop(Timer::Read);
        }
        let left = self.timers.left(Timer::Read, now).unwrap_or_else(|| {
            self.inbox.allowed = 0;
            self.config.settings.response_time_ms
        });
        let more = self.inbox.missing.saturating_sub(self.inbox.allowed);
        self.inbox.allowed += more;
        self.timers.arm(Timer::Read, now.wrapping_add(left + more as u32));
    }

    fn missing(&mut self, bytes: usize) -> Result<Parsed, Error> {
        self.inbox.missing = bytes;
        Ok(Parsed::Missing)
    }

    fn parse(&mut self, rx: &[u8], now: Millis) -> Result<Parsed, Error> {
        self.inbox.skip_arrived();
        if self.inbox.skip > 0 {
            return self.missing(self.inbox.skip);
        }
        if self.inbox.message.is_some() {
            return self.proceed(rx, now);
        }
        let bytes = self.inbox.bytes(rx);
        let Some(frame) = frame(bytes)? else {
            return self.missing(0);
        };
        if frame.kind() == Kind::Publish as u8 {
            return self.begin(frame, rx);
        }
        // Our SUBSCRIBE has one filter, so every other packet is short.
        if frame.total() > RX_MIN {
            return Err(Error::Protocol);
        }
        let Some(body) = bytes.get(frame.head..frame.total()) else {
            return self.missing(frame.total() - bytes.len());
        };
        let kind = Kind::of(frame.first).ok_or(Error::Protocol)?;
        let event = self.packet(kind, body, now)?;
        self.inbox.consume(frame.total());
        self.heard(now);
        Ok(if event { Parsed::Event } else { Parsed::Progress })
    }

    /// A whole packet that is not a PUBLISH; its length fits its kind. True if it makes an event.
    fn packet(&mut self, kind: Kind, body: &[u8], now: Millis) -> Result<bool, Error> {
        if (self.phase == Phase::Hello) != (kind == Kind::Connack) {
            return Err(Error::Protocol);
        }
        if kind == Kind::Connack {
            return self.answered(Connack::decode(body)?, now);
        }
        if kind == Kind::Pingresp {
            self.pinging = false;
            self.timers.stop(Timer::Pingresp);
            return Ok(false);
        }
        let (id, codes) = body.split_first_chunk().ok_or(Error::Protocol)?;
        let id = u16::from_be_bytes(*id);
        // [MQTT-2.3.1-1] An id is never 0.
        if id == 0 {
            return Err(Error::Protocol);
        }
        let granted = match *codes {
            [] => None,
            [granted @ (0..=2 | REFUSED)] => Some(granted),
            _ => return Err(Error::Protocol),
        };
        let known = match kind {
            Kind::Puback | Kind::Pubrec | Kind::Pubcomp => {
                let late_at = self.late_at(now);
                self.outbox.acknowledged(kind, id, &mut self.control, late_at)
            }
            Kind::Pubrel => {
                // [MQTT-4.3.3-11] A second PUBREL, for an id already dropped, still gets its PUBCOMP.
                self.received.remove(id);
                self.control.ack(Kind::Pubcomp, id);
                true
            }
            Kind::Suback | Kind::Unsuback => {
                if self.in_doubt {
                    // What the broker still knew it has sent again before it answered this.
                    self.received.settle();
                    self.in_doubt = false;
                }
                self.event = self.outbox.answered(id, granted);
                if self.event.is_some() {
                    return Ok(true);
                }
                false
            }
            _ => return Err(Error::Protocol),
        };
        if !known {
            self.stats.unknown_acks = self.stats.unknown_acks.wrapping_add(1);
            self.note(Log::UnknownAck, id.into());
        }
        Ok(false)
    }

    /// A PUBLISH, of which the fixed header is here.
    fn begin(&mut self, frame: Frame, rx: &[u8]) -> Result<Parsed, Error> {
        if self.phase != Phase::Online {
            return Err(Error::Protocol);
        }
        let bytes = self.inbox.bytes(rx);
        let body = part(bytes, frame.head, bytes.len());
        let missing = frame.total().saturating_sub(bytes.len());
        let full = bytes.len() == rx.len();
        let head = match publish::head(frame.first, frame.body, body)? {
            Some(head) => head,
            None if full => return self.begin_oversize(frame, body),
            None => return self.missing(missing),
        };
        let keep = frame.head + head.len;
        let total = frame.body - head.len;
        let is_known = head.qos == 2 && self.received.contains(head.id);
        let treatment = if is_known && (head.dup || !self.in_doubt) {
            Treatment::Duplicate
        } else if frame.total() > keep && keep >= rx.len() {
            Treatment::Oversize
        } else {
            Treatment::Deliver
        };
        if treatment == Treatment::Deliver {
            if frame.total() <= rx.len() && missing > 0 {
                return self.missing(missing);
            }
            if head.qos == 2 && !is_known && self.received.is_full() {
                // The PUBREL that would make room comes behind this message. The broker sends it first after a
                // reconnect, once it has all our PUBRECs.
                let answered = self.control.bytes().is_empty();
                return if answered { Err(Error::Overrun) } else { Ok(Parsed::Blocked) };
            }
        }
        self.inbox.message = Some(Incoming {
            treatment,
            qos: head.qos,
            retain: head.retain,
            dup: head.dup,
            topic_at: frame.head as u8 + 2,
            id: head.id,
            topic_len: head.topic_len as u16,
            keep,
            total: total as u32,
            offset: 0,
            part: 0,
        });
        if treatment != Treatment::Deliver {
            self.inbox.consume(keep);
            self.inbox.skip = total;
        }
        Ok(Parsed::Progress)
    }

    /// The topic alone does not fit. It is skipped, then the identifier read, then the payload skipped.
    fn begin_oversize(&mut self, frame: Frame, body: &[u8]) -> Result<Parsed, Error> {
        let topic_len = publish::topic_len(body).ok_or(Error::Protocol)?;
        let qos = publish::qos(frame.first);
        let head = if qos > 0 { topic_len + 4 } else { topic_len + 2 };
        self.inbox.skip = frame.head + 2 + topic_len;
        self.inbox.message = Some(Incoming {
            treatment: Treatment::Oversize,
            qos,
            retain: false,
            dup: false,
            topic_at: 0,
            id: 0,
            topic_len: topic_len as u16,
            keep: 0,
            total: frame.body.checked_sub(head).ok_or(Error::Protocol)? as u32,
            offset: 0,
            part: 0,
        });
        if qos == 0 {
            self.inbox.skip = frame.total();
        }
        Ok(Parsed::Progress)
    }

    /// A message that has begun: hands over what is here of it, or finishes it.
    fn proceed(&mut self, rx: &[u8], now: Millis) -> Result<Parsed, Error> {
        let Some(mut message) = self.inbox.message else { return Ok(Parsed::Progress) };
        if message.treatment == Treatment::Deliver {
            let Some(part) = self.inbox.lend(rx.len()) else { return Ok(Parsed::Missing) };
            self.event = Some(Event::Message(part));
            return Ok(Parsed::Event);
        }
        if message.qos > 0 && message.id == 0 {
            let Some(id) = self.inbox.bytes(rx).first_chunk() else {
                return self.missing(2);
            };
            message.id = u16::from_be_bytes(*id);
            if message.id == 0 {
                return Err(Error::Protocol);
            }
            self.inbox.message = Some(message);
            self.inbox.consume(2);
            self.inbox.skip = message.total as usize;
            return Ok(Parsed::Progress);
        }
        self.inbox.message = None;
        self.finish(&message, now);
        if message.treatment == Treatment::Duplicate {
            return Ok(Parsed::Progress);
        }
        self.event = Some(Event::Oversize { topic_len: message.topic_len.into(), total: message.total });
        Ok(Parsed::Event)
    }

    /// A message has been handed over, or dropped, to its last byte: answers it.
    pub(super) fn finish(&mut self, message: &Incoming, now: Millis) {
        let counter = match message.treatment {
            Treatment::Deliver => &mut self.stats.messages_in,
            Treatment::Duplicate => &mut self.stats.duplicates,
            Treatment::Oversize => &mut self.stats.oversize,
        };
        *counter = counter.wrapping_add(1);
        if message.qos == 1 {
            self.control.ack(Kind::Puback, message.id);
        } else if message.qos == 2 {
            if message.treatment != Treatment::Oversize {
                self.received.insert(message.id);
            }
            self.control.ack(Kind::Pubrec, message.id);
        }
        self.timers.stop(Timer::Read);
        self.heard(now);
    }

    /// A whole packet has come: the broker lives.
    pub(super) fn heard(&mut self, now: Millis) {
        if self.phase != Phase::Online {
            return;
        }
        self.timers.stop(Timer::Read);
        if self.pinging {
            // A PINGRESP may stand behind much else; what comes whole in time shows life as well.
            self.timers.arm(Timer::Pingresp, self.late_at(now));
        } else {
            self.timers.arm(Timer::ReceiveIdle, now.wrapping_add(self.config.ping_ms));
        }
        if self.timers.is_armed(Timer::Probe) {
            self.timers.stop(Timer::Probe);
            self.probe_answer = Some(true);
        }
    }
}
