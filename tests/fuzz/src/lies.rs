//! What a broker says that nobody asked for: messages, acknowledgements of anything, limits, goodbyes, and noise.

use crate::broker::Broker;
use crate::choice::Choice;
use crate::packets5::packet as five;
use limpet::packet::connect::Connack;
use limpet::packet::publish::Publish;
use limpet::packet::v5::property::Property;
use limpet::packet::{Kind, Packet};

/// Topics of messages for the client; the last does not fit into small buffers.
const TOPICS: [&[u8]; 4] = [b"t", b"a/b", b"$SYS/x", &[b'l'; 90]];

pub fn lie(broker: &Broker, choice: &mut Choice) -> Vec<u8> {
    match choice.below(12) {
        0..=4 if broker.is_v5 => message5(choice),
        0..=4 => message(broker, choice),
        5 => broker.says(Packet::Pubrel(id(choice))),
        6 => {
            let id = id(choice);
            let packet = match choice.below(5) {
                0 => Packet::Puback(id),
                1 => Packet::Pubrec(id),
                2 => Packet::Pubcomp(id),
                3 => Packet::Suback { id, codes: &[[0, 1, 2, 0x80][choice.below(4)]] },
                _ => Packet::Unsuback(id),
            };
            broker.says(packet)
        }
        7 if broker.is_v5 => connack5(choice),
        7 => {
            let code = choice.below(7) as u8;
            broker.says(Packet::Connack(Connack { session_present: code == 0 && choice.flag(), code }))
        }
        8 => broker.says(Packet::Pingresp),
        9 if broker.is_v5 => {
            let kind = choice.pick(&[Kind::Puback, Kind::Pubrec, Kind::Pubrel, Kind::Pubcomp]);
            let code = choice.pick(&[0, 0x10, 0x80, 0x87, 0x92, 0x97]);
            let text = Property::data(0x1F, b"because");
            bytes(five::Packet::Ack(kind, id(choice), code, if choice.flag() { vec![text] } else { vec![] }))
        }
        10 if broker.is_v5 => {
            let method = Property::data(0x15, b"m");
            match choice.below(4) {
                0 => bytes(five::Packet::Reason(Kind::Disconnect, choice.pick(&[0, 0x8B, 0x9C]), vec![])),
                1 => bytes(five::Packet::Reason(Kind::Auth, choice.pick(&[0, 0x18]), vec![method])),
                2 => bytes(five::Packet::Answer(Kind::Suback, id(choice), vec![choice.byte()], vec![])),
                _ => bytes(five::Packet::Answer(Kind::Unsuback, id(choice), vec![choice.byte()], vec![])),
            }
        }
        // A header alone, which makes all that follows a part of its packet.
        9 | 10 => vec![choice.pick(&[0x30, 0x32, 0x34, 0x90]), choice.byte(), choice.byte()],
        _ => choice.bytes(60).to_vec(),
    }
}

/// Near where the client's own begin, so that they meet.
fn id(choice: &mut Choice) -> u16 {
    if choice.rarely(8) { choice.two().max(1) } else { 1 + choice.below(40) as u16 }
}

fn message(broker: &Broker, choice: &mut Choice) -> Vec<u8> {
    let (qos, topic) = (choice.below(3) as u8, choice.pick(&TOPICS));
    let id = if qos > 0 { id(choice) } else { 0 };
    let payload = vec![b'p'; choice.pick(&[0, 1, 5, 40, 300, 1000])];
    let dup = qos > 0 && choice.flag();
    broker.says(Packet::Publish(Publish { dup, qos, retain: choice.flag(), topic, id, payload: &payload }))
}

fn message5(choice: &mut Choice) -> Vec<u8> {
    let qos = choice.below(3) as u8;
    let id = if qos > 0 { id(choice) } else { 0 };
    let payload = vec![b'p'; choice.pick(&[0, 1, 5, 40, 300, 1000])];
    let alias = choice.below(6) as u32;
    let topic = if alias > 0 && choice.flag() { &[] } else { choice.pick(&TOPICS) };
    let mut properties = vec![];
    if alias > 0 {
        properties.push(Property::number(0x23, alias));
    }
    if choice.flag() {
        properties.push(Property { id: 0x26, number: 0, data: b"name", value: b"value" });
    }
    let dup = qos > 0 && choice.flag();
    let publish = Publish { dup, qos, retain: choice.flag(), topic, id, payload: &payload };
    bytes(five::Packet::Publish(publish, properties))
}

/// Accepts or refuses, with limits.
fn connack5(choice: &mut Choice) -> Vec<u8> {
    let code = choice.pick(&[0, 0, 0, 0x80, 0x84, 0x89]);
    let mut properties = vec![];
    let limits: [(u8, &[u32]); 9] = [
        (0x21, &[1, 2, 20]),
        (0x27, &[1, 20, 60, 100_000]),
        (0x22, &[0, 1, 2, 65_535]),
        (0x24, &[0, 1]),
        (0x25, &[0, 1]),
        (0x28, &[0]),
        (0x29, &[0]),
        (0x2A, &[0]),
        (0x13, &[0, 1, 30]),
    ];
    for (id, values) in limits {
        if choice.rarely(3) {
            properties.push(Property::number(id, choice.pick(values)));
        }
    }
    bytes(five::Packet::Connack(code == 0 && choice.flag(), code, properties))
}

fn bytes(packet: five::Packet) -> Vec<u8> {
    let mut buf = vec![0; 2000];
    let len = packet.write(&mut buf).expect("it fits");
    buf.truncate(len);
    buf
}
