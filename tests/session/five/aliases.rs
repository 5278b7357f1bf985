//! Topics that are sent once.

use super::*;

fn both_ways(most: u16) -> Bench {
    let chosen = Options { aliases_in: 2, aliases_out: 2, alias_len: 12, ..options() };
    let connack = other::ConnackProperties { topic_alias_max: Some(most), ..Default::default() };
    online(settings(), chosen, connack)
}

/// Topic and alias as they were sent.
fn sent(b: &mut Bench) -> (String, Option<u16>, Vec<u8>) {
    let publish = b.said_publish();
    (publish.topic_name.to_string(), publish.properties.topic_alias, publish.payload.to_vec())
}

fn of(topic: &str, alias: u16, payload: &str) -> (String, Option<u16>, Vec<u8>) {
    (topic.to_string(), Some(alias).filter(|alias| *alias > 0), payload.into())
}

#[test]
fn a_topic_is_sent_once_and_then_its_alias() {
    let mut b = both_ways(10);
    for (qos, payload) in [(0, "a"), (1, "b"), (2, "c")] {
        b.publish_to("barn/door", qos, payload);
    }
    assert_eq!(sent(&mut b), of("barn/door", 1, "a"));
    assert_eq!(sent(&mut b), of("", 1, "b"));
    let last = b.said_publish();
    assert_eq!((last.topic_name.is_empty(), last.qos_pid), (true, QosPid::Level2(pid(2))));
}

#[test]
fn aliases_are_taken_in_turn() {
    let mut b = both_ways(10);
    for topic in ["one", "two", "one", "three", "one", "two"] {
        b.publish_to(topic, 0, "x");
    }
    let all: Vec<_> = (0..6).map(|_| sent(&mut b)).collect();
    let expected = [
        of("one", 1, "x"),
        of("two", 2, "x"),
        of("", 1, "x"),
        of("three", 1, "x"),
        of("one", 2, "x"),
        of("two", 1, "x"),
    ];
    assert_eq!(all, expected);
}

#[test]
fn no_more_are_used_than_the_broker_allows() {
    let mut b = both_ways(1);
    for topic in ["one", "two", "two"] {
        b.publish_to(topic, 0, "x");
    }
    assert_eq!([sent(&mut b), sent(&mut b), sent(&mut b)], [of("one", 1, "x"), of("two", 1, "x"), of("", 1, "x")]);
    let mut none = both_ways(0);
    none.publish_to("one", 0, "x");
    assert_eq!(sent(&mut none), of("one", 0, "x"));
}

#[test]
fn a_topic_that_is_too_long_for_an_alias_goes_as_it_is() {
    let mut b = both_ways(10);
    b.publish_to("much/too/long/for/it", 0, "x");
    assert_eq!(sent(&mut b), of("much/too/long/for/it", 0, "x"));
}

#[test]
fn properties_stay_beside_the_alias() {
    let mut b = both_ways(10);
    for _ in 0..2 {
        b.publish5(&to("one", 1, "x"), &[text(property::CONTENT_TYPE, "json")]).unwrap();
    }
    b.said_publish();
    let second = b.said_publish();
    assert_eq!((second.topic_name.is_empty(), second.properties.content_type.as_deref()), (true, Some("json")));
}

/// Its map is gone, and with it what the aliases meant.
#[test]
fn after_an_outage_topics_are_sent_again() {
    let chosen = Options { aliases_out: 2, alias_len: 12, ..options() };
    let connack = || other::ConnackProperties { topic_alias_max: Some(5), ..Default::default() };
    let mut b = online(stored(), chosen, connack());
    b.publish_to("one", 1, "a");
    b.publish_to("one", 1, "b");
    assert_eq!([sent(&mut b), sent(&mut b)], [of("one", 1, "a"), of("", 1, "b")]);
    b.cut();
    b.reconnect5(true, connack());
    assert_eq!([sent(&mut b), sent(&mut b)], [of("one", 1, "a"), of("", 1, "b")]);
}

#[test]
fn a_cut_after_any_byte_loses_nothing() {
    for cut in 1..60 {
        let chosen = Options { aliases_out: 1, alias_len: 12, ..options() };
        let connack = || other::ConnackProperties { topic_alias_max: Some(5), ..Default::default() };
        let mut b = online(stored(), chosen, connack());
        b.room = cut;
        let tokens: Vec<_> = ["a", "bb", "ccc"].map(|payload| b.publish_to("one", 1, payload)).into();
        b.room = usize::MAX;
        b.peer_closed = true;
        b.run();
        b.events.clear();
        (b.packets, b.packets5) = Default::default();
        b.reconnect5(true, connack());
        let payloads: Vec<_> = (0..3).map(|_| sent(&mut b)).collect();
        assert_eq!(payloads, [of("one", 1, "a"), of("", 1, "bb"), of("", 1, "ccc")], "{cut}");
        for id in 1..=3 {
            b.send(Packet::Puback(id));
        }
        for token in tokens {
            b.expect_event(done(token, Fate::Delivered, false));
        }
    }
}

/// DISCONNECT must not come between the head and the rest.
#[test]
fn leaving_in_the_middle_of_a_head_finishes_the_packet() {
    for written in 1..30 {
        let mut b = both_ways(10);
        b.room = written;
        b.publish_to("barn/door", 0, "payload");
        b.session.disconnect(Leave::Keep, b.now).unwrap();
        b.room = usize::MAX;
        b.run();
        if b.packets5.len() == 2 {
            assert_eq!(sent(&mut b), of("barn/door", 1, "payload"));
        }
        assert!(matches!(b.said5(), other::Packet::Disconnect(_)), "{written}");
    }
}

fn inbound(topic: &str, alias: u16, qos: u8, payload: &str) -> other::Packet {
    let qos_pid = if qos == 0 { QosPid::Level0 } else { QosPid::Level1(pid(7)) };
    let mut publish =
        other::Publish::new(qos_pid, TopicName::try_from(topic).unwrap(), payload.as_bytes().to_vec().into());
    publish.properties.topic_alias = Some(alias);
    other::Packet::Publish(publish)
}

#[test]
fn the_brokers_aliases_become_topics() {
    let mut b = both_ways(0);
    b.hear5(inbound("door", 2, 0, "open"));
    b.hear5(inbound("lamp", 1, 0, "on"));
    b.hear5(inbound("", 2, 1, "shut"));
    b.hear5(inbound("roof", 2, 0, "wet"));
    b.hear5(inbound("", 2, 0, "dry"));
    let got: Vec<_> = b.messages.drain(..).map(|got| (got.topic, got.payload)).collect();
    let expected = [("door", "open"), ("lamp", "on"), ("door", "shut"), ("roof", "wet"), ("roof", "dry")];
    assert_eq!(got, expected.map(|(topic, payload)| (topic.into(), payload.into())));
}

#[test]
fn an_alias_that_was_never_set_or_is_too_high_ends_the_connection() {
    for packet in [inbound("", 1, 0, "x"), inbound("t", 3, 0, "x"), inbound("", 3, 0, "x")] {
        let mut b = both_ways(0);
        b.hear5(packet);
        b.expect_offline(Error::Protocol, 0);
    }
}

#[test]
fn an_alias_is_forgotten_with_its_connection() {
    let mut b = both_ways(0);
    b.hear5(inbound("door", 1, 0, "open"));
    b.cut();
    b.reconnect5(false, other::ConnackProperties::default());
    b.hear5(inbound("", 1, 0, "x"));
    b.expect_offline(Error::Protocol, 0);
}

#[test]
fn a_message_whose_topic_was_too_long_to_keep_is_dropped_and_reported() {
    let mut b = both_ways(0);
    b.hear5(inbound("much/too/long/for/it", 1, 0, "x"));
    assert_eq!(b.next_message().topic, b"much/too/long/for/it");
    b.hear5(inbound("", 1, 1, "yz"));
    b.expect_event(Event::Oversize { topic_len: 0, total: 2 });
    assert!(matches!(b.said5(), other::Packet::Puback(_)), "it is acknowledged");
}

#[test]
fn a_message_in_parts_has_its_topic_and_its_properties_in_each() {
    let mut b = both_ways(0);
    b.hear5(inbound("door", 1, 0, "open"));
    b.messages.clear();
    let mut publish = other::Publish::new(QosPid::Level0, TopicName::try_from("").unwrap(), vec![b'x'; 600].into());
    publish.properties.topic_alias = Some(1);
    publish.properties.content_type = Some("bin".into());
    b.hear5(other::Packet::Publish(publish));
    let parts: Vec<_> = b.messages.drain(..).collect();
    assert!(parts.len() > 2);
    let sum: usize = parts.iter().map(|part| part.payload.len()).sum();
    assert_eq!(sum, 600);
    for part in parts {
        assert_eq!((&part.topic[..], part.total), (&b"door"[..], 600));
        assert!(part.properties.windows(3).any(|bytes| bytes == b"bin"), "{:?}", part.properties);
    }
}

#[test]
fn memory_that_is_too_small_is_refused() {
    let chosen = Options { aliases_in: 2, aliases_out: 1, alias_len: 10, ..options() };
    let needed = V5::memory(&chosen).unwrap();
    assert_eq!(needed, 3 * 12 + 26);
    let mut memory = vec![0; needed];
    assert!(V5::new(chosen, &mut memory[1..]).is_err());
}
