//! Mutants of connecting, keep alive, deadlines and leaving.

use super::table::Row;

const CONNACK: &str = "src/session/connack.rs";
const CONNECTION: &str = "src/session/connection.rs";
const OFFER: &str = "src/session/offer.rs";
const BACKOFF: &str = "src/session/backoff.rs";
const CALLS: &str = "src/session/calls.rs";
const INBOUND: &str = "src/session/inbound.rs";
const STEP: &str = "src/session/step.rs";
const TIMERS: &str = "src/session/timers.rs";
const SESSION: &str = "src/session/mod.rs";
const CONFIG: &str = "src/session/config.rs";
const DRIVER: &str = "src/driver.rs";

pub const ROWS: &[Row] = &[
    [
        "back-off without jitter",
        BACKOFF,
        "let range = self.ceiling() - self.min_ms;",
        "let range = self.ceiling() - self.min_ms; if range > 0 { return self.ceiling(); }",
        "pauses_are_spread_over_the_whole_range",
    ],
    [
        "all devices have the same jitter",
        BACKOFF,
        "random: seed.wrapping_mul(0x9E37_79B9) | 1",
        "random: seed | u32::MAX",
        "pauses_of_two_devices_differ",
    ],
    ["back-off without floor", BACKOFF, "self.min_ms + (range >> 8)", "(range >> 8)", "a_floor_equal_to_the_ceiling"],
    ["back-off that never grows", BACKOFF, "self.failures.saturating_add(1)", "1", "growing_ceiling"],
    [
        "back-off never reset",
        CONNECTION,
        "self.backoff.held(now.wrapping_sub(self.online_at));",
        "",
        "a_connection_that_held_starts_the_pauses_again",
    ],
    [
        "back-off reset by a connection of a moment",
        BACKOFF,
        "if ms >= self.ceiling() {",
        "if true {",
        "a_connection_that_does_not_hold",
    ],
    [
        "back-off reset at open",
        OFFER,
        "self.note(Log::Opened, 0);",
        "self.backoff.succeeded();",
        "an_open_without_connack_does_not_start_them_again",
    ],
    ["a refusal tried again soon", CONNACK, "if !passes {", "if false {", "is_tried_again_slowly"],
    [
        "session_present after clean accepted",
        CONNACK,
        "if session_present && self.config.is_clean(self.first) {",
        "if false {",
        "a_session_present_after_a_clean_connect_is_a_protocol_error",
    ],
    [
        "receive buffer read into over CONNECT",
        OFFER,
        "Source::Hello => return (part(rx, self.from, self.to), &mut []),",
        "Source::Hello => { let (free, rest) = rx.split_at_mut(self.from);
         return (part(rest, 0, self.to - self.from), free); }",
        "nothing_is_read_while_connect_lies_in_the_receive_buffer",
    ],
    [
        "reading wanted over CONNECT",
        OFFER,
        "connected && self.source != Source::Hello && ",
        "connected && ",
        "reading_is_wanted_unless_it_would_be_in_vain",
    ],
    ["CONNACK awaited for ever", OFFER, "self.timers.arm(Timer::Phase, late_at);", "", "connack_is_awaited"],
    [
        "PINGRESP awaited for ever",
        OFFER,
        "if !self.holding && !self.timers.is_armed(Timer::Pingresp) {",
        "if false {",
        "a_peer_that_dies_is_found",
    ],
    [
        "PINGRESP is due at once behind a long packet",
        CONNECTION,
        "Timer::Pingresp => match self.timers.left(Timer::Read, now) {",
        "Timer::Pingresp => match None::<u32> {",
        "a_pingresp_behind_a_long_message",
    ],
    [
        "no ping while only receiving",
        CONNECTION,
        "Timer::SendIdle | Timer::ReceiveIdle => self.ping(),",
        "Timer::SendIdle => {} Timer::ReceiveIdle => self.ping(),",
        "inbound_traffic_does_not_suppress_pings",
    ],
    [
        "no ping while only sending",
        CONNECTION,
        "Timer::SendIdle | Timer::ReceiveIdle => self.ping(),",
        "Timer::ReceiveIdle => {} Timer::SendIdle => self.ping(),",
        "outbound_traffic_does_not_suppress_pings",
    ],
    [
        "inbound traffic puts pings off",
        INBOUND,
        "self.timers.arm(Timer::ReceiveIdle, self.ping_at(now));",
        "for t in [Timer::SendIdle, Timer::ReceiveIdle] { self.timers.arm(t, self.ping_at(now)); }",
        "inbound_traffic_does_not_suppress_pings",
    ],
    [
        "a read never times out",
        INBOUND,
        "self.timers.arm(Timer::Read, now.wrapping_add(left + more as u32));",
        "_ = (left, more);",
        "ends_in_a_read_timeout",
    ],
    [
        "each byte gives a read its full time again",
        INBOUND,
        "now.wrapping_add(left + more as u32)",
        "self.late_at(now)",
        "a_trickle_of_a_byte_per_9_s",
    ],
    [
        "a stalled part has the time of all parts",
        "src/session/inbox.rs",
        "rest.min(rx_size.saturating_sub(message.keep)).saturating_sub(here)",
        "rest - here",
        "a_stall_within_a_message_in_parts",
    ],
    [
        "a stalled head has the time of the message",
        "src/session/message.rs",
        "self.missing(missing.min(rx.len() - bytes.len()))",
        "self.missing(missing)",
        "a_stall_within_a_head",
    ],
    [
        "a look that finds something tells nobody",
        DRIVER,
        "    settle(session, false, read, room, now);\n}",
        "    _ = (read, room, now);\n}",
        "a_glance_reads_once",
    ],
    [
        "a write never times out",
        SESSION,
        "if self.source != Source::None && !self.timers.is_armed(Timer::Write) {",
        "if false {",
        "ends_in_a_write_timeout",
    ],
    [
        "an opening never times out",
        CONNECTION,
        "self.timers.arm(Timer::Phase, self.late_at(now));",
        "_ = now;",
        "opening_has_its_time_and_is_then_closed",
    ],
    [
        "other packets do not put PINGRESP off",
        INBOUND,
        "self.timers.arm(Timer::Pingresp, self.late_at(now));",
        "_ = now;",
        "a_pingresp_behind_many_messages_is_in_time",
    ],
    ["a probe believes what is old", CALLS, "< FRESH_MS", "<= FRESH_MS", "data_of_1000_ms_ago_needs_a_ping"],
    [
        "close tells of the loss before it",
        CALLS,
        "self.failure = None;",
        "",
        "close_tells_nothing_of_a_loss_that_was_not_told",
    ],
    [
        "the stored session is not discarded first",
        CONNACK,
        "if first && !self.is_v5() && self.config.discards_first() {",
        "if false && first {",
        "keep_only_discards_first",
    ],
    [
        "clean as on the first connection for ever",
        CONFIG,
        "clean: self.is_clean(first),",
        "clean: self.is_clean(first || !first),",
        "resume_only_is_stored_once",
    ],
    [
        "DISCONNECT inside a packet",
        CALLS,
        "self.said = false;",
        "self.said = false; self.source = super::Source::None;",
        "disconnect_comes_behind_the_packet_that_is_half_written",
    ],
    [
        "no lingering after DISCONNECT",
        OFFER,
        "self.timers.arm(Timer::Phase, now.wrapping_add(linger));",
        "_ = linger; self.timers.arm(Timer::Phase, now);",
        "lingers_100_ms",
    ],
    [
        "attempts go on after disconnect",
        CONNECTION,
        "        if leaving {",
        "        if false && leaving {",
        "disconnect_says_so",
    ],
    [
        "inbound partial packet kept after reconnect",
        CALLS,
        "self.inbox.reset();",
        "",
        "a_qos_2_cut_before_its_last_byte",
    ],
    [
        "half-written packet continued after reconnect",
        "src/session/outbound.rs",
        "self.stop_pulling();",
        "",
        "qos_0_that_was_cut_goes_out_whole_again",
    ],
    [
        "half-written answers continued after reconnect",
        CONNECTION,
        "self.control.clear();",
        "",
        "close_in_the_callback_of_qos_2_does_not_make_it_come_twice",
    ],
    [
        "the source of the offer outlives the connection",
        CONNECTION,
        "self.source = Source::None;\n        self.pinging = false;",
        "self.pinging = false;",
        "nothing_is_lost_or_doubled_by_a_cut",
    ],
    ["a drain ends with the connection", TIMERS, "self.armed &= 1 << Timer::Drain as u16;", "self.armed = 0;", "drain"],
    ["a drain that never sees its end", STEP, "if self.draining && self.outbox.is_drained() {", "if false {", "drain"],
    [
        "a probe that the loss does not answer",
        CALLS,
        "if self.timers.is_armed(Timer::Probe) {\n            self.probe_answer",
        "if false {\n            self.probe_answer",
        "a_probe_is_answered_no_when_the_connection_is_lost",
    ],
    [
        "a transport that lies is believed",
        DRIVER,
        "Ok(n) if n > most =>",
        "Ok(n) if false =>",
        "a_read_that_claims_too_much",
    ],
    [
        "no writing while there may be something to read",
        DRIVER,
        "(true, true) => select(writer.write(offer), reader.read(space)).await,",
        "(true, true) => Either::Second(reader.read(space).await),",
        "it_writes_first",
    ],
    [
        "an answered CONNECT leaves doubt",
        CONNACK,
        "core::mem::take(&mut self.unanswered) > 1",
        "core::mem::take(&mut self.unanswered) > 0",
        "filters_are_not_renewed_with_a_session",
    ],
    [
        "a lost CONNACK leaves no doubt",
        CONNACK,
        "core::mem::take(&mut self.unanswered) > 1",
        "core::mem::take(&mut self.unanswered) > 99",
        "a_granted_filter_is_renewed_after_a_lost_connack",
    ],
];
