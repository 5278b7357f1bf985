//! The link is lost, or its time is up, while the client is halfway through something: the poll before used up its limit,
//! or a callback took its time.

use super::bench::*;
use super::wifi::{Act, Wifi};

/// Online at time 0 over a link that needs no settling.
fn online(settings: Settings<'static>) -> Bench {
    let mut b = Bench::new(settings);
    b.wifi = Some(Wifi::new(OFF, 0, false));
    b.link(1);
    b.go_online(false);
    b.acts();
    b
}

fn offline(error: Error, retry_ms: Option<u32>) -> Event {
    Event::Offline { error, detail: 0, retry_ms }
}

#[test]
fn a_message_of_qos_2_that_was_handed_out_before_the_link_was_lost_does_not_come_again() {
    let mut b = online(stored());
    b.arrives(b"\x34\x06\0\x01t\0\x07x");
    assert!(matches!(b.run_to_event(), Some(Event::Message(_))));
    b.link(0);
    b.run();
    b.expect_event(offline(Error::LinkDown, Some(0)));
    b.link(1);
    b.advance(200);
    b.accept(true);
    b.send(again(message(2, 7, "x")));
    b.expect(Packet::Pubrec(7));
    b.expect_quiet();
}

#[test]
fn a_link_that_fails_before_offline_was_told_does_not_take_its_place() {
    let mut b = online(settings());
    b.session.received(0, b.now);
    b.link(-7);
    b.run();
    b.expect_event(offline(Error::PeerClosed, Some(0)));
}

#[test]
fn a_link_that_is_lost_when_the_client_has_left_does_not_bring_it_back() {
    let mut b = online(settings());
    b.disconnect(Leave::Keep);
    b.expect(Packet::Disconnect);
    b.session.received(0, b.now);
    b.link(0);
    b.run();
    b.expect_event(offline(Error::Left, None));
    b.link(1);
    b.advance(100_000);
    assert_eq!((b.opens, b.deadline()), (1, None));
    assert_eq!(b.acts().last(), Some(&(0, Act::Stop)));
}

#[test]
fn a_loss_whose_pause_is_over_before_it_is_told_says_that_the_client_tries_again() {
    let mut b = online(settings());
    b.session.link_lost(Error::LinkDown, 0, b.now);
    b.session.link_up(b.now);
    assert_eq!(b.run_to_event(), Some(offline(Error::LinkDown, Some(0))));
}

#[test]
fn the_link_is_not_reset_under_an_attempt_that_has_begun_in_the_meantime() {
    let mut b = Bench::new(Settings { retry_min_ms: 1, retry_max_ms: 1, ..settings() });
    b.wifi = Some(Wifi::new(OFF, 0, false));
    b.link(1);
    b.open = Open::Fails(-111);
    b.connect();
    b.advance(1);
    b.now += 1;
    assert!(matches!(b.run_to_event(), Some(Event::ConnectFailed { .. })));
    // The callback takes longer than the pause.
    b.now += 2;
    b.open = Open::Later;
    assert_eq!(b.run_to_event(), None);
    b.run();
    assert_eq!((b.is_open, b.acts()), (true, vec![(0, Act::Start)]));
    // It fails as well.
    b.advance(10_000);
    assert_eq!((b.is_open, b.acts()), (false, vec![(b.at(), Act::Stop)]));
}

#[test]
fn a_link_whose_time_is_up_at_the_end_of_a_poll_is_told_in_another_one_at_once() {
    let mut b = Bench::new(Settings { fail_first: true, ..settings() });
    b.wifi = Some(Wifi::new(0, 0, false));
    b.connect();
    b.advance(59_999);
    // A callback takes a millisecond, and the poll ends.
    b.now += 1;
    let (start, now) = (b.now - b.at(), b.now);
    if let Some(wifi) = &mut b.wifi {
        wifi.supervise(&mut b.session, false, start, now);
    }
    assert_eq!(b.deadline(), Some(0));
    b.run();
    b.expect_event(Event::ConnectFailed { error: Error::LinkTimeout, detail: 0, retry_ms: None });
}
