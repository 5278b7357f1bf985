//! Subscriptions with options and identifiers.

use super::*;

const ID_7: [Property; 1] = [Property::number(property::SUBSCRIPTION_ID, 7)];

fn serving(qos: u8) -> Serving {
    Serving { qos, no_local: true, retain_as_published: true, retain_handling: 2 }
}

#[track_caller]
fn subscribed(b: &mut Bench) -> other::Subscribe {
    match b.said5() {
        other::Packet::Subscribe(subscribe) => subscribe,
        packet => panic!("no SUBSCRIBE: {packet:?}"),
    }
}

#[test]
fn options_and_identifier_go_out_and_are_renewed() {
    let mut b = plain();
    b.session.subscribe_with(b"t", serving(1), &ID_7).unwrap();
    b.run();
    let first = subscribed(&mut b);
    assert_eq!(first.topics[0].1.to_u8(), 0x2D);
    assert_eq!(first.properties.subscription_id.map(|id| id.value()), Some(7));
    b.cut();
    b.reconnect5(false, other::ConnackProperties::default());
    let renewed = subscribed(&mut b);
    assert_eq!((&renewed.topics, &renewed.properties), (&first.topics, &first.properties));
}

#[test]
fn the_same_filter_again_is_one_subscription() {
    let mut b = plain();
    b.subscribe("t", 0);
    b.session.subscribe_with(b"t", serving(1), &ID_7).unwrap();
    b.session.subscribe_with(b"t", serving(2), &ID_7).unwrap();
    b.cut_quietly();
    (b.packets, b.packets5) = Default::default();
    b.reconnect5(false, other::ConnackProperties::default());
    let renewed = subscribed(&mut b);
    assert_eq!(renewed.topics[0].1.max_qos as u8, 2);
    b.nothing_said();
}

#[test]
fn identifiers_come_with_messages() {
    let mut b = plain();
    let topic = TopicName::try_from("t").unwrap();
    let mut publish = other::Publish::new(QosPid::Level0, topic, b"x".to_vec().into());
    publish.properties.subscription_id = Some(7u32.try_into().unwrap());
    b.hear5(other::Packet::Publish(publish));
    assert_eq!(b.next_message().properties, [0x0B, 7]);
}

#[test]
fn several_identifiers_may_come_with_one_message() {
    let mut b = plain();
    b.hear(b"\x30\x09\0\x01t\x04\x0b\x07\x0b\x08x");
    let ids: Vec<_> = property::Properties::new(&b.next_message().properties).map(|p| p.number).collect();
    assert_eq!(ids, [7, 8]);
}

#[test]
fn a_refusal_has_its_reason_and_the_filter_is_forgotten() {
    let mut b = plain();
    let token = b.subscribe("t", 1);
    let mut suback = other::Suback::new(pid(1), vec![other::SubscribeReasonCode::NotAuthorized]);
    suback.properties.reason_string = Some("no".into());
    b.hear5(other::Packet::Suback(suback));
    let (reason, properties) = b.reason_of(Event::Subscribed { token, granted: 0x87 });
    assert_eq!((reason, &properties[..]), (0x87, &b"\x1f\0\x02no"[..]));
    b.cut();
    b.packets5.clear();
    b.reconnect5(false, other::ConnackProperties::default());
    b.nothing_said();
}

/// [MQTT-3.9.3-2]
#[test]
fn a_suback_that_neither_grants_nor_refuses_is_malformed() {
    let mut b = plain();
    b.subscribe("t", 1);
    b.hear(b"\x90\x04\0\x01\0\x55");
    b.expect_offline(Error::Protocol, 0);
}

#[test]
fn an_unsuback_has_its_reason() {
    let mut b = plain();
    let token = b.session.unsubscribe(b"t").unwrap();
    b.run();
    let codes = vec![other::UnsubscribeReasonCode::NoSubscriptionExisted];
    b.hear5(other::Packet::Unsuback(other::Unsuback::new(pid(1), codes)));
    assert_eq!(b.reason_of(Event::Unsubscribed { token }).0, 0x11);
}

fn without(change: impl Fn(&mut other::ConnackProperties)) -> other::ConnackProperties {
    let mut properties = other::ConnackProperties::default();
    change(&mut properties);
    properties
}

#[test]
fn what_the_broker_does_not_have_is_refused_at_the_call() {
    let mut b = online(settings(), options(), without(|p| p.wildcard_subscription_available = Some(false)));
    assert_eq!(b.session.subscribe(b"a/#", 0), Err(Error::Unsupported));
    assert!(b.session.subscribe(b"a", 0).is_ok());
    let mut b = online(settings(), options(), without(|p| p.shared_subscription_available = Some(false)));
    assert_eq!(b.session.subscribe(b"$share/g/a", 0), Err(Error::Unsupported));
    let mut b = online(settings(), options(), without(|p| p.subscription_id_available = Some(false)));
    assert_eq!(b.session.subscribe_with(b"a", Serving::default(), &ID_7), Err(Error::Unsupported));
    assert!(b.session.subscribe_with(b"a", Serving::default(), &[]).is_ok());
}

#[test]
fn what_waited_for_a_broker_that_does_not_have_it_is_refused_with_the_reason() {
    let mut b = Bench::five(settings(), options(), 0);
    let token = b.subscribe("a/+", 1);
    let good = b.subscribe("b", 1);
    b.connect();
    b.said5();
    let mut connack = other::Connack::new(false, other::ConnectReasonCode::Success);
    connack.properties.wildcard_subscription_available = Some(false);
    b.hear5(other::Packet::Connack(connack));
    assert_eq!(&*subscribed(&mut b).topics[0].0, "b");
    b.nothing_said();
    b.expect_event(Event::Online { session_present: false });
    assert_eq!(b.reason_of(Event::Subscribed { token, granted: 0xA2 }).0, 0xA2);
    b.send(Packet::Suback { id: 1, codes: &[1] });
    b.expect_event(Event::Subscribed { token: good, granted: 1 });
}

#[test]
fn shared_filters_have_a_form() {
    let mut b = plain();
    for bad in ["$share/", "$share//a", "$share/g", "$share/g/", "$share/g+/a", "$share/#/a"] {
        assert_eq!(b.session.subscribe(bad.as_bytes(), 0), Err(Error::Topic), "{bad}");
    }
    assert_eq!(b.session.subscribe_with(b"$share/g/a", serving(0), &[]), Err(Error::Topic), "no local");
    assert!(b.session.subscribe(b"$share/g/a/+/b", 0).is_ok());
}

#[test]
fn arguments_are_checked() {
    let mut b = plain();
    let odd = Serving { retain_handling: 3, ..Serving::default() };
    assert_eq!(b.session.subscribe_with(b"a", odd, &[]), Err(Error::Argument));
    let alien = [Property::number(property::MESSAGE_EXPIRY, 1)];
    assert_eq!(b.session.subscribe_with(b"a", Serving::default(), &List(&alien)), Err(Error::Property));
    let mut old = Bench::of(settings(), None, 256, 16, 4096);
    assert_eq!(old.session.subscribe_with(b"a", serving(0), &[]), Err(Error::Unsupported));
    assert!(old.session.subscribe_with(b"a", Serving { qos: 1, ..Serving::default() }, &[]).is_ok());
}

/// [MQTT-3.9.3-2] [MQTT-3.11.3-2] 0x11, "no subscription existed", is UNSUBACK's; 1 and 2 are SUBACK's.
#[test]
fn the_code_of_the_other_acknowledgement_is_malformed() {
    let mut b = plain();
    b.subscribe("t", 1);
    b.hear(b"\x90\x04\0\x01\0\x11");
    b.expect_offline(Error::Protocol, 0);
    let mut b = plain();
    b.session.unsubscribe(b"t").unwrap();
    b.run();
    b.hear(b"\xb0\x04\0\x01\0\x01");
    b.expect_offline(Error::Protocol, 0);
}
