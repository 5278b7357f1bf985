//! Packets that lie encoded in an outbox and are amended there.

use limpet::packet::cursor::{Reader, Writer, set_u16};
use limpet::packet::publish::{self, Publish};
use limpet::packet::{self, Kind, Malformed, Packet, ack, connect::Connack, control, subscribe};

fn kept(payload: &[u8], qos: u8) -> Vec<u8> {
    let publish = Publish { dup: false, qos, retain: true, topic: b"a/b", id: 1, payload };
    let mut buf = vec![0; publish.size()];
    publish.encode(&mut buf).unwrap();
    buf
}

#[test]
fn a_kept_message_takes_another_id_and_nothing_else() {
    // One, two and three bytes of length, so that the id lies in three places.
    for payload in [0, 200, 20_000] {
        let payload = vec![0xEE; payload];
        let before = kept(&payload, 2);
        let mut packet = before.clone();
        packet::set_id(&mut packet, 0xABCD);
        let Ok(Some((Packet::Publish(read), _))) = Packet::decode(&packet) else {
            panic!("not a PUBLISH any more");
        };
        assert_eq!((read.id, read.qos, read.dup), (0xABCD, 2, false));
        assert_eq!((read.topic, read.payload), (&b"a/b"[..], &payload[..]));
        packet::set_id(&mut packet, 1);
        assert_eq!(packet, before);
    }
}

#[test]
fn a_kept_message_is_marked_as_sent_before_and_as_new() {
    let before = kept(b"x", 1);
    let mut packet = before.clone();
    publish::set_dup(&mut packet, true);
    assert_eq!(packet[0], before[0] | 0x08);
    assert_eq!(packet[1..], before[1..]);
    publish::set_dup(&mut packet, true);
    publish::set_dup(&mut packet, false);
    assert_eq!(packet, before);
    publish::set_dup(&mut [], true);
}

#[test]
fn a_kept_message_tells_its_topic_and_qos() {
    for payload in [0, 200, 20_000] {
        let packet = kept(&vec![0; payload], 1);
        assert_eq!(publish::topic(&packet), Some(&b"a/b"[..]));
        assert_eq!(publish::qos(packet[0]), 1);
    }
    assert_eq!(publish::topic(b""), None);
    assert_eq!(publish::topic(b"\x30\x09\0\x07short"), None);
    assert_eq!(publish::topic(b"\x30\xFF\xFF\xFF\xFF"), None);
}

#[test]
fn an_id_is_not_written_where_there_is_no_room_for_one() {
    let mut packet = *b"\x32\x05\0\x01a\x07";
    packet::set_id(&mut packet, 0x0909);
    assert_eq!(packet, *b"\x32\x05\0\x01a\x07");
    let mut bytes = [1, 2, 3];
    set_u16(&mut bytes, 2, 0x0909);
    set_u16(&mut bytes, 9, 0x0909);
    assert_eq!(bytes, [1, 2, 3]);
    set_u16(&mut bytes, 1, 0x0A0B);
    assert_eq!(bytes, [1, 0x0A, 0x0B]);
}

#[test]
fn a_kept_subscription_is_written_amended_and_read() {
    // 122 bytes of filter are the last with one byte of length in a SUBSCRIBE, 123 in an UNSUBSCRIBE.
    for len in [1, 121, 122, 123, 124, 5000] {
        let filter = vec![b'f'; len];
        let mut buf = vec![0; subscribe::size(len, true)];
        assert_eq!(subscribe::encode(&mut buf, &filter, Some(1), 5), Some(buf.len()));
        packet::set_id(&mut buf, 0x0607);
        subscribe::set_qos(&mut buf, 2);
        assert_eq!(subscribe::filter(&buf), Some(&filter[..]));
        let Ok(Some((Packet::Subscribe(mut request), used))) = Packet::decode(&buf) else {
            panic!("not a SUBSCRIBE: {len}");
        };
        assert_eq!((used, request.id), (buf.len(), 0x0607));
        assert_eq!(request.filters.next(), Some((&filter[..], 2)));
        assert_eq!(request.filters.next(), None);
    }
}

#[test]
fn a_kept_unsubscription_is_written_amended_and_read() {
    for len in [1, 122, 123, 124, 125, 5000] {
        let filter = vec![b'f'; len];
        let mut buf = vec![0; subscribe::size(len, false)];
        let written = subscribe::encode(&mut buf, &filter, None, 5);
        assert_eq!(written, Some(buf.len()));
        packet::set_id(&mut buf, 0x0607);
        assert_eq!(subscribe::filter(&buf), Some(&filter[..]));
        let Ok(Some((Packet::Unsubscribe(mut request), used))) = Packet::decode(&buf) else {
            panic!("not an UNSUBSCRIBE: {len}");
        };
        assert_eq!((used, request.id), (buf.len(), 0x0607));
        assert_eq!(request.filters.next(), Some((&filter[..], 0)));
        assert_eq!(request.filters.next(), None);
    }
}

#[test]
fn a_filter_is_not_found_in_half_a_packet() {
    assert_eq!(subscribe::filter(b""), None);
    assert_eq!(subscribe::filter(b"\x82\x06\0\x01\0\x03ab"), None);
    packet::set_id(&mut [0x82, 6], 1);
    subscribe::set_qos(&mut [], 1);
}

#[test]
fn the_small_packets_are_constants() {
    assert_eq!(ack::encode(Kind::Puback, 1), *b"\x40\x02\0\x01");
    assert_eq!(ack::encode(Kind::Pubrel, 0x1234), *b"\x62\x02\x12\x34");
    assert_eq!(ack::encode(Kind::Unsuback, 7), *b"\xB0\x02\0\x07");
    assert_eq!(ack::id(b"\x12\x34"), Ok(0x1234));
    assert_eq!(ack::id(b"\x12"), Err(Malformed));
    assert_eq!(ack::id(b"\x12\x34\x56"), Err(Malformed));
    assert_eq!(Connack::decode(b"\0"), Err(Malformed));
    assert_eq!(control::PINGREQ, *b"\xC0\0");
    assert_eq!(control::PINGRESP, *b"\xD0\0");
    assert_eq!(control::DISCONNECT, *b"\xE0\0");
}

#[test]
fn the_cursors_stop_at_the_end_and_not_before() {
    let mut reader = Reader::new(b"\x01\x02\x03\0\x02ab\0\x01\xFF");
    assert_eq!(reader.u8(), Ok(1));
    assert_eq!(reader.u16(), Ok(0x0203));
    assert_eq!(reader.string(), Ok(&b"ab"[..]));
    assert_eq!({ reader }.string(), Err(Malformed));
    assert_eq!(reader.take(4), Err(Malformed));
    assert_eq!(reader.rest(), b"\0\x01\xFF");
    assert_eq!(reader.binary(), Ok(&b"\xFF"[..]));
    assert!(reader.is_empty());
    assert_eq!(reader.u8(), Err(Malformed));
    assert_eq!(reader.u16(), Err(Malformed));
    assert_eq!(reader.take(0), Ok(&b""[..]));

    let mut buf = [0; 6];
    let mut w = Writer::new(&mut buf);
    assert_eq!(w.string(b"ab"), Some(()));
    assert_eq!(w.bytes(b"123"), None);
    assert_eq!(w.u16(0x0304), Some(()));
    assert_eq!(w.u8(5), None);
    assert_eq!(w.bytes(b""), Some(()));
    assert_eq!(w.len(), 6);
    assert_eq!(buf, *b"\0\x02ab\x03\x04");
}
