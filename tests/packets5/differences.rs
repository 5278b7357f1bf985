//! Where the other codec reads what we refuse, or refuses what we read: each has a name, the rule, and who is right.
//! Whatever has no name here is an error of one of the two.

use super::other::{self, meaning};
use super::packet::{Packet, decode};
use limpet::packet::v5::property::Property;
use limpet::packet::{Kind, Malformed};
use mqtt_proto::v5;
use std::collections::BTreeMap;

/// How often each has been met.
pub type Met = BTreeMap<&'static str, usize>;

pub const BOTH: &str = "both read it";
pub const NEITHER: &str = "neither reads it";

/// What the other codec reads although it must not: we are right in all of these.
pub const TOO_MUCH: [&str; 9] = [
    "1.5.5-1 a length longer than needed",
    "1.5.4-2 U+0000 in a text",
    "3.1.2.11.3, 3.1.2.11.4, 3.3.2-8, 3.3.2.3.8 a zero that is forbidden",
    "4.7.3-1 a topic without a character",
    "3.2.2-6 a session in a refusal",
    "3.9.3-1, 3.11.3-1 not one code for our one filter",
    "3.14.2-2 a session expiry from the broker",
    "3.15.2.2.2 an authentication without its method",
    "2.1.4 bytes that mean nothing",
];

/// What it refuses.
pub const TOO_LITTLE: [&str; 3] = [
    // Both are right: [MQTT-3.4.2-1] and its like bind the sender, and what the code means is nothing to a client that
    // only looks whether it is an error. CONNACK decides more by its code, but a refusal is a refusal.
    "3.2.2-8, 3.4.2-1, 3.5.2-1, 3.6.2-1, 3.7.2-1, 3.9.2-2, 3.11.3-2, 3.14.2-1, 3.15.2-1 a code that the packet does not have",
    // Both are right: a receiver MAY look whether the payload is what it is said to be.
    "3.3.2.3.2 a payload that is not the text it is said to be",
    // We are right: a message that fits several subscriptions has the identifier of each.
    "3.3.2.3.8 several subscription identifiers",
];

/// Both read the same, or neither reads anything, or the difference has a name.
pub fn assert_agree(bytes: &[u8], case: &str, met: &mut Met) {
    let ours = decode(bytes);
    // What is not all there has no end that the other codec would respect.
    let Some(whole) = whole(bytes, &ours) else { return };
    let theirs = other::decode(whole);
    let difference = match (&ours, &theirs) {
        (Ok(Some((ours, _))), Some(theirs)) => {
            assert_eq!(ours.clone().sorted(), meaning(theirs), "{case}: {whole:02X?}");
            BOTH
        }
        (Ok(Some((ours, _))), None) => {
            too_little(ours).unwrap_or_else(|| panic!("{case}: only we read {whole:02X?}: {ours:?}"))
        }
        (Err(Malformed), Some(theirs)) => too_much(whole, theirs)
            .unwrap_or_else(|| panic!("{case}: only they read {whole:02X?}: {:?}", meaning(theirs))),
        (_, None) => NEITHER,
        (Ok(None), Some(_)) => unreachable!("{case}"),
    };
    *met.entry(difference).or_default() += 1;
}

/// The bytes of a packet such as a broker sends, up to the end that its header says, if they are all there.
fn whole<'a>(bytes: &'a [u8], ours: &Result<Option<(Packet, usize)>, Malformed>) -> Option<&'a [u8]> {
    let is_from_broker = !matches!(bytes.first()? >> 4, 1 | 8 | 10 | 12);
    if let Ok(found) = ours {
        return bytes.get(..found.as_ref()?.1);
    }
    // Ours knows no header with a needless zero; the other does.
    let lengths = bytes.iter().skip(1).take(4).take_while(|byte| **byte & 0x80 != 0).count();
    let of = |byte: &u8| usize::from(byte & 0x7F);
    let body = bytes.iter().skip(1).take(lengths + 1).rev().fold(0, |body, byte| body << 7 | of(byte));
    bytes.get(..2 + lengths + body).filter(|_| is_from_broker)
}

fn too_much(whole: &[u8], theirs: &v5::Packet) -> Option<&'static str> {
    let packet = meaning(theirs);
    let properties = packet.properties();
    let is = |id: u8| properties.iter().any(|property| property.id == id);
    let has_nul = |property: &Property| {
        !matches!(property.id, 0x09 | 0x16) && (property.data.contains(&0) || property.value.contains(&0))
    };
    let is_zero = |property: &Property| matches!(property.id, 0x0B | 0x21 | 0x23 | 0x27) && property.number == 0;
    let is_no_topic = |property: &Property| property.id == 0x08 && property.data.is_empty();
    let nameless = matches!(&packet, Packet::Publish(message, _) if message.topic.is_empty() && !is(0x23));
    let [too_long, nul, zero, no_topic, session, codes, expiry, method, left_over] = TOO_MUCH;
    if has_needless_zero(whole) {
        Some(too_long)
    } else if properties.iter().any(has_nul) {
        Some(nul)
    } else if properties.iter().any(is_zero) {
        Some(zero)
    } else if nameless || properties.iter().any(is_no_topic) {
        Some(no_topic)
    } else if matches!(packet, Packet::Connack(true, 1.., _)) {
        Some(session)
    } else if matches!(&packet, Packet::Answer(_, _, codes, _) if codes.len() != 1) {
        Some(codes)
    } else if matches!(packet, Packet::Reason(Kind::Disconnect, ..)) && is(0x11) {
        Some(expiry)
    } else if matches!(packet, Packet::Reason(Kind::Auth, ..)) && !is(0x15) {
        Some(method)
    } else if whole.len() > packet.bytes().len() {
        // Either behind the packet, or in a length of properties or a subscription identifier that is too long.
        Some(left_over)
    } else {
        None
    }
}

/// In the length of the packet: its last byte adds nothing.
fn has_needless_zero(whole: &[u8]) -> bool {
    let last = whole.iter().skip(1).position(|byte| byte & 0x80 == 0).unwrap_or(0);
    last > 0 && whole.get(1 + last) == Some(&0)
}

fn too_little(ours: &Packet) -> Option<&'static str> {
    let [unknown_code, not_text, several] = TOO_LITTLE;
    let ids = ours.properties().iter().filter(|property| property.id == 0x0B).count();
    match ours {
        Packet::Publish(..) if ids > 1 => Some(several),
        Packet::Publish(message, properties) => {
            let is_said_to_be_text = properties.contains(&Property::number(0x01, 1));
            (is_said_to_be_text && std::str::from_utf8(message.payload).is_err()).then_some(not_text)
        }
        Packet::Connack(_, code, _) => v5::ConnectReasonCode::from_u8(*code).is_none().then_some(unknown_code),
        Packet::Ack(kind, _, code, _) | Packet::Reason(kind, code, _) => (!has(*kind, *code)).then_some(unknown_code),
        Packet::Answer(kind, _, codes, _) => codes.iter().any(|code| !has(*kind, *code)).then_some(unknown_code),
        _ => None,
    }
}

/// The packet has this reason code, by the standard's tables.
fn has(kind: Kind, code: u8) -> bool {
    let codes: &[u8] = match kind {
        // [sections 3.4.2.1 and 3.5.2.1]
        Kind::Puback | Kind::Pubrec => &[0, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99],
        // [sections 3.6.2.1 and 3.7.2.1]
        Kind::Pubrel | Kind::Pubcomp => &[0, 0x92],
        // [section 3.9.3]
        Kind::Suback => &[0, 1, 2, 0x80, 0x83, 0x87, 0x8F, 0x91, 0x97, 0x9E, 0xA1, 0xA2],
        // [section 3.11.3]
        Kind::Unsuback => &[0, 0x11, 0x80, 0x83, 0x87, 0x8F, 0x91],
        // [section 3.14.2.1]
        Kind::Disconnect => &[
            0, 4, 0x80, 0x81, 0x82, 0x83, 0x87, 0x89, 0x8B, 0x8D, 0x8E, 0x8F, 0x90, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98,
            0x99, 0x9A, 0x9B, 0x9C, 0x9D, 0x9E, 0x9F, 0xA0, 0xA1, 0xA2,
        ],
        // [section 3.15.2.1]
        Kind::Auth => &[0, 0x18, 0x19],
        _ => &[],
    };
    codes.contains(&code)
}
