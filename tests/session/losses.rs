//! Each cause of a lost connection has its error, and each outage one event. REC-1 to REC-3, REC-9, REC-11, CON-10

use super::bench::*;

/// One Offline with this error at this time, closed once, and it comes back.
#[track_caller]
fn lost(mut b: Bench, at: u32, error: Error, detail: i32) {
    assert_eq!((b.at(), b.closes), (at, 1));
    let retry = b.expect_offline(error, detail).expect("another attempt");
    assert!((1000..=2000).contains(&retry), "{retry}");
    assert!(!b.session.is_connected());
    assert_eq!(b.session.stats().outages, 1);
    b.room = usize::MAX;
    b.packets.clear();
    b.events.clear();
    b.reconnect(false);
    assert_eq!((b.opens, b.session.stats().connects, b.session.stats().outages), (2, 2, 1));
}

#[test]
fn the_peer_closes() {
    let mut b = Bench::online();
    b.peer_closed = true;
    b.run();
    lost(b, 0, Error::PeerClosed, 0);
}

#[test]
fn reading_fails() {
    let mut b = Bench::online();
    b.broken = Some((Error::Io, -104));
    b.run();
    lost(b, 0, Error::Io, -104);
}

#[test]
fn writing_fails() {
    let mut b = Bench::online();
    b.publish_with(0, "x", Policy::Refuse, 0).unwrap();
    b.broken = Some((Error::Io, -32));
    b.run();
    lost(b, 0, Error::Io, -32);
}

#[test]
fn the_transport_lies() {
    let mut b = Bench::online();
    b.broken = Some((Error::Transport, 99));
    b.run();
    lost(b, 0, Error::Transport, 99);
}

#[test]
fn a_write_is_stuck() {
    let mut b = Bench::online();
    b.block();
    b.publish(1, "x");
    b.advance_to(10_008);
    lost(b, 10_008, Error::WriteTimeout, 0);
}

#[test]
fn a_packet_is_stuck() {
    let mut b = Bench::online();
    b.send_bytes(b"\x40\x02");
    b.advance_to(10_002);
    lost(b, 10_002, Error::ReadTimeout, 0);
}

#[test]
fn no_pingresp() {
    let mut b = Bench::online();
    b.advance_to(25_000);
    lost(b, 25_000, Error::PingTimeout, 0);
}

#[test]
fn no_puback() {
    let mut b = Bench::online_with(Settings { max_repubs: OFF, ..settings() });
    b.publish(1, "x");
    b.advance_to(10_000);
    lost(b, 10_000, Error::AckTimeout, 0);
}

#[test]
fn no_pubcomp() {
    let mut b = Bench::online_with(Settings { max_repubs: OFF, ..settings() });
    b.publish(2, "x");
    b.advance_to(1000);
    b.send(Packet::Pubrec(1));
    b.advance_to(11_000);
    lost(b, 11_000, Error::AckTimeout, 0);
}

#[test]
fn no_suback() {
    let mut b = Bench::online();
    b.subscribe("t", 0);
    b.advance_to(10_000);
    lost(b, 10_000, Error::AckTimeout, 0);
}

#[test]
fn a_broken_packet() {
    let mut b = Bench::online();
    b.send_bytes(b"\xff");
    lost(b, 0, Error::Protocol, 0);
}

#[test]
fn too_many_qos_2() {
    let mut b = Bench::online();
    (1..=33).for_each(|id| b.send(message(2, id, "")));
    b.send(Packet::Pubrel(1));
    b.send(Packet::Pingresp);
    b.messages.clear();
    lost(b, 0, Error::Overrun, 0);
}

#[test]
fn of_two_causes_at_once_one_is_told() {
    // REC-3
    let mut b = Bench::online();
    b.advance_to(15_000);
    b.block();
    b.publish(1, "x");
    b.peer_closed = true;
    b.advance_to(15_000);
    b.packets.clear();
    b.expect_offline(Error::PeerClosed, 0);
    b.expect_quiet();
}

#[test]
fn online_and_offline_alternate() {
    // REC-3, REC-9
    let mut b = Bench::online();
    b.cut();
    b.open = Open::Fails(-1);
    b.advance(20_000);
    let failed = |event: &Event| matches!(event, Event::ConnectFailed { error: Error::Open, detail: -1, .. });
    assert!(b.events.len() > 1 && b.events.iter().all(|(_, event)| failed(event)), "{:?}", b.events);
    b.events.clear();
    b.open = Open::Done;
    b.reconnect(false);
    b.cut();
    assert_eq!(b.session.stats().outages, 2);
}

#[test]
fn messages_that_arrived_before_the_end_of_the_stream_are_handed_over() {
    let mut b = Bench::online();
    b.arrives(b"\x30\x04\0\x01tx\x32\x06\0\x01t\0\x07y");
    b.peer_closed = true;
    b.run();
    b.expect_message(0, "x");
    b.expect_message(1, "y");
    b.expect_offline(Error::PeerClosed, 0);
}

#[test]
fn the_application_is_asked_nothing_during_an_outage_and_can_do_everything() {
    // REC-11
    let mut b = Bench::online();
    b.cut();
    let token = b.publish(1, "x");
    b.subscribe("t", 1);
    b.session.unsubscribe(b"u").unwrap();
    b.session.broker_up(b.now);
    b.run();
    b.expect_event(Event::BrokerUp { up: false });
    b.session.cancel(token).unwrap();
    b.run();
    b.expect_event(done(token, Fate::Cancelled, false));
    b.expect_quiet();
}
