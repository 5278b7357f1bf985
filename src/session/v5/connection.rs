//! The life of a connection of MQTT 5: what CONNECT says, what CONNACK allows, aliases on the way out, AUTH and DISCONNECT.

use super::super::head::Head;
use super::super::timers::Timer;
use super::super::{Phase, Session, Source};
use super::{LOST, Options, V5};
use crate::limits::{PROBE_MS, RECEIVED_IDS};
use crate::packet::cursor::Writer;
use crate::packet::frame::{body_at, start};
use crate::packet::v5::ack;
use crate::packet::v5::property::{self, List, NONE, Place, Property, varint_len};
use crate::packet::v5::publish as publish5;
use crate::packet::{Kind, publish};
use crate::time::Millis;

/// How long the broker keeps the session: for ever. [section 3.1.2.11.2]
const KEEP: u32 = u32::MAX;

/// The properties of a CONNECT: first our own, then the application's.
pub(in crate::session) struct ConnectList<'a> {
    /// Identifiers and numbers.
    own: [(u8, u32); 3],
    /// Those that are needed.
    from: usize,
    to: usize,
    rest: &'a dyn List,
}

impl List for ConnectList<'_> {
    fn nth(&self, n: usize) -> Option<Property<'_>> {
        let n = n + self.from;
        match self.own.get(..self.to).unwrap_or_default().get(n) {
            Some(&(id, number)) => Some(Property::number(id, number)),
            None => self.rest.nth(n - self.to),
        }
    }
}

impl<'a> ConnectList<'a> {
    pub(in crate::session) fn new(options: &Options<'a>, keep: bool) -> Self {
        let own_expiry = keep && property::find(options.connect, property::SESSION_EXPIRY).is_none();
        ConnectList {
            own: [
                (property::SESSION_EXPIRY, KEEP),
                (property::RECEIVE_MAXIMUM, RECEIVED_IDS as u32),
                (property::TOPIC_ALIAS_MAXIMUM, options.aliases_in.into()),
            ],
            from: usize::from(!own_expiry),
            to: 2 + usize::from(options.aliases_in > 0),
            rest: options.connect,
        }
    }
}

impl Options<'_> {
    /// The application's properties are such as it may set.
    pub(in crate::session) fn is_valid(&self) -> bool {
        let own = [property::RECEIVE_MAXIMUM, property::TOPIC_ALIAS_MAXIMUM];
        let is_own = own.iter().any(|id| property::find(self.connect, *id).is_some());
        !is_own
            && self.alias_len < LOST.into()
            && property::is_valid(self.connect, Place::Connect)
            && property::is_valid(self.will, Place::Will)
    }
}

impl Session<'_> {
    /// When a ping is due, if nothing happens from now on.
    pub(in crate::session) fn ping_at(&self, now: Millis) -> Millis {
        now.wrapping_add(self.ping_ms())
    }

    /// The interval between pings, which the broker may have shortened. [section 3.2.2.3.14]
    fn ping_ms(&self) -> u32 {
        let own = self.config.ping_ms;
        match self.outbox.v5().and_then(|v5| v5.limits.server_keep_alive_s) {
            None => own,
            Some(0) => own.min(PROBE_MS),
            Some(s) => own.min(u32::from(s) * 250),
        }
    }

    /// Chooses what only MQTT 5 has to offer, if anything: a packet beside the outbox, or the head of the packet that the
    /// outbox offers, shorter by an alias.
    pub(in crate::session) fn choose_packet(&mut self, now: Millis) {
        if !self.is_v5() || self.source != Source::None {
            return;
        }
        if self.phase == Phase::Online && self.outbox.offer_len() > 0 {
            self.outbox.stamp(now);
            if !self.outbox.v5().is_some_and(V5::has_aliases) {
                return;
            }
            let is_whole = |head: &Head| head.state.is_publish() && !head.is_pulled();
            let Some(head) = self.outbox.offered().filter(is_whole) else { return };
            let Some((packet, Some(v5))) = self.outbox.packet_and_v5(&head) else { return };
            let Some(rest) = v5.write_prefix(packet) else { return };
            self.to = v5.prefix_len;
            self.outbox.from += rest;
            self.source = Source::Prefix;
        } else if self.has_packet() && !self.outbox.pulling.is_begun() {
            let is_farewell = self.phase == Phase::Leaving;
            // [MQTT-3.14.4-1] Nothing follows a DISCONNECT.
            if is_farewell && !self.control.bytes().is_empty() {
                return;
            }
            let Some(v5) = self.outbox.v5_mut() else { return };
            if is_farewell {
                v5.shorten();
            }
            self.to = v5.packet_len;
            self.source = Source::Packet;
            self.said |= is_farewell;
        }
    }

    /// The bytes of `Source::Prefix` and `Source::Packet`.
    pub(in crate::session) fn packet_on_offer(&self) -> &[u8] {
        match (self.outbox.v5(), self.source) {
            (Some(v5), Source::Prefix) => v5.prefix,
            (Some(v5), _) => v5.packet,
            (None, _) => &[],
        }
    }

    /// The packet beside the outbox was written.
    pub(in crate::session) fn packet_went(&mut self) {
        if let Some(v5) = self.outbox.v5_mut() {
            v5.drop_packet();
        }
    }

    /// A packet beside the outbox may go.
    pub(in crate::session) fn has_packet(&self) -> bool {
        let Some(v5) = self.outbox.v5() else { return false };
        let may_go = match self.phase {
            Phase::Hello => self.said && !v5.is_farewell,
            Phase::Online => !v5.is_farewell,
            Phase::Leaving => v5.is_farewell && !self.said,
            _ => false,
        };
        may_go && v5.packet_len > 0
    }

    /// The broker answers an AUTH of ours in time, or the connection is not made: the deadline of CONNACK starts again.
    pub(super) fn put_off_connack(&mut self, now: Millis) {
        if self.phase == Phase::Hello {
            self.timers.arm(Timer::Phase, self.late_at(now));
        }
    }
}

impl V5<'_> {
    /// Our CONNECT names a method of authentication, and it is this one.
    pub(super) fn authenticates_by(&self, method: Option<Property>) -> bool {
        let ours = property::find(self.options.connect, property::AUTHENTICATION_METHOD);
        ours.is_some() && ours.map(|ours| ours.data) == method.map(|method| method.data)
    }

    /// Topics may be sent as aliases.
    pub(super) fn has_aliases(&self) -> bool {
        self.limits.topic_alias_maximum > 0 && self.aliases_out.count() > 0
    }

    pub(in crate::session) fn drop_packet(&mut self) {
        self.packet_len = 0;
        self.is_farewell = false;
    }

    /// [MQTT-3.14.2-3] [MQTT-3.14.2-4] Leaves out what the broker does not take: all behind the reason.
    fn shorten(&mut self) {
        if self.packet_len > self.limits.maximum_packet_size as usize {
            let code = self.packet.get(body_at(self.packet)).copied().unwrap_or(0);
            self.packet_len = ack::encode_reason(self.packet, Kind::Disconnect, code, NONE).unwrap_or(0);
        }
    }

    /// The head of this PUBLISH with an alias; how many bytes of the packet it stands for. None if it is better without.
    fn write_prefix(&mut self, packet: &[u8]) -> Option<usize> {
        let (topic, at, end) = publish5::parts(packet)?;
        // The outbox must have something to offer after the head.
        if at >= packet.len() || packet.len() + 4 > self.limits.maximum_packet_size as usize {
            return None;
        }
        let most = self.limits.topic_alias_maximum;
        let (alias, topic) = match self.aliases_out.find(topic, most) {
            Some(alias) => (alias, &[][..]),
            None => (self.aliases_out.place(topic, most)?, topic),
        };
        let qos = publish::qos(*packet.first()?);
        let id = packet.get(at.checked_sub(varint_len(end - at) + 2)?..)?.first_chunk()?;
        let properties_len = end - at + ALIAS_LEN;
        let head_len = 2 + topic.len() + if qos > 0 { 2 } else { 0 } + varint_len(properties_len) + ALIAS_LEN;
        let mut w = Writer::new(self.prefix);
        start(&mut w, *packet.first()?, head_len + packet.len() - at)?;
        w.string(topic)?;
        if qos > 0 {
            w.u16(u16::from_be_bytes(*id))?;
        }
        w.varint(properties_len)?;
        w.u8(property::TOPIC_ALIAS)?;
        w.u16(alias)?;
        self.prefix_len = w.len();
        Some(at)
    }
}

/// Bytes of a topic alias among the properties.
const ALIAS_LEN: usize = 3;
