//! SUBSCRIBE and UNSUBSCRIBE, which differ by one byte per filter, and SUBACK. [sections 3.8 to 3.10]
//! A client writes one filter per packet; a broker reads as many as there are.

use super::cursor::{Reader, Writer};
use super::frame::{body_at, head_len, start};
use super::v5::property::{self, List};
use super::{Kind, Malformed, topic};

/// A subscription that the broker refused, among the codes of a SUBACK. The others are the QoS it granted.
pub const REFUSED: u8 = 0x80;

/// Bytes of the whole packet with one filter: SUBSCRIBE with a QoS, UNSUBSCRIBE without.
pub fn size(filter_len: usize, with_qos: bool) -> usize {
    size_with(filter_len, with_qos, None)
}

/// The same in either version: in MQTT 5 there are properties, if only none.
pub fn size_with(filter_len: usize, with_qos: bool, properties: Option<&dyn List>) -> usize {
    let body = body(filter_len, with_qos, properties);
    head_len(body).saturating_add(body)
}

fn body(filter_len: usize, with_qos: bool, properties: Option<&dyn List>) -> usize {
    let body = filter_len.saturating_add(4 + usize::from(with_qos));
    properties.map_or(0, property::size).saturating_add(body)
}

/// Writes a SUBSCRIBE, or an UNSUBSCRIBE if there is no QoS, and says its length. None: `buf` is too small.
pub fn encode(buf: &mut [u8], filter: &[u8], qos: Option<u8>, id: u16) -> Option<usize> {
    encode_with(buf, filter, qos, id, None)
}

/// The same in either version.
pub fn encode_with(
    buf: &mut [u8],
    filter: &[u8],
    qos: Option<u8>,
    id: u16,
    properties: Option<&dyn List>,
) -> Option<usize> {
    let mut w = Writer::new(buf);
    start(&mut w, first(qos.is_some()), body(filter.len(), qos.is_some(), properties))?;
    w.u16(id)?;
    if let Some(properties) = properties {
        property::write(&mut w, properties)?;
    }
    w.string(filter)?;
    if let Some(qos) = qos {
        w.u8(qos)?;
    }
    Some(w.len())
}

const fn first(with_qos: bool) -> u8 {
    if with_qos { Kind::Subscribe.first() } else { Kind::Unsubscribe.first() }
}

/// Changes the QoS of the last, or only, filter of an encoded SUBSCRIBE.
pub fn set_qos(packet: &mut [u8], qos: u8) {
    if let Some(last) = packet.last_mut() {
        *last = qos;
    }
}

/// The first filter in an encoded packet.
pub fn filter(packet: &[u8]) -> Option<&[u8]> {
    filter_with(packet, false).map(|(_, filter)| filter)
}

/// The properties and the first filter in an encoded packet of either version.
pub fn filter_with(packet: &[u8], has_properties: bool) -> Option<(&[u8], &[u8])> {
    let mut reader = Reader::new(packet.get(body_at(packet)..)?);
    reader.u16().ok()?;
    let len = if has_properties { reader.varint().ok()? } else { 0 };
    let properties = reader.take(len).ok()?;
    Some((properties, reader.binary().ok()?))
}

/// The id and the return codes of a SUBACK, in the order of the filters. [MQTT-3.9.3-1]
pub fn suback(body: &[u8]) -> Result<(u16, &[u8]), Malformed> {
    let mut reader = Reader::new(body);
    let id = reader.u16()?;
    let codes = reader.rest();
    Malformed::unless(id != 0 && !codes.is_empty())?;
    for &code in codes {
        // [MQTT-3.9.3-2]
        Malformed::unless(code <= 2 || code == REFUSED)?;
    }
    Ok((id, codes))
}

/// The broker's side: writes a SUBACK and says its length.
pub fn encode_suback(buf: &mut [u8], id: u16, codes: &[u8]) -> Option<usize> {
    list(buf, Kind::Suback.first(), id, codes)
}

/// What a broker reads: a SUBSCRIBE or an UNSUBSCRIBE of any number of filters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Request<'a> {
    pub id: u16,
    pub filters: Filters<'a>,
}

impl<'a> Request<'a> {
    /// `with_qos`: a SUBSCRIBE. [MQTT-3.8.3-3] [MQTT-3.10.3-2] There is at least one filter.
    pub fn decode(body: &'a [u8], with_qos: bool) -> Result<Request<'a>, Malformed> {
        let mut reader = Reader::new(body);
        let id = reader.u16()?;
        let filters = Filters { reader, with_qos };
        Malformed::unless(id != 0 && !reader.is_empty())?;
        let mut walk = filters;
        while !walk.reader.is_empty() {
            walk.one()?;
        }
        Ok(Request { id, filters })
    }

    /// Writes the packet and says its length.
    pub fn encode(&self, buf: &mut [u8]) -> Option<usize> {
        list(buf, first(self.filters.with_qos), self.id, self.filters.reader.rest())
    }
}

/// The filters of a request and the QoS of each, 0 in an UNSUBSCRIBE.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Filters<'a> {
    reader: Reader<'a>,
    with_qos: bool,
}

impl<'a> Filters<'a> {
    fn one(&mut self) -> Result<(&'a [u8], u8), Malformed> {
        let filter = self.reader.binary()?;
        let qos = if self.with_qos { self.reader.u8()? } else { 0 };
        // [MQTT-3.8.3-1] [MQTT-3.8.3-4]
        Malformed::unless(qos <= 2 && topic::is_filter(filter))?;
        Ok((filter, qos))
    }
}

impl<'a> Iterator for Filters<'a> {
    type Item = (&'a [u8], u8);

    fn next(&mut self) -> Option<Self::Item> {
        // An error can only be the end: `decode` has been through.
        self.one().ok()
    }
}

/// A packet id and bytes that are encoded already.
fn list(buf: &mut [u8], first: u8, id: u16, bytes: &[u8]) -> Option<usize> {
    let mut w = Writer::new(buf);
    start(&mut w, first, bytes.len().saturating_add(2))?;
    w.u16(id)?;
    w.bytes(bytes)?;
    Some(w.len())
}
