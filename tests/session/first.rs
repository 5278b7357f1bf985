//! fail_first: who wants to know whether it works at all is told, and nothing goes on behind his back.

use super::bench::*;

fn settings_first() -> Settings<'static> {
    Settings { fail_first: true, ..settings() }
}

// CON-2
#[test]
fn by_default_the_first_failure_is_like_any_other() {
    let mut b = Bench::new(settings());
    b.open = Open::Fails(-111);
    b.connect();
    let pause = b.expect_failed(Error::Open, -111).expect("another attempt");
    b.open = Open::Done;
    b.advance(pause);
    b.accept(false);
}

// CON-2, CON-10
#[test]
fn with_fail_first_the_first_failure_is_the_end() {
    let mut b = Bench::new(settings_first());
    b.open = Open::Fails(-111);
    b.connect();
    assert_eq!(b.expect_failed(Error::Open, -111), None);
    assert_eq!((b.deadline(), b.is_open, b.session.is_connected()), (None, false, false));
    b.advance(200_000);
    assert_eq!((b.opens, b.closes), (1, 1));
}

#[test]
fn with_fail_first_a_refusal_and_a_silent_broker_are_the_end_as_well() {
    let mut b = Bench::new(settings_first());
    b.connect();
    b.expect_connect(true);
    b.send(Packet::Connack(Connack { session_present: false, code: 5 }));
    assert_eq!(b.expect_failed(Error::Refused, 5), None);
    b.connect();
    b.expect_connect(true);
    b.advance(10_000);
    assert_eq!(b.expect_failed(Error::ConnackTimeout, 0), None);
}

#[test]
fn with_fail_first_it_never_gives_up_after_the_first_success() {
    let mut b = Bench::online_with(settings_first());
    b.open = Open::Fails(-111);
    b.peer_closed = true;
    b.run();
    let mut pause = b.expect_offline(Error::PeerClosed, 0).expect("another attempt");
    for _ in 0..10 {
        b.advance(pause);
        pause = b.expect_failed(Error::Open, -111).expect("another attempt");
    }
}

#[test]
fn each_connect_has_a_first_time() {
    let mut b = Bench::online_with(settings_first());
    b.disconnect(Leave::Keep);
    b.advance(200);
    b.events.clear();
    b.packets.clear();
    b.open = Open::Fails(-111);
    b.connect();
    assert_eq!(b.expect_failed(Error::Open, -111), None);
}

// SES-4: leaving, to come back, is not yet success.
#[test]
fn with_fail_first_the_second_half_of_discarding_a_session_counts_as_first() {
    let mut b = Bench::new(Settings { fail_first: true, keep_session: true, ..settings() });
    b.connect();
    b.expect_connect(true);
    b.send(Packet::Connack(Connack { session_present: false, code: 0 }));
    b.expect(Packet::Disconnect);
    b.open = Open::Fails(-111);
    b.peer_closed = true;
    b.run();
    assert_eq!(b.expect_failed(Error::Open, -111), None);
    assert_eq!(b.deadline(), None);
}

#[test]
fn what_was_published_before_waits_for_the_next_connect() {
    let mut b = Bench::new(settings_first());
    let token = b.publish(1, "kept");
    b.open = Open::Fails(-111);
    b.connect();
    assert_eq!(b.expect_failed(Error::Open, -111), None);
    b.open = Open::Done;
    b.go_online(false);
    b.expect(message(1, 1, "kept"));
    b.send(Packet::Puback(1));
    b.expect_event(delivered(token));
}

// CON-2, W39: TLS is told apart.
#[test]
fn a_number_of_tls_is_an_error_of_tls_and_its_neighbours_are_not() {
    for (answer, error, detail) in [
        (-0x1_2700, Error::Tls, -0x2700),
        (-0x1_0001, Error::Tls, -1),
        (-0x1_ffff, Error::Tls, -0xffff),
        (-0x1_0000, Error::Open, -0x1_0000),
        (-0xffff, Error::Open, -0xffff),
        (-0x2_0000, Error::Open, -0x2_0000),
        (i32::MIN, Error::Open, i32::MIN),
    ] {
        let mut b = Bench::new(settings());
        b.open = Open::Fails(answer);
        b.connect();
        b.expect_failed(error, detail);
    }
    let mut b = Bench::online();
    b.broken = Some((Error::Io, -0x1_7780));
    b.run();
    b.expect_offline(Error::Tls, -0x7780);
}
