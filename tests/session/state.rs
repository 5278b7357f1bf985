//! What belongs to the session outlives the connection: whoever ended it, and whatever failed in between.

use super::bench::*;

/// One message of QoS 1 and one of QoS 2 under way, one of QoS 2 released, and one of the broker's that waits for PUBREL.
fn under_way() -> Bench {
    let mut b = Bench::online_with(stored());
    b.publish(1, "one");
    b.publish(2, "two");
    b.publish(2, "three");
    b.send(Packet::Pubrec(3));
    b.send(message(2, 9, "in"));
    b.expect_message(2, "in");
    b.packets.clear();
    b
}

/// The broker still has the session, and so have we.
#[track_caller]
fn goes_on(b: &mut Bench) {
    b.expect(again(message(1, 1, "one")));
    b.expect(again(message(2, 2, "two")));
    b.expect(Packet::Pubrel(3));
    b.send(again(message(2, 9, "in")));
    b.expect(Packet::Pubrec(9));
    b.send(Packet::Pubrel(9));
    b.expect(Packet::Pubcomp(9));
    b.expect_quiet();
}

#[test]
fn a_cut_leaves_the_session() {
    // [MQTT-3.1.2-4] [5: MQTT-3.1.2-23] [MQTT-4.1.0-1]
    let mut b = under_way();
    b.cut();
    b.reconnect(true);
    goes_on(&mut b);
}

#[test]
fn leaving_leaves_the_session() {
    // [MQTT-3.1.2-4] [5: MQTT-3.1.2-23] [MQTT-4.1.0-1]
    let mut b = under_way();
    b.disconnect(Leave::Keep);
    b.expect(Packet::Disconnect);
    b.advance(100);
    b.expect_offline(Error::Left, 0);
    b.go_online(true);
    goes_on(&mut b);
}

#[test]
fn closing_leaves_the_session() {
    // [MQTT-4.1.0-1]
    let mut b = under_way();
    b.close();
    b.go_online(true);
    goes_on(&mut b);
}

#[test]
fn an_attempt_that_is_refused_leaves_the_session() {
    // [MQTT-4.1.0-1]
    let mut b = under_way();
    b.cut();
    let pause = b.session.deadline(b.now).expect("a pause");
    b.advance(pause);
    b.expect_connect(false);
    b.send(Packet::Connack(Connack { session_present: false, code: 3 }));
    b.events.clear();
    b.reconnect(true);
    goes_on(&mut b);
}

#[test]
fn what_the_broker_says_wrong_leaves_the_session() {
    // [MQTT-4.1.0-1]
    let mut b = under_way();
    b.send_bytes(b"\xff");
    b.expect_offline(Error::Protocol, 0);
    b.reconnect(true);
    goes_on(&mut b);
}

#[test]
fn a_new_session_has_nothing_of_the_old_one() {
    // [MQTT-3.1.2-6] [5: MQTT-3.2.2-5]
    let mut b = under_way();
    b.cut();
    b.reconnect(false);
    b.expect(message(1, 4, "one"));
    b.expect(message(2, 5, "two"));
    b.expect(message(2, 6, "three"));
    b.send(again(message(2, 9, "another")));
    b.expect_message(2, "another");
    b.expect(Packet::Pubrec(9));
    b.expect_quiet();
}

#[test]
fn a_clean_session_ends_with_its_connection() {
    // [MQTT-3.1.2-6] [5: MQTT-3.1.2-4]
    let mut b = Bench::online();
    b.publish(2, "two");
    b.send(Packet::Pubrec(1));
    b.send(message(2, 9, "in"));
    b.expect_message(2, "in");
    b.packets.clear();
    b.cut();
    b.reconnect(false);
    b.expect(message(2, 2, "two"));
    b.send(again(message(2, 9, "another")));
    b.expect_message(2, "another");
}

#[test]
fn every_connect_names_the_same_client() {
    // [MQTT-3.1.3-2]
    let mut b = Bench::new(stored());
    b.connect();
    for present in [false, true, true] {
        let (_, bytes) = b.packets.front().expect("a CONNECT");
        let Ok(Some((Packet::Connect(connect), _))) = Packet::decode(bytes) else { panic!("not CONNECT: {bytes:x?}") };
        assert_eq!(connect.client_id, b"limpet");
        b.accept(present);
        b.cut();
        let pause = b.session.deadline(b.now).expect("a pause");
        b.advance(pause);
    }
}
