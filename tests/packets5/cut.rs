//! Packets that are not all there, and packets with a bit or a length that is not theirs.

use super::differences::{BOTH, Met, NEITHER, TOO_LITTLE, TOO_MUCH, assert_agree};
use super::packet::{Packet, decode};
use super::vectors::received;
use super::{broken, faults, places};
use limpet::packet::Malformed;
use limpet::packet::v5::frame::frame;
use limpet::packet::v5::publish::{self, HeadWith};

/// The vectors, and every packet with every property.
fn each(mut check: impl FnMut(&str, &[u8])) {
    for (section, _, bytes) in received() {
        check(section, bytes);
    }
    places::each(|case, _, _, bytes| {
        if decode(bytes).is_ok() {
            check(case, bytes);
        }
    });
}

#[test]
fn a_packet_cut_at_any_byte_waits_for_the_rest() {
    each(|case, bytes| {
        for cut in 0..bytes.len() {
            assert_eq!(decode(&bytes[..cut]), Ok(None), "{case}, {cut} bytes");
        }
    });
}

#[test]
fn the_head_of_a_message_is_known_when_its_last_byte_is_there() {
    let mut heads = 0;
    each(|case, bytes| {
        let Ok(Some((Packet::Publish(message, _), _))) = decode(bytes) else { return };
        let header = frame(bytes).unwrap().unwrap();
        let body = &bytes[header.head..];
        let whole = publish::head(header.first, header.body, body).unwrap().expect(case);
        assert_eq!(whole.head.len + message.payload.len(), body.len(), "{case}");
        let followed = [body, &bytes[..1]].concat();
        for arrived in 0..followed.len() {
            let known = (arrived >= whole.head.len).then_some(whole);
            let head = publish::head(header.first, header.body, &followed[..arrived]);
            assert_eq!(head, Ok(known), "{case}, {arrived} bytes");
        }
        heads += 1;
    });
    assert!(heads > 10, "{heads} messages");
}

#[test]
fn a_head_that_can_never_be_is_refused_before_the_body_is_whole() {
    let head = |first, body, bytes| publish::head(first, body, bytes);
    // The topic leaves no room for what follows it.
    assert_eq!(head(0x30, 10, b"\0\x07"), Ok(None));
    assert_eq!(head(0x30, 10, b"\0\x08"), Err(Malformed));
    assert_eq!(head(0x32, 10, b"\0\x05"), Ok(None));
    assert_eq!(head(0x32, 10, b"\0\x06"), Err(Malformed));
    // So do the properties.
    assert_eq!(head(0x30, 10, b"\0\x01a\x06"), Ok(None));
    assert_eq!(head(0x30, 10, b"\0\x01a\x07"), Err(Malformed));
    assert_eq!(head(0x30, 1000, b"\0\x01a\xE3\x07"), Ok(None));
    assert_eq!(head(0x30, 1000, b"\0\x01a\xE4\x07"), Err(Malformed));
    // A length of properties that never ends, and one that has come in part.
    assert_eq!(head(0x30, 1000, b"\0\x01a\x80\x80\x80"), Ok(None));
    assert_eq!(head(0x30, 1000, b"\0\x01a\x80\x80\x80\x80"), Err(Malformed));
    // Nor does it when all is here.
    assert_eq!(head(0x30, 5, b"\0\x01a\x80"), Ok(None));
    assert_eq!(head(0x30, 4, b"\0\x01a\x80"), Err(Malformed));
    assert_eq!(head(0x30, 4, b"\0\x01a\x80\x01"), Err(Malformed));
    // A bad topic, a bad id.
    assert_eq!(head(0x32, 100, b"\0\x02a#"), Err(Malformed));
    assert_eq!(head(0x32, 100, b"\0\x02ab\0"), Ok(None));
    assert_eq!(head(0x32, 100, b"\0\x02ab\0\0"), Err(Malformed));
    // Bytes of the next packet are not taken for the head.
    assert_eq!(head(0x30, 4, b"\0\x01a\0\x30"), head(0x30, 4, b"\0\x01a\0"));
    assert_eq!(head(0x30, 5, b"\0\x01a\x02\x01\x01"), Err(Malformed));
    let known = head(0x30, 4, b"\0\x01a\0").unwrap().unwrap();
    assert!(matches!(known, HeadWith { properties: b"", alias: 0, .. }));
}

/// Each with its length made smaller, which leaves it whole.
fn shortened(mut check: impl FnMut(&str, &[u8])) {
    each(|case, bytes| {
        for body in 0..bytes.len() - 2 {
            let mut short = bytes[..2 + body].to_vec();
            short[1] = body as u8;
            check(&format!("{case}, {body} bytes"), &short);
        }
    });
}

/// Each with each of its bits flipped.
fn flipped(mut check: impl FnMut(&str, &[u8])) {
    each(|case, bytes| {
        for bit in 0..bytes.len() * 8 {
            let mut flipped = bytes.to_vec();
            flipped[bit / 8] ^= 1 << (bit % 8);
            check(&format!("{case}, bit {bit}"), &flipped);
        }
    });
}

/// Each with each of its bytes replaced by those at the borders.
fn replaced(mut check: impl FnMut(&str, &[u8])) {
    each(|case, bytes| {
        for at in 0..bytes.len() {
            for value in [0, 1, 2, 0x7F, 0x80, 0xFF] {
                let mut replaced = bytes.to_vec();
                replaced[at] = value;
                check(&format!("{case}, {value:02X} at {at}"), &replaced);
            }
        }
    });
}

#[test]
fn a_packet_with_too_small_a_length_is_never_waited_for() {
    shortened(|case, bytes| assert_ne!(decode(bytes), Ok(None), "{case}"));
}

#[test]
fn a_packet_that_is_damaged_is_read_as_another_codec_reads_it_but_for_what_has_a_name() {
    let mut met = Met::new();
    let mut check = |case: &str, bytes: &[u8]| assert_agree(bytes, case, &mut met);
    shortened(&mut check);
    flipped(&mut check);
    replaced(&mut check);
    broken::each(&mut check);
    faults::each(&mut check);
    assert!(met[BOTH] > 4000 && met[NEITHER] > 7000, "{met:#?}");
    for name in TOO_MUCH.iter().chain(&TOO_LITTLE) {
        assert!(met.contains_key(name), "nobody differs by this: {name}");
    }
}
