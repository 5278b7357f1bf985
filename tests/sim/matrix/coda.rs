//! The end of every combination: what must be true of the story, and that the client is as good as new.

use crate::sim::book::In;
use crate::sim::matrix::case::Fault;
use crate::sim::matrix::medium::Trait;
use crate::sim::matrix::shelf::{Letter, State};
use crate::sim::matrix::story::{Step, TOPIC};
use crate::sim::matrix::voice;
use crate::sim::matrix::world::{Report, World};
use crate::sim::rules::{self, enforce};
use limpet::limits::RECEIVED_IDS;
use limpet::packet::publish::Publish;
use limpet::packet::subscribe;
use limpet::session::Leave;

/// Until whatever was held up has arrived.
const LATE_MS: u64 = 60_000;

/// How much longer a story may take: what the client needs to see that something is wrong, 25 s at most with a peer that is
/// silent, and its pauses, of which the first is 2 s at most, the second 4 s, the third 8 s. What is misunderstood may cost
/// more: a refusal that was none the longest pause, an acknowledgement for something else all the time that those have.
pub fn patience(fault: Fault) -> u64 {
    match fault {
        Fault::None => 0,
        Fault::Close | Fault::Reset | Fault::Half => 2_100,
        Fault::Stall => 3_100,
        Fault::Deny => 6_100,
        Fault::Refuse => 14_100,
        Fault::Kept | Fault::Lost => 3_000 + 8_100,
        Fault::Late | Fault::Mute | Fault::Hole => 25_000 + 2_100,
        // The client comes back at once, and tries as if nothing had been.
        Fault::Power | Fault::Torn | Fault::Saved => 0,
        Fault::PowerLost => 3_000 + 8_100,
        Fault::Fail => 0,
        // What it takes to come up is shorter than the time to see it and to settle. To be reset takes a second.
        Fault::LinkDown | Fault::LinkGone => 2_000,
        Fault::LinkFails => 3_000,
        Fault::LinkWont => 10_000,
        // Three failures of 10 s each and the pauses between them.
        Fault::LinkHangs => 25_000 + 30_000 + 14_100 + 3_000,
        Fault::Flip(_) => 60_000 + 20_000,
    }
}

/// What the story cost.
pub fn judge(world: &World, clean: Option<Report>, report: Report) {
    assert!(world.drawer.with(|medium| medium.has_struck()), "the call at which the store was to go wrong never came");
    let Some(clean) = clean else { return };
    let has_stayed = !world.wire.is_true && world.app.losses == 0 && !world.app.skipped;
    for conn in world.wire.conns.iter().filter(|_| has_stayed) {
        let wrong = voice::nonsense(world.story.manner.is_v5, &conn.heard);
        assert!(wrong.is_none(), "nonsense is put up with: {}", wrong.unwrap_or_default());
    }
    let most = clean.opens + may_cost(world.wire.case.fault);
    assert!(report.opens <= most, "connections: {} were opened, at most {most} are allowed", report.opens);
}

/// Connections and attempts, beside those that it takes anyway.
fn may_cost(fault: Fault) -> u32 {
    match fault {
        // It is shorter than any deadline.
        Fault::None | Fault::Stall | Fault::Fail => 0,
        Fault::Close | Fault::Reset | Fault::Half | Fault::Mute | Fault::Hole => 1,
        // What comes late may be a CONNECT, and takes the session over.
        Fault::Late | Fault::Deny => 2,
        Fault::Power | Fault::Torn | Fault::Saved => 1,
        Fault::LinkDown | Fault::LinkGone | Fault::LinkFails | Fault::LinkWont | Fault::LinkHangs => 1,
        Fault::Refuse => 3,
        Fault::Kept | Fault::Lost | Fault::PowerLost => 4,
        Fault::Flip(_) => u32::MAX / 2,
    }
}

pub fn tell(world: &mut World) {
    world.limit = world.wire.now + LATE_MS + patience(world.wire.case.fault);
    // What was to befall the client behind bytes that it never read, does not.
    world.wire.is_armed = false;
    if !world.wire.is_true {
        // What was misunderstood ends with the connection.
        world.wire.break_all();
    }
    // The message that was to be held may never have come.
    world.app.hold_ms = None;
    world.tell(Step::Pass(if world.wire.case.fault == Fault::Late { LATE_MS } else { 0 }));
    if world.session.is_idle() {
        world.tell(Step::Connect);
    }
    world.tell(Step::Online);
    world.is_coda = true;
    world.drawer.with(|medium| medium.is = Trait::Good);
    world.tell(Step::Settle);
    fill_outbox(world);
    world.tell(Step::Settle);
    let before = world.wire.opens;
    fill_inbound(world);
    // It takes no time, unless the client had no room.
    world.tell(Step::Pass(1));
    assert!(!world.broker.withholds && world.wire.opens == before, "an identifier of QoS 2 was not given back");
    world.tell(Step::Settle);
    world.tell(Step::Leave(Leave::Keep));
    world.check_link();
    world.check_store();
    if world.wire.is_true {
        enforce(rules::goodbye_is_said(world.wire.tap.left, world.session.is_idle()));
        enforce(rules::all_have_ended(&world.wire.book.open));
        for (key, message) in world.wire.book.ins.iter().enumerate() {
            enforce(rules::all_taken(key, message));
        }
    }
}

/// The outbox takes what a fresh one with the same filters would.
pub fn fill_outbox(world: &mut World) {
    let wished: Vec<_> = world.app.wishes.iter().map(|wish| wish.filter.len()).collect();
    // In MQTT 5 each has the length of its properties, and perhaps a byte more for its own length.
    let more = if world.story.manner.is_v5 { 2 } else { 0 };
    let filters: usize = wished.iter().map(|len| subscribe::size(*len, true) + more).sum();
    // The last head is kept for policies.
    let (room, heads) = (world.story.outbox - filters, world.story.heads - wished.len() - 1);
    let payload = vec![0; world.story.outbox];
    let size = |len: usize| {
        let topic = b"b/c";
        more + Publish { dup: false, qos: 1, retain: false, topic, id: 1, payload: &payload[..len] }.size()
    };
    for qos in (1..heads).map(|n| 1 + (n % 2) as u8) {
        assert!(world.publish(qos, 4), "a head of the outbox was not given back");
    }
    let rest = room - (heads - 1) * size(4);
    let len = (4..rest).rev().find(|len| size(*len) <= rest).expect("some room");
    assert!(world.publish(1, len), "{len} bytes of the outbox were not given back");
}

/// As many QoS 2 messages at once as the client can remember.
fn fill_inbound(world: &mut World) {
    let Some(shelf) = world.broker.shelves.get_mut(world.story.settings.client_id) else { return };
    world.broker.withholds = true;
    // A message that was damaged may have left an identifier with the client that the broker knows nothing of.
    let most = if world.wire.is_true { RECEIVED_IDS } else { RECEIVED_IDS - 1 };
    for _ in 0..most {
        let key = world.wire.book.ins.len() as u32;
        world.wire.book.ins.push(In { qos: 2, topic: TOPIC, len: 8, session: shelf.number, ..In::default() });
        shelf.letters.push_back(Letter { key, id: 0, state: State::Queued });
    }
}
