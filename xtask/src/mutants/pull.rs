//! Mutants of payloads that are asked for while they go out.

use super::table::Row;

const OFFER: &str = "src/session/offer.rs";
const OUTBOUND: &str = "src/session/outbound.rs";
const PULL: &str = "src/session/pull.rs";
const SESSION: &str = "src/session/mod.rs";

pub const ROWS: &[Row] = &[
    ["the same piece again", PULL, "self.pulling.offset = offset + n;", "", "goes_out_whole"],
    [
        "acknowledgements between pieces",
        OFFER,
        "self.control.bytes().is_empty() && !self.outbox.pulling.is_begun() {",
        "self.control.bytes().is_empty() {",
        "a_source_that_is_not_ready_is_asked_again",
    ],
    ["a message that was cut goes on", PULL, "_ => self.pulling.stage = Stage::Cut,", "_ => {}", "expires_midway"],
    [
        "a message that was not begun costs the connection",
        PULL,
        "Stage::First => self.stop_pulling(),",
        "Stage::First => self.pulling.stage = Stage::Cut,",
        "before_its_first_byte",
    ],
    [
        "a source that stalls midway is waited for",
        OFFER,
        "self.timers.arm(Timer::Write, late_at);\n            return;",
        "self.timers.stop(Timer::Write);\n            return;",
        "a_source_that_never_goes_on",
    ],
    ["nobody asks again", SESSION, " || self.outbox.pulling.is_hungry();", ";", "a_source_that_is_not_ready"],
    [
        "others join its offer",
        OUTBOUND,
        "} else if is_pulled || self.to",
        "} else if self.to",
        "stays_in_order_around_it",
    ],
    ["it has only one piece", PULL, "if self.pulling.offset < len {", "if false {", "goes_out_whole"],
    ["a ping in the middle", OFFER, "_ if self.outbox.pulling.is_begun() => {}\n", "", "a_ping_that_is_due_midway"],
];
