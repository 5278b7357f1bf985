//! DISCONNECT, in both directions.

use super::*;

#[test]
fn a_plain_goodbye_is_as_short_as_in_3_1_1() {
    let mut b = plain();
    b.disconnect(Leave::Keep);
    assert_eq!(b.packets5.front().unwrap(), &[0xE0, 0]);
}

#[test]
fn a_reason_and_properties_go_along() {
    let mut b = plain();
    let list = [Property::number(property::SESSION_EXPIRY, 60), text(property::REASON_STRING, "battery")];
    b.session.disconnect_with(Leave::Keep, 0x04, &List(&list), b.now).unwrap();
    b.run();
    let other::Packet::Disconnect(disconnect) = b.said5() else { panic!("no DISCONNECT") };
    assert_eq!(disconnect.reason_code, other::DisconnectReasonCode::DisconnectWithWillMessage);
    assert_eq!(disconnect.properties.session_expiry_interval, Some(60));
    assert_eq!(disconnect.properties.reason_string.as_deref(), Some("battery"));
    b.nothing_said();
    b.advance(100);
    b.expect_offline(Error::Left, 0);
}

#[test]
fn the_reason_waits_until_the_outbox_is_drained_also_over_an_outage() {
    let mut b = online(stored(), options(), other::ConnackProperties::default());
    b.publish(1, "x");
    b.session.disconnect_with(Leave::Drain(60_000), 0x04, &List(&[]), b.now).unwrap();
    b.run();
    b.said_publish();
    b.nothing_said();
    b.cut();
    b.reconnect5(true, other::ConnackProperties::default());
    b.said_publish();
    b.send(Packet::Puback(1));
    let other::Packet::Disconnect(disconnect) = b.said5() else { panic!("no DISCONNECT") };
    assert_eq!(disconnect.reason_code, other::DisconnectReasonCode::DisconnectWithWillMessage);
}

#[test]
fn what_was_to_be_said_is_forgotten_by_the_next_connect() {
    let mut b = Bench::five(settings(), options(), 100);
    b.connect();
    b.session.disconnect_with(Leave::Keep, 0x04, &List(&[]), b.now).unwrap();
    b.run();
    b.packets5.clear();
    b.packets.clear();
    b.connect();
    b.accept5(false, other::ConnackProperties::default());
    b.disconnect(Leave::Keep);
    assert_eq!(b.packets5.front().unwrap(), &[0xE0, 0]);
}

#[test]
fn what_leaving_cannot_say_is_refused() {
    let mut b = plain();
    let list = [Property::number(property::MESSAGE_EXPIRY, 60)];
    assert_eq!(b.session.disconnect_with(Leave::Keep, 0, &List(&list), 0), Err(Error::Property));
    let mut without_memory = Bench::five(settings(), options(), 0);
    let refused = without_memory.session.disconnect_with(Leave::Keep, 4, &List(&[]), 0);
    assert_eq!(refused, Err(Error::TooLarge));
    assert!(b.session.is_connected());
}

#[test]
fn the_broker_says_why_it_leaves() {
    let mut b = plain();
    let mut disconnect = other::Disconnect::new(other::DisconnectReasonCode::SessionTakenOver);
    disconnect.properties.reason_string = Some("elsewhere".into());
    b.hear5(other::Packet::Disconnect(disconnect));
    let retry_ms = b.deadline();
    let (reason, properties) = b.reason_of(Event::Offline { error: Error::Dismissed, detail: 0x8E, retry_ms });
    assert_eq!((reason, &properties[..]), (0x8E, &b"\x1f\0\x09elsewhere"[..]));
}

#[test]
fn the_next_loss_does_not_repeat_the_brokers_words() {
    let mut b = plain();
    let mut disconnect = other::Disconnect::new(other::DisconnectReasonCode::ServerBusy);
    disconnect.properties.reason_string = Some("busy".into());
    b.hear5(other::Packet::Disconnect(disconnect));
    b.events.clear();
    b.reconnect5(false, other::ConnackProperties::default());
    b.peer_closed = true;
    b.run();
    let retry_ms = b.deadline();
    let told = b.reason_of(Event::Offline { error: Error::PeerClosed, detail: 0, retry_ms });
    assert_eq!(told, (0, vec![]));
}

/// [MQTT-3.14.4-1]
#[test]
fn a_reason_comes_behind_the_acknowledgements_that_wait() {
    let mut b = plain();
    b.room = 1;
    b.send(message(1, 5, "x"));
    b.send(message(1, 6, "y"));
    b.session.disconnect_with(Leave::Keep, 0x04, &List(&[]), b.now).unwrap();
    b.unblock();
    b.expect(Packet::Puback(5));
    b.expect(Packet::Puback(6));
    b.expect(Packet::Disconnect);
    assert!(b.packets.is_empty(), "nothing comes after it");
}

/// [MQTT-3.14.2-1] Of those only a broker may say, too: 0x8E is "session taken over".
#[test]
fn a_reason_that_no_client_may_give_is_refused() {
    let mut b = plain();
    for code in [0x01, 0x05, 0x7F, 0x84, 0x8E, 0xFF] {
        let refused = b.session.disconnect_with(Leave::Keep, code, &List(&[]), b.now);
        assert_eq!(refused, Err(Error::Argument), "{code:x}");
    }
    assert!(b.session.is_connected());
}

/// [MQTT-3.2.2-15] [MQTT-3.14.2-3] [MQTT-3.14.2-4]
#[test]
fn a_reason_is_left_out_if_the_broker_does_not_take_so_much() {
    let small = other::ConnackProperties { max_packet_size: Some(20), ..Default::default() };
    for id in [property::REASON_STRING, property::USER_PROPERTY] {
        let mut b = online(settings(), options(), small.clone());
        let why = [text(id, "the battery is nearly empty")];
        let refused = b.session.disconnect_with(Leave::Keep, 0x04, &List(&why), b.now);
        b.run();
        // Refused at the call, or said without the words.
        assert!(refused.is_err() || b.packets5.iter().all(|packet| packet.len() <= 20), "{:x?}", b.packets5);
    }
}
