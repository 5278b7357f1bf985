//! PUBLISH with properties. [section 3.3]

use super::property::{self, List, Place};
use crate::packet::Malformed;
use crate::packet::cursor::{Reader, Writer};
use crate::packet::frame::{body_at, head_len, start};
use crate::packet::publish::{Head, Publish, head_of, head_size, qos};

/// Bytes of the whole packet.
pub fn size(publish: &Publish, properties: &dyn List) -> usize {
    size_with(publish, Some(properties), 0)
}

/// Bytes of a packet of either version, up to the last `rest` bytes of its payload, which are elsewhere. In MQTT 5 there are
/// properties, if only none.
pub fn size_with(publish: &Publish, properties: Option<&dyn List>, rest: usize) -> usize {
    let body = body(publish, properties);
    head_len(body.saturating_add(rest)).saturating_add(body)
}

fn body(publish: &Publish, properties: Option<&dyn List>) -> usize {
    let head = head_size(publish.qos, publish.topic.len());
    properties.map_or(0, property::size).saturating_add(head).saturating_add(publish.payload.len())
}

/// Writes the whole packet and says its length. None: `buf` is too small, or MQTT has no such length.
pub fn encode(publish: &Publish, properties: &dyn List, buf: &mut [u8]) -> Option<usize> {
    encode_with(publish, Some(properties), 0, buf)
}

/// The same in either version, up to the last `rest` bytes of the payload, which are elsewhere.
pub fn encode_with(publish: &Publish, properties: Option<&dyn List>, rest: usize, buf: &mut [u8]) -> Option<usize> {
    let mut w = Writer::new(buf);
    start(&mut w, publish.first(), body(publish, properties).saturating_add(rest))?;
    w.string(publish.topic)?;
    if publish.qos > 0 {
        w.u16(publish.id)?;
    }
    if let Some(properties) = properties {
        property::write(&mut w, properties)?;
    }
    w.bytes(publish.payload)?;
    Some(w.len())
}

/// What stands in front of a payload, and the properties, with which it ends. `head.topic_len` is 0 only beside a topic
/// alias.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeadWith<'a> {
    pub head: Head,
    pub properties: &'a [u8],
    /// 0 for none.
    pub alias: u16,
}

/// As `packet::publish::head`, with properties.
pub fn head(first: u8, body: usize, bytes: &[u8]) -> Result<Option<HeadWith<'_>>, Malformed> {
    match head_of(true, first, body, bytes)? {
        Some(head) => with_properties(head, body, bytes),
        None => Ok(None),
    }
}

/// Goes on with the properties of a head that was read so far.
pub fn with_properties(head: Head, body: usize, bytes: &[u8]) -> Result<Option<HeadWith<'_>>, Malformed> {
    // Nothing is read beyond the body. What is missing in it may still come, unless all of it is here.
    let bytes = bytes.get(..body).unwrap_or(bytes);
    let missing = if bytes.len() < body { Ok(None) } else { Err(Malformed) };
    let lengths = bytes.get(head.len..).unwrap_or_default();
    let mut reader = Reader::new(lengths);
    let Ok(properties_len) = reader.varint() else {
        return if lengths.len() < 4 { missing } else { Err(Malformed) };
    };
    let len = bytes.len() - reader.rest().len() + properties_len;
    Malformed::unless(len <= body)?;
    let Ok(properties) = reader.take(properties_len) else { return missing };
    property::check(properties, Place::Publish)?;
    let alias = property::number(properties, property::TOPIC_ALIAS).unwrap_or(0) as u16;
    // [MQTT-3.3.2-8]
    Malformed::unless(head.topic_len > 0 || alias > 0)?;
    Ok(Some(HeadWith { head: Head { len, ..head }, properties, alias }))
}

/// The properties in an encoded packet of our own, without their length: where they begin in it, and where they end.
pub fn properties(packet: &[u8]) -> Option<(usize, usize)> {
    parts(packet).map(|(_, from, to)| (from, to))
}

/// The topic in an encoded packet of our own, and the same.
pub fn parts(packet: &[u8]) -> Option<(&[u8], usize, usize)> {
    let mut reader = Reader::new(packet.get(body_at(packet)..)?);
    let topic = reader.binary().ok()?;
    if qos(*packet.first()?) > 0 {
        reader.u16().ok()?;
    }
    let len = reader.varint().ok()?;
    let from = packet.len() - reader.rest().len();
    Some((topic, from, from + len))
}
