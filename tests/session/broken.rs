//! What MQTT forbids a broker to send: a clear reason, a reconnect, and no memory of the bytes. RX-8, RX-9, W19, W20

use super::bench::*;

/// After these bytes the connection is over, and the next one works.
#[track_caller]
fn broken_by(bytes: &[u8]) {
    let mut b = Bench::online();
    b.publish(1, "under way");
    b.packets.clear();
    b.send_bytes(bytes);
    b.expect_offline(Error::Protocol, 0);
    assert_eq!(b.closes, 1);
    b.expect_quiet();
    works_again(&mut b);
}

#[track_caller]
fn works_again(b: &mut Bench) {
    b.reconnect(false);
    b.packets.clear();
    b.send(message(1, 4, "in"));
    b.expect_message(1, "in");
    b.expect(Packet::Puback(4));
    b.publish(0, "out");
    b.expect(message(0, 0, "out"));
}

/// The same before CONNACK.
#[track_caller]
fn refused_by(bytes: &[u8]) {
    let mut b = Bench::new(settings());
    b.connect();
    b.expect_connect(true);
    b.send_bytes(bytes);
    b.expect_failed(Error::Protocol, 0);
    b.expect_quiet();
    works_again(&mut b);
}

#[test]
fn type_0() {
    broken_by(b"\0\0");
}

#[test]
fn type_15() {
    broken_by(b"\xf0\0");
}

#[test]
fn a_fifth_length_byte() {
    broken_by(b"\x30\xff\xff\xff\xff\x01");
}

#[test]
fn a_fourth_length_byte_that_announces_a_fifth_is_enough() {
    broken_by(b"\x30\xff\xff\xff\x80");
}

#[test]
fn connect() {
    broken_by(b"\x10\x0e\0\x04MQTT\x04\x02\0\x3c\0\x02me");
}

#[test]
fn subscribe() {
    broken_by(b"\x82\x06\0\x01\0\x01t\0");
}

#[test]
fn unsubscribe() {
    broken_by(b"\xa2\x05\0\x01\0\x01t");
}

#[test]
fn pingreq() {
    broken_by(b"\xc0\0");
}

#[test]
fn disconnect() {
    broken_by(b"\xe0\0");
}

#[test]
fn a_second_connack() {
    broken_by(b"\x20\x02\0\0");
}

#[test]
fn qos_3() {
    broken_by(b"\x36\x06\0\x01t\0\x01x");
}

#[test]
fn a_publish_with_id_0() {
    broken_by(b"\x32\x06\0\x01t\0\0x");
}

#[test]
fn a_publish_without_a_topic() {
    broken_by(b"\x30\x03\0\0x");
}

#[test]
fn a_publish_to_a_wildcard() {
    broken_by(b"\x30\x04\0\x02a#");
}

#[test]
fn a_publish_whose_topic_is_not_text() {
    broken_by(b"\x30\x04\0\x02\xc3\x28");
}

#[test]
fn a_topic_longer_than_its_packet() {
    broken_by(b"\x30\x04\0\x09ab");
}

#[test]
fn a_puback_of_three_bytes() {
    broken_by(b"\x40\x03\0\x01\0");
}

#[test]
fn a_puback_for_id_0() {
    broken_by(b"\x40\x02\0\0");
}

#[test]
fn a_puback_with_flags() {
    broken_by(b"\x41\x02\0\x01");
}

#[test]
fn a_pubrel_without_its_flag() {
    broken_by(b"\x60\x02\0\x01");
}

#[test]
fn a_suback_with_two_codes() {
    broken_by(b"\x90\x04\0\x01\0\0");
}

#[test]
fn a_suback_with_an_unknown_code() {
    broken_by(b"\x90\x03\0\x01\x03");
}

#[test]
fn a_suback_of_a_kilobyte() {
    broken_by(b"\x90\x80\x08");
}

#[test]
fn a_pingresp_with_a_body() {
    broken_by(b"\xd0\x01\0");
}

#[test]
fn a_publish_before_connack() {
    refused_by(b"\x30\x04\0\x01tx");
}

#[test]
fn a_puback_before_connack() {
    refused_by(b"\x40\x02\0\x01");
}

#[test]
fn a_pingresp_before_connack() {
    refused_by(b"\xd0\0");
}

#[test]
fn a_connack_with_a_reserved_code() {
    refused_by(b"\x20\x02\0\x06");
}

#[test]
fn a_refusing_connack_with_a_session() {
    refused_by(b"\x20\x02\x01\x05");
}

#[test]
fn a_connack_with_reserved_flags() {
    refused_by(b"\x20\x02\x02\0");
}

#[test]
fn a_connack_of_three_bytes() {
    refused_by(b"\x20\x03\0\0\0");
}

#[test]
fn http() {
    refused_by(b"HTTP/1.1 400 Bad Request\r\n\r\n");
}

#[test]
fn messages_before_the_broken_byte_are_handed_over() {
    let mut b = Bench::online();
    b.send_bytes(b"\x30\x04\0\x01ta\xf0\0\x30\x04\0\x01tb");
    b.expect_message(0, "a");
    b.expect_offline(Error::Protocol, 0);
    b.expect_quiet();
}
