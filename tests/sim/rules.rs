//! What must always hold, each rule with a name. They are functions of plain values, so that each can be shown to
//! fail; see broken.rs.

use crate::sim::book::{self, In, Out};
use crate::sim::link::Offer;
use crate::sim::plan::Plan;
use limpet::error::Error;
use limpet::event::Fate;
use limpet::packet::Packet;
use limpet::packet::connect::Connect;
use limpet::packet::publish::Publish;
use limpet::session::Settings;

/// The rule that is broken, and how.
pub type Verdict = Result<(), String>;

pub fn enforce(verdict: Verdict) {
    if let Err(violation) = verdict {
        panic!("{violation}");
    }
}

macro_rules! rule {
    ($(#[$doc:meta])* $name:ident($($arg:ident: $type:ty),*) $holds:block $($words:tt)*) => {
        $(#[$doc])*
        pub fn $name($($arg: $type),*) -> Verdict {
            if $holds { Ok(()) } else { Err(format!("{}: {}", stringify!($name), format_args!($($words)*))) }
        }
    };
}

// What the transport is asked for.

rule! { write_has_bytes(len: usize) { len > 0 } "asked to write nothing" }
rule! { read_has_room(len: usize) { len > 0 } "asked to read into nothing" }
rule! { link_is_open(is_open: bool) { is_open } "used without a connection" }
rule! { one_connection_at_a_time(is_open: bool) { !is_open } "open without a close" }
rule! {
    /// TLS may have encrypted it already.
    offer_is_stable(before: &Offer, at: usize, bytes: &[u8]) { before.at == at && before.bytes == bytes }
    "{} bytes at {:#x} were offered, now {} at {at:#x}", before.bytes.len(), before.at, bytes.len()
}
rule! {
    offer_is_not_withdrawn(stands: bool, offered_now: bool) { !stands || offered_now }
    "bytes that would have blocked are not offered again"
}
rule! {
    turn_makes_progress(moved: bool, has_event: bool) { moved || has_event }
    "a turn was ready and did nothing"
}
rule! {
    deadlines_are_not_idle(polls: u32) { polls < 20 }
    "{polls} polls in a row were due and did nothing"
}
rule! {
    deadline_is_ahead(times: u32) { times < 3 }
    "the deadline is in the past {times} times in a row"
}

rule! { time_goes_on(rounds: u32) { rounds < 200_000 } "{rounds} rounds at the same instant" }

// What goes over the wire.

rule! {
    /// [MQTT-3.1.0-1] [MQTT-3.1.0-2]
    connect_comes_first(connects: u32, packet: &Packet) { (connects == 0) == matches!(packet, Packet::Connect(_)) }
    "{packet:?} after {connects} CONNECT"
}
rule! { nothing_after_disconnect(left: bool) { !left } "a packet after DISCONNECT" }
rule! {
    connect_as_configured(s: &Settings, c: &Connect) {
        let s = (s.client_id, s.username, s.password, s.will);
        s == (c.client_id, c.username, c.password, c.will)
    }
    "{c:?}"
}
rule! {
    clean_as_configured(s: &Settings, accepted_before: bool, clean: bool) {
        clean == if accepted_before { !s.keep_session } else { !s.resume_session }
    }
    "clean {clean}, accepted before: {accepted_before}"
}
rule! {
    /// [MQTT-2.3.1-2]
    id_is_free(id: u16, used: Option<crate::sim::tap::Use>) { id != 0 && used.is_none() } "{id} is {used:?}"
}
rule! { same_id_again(key: u32, before: u16, id: u16) { before == id } "{key} was {before}, now {id}" }
rule! { no_dup_at_qos_0(dup: bool) { !dup } "[MQTT-3.3.1-2]" }
rule! {
    /// [MQTT-3.3.1-1]
    dup_says_again(key: u32, again: bool, dup: bool) { dup == again } "{key}: sent before {again}, DUP {dup}"
}
rule! {
    /// [MQTT-4.3.3-1]
    no_publish_after_pubrel(id: u16, released: bool) { !released } "{id}"
}
rule! {
    /// [MQTT-4.6.0-1]
    replay_in_order(before: Option<u32>, key: u32) { before.is_none_or(|b| b < key) } "{key} after {before:?}"
}
rule! {
    /// [MQTT-4.4.0-1]
    replay_before_new(id: Option<&u16>, key: u32) { id.is_none() } "{id:?} is not sent again and {key} is sent"
}
rule! { pubrel_is_asked_for(id: u16, asked: bool) { asked } "PUBREL {id} without PUBREC" }
rule! { pubcomp_is_asked_for(id: u16, asked: bool) { asked } "PUBCOMP {id} without PUBREL" }
rule! {
    ack_after_callback(id: u16, taken: bool) { taken }
    "{id} is acknowledged and the application has not had it, or more than once"
}
rule! {
    published_as_accepted(key: u32, out: &Out, p: &Publish) {
        let right = (out.qos, out.retain, out.len) == (p.qos, p.retain, p.payload.len());
        right && p.topic == book::topic(out.topic, out.len, key) && p.payload == book::payload(key, out.len)
    }
    "{key} is not what was given"
}
rule! {
    /// [MQTT-3.1.2-23] Not while the transport takes nothing.
    keep_alive_is_kept(silent: u64, keep_alive: u64) { keep_alive == 0 || silent <= keep_alive }
    "silent for {silent} ms of {keep_alive}"
}

// Messages to the broker.

rule! {
    first_arrivals_in_order(before: Option<u32>, key: u32) { before.is_none_or(|b| b < key) }
    "{key} arrived after {before:?}"
}
rule! {
    once_per_session(key: u32, out: &Out) {
        match out.qos { 0 => out.passed_on == 1, 1 => true, _ => out.in_session == 1 }
    }
    "{key} of QoS {} came {} times, {} in one session", out.qos, out.passed_on, out.in_session
}
rule! { done_once(token: u32, is_open: bool) { is_open } "DONE for {token}, which is not open" }
rule! {
    fate_has_cause(key: u32, out: &Out, now: u64) {
        match out.done {
            Some(Fate::Expired) => out.expires != 0 && now >= out.expires,
            Some(Fate::Cancelled) => out.cancelled,
            Some(Fate::Dropped) => out.may_drop,
            Some(Fate::Replaced) => out.may_replace,
            _ => true,
        }
    }
    "{key} is {:?}", out.done
}
rule! {
    delivered_is_there(key: u32, out: &Out) { out.done != Some(Fate::Delivered) || out.qos == 0 || out.passed_on > 0 || out.may_be_lost }
    "{key} is delivered, says the client, and the broker never had it"
}
rule! {
    posted_is_there(key: u32, out: &Out) { out.qos == 0 || out.may_drop || out.may_replace || out.passed_on > 0 || out.may_be_lost }
    "{key} was posted and never came"
}
rule! {
    unsent_never_arrives(key: u32, out: &Out) {
        let unsent = out.done.is_some_and(|fate| fate != Fate::Delivered) && !out.maybe_sent;
        !unsent || out.passed_on == 0 && !out.arrived
    }
    "{key} is {:?} and certainly not sent, and arrived", out.done
}

// What outlives a loss of the power.

rule! {
    forgotten_is_done(key: u32, out: &Out) {
        out.qos == 0 || out.cancelled || out.is_pulled || out.passed_on > 0 || out.may_be_lost
    }
    "{key} was accepted, and is neither in the store nor at the broker"
}
rule! { answered_is_kept(token: u32, is_answered: bool) { !is_answered } "{token} was granted, and is not in the store" }

// Messages to the application.

rule! {
    taken_once(key: u32, m: &In) { m.qos == 1 || m.taken == 1 || m.unsaved } "{key} of QoS {} came {} times", m.qos, m.taken
}
rule! {
    taken_in_order(before: Option<u32>, key: u32) { before.is_none_or(|b| b < key) } "{key} came after {before:?}"
}
rule! { parts_in_order(offset: usize, have: usize) { offset == have } "a part at {offset}, {have} were here" }
rule! {
    received_as_sent(key: u32, m: &In, is: (u8, bool, &[u8], &[u8])) {
        let right = (m.qos, m.retain, m.len) == (is.0, is.1, is.3.len());
        right && is.2 == book::topic(m.topic, m.len, key) && is.3 == book::payload(key, m.len)
    }
    "{key}, {m:?}, came as {is:?}"
}
rule! { has_key(key: Option<u32>, messages: usize) { key.is_some_and(|k| (k as usize) < messages) } "{key:?}" }
rule! { all_taken(key: usize, m: &In) { m.qos == 0 || m.waived || m.oversize || m.taken > 0 } "{key} never came" }

// Connections.

rule! { online_offline_alternate(is_online: bool, was_online: bool) { is_online != was_online } "{is_online} twice" }
rule! {
    pause_is_in_range(p: u32, least: u32, most: u32) { least <= p && p <= most } "{p} of {least} to {most}"
}
rule! {
    pauses_have_jitter(pauses: &[u32]) {
        let mut kinds = pauses.to_vec();
        kinds.sort_unstable();
        kinds.dedup();
        pauses.len() < 20 || kinds.len() >= 10
    }
    "{pauses:?}"
}
rule! {
    attempt_on_time(opened: Option<u64>, due: u64, now: u64) {
        opened.map_or(now < due, |at| at >= due)
    }
    "announced for {due}, opened {opened:?}, it is {now}"
}
rule! { no_attempt_unasked(wanted: bool) { wanted } "the application does not want to be connected" }
rule! { attempt_ends(age: u64, limit: u64) { age <= limit } "open for {age} ms, not yet accepted nor given up" }
rule! {
    /// After the broker is back: the pause that was announced, and a second.
    recovers_in_time(now: u64, by: u64) { now <= by } "not online {} ms after it should be", now - by
}
rule! {
    dead_peer_is_found(silent: u64, limit: u64) { silent <= limit } "nothing came for {silent} ms, limit {limit}"
}
rule! {
    loss_has_cause(error: Error, troubled: bool) { troubled } "{error:?} on a sound connection"
}
rule! { probe_is_answered(age: u64, limit: u64) { age <= limit } "no answer to broker_up for {age} ms" }
rule! { leaving_ends(age: u64, limit: u64) { age <= limit } "not idle {age} ms after disconnect" }

rule! { granted_as_said(code: u8, granted: u8) { code == granted } "{code} is reported, {granted} was granted" }
rule! {
    refused_for_room(result: Result<u32, Error>) {
        matches!(result, Ok(_) | Err(Error::Full | Error::TooLarge))
    }
    "{result:?}"
}

rule! { probe_was_asked(asked: bool) { asked } "an answer to broker_up, which was not called" }
rule! { retry_unless_left(retries: bool, left: bool) { retries != left } "retries {retries}, left {left}" }
rule! { topic_stays(before: &[u8], topic: &[u8]) { before == topic } "{before:?} became {topic:?}" }

// The link under the transport.

rule! { opens_over_a_steady_link(is_steady: bool) { is_steady } "opened while the link is down, or not up for long" }
rule! {
    nothing_is_open_without_a_link(is_steady: bool, is_open: bool) { is_steady || !is_open }
    "open, and the link was seen down"
}
rule! { stop_follows_start(is_started: bool) { is_started } "stopped, and not started" }
rule! {
    start_has_cause(is_started: bool, was_lost: bool) { !is_started || was_lost } "started again without a loss or a stop"
}
rule! { reset_takes_a_second(off: Option<u64>) { off.is_none_or(|ms| ms >= 1000) } "started {off:?} ms after the stop" }
rule! {
    /// It failed, or had its time to come up; or it is up, and may hang.
    reset_has_cause(is_loss: bool, is_steady: bool, status: i32) { is_loss || is_steady } "reset at status {status}"
}
rule! {
    resets_are_rare(failures: i32, patience: i32) { failures >= patience } "reset after {failures} failures of {patience}"
}
rule! {
    hung_link_is_reset(is_steady: bool, failures: i32, patience: i32) { !is_steady || failures < patience }
    "not reset after {failures} failures of {patience}"
}
rule! { slow_link_is_reset(is_late: bool) { !is_late } "it had its time to come up, and is not reset" }
rule! {
    link_follows_the_client(is_in_hand: bool, is_idle: bool) { is_in_hand != is_idle }
    "started or being reset: {is_in_hand}, the client is idle: {is_idle}"
}
rule! {
    link_is_looked_at(within: Option<u32>, wait: Option<u32>) { within.is_none_or(|most| wait.is_some_and(|ms| ms <= most)) }
    "the next look must be within {within:?} ms, and is in {wait:?}"
}
rule! { loss_of_link_is_told(owed: Option<Error>) { owed.is_none() } "no event of {owed:?} in the poll that saw it" }
rule! {
    link_error_has_cause(error: Error, detail: i32, was_seen: bool) { was_seen } "{error:?} {detail} was not seen"
}
rule! { lost_link_has_no_pause(retry_ms: Option<u32>) { retry_ms == Some(0) } "{retry_ms:?}" }
rule! { hung_link_heals(is_hung: bool, connected: bool) { !is_hung && connected } "hung {is_hung}, connected {connected}" }

// The calm end.

rule! { is_connected_at_the_end(is: bool) { is } "not connected after the calm" }
rule! { all_have_ended(open: &[u32]) { open.is_empty() } "no DONE for {open:?}" }
rule! {
    filters_as_wished(wished: &[(Vec<u8>, u8)], held: &[(Vec<u8>, u8)]) { wished == held }
    "wished {wished:?}, the broker has {held:?}"
}
rule! { answers_are_given(owes_nothing: bool) { owes_nothing } "a PUBACK, PUBREC or PUBCOMP is missing" }
rule! {
    outbox_is_empty(taken: Result<u32, Error>, len: usize, plan: &Plan) { taken.is_ok() }
    "{len} bytes do not fit into {} with {} heads: {taken:?}", plan.outbox, plan.heads
}
rule! { goodbye_is_said(said: bool, is_idle: bool) { said && is_idle } "said {said}, idle {is_idle}" }
