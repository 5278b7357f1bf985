//! No more is under way than the broker takes at once, and what is no message does not wait for that.

use super::limits::limited;
use super::*;

fn most(receive_max: u16) -> other::ConnackProperties {
    other::ConnackProperties { receive_max: Some(receive_max), ..Default::default() }
}

/// To the session that was there. What was said before is forgotten.
fn reconnected(b: &mut Bench, receive_max: u16) {
    b.cut();
    (b.packets, b.packets5) = Default::default();
    b.reconnect5(true, most(receive_max));
}

#[test]
fn no_more_are_under_way_than_the_broker_takes() {
    let mut b = limited(most(2));
    for qos in [1, 2, 1, 1] {
        b.publish(qos, "x");
    }
    b.publish(0, "y");
    assert_eq!(b.said_publish().qos_pid, QosPid::Level1(pid(1)));
    assert_eq!(b.said_publish().qos_pid, QosPid::Level2(pid(2)));
    b.nothing_said();
    // PUBREC alone makes no room.
    b.send(Packet::Pubrec(2));
    assert!(matches!(b.said5(), other::Packet::Pubrel(_)));
    b.nothing_said();
    b.send(Packet::Puback(1));
    assert_eq!(b.said_publish().qos_pid, QosPid::Level1(pid(3)));
    b.nothing_said();
    b.send(Packet::Pubcomp(2));
    assert_eq!(b.said_publish().qos_pid, QosPid::Level1(pid(4)));
    assert_eq!(b.said_publish().qos_pid, QosPid::Level0);
}

#[test]
fn a_message_cancelled_under_way_still_counts() {
    let mut b = limited(most(1));
    let first = b.publish(1, "a");
    b.publish(1, "b");
    b.said_publish();
    b.session.cancel(first).unwrap();
    b.run();
    b.nothing_said();
    b.send(Packet::Puback(1));
    assert_eq!(&b.said_publish().payload[..], b"b");
}

#[test]
fn the_next_connection_has_limits_of_its_own() {
    let mut b = online(stored(), options(), most(1));
    for payload in ["a", "b", "c"] {
        b.publish(1, payload);
    }
    b.said_publish();
    b.cut();
    b.reconnect5(true, most(2));
    let again = b.said_publish();
    assert!(again.dup && again.qos_pid == QosPid::Level1(pid(1)));
    assert_eq!(&b.said_publish().payload[..], b"b");
    b.nothing_said();
    b.cut();
    b.reconnect5(true, other::ConnackProperties::default());
    assert!(b.said_publish().dup && b.said_publish().dup);
    assert_eq!(&b.said_publish().payload[..], b"c");
}

/// What the last one left of its own does not count.
#[test]
fn the_next_connection_may_allow_less() {
    let mut b = online(stored(), options(), most(10));
    reconnected(&mut b, 1);
    for payload in ["a", "b"] {
        b.publish(1, payload);
    }
    assert_eq!(&b.said_publish().payload[..], b"a");
    b.nothing_said();
    b.send(Packet::Puback(1));
    assert_eq!(&b.said_publish().payload[..], b"b");
}

#[test]
fn a_release_takes_its_place() {
    let mut b = online(stored(), options(), most(10));
    let _ = ["a", "b"].map(|payload| b.publish(2, payload));
    b.send(Packet::Pubrec(2));
    reconnected(&mut b, 3);
    let _ = ["c", "d"].map(|payload| b.publish(1, payload));
    let said = [b.said5(), b.said5(), b.said5()].map(|packet| packet.get_type());
    assert_eq!(said, [other::PacketType::Publish, other::PacketType::Pubrel, other::PacketType::Publish]);
    b.nothing_said();
    b.send(Packet::Pubcomp(2));
    assert_eq!(&b.said_publish().payload[..], b"d");
}

/// Releases go out whatever the broker allows; then a message has its turn when as many have ended as were too many.
#[test]
fn releases_beyond_the_limit_are_waited_for() {
    let mut b = online(stored(), options(), most(10));
    for payload in ["a", "b", "c"] {
        b.publish(2, payload);
    }
    (1..=3).for_each(|id| b.send(Packet::Pubrec(id)));
    reconnected(&mut b, 1);
    assert_eq!([b.said5(), b.said5(), b.said5()].map(|packet| packet.get_type()), [other::PacketType::Pubrel; 3]);
    b.publish(1, "d");
    for id in 1..=3 {
        b.nothing_said();
        b.send(Packet::Pubcomp(id));
    }
    assert_eq!(&b.said_publish().payload[..], b"d");
}

/// The releases that are due count for nothing until they are sent: they may stand behind the message that would wait.
#[test]
fn releases_behind_a_message_that_is_sent_again_are_not_waited_for() {
    let mut b = online(stored(), options(), most(10));
    let tokens = ["a", "b", "c"].map(|payload| b.publish(2, payload));
    b.send(Packet::Pubrec(2));
    b.send(Packet::Pubrec(3));
    reconnected(&mut b, 1);
    assert!(b.said_publish().dup);
    assert_eq!([b.said5(), b.said5()].map(|packet| packet.get_type()), [other::PacketType::Pubrel; 2]);
    b.send(Packet::Pubrec(1));
    for (id, token) in (1..).zip(tokens) {
        b.send(Packet::Pubcomp(id));
        b.expect_event(done(token, Fate::Delivered, false));
    }
}

#[test]
fn with_a_limit_of_one_nothing_is_lost_over_outages() {
    let mut b = online(stored(), options(), most(1));
    let tokens: Vec<_> = (0..6).map(|i| b.publish(1 + i % 2, "x")).collect();
    let mut ended = vec![];
    for round in 0..200 {
        let mut connack = None;
        while let Some(bytes) = b.packets5.pop_front() {
            b.packets.pop_front();
            match other::Packet::decode(&bytes).unwrap().unwrap() {
                other::Packet::Connect(_) => connack = Some(round > 0),
                other::Packet::Publish(p) => match p.qos_pid {
                    QosPid::Level1(pid) => b.send(Packet::Puback(pid.value())),
                    QosPid::Level2(pid) => b.send(Packet::Pubrec(pid.value())),
                    QosPid::Level0 => {}
                },
                other::Packet::Pubrel(p) => b.send(Packet::Pubcomp(p.pid.value())),
                _ => {}
            }
            if round % 3 == 1 {
                b.peer_closed = true;
                b.run();
                break;
            }
        }
        if connack.is_some() {
            let mut packet = other::Connack::new(true, other::ConnectReasonCode::Success);
            packet.properties = most(1);
            b.hear5(other::Packet::Connack(packet));
        }
        ended.extend(b.events.drain(..).filter_map(|(_, event)| match event {
            Event::Done { token, fate: Fate::Delivered, .. } => Some(token),
            _ => None,
        }));
        b.advance(500);
    }
    ended.sort();
    assert_eq!(ended, tokens);
}

/// [MQTT-3.3.4-8] [MQTT-4.9.0-3]
#[test]
fn requests_do_not_wait_for_the_brokers_room() {
    let mut b = limited(most(1));
    b.publish(1, "a");
    b.publish(1, "b");
    b.said_publish();
    b.subscribe("t", 0);
    assert!(matches!(b.said5(), other::Packet::Subscribe(_)));
    b.session.unsubscribe(b"u").unwrap();
    b.run();
    assert!(matches!(b.said5(), other::Packet::Unsubscribe(_)));
    b.nothing_said();
}

/// [MQTT-3.3.4-8] [MQTT-4.9.0-3]
#[test]
fn releases_do_not_wait_for_the_brokers_room() {
    let mut b = online(stored(), options(), most(10));
    _ = ["a", "b", "c"].map(|payload| b.publish(2, payload));
    b.send(Packet::Pubrec(3));
    reconnected(&mut b, 1);
    assert!(b.said_publish().dup);
    assert!(matches!(b.said5(), other::Packet::Pubrel(_)));
    b.nothing_said();
}

/// What waited is gone with its connection, and so must be the waiting.
#[test]
fn the_want_of_room_ends_with_its_connection() {
    let mut b = limited(most(1));
    let tokens = ["a", "b"].map(|payload| b.publish(1, payload));
    for token in tokens {
        b.session.cancel(token).unwrap();
    }
    b.run();
    b.cut_quietly();
    (b.packets, b.packets5) = Default::default();
    b.reconnect5(false, most(1));
    b.publish(0, "c");
    assert_eq!(&b.said_publish().payload[..], b"c");
}

/// What waited was given up, and nothing is left that could be waited for.
#[test]
fn what_was_given_up_waits_for_no_room() {
    let mut b = limited(most(1));
    let first = b.publish(1, "a");
    let second = b.publish(1, "b");
    b.said_publish();
    b.session.cancel(second).unwrap();
    b.session.cancel(first).unwrap();
    b.publish(0, "c");
    b.send(Packet::Puback(1));
    assert_eq!(&b.said_publish().payload[..], b"c");
}

#[test]
fn qos_0_goes_on_when_what_waited_before_it_is_given_up() {
    let mut b = limited(most(1));
    b.publish(1, "a");
    let second = b.publish(1, "b");
    b.said_publish();
    b.publish(0, "c");
    b.nothing_said();
    b.session.cancel(second).unwrap();
    b.run();
    assert_eq!(&b.said_publish().payload[..], b"c");
}
