//! Every default and every refusal of `Config::new`. CFG-1 to CFG-26

use super::bench::*;

fn with(change: impl FnOnce(&mut Settings<'static>)) -> Settings<'static> {
    let mut s = settings();
    change(&mut s);
    s
}

#[track_caller]
fn good(change: impl FnOnce(&mut Settings<'static>)) {
    assert_eq!(Config::new(&with(change), 200_000).err(), None);
}

#[track_caller]
fn refused(error: Error, change: impl FnOnce(&mut Settings<'static>)) {
    assert_eq!(Config::new(&with(change), 200_000).err(), Some(error));
}

fn long(len: usize) -> &'static [u8] {
    vec![b'a'; len].leak()
}

fn login(username: &'static [u8], password: &'static [u8]) -> Settings<'static> {
    Settings { username: Some(username), password: Some(password), ..settings() }
}

const WILL: Will = Will { topic: b"gone", payload: b"bye", qos: 1, retain: true };

/// Keep alive in CONNECT.
fn keep_alive_s(change: impl FnOnce(&mut Settings<'static>)) -> u16 {
    let mut b = Bench::new(with(change));
    b.connect();
    let (_, packet) = b.next_packet();
    u16::from_be_bytes([packet[10], packet[11]])
}

/// When an idle client sends its first PINGREQ.
fn ping_ms(change: impl FnOnce(&mut Settings<'static>)) -> u32 {
    let mut b = Bench::online_with(with(change));
    let deadline = b.session.deadline(b.now).unwrap();
    b.advance(deadline);
    b.expect(Packet::Pingreq)
}

/// How long CONNACK is awaited.
fn response_ms(change: impl FnOnce(&mut Settings<'static>)) -> u32 {
    let mut b = Bench::new(with(change));
    b.connect();
    let deadline = b.session.deadline(b.now).unwrap();
    b.advance(deadline);
    b.expect_failed(Error::ConnackTimeout, 0);
    deadline
}

/// How often an unacknowledged publish is sent again before the connection is given up.
fn repubs(max_repubs: u32) -> u32 {
    let mut b = Bench::online_with(Settings { max_repubs, response_time_ms: 10, ..settings() });
    b.publish(1, "x");
    b.advance(400);
    assert!(!b.session.is_connected());
    b.session.stats().repubs
}

/// The first pauses after failures, and the pause after a refusal that stays.
fn pauses(change: impl FnOnce(&mut Settings<'static>)) -> (Vec<u32>, u32) {
    let mut b = Bench::new(with(change));
    b.open = Open::Fails(-1);
    b.connect();
    let mut pauses = vec![];
    while pauses.len() < 20 {
        let pause = b.expect_failed(Error::Open, -1).unwrap();
        pauses.push(pause);
        b.open = if pauses.len() < 20 { Open::Fails(-1) } else { Open::Done };
        b.advance(pause);
    }
    b.send(Packet::Connack(Connack { session_present: false, code: 5 }));
    (pauses, b.expect_failed(Error::Refused, 5).unwrap())
}

#[test]
fn zero_is_the_default_of_every_number() {
    let zero = |s: &mut Settings| *s = Settings { seed: s.seed, ..Settings::default() };
    assert_eq!(keep_alive_s(zero), 60, "CFG-6");
    assert_eq!(ping_ms(zero), 15_000, "CFG-7, KA-2");
    assert_eq!(response_ms(zero), 10_000, "CFG-10");
    assert_eq!(repubs(0), 4, "CFG-13");
    let (p, longest) = pauses(zero);
    assert!((1000..=2000).contains(&p[0]) && p.iter().all(|p| (1000..=60_000).contains(p)), "DESIGN 2.4: {p:?}");
    assert!((52_500..=60_000).contains(&longest), "DESIGN 2.4: {longest}");
    let mut b = Bench::new(Settings::default());
    b.connect();
    assert_eq!(
        b.next_packet().1,
        b"\x10\x0c\0\x04MQTT\x04\x02\0\x3c\0\0",
        "CFG-1, CFG-4, CFG-5, CFG-11, CFG-12, CFG-14"
    );
}

#[test]
fn off_switches_keep_alive_off_and_the_ping_to_20_seconds() {
    // KA-3
    assert_eq!(keep_alive_s(|s| s.keepalive_s = OFF), 0);
    assert_eq!(ping_ms(|s| s.keepalive_s = OFF), 20_000);
}

#[test]
fn off_means_no_sending_again() {
    assert_eq!(repubs(OFF), 0);
}

#[test]
fn what_cannot_be_off_refuses_it() {
    refused(Error::ConfigNumber, |s| s.ping_interval_s = OFF);
    refused(Error::ConfigNumber, |s| s.response_time_ms = OFF);
    refused(Error::ConfigNumber, |s| s.retry_min_ms = OFF);
    refused(Error::ConfigNumber, |s| s.retry_max_ms = OFF);
}

#[test]
fn keep_alive_has_sixteen_bits() {
    assert_eq!(ping_ms(|s| s.keepalive_s = 1), 250);
    assert_eq!(keep_alive_s(|s| s.keepalive_s = 65_535), 65_535);
    assert_eq!(ping_ms(|s| s.keepalive_s = 65_535), 16_383_750);
    refused(Error::ConfigNumber, |s| s.keepalive_s = 65_536);
}

#[test]
fn a_shorter_ping_interval_counts_and_a_longer_one_does_not() {
    // KA-2
    assert_eq!(ping_ms(|s| s.ping_interval_s = 5), 5000);
    assert_eq!(ping_ms(|s| s.ping_interval_s = 16), 15_000);
    assert_eq!(ping_ms(|s| (s.keepalive_s, s.ping_interval_s) = (OFF, 65_535)), 20_000);
    refused(Error::ConfigNumber, |s| s.ping_interval_s = 65_536);
}

#[test]
fn the_response_time_is_at_most_an_hour() {
    assert_eq!(response_ms(|s| s.response_time_ms = 1), 1);
    assert_eq!(response_ms(|s| s.response_time_ms = 3_600_000), 3_600_000);
    refused(Error::ConfigNumber, |s| s.response_time_ms = 3_600_001);
}

#[test]
fn at_most_fifteen_repubs() {
    assert_eq!(repubs(1), 1);
    assert_eq!(repubs(15), 15);
    refused(Error::ConfigNumber, |s| s.max_repubs = 16);
}

#[test]
fn pauses_are_ordered_and_at_most_an_hour() {
    let (p, longest) = pauses(|s| (s.retry_min_ms, s.retry_max_ms) = (7, 7));
    assert_eq!((p, longest), (vec![7; 20], 7));
    good(|s| s.retry_max_ms = 3_600_000);
    refused(Error::ConfigNumber, |s| (s.retry_min_ms, s.retry_max_ms) = (6, 5));
    refused(Error::ConfigNumber, |s| s.retry_min_ms = 3_600_001);
    refused(Error::ConfigNumber, |s| s.retry_max_ms = 3_600_001);
}

#[test]
fn a_floor_above_the_default_ceiling_raises_it() {
    let (p, _) = pauses(|s| s.retry_min_ms = 90_000);
    assert_eq!(p, [90_000; 20]);
}

#[test]
fn a_ceiling_below_the_default_floor_is_refused() {
    refused(Error::ConfigNumber, |s| s.retry_max_ms = 999);
}

#[test]
fn an_empty_client_id_cannot_have_a_stored_session() {
    good(|s| s.client_id = b"");
    refused(Error::ConfigClientId, |s| (s.client_id, s.keep_session) = (b"", true));
    refused(Error::ConfigClientId, |s| (s.client_id, s.resume_session) = (b"", true));
}

#[test]
fn a_client_id_is_short_text() {
    good(|s| s.client_id = long(65_535));
    refused(Error::ConfigClientId, |s| s.client_id = long(65_536));
    refused(Error::ConfigClientId, |s| s.client_id = b"\xff");
    refused(Error::ConfigClientId, |s| s.client_id = b"a\0b");
}

#[test]
fn a_password_needs_a_username() {
    refused(Error::ConfigLogin, |s| s.password = Some(b"secret"));
    refused(Error::ConfigLogin, |s| s.password = Some(b""));
    good(|s| *s = login(b"", b"secret"));
    good(|s| s.username = Some(b"me"));
}

#[test]
fn a_username_is_short_text_and_a_password_short() {
    good(|s| *s = login(long(65_535), long(65_535)));
    refused(Error::ConfigLogin, |s| s.username = Some(long(65_536)));
    refused(Error::ConfigLogin, |s| s.username = Some(b"\xc3"));
    refused(Error::ConfigLogin, |s| *s = login(b"me", long(65_536)));
    good(|s| *s = login(b"me", b"\xff\0"));
}

#[test]
fn a_will_has_a_topic_without_wildcards() {
    good(|s| s.will = Some(WILL));
    refused(Error::ConfigWill, |s| s.will = Some(Will { topic: b"", ..WILL }));
    refused(Error::ConfigWill, |s| s.will = Some(Will { topic: b"a/#", ..WILL }));
    refused(Error::ConfigWill, |s| s.will = Some(Will { topic: b"a/+", ..WILL }));
    refused(Error::ConfigWill, |s| s.will = Some(Will { topic: b"\xff", ..WILL }));
}

#[test]
fn a_will_has_a_qos_and_a_short_payload() {
    good(|s| s.will = Some(Will { qos: 2, payload: b"", ..WILL }));
    refused(Error::ConfigWill, |s| s.will = Some(Will { qos: 3, ..WILL }));
    good(|s| s.will = Some(Will { payload: long(65_535), ..WILL }));
    refused(Error::ConfigWill, |s| s.will = Some(Will { payload: long(65_536), ..WILL }));
}

#[test]
fn rx_holds_sixteen_bytes_and_connect() {
    assert_eq!(Config::new(&Settings::default(), 15).err(), Some(Error::ConfigRx));
    assert!(Config::new(&Settings::default(), 16).is_ok());
    let s = Settings { will: Some(WILL), username: Some(b"me"), password: Some(b"pw"), ..settings() };
    let size = 2 + 10 + 8 + 6 + 5 + 4 + 4;
    assert_eq!(Config::new(&s, size - 1).err(), Some(Error::ConfigRx));
    assert!(Config::new(&s, size).is_ok());
}
