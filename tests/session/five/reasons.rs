//! Acknowledgements that say more than yes.

use super::*;

#[test]
fn a_puback_may_say_that_nobody_listens() {
    let mut b = plain();
    let token = b.publish(1, "x");
    b.hear5(other::Packet::Puback(other::Puback::new(pid(1), other::PubackReasonCode::NoMatchingSubscribers)));
    assert_eq!(b.reason_of(done(token, Fate::Delivered, false)).0, 0x10);
}

#[test]
fn a_puback_that_refuses_ends_the_message_with_the_brokers_words() {
    let mut b = plain();
    let token = b.publish(1, "x");
    let mut puback = other::Puback::new(pid(1), other::PubackReasonCode::QuotaExceeded);
    puback.properties.reason_string = Some("too much".into());
    b.hear5(other::Packet::Puback(puback));
    let (reason, properties) = b.reason_of(done(token, Fate::Refused, false));
    assert_eq!((reason, &properties[..]), (0x97, &b"\x1f\0\x08too much"[..]));
    assert_eq!(b.session.stats().messages_out, 0);
    b.expect_drained();
}

#[test]
fn a_pubrec_that_refuses_is_the_end_of_the_exchange() {
    let mut b = plain();
    let token = b.publish(2, "x");
    b.said_publish();
    b.hear5(other::Packet::Pubrec(other::Pubrec::new(pid(1), other::PubrecReasonCode::NotAuthorized)));
    assert_eq!(b.reason_of(done(token, Fate::Refused, false)).0, 0x87);
    b.nothing_said();
    b.expect_drained();
}

#[test]
fn a_pubrec_that_refuses_a_message_that_was_given_up_is_the_end_as_well() {
    let mut b = plain();
    let token = b.publish(2, "x");
    b.said_publish();
    b.session.cancel(token).unwrap();
    b.run();
    b.expect_event(done(token, Fate::Cancelled, true));
    b.hear5(other::Packet::Pubrec(other::Pubrec::new(pid(1), other::PubrecReasonCode::QuotaExceeded)));
    b.expect_quiet();
    b.expect_drained();
}

#[test]
fn a_pubcomp_that_knows_no_such_id_ends_the_message() {
    let mut b = plain();
    let token = b.publish(2, "x");
    b.send(Packet::Pubrec(1));
    b.hear5(other::Packet::Pubcomp(other::Pubcomp::new(pid(1), other::PubcompReasonCode::PacketIdentifierNotFound)));
    b.expect_event(done(token, Fate::Delivered, false));
    b.expect_drained();
}

/// [MQTT-4.4.0-1] Not over a living connection. It is given up when 3.1.1 would give it up.
#[test]
fn nothing_is_sent_again_over_a_living_connection() {
    let mut b = plain();
    b.publish(1, "x");
    b.said_publish();
    for _ in 0..4 {
        b.advance(10_000);
        b.packets5.retain(|packet| packet[0] >> 4 == 3);
        b.nothing_said();
        b.send(Packet::Pingresp);
    }
    b.advance_to(49_999);
    assert!(b.session.is_connected());
    b.send(Packet::Pingresp);
    b.advance_to(50_000);
    b.expect_offline(Error::AckTimeout, 0);
    assert_eq!(b.session.stats().repubs, 0);
}

#[test]
fn a_late_release_is_not_sent_again_either() {
    let mut b = plain();
    b.publish(2, "x");
    b.send(Packet::Pubrec(1));
    b.advance(25_000);
    let releases = b.packets5.iter().filter(|packet| packet[0] == 0x62).count();
    assert_eq!(releases, 1);
}

#[test]
fn an_acknowledgement_of_nothing_is_counted() {
    let mut b = plain();
    b.hear5(other::Packet::Puback(other::Puback::new(pid(9), other::PubackReasonCode::QuotaExceeded)));
    b.hear5(other::Packet::Pubrec(other::Pubrec::new(pid(9), other::PubrecReasonCode::QuotaExceeded)));
    b.expect_quiet();
    assert_eq!(b.session.stats().unknown_acks, 2);
}
