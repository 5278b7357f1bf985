//! Each rule is shown something that breaks it: one that cannot fail guards nothing.

use crate::sim::book::{self, Book, In, Out};
use crate::sim::link::Offer;
use crate::sim::plan::Plan;
use crate::sim::rng::Rng;
use crate::sim::rules::{self, Verdict};
use crate::sim::tap::Use;
use limpet::error::Error;
use limpet::event::Fate;
use limpet::packet::Packet;
use limpet::packet::connect::Connect;
use limpet::packet::publish::Publish;
use limpet::session::Settings;

/// The verdict is against it, and names the rule.
#[track_caller]
fn breaks(rule: &str, verdict: Verdict) {
    let violation = verdict.expect_err(rule);
    assert!(violation.starts_with(&format!("{rule}: ")), "{violation}");
}

/// `breaks!(rule(arguments))`.
macro_rules! breaks {
    ($name:ident($($arg:expr),*)) => {
        breaks(stringify!($name), rules::$name($($arg),*))
    };
}

fn sent(qos: u8) -> Out {
    Out { token: 1, qos, topic: 1, len: 8, ..Out::default() }
}

fn ended(qos: u8, fate: Fate) -> Out {
    Out { done: Some(fate), ..sent(qos) }
}

#[test]
fn every_rule_is_shown_something_that_breaks_it() {
    let (rules, shown) = (include_str!("rules.rs"), include_str!("broken.rs"));
    let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let mut count = 0;
    for rule in rules.split("\nrule! {").skip(1) {
        let line = rule.lines().map(str::trim).find(|line| line.starts_with(is_name)).expect("a name");
        let name = line.split('(').next().unwrap_or_default();
        assert!(shown.contains(&format!("breaks!({name}(")), "{name} is never broken");
        count += 1;
    }
    assert!(count > 50, "only {count} rules were found");
}

#[test]
fn what_the_transport_must_not_be_asked() {
    let before = Offer { at: 1, bytes: vec![1, 2] };
    breaks!(write_has_bytes(0));
    breaks!(read_has_room(0));
    breaks!(link_is_open(false));
    breaks!(one_connection_at_a_time(true));
    breaks!(offer_is_stable(&before, 2, &[1, 2]));
    breaks!(offer_is_stable(&before, 1, &[1, 3]));
    breaks!(offer_is_stable(&before, 1, &[1, 2, 3]));
    breaks!(offer_is_not_withdrawn(true, false));
    breaks!(turn_makes_progress(false, false));
    breaks!(deadlines_are_not_idle(20));
    breaks!(deadline_is_ahead(3));
    breaks!(time_goes_on(200_000));
}

#[test]
fn what_must_not_go_over_the_wire() {
    let settings = Settings { client_id: b"limpet", keep_session: true, ..Settings::default() };
    let stranger =
        Connect { clean: false, keep_alive_s: 60, client_id: b"x", will: None, username: None, password: None };
    breaks!(connect_comes_first(0, &Packet::Pingreq));
    breaks!(connect_comes_first(1, &Packet::Connect(stranger)));
    breaks!(nothing_after_disconnect(true));
    breaks!(connect_as_configured(&settings, &stranger));
    breaks!(clean_as_configured(&settings, false, false));
    breaks!(clean_as_configured(&settings, true, true));
    breaks!(id_is_free(0, None));
    breaks!(id_is_free(1, Some(Use::Request)));
    breaks!(same_id_again(5, 1, 2));
    breaks!(no_dup_at_qos_0(true));
    breaks!(dup_says_again(5, true, false));
    breaks!(dup_says_again(5, false, true));
    breaks!(no_publish_after_pubrel(1, true));
    breaks!(replay_in_order(Some(6), 5));
    breaks!(replay_before_new(Some(&1), 5));
    breaks!(pubrel_is_asked_for(1, false));
    breaks!(pubcomp_is_asked_for(1, false));
    breaks!(ack_after_callback(1, false));
    breaks!(keep_alive_is_kept(60_001, 60_000));
}

#[test]
fn a_message_that_is_not_what_was_given() {
    let (out, payload) = (sent(1), book::payload(5, 8));
    let publish = Publish { dup: false, qos: 1, retain: false, topic: b"a/1", id: 1, payload: &payload };
    assert_eq!(rules::published_as_accepted(5, &out, &publish), Ok(()));
    breaks!(published_as_accepted(5, &out, &Publish { qos: 2, ..publish }));
    breaks!(published_as_accepted(5, &out, &Publish { retain: true, ..publish }));
    breaks!(published_as_accepted(5, &out, &Publish { topic: b"a/2", ..publish }));
    breaks!(published_as_accepted(5, &out, &Publish { payload: &book::payload(6, 8), ..publish }));
    let message = In { qos: 1, topic: 1, len: 8, ..In::default() };
    assert_eq!(rules::received_as_sent(5, &message, (1, false, b"a/1", &payload)), Ok(()));
    breaks!(received_as_sent(5, &message, (0, false, b"a/1", &payload)));
    breaks!(received_as_sent(5, &message, (1, false, b"a/1", &payload[1..])));
}

#[test]
fn what_must_not_become_of_a_message_to_the_broker() {
    breaks!(first_arrivals_in_order(Some(6), 5));
    breaks!(once_per_session(5, &Out { passed_on: 2, ..sent(0) }));
    breaks!(once_per_session(5, &Out { passed_on: 2, in_session: 2, ..sent(2) }));
    breaks!(done_once(1, false));
    breaks!(fate_has_cause(5, &ended(1, Fate::Expired), 7));
    breaks!(fate_has_cause(5, &Out { expires: 8, ..ended(1, Fate::Expired) }, 7));
    breaks!(fate_has_cause(5, &ended(1, Fate::Cancelled), 7));
    breaks!(fate_has_cause(5, &ended(1, Fate::Dropped), 7));
    breaks!(fate_has_cause(5, &ended(1, Fate::Replaced), 7));
    breaks!(delivered_is_there(5, &ended(1, Fate::Delivered)));
    breaks!(posted_is_there(5, &sent(1)));
    breaks!(unsent_never_arrives(5, &Out { arrived: true, ..ended(1, Fate::Expired) }));
}

#[test]
fn what_must_not_become_of_a_message_to_the_application() {
    breaks!(forgotten_is_done(5, &sent(1)));
    breaks!(answered_is_kept(5, true));
    breaks!(taken_once(5, &In { qos: 2, taken: 2, ..In::default() }));
    breaks!(taken_once(5, &In { qos: 0, taken: 2, ..In::default() }));
    breaks!(taken_in_order(Some(6), 5));
    breaks!(parts_in_order(10, 9));
    breaks!(topic_stays(b"a", b"b"));
    breaks!(has_key(None, 1));
    breaks!(has_key(Some(1), 1));
    breaks!(all_taken(5, &In { qos: 1, ..In::default() }));
}

#[test]
fn what_a_connection_must_not_be() {
    breaks!(online_offline_alternate(true, true));
    breaks!(pause_is_in_range(999, 1000, 60_000));
    breaks!(pause_is_in_range(60_001, 1000, 60_000));
    breaks!(pauses_have_jitter(&[2000; 20]));
    breaks!(attempt_on_time(Some(99), 100, 101));
    breaks!(attempt_on_time(None, 100, 100));
    breaks!(no_attempt_unasked(false));
    breaks!(attempt_ends(101, 100));
    breaks!(recovers_in_time(101, 100));
    breaks!(dead_peer_is_found(101, 100));
    breaks!(loss_has_cause(Error::PingTimeout, false));
    breaks!(probe_is_answered(101, 100));
    breaks!(probe_was_asked(false));
    breaks!(leaving_ends(101, 100));
    breaks!(retry_unless_left(true, true));
    breaks!(retry_unless_left(false, false));
    breaks!(granted_as_said(1, 2));
    breaks!(refused_for_room(Err(Error::State)));
}

#[test]
fn what_must_not_become_of_a_link() {
    breaks!(opens_over_a_steady_link(false));
    breaks!(nothing_is_open_without_a_link(false, true));
    breaks!(stop_follows_start(false));
    breaks!(start_has_cause(true, false));
    breaks!(reset_takes_a_second(Some(999)));
    breaks!(reset_has_cause(false, false, 1));
    breaks!(resets_are_rare(2, 3));
    breaks!(hung_link_is_reset(true, 3, 3));
    breaks!(slow_link_is_reset(true));
    breaks!(link_follows_the_client(true, true));
    breaks!(link_follows_the_client(false, false));
    breaks!(link_is_looked_at(Some(200), Some(201)));
    breaks!(link_is_looked_at(Some(1000), None));
    breaks!(loss_of_link_is_told(Some(Error::LinkDown)));
    breaks!(link_error_has_cause(Error::LinkFailed, -7, false));
    breaks!(lost_link_has_no_pause(Some(1)));
    breaks!(lost_link_has_no_pause(None));
    breaks!(hung_link_heals(true, true));
    breaks!(hung_link_heals(false, false));
}

#[test]
fn what_must_not_be_at_the_end() {
    let filter = (b"a".to_vec(), 1);
    breaks!(is_connected_at_the_end(false));
    breaks!(all_have_ended(&[5]));
    breaks!(filters_as_wished(std::slice::from_ref(&filter), &[]));
    breaks!(filters_as_wished(&[], std::slice::from_ref(&filter)));
    breaks!(filters_as_wished(&[(b"a".to_vec(), 2)], &[filter]));
    breaks!(answers_are_given(false));
    breaks!(outbox_is_empty(Err(Error::Full), 4, &Plan::new(&mut Rng::new(0))));
    breaks!(goodbye_is_said(false, true));
    breaks!(goodbye_is_said(true, false));
}

#[test]
fn the_book_sees_a_second_done() {
    let mut book = Book::default();
    book.accepted(sent(0));
    assert_eq!(book.done(1, Fate::Delivered, false, 0), Ok(()));
    breaks("done_once", book.done(1, Fate::Delivered, false, 0));
}

#[test]
fn the_book_sees_a_second_copy_in_one_session_and_allows_it_in_the_next() {
    let mut book = Book::default();
    book.accepted(sent(2));
    assert_eq!(book.passed_on(0, 1), Ok(()));
    assert_eq!(book.passed_on(0, 2), Ok(()));
    assert_eq!(book.allowed_twice, 1);
    breaks("once_per_session", book.passed_on(0, 2));
}

#[test]
fn the_book_sees_a_message_that_arrives_after_it_was_certainly_not_sent() {
    let mut book = Book::default();
    book.accepted(Out { cancelled: true, ..sent(0) });
    assert_eq!(book.done(1, Fate::Cancelled, false, 0), Ok(()));
    assert_eq!(book.passed_on(0, 1), Ok(()));
    breaks("unsent_never_arrives", book.arrived(0));
}

#[test]
fn the_book_sees_what_is_delivered_and_lost_unless_nobody_could_know() {
    let mut book = Book::default();
    book.accepted(sent(1));
    breaks("delivered_is_there", book.done(1, Fate::Delivered, false, 0));
    book.accepted(Out { token: 2, may_be_lost: true, ..sent(2) });
    assert_eq!(book.done(2, Fate::Delivered, false, 0), Ok(()));
    assert_eq!(book.allowed_lost, 1);
}
