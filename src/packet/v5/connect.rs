//! CONNECT and CONNACK with properties. [sections 3.1 and 3.2]

use super::property::{self, List, Place, Properties};
use super::{Reason, reason};
use crate::packet::connect::Connect;
use crate::packet::cursor::Writer;
use crate::packet::frame::start;
use crate::packet::{Kind, Malformed, topic};

/// The properties of a CONNECT, and those of its will.
#[derive(Clone, Copy)]
pub struct Lists<'a> {
    pub connect: &'a dyn List,
    pub will: &'a dyn List,
}

/// Bytes of the whole packet.
pub fn size(connect: &Connect, lists: Lists) -> usize {
    connect.size_with(Some(&lists))
}

/// Writes the whole packet and says its length. None: `buf` is too small or a field too long.
pub fn encode(connect: &Connect, lists: Lists, buf: &mut [u8]) -> Option<usize> {
    connect.encode_with(Some(&lists), buf)
}

/// The broker's answer to CONNECT.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Connack<'a> {
    pub session_present: bool,
    /// 0 accepted, from 0x80 on refused.
    pub code: u8,
    pub properties: &'a [u8],
}

impl<'a> Connack<'a> {
    pub fn decode(body: &'a [u8]) -> Result<Connack<'a>, Malformed> {
        // A broker that knows 3.1.1 only says so in 3.1.1: return code 1.
        if body == [0, 1] {
            return Ok(Connack { session_present: false, code: reason::UNSUPPORTED_PROTOCOL_VERSION, properties: &[] });
        }
        let Some((&flags, rest)) = body.split_first() else { return Err(Malformed) };
        // Nothing may be left out.
        Malformed::unless(rest.len() > 1)?;
        let Reason { code, properties } = Reason::decode(rest, Place::Connack)?;
        // [MQTT-3.2.2-1] [MQTT-3.2.2-6] A refusal comes without a session.
        let session_present = flags == 1;
        Malformed::unless(flags <= 1 && (code == 0 || code >= 0x80 && !session_present))?;
        Ok(Connack { session_present, code, properties })
    }

    pub fn encode(&self, properties: &dyn List, buf: &mut [u8]) -> Option<usize> {
        let mut w = Writer::new(buf);
        start(&mut w, Kind::Connack.first(), 2 + property::size(properties))?;
        w.u8(self.session_present.into())?;
        w.u8(self.code)?;
        property::write(&mut w, properties)?;
        Some(w.len())
    }
}

/// What the broker can do and allows, for one connection. [section 3.2.2.3]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// PUBLISH of QoS 1 and 2 under way towards it at once.
    pub receive_maximum: u16,
    pub maximum_packet_size: u32,
    pub topic_alias_maximum: u16,
    pub maximum_qos: u8,
    pub retain_available: bool,
    pub wildcard_available: bool,
    pub subscription_id_available: bool,
    pub shared_available: bool,
    pub server_keep_alive_s: Option<u16>,
}

impl Default for Limits {
    /// What holds for what a CONNACK does not say.
    fn default() -> Self {
        Limits {
            receive_maximum: u16::MAX,
            maximum_packet_size: u32::MAX,
            topic_alias_maximum: 0,
            maximum_qos: 2,
            retain_available: true,
            wildcard_available: true,
            subscription_id_available: true,
            shared_available: true,
            server_keep_alive_s: None,
        }
    }
}

impl Limits {
    /// Why the broker would not take such a message, as a reason code.
    pub fn objection(&self, qos: u8, retain: bool, size: usize) -> Option<u8> {
        if qos > self.maximum_qos {
            Some(reason::QOS_NOT_SUPPORTED)
        } else if retain && !self.retain_available {
            Some(reason::RETAIN_NOT_SUPPORTED)
        } else if size as u64 > self.maximum_packet_size.into() {
            Some(reason::PACKET_TOO_LARGE)
        } else {
            None
        }
    }

    /// Why the broker would not take such a subscription, as a reason code.
    pub fn objection_to(&self, filter: &[u8], has_id: bool) -> Option<u8> {
        let has_wildcard = filter.iter().any(|byte| matches!(byte, b'#' | b'+'));
        if topic::is_shared(filter) && !self.shared_available {
            Some(reason::SHARED_NOT_SUPPORTED)
        } else if has_wildcard && !self.wildcard_available {
            Some(reason::WILDCARD_NOT_SUPPORTED)
        } else if has_id && !self.subscription_id_available {
            Some(reason::SUBSCRIPTION_ID_NOT_SUPPORTED)
        } else {
            None
        }
    }

    /// By the properties of a CONNACK.
    pub fn of(properties: &[u8]) -> Limits {
        let mut limits = Limits::default();
        limits.renew(properties);
        limits
    }

    /// The same in place.
    #[inline(never)]
    pub fn renew(&mut self, properties: &[u8]) {
        *self = Limits::default();
        for property in Properties::new(properties) {
            let (number, is_so) = (property.number, property.number != 0);
            match property.id {
                property::RECEIVE_MAXIMUM => self.receive_maximum = number as u16,
                property::MAXIMUM_PACKET_SIZE => self.maximum_packet_size = number,
                property::TOPIC_ALIAS_MAXIMUM => self.topic_alias_maximum = number as u16,
                property::MAXIMUM_QOS => self.maximum_qos = number as u8,
                property::RETAIN_AVAILABLE => self.retain_available = is_so,
                property::WILDCARD_AVAILABLE => self.wildcard_available = is_so,
                property::SUBSCRIPTION_ID_AVAILABLE => self.subscription_id_available = is_so,
                property::SHARED_AVAILABLE => self.shared_available = is_so,
                property::SERVER_KEEP_ALIVE => self.server_keep_alive_s = Some(number as u16),
                _ => {}
            }
        }
    }
}
