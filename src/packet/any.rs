//! Any packet as one value: for brokers and tests. The client never holds one, so its firmware has no trace of this.

use super::connect::{Connack, Connect};
use super::cursor::{Reader, Writer};
use super::frame::frame;
use super::publish::{self, Publish};
use super::subscribe::{self, Request};
use super::{Kind, Malformed, ack, control};

/// Every packet of MQTT 3.1.1. The numbers are packet ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packet<'a> {
    Connect(Connect<'a>),
    Connack(Connack),
    Publish(Publish<'a>),
    Puback(u16),
    Pubrec(u16),
    Pubrel(u16),
    Pubcomp(u16),
    Subscribe(Request<'a>),
    Suback { id: u16, codes: &'a [u8] },
    Unsubscribe(Request<'a>),
    Unsuback(u16),
    Pingreq,
    Pingresp,
    Disconnect,
}

impl<'a> Packet<'a> {
    /// The packet at the start of `bytes` and how many of them it is; None until all of it is there.
    pub fn decode(bytes: &'a [u8]) -> Result<Option<(Packet<'a>, usize)>, Malformed> {
        let Some(frame) = frame(bytes)? else {
            return Ok(None);
        };
        let total = frame.total();
        let Some(body) = bytes.get(frame.head..total) else {
            return Ok(None);
        };
        let packet = match Kind::of(frame.first).ok_or(Malformed)? {
            Kind::Connect => Packet::Connect(Connect::decode(body)?),
            Kind::Connack => Packet::Connack(Connack::decode(body)?),
            Kind::Publish => Packet::Publish(decode_publish(frame.first, body)?),
            Kind::Puback => Packet::Puback(ack::id(body)?),
            Kind::Pubrec => Packet::Pubrec(ack::id(body)?),
            Kind::Pubrel => Packet::Pubrel(ack::id(body)?),
            Kind::Pubcomp => Packet::Pubcomp(ack::id(body)?),
            Kind::Subscribe => Packet::Subscribe(Request::decode(body, true)?),
            Kind::Suback => {
                let (id, codes) = subscribe::suback(body)?;
                Packet::Suback { id, codes }
            }
            Kind::Unsubscribe => Packet::Unsubscribe(Request::decode(body, false)?),
            Kind::Unsuback => Packet::Unsuback(ack::id(body)?),
            Kind::Pingreq => Packet::Pingreq,
            Kind::Pingresp => Packet::Pingresp,
            Kind::Disconnect => Packet::Disconnect,
            // `frame` knows no such type.
            Kind::Auth => return Err(Malformed),
        };
        Ok(Some((packet, total)))
    }

    /// Writes the packet and says its length. None: `buf` is too small, or MQTT has no such packet.
    pub fn encode(&self, buf: &mut [u8]) -> Option<usize> {
        match *self {
            Packet::Connect(connect) => connect.encode(buf),
            Packet::Connack(connack) => copy(buf, &connack.encode()),
            Packet::Publish(publish) => publish.encode(buf),
            Packet::Puback(id) => copy(buf, &ack::encode(Kind::Puback, id)),
            Packet::Pubrec(id) => copy(buf, &ack::encode(Kind::Pubrec, id)),
            Packet::Pubrel(id) => copy(buf, &ack::encode(Kind::Pubrel, id)),
            Packet::Pubcomp(id) => copy(buf, &ack::encode(Kind::Pubcomp, id)),
            Packet::Subscribe(request) | Packet::Unsubscribe(request) => request.encode(buf),
            Packet::Suback { id, codes } => subscribe::encode_suback(buf, id, codes),
            Packet::Unsuback(id) => copy(buf, &ack::encode(Kind::Unsuback, id)),
            Packet::Pingreq => copy(buf, &control::PINGREQ),
            Packet::Pingresp => copy(buf, &control::PINGRESP),
            Packet::Disconnect => copy(buf, &control::DISCONNECT),
        }
    }
}

fn decode_publish(first: u8, body: &[u8]) -> Result<Publish<'_>, Malformed> {
    // The body is whole, so a head that is not all there will never be.
    let head = publish::head(first, body.len(), body)?.ok_or(Malformed)?;
    Ok(Publish {
        dup: head.dup,
        qos: head.qos,
        retain: head.retain,
        topic: Reader::new(body).binary()?,
        id: head.id,
        payload: body.get(head.len..).ok_or(Malformed)?,
    })
}

fn copy(buf: &mut [u8], packet: &[u8]) -> Option<usize> {
    let mut w = Writer::new(buf);
    w.bytes(packet)?;
    Some(w.len())
}
