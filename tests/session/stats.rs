//! Counters and notes. DBG-1, DBG-2, DESIGN 2.16

use super::bench::*;

#[test]
fn bytes_are_counted_each_way() {
    let mut b = Bench::new(settings());
    b.go_online(false);
    let hello = b.session.stats().bytes_out;
    assert_eq!((hello, b.session.stats().bytes_in), (20, 4));
    b.publish(1, "a");
    b.send(Packet::Puback(1));
    assert_eq!((b.session.stats().bytes_out, b.session.stats().bytes_in), (hello + 8, 8));
}

#[test]
fn messages_are_counted_when_they_are_over() {
    let mut b = Bench::online();
    b.publish(0, "a");
    b.publish(1, "b");
    assert_eq!(b.session.stats().messages_out, 1);
    b.send(Packet::Puback(1));
    assert_eq!(b.session.stats().messages_out, 2);
    let token = b.publish(1, "c");
    b.session.cancel(token).unwrap();
    b.run();
    b.send(Packet::Puback(2));
    assert_eq!(b.session.stats().messages_out, 2);
    b.send(message(1, 1, "in"));
    assert_eq!(b.session.stats().messages_in, 1);
}

#[test]
fn resending_after_an_outage_is_not_a_repub() {
    // DBG-2
    let mut b = Bench::online_with(stored());
    b.publish(1, "a");
    b.packets.clear();
    b.cut();
    b.reconnect(true);
    assert_eq!(b.session.stats().repubs, 0);
    b.advance(10_000);
    assert_eq!(b.session.stats().repubs, 1);
}

#[test]
fn high_marks_show_the_most_that_was_used() {
    let mut b = Bench::online();
    let (rx, outbox) = b.session.high_marks();
    assert_eq!((rx, outbox), (20, 0), "CONNECT");
    b.publish(1, "hello");
    b.send(Packet::Puback(1));
    b.send(message(0, 0, "hello, at some length"));
    let (rx, outbox) = b.session.high_marks();
    assert_eq!(rx, 26);
    assert_eq!(outbox, 12 + size_of::<Head>());
    b.cut_quietly();
    assert_eq!(b.session.high_marks(), (rx, outbox));
}

#[test]
fn the_notes_of_a_healthy_connection() {
    let mut b = Bench::new(settings());
    b.go_online(false);
    b.advance_to(15_000);
    b.publish(1, "a");
    b.send(Packet::Pingresp);
    b.advance_to(25_000);
    b.send(Packet::Puback(9));
    b.cut_quietly();
    let lost = (Log::Lost, Error::PeerClosed as i32);
    let expected = [
        (Log::Opening, 0),
        (Log::Opened, 0),
        (Log::Online, 0),
        (Log::Ping, 0),
        (Log::Resend, 1),
        (Log::UnknownAck, 9),
        lost,
    ];
    assert_eq!(b.notes, expected);
}

#[test]
fn opening_tells_the_attempts_since_the_last_success() {
    let mut b = Bench::new(settings());
    b.open = Open::Fails(-1);
    b.connect();
    b.advance(10_000);
    let openings: Vec<_> = b.notes.iter().filter(|(log, _)| *log == Log::Opening).map(|(_, n)| *n).collect();
    assert_eq!(openings[..3], [0, 1, 2]);
}

#[test]
fn a_refusal_counts_as_one_attempt() {
    let mut b = Bench::new(settings());
    b.connect();
    b.send(Packet::Connack(Connack { session_present: false, code: 5 }));
    b.advance(60_000);
    let openings: Vec<_> = b.notes.iter().filter(|(log, _)| *log == Log::Opening).map(|(_, n)| *n).collect();
    assert_eq!(openings, [0, 1]);
}

#[test]
fn discarding_is_noted() {
    let mut b = Bench::new(Settings { keep_session: true, ..settings() });
    b.connect();
    b.send(Packet::Connack(Connack { session_present: false, code: 0 }));
    assert!(b.notes.contains(&(Log::Discard, 0)));
}

#[test]
fn a_present_session_is_noted() {
    let mut b = Bench::new(stored());
    b.go_online(true);
    assert!(b.notes.contains(&(Log::Online, 1)));
}
