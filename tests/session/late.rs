//! A poll that comes late, after a flash erase or a long sleep: what lies in the socket is read before silence is judged.

use super::bench::*;

/// Time passes, and nobody polls.
fn sleep(b: &mut Bench, ms: u32) {
    b.now = b.now.wrapping_add(ms);
}

#[test]
fn a_connack_that_lies_in_the_socket_is_in_time() {
    let mut b = Bench::new(settings());
    b.connect();
    b.expect_connect(true);
    sleep(&mut b, 60_000);
    b.send(Packet::Connack(Connack { session_present: false, code: 0 }));
    b.expect_event(Event::Online { session_present: false });
}

#[test]
fn a_pingresp_that_lies_in_the_socket_is_in_time() {
    let mut b = Bench::online();
    b.advance_to(15_000);
    b.expect(Packet::Pingreq);
    sleep(&mut b, 60_000);
    b.send(Packet::Pingresp);
    b.expect(Packet::Pingreq);
    assert!(b.session.is_connected());
}

#[test]
fn a_puback_that_lies_in_the_socket_is_in_time() {
    let mut b = Bench::online();
    let token = b.publish(1, "a");
    b.expect(message(1, 1, "a"));
    sleep(&mut b, 60_000);
    b.send(Packet::Puback(1));
    b.expect_event(delivered(token));
    assert_eq!(b.session.stats().repubs, 0);
}

#[test]
fn an_opening_that_is_done_when_asked_late_is_in_time() {
    let mut b = Bench::new(settings());
    b.open = Open::Later;
    b.connect();
    sleep(&mut b, 60_000);
    b.open = Open::Done;
    b.run();
    b.expect_connect(true);
}

#[test]
fn the_rest_of_a_packet_that_lies_in_the_socket_is_in_time() {
    let mut b = Bench::online();
    b.send_bytes(&[0x30, 4, 0, 1]);
    sleep(&mut b, 60_000);
    b.send_bytes(b"ta");
    assert_eq!(b.next_message().payload, b"a");
}

#[test]
fn silence_after_a_late_poll_is_judged_in_that_poll() {
    let mut b = Bench::online();
    b.advance_to(15_000);
    b.expect(Packet::Pingreq);
    sleep(&mut b, 60_000);
    b.run();
    b.expect_offline(Error::PingTimeout, 0);
}

#[test]
fn an_answer_behind_a_message_that_is_still_arriving_is_not_late() {
    // In parts, each in time; the whole takes more than twice the response time.
    let mut b = Bench::sized(settings(), 40, 16, 4096);
    b.go_online(false);
    let subscribed = b.subscribe("s", 1);
    let published = b.publish(1, "a");
    b.packets.clear();
    for piece in b.encoded(message(0, 0, &"x".repeat(120))).chunks(15) {
        b.advance(3_000);
        b.hear(piece);
    }
    let mut arrived = 0;
    while arrived < 120 {
        arrived += b.next_message().payload.len();
    }
    assert_eq!(b.session.stats().repubs, 0);
    b.send(Packet::Suback { id: 1, codes: &[1] });
    b.send(Packet::Puback(2));
    b.expect_event(Event::Subscribed { token: subscribed, granted: 1 });
    b.expect_event(delivered(published));
    assert!(b.session.is_connected());
}

#[test]
fn an_answer_behind_a_message_that_is_thrown_away_is_late() {
    // A topic that does not fit has a millisecond for each of its bytes. Found by fuzzing: nothing ended for so long.
    let mut b = Bench::sized(settings(), 40, 16, 4096);
    b.go_online(false);
    b.subscribe("s", 1);
    b.packets.clear();
    b.send_bytes(&[0x30, 0xf0, 0xff, 0x03, 0xe0, 0]);
    b.hear(&[b'n'; 100]);
    b.advance(10_000);
    b.expect_offline(Error::AckTimeout, 0);
}
