//! Packets as words for the trace, and acknowledgements as packets.

use crate::sim::book;
use limpet::packet::subscribe::Request;
use limpet::packet::{Kind, Packet};

/// A packet in a few words.
pub fn short(packet: &Packet) -> String {
    match packet {
        Packet::Publish(p) => {
            let key = book::key(p.topic, p.payload);
            format!("PUBLISH qos {} id {} dup {} key {key:?} len {}", p.qos, p.id, p.dup, p.payload.len())
        }
        Packet::Connect(c) => format!("CONNECT clean {}", c.clean),
        Packet::Subscribe(r) => format!("SUBSCRIBE {} {:?}", r.id, names(r)),
        Packet::Unsubscribe(r) => format!("UNSUBSCRIBE {} {:?}", r.id, names(r)),
        other => format!("{other:?}").to_uppercase(),
    }
}

fn names(request: &Request) -> Vec<String> {
    request.filters.map(|(filter, qos)| format!("{} {qos}", String::from_utf8_lossy(filter))).collect()
}

/// The kind of an acknowledgement as a packet.
pub fn ack(kind: Kind, id: u16) -> Packet<'static> {
    match kind {
        Kind::Puback => Packet::Puback(id),
        Kind::Pubrec => Packet::Pubrec(id),
        Kind::Pubrel => Packet::Pubrel(id),
        _ => Packet::Pubcomp(id),
    }
}
