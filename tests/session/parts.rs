//! Messages that do not fit the receive buffer: in parts, or dropped when the topic leaves no room. RX-10, W18

use super::bench::*;

/// Online with a receive buffer of so many bytes.
fn bench(rx: usize) -> Bench {
    let mut b = Bench::sized(settings(), rx, 4, 256);
    b.go_online(false);
    b
}

/// All parts of the one message that came: each follows the one before, all say the same of the whole.
#[track_caller]
fn joined(b: &mut Bench) -> (Vec<u8>, usize) {
    let mut payload = vec![];
    let parts = b.messages.len();
    for got in b.messages.drain(..) {
        assert_eq!((&got.topic[..], got.offset as usize), (&b"t"[..], payload.len()));
        payload.extend(got.payload);
        assert!(payload.len() <= got.total as usize);
    }
    (payload, parts)
}

#[test]
fn a_message_that_just_fits_is_whole() {
    let mut b = bench(32);
    b.send(message(1, 5, &"x".repeat(25)));
    assert_eq!(joined(&mut b), (vec![b'x'; 25], 1));
    b.expect(Packet::Puback(5));
}

#[test]
fn a_message_one_byte_too_long_comes_in_parts() {
    let mut b = bench(32);
    b.send(message(1, 5, &"x".repeat(26)));
    assert_eq!(joined(&mut b), (vec![b'x'; 26], 2));
    b.expect(Packet::Puback(5));
    b.expect_quiet();
}

#[test]
fn only_the_last_part_is_acknowledged() {
    let mut b = bench(32);
    let long = "0123456789".repeat(7);
    b.arrives(b"\x34\x4b\0\x01t\0\x05");
    b.arrives(long.as_bytes());
    let mut offsets = vec![];
    while let Some(Event::Message(m)) = b.run_to_event() {
        offsets.push((m.offset, m.payload.len, m.total));
        assert!(b.packets.is_empty(), "acknowledged before the last part was taken");
    }
    assert_eq!(offsets, [(0, 25, 70), (25, 25, 70), (50, 20, 70)]);
    b.expect(Packet::Pubrec(5));
    b.send(again(message(2, 5, &long)));
    b.expect(Packet::Pubrec(5));
    assert!(b.messages.is_empty(), "a duplicate in parts");
    assert_eq!(b.session.stats().messages_in, 1);
}

#[test]
fn a_message_in_parts_may_come_byte_by_byte() {
    let mut b = bench(32);
    b.chunk = 1;
    let long = "0123456789".repeat(20);
    b.send(message(0, 0, &long));
    let (payload, parts) = joined(&mut b);
    assert_eq!(payload, long.as_bytes());
    assert!(parts <= 10, "{parts}");
    b.send(message(0, 0, "next"));
    b.expect_message(0, "next");
}

#[test]
fn a_message_behind_others_comes_in_full_parts() {
    let mut b = bench(32);
    let mut bytes = b"\x30\x05\0\x01tab\x30\x2b\0\x01t".to_vec();
    bytes.extend([b'x'; 40]);
    bytes.extend(b"\x30\x05\0\x01tcd");
    b.send_bytes(&bytes);
    b.expect_message(0, "ab");
    let last = b.messages.pop_back().unwrap();
    assert_eq!(last.payload, b"cd");
    assert_eq!(joined(&mut b), (vec![b'x'; 40], 2));
}

#[test]
fn after_an_outage_a_message_starts_again_at_0() {
    let mut b = Bench::sized(stored(), 32, 4, 256);
    b.go_online(false);
    let long = "x".repeat(60);
    b.send_bytes(b"\x34\x41\0\x01t\0\x05xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");
    assert_eq!(b.messages.len(), 1);
    b.messages.clear();
    b.cut();
    b.reconnect(true);
    b.send(again(message(2, 5, &long)));
    assert_eq!(joined(&mut b), (long.into_bytes(), 3));
    b.expect(Packet::Pubrec(5));
}

#[test]
fn a_megabyte_needs_no_more_memory() {
    let mut b = bench(64);
    let mut bytes = b"\x32\x85\x80\x40\0\x01t\0\x01".to_vec();
    bytes.resize(9 + (1 << 20), b'm');
    bytes.extend(b"\xd0\0");
    b.send_bytes(&bytes);
    let (payload, _) = joined(&mut b);
    assert_eq!(payload.len(), 1 << 20);
    b.expect(Packet::Puback(1));
    b.expect_quiet();
}

fn long_topic(qos: u8, topic_len: usize, payload_len: usize) -> Vec<u8> {
    let topic = vec![b'n'; topic_len];
    let payload = vec![b'x'; payload_len];
    let packet = Publish { dup: false, qos, retain: false, topic: &topic, id: 5, payload: &payload };
    let mut bytes = vec![0; packet.size()];
    packet.encode(&mut bytes).unwrap();
    bytes
}

#[track_caller]
fn oversize(b: &mut Bench, qos: u8, topic_len: usize, payload_len: usize) {
    b.send_bytes(&long_topic(qos, topic_len, payload_len));
    b.expect_event(Event::Oversize { topic_len: topic_len as u32, total: payload_len as u32 });
    match qos {
        0 => {}
        1 => _ = b.expect(Packet::Puback(5)),
        _ => _ = b.expect(Packet::Pubrec(5)),
    }
    b.expect_quiet();
    b.send(message(0, 0, "next"));
    b.expect_message(0, "next");
}

#[test]
fn a_topic_that_leaves_no_room_is_acknowledged_and_reported() {
    let mut b = bench(32);
    oversize(&mut b, 1, 26, 1);
    oversize(&mut b, 1, 27, 9);
    oversize(&mut b, 1, 28, 9);
    oversize(&mut b, 1, 29, 100);
    oversize(&mut b, 1, 5000, 5000);
    oversize(&mut b, 1, 5000, 0);
    assert_eq!(b.session.stats().oversize, 6);
    assert_eq!(b.session.stats().messages_in, 6);
}

#[test]
fn a_topic_that_leaves_no_room_at_qos_0_is_reported() {
    let mut b = bench(32);
    oversize(&mut b, 0, 28, 1);
    oversize(&mut b, 0, 5000, 5000);
}

#[test]
fn a_topic_that_leaves_no_room_at_qos_2_is_received_and_released() {
    let mut b = bench(32);
    oversize(&mut b, 2, 26, 1);
    b.send(Packet::Pubrel(5));
    b.expect(Packet::Pubcomp(5));
    oversize(&mut b, 2, 300, 1);
    b.send(Packet::Pubrel(5));
    b.expect(Packet::Pubcomp(5));
}

#[test]
fn an_oversize_message_may_come_byte_by_byte() {
    let mut b = bench(32);
    b.chunk = 1;
    oversize(&mut b, 0, 300, 10);
    oversize(&mut b, 1, 300, 10);
    oversize(&mut b, 2, 300, 10);
    oversize(&mut b, 1, 300, 0);
}

#[test]
fn a_topic_that_fills_the_buffer_without_a_payload_is_whole() {
    let mut b = bench(32);
    b.send_bytes(&long_topic(1, 26, 0));
    let got = b.next_message();
    assert_eq!((got.topic.len(), got.payload.len(), got.total), (26, 0, 0));
    b.expect(Packet::Puback(5));
}
