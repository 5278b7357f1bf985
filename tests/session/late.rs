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
