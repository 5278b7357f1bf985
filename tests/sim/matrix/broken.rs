//! What the matrix looks for is shown to it: a check that cannot fail guards nothing. The rules have theirs in
//! tests/sim/broken.rs.

use crate::sim::book::In;
use crate::sim::matrix::broker::send;
use crate::sim::matrix::case::{Case, Direction, Fault, Pace};
use crate::sim::matrix::story::Step::{self, *};
use crate::sim::matrix::story::{FILTER, Story, TOPIC};
use crate::sim::matrix::world::{self, Report, World};
use crate::sim::matrix::{coda, stories, voice};
use limpet::session::Leave;

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
            assert!(report.bytes.0 > 20 && report.bytes.1 > 3 && report.opens > 0, "{name}: {report:?}");
        }
    }
}

#[test]
fn every_combination_has_a_name_that_leads_back_to_it() {
    let all: Vec<_> = Pace::BOTH.into_iter().flat_map(|pace| Case::all(pace, (3, 2))).collect();
    assert_eq!(all.len(), 2 * ((4 + 3) * 11 + (3 + 2) * 9));
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
