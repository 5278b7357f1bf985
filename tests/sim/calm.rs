//! The end of a day: faults stop, and after a while everything must have ended well.

use crate::sim::book::{self, Out};
use crate::sim::rules::{self, enforce};
use crate::sim::world::World;
use crate::trace;
use limpet::packet::publish::Publish;
use limpet::packet::subscribe;
use limpet::session::Leave;

const MINUTE: u64 = 60_000;

pub fn end(world: &mut World) {
    trace!("calm");
    world.stop_faults();
    world.app.act_at = u64::MAX;
    world.app.resume_at = world.app.resume_at.map(|_| world.net.now);
    world.app.connect_at = world.net.now;
    if let Some((healed_by, well_by)) = world.calm_bounds() {
        world.run_until(healed_by);
        enforce(rules::hung_link_heals(world.is_hung(), true));
        world.run_until(well_by);
        enforce(rules::hung_link_heals(world.is_hung(), world.session.is_connected()));
    }
    run_for(world, 20 * MINUTE);

    is_well(world);
    enforce(rules::all_have_ended(&world.net.book.open));
    enforce(rules::all_have_ended(&world.app.goodbyes));
    for key in &world.net.book.posted {
        enforce(rules::posted_is_there(*key, &world.net.book.outs[*key as usize]));
    }
    for (key, message) in world.net.book.ins.iter().enumerate() {
        enforce(rules::all_taken(key, message));
    }
    enforce(rules::answers_are_given(world.net.tap.owes_nothing()));
    enforce(rules::pauses_have_jitter(&world.pauses));

    world.broker.restart(&mut world.net);
    world.broker.restart_at = u64::MAX;
    run_for(world, 20 * MINUTE);
    is_well(world);

    fill(world);
    run_for(world, MINUTE);
    enforce(rules::all_have_ended(&world.net.book.open));

    enforce(world.session.disconnect(Leave::Keep, world.clock()).map_err(|e| format!("{e:?}")));
    world.app.wants_connection = false;
    world.app.connect_at = u64::MAX;
    world.attempt = None;
    world.poll();
    run_for(world, MINUTE);
    enforce(rules::goodbye_is_said(world.net.tap.left, world.session.is_idle()));
}

/// Online, with all that the application subscribed to.
fn is_well(world: &World) {
    enforce(rules::is_connected_at_the_end(world.session.is_connected() && world.app.is_online));
    enforce(rules::all_have_ended(&world.app.unanswered()));
    enforce(rules::filters_as_wished(&world.app.wished(), &held(world)));
}

fn run_for(world: &mut World, span: u64) {
    world.run_until(world.net.now + span);
}

/// The filters at the broker.
fn held(world: &World) -> Vec<(Vec<u8>, u8)> {
    let mut held = world.broker.stored.as_ref().map_or(Vec::new(), |stored| stored.filters.clone());
    held.sort();
    held
}

/// The outbox takes what a fresh one with the same filters would.
fn fill(world: &mut World) {
    let wished = world.app.wished();
    // In MQTT 5 each has the length of its properties, and perhaps a byte more for its own length.
    let more = if world.net.plan.is_v5 { 2 } else { 0 };
    let filters: usize = wished.iter().map(|(filter, _)| subscribe::size(filter.len(), true) + more).sum();
    // The last head is kept for policies.
    let (room, heads) =
        (world.net.plan.outbox.saturating_sub(filters), world.net.plan.heads.saturating_sub(wished.len() + 1));
    let size =
        |len| more + Publish { dup: false, qos: 1, retain: false, topic: b"x", id: 1, payload: &vec![0; len] }.size();
    if heads == 0 || room < heads * size(4) {
        return;
    }
    // Small ones, and one that takes the rest.
    let rest = room - (heads - 1) * size(4);
    (1..heads).for_each(|_| publish(world, 4));
    publish(world, (0..rest).rev().find(|len| size(*len) <= rest).unwrap_or(4));
    world.poll();
}

fn publish(world: &mut World, len: usize) {
    let key = world.net.book.outs.len() as u32;
    let (topic, payload) = (book::topic(6, len, key), book::payload(key, len));
    let message = Publish { dup: false, qos: 1, retain: false, topic: &topic, id: 0, payload: &payload };
    let token = world.session.publish(&message);
    enforce(rules::outbox_is_empty(token, len, &world.net.plan));
    world.net.book.accepted(Out { token: token.unwrap_or(0), qos: 1, topic: 6, len, ..Out::default() });
}
