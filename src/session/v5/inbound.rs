//! Packets from a broker of MQTT 5.

use super::super::Session;
use super::More;
use crate::error::Error;
use crate::event::{Event, Span};
use crate::packet::Kind;
use crate::packet::frame::Frame;
use crate::packet::publish::Head;
use crate::packet::v5::connect::Connack;
use crate::packet::v5::property;
use crate::packet::v5::publish::{self, HeadWith};
use crate::packet::v5::{Reason, ack, reason, subscribe};
use crate::time::Millis;

impl Session<'_> {
    /// What only a broker of MQTT 5 sends: DISCONNECT or AUTH. True if it makes an event.
    pub(in crate::session) fn packet5(
        &mut self,
        kind: Kind,
        body: &[u8],
        at: usize,
        now: Millis,
    ) -> Result<bool, Error> {
        let is_auth = kind == Kind::Auth;
        let reason = ack::said(kind, body)?;
        if is_auth {
            // [MQTT-4.12.0-5] [MQTT-4.12.0-6] By the method that we have named, or not at all.
            let method = property::first(reason.properties, property::AUTHENTICATION_METHOD);
            // [MQTT-3.15.2-1] To begin again is the client's.
            let is_brokers = matches!(reason.code, 0 | reason::CONTINUE_AUTHENTICATION);
            if !is_brokers || !self.outbox.v5().is_some_and(|v5| v5.authenticates_by(method)) {
                return Err(Error::Protocol);
            }
            self.put_off_connack(now);
            self.event = Some(Event::Auth { reason: reason.code });
        }
        self.say(&reason, at + body.len());
        if !is_auth {
            self.lost(Error::Dismissed, reason.code.into(), now);
        }
        Ok(is_auth)
    }

    /// An acknowledgement that says more than yes: `rest` is what stands behind its identifier, up to `end` in the receive
    /// buffer. None if it is still to be taken as an acknowledgement, else whether it makes an event.
    pub(in crate::session) fn reasoned(
        &mut self,
        kind: Kind,
        id: u16,
        rest: &[u8],
        end: usize,
    ) -> Result<Option<bool>, Error> {
        let reason = ack::reason(rest)?;
        if reason.is_plain() {
            return Ok(None);
        }
        self.say(&reason, end);
        if let Some(ended) = self.outbox.reasoned(kind, id, reason.code) {
            let done = ended.and_then(|i| self.outbox.report(i));
            if let Some(done) = done {
                self.stats.count(&done);
                self.event = Some(done);
            }
            return Ok(Some(done.is_some()));
        }
        // The exchange is over on the broker's side, whatever it was.
        if kind == Kind::Pubrec && reason.code >= reason::FAILURE {
            self.unknown(id);
            return Ok(Some(false));
        }
        Ok(None)
    }

    /// What SUBACK grants, or refuses; UNSUBACK nothing.
    pub(in crate::session) fn granted5(&mut self, kind: Kind, rest: &[u8], end: usize) -> Result<Option<u8>, Error> {
        let reason = subscribe::answer(kind, rest)?;
        // Properties stand before the code.
        self.say(&reason, end - 1);
        Ok((kind == Kind::Suback).then_some(reason.code))
    }

    /// CONNACK: whether there is a session, and the code.
    pub(in crate::session) fn answered5(&mut self, body: &[u8], at: usize) -> Result<(bool, u8), Error> {
        let connack = Connack::decode(body)?;
        let reason = Reason { code: connack.code, properties: connack.properties };
        self.say(&reason, at + body.len());
        if let Some(v5) = self.outbox.v5_mut() {
            v5.limits.renew(connack.properties);
        }
        Ok((connack.session_present, connack.code))
    }

    /// What the broker says beside, for the next event. Its properties end at `end` in the receive buffer.
    #[inline(never)]
    fn say(&mut self, reason: &Reason, end: usize) {
        let len = reason.properties.len();
        self.tell(More { reason: reason.code, properties: Span { from: end - len, len }, alias: 0 });
    }

    /// What the next event has beside.
    pub(in crate::session) fn tell(&mut self, more: More) {
        if let Some(v5) = self.outbox.v5_mut() {
            v5.more = more;
        }
    }

    /// The head of a PUBLISH, if all of it is here, and whether anybody knows its topic; what the message has beside is
    /// kept until it is done with.
    #[inline(never)]
    pub(in crate::session) fn head5(
        &mut self,
        head: Head,
        frame: Frame,
        body: &[u8],
    ) -> Result<Option<(Head, bool)>, Error> {
        let Some(with) = publish::with_properties(head, frame.body, body)? else { return Ok(None) };
        let Some(v5) = self.outbox.v5_mut() else { return Err(Error::Protocol) };
        let HeadWith { head, alias, properties } = with;
        v5.properties_len = properties.len();
        v5.alias = 0;
        // [MQTT-3.3.2-9]
        if alias > v5.aliases_in.count() {
            return Err(Error::Protocol);
        }
        if head.topic_len > 0 {
            let topic = body.get(2..2 + head.topic_len).unwrap_or_default();
            v5.aliases_in.set(alias, topic);
            return Ok(Some((head, true)));
        }
        v5.alias = alias;
        if !v5.skipped && !v5.aliases_in.is_set(alias) {
            return Err(Error::Protocol);
        }
        Ok(Some((head, !v5.aliases_in.topic(alias).is_empty())))
    }

    /// A head that does not fit is skipped, and with it perhaps a topic that gets an alias.
    pub(in crate::session) fn skip5(&mut self) {
        if let Some(v5) = self.outbox.v5_mut() {
            v5.skipped = true;
        }
    }

    /// A part of a message is handed over: what it has beside.
    pub(in crate::session) fn lent5(&mut self, payload_at: usize) {
        if let Some(v5) = self.outbox.v5_mut() {
            let len = v5.properties_len;
            v5.more = More { reason: 0, properties: Span { from: payload_at - len, len }, alias: v5.alias };
        }
    }

    /// The topic of a message that has an alias instead.
    pub fn topic_of(&self, alias: u16) -> &[u8] {
        self.outbox.v5().map_or(&[], |v5| v5.aliases_in.topic(alias))
    }

    /// What the last event has beside what it has in 3.1.1.
    pub fn more(&self) -> More {
        self.outbox.v5().map_or(More::default(), |v5| v5.more)
    }
}
