//! A CONNACK that was lost may have said that the session is new. The next one then says it is present, and means that one.

use super::bench::*;

/// Online, cut off, and one more attempt whose CONNACK never came.
fn after_a_lost_connack(b: &mut Bench) {
    b.cut();
    let pause = b.session.deadline(b.now).expect("a pause");
    b.advance(pause);
    b.expect_connect(false);
    b.peer_closed = true;
    b.run();
    b.expect_failed(Error::PeerClosed, 0);
}

fn with_filter() -> Bench {
    let mut b = Bench::online_with(stored());
    b.subscribe("t", 1);
    b.expect_subscribe(1, "t", 1);
    b.send(Packet::Suback { id: 1, codes: &[1] });
    b.next_event();
    b
}

#[test]
fn a_granted_filter_is_renewed_after_a_lost_connack() {
    let mut b = with_filter();
    after_a_lost_connack(&mut b);
    b.reconnect(true);
    b.expect_subscribe(2, "t", 1);
}

#[test]
fn a_granted_filter_is_not_renewed_after_an_attempt_that_did_not_get_as_far_as_connect() {
    let mut b = with_filter();
    b.cut();
    b.open = Open::Fails(-5);
    let pause = b.session.deadline(b.now).expect("a pause");
    b.advance(pause);
    b.expect_failed(Error::Open, -5);
    b.open = Open::Done;
    b.reconnect(true);
    b.expect_quiet();
}

#[test]
fn an_id_of_qos_2_means_a_new_message_unless_dup_says_otherwise() {
    let mut b = with_filter();
    b.send(message(2, 5, "old"));
    b.expect_message(2, "old");
    b.expect(Packet::Pubrec(5));
    after_a_lost_connack(&mut b);
    b.reconnect(true);
    b.expect_subscribe(2, "t", 1);
    b.send(again(message(2, 5, "old")));
    b.expect(Packet::Pubrec(5));
    b.expect_quiet();
    b.send(message(2, 5, "new"));
    b.expect_message(2, "new");
    b.expect(Packet::Pubrec(5));
}

#[test]
fn the_doubt_ends_with_the_connection() {
    let mut b = with_filter();
    after_a_lost_connack(&mut b);
    b.reconnect(true);
    b.expect_subscribe(2, "t", 1);
    b.send(Packet::Suback { id: 2, codes: &[1] });
    b.next_event();
    b.cut();
    b.reconnect(true);
    b.expect_quiet();
}

fn second_message_with_id_5(dup: bool) {
    let mut b = with_filter();
    b.send(message(2, 5, "old"));
    b.expect_message(2, "old");
    b.expect(Packet::Pubrec(5));
    after_a_lost_connack(&mut b);
    b.reconnect(true);
    b.expect_subscribe(2, "t", 1);
    b.send(Packet::Suback { id: 2, codes: &[1] });
    b.next_event();
    b.cut();
    b.reconnect(true);
    let new = message(2, 5, "new");
    b.send(if dup { again(new) } else { new });
    b.expect_message(2, "new");
    b.expect(Packet::Pubrec(5));
}

#[test]
fn an_id_that_did_not_show_up_in_the_doubt_means_a_new_message_after_it() {
    second_message_with_id_5(false);
}

#[test]
fn an_id_that_did_not_show_up_in_the_doubt_means_a_new_message_after_it_also_with_dup() {
    second_message_with_id_5(true);
}
