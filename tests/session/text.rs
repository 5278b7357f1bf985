//! Topics and filters as text: what is no text goes neither way, and what is stays as it is.

use super::bench::*;

/// A PUBLISH of QoS 0 to this topic. In MQTT 5 its last byte says that there are no properties.
fn published_to(topic: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0x30, topic.len() as u8 + 3, 0, topic.len() as u8];
    bytes.extend(topic);
    bytes.push(0);
    bytes
}

#[track_caller]
fn ended_by(topic: &[u8]) {
    let mut b = Bench::online();
    b.send_bytes(&published_to(topic));
    b.expect_offline(Error::Protocol, 0);
    assert_eq!(b.closes, 1);
    b.expect_quiet();
}

#[test]
fn a_topic_with_a_surrogate_ends_the_connection() {
    // [MQTT-1.5.3-1] [5: MQTT-1.5.4-1]
    ended_by(b"a\xed\xa0\x80");
}

#[test]
fn a_topic_that_ends_inside_a_character_ends_the_connection() {
    // [MQTT-1.5.3-1] [5: MQTT-1.5.4-1]
    ended_by(b"a\xe2\x82");
}

#[test]
fn a_topic_with_nul_ends_the_connection() {
    // [MQTT-1.5.3-2] [5: MQTT-1.5.4-2]
    ended_by(b"a\0b");
}

const MARKED: &str = "\u{feff}a\u{feff}";

#[test]
fn a_byte_order_mark_comes_through() {
    // [MQTT-1.5.3-3] [5: MQTT-1.5.4-3]
    let mut b = Bench::online();
    b.send(Packet::Publish(to(MARKED, 0, "x")));
    assert_eq!(b.next_message().topic, MARKED.as_bytes());
}

#[test]
fn a_byte_order_mark_goes_out() {
    // [MQTT-1.5.3-3] [5: MQTT-1.5.4-3]
    let mut b = Bench::online();
    b.publish_to(MARKED, 0, "x");
    b.expect(Packet::Publish(to(MARKED, 0, "x")));
    b.next_event();
    b.subscribe(MARKED, 1);
    b.expect_subscribe(1, MARKED, 1);
    b.session.unsubscribe(MARKED.as_bytes()).unwrap();
    b.run();
    b.expect_unsubscribe(2, MARKED);
}

#[test]
fn letters_are_neither_composed_nor_decomposed() {
    // [MQTT-4.7.3-4] is the broker's, and would be in vain if we did.
    let mut b = Bench::online();
    for topic in ["\u{e9}", "e\u{301}", "E"] {
        b.send(Packet::Publish(to(topic, 0, "x")));
        assert_eq!(b.next_message().topic, topic.as_bytes());
    }
}

#[track_caller]
fn no_filter(filter: &[u8]) {
    let mut b = Bench::online();
    assert_eq!(b.session.subscribe(filter, 1), Err(Error::Topic));
    assert_eq!(b.session.unsubscribe(filter), Err(Error::Topic));
    b.run();
    b.expect_quiet();
}

#[test]
fn a_filter_is_text() {
    // [MQTT-3.8.3-1] [MQTT-3.10.3-1]
    no_filter(b"a/\xff");
    no_filter(b"\xed\xa0\x80");
}

#[test]
fn a_filter_has_no_nul() {
    // [MQTT-4.7.3-2]
    no_filter(b"a\0b");
}

#[test]
fn a_filter_is_not_empty_and_not_too_long() {
    // [MQTT-4.7.3-1] [MQTT-4.7.3-3]
    no_filter(b"");
    no_filter(&[b'a'; 65_536]);
}

#[test]
fn wildcards_have_their_places() {
    // [MQTT-4.7.1-2] [MQTT-4.7.1-3] [5: MQTT-4.7.1-1] [5: MQTT-4.7.1-2]
    no_filter(b"a/#/b");
    no_filter(b"a#");
    no_filter(b"a+");
    no_filter(b"+a/b");
}
