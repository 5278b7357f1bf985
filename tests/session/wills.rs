//! The will goes to the broker with each connection, and what we say at the end decides whether it is published. WIL-1

use super::bench::*;

fn with_will() -> Bench {
    Bench::new(Settings { will: Some(Will { topic: b"gone", payload: b"bye", qos: 1, retain: true }), ..settings() })
}

/// The next packet is a CONNECT with the will.
#[track_caller]
fn expect_will(b: &Bench) {
    let (_, bytes) = b.packets.front().expect("a CONNECT");
    let Ok(Some((Packet::Connect(connect), _))) = Packet::decode(bytes) else { panic!("not CONNECT: {bytes:x?}") };
    assert_eq!(connect.will, Some(Will { topic: b"gone", payload: b"bye", qos: 1, retain: true }));
}

#[test]
fn every_connect_has_the_will() {
    let mut b = with_will();
    b.connect();
    expect_will(&b);
    b.accept(false);
    b.cut();
    let pause = b.session.deadline(b.now).expect("a pause");
    b.advance(pause);
    expect_will(&b);
    b.accept(false);
    b.disconnect(Leave::Keep);
    b.expect(Packet::Disconnect);
    b.advance(100);
    b.expect_offline(Error::Left, 0);
    b.connect();
    expect_will(&b);
}

#[test]
fn close_says_nothing_so_that_the_broker_publishes_it() {
    let mut b = with_will();
    b.go_online(false);
    b.close();
    assert_eq!((b.closes, b.packets.len()), (1, 0));
}

#[test]
fn a_dead_link_is_closed_without_a_disconnect() {
    let mut b = with_will();
    b.go_online(false);
    b.advance_to(25_000);
    b.expect(Packet::Pingreq);
    b.expect_offline(Error::PingTimeout, 0);
    assert_eq!((b.closes, b.packets.len()), (1, 0));
}
