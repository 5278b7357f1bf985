//! As much of MQTT 3.1.1 as the counting subscriber and the sender speak. Written apart from the library on purpose: a fault in the
//! library's codec must not hide in the one that checks it.

/// A packet from the broker.
#[derive(Debug, PartialEq, Eq)]
pub enum Packet {
    Connack { session_present: bool, code: u8 },
    Suback { code: u8 },
    Puback { id: u16 },
    Pubrec { id: u16 },
    Pubcomp { id: u16 },
    Publish { qos: u8, id: u16, payload: Vec<u8> },
    Pubrel { id: u16 },
    Other,
}

/// CONNECT without keep alive: a frozen broker is not ours to notice.
pub fn connect(client_id: &str, clean: bool) -> Vec<u8> {
    let mut body = vec![0, 4, b'M', b'Q', b'T', b'T', 4, u8::from(clean) << 1, 0, 0];
    push_text(&mut body, client_id);
    packet(0x10, &body)
}

/// PUBLISH with QoS 1.
pub fn publish(topic: &str, id: u16, payload: &str) -> Vec<u8> {
    publish_with(topic, 1, id, payload)
}

/// PUBLISH; without QoS it has no identifier.
pub fn publish_with(topic: &str, qos: u8, id: u16, payload: &str) -> Vec<u8> {
    let mut body = Vec::new();
    push_text(&mut body, topic);
    if qos > 0 {
        body.extend(id.to_be_bytes());
    }
    body.extend(payload.as_bytes());
    packet(0x30 | qos << 1, &body)
}

pub fn subscribe(filter: &str, qos: u8) -> Vec<u8> {
    let mut body = vec![0, 1];
    push_text(&mut body, filter);
    body.push(qos);
    packet(0x82, &body)
}

pub fn puback(id: u16) -> Vec<u8> {
    packet(0x40, &id.to_be_bytes())
}

pub fn pubrec(id: u16) -> Vec<u8> {
    packet(0x50, &id.to_be_bytes())
}

pub fn pubrel(id: u16) -> Vec<u8> {
    packet(0x62, &id.to_be_bytes())
}

pub fn pubcomp(id: u16) -> Vec<u8> {
    packet(0x70, &id.to_be_bytes())
}

/// The bytes of the first packet of `stream`, if it is whole.
pub fn first_packet(stream: &[u8]) -> Option<usize> {
    let (start, len) = remaining_length(stream)?;
    stream.get(..start + len).map(<[u8]>::len)
}

/// Takes the first whole packet out of `stream`. None: more bytes are needed. An error: what the broker must not send.
pub fn take(stream: &mut Vec<u8>) -> Option<Result<Packet, String>> {
    let first = *stream.first()?;
    let (start, len) = remaining_length(stream)?;
    let body = stream.get(start..start + len)?.to_vec();
    stream.drain(..start + len);
    Some(parse(first, &body).ok_or_else(|| format!("malformed packet {first:#04x} {body:02x?}")))
}

/// Where the body starts, and its length (3.1.1 section 2.2.3).
fn remaining_length(stream: &[u8]) -> Option<(usize, usize)> {
    let mut len = 0;
    for (i, byte) in stream.iter().skip(1).take(4).enumerate() {
        len |= usize::from(byte & 0x7f) << (7 * i);
        if byte & 0x80 == 0 {
            return Some((i + 2, len));
        }
    }
    None
}

fn parse(first: u8, body: &[u8]) -> Option<Packet> {
    match first & 0xf0 {
        0x20 => Some(Packet::Connack { session_present: *body.first()? == 1, code: *body.get(1)? }),
        0x90 => Some(Packet::Suback { code: *body.get(2)? }),
        0x40 => Some(Packet::Puback { id: u16_at(body, 0)? }),
        0x50 => Some(Packet::Pubrec { id: u16_at(body, 0)? }),
        0x70 => Some(Packet::Pubcomp { id: u16_at(body, 0)? }),
        0x60 => Some(Packet::Pubrel { id: u16_at(body, 0)? }),
        0x30 => {
            let qos = first >> 1 & 3;
            let id_at = 2 + usize::from(u16_at(body, 0)?);
            let (id, payload_at) = if qos == 0 { (0, id_at) } else { (u16_at(body, id_at)?, id_at + 2) };
            Some(Packet::Publish { qos, id, payload: body.get(payload_at..)?.to_vec() })
        }
        _ => Some(Packet::Other),
    }
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes([*bytes.get(at)?, *bytes.get(at + 1)?]))
}

fn push_text(body: &mut Vec<u8>, text: &str) {
    let len = u16::try_from(text.len()).unwrap_or(u16::MAX);
    body.extend(len.to_be_bytes());
    body.extend(text.bytes().take(usize::from(len)));
}

fn packet(first: u8, body: &[u8]) -> Vec<u8> {
    let mut out = vec![first];
    let mut left = body.len();
    // Seven bits in each byte, the lowest first; the eighth says that there are more.
    while left >= 128 {
        out.push(0x80 | left.to_le_bytes()[0]);
        left >>= 7;
    }
    out.push(left.to_le_bytes()[0]);
    out.extend(body);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_length_takes_as_many_bytes_as_it_needs() {
        let head = |len| packet(0x30, &vec![0; len])[..4].to_vec();
        assert_eq!(head(127), [0x30, 127, 0, 0]);
        assert_eq!(head(128), [0x30, 0x80, 1, 0]);
        assert_eq!(head(16_383), [0x30, 0xff, 0x7f, 0]);
        assert_eq!(head(16_384), [0x30, 0x80, 0x80, 1]);
    }

    #[test]
    fn a_publish_is_taken_only_when_it_is_whole() {
        let mut stream = vec![0x34, 7, 0, 1, b't', 0, 9, b'h'];
        assert_eq!(take(&mut stream), None);
        stream.extend([b'i', 0x62, 2, 0, 9]);
        assert_eq!(take(&mut stream), Some(Ok(Packet::Publish { qos: 2, id: 9, payload: b"hi".to_vec() })));
        assert_eq!(take(&mut stream), Some(Ok(Packet::Pubrel { id: 9 })));
        assert_eq!(take(&mut stream), None);
    }

    #[test]
    fn a_length_of_two_bytes_is_understood() {
        let mut stream = vec![0x30, 0xc8, 0x01, 0, 1, b't'];
        stream.resize(3 + 200, b'x');
        assert_eq!(take(&mut stream), Some(Ok(Packet::Publish { qos: 0, id: 0, payload: vec![b'x'; 197] })));
    }
}
