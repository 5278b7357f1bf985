//! One packet after the other from the broker, and what each does to the session.

use super::inbox::{Incoming, Treatment};
use super::log::Log;
use super::timers::Timer;
use super::{Phase, Session};
use crate::error::Error;
use crate::event::Event;
use crate::limits::RX_MIN;
use crate::packet::connect::Connack;
use crate::packet::frame::{Frame, frame};
use crate::packet::{Kind, Malformed, ack, publish, subscribe};
use crate::time::Millis;

/// Room that every packet's answer has, with a PINGREQ beside it.
const ANSWER_ROOM: usize = 8;

enum Parsed {
    Event(Event),
    /// Something was done; there may be more.
    Progress,
    /// This many bytes are missing, at least.
    Missing(usize),
    /// Nothing can be done before the answers are written.
    Blocked,
}

impl From<Malformed> for Error {
    fn from(_: Malformed) -> Error {
        Error::Protocol
    }
}

impl Session<'_> {
    /// Works through what has arrived, up to the next event.
    pub(super) fn inbound(&mut self, rx: &mut [u8], now: Millis) -> Option<Event> {
        while matches!(self.phase, Phase::Hello | Phase::Online) && self.control.room() >= ANSWER_ROOM {
            match self.parse(rx, now) {
                Ok(Parsed::Event(event)) => return Some(event),
                Ok(Parsed::Progress) => {}
                Ok(Parsed::Blocked) => break,
                Ok(Parsed::Missing(bytes)) => {
                    self.inbox.arrange(rx);
                    if self.inbox.len() == 0 && self.inbox.skip == 0 {
                        self.timers.stop(Timer::Read);
                    } else if !self.timers.is_armed(Timer::Read) {
                        self.timers.arm(Timer::Read, self.late_at(now).wrapping_add(bytes as u32));
                    }
                    break;
                }
                Err(error) => {
                    self.lost(error, 0, now);
                    break;
                }
            }
        }
        None
    }

    fn parse(&mut self, rx: &mut [u8], now: Millis) -> Result<Parsed, Error> {
        self.inbox.skip_arrived();
        if self.inbox.skip > 0 {
            return Ok(Parsed::Missing(self.inbox.skip));
        }
        if let Some(message) = self.inbox.message {
            return self.proceed(message, rx, now);
        }
        let bytes = self.inbox.bytes(rx);
        let Some(frame) = frame(bytes)? else {
            return Ok(Parsed::Missing(0));
        };
        if frame.kind() == Kind::Publish as u8 {
            return self.begin(frame, rx);
        }
        // Our SUBSCRIBE has one filter, so every other packet is short.
        if frame.total() > RX_MIN {
            return Err(Error::Protocol);
        }
        let Some(body) = bytes.get(frame.head..frame.total()) else {
            return Ok(Parsed::Missing(frame.total() - bytes.len()));
        };
        let event = self.packet(frame.first, body, now)?;
        self.inbox.consume(frame.total());
        self.heard(now);
        Ok(event.map_or(Parsed::Progress, Parsed::Event))
    }

    /// A whole packet that is not a PUBLISH.
    fn packet(&mut self, first: u8, body: &[u8], now: Millis) -> Result<Option<Event>, Error> {
        let kind = Kind::of(first).ok_or(Error::Protocol)?;
        if (self.phase == Phase::Hello) != (kind == Kind::Connack) {
            return Err(Error::Protocol);
        }
        let late_at = self.late_at(now);
        let (id, event) = match kind {
            Kind::Connack => return self.answered(Connack::decode(body)?, now),
            Kind::Puback | Kind::Pubrec | Kind::Pubcomp => {
                let id = ack::id(body)?;
                if self.outbox.acknowledged(kind, id, &mut self.control, late_at) {
                    return Ok(None);
                }
                (id, None)
            }
            Kind::Pubrel => {
                // [MQTT-4.3.3-11] A second PUBREL, for an id already dropped, still gets its PUBCOMP.
                let id = ack::id(body)?;
                self.received.remove(id);
                self.control.push(&ack::encode(Kind::Pubcomp, id));
                return Ok(None);
            }
            Kind::Suback => match subscribe::suback(body)? {
                (id, &[granted]) => (id, self.outbox.answered(id, Some(granted))),
                _ => return Err(Error::Protocol),
            },
            Kind::Unsuback => {
                let id = ack::id(body)?;
                (id, self.outbox.answered(id, None))
            }
            Kind::Pingresp => {
                self.pinging = false;
                self.timers.stop(Timer::Pingresp);
                // It fell silent while the answer was awaited.
                if !self.timers.is_armed(Timer::SendIdle) {
                    self.timers.arm(Timer::SendIdle, now);
                }
                return Ok(None);
            }
            _ => return Err(Error::Protocol),
        };
        if event.is_none() {
            self.stats.unknown_acks = self.stats.unknown_acks.wrapping_add(1);
            self.note(Log::UnknownAck, id.into());
        }
        Ok(event)
    }

    /// A PUBLISH, of which the fixed header is here.
    fn begin(&mut self, frame: Frame, rx: &[u8]) -> Result<Parsed, Error> {
        if self.phase != Phase::Online {
            return Err(Error::Protocol);
        }
        let bytes = self.inbox.bytes(rx);
        let body = bytes.get(frame.head..).unwrap_or_default();
        let missing = frame.total().saturating_sub(bytes.len());
        let full = bytes.len() == rx.len();
        let head = match publish::head(frame.first, frame.body, body)? {
            Some(head) => head,
            None if full => return self.begin_oversize(frame, body),
            None => return Ok(Parsed::Missing(missing)),
        };
        let keep = frame.head + head.len;
        let total = frame.body - head.len;
        let treatment = if head.qos == 2 && self.received.contains(head.id) {
            Treatment::Duplicate
        } else if frame.total() > keep && keep >= rx.len() {
            Treatment::Oversize
        } else {
            Treatment::Deliver
        };
        if treatment == Treatment::Deliver {
            if frame.total() <= rx.len() && missing > 0 {
                return Ok(Parsed::Missing(missing));
            }
            if head.qos == 2 && self.received.is_full() {
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
    fn proceed(&mut self, mut message: Incoming, rx: &[u8], now: Millis) -> Result<Parsed, Error> {
        if message.treatment == Treatment::Deliver {
            if let Some(part) = self.inbox.lend(rx.len()) {
                return Ok(Parsed::Event(Event::Message(part)));
            }
            let here = self.inbox.len().saturating_sub(message.keep);
            return Ok(Parsed::Missing(((message.total - message.offset) as usize).saturating_sub(here)));
        }
        if message.qos > 0 && message.id == 0 {
            let Some(&[high, low]) = self.inbox.bytes(rx).first_chunk() else {
                return Ok(Parsed::Missing(2));
            };
            message.id = ack::id(&[high, low])?;
            self.inbox.message = Some(message);
            self.inbox.consume(2);
            self.inbox.skip = message.total as usize;
            return Ok(Parsed::Progress);
        }
        self.inbox.message = None;
        self.finish(message, now);
        if message.treatment == Treatment::Duplicate {
            return Ok(Parsed::Progress);
        }
        Ok(Parsed::Event(Event::Oversize { topic_len: message.topic_len.into(), total: message.total }))
    }

    /// A message has been handed over, or dropped, to its last byte: answers it.
    pub(super) fn finish(&mut self, message: Incoming, now: Millis) {
        let counter = match message.treatment {
            Treatment::Deliver => &mut self.stats.messages_in,
            Treatment::Duplicate => &mut self.stats.duplicates,
            Treatment::Oversize => &mut self.stats.oversize,
        };
        *counter = counter.wrapping_add(1);
        if message.qos == 1 {
            self.control.push(&ack::encode(Kind::Puback, message.id));
        } else if message.qos == 2 {
            if message.treatment == Treatment::Deliver {
                self.received.insert(message.id);
            }
            self.control.push(&ack::encode(Kind::Pubrec, message.id));
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
