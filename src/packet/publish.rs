//! PUBLISH: written whole, read as far as it has arrived, and amended where it lies in the outbox. [section 3.3]

use super::cursor::{Reader, Writer};
use super::frame::{body_at, head_len, start};
use super::{Kind, Malformed, topic};

const DUP: u8 = 0x08;
const RETAIN: u8 = 0x01;

/// A whole message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Publish<'a> {
    /// Sent before. Without meaning at QoS 0.
    pub dup: bool,
    pub qos: u8,
    pub retain: bool,
    pub topic: &'a [u8],
    /// [MQTT-2.3.1-5] Not on the wire at QoS 0.
    pub id: u16,
    pub payload: &'a [u8],
}

impl Publish<'_> {
    /// Bytes of the whole packet.
    pub fn size(&self) -> usize {
        self.size_before(0)
    }

    /// Bytes of the packet up to the last `rest` bytes of its payload, which are elsewhere.
    pub fn size_before(&self, rest: usize) -> usize {
        let body = self.body();
        head_len(body.saturating_add(rest)).saturating_add(body)
    }

    fn body(&self) -> usize {
        head_size(self.qos, self.topic.len()).saturating_add(self.payload.len())
    }

    /// The first byte of the packet.
    pub(super) fn first(&self) -> u8 {
        let mut first = Kind::Publish.first() | (self.qos & 3) << 1;
        if self.dup {
            first |= DUP;
        }
        if self.retain {
            first |= RETAIN;
        }
        first
    }

    /// Writes the whole packet and says its length. None: `buf` is too small, or MQTT has no such length.
    pub fn encode(&self, buf: &mut [u8]) -> Option<usize> {
        self.encode_before(0, buf)
    }

    /// The same up to the last `rest` bytes of the payload, which are elsewhere.
    pub fn encode_before(&self, rest: usize, buf: &mut [u8]) -> Option<usize> {
        let mut w = Writer::new(buf);
        start(&mut w, self.first(), self.body().saturating_add(rest))?;
        w.string(self.topic)?;
        if self.qos > 0 {
            w.u16(self.id)?;
        }
        w.bytes(self.payload)?;
        Some(w.len())
    }
}

/// Bytes in front of the payload in a body.
pub(super) const fn head_size(qos: u8, topic_len: usize) -> usize {
    let id = if qos > 0 { 2 } else { 0 };
    topic_len + 2 + id
}

/// What stands in front of a payload. The topic itself is at 2 in the body, `topic_len` bytes long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// Without meaning at QoS 0.
    pub dup: bool,
    pub qos: u8,
    pub retain: bool,
    pub topic_len: usize,
    /// 0 at QoS 0.
    pub id: u16,
    /// Where in the body the payload begins.
    pub len: usize,
}

/// Reads the head of a PUBLISH whose fixed header, as `frame` gave it, says `first` and `body`.
///
/// `bytes` is what has arrived of the body, and may go on beyond it. None: the head is not all there.
pub fn head(first: u8, body: usize, bytes: &[u8]) -> Result<Option<Head>, Malformed> {
    head_of(false, first, body, bytes)
}

/// The same in either version. In MQTT 5 there may be no topic, and the properties, which are not read, are still to come.
pub fn head_of(is_v5: bool, first: u8, body: usize, bytes: &[u8]) -> Result<Option<Head>, Malformed> {
    let mut reader = Reader::new(bytes);
    let Ok(topic_len) = reader.u16() else {
        return Ok(None);
    };
    let topic_len = usize::from(topic_len);
    let qos = qos(first);
    let len = head_size(qos, topic_len);
    // From here on nothing is read beyond the body.
    Malformed::unless(len + usize::from(is_v5) <= body)?;
    let Ok(topic) = reader.take(topic_len) else {
        return Ok(None);
    };
    // [MQTT-3.3.2-1] [MQTT-3.3.2-2]
    Malformed::unless(topic::is_name(topic) || is_v5 && topic.is_empty())?;
    let mut id = 0;
    if qos > 0 {
        let Ok(value) = reader.u16() else {
            return Ok(None);
        };
        // [MQTT-2.3.1-1]
        Malformed::unless(value != 0)?;
        id = value;
    }
    // [MQTT-3.3.1-2] DUP without QoS breaks a rule, but a harmless one: it has no meaning there.
    Ok(Some(Head { dup: first & DUP != 0, qos, retain: first & RETAIN != 0, topic_len, id, len }))
}

/// The length of the topic, from the first two bytes of a body.
pub fn topic_len(bytes: &[u8]) -> Option<usize> {
    Reader::new(bytes).u16().ok().map(usize::from)
}

/// The QoS in the first byte of a PUBLISH.
pub const fn qos(first: u8) -> u8 {
    first >> 1 & 3
}

/// Marks an encoded packet as sent before, or as new.
pub fn set_dup(packet: &mut [u8], dup: bool) {
    if let Some(first) = packet.first_mut() {
        *first = if dup { *first | DUP } else { *first & !DUP };
    }
}

/// The topic in an encoded packet.
pub fn topic(packet: &[u8]) -> Option<&[u8]> {
    let body = packet.get(body_at(packet)..)?;
    Reader::new(body).binary().ok()
}
