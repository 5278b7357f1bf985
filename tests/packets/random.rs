//! Thousands of packets from a seed: there and back, and damaged on the way.

use crate::{assert_never_misread, encoded};
use limpet::packet::connect::{Connack, Connect, Will};
use limpet::packet::publish::{self, Publish};
use limpet::packet::subscribe::Request;
use limpet::packet::{self, Packet, frame};

/// xorshift64, so that a seed is all one needs to see a failure again.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 33) as usize % limit
    }

    fn flag(&mut self) -> bool {
        self.below(2) == 1
    }

    fn id(&mut self) -> u16 {
        1 + self.below(65_535) as u16
    }

    fn bytes(&mut self, limit: usize) -> Vec<u8> {
        let len = self.below(limit);
        (0..len).map(|_| self.below(256) as u8).collect()
    }

    /// Text of `least` characters or more, from all lengths of UTF-8.
    fn text(&mut self, least: usize) -> Vec<u8> {
        let alphabet = ["a", "/", "$", "é", "\u{7FF}", "漢", "\u{FFFF}", "🦪", "\u{10FFFF}"];
        let len = least + self.below(30);
        (0..len).flat_map(|_| alphabet[self.below(9)].bytes()).collect()
    }

    fn filters(&mut self, with_qos: bool) -> Vec<u8> {
        let mut body = self.id().to_be_bytes().to_vec();
        for _ in 0..1 + self.below(4) {
            let mut filter = self.text(1);
            if self.flag() {
                filter.extend(b"/+/#");
            }
            body.extend((filter.len() as u16).to_be_bytes());
            body.extend(filter);
            if with_qos {
                body.push(self.below(3) as u8);
            }
        }
        body
    }
}

/// Hands a random packet, which borrows what it is made of, to `check`.
fn packet(random: &mut Random, check: impl FnOnce(Packet, &mut Random)) {
    let (id, qos) = (random.id(), random.below(3) as u8);
    let (text, topic, payload) = (random.text(0), random.text(1), random.bytes(300));
    let (user, secret) = (random.text(0), random.bytes(20));
    let with_qos = random.flag();
    let filters = random.filters(with_qos);
    let codes: Vec<u8> = (0..1 + random.below(9)).map(|_| [0, 1, 2, 0x80][random.below(4)]).collect();
    let packet = match random.below(14) {
        0 | 1 => {
            let will = Will { topic: &topic, payload: &payload, qos, retain: random.flag() };
            let username = random.flag().then_some(&user[..]);
            Packet::Connect(Connect {
                clean: text.is_empty() || random.flag(),
                keep_alive_s: random.below(65_536) as u16,
                client_id: &text,
                will: random.flag().then_some(will),
                username,
                password: username.and(random.flag().then_some(&secret[..])),
            })
        }
        2 => {
            let code = random.below(6) as u8;
            Packet::Connack(Connack { session_present: code == 0 && random.flag(), code })
        }
        3..=5 => Packet::Publish(Publish {
            dup: random.flag(),
            qos,
            retain: random.flag(),
            topic: &topic,
            id: if qos == 0 { 0 } else { id },
            payload: &payload,
        }),
        6 => Packet::Puback(id),
        7 => Packet::Pubrec(id),
        8 => Packet::Pubrel(id),
        9 => Packet::Pubcomp(id),
        10 | 11 => {
            let request = Request::decode(&filters, with_qos).unwrap();
            if with_qos { Packet::Subscribe(request) } else { Packet::Unsubscribe(request) }
        }
        12 => Packet::Suback { id, codes: &codes },
        _ => Packet::Unsuback(id),
    };
    check(packet, random);
}

#[test]
fn twenty_thousand_packets_come_back_as_they_went() {
    let mut random = Random(0x11_77E7);
    for round in 0..20_000 {
        packet(&mut random, |packet, random| {
            let bytes = encoded(&packet);
            let expected = Ok(Some((packet, bytes.len())));
            assert_eq!(Packet::decode(&bytes), expected, "round {round}");
            match packet {
                Packet::Connect(connect) => assert_eq!(connect.size(), bytes.len()),
                Packet::Publish(publish) => assert_eq!(publish.size(), bytes.len()),
                _ => {}
            }
            let cut = random.below(bytes.len());
            assert_eq!(Packet::decode(&bytes[..cut]), Ok(None), "round {round}");
        });
    }
}

#[test]
fn twenty_thousand_damaged_packets_are_never_misread() {
    let mut random = Random(0xDA_3A6E);
    for round in 0..20_000 {
        packet(&mut random, |packet, random| {
            let mut bytes = encoded(&packet);
            for _ in 0..1 + random.below(4) {
                let at = random.below(bytes.len());
                bytes[at] = random.below(256) as u8;
            }
            assert_never_misread(&bytes, &format!("round {round}"));
        });
    }
}

#[test]
fn noise_is_never_misread_and_never_panics() {
    let mut random = Random(0x0153);
    for round in 0..100_000 {
        let mut bytes = random.bytes(40);
        assert_never_misread(&bytes, &format!("round {round}"));
        let _ = publish::head(random.below(256) as u8, random.below(50), &bytes);
        let _ = publish::topic(&bytes);
        let _ = limpet::packet::subscribe::filter(&bytes);
        packet::set_id(&mut bytes, 1);
        packet::set_id(&mut bytes, 1);
    }
}

#[test]
fn the_head_of_a_message_agrees_with_the_whole_message() {
    let mut random = Random(0x4EAD);
    for round in 0..5_000 {
        packet(&mut random, |packet, _| {
            let Packet::Publish(whole) = packet else {
                return;
            };
            let bytes = encoded(&packet);
            let header = frame::frame(&bytes).unwrap().unwrap();
            let body = &bytes[header.head..];
            let head = publish::head(header.first, header.body, body);
            let head = head.unwrap().unwrap();
            assert_eq!(body[2..2 + head.topic_len], *whole.topic, "round {round}");
            assert_eq!(body[head.len..], *whole.payload, "round {round}");
            assert_eq!((head.id, head.qos), (whole.id, whole.qos));
            assert_eq!((head.dup, head.retain), (whole.dup, whole.retain));
        });
    }
}
