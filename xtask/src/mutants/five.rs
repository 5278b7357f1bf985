//! Mutants of what only MQTT 5 has.

use super::table::Row;

const CONNACK: &str = "src/session/connack.rs";
const OFFER: &str = "src/session/offer.rs";
const CONNECTION_5: &str = "src/session/v5/connection.rs";
const INBOUND_5: &str = "src/session/v5/inbound.rs";
const OUTBOUND: &str = "src/session/outbound.rs";
const OUTBOX_5: &str = "src/session/v5/outbox.rs";
const CALLS_5: &str = "src/session/v5/calls.rs";
const STATE: &str = "src/session/v5/mod.rs";
const LIMITS: &str = "src/packet/v5/connect.rs";
const REASON: &str = "src/packet/v5/reason.rs";

pub const ROWS: &[Row] = &[
    [
        "one more under way than the broker takes",
        OUTBOX_5,
        "usize::saturating_sub(most, out)",
        "usize::saturating_sub(most + 1, out)",
        "no_more_are_under_way",
    ],
    [
        "releases that are due are waited for",
        OUTBOX_5,
        "head.state.awaits() || self.on_offer(head)",
        "head.state.awaits() || head.state.is_release() || self.on_offer(head)",
        "releases_behind_a_message",
    ],
    [
        "the expiry is sent as it was given",
        CONNECTION_5,
        "self.outbox.stamp(now);",
        "",
        "the_time_that_is_left_is_sent",
    ],
    ["sent again over a living connection", OUTBOUND, "if is_v5 {", "if false && is_v5 {", "nothing_is_sent_again"],
    ["aliases outlive their connection", STATE, "self.aliases_out.clear();", "", "topics_are_sent_again"],
    ["the broker's aliases do so", STATE, "self.aliases_in.clear();", "", "an_alias_is_forgotten"],
    [
        "something comes between the head and the rest of a packet",
        OFFER,
        "self.source = Source::Outbox;\n                self.from = 0;",
        "self.source = Source::None;\n                self.from = 0;",
        "leaving_in_the_middle_of_a_head",
    ],
    ["what the broker does not take is sent", CONNACK, "self.outbox.sort_out();", "", "is_refused_with_the_reason"],
    [
        "a refused publish counts as delivered",
        OUTBOX_5,
        "if is_refusal { Fate::Refused }",
        "if false && is_refusal { Fate::Refused }",
        "a_puback_that_refuses",
    ],
    ["a given up message is reported again", OUTBOX_5, "(!had_ended).then_some(i)", "Some(i)", "was_given_up"],
    [
        "the broker asks for an authentication that nobody offered",
        INBOUND_5,
        "|| !self.outbox.v5().is_some_and(|v5| v5.authenticates_by(method))",
        "",
        "without_a_method",
    ],
    ["the broker's keep alive is ignored", CONNECTION_5, "own.min(u32::from(s) * 250)", "own", "keep_alive_holds"],
    [
        "an old session is discarded as in 3.1.1",
        CONNACK,
        "if first && !self.is_v5() && self.config.discards_first() {",
        "if first && self.config.discards_first() {",
        "discarded_by_the_first_connection",
    ],
    ["a busy broker is left alone for a minute", REASON, "0x88 | 0x89", "0x88", "a_broker_that_is_busy"],
    [
        "retain is sent to who does not keep it",
        LIMITS,
        "retain && !self.retain_available",
        "false",
        "retain_is_refused",
    ],
    ["a timeout beside an expiry", CALLS_5, "timeout_ms > 0 && expiry.is_some()", "false", "one_too_many"],
    ["a step of authentication outlives its connection", STATE, "if !self.is_farewell {", "if false {", "dies_with"],
    [
        "the reason for leaving does not outlive an outage",
        STATE,
        "if !self.is_farewell {",
        "if true {",
        "over_an_outage",
    ],
    [
        "an alias that was never set is dropped in silence",
        INBOUND_5,
        "if !v5.skipped && !v5.aliases_in.is_set(alias) {",
        "if false {",
        "an_alias_that_was_never_set",
    ],
    [
        "what waits for the broker's room holds back what need not",
        OUTBOUND,
        "if self.must_wait() {\n                    self.cursor += 1;\n                    continue;",
        "if self.must_wait() {\n                    return;",
        "do_not_wait_for_the_brokers_room",
    ],
    ["what has waited is forgotten", OUTBOX_5, "self.cursor = self.oldest;", "", "no_more_are_under_way"],
    ["what the last broker allowed is allowed", STATE, "self.quota = 0;", "", "the_next_connection_may_allow_less"],
    [
        "a release makes room that it never took",
        OUTBOX_5,
        "(true, false) if v5.quota > 0",
        "(true, false)",
        "releases_beyond",
    ],
    [
        "a release that is sent takes no room",
        OUTBOUND,
        "self.tally(State::ReleaseDue, State::Released);",
        "",
        "a_release_takes_its_place",
    ],
    [
        "DISCONNECT goes before answers",
        CONNECTION_5,
        "if is_farewell && !self",
        "if false && !self",
        "behind_the_acknowledgements",
    ],
    ["DISCONNECT is as long as it is", CONNECTION_5, "v5.shorten();", "", "a_reason_is_left_out"],
    [
        "any reason to leave",
        CALLS_5,
        "if !reason::is_clients(code) {",
        "if false {",
        "a_reason_that_no_client_may_give",
    ],
    ["another method is offered", CALLS_5, "|| !v5.authenticates_by(method) {", "{", "the_method_is_that_of_connect"],
    [
        "what was sent expires on the wire",
        OUTBOUND,
        "if !self.expires_elsewhere(i) {",
        "if true {",
        "that_was_sent_does_not_expire_on_the_wire",
    ],
];
