//! SUBSCRIBE and UNSUBSCRIBE with properties and options, SUBACK and UNSUBACK with reasons. [sections 3.8 to 3.11]
//! A client writes one filter per packet.

use super::property::{self, List, Place};
use super::{Reason, reason};
use crate::packet::cursor::Reader;
use crate::packet::subscribe::{encode_with, filter_with, size_with};
use crate::packet::{Kind, Malformed};

pub const NO_LOCAL: u8 = 0x04;
const RETAIN_AS_PUBLISHED: u8 = 0x08;
const RETAIN_HANDLING_SHIFT: u8 = 4;

/// How a subscription is to be served. [section 3.8.3.1]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    pub qos: u8,
    /// Nothing that this client has published itself.
    pub no_local: bool,
    /// RETAIN as its publisher set it, not only for messages that come because of the subscription.
    pub retain_as_published: bool,
    /// Retained messages: 0 send them, 1 only if the subscription is new, 2 do not.
    pub retain_handling: u8,
}

impl Options {
    pub fn byte(self) -> u8 {
        let mut byte = self.qos & 3 | (self.retain_handling & 3) << RETAIN_HANDLING_SHIFT;
        if self.no_local {
            byte |= NO_LOCAL;
        }
        if self.retain_as_published {
            byte |= RETAIN_AS_PUBLISHED;
        }
        byte
    }

    /// [MQTT-3.8.3-5] The reserved bits are 0.
    pub fn of(byte: u8) -> Result<Options, Malformed> {
        let (qos, retain_handling) = (byte & 3, byte >> RETAIN_HANDLING_SHIFT);
        Malformed::unless(qos < 3 && retain_handling < 3)?;
        Ok(Options {
            qos,
            no_local: byte & NO_LOCAL != 0,
            retain_as_published: byte & RETAIN_AS_PUBLISHED != 0,
            retain_handling,
        })
    }
}

/// Bytes of the whole packet with one filter: SUBSCRIBE with options, UNSUBSCRIBE without.
pub fn size(filter_len: usize, with_options: bool, properties: &dyn List) -> usize {
    size_with(filter_len, with_options, Some(properties))
}

/// Writes a SUBSCRIBE, or an UNSUBSCRIBE if there are no options, and says its length. None: `buf` is too small.
pub fn encode(buf: &mut [u8], filter: &[u8], options: Option<u8>, id: u16, properties: &dyn List) -> Option<usize> {
    encode_with(buf, filter, options, id, Some(properties))
}

/// The properties and the first filter in an encoded packet.
pub fn filter(packet: &[u8]) -> Option<(&[u8], &[u8])> {
    filter_with(packet, true)
}

/// A SUBACK or an UNSUBACK: its id, its properties, and the code for the one filter of ours.
pub fn ack(kind: Kind, body: &[u8]) -> Result<(u16, Reason<'_>), Malformed> {
    let mut reader = Reader::new(body);
    let id = reader.u16()?;
    Malformed::unless(id != 0)?;
    Ok((id, answer(kind, reader.rest())?))
}

/// What stands behind the packet id.
pub fn answer(kind: Kind, rest: &[u8]) -> Result<Reason<'_>, Malformed> {
    let mut reader = Reader::new(rest);
    let properties = property::read(&mut reader, Place::Ack)?;
    let code = reader.u8()?;
    // [MQTT-3.9.3-2] [MQTT-3.11.3-2] A QoS, or "done" and "there was none"; anything else is a refusal.
    let is_success = if kind == Kind::Suback { code <= 2 } else { code == 0 || code == 0x11 };
    Malformed::unless(reader.is_empty() && (is_success || code >= reason::FAILURE))?;
    Ok(Reason { code, properties })
}
