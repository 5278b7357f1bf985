//! What the matrix looks for is shown to it: a check that cannot fail guards nothing. The rules have theirs in
//! tests/sim/broken.rs.

use crate::sim::book::In;
use crate::sim::matrix::broker::send;
use crate::sim::matrix::case::{Beside, Case, Direction, Fault, Pace};
use crate::sim::matrix::story::Step::{self, *};
use crate::sim::matrix::story::{FILTER, Story, TOPIC};
use crate::sim::matrix::world::{self, Report, World};
use crate::sim::matrix::{coda, medium::Trait, radio::Start, stories, voice};
use limpet::session::Leave;
use limpet::session::record::Kind;

const KEEP: Step = Leave(Leave::Keep);

fn case(byte: usize, fault: Fault) -> Case {
    Case { direction: Direction::Out, byte, fault, pace: Pace::Whole }
}

fn tell(world: &mut World, steps: &[Step]) {
    steps.iter().for_each(|step| world.tell(*step));
}

#[test]
fn every_story_ends_well_when_nothing_goes_wrong() {
    for (name, story) in stories::all() {
        for pace in Pace::BOTH {
            let report = world::run(&story, Case::clean(pace), None);
            let [out, into, calls] = report.totals;
            assert!(out > 20 && into > 3 && report.opens > 0, "{name}: {report:?}");
            assert_eq!(calls > 0, story.store.is_some(), "{name}: {report:?}");
        }
    }
}

#[test]
fn every_combination_has_a_name_that_leads_back_to_it() {
    let of = |beside| Pace::BOTH.into_iter().flat_map(move |pace| Case::all(pace, [3, 2, 4], beside));
    assert_eq!(of(Beside::default()).count(), 2 * ((4 + 3) * 11 + (3 + 2) * 9));
    let all: Vec<_> = of(Beside { store: true, link: true }).collect();
    assert_eq!(all.len(), 2 * ((4 + 3) * (11 + 2 + 5) + (3 + 2) * 9 + 4 * 5));
    for case in all {
        let name = case.to_string();
        assert_eq!(Case::parse(&name.split(' ').collect::<Vec<_>>()), Some(case), "{name}");
    }
}

#[test]
#[should_panic(expected = "no end: Receive")]
fn a_story_without_an_end_is_seen() {
    world::run(&Story::new("", &[Connect, Online, Receive(1, 8), KEEP]), Case::clean(Pace::Whole), None);
}

#[test]
#[should_panic(expected = "no end: Settle")]
fn a_story_that_takes_longer_than_its_fault_explains_is_seen() {
    let story = Story::new("", &[Connect, Online, Settle, KEEP]);
    let clean = world::run(&story, Case::clean(Pace::Whole), None);
    // As if the answers were late for a reason that is none.
    world::within(&story, case(22, Fault::Hole), |world| {
        world.limit = clean.ms + coda::patience(Fault::Close);
        tell(world, &[Connect, Online, Publish(1, 8), Settle]);
    });
}

#[test]
#[should_panic(expected = "connections: 2 were opened, at most 1")]
fn a_connection_that_is_lost_without_a_cause_is_seen() {
    let story = Story::new("", &[Connect, Online, KEEP]);
    let clean = Report { opens: 0, ms: 1_000_000, ..Report::default() };
    world::run(&story, case(5, Fault::Close), Some(clean));
}

#[test]
#[should_panic(expected = "delivered_is_there")]
fn a_message_that_is_lost_is_seen() {
    let story = Story::new("", &[]);
    world::within(&story, Case::clean(Pace::Whole), |world| {
        tell(world, &[Connect, Online, Publish(1, 8), Poll, Serve]);
        world.wire.book.outs[0].passed_on = 0;
        tell(world, &[Settle]);
    });
}

#[test]
#[should_panic(expected = "an identifier of QoS 2 was not given back")]
fn an_identifier_that_the_client_keeps_is_seen() {
    let story = Story::new("", &[]);
    world::within(&story, Case::clean(Pace::Whole), |world| {
        tell(world, &[Connect, Subscribe(FILTER, 2), Settle]);
        // The broker never comes back to this one.
        world.wire.book.ins.push(In { qos: 2, topic: TOPIC, len: 8, ..In::default() });
        send(&mut world.wire, 0, 0, 999, false);
        world.broker.withholds = true;
        tell(world, &[Pass(1)]);
        coda::tell(world);
    });
}

#[test]
#[should_panic(expected = "of the outbox were not given back")]
fn bytes_of_the_outbox_that_are_not_given_back_are_seen() {
    let story = Story::new("", &[]);
    world::within(&story, Case::clean(Pace::Whole), |world| {
        tell(world, &[Connect, Online, Publish(1, 8)]);
        coda::fill_outbox(world);
    });
}

/// A story with a store that is told so far.
fn with_store(steps: &[Step], act: impl FnOnce(&mut World)) {
    let story = Story::new("", &[]).kept(Trait::Good);
    world::within(&story, Case::clean(Pace::Whole), |world| {
        tell(world, steps);
        act(world);
    });
}

#[test]
#[should_panic(expected = "forgotten_is_done: 0 was accepted")]
fn a_message_that_the_store_forgets_is_seen() {
    with_store(&[Connect, Online, Publish(1, 8)], |world| {
        world.drawer.with(|medium| medium.records.clear());
        tell(world, &[Reset]);
    });
}

#[test]
#[should_panic(expected = "answered_is_kept: 1 was granted")]
fn a_subscription_that_the_store_forgets_is_seen() {
    with_store(&[Connect, Subscribe(FILTER, 2), Settle], |world| {
        world.drawer.with(|medium| medium.records.clear());
        tell(world, &[Reset]);
    });
}

#[test]
#[should_panic(expected = "once_per_session: 0 of QoS 2 came 2 times")]
fn a_message_that_was_released_and_is_sent_again_after_a_reset_is_seen() {
    with_store(&[Connect, Online], |world| {
        tell(world, &[Publish(2, 8)]);
        let before = world.drawer.with(|medium| medium.records.clone());
        tell(world, &[Settle]);
        // As if nothing had been kept since. The tap is deaf to what the client may write.
        world.drawer.with(|medium| medium.records = before);
        world.wire.book.open.push(0);
        tell(world, &[Reset, Settle]);
    });
}

#[test]
#[should_panic(expected = "taken_once: 0 of QoS 2 came 2 times")]
fn a_message_that_comes_again_after_a_reset_is_seen() {
    with_store(&[Connect, Subscribe(FILTER, 2), Settle, Receive(2, 8), Serve, Poll], |world| {
        // The PUBREC is lost, and so is what the client knew when it wrote that.
        world.wire.conns.last_mut().expect("it is connected").up.bytes.clear();
        world.drawer.with(|medium| medium.records.retain(|_, record| record[2] != Kind::Received as u8));
        tell(world, &[Reset, Settle]);
    });
}

#[test]
#[should_panic(expected = "the store has [(1, 3)], wished is []")]
fn a_record_that_is_left_in_the_store_is_seen() {
    with_store(&[Connect, Online, Publish(1, 8)], |world| world.check_store());
}

#[test]
#[should_panic(expected = "never came")]
fn a_store_that_does_not_go_wrong_is_seen() {
    let story = Story::new("", &[Connect, Online, KEEP]).kept(Trait::Good);
    world::run(&story, Case { direction: Direction::Store, ..case(5, Fault::Fail) }, None);
}

#[test]
#[should_panic(expected = "link_follows_the_client")]
fn a_link_that_is_started_for_nobody_is_seen() {
    let story = Story::new("", &[]).supervised(&[]);
    world::within(&story, Case::clean(Pace::Whole), |world| {
        tell(world, &[Connect, Online, KEEP]);
        world.wire.radio_breaks(Fault::LinkHangs);
        world.check_link();
    });
}

#[test]
#[should_panic(expected = "no end: Online")]
fn a_link_that_never_comes_up_is_seen() {
    let story = Story::new("", &[]).supervised(&[Start::Wont; 100]);
    world::within(&story, Case::clean(Pace::Whole), |world| tell(world, &[Connect, Online]));
}

#[test]
fn nonsense_of_a_broker_is_seen() {
    let sense = |is_v5, bytes: &[u8]| voice::nonsense(is_v5, bytes).is_none();
    assert!(sense(false, b"\x20\x02\0\0\x40\x02\0\x01\xd0"));
    assert!(sense(true, b"\x20\x03\0\0\0\x40\x02\0\x01"));
    for bytes in [&b"\x20\x02\0\0\x20\x02\0\0"[..], b"\x40\x02\0\x01", b"\x20\x02\0\0\x82\x06\0\x01\0\x01t\0", b"\0\0"]
    {
        assert!(!sense(false, bytes), "{bytes:x?}");
    }
    assert!(!sense(true, b"\x20\x03\0\0\0\x32\x05\0\x01t\0\0"));
}
