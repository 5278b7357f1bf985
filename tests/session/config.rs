//! Every default and every refusal of `Config::new`. CFG-1 to CFG-26

use super::bench::*;

fn with(change: impl FnOnce(&mut Settings<'static>)) -> Result<Config<'static>, Error> {
    let mut s = settings();
    change(&mut s);
    Config::new(&s, 200_000)
}

#[track_caller]
fn good(change: impl FnOnce(&mut Settings<'static>)) -> Config<'static> {
    with(change).unwrap_or_else(|error| panic!("refused: {error:?}"))
}

#[track_caller]
fn refused(error: Error, change: impl FnOnce(&mut Settings<'static>)) {
    assert_eq!(with(change).err(), Some(error));
}

fn long(len: usize) -> &'static [u8] {
    vec![b'a'; len].leak()
}

fn login(username: &'static [u8], password: &'static [u8]) -> Settings<'static> {
    Settings { username: Some(username), password: Some(password), ..settings() }
}

const WILL: Will = Will { topic: b"gone", payload: b"bye", qos: 1, retain: true };

#[test]
fn zero_is_the_default_of_every_number() {
    let c = Config::new(&Settings::default(), 16).unwrap();
    assert_eq!(c.connect.keep_alive_s, 60, "CFG-6");
    assert_eq!(c.ping_ms, 15_000, "CFG-7, KA-2");
    assert_eq!(c.response_ms, 10_000, "CFG-10");
    assert_eq!(c.max_repubs, 4, "CFG-13");
    assert_eq!((c.retry_min_ms, c.retry_max_ms), (1000, 60_000), "DESIGN 2.4");
    assert!(c.clean_first && c.connect.clean, "CFG-11, CFG-12");
    assert_eq!((c.connect.will, c.connect.username, c.connect.password), (None, None, None), "CFG-4, CFG-5, CFG-14");
    assert_eq!(c.connect.client_id, b"");
}

#[test]
fn off_switches_keep_alive_off_and_the_ping_to_20_seconds() {
    let c = good(|s| s.keepalive_s = OFF);
    assert_eq!((c.connect.keep_alive_s, c.ping_ms), (0, 20_000), "KA-3");
}

#[test]
fn off_means_no_sending_again() {
    assert_eq!(good(|s| s.max_repubs = OFF).max_repubs, 0);
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
    assert_eq!(good(|s| s.keepalive_s = 1).ping_ms, 250);
    let c = good(|s| s.keepalive_s = 65_535);
    assert_eq!((c.connect.keep_alive_s, c.ping_ms), (65_535, 16_383_750));
    refused(Error::ConfigNumber, |s| s.keepalive_s = 65_536);
}

#[test]
fn a_shorter_ping_interval_counts_and_a_longer_one_does_not() {
    assert_eq!(good(|s| s.ping_interval_s = 5).ping_ms, 5000, "KA-2");
    assert_eq!(good(|s| s.ping_interval_s = 16).ping_ms, 15_000);
    assert_eq!(good(|s| (s.keepalive_s, s.ping_interval_s) = (OFF, 65_535)).ping_ms, 20_000);
    refused(Error::ConfigNumber, |s| s.ping_interval_s = 65_536);
}

#[test]
fn the_response_time_is_at_most_an_hour() {
    assert_eq!(good(|s| s.response_time_ms = 1).response_ms, 1);
    assert_eq!(good(|s| s.response_time_ms = 3_600_000).response_ms, 3_600_000);
    refused(Error::ConfigNumber, |s| s.response_time_ms = 3_600_001);
}

#[test]
fn at_most_fifteen_repubs() {
    assert_eq!(good(|s| s.max_repubs = 15).max_repubs, 15);
    refused(Error::ConfigNumber, |s| s.max_repubs = 16);
}

#[test]
fn pauses_are_ordered_and_at_most_an_hour() {
    let c = good(|s| (s.retry_min_ms, s.retry_max_ms) = (5, 5));
    assert_eq!((c.retry_min_ms, c.retry_max_ms), (5, 5));
    refused(Error::ConfigNumber, |s| (s.retry_min_ms, s.retry_max_ms) = (6, 5));
    refused(Error::ConfigNumber, |s| s.retry_min_ms = 3_600_001);
    refused(Error::ConfigNumber, |s| s.retry_max_ms = 3_600_001);
}

#[test]
fn a_floor_above_the_default_ceiling_raises_it() {
    let c = good(|s| s.retry_min_ms = 90_000);
    assert_eq!((c.retry_min_ms, c.retry_max_ms), (90_000, 90_000));
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
