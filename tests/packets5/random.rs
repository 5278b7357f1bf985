//! Thousands of packets from a seed: written by the other codec and read by us, written by us and read by it, and damaged
//! on the way.

use super::differences::{BOTH, Met, NEITHER, assert_agree};
use super::generated::{Random, from_broker, from_client};
use super::other::{self, meaning};
use super::packet::{Listed, Packet, decode};
use limpet::packet::Kind;
use limpet::packet::cursor::Reader;
use limpet::packet::v5::property::{self, Place};
use limpet::packet::v5::{publish, subscribe};

const PLACES: [Place; 10] = [
    Place::Connect,
    Place::Will,
    Place::Connack,
    Place::Publish,
    Place::Ack,
    Place::Subscribe,
    Place::Unsubscribe,
    Place::Leave,
    Place::Disconnect,
    Place::Auth,
];

#[test]
fn twenty_thousand_packets_of_another_broker_are_read() {
    let mut random = Random(0xB0_53);
    for round in 0..20_000 {
        let theirs = from_broker(&mut random);
        let bytes = theirs.encode().unwrap().as_ref().to_vec();
        let (ours, used) = decode(&bytes).unwrap_or_else(|_| panic!("round {round}: {theirs:?}")).expect("all there");
        assert_eq!((ours.sorted(), used), (meaning(&theirs), bytes.len()), "round {round}");
        let cut = random.below(bytes.len());
        assert_eq!(decode(&bytes[..cut]), Ok(None), "round {round}, {cut} bytes");
    }
}

#[test]
fn twenty_thousand_packets_of_ours_are_read_by_another_broker() {
    let mut random = Random(0xC1_1E47);
    for round in 0..20_000 {
        let wanted = from_client(&mut random);
        let packet = meaning(&wanted).shuffled(|limit| random.below(limit));
        let bytes = packet.bytes();
        let read = other::decode(&bytes).unwrap_or_else(|| panic!("round {round}: {packet:?}"));
        assert_eq!(read, wanted, "round {round}");
        assert_may_be_written(&packet, round);
    }
}

/// The client's own look at what it is asked to write finds nothing wrong with it.
fn assert_may_be_written(packet: &Packet, round: usize) {
    let lists = match packet {
        Packet::Connect(_, of_connect, of_will) => vec![(Place::Connect, of_connect), (Place::Will, of_will)],
        Packet::Publish(_, list) => vec![(Place::Publish, list)],
        Packet::Subscribe(_, _, _, list) => vec![(Place::Subscribe, list)],
        Packet::Unsubscribe(_, _, list) => vec![(Place::Unsubscribe, list)],
        Packet::Reason(Kind::Disconnect, _, list) => vec![(Place::Leave, list)],
        Packet::Reason(_, _, list) => vec![(Place::Auth, list)],
        Packet::Ack(_, _, _, list) => vec![(Place::Ack, list)],
        _ => vec![],
    };
    for (place, list) in lists {
        assert!(property::is_valid(&Listed(list), place), "round {round}: {packet:?}");
    }
}

#[test]
fn twenty_thousand_damaged_packets_are_read_as_another_codec_reads_them() {
    let mut random = Random(0xDA_3A6E);
    let mut met = Met::new();
    for round in 0..20_000 {
        let mut bytes = from_broker(&mut random).encode().unwrap().as_ref().to_vec();
        for _ in 0..1 + random.below(3) {
            let at = random.below(bytes.len().min(40));
            bytes[at] = random.below(256) as u8;
        }
        assert_agree(&bytes, &format!("round {round}"), &mut met);
    }
    assert!(met[BOTH] > 2000 && met[NEITHER] > 2000, "{met:#?}");
}

#[test]
fn noise_is_read_as_another_codec_reads_it_and_never_panics() {
    let mut random = Random(0x0153);
    let mut met = Met::new();
    for round in 0..200_000 {
        let mut bytes = random.bytes(40);
        let _ = publish::head(random.below(256) as u8, random.below(50), &bytes);
        let _ = publish::properties(&bytes);
        let _ = subscribe::filter(&bytes);
        let _ = property::read(&mut Reader::new(&bytes), PLACES[random.below(10)]);
        // Most of it would be refused for its first byte, or never be whole.
        if let [first, length, body @ ..] = &mut bytes[..] {
            *first = [0x20, 0x30, 0x32, 0x40, 0x50, 0x62, 0x70, 0x90, 0xB0, 0xE0, 0xF0][random.below(11)];
            *length = body.len() as u8;
        }
        assert_agree(&bytes, &format!("round {round}"), &mut met);
    }
    assert!(met[BOTH] > 500 && met[NEITHER] > 50_000, "{met:#?}");
}
