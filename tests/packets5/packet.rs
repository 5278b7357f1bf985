//! A packet of MQTT 5 as one value. The client never holds one: it reads the body that the fixed header announces, and
//! so does this, by the same functions.

use limpet::packet::connect::Connect;
use limpet::packet::cursor::{Reader, Writer};
use limpet::packet::frame::start;
use limpet::packet::publish::Publish;
use limpet::packet::v5::connect::{Connack, Lists};
use limpet::packet::v5::frame::frame;
use limpet::packet::v5::property::{self, List, Property};
use limpet::packet::v5::subscribe::{self, Options};
use limpet::packet::v5::{Reason, ack, connect, publish};
use limpet::packet::{Kind, Malformed, control};

/// The properties of a packet, in their order.
pub type Properties<'a> = Vec<Property<'a>>;

#[derive(Clone, Debug, PartialEq)]
pub enum Packet<'a> {
    /// With its properties, and those of its will.
    Connect(Connect<'a>, Properties<'a>, Properties<'a>),
    Connack(bool, u8, Properties<'a>),
    Publish(Publish<'a>, Properties<'a>),
    /// PUBACK, PUBREC, PUBREL, PUBCOMP: id and reason.
    Ack(Kind, u16, u8, Properties<'a>),
    Subscribe(u16, &'a [u8], Options, Properties<'a>),
    Unsubscribe(u16, &'a [u8], Properties<'a>),
    /// SUBACK, UNSUBACK: id and the code for each filter.
    Answer(Kind, u16, Vec<u8>, Properties<'a>),
    /// DISCONNECT, AUTH.
    Reason(Kind, u8, Properties<'a>),
    Pingreq,
    Pingresp,
}

/// Properties that are written one after the other.
pub struct Listed<'a>(pub &'a [Property<'a>]);

impl List for Listed<'_> {
    fn nth(&self, n: usize) -> Option<Property<'_>> {
        self.0.get(n).copied()
    }
}

/// What a client makes of bytes from the broker: the packet, and how many bytes it is; None until all of it is there.
pub fn decode(bytes: &[u8]) -> Result<Option<(Packet<'_>, usize)>, Malformed> {
    let Some(frame) = frame(bytes)? else { return Ok(None) };
    let Some(body) = bytes.get(frame.head..frame.total()) else { return Ok(None) };
    let some = |properties| property::Properties::new(properties).collect();
    let packet = match Kind::of(frame.first).ok_or(Malformed)? {
        Kind::Connack => {
            let Connack { session_present, code, properties } = Connack::decode(body)?;
            Packet::Connack(session_present, code, some(properties))
        }
        Kind::Publish => {
            let with = publish::head(frame.first, frame.body, body)?.expect("a whole body has its head");
            let (head, topic) = (with.head, Reader::new(body).binary()?);
            let (dup, qos, retain, id, payload) = (head.dup, head.qos, head.retain, head.id, &body[head.len..]);
            assert_eq!(head.topic_len, topic.len());
            let properties: Properties = some(with.properties);
            let alias = properties.iter().find(|property| property.id == 0x23).map_or(0, |property| property.number);
            assert_eq!(u32::from(with.alias), alias);
            Packet::Publish(Publish { dup, qos, retain, topic, id, payload }, properties)
        }
        kind @ (Kind::Puback | Kind::Pubrec | Kind::Pubrel | Kind::Pubcomp) => {
            let (id, Reason { code, properties }) = ack::decode(body)?;
            Packet::Ack(kind, id, code, some(properties))
        }
        kind @ (Kind::Suback | Kind::Unsuback) => {
            let (id, Reason { code, properties }) = subscribe::ack(kind, body)?;
            Packet::Answer(kind, id, vec![code], some(properties))
        }
        Kind::Disconnect => {
            let Reason { code, properties } = ack::disconnect(body)?;
            Packet::Reason(Kind::Disconnect, code, some(properties))
        }
        Kind::Auth => {
            let Reason { code, properties } = ack::auth(body)?;
            Packet::Reason(Kind::Auth, code, some(properties))
        }
        Kind::Pingresp => Packet::Pingresp,
        // A broker sends none of these.
        Kind::Connect | Kind::Subscribe | Kind::Unsubscribe | Kind::Pingreq => return Err(Malformed),
    };
    Ok(Some((packet, frame.total())))
}

impl<'a> Packet<'a> {
    /// Writes it in full, with reason and properties also where they may be left out.
    pub fn write(&self, buf: &mut [u8]) -> Option<usize> {
        match self {
            Packet::Connect(c, of_connect, of_will) => {
                let lists = Lists { connect: &Listed(of_connect), will: &Listed(of_will) };
                let written = connect::encode(c, lists, buf);
                assert!(written.is_none_or(|len| len == connect::size(c, lists)));
                written
            }
            Packet::Connack(session_present, code, properties) => {
                let connack = Connack { session_present: *session_present, code: *code, properties: &[] };
                connack.encode(&Listed(properties), buf)
            }
            Packet::Publish(p, properties) => {
                let written = publish::encode(p, &Listed(properties), buf);
                assert!(written.is_none_or(|len| len == publish::size(p, &Listed(properties))));
                written
            }
            Packet::Ack(kind, id, code, properties) => ack::encode(buf, *kind, *id, *code, &Listed(properties)),
            Packet::Subscribe(id, filter, options, properties) => {
                let written = subscribe::encode(buf, filter, Some(options.byte()), *id, &Listed(properties));
                assert!(written.is_none_or(|len| len == subscribe::size(filter.len(), true, &Listed(properties))));
                written
            }
            Packet::Unsubscribe(id, filter, properties) => {
                let written = subscribe::encode(buf, filter, None, *id, &Listed(properties));
                assert!(written.is_none_or(|len| len == subscribe::size(filter.len(), false, &Listed(properties))));
                written
            }
            Packet::Reason(kind, code, properties) => ack::encode_reason(buf, *kind, *code, &Listed(properties)),
            Packet::Pingreq => copy(buf, &control::PINGREQ),
            Packet::Pingresp => copy(buf, &control::PINGRESP),
            Packet::Answer(kind, id, codes, properties) => {
                let mut w = Writer::new(buf);
                start(&mut w, kind.first(), 2 + property::size(&Listed(properties)) + codes.len())?;
                w.u16(*id)?;
                property::write(&mut w, &Listed(properties))?;
                w.bytes(codes)?;
                Some(w.len())
            }
        }
    }

    pub fn bytes(&self) -> Vec<u8> {
        let mut buf = vec![0; 300_000];
        let len = self.write(&mut buf).expect("it fits");
        buf.truncate(len);
        buf
    }

    fn lists(&mut self) -> Vec<&mut Properties<'a>> {
        match self {
            Packet::Connect(_, of_connect, of_will) => vec![of_connect, of_will],
            Packet::Publish(_, some)
            | Packet::Connack(_, _, some)
            | Packet::Ack(_, _, _, some)
            | Packet::Subscribe(_, _, _, some)
            | Packet::Unsubscribe(_, _, some)
            | Packet::Answer(_, _, _, some)
            | Packet::Reason(_, _, some) => vec![some],
            Packet::Pingreq | Packet::Pingresp => vec![],
        }
    }

    /// With its properties by their identifiers, because the other codec forgets their order. Those that repeat stay in
    /// theirs.
    pub fn sorted(mut self) -> Packet<'a> {
        for list in self.lists() {
            list.sort_by_key(|property| property.id);
        }
        self
    }

    /// With its properties in any order, but those that repeat in theirs.
    pub fn shuffled(mut self, mut below: impl FnMut(usize) -> usize) -> Packet<'a> {
        for list in self.lists() {
            let keys: Vec<usize> = (0..64).map(|_| below(1000)).collect();
            list.sort_by_key(|property| keys[usize::from(property.id)]);
        }
        self
    }

    /// All properties of it.
    pub fn properties(&self) -> Properties<'a> {
        self.clone().lists().into_iter().flat_map(|list| list.clone()).collect()
    }
}

/// Properties without their length.
pub fn written(properties: &[Property]) -> Vec<u8> {
    let mut buf = vec![0; 300_000];
    let mut w = Writer::new(&mut buf);
    property::write(&mut w, &Listed(properties)).expect("it fits");
    let (len, of_length) = (w.len(), property::varint_len(property::size(&Listed(properties)) - 1));
    buf[of_length..len].to_vec()
}

fn copy(buf: &mut [u8], packet: &[u8]) -> Option<usize> {
    buf.get_mut(..packet.len())?.copy_from_slice(packet);
    Some(packet.len())
}
