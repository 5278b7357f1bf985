//! An inbound message: how it begins, is handed over whole or in parts, and is answered.

use super::inbound::Parsed;
use super::inbox::{Incoming, Treatment};
use super::{Phase, Session};
use crate::error::Error;
use crate::event::Event;
use crate::packet::frame::Frame;
use crate::packet::{Kind, publish};
use crate::part::part;
use crate::time::Millis;

impl Session<'_> {
    /// A PUBLISH, of which the fixed header is here.
    pub(super) fn begin(&mut self, frame: Frame, rx: &[u8]) -> Result<Parsed, Error> {
        if self.phase != Phase::Online {
            return Err(Error::Protocol);
        }
        let bytes = self.inbox.bytes(rx);
        let body = part(bytes, frame.head, bytes.len());
        let missing = frame.total().saturating_sub(bytes.len());
        let full = bytes.len() == rx.len();
        let head = match publish::head_of(self.is_v5(), frame.first, frame.body, body)? {
            Some(head) if self.is_v5() => self.head5(head, frame, body)?,
            head => head.map(|head| (head, true)),
        };
        let (head, has_topic) = match head {
            Some(head) => head,
            None if full => return self.begin_oversize(frame, body),
            None => return self.missing(missing.min(rx.len() - bytes.len())),
        };
        let keep = frame.head + head.len;
        let total = frame.body - head.len;
        let is_known = head.qos == 2 && self.received.contains(head.id);
        let treatment = if is_known && (head.dup || !self.in_doubt) {
            Treatment::Duplicate
        } else if frame.total() > keep && keep >= rx.len() || !has_topic {
            Treatment::Oversize
        } else if head.qos > 0 && !is_known && (self.inbox.excess || head.qos == 2 && self.received.is_full()) {
            // What is behind one that is left is left, too, or would overtake it. (QoS 0 would be lost.)
            self.leave_to_the_next();
            Treatment::Excess
        } else {
            Treatment::Deliver
        };
        if treatment == Treatment::Deliver && frame.total() <= rx.len() && missing > 0 {
            return self.missing(missing);
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
            return Ok(Parsed::Progress);
        }
        Ok(self.lend(rx.len()))
    }

    /// The topic alone does not fit. It is skipped, then the identifier read, then the payload skipped.
    fn begin_oversize(&mut self, frame: Frame, body: &[u8]) -> Result<Parsed, Error> {
        self.skip5();
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
    pub(super) fn proceed(&mut self, rx: &[u8], now: Millis) -> Result<Parsed, Error> {
        let treatment = self.inbox.message.as_ref().map(|message| message.treatment);
        if treatment == Some(Treatment::Deliver) {
            return Ok(self.lend(rx.len()));
        }
        let Some(mut message) = self.inbox.message else { return Ok(Parsed::Progress) };
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
        if message.treatment == Treatment::Excess {
            self.heard(now);
            return Ok(Parsed::Progress);
        }
        self.finish(&message, now);
        if message.treatment == Treatment::Duplicate {
            return Ok(Parsed::Progress);
        }
        self.event = Some(Event::Oversize { topic_len: message.topic_len.into(), total: message.total });
        Ok(Parsed::Event)
    }

    #[inline(never)]
    fn lend(&mut self, rx_size: usize) -> Parsed {
        let Some(part) = self.inbox.lend(rx_size) else { return Parsed::Missing };
        self.lent5(part.payload.from);
        self.event = Some(Event::Message(part));
        Parsed::Event
    }

    /// A message has come for which there is no room. The PUBRELs that make room are behind it, and before the answer to a
    /// ping that goes out behind our PUBRECs: then this connection has done what it could.
    fn leave_to_the_next(&mut self) {
        if !core::mem::replace(&mut self.inbox.excess, true) && !self.pinging {
            self.ping();
        }
    }

    /// A message has been handed over, or dropped, to its last byte: answers it.
    pub(super) fn finish(&mut self, message: &Incoming, now: Millis) {
        let counter = match message.treatment {
            Treatment::Deliver => &mut self.stats.messages_in,
            Treatment::Duplicate => &mut self.stats.duplicates,
            Treatment::Oversize | Treatment::Excess => &mut self.stats.oversize,
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
        self.heard(now);
    }
}
