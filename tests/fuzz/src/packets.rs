//! Packets put together from choices, written and read again: of 3.1.1 by our own codec, of MQTT 5 also by another one.

use crate::choice::Choice;
use crate::packets5::other::{self, meaning};
use crate::packets5::packet::{self as five, Listed, Properties};
use limpet::packet::connect::{Connack, Connect, Will};
use limpet::packet::publish::Publish;
use limpet::packet::subscribe::Request;
use limpet::packet::v5::property::{self, Place, Property};
use limpet::packet::v5::subscribe::Options;
use limpet::packet::{Kind, Packet, text, topic};

pub fn round(bytes: &[u8]) {
    let mut choice = Choice::new(bytes);
    if choice.flag() { of_5(choice) } else { of_3(choice) }
}

/// Text of any bytes; what is no text becomes some.
fn string(choice: &mut Choice) -> Vec<u8> {
    let bytes = choice.bytes(40);
    if text::is_utf8(bytes) { bytes.to_vec() } else { bytes.iter().map(|byte| b'a' + byte % 26).collect() }
}

fn name(choice: &mut Choice) -> Vec<u8> {
    let name = string(choice);
    if topic::is_name(&name) { name } else { b"t".to_vec() }
}

fn filter(choice: &mut Choice) -> Vec<u8> {
    let filter = string(choice);
    if topic::is_filter(&filter) && !topic::is_shared(&filter) { filter } else { b"f/+/#".to_vec() }
}

fn id(choice: &mut Choice) -> u16 {
    choice.two().max(1)
}

/// Any payload, and sometimes one whose length takes one more byte in the fixed header.
fn payload(choice: &mut Choice) -> Vec<u8> {
    let mut payload = choice.bytes(200).to_vec();
    payload.resize(payload.len() + choice.pick(&[0, 0, 0, 100, 120, 16_300, 70_000]), b'x');
    payload
}

fn publish<'a>(choice: &mut Choice, topic: &'a [u8], payload: &'a [u8]) -> Publish<'a> {
    let qos = choice.below(3) as u8;
    let dup = qos > 0 && choice.flag();
    Publish { dup, qos, retain: choice.flag(), topic, id: if qos > 0 { id(choice) } else { 0 }, payload }
}

/// What a CONNECT is made of.
struct Parts {
    client_id: Vec<u8>,
    topic: Vec<u8>,
    payload: Vec<u8>,
    username: Vec<u8>,
    password: Vec<u8>,
}

impl Parts {
    fn new(c: &mut Choice) -> Parts {
        let (client_id, topic, payload) = (string(c), name(c), c.bytes(100).to_vec());
        Parts { client_id, topic, payload, username: string(c), password: c.bytes(30).to_vec() }
    }

    fn connect(&self, choice: &mut Choice, is_v5: bool) -> Connect<'_> {
        let (qos, retain) = (choice.below(3) as u8, choice.flag());
        let username = choice.flag().then_some(&self.username[..]);
        let may_have_password = is_v5 || username.is_some();
        Connect {
            clean: choice.flag() || self.client_id.is_empty(),
            keep_alive_s: choice.two(),
            client_id: &self.client_id,
            will: choice.flag().then_some(Will { topic: &self.topic, payload: &self.payload, qos, retain }),
            username,
            password: (may_have_password && choice.flag()).then_some(&self.password[..]),
        }
    }
}

fn of_3(mut c: Choice) {
    let (parts, topic, payload) = (Parts::new(&mut c), name(&mut c), payload(&mut c));
    let codes: Vec<u8> = (0..1 + c.below(9)).map(|_| c.pick(&[0, 1, 2, 0x80])).collect();
    let with_qos = c.flag();
    let requests = requests(&mut c, with_qos);
    let packet = match c.below(10) {
        0 => Packet::Connect(parts.connect(&mut c, false)),
        1 => {
            let code = c.below(6) as u8;
            Packet::Connack(Connack { session_present: code == 0 && c.flag(), code })
        }
        2 => Packet::Publish(publish(&mut c, &topic, &payload)),
        3 => Packet::Puback(id(&mut c)),
        4 => Packet::Pubrec(id(&mut c)),
        5 => Packet::Pubrel(id(&mut c)),
        6 => Packet::Pubcomp(id(&mut c)),
        7 => Packet::Suback { id: id(&mut c), codes: &codes },
        8 => Packet::Unsuback(id(&mut c)),
        _ => match Request::decode(&requests, with_qos) {
            Ok(request) if with_qos => Packet::Subscribe(request),
            Ok(request) => Packet::Unsubscribe(request),
            Err(_) => panic!("good requests are refused: {requests:02X?}"),
        },
    };
    let mut buf = vec![0; 80_000];
    let len = packet.encode(&mut buf).expect("it fits");
    assert_eq!(Packet::decode(&buf[..len]), Ok(Some((packet, len))));
    // What follows does not matter.
    assert_eq!(Packet::decode(&buf), Ok(Some((packet, len))));
    assert_eq!(Packet::decode(&buf[..c.two() as usize % len]), Ok(None), "{packet:?}");
    match packet {
        Packet::Connect(connect) => assert_eq!(connect.size(), len),
        Packet::Publish(publish) => assert_eq!(publish.size(), len),
        _ => {}
    }
}

/// The body of a SUBSCRIBE or an UNSUBSCRIBE.
fn requests(choice: &mut Choice, with_qos: bool) -> Vec<u8> {
    let mut body = id(choice).to_be_bytes().to_vec();
    for _ in 0..1 + choice.below(3) {
        let filter = filter(choice);
        body.extend((filter.len() as u16).to_be_bytes());
        body.extend(filter);
        if with_qos {
            body.push(choice.below(3) as u8);
        }
    }
    body
}

/// Values of properties, which borrow from here.
struct Values {
    texts: Vec<Vec<u8>>,
    topic: Vec<u8>,
    binary: Vec<u8>,
}

impl Values {
    fn new(choice: &mut Choice) -> Values {
        let texts = (0..3).map(|_| string(choice)).collect();
        Values { texts, topic: name(choice), binary: choice.bytes(60).to_vec() }
    }

    /// Those of some random identifiers that may stand in this place.
    fn list(&self, choice: &mut Choice, place: Place) -> Properties<'_> {
        let mut list: Properties = vec![];
        for _ in 0..choice.below(12) {
            let id = choice.below(0x2B) as u8;
            let text = &self.texts[choice.below(3)];
            let number = choice.pick(&[0, 1, 127, 128, 16_383, 16_384, 65_535, 2_097_152, 268_435_455, u32::MAX]);
            let property = match id {
                0x26 => Property { id, number: 0, data: text, value: &self.texts[choice.below(3)] },
                0x08 => Property::data(id, &self.topic),
                0x09 | 0x16 => Property::data(id, &self.binary),
                0x03 | 0x12 | 0x15 | 0x1A | 0x1C | 0x1F => Property::data(id, text),
                // That the payload is a text, nobody has looked.
                0x01 => Property::number(id, 0),
                _ => Property::number(id, number),
            };
            list.push(property);
            // A method must stand beside its data, wherever.
            let is_half = property.id == 0x16 && !list.iter().any(|one| one.id == 0x15);
            if is_half {
                list.push(Property::data(0x15, text));
            }
            if !property::is_valid(&Listed(&list), place) {
                list.truncate(list.len() - 1 - usize::from(is_half));
            }
        }
        if place == Place::Auth && list.iter().all(|one| one.id != 0x15) {
            list.push(Property::data(0x15, &self.texts[0]));
        }
        list
    }
}

/// Codes that all of the acknowledgements have, and those that only some do.
const CODES: [u8; 3] = [0, 0x10, 0x97];

fn of_5(mut c: Choice) {
    let (parts, topic, payload, filter) = (Parts::new(&mut c), name(&mut c), payload(&mut c), filter(&mut c));
    let values = Values::new(&mut c);
    let packet = match c.below(9) {
        0 => {
            let (of_connect, of_will) = (values.list(&mut c, Place::Connect), values.list(&mut c, Place::Will));
            let connect = parts.connect(&mut c, true);
            let of_will = if connect.will.is_some() { of_will } else { vec![] };
            five::Packet::Connect(connect, of_connect, of_will)
        }
        1 => {
            let code = c.pick(&[0, 0x80, 0x88, 0x9F]);
            five::Packet::Connack(code == 0 && c.flag(), code, values.list(&mut c, Place::Connack))
        }
        2 => five::Packet::Publish(publish(&mut c, &topic, &payload), values.list(&mut c, Place::Publish)),
        3 => {
            let kind = c.pick(&[Kind::Puback, Kind::Pubrec, Kind::Pubrel, Kind::Pubcomp]);
            let code = if matches!(kind, Kind::Puback | Kind::Pubrec) { c.pick(&CODES) } else { c.pick(&[0, 0x92]) };
            five::Packet::Ack(kind, id(&mut c), code, values.list(&mut c, Place::Ack))
        }
        4 => {
            let options = Options {
                qos: c.below(3) as u8,
                no_local: c.flag(),
                retain_as_published: c.flag(),
                retain_handling: c.below(3) as u8,
            };
            five::Packet::Subscribe(id(&mut c), &filter, options, values.list(&mut c, Place::Subscribe))
        }
        5 => five::Packet::Unsubscribe(id(&mut c), &filter, values.list(&mut c, Place::Unsubscribe)),
        6 => {
            let kind = c.pick(&[Kind::Suback, Kind::Unsuback]);
            let code = c.pick(&[0, 0x80, 0x87]);
            five::Packet::Answer(kind, id(&mut c), vec![code], values.list(&mut c, Place::Ack))
        }
        7 => five::Packet::Reason(Kind::Disconnect, c.pick(&[0, 0x81, 0x98]), values.list(&mut c, Place::Disconnect)),
        // Only a client begins another authentication.
        _ => five::Packet::Reason(Kind::Auth, c.pick(&[0, 0x18]), values.list(&mut c, Place::Auth)),
    };
    let bytes = packet.bytes();
    let theirs = other::decode(&bytes).unwrap_or_else(|| panic!("only we read {packet:?}: {bytes:02X?}"));
    assert_eq!(meaning(&theirs), packet.clone().sorted());
    let is_from_client =
        matches!(packet, five::Packet::Connect(..) | five::Packet::Subscribe(..) | five::Packet::Unsubscribe(..));
    if !is_from_client {
        assert_eq!(five::decode(&bytes), Ok(Some((packet.clone(), bytes.len()))));
        assert_eq!(five::decode(&bytes[..c.two() as usize % bytes.len()]), Ok(None), "{packet:?}");
    }
}
