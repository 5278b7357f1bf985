//! The packets of MQTT 3.1.1 against byte vectors in both directions, whole, cut and damaged.

use limpet::packet::publish::Publish;
use limpet::packet::subscribe::Request;
use limpet::packet::{Malformed, Packet, frame};
use packets::vectors::vectors;

mod packets {
    mod broken;
    mod kept;
    mod lengths;
    mod parts;
    mod random;
    mod text;
    mod topics;
    pub mod vectors;
}

fn encoded(packet: &Packet) -> Vec<u8> {
    let mut buf = vec![0; 4096];
    let len = packet.encode(&mut buf).expect("fits 4096 bytes");
    buf.truncate(len);
    buf
}

/// Whatever the bytes are, they are refused, or incomplete, or exactly what their meaning encodes to.
fn assert_never_misread(bytes: &[u8], case: &str) {
    let Ok(Some((packet, used))) = Packet::decode(bytes) else {
        return;
    };
    let again = encoded(&packet);
    let header = frame::frame(bytes).unwrap().unwrap();
    if header.head == frame::head_len(header.body) {
        assert_eq!(again, bytes[..used], "{case}: {packet:?}");
    } else {
        // A length with needless zeros, which 3.1.1 does not forbid, comes out without them.
        assert_eq!(again[frame::head_len(header.body)..], bytes[header.head..used], "{case}");
    }
}

#[test]
fn every_packet_is_written_as_the_standard_says() {
    for (section, packet, bytes) in vectors() {
        assert_eq!(encoded(&packet), bytes, "{section}");
    }
}

#[test]
fn every_packet_is_read_as_the_standard_says() {
    for (section, packet, bytes) in vectors() {
        let expected = Ok(Some((packet, bytes.len())));
        assert_eq!(Packet::decode(bytes), expected, "{section}");
        let followed = [bytes, b"\xC0\0\xFF"].concat();
        assert_eq!(Packet::decode(&followed), expected, "{section}, followed");
    }
}

#[test]
fn a_packet_cut_at_any_byte_waits_for_the_rest() {
    for (section, _, bytes) in vectors() {
        for cut in 0..bytes.len() {
            assert_eq!(Packet::decode(&bytes[..cut]), Ok(None), "{section}, {cut} bytes");
        }
    }
}

#[test]
fn a_packet_with_too_small_a_length_is_never_misread() {
    for (section, _, bytes) in vectors() {
        // Refused, or what it then is: a payload or a list of codes can end anywhere.
        for body in 0..bytes.len() - 2 {
            let mut short = bytes[..2 + body].to_vec();
            short[1] = body as u8;
            assert_ne!(Packet::decode(&short), Ok(None), "{section}, {body} bytes");
            assert_never_misread(&short, section);
        }
    }
}

#[test]
fn a_packet_with_any_bit_flipped_is_never_misread() {
    for (section, _, bytes) in vectors() {
        for bit in 0..bytes.len() * 8 {
            let mut flipped = bytes.to_vec();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert_never_misread(&flipped, &format!("{section}, bit {bit}"));
        }
    }
}

#[test]
fn a_packet_is_not_written_into_too_small_a_buffer() {
    for (section, packet, bytes) in vectors() {
        for room in 0..bytes.len() {
            assert_eq!(packet.encode(&mut vec![0; room]), None, "{section}, {room} bytes");
        }
    }
}

#[test]
fn the_filters_of_a_request_come_in_their_order() {
    let body = b"\x01\x02\0\x03a/b\x01\0\x01#\x02\0\x02+/\0";
    let request = Request::decode(body, true).unwrap();
    let filters: Vec<_> = request.filters.collect();
    assert_eq!(request.id, 0x0102);
    assert_eq!(filters, [(&b"a/b"[..], 1), (b"#", 2), (b"+/", 0)]);
    let body = b"\0\x07\0\x01a\0\x01b";
    let request = Request::decode(body, false).unwrap();
    let filters: Vec<_> = request.filters.collect();
    assert_eq!(request.id, 7);
    assert_eq!(filters, [(&b"a"[..], 0), (b"b", 0)]);
}

#[test]
fn two_packets_in_a_row_are_read_one_after_the_other() {
    let bytes = b"\x40\x02\0\x07\x30\x04\0\x01ax\xD0\0";
    let (first, used) = Packet::decode(bytes).unwrap().unwrap();
    assert_eq!((first, used), (Packet::Puback(7), 4));
    let (second, more) = Packet::decode(&bytes[used..]).unwrap().unwrap();
    assert!(matches!(second, Packet::Publish(Publish { payload: b"x", .. })));
    assert_eq!(Packet::decode(&bytes[used + more..]), Ok(Some((Packet::Pingresp, 2))));
    assert_eq!(Packet::decode(b"\xF0\0"), Err(Malformed));
}
