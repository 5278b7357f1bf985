//! PUBLISH as it arrives, byte by byte, before it is whole.

use limpet::packet::Malformed;
use limpet::packet::publish::{Head, head, topic_len};

#[test]
fn the_head_is_known_when_its_last_byte_is_there() {
    let body = b"\0\x03a/b\x12\x34payload";
    let expected = Head { dup: true, qos: 1, retain: true, topic_len: 3, id: 0x1234, len: 7 };
    for arrived in 0..7 {
        let known = head(0x3B, body.len(), &body[..arrived]);
        assert_eq!(known, Ok(None), "{arrived} bytes");
    }
    for arrived in 7..=body.len() {
        let known = head(0x3B, body.len(), &body[..arrived]);
        assert_eq!(known, Ok(Some(expected)), "{arrived} bytes");
    }
}

#[test]
fn the_head_of_qos_0_ends_with_the_topic() {
    let expected = Head { dup: false, qos: 0, retain: false, topic_len: 1, id: 0, len: 3 };
    assert_eq!(head(0x30, 3, b"\0\x01a"), Ok(Some(expected)));
    assert_eq!(head(0x30, 200, b"\0\x01a\0\0"), Ok(Some(expected)));
    assert_eq!(head(0x30, 200, b"\0\x01"), Ok(None));
}

#[test]
fn bytes_of_the_next_packet_are_not_taken_for_the_head() {
    // The topic fills the body; what follows would do as its id, or as more of it.
    assert_eq!(head(0x32, 5, b"\0\x03abc\0\x01"), Err(Malformed));
    assert_eq!(head(0x30, 5, b"\0\x04abcd"), Err(Malformed));
    assert_eq!(head(0x30, 1, b"\0\x01a"), Err(Malformed));
}

#[test]
fn a_topic_longer_than_the_body_is_refused_at_its_length() {
    assert_eq!(head(0x30, 10, b"\0\x08"), Ok(None));
    assert_eq!(head(0x30, 10, b"\0\x09"), Err(Malformed));
    assert_eq!(head(0x32, 10, b"\0\x06"), Ok(None));
    assert_eq!(head(0x32, 10, b"\0\x07"), Err(Malformed));
    assert_eq!(head(0x34, 10, b"\xFF\xFF"), Err(Malformed));
}

#[test]
fn a_bad_topic_is_refused_before_the_id_has_come() {
    assert_eq!(head(0x32, 10, b"\0\x02a#"), Err(Malformed));
    assert_eq!(head(0x32, 10, b"\0\x02\xC3\x28"), Err(Malformed));
    assert_eq!(head(0x32, 10, b"\0\0"), Err(Malformed));
    assert_eq!(head(0x32, 10, b"\0\x02ab\0"), Ok(None));
    assert_eq!(head(0x32, 10, b"\0\x02ab\0\0"), Err(Malformed));
}

#[test]
fn the_length_of_the_topic_is_its_first_two_bytes() {
    assert_eq!(topic_len(b""), None);
    assert_eq!(topic_len(b"\x01"), None);
    assert_eq!(topic_len(b"\x01\x02"), Some(258));
    assert_eq!(topic_len(b"\xFF\xFF\xFF"), Some(65_535));
}
