//! PUBACK, PUBREC, PUBREL and PUBCOMP with a reason, DISCONNECT, and AUTH. Those of ours that succeed are as in 3.1.1.
//! [sections 3.4 to 3.7, 3.14 and 3.15]

use super::Reason;
use super::property::{self, List, Place};
use crate::packet::cursor::{Reader, Writer};
use crate::packet::frame::{head_len, start};
use crate::packet::{Kind, Malformed};

/// The packet id and the reason; success if there is none.
pub fn decode(body: &[u8]) -> Result<(u16, Reason<'_>), Malformed> {
    let mut reader = Reader::new(body);
    let id = reader.u16()?;
    // [MQTT-2.2.1-2] An id is never 0.
    Malformed::unless(id != 0)?;
    Ok((id, reason(reader.rest())?))
}

/// What stands behind the packet id; in 3.1.1 that is nothing.
pub fn reason(rest: &[u8]) -> Result<Reason<'_>, Malformed> {
    Reason::decode(rest, Place::Ack)
}

/// An acknowledgement with a reason and properties: for brokers and tests.
pub fn encode(buf: &mut [u8], kind: Kind, id: u16, code: u8, properties: &dyn List) -> Option<usize> {
    let mut w = Writer::new(buf);
    start(&mut w, kind.first(), 3 + property::size(properties))?;
    w.u16(id)?;
    w.u8(code)?;
    property::write(&mut w, properties)?;
    Some(w.len())
}

/// The body of the broker's DISCONNECT. Nothing is "normal disconnection".
pub fn disconnect(body: &[u8]) -> Result<Reason<'_>, Malformed> {
    said(Kind::Disconnect, body)
}

/// The body of an AUTH. Nothing is "success"; a reason has properties, because there must be a method.
pub fn auth(body: &[u8]) -> Result<Reason<'_>, Malformed> {
    said(Kind::Auth, body)
}

/// The body of a DISCONNECT or an AUTH.
pub fn said(kind: Kind, body: &[u8]) -> Result<Reason<'_>, Malformed> {
    let is_auth = kind == Kind::Auth;
    Malformed::unless(!is_auth || body.len() != 1)?;
    Reason::decode(body, if is_auth { Place::Auth } else { Place::Disconnect })
}

/// Bytes of a DISCONNECT or an AUTH.
pub fn reason_size(properties: &dyn List) -> usize {
    let body = 1 + property::size(properties);
    head_len(body) + body
}

/// Writes a DISCONNECT or an AUTH and says its length. None: `buf` is too small.
pub fn encode_reason(buf: &mut [u8], kind: Kind, code: u8, properties: &dyn List) -> Option<usize> {
    let mut w = Writer::new(buf);
    start(&mut w, kind.first(), 1 + property::size(properties))?;
    w.u8(code)?;
    property::write(&mut w, properties)?;
    Some(w.len())
}
