//! What `is_connected` says, and how an application sees that there was another connection. ISC-1, ISC-3

use super::bench::*;

#[test]
fn connected_means_between_online_and_the_end() {
    let mut b = Bench::new(settings());
    assert!(!b.session.is_connected(), "before connect");
    b.open = Open::Later;
    b.connect();
    assert!(!b.session.is_connected(), "while opening");
    b.open = Open::Done;
    b.run();
    assert!(!b.session.is_connected(), "before CONNACK");
    b.accept(false);
    assert!(b.session.is_connected(), "online");
    b.cut();
    assert!(!b.session.is_connected(), "in the pause");
    b.reconnect(false);
    assert!(b.session.is_connected(), "again");
}

#[test]
fn it_is_true_in_the_event_that_tells_of_it_and_false_in_that_of_the_end() {
    let mut b = Bench::new(settings());
    b.connect();
    b.arrives(b"\x20\x02\0\0");
    assert_eq!(b.run_to_event(), Some(Event::Online { session_present: false }));
    assert!(b.session.is_connected());
    b.peer_closed = true;
    assert!(matches!(b.run_to_event(), Some(Event::Offline { .. })));
    assert!(!b.session.is_connected());
}

#[test]
fn asking_changes_nothing() {
    // There, asking is what starts the reconnection.
    let mut b = Bench::online();
    b.cut();
    let pause = b.session.deadline(b.now);
    for _ in 0..100 {
        assert!(!b.session.is_connected());
    }
    assert_eq!((b.session.deadline(b.now), b.opens), (pause, 1));
}

#[test]
fn the_count_of_connections_tells_one_from_the_next() {
    let mut b = Bench::online();
    assert_eq!(b.session.stats().connects, 1);
    b.cut();
    assert_eq!(b.session.stats().connects, 1);
    b.reconnect(false);
    assert_eq!(b.session.stats().connects, 2);
}
