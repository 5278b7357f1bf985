//! Lengths around the borders of the length field. SUB-8, W23, PUB-14

use super::bench::*;

fn bench() -> Bench {
    let mut b = Bench::sized(settings(), 256, 4, 70_000);
    b.go_online(false);
    b
}

#[track_caller]
fn subscribes(len: usize, header: &[u8]) {
    let mut b = bench();
    let filter = "f".repeat(len);
    b.subscribe(&filter, 1);
    let (_, packet) = b.packets[0].clone();
    assert_eq!(&packet[..header.len()], header);
    assert_eq!(packet.len(), len + 4 + header.len());
    b.expect_subscribe(1, &filter, 1);
    b.send(Packet::Suback { id: 1, codes: &[1] });
    b.next_event();
    b.expect_quiet();
}

#[test]
fn a_filter_of_121_bytes() {
    subscribes(121, b"\x82\x7e\0");
}

#[test]
fn a_filter_of_122_bytes() {
    subscribes(122, b"\x82\x7f\0");
}

#[test]
fn a_filter_of_123_bytes() {
    subscribes(123, b"\x82\x80\x01\0");
}

#[test]
fn a_filter_of_124_bytes() {
    subscribes(124, b"\x82\x81\x01\0");
}

#[test]
fn a_filter_of_16_378_bytes() {
    subscribes(16_378, b"\x82\xff\x7f\0");
}

#[test]
fn a_filter_of_16_379_bytes() {
    subscribes(16_379, b"\x82\x80\x80\x01\0");
}

#[test]
fn a_filter_of_16_380_bytes() {
    subscribes(16_380, b"\x82\x81\x80\x01\0");
}

#[test]
fn a_filter_of_16_381_bytes() {
    subscribes(16_381, b"\x82\x82\x80\x01\0");
}

#[test]
fn a_filter_of_65_535_bytes() {
    subscribes(65_535, b"\x82\x84\x80\x04\0");
}

#[track_caller]
fn publishes_and_receives(len: usize) {
    let mut b = Bench::sized(settings(), len + 16, 4, len + 16);
    b.go_online(false);
    let payload = "p".repeat(len);
    let token = b.publish(1, &payload);
    b.expect(message(1, 1, &payload));
    b.send(Packet::Puback(1));
    b.expect_event(delivered(token));
    b.send(message(2, 1, &payload));
    b.expect_message(2, &payload);
    b.expect(Packet::Pubrec(1));
}

#[test]
fn a_payload_just_under_the_second_length_byte() {
    publishes_and_receives(122);
}

#[test]
fn a_payload_just_over_the_second_length_byte() {
    publishes_and_receives(123);
}

#[test]
fn a_payload_just_under_the_third_length_byte() {
    publishes_and_receives(16_378);
}

#[test]
fn a_payload_just_over_the_third_length_byte() {
    publishes_and_receives(16_379);
}

#[test]
fn a_payload_longer_than_one_offer() {
    publishes_and_receives(60_000);
}

#[test]
fn a_payload_of_two_megabytes_and_more() {
    // PUB-14: the seed ends at 2,097,151 bytes.
    let payload = "p".repeat(2_097_152);
    let mut b = Bench::sized(settings(), 64, 4, payload.len() + 16);
    b.go_online(false);
    let token = b.publish(1, &payload);
    let (_, packet) = b.next_packet();
    assert_eq!(packet[..10], *b"\x32\x85\x80\x80\x01\0\x01t\0\x01");
    assert_eq!(packet.len(), 10 + payload.len());
    b.send(Packet::Puback(1));
    b.expect_event(delivered(token));
}
