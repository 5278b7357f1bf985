//! What the application asks of a session of MQTT 5, beside what it asks of any.

use super::super::outbox::UNSEEN;
use super::super::{Leave, Phase, Policy, Session, Source};
use super::V5;
use crate::error::Error;
use crate::limits::TIMEOUT_MAX_MS;
use crate::packet::publish::Publish;
use crate::packet::v5::property::{self, List, Place};
use crate::packet::v5::subscribe::{NO_LOCAL, Options};
use crate::packet::v5::{ack, reason};
use crate::packet::{Kind, topic};
use crate::time::Millis;

/// A message expires here and at the broker, if that is within what the clock can hold.
const EXPIRY_MAX_S: u32 = TIMEOUT_MAX_MS / 1000;

impl<'a> Session<'a> {
    /// From now on MQTT 5. The config has been checked with it.
    pub fn speak(&mut self, v5: &'a mut V5<'a>) {
        self.outbox.v5 = Some(v5);
    }

    /// This client speaks MQTT 5.
    pub fn is_v5(&self) -> bool {
        self.outbox.v5().is_some()
    }

    /// As `publish_with`, with properties. A message that expires has either a timeout or the property.
    pub fn publish_properties(
        &mut self,
        message: &Publish,
        properties: &dyn List,
        policy: Policy,
        timeout_ms: u32,
        now: Millis,
    ) -> Result<u32, Error> {
        let size = self.outbox.message_size(message, properties, 0);
        let expires = self.admit(message, properties, size, timeout_ms, now)?;
        self.outbox.make_way(policy, size, message.topic)?;
        let token = self.outbox.queue(message, properties, size, expires, policy.spare())?;
        self.accept(token, now)
    }

    /// Checks a message of so many bytes, and says when it expires; 0 is never.
    pub(in crate::session) fn admit(
        &self,
        message: &Publish,
        properties: &dyn List,
        size: usize,
        timeout_ms: u32,
        now: Millis,
    ) -> Result<Millis, Error> {
        if !self.is_v5() && properties.nth(0).is_some() {
            return Err(Error::Unsupported);
        }
        super::super::calls::check(message)?;
        let expiry = if self.is_v5() { expiry_of(properties)? } else { None };
        if timeout_ms > TIMEOUT_MAX_MS || timeout_ms > 0 && expiry.is_some() {
            return Err(Error::Argument);
        }
        self.allows(message, size)?;
        let ms = match expiry {
            Some(s) if s <= EXPIRY_MAX_S => s.wrapping_mul(1000).max(1),
            _ => timeout_ms,
        };
        // 0 is never, so an instant that is 0 is put off by a millisecond.
        Ok(if ms == 0 { 0 } else { now.wrapping_add(ms).max(1) })
    }

    /// The broker that we are connected to would take such a message.
    pub(in crate::session) fn allows(&self, message: &Publish, size: usize) -> Result<(), Error> {
        let Some(v5) = self.outbox.v5() else { return Ok(()) };
        if self.phase != Phase::Online {
            return Ok(());
        }
        match v5.limits.objection(message.qos, message.retain, size) {
            None => Ok(()),
            Some(reason::PACKET_TOO_LARGE) => Err(Error::TooLarge),
            Some(_) => Err(Error::Unsupported),
        }
    }

    /// Subscribes with options; among the properties may be a subscription identifier.
    pub fn subscribe_with(&mut self, filter: &[u8], options: Options, properties: &dyn List) -> Result<u32, Error> {
        let is_plain = options == Options { qos: options.qos, ..Options::default() } && properties.nth(0).is_none();
        if !self.is_v5() && !is_plain {
            return Err(Error::Unsupported);
        }
        if options.qos > 2 || options.retain_handling > 2 {
            return Err(Error::Argument);
        }
        self.request(filter, options.byte(), properties)
    }

    /// What MQTT 5 asks of a subscription beside what 3.1.1 does.
    pub(in crate::session) fn allows_filter(
        &self,
        filter: &[u8],
        options: u8,
        properties: &dyn List,
    ) -> Result<(), Error> {
        let Some(v5) = self.outbox.v5() else { return Ok(()) };
        // [MQTT-3.8.3-4] A shared subscription has no use for "no local".
        if topic::is_shared(filter) && (options & NO_LOCAL != 0 || !topic::is_share(filter)) {
            return Err(Error::Topic);
        }
        if !property::is_valid(properties, Place::Subscribe) {
            return Err(Error::Property);
        }
        let has_id = property::find(properties, property::SUBSCRIPTION_ID).is_some();
        if self.phase == Phase::Online && v5.limits.objection_to(filter, has_id).is_some() {
            return Err(Error::Unsupported);
        }
        self.takes(self.outbox.request_size(filter, true, properties))
    }

    /// The broker that we are connected to takes a packet of so many bytes. [MQTT-3.2.2-15]
    pub(in crate::session) fn takes(&self, size: usize) -> Result<(), Error> {
        let limits = self.outbox.v5().map(|v5| &v5.limits).filter(|_| self.phase == Phase::Online);
        let fits = limits.is_none_or(|limits| size <= limits.maximum_packet_size as usize);
        if fits { Ok(()) } else { Err(Error::TooLarge) }
    }

    /// Leaves with a reason and properties for the broker, as `disconnect`; 0x04 lets it publish the will.
    pub fn disconnect_with(&mut self, how: Leave, code: u8, properties: &dyn List, now: Millis) -> Result<(), Error> {
        let plain = code == 0 && properties.nth(0).is_none();
        let Some(v5) = self.outbox.v5_mut() else {
            return if plain { self.disconnect(how, now) } else { Err(Error::Unsupported) };
        };
        if !property::is_valid(properties, Place::Leave) {
            return Err(Error::Property);
        }
        if !reason::is_clients(code) {
            return Err(Error::Argument);
        }
        if !plain {
            if self.source == Source::Packet {
                // An AUTH that is half written must be finished.
                return Err(Error::Full);
            }
            v5.put(Kind::Disconnect, code, properties)?;
            self.outbox.stale |= UNSEEN;
        }
        self.disconnect(how, now)
    }

    /// Goes on with an authentication: the answer to `Event::Auth`, or the start of another one.
    pub fn authenticate(&mut self, code: u8, properties: &dyn List) -> Result<(), Error> {
        let Some(v5) = self.outbox.v5() else { return Err(Error::Unsupported) };
        if !matches!(self.phase, Phase::Hello | Phase::Online) || !self.said && self.phase == Phase::Hello {
            return Err(Error::State);
        }
        let is_known = code == reason::CONTINUE_AUTHENTICATION || code == reason::RE_AUTHENTICATE;
        if !is_known || code == reason::RE_AUTHENTICATE && self.phase == Phase::Hello {
            return Err(Error::Argument);
        }
        // [MQTT-4.12.0-5] [MQTT-4.12.0-7]
        let method = property::find(properties, property::AUTHENTICATION_METHOD);
        if !property::is_valid(properties, Place::Auth) || !v5.authenticates_by(method) {
            return Err(Error::Property);
        }
        if v5.packet_len > 0 {
            return Err(Error::Full);
        }
        self.takes(ack::reason_size(properties))?;
        self.outbox.stale |= UNSEEN;
        self.outbox.v5_mut().map_or(Err(Error::Unsupported), |v5| v5.put(Kind::Auth, code, properties))
    }
}

/// Checks the properties of a message: in how many seconds it expires, if they say so.
fn expiry_of(properties: &dyn List) -> Result<Option<u32>, Error> {
    let own = [property::TOPIC_ALIAS, property::SUBSCRIPTION_ID];
    let is_own = own.iter().any(|id| property::find(properties, *id).is_some());
    if is_own || !property::is_valid(properties, Place::Publish) {
        return Err(Error::Property);
    }
    Ok(property::find(properties, property::MESSAGE_EXPIRY).map(|property| property.number))
}

impl V5<'_> {
    /// Puts a packet with a reason where it waits for its turn.
    fn put(&mut self, kind: Kind, code: u8, properties: &dyn List) -> Result<(), Error> {
        self.packet_len = ack::encode_reason(self.packet, kind, code, properties).ok_or(Error::TooLarge)?;
        self.is_farewell = kind == Kind::Disconnect;
        Ok(())
    }
}
