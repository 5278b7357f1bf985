//! Remaining lengths at their borders. [section 2.2.3]

use limpet::packet::Malformed;
use limpet::packet::connect::Connect;
use limpet::packet::cursor::Writer;
use limpet::packet::frame::{BODY_MAX, Frame, frame, head_len, start};
use limpet::packet::publish::Publish;
use limpet::packet::{Packet, subscribe};

/// A length and its bytes; the borders are the standard's table 2.4.
const LENGTHS: &[(usize, &[u8])] = &[
    (3, b"\x03"),
    (121, b"\x79"),
    (122, b"\x7A"),
    (123, b"\x7B"),
    (124, b"\x7C"),
    (127, b"\x7F"),
    (128, b"\x80\x01"),
    (321, b"\xC1\x02"),
    (16_378, b"\xFA\x7F"),
    (16_379, b"\xFB\x7F"),
    (16_380, b"\xFC\x7F"),
    (16_381, b"\xFD\x7F"),
    (16_382, b"\xFE\x7F"),
    (16_383, b"\xFF\x7F"),
    (16_384, b"\x80\x80\x01"),
    (2_097_151, b"\xFF\xFF\x7F"),
    (2_097_152, b"\x80\x80\x80\x01"),
    (268_435_455, b"\xFF\xFF\xFF\x7F"),
];

#[test]
fn a_length_is_written_and_read_at_every_border() {
    for &(body, length) in LENGTHS {
        let mut buf = [0; 5];
        let mut w = Writer::new(&mut buf);
        start(&mut w, 0x30, body).unwrap();
        let head = w.len();
        assert_eq!(buf[1..head], *length, "{body}");
        assert_eq!(head, head_len(body), "{body}");
        let first = 0x30;
        let whole = Frame { first, head, body };
        assert_eq!(frame(&buf[..head]), Ok(Some(whole)), "{body}");
        assert_eq!(whole.total(), head + body);
        assert_eq!(whole.kind(), 3);
        for cut in 0..head {
            assert_eq!(frame(&buf[..cut]), Ok(None), "{body}, {cut} bytes");
            assert_eq!(start(&mut Writer::new(&mut buf[..cut]), 0x30, body), None);
        }
    }
}

#[test]
fn the_empty_body_and_the_body_of_one_byte_have_one_length_byte() {
    assert_eq!((head_len(0), head_len(1)), (2, 2));
    let (first, head, body) = (0xD0, 2, 0);
    assert_eq!(frame(b"\xD0\0"), Ok(Some(Frame { first, head, body })));
    let mut buf = [0; 2];
    start(&mut Writer::new(&mut buf), 0x30, 1).unwrap();
    assert_eq!(buf, *b"\x30\x01");
    // [MQTT-4.7.3-1] Written so, but nothing of this length exists.
    assert_eq!(frame(&buf), Err(Malformed));
}

#[test]
fn a_length_above_the_largest_is_not_written() {
    let mut buf = [0; 8];
    assert_eq!(start(&mut Writer::new(&mut buf), 0x30, BODY_MAX + 1), None);
    assert_eq!(start(&mut Writer::new(&mut buf), 0x30, usize::MAX), None);
}

#[test]
fn a_length_with_needless_zeros_is_understood() {
    let (first, head) = (0xD0, 5);
    let body = 0;
    let expected = Frame { first, head, body };
    assert_eq!(frame(b"\xD0\x80\x80\x80\0"), Ok(Some(expected)));
}

#[test]
fn a_message_is_as_long_as_its_size_says_at_every_border() {
    for &(body, _) in LENGTHS.iter().filter(|(body, _)| *body <= 2_097_152) {
        let payload = vec![0xA5; body - 3];
        let publish = Publish { dup: false, qos: 0, retain: false, topic: b"t", id: 0, payload: &payload };
        let size = publish.size();
        assert_eq!(size, head_len(body) + body);
        let mut buf = vec![0; size];
        assert_eq!(publish.encode(&mut buf[..size - 1]), None, "{body}");
        assert_eq!(publish.encode(&mut buf), Some(size), "{body}");
        let expected = Ok(Some((Packet::Publish(publish), size)));
        assert_eq!(Packet::decode(&buf), expected, "{body}");
        assert_eq!(Packet::decode(&buf[..size - 1]), Ok(None), "{body}");
    }
}

#[test]
fn a_string_of_65535_bytes_fits_and_one_more_does_not() {
    let text = vec![b'x'; 65_536];
    let mut buf = vec![0; 70_000];
    let mut connect =
        Connect { clean: true, keep_alive_s: 0, client_id: &text[1..], will: None, username: None, password: None };
    assert_eq!(connect.encode(&mut buf), Some(connect.size()));
    assert_eq!(connect.size(), 4 + 10 + 2 + 65_535);
    connect.client_id = &text;
    assert_eq!(connect.encode(&mut buf), None);

    let len = subscribe::encode(&mut buf, &text[1..], Some(1), 1);
    assert_eq!(len, Some(subscribe::size(65_535, true)));
    assert_eq!(subscribe::encode(&mut buf, &text, Some(1), 1), None);
}
