//! Mutants of what outlives a reset.

use super::table::Row;

const OUTBOUND: &str = "src/session/outbound.rs";
const OUTBOX: &str = "src/session/outbox.rs";
const RECORD: &str = "src/session/record.rs";
const RESTORE: &str = "src/session/restore.rs";
const STORE: &str = "src/session/store.rs";

pub const ROWS: &[Row] = &[
    [
        "a release is kept as the message",
        RESTORE,
        "state if state.is_release() => Kind::Release,",
        "state if state.is_release() => Kind::Message,",
        "wherever_the_power_is_cut",
    ],
    [
        "nothing is kept of a message with pull",
        RESTORE,
        "_ if head.has_ended() || head.is_pulled() => {",
        "_ if head.is_pulled() => Kind::None, _ if head.has_ended() => {",
        "the_identifier_of_a_qos_2_message_with_pull",
    ],
    [
        "kept after it was sent",
        "src/session/step.rs",
        "            self.sync(now);\n            if self.has_notice()",
        "            if self.has_notice()",
        "wherever_the_power_is_cut",
    ],
    [
        "another id than the one that is kept",
        OUTBOUND,
        "let has_id = head.id != 0 && self.has_store",
        "let has_id = false && self.has_store",
        "goes_out_again_with_its_id",
    ],
    [
        "a message that cannot be kept is accepted",
        STORE,
        "self.save_head(outbox, i, kind, now).inspect_err(|_| outbox.free(i))",
        "self.save_head(outbox, i, kind, now).or(Ok(()))",
        "what_cannot_be_saved_is_refused",
    ],
    ["nobody looks at the checksum", RECORD, "sum == checksum(whole)", "true", "every_bit_that_falls_over"],
    ["the same key again and again", STORE, "self.next = key + 1;", "", "all_wear_alike"],
    [
        "a request is kept with the next change",
        OUTBOX,
        "self.stale = CHANGED;\n        let token",
        "self.stale |= UNSEEN;\n        let token",
        "a_request_is_kept_at_once",
    ],
    ["a filter keeps its first QoS", STORE, "slot.is_stale = true", "slot.is_stale = false", "subscriptions_come_back"],
    [
        "what the broker had is sent to it again",
        OUTBOUND,
        "if head.is_bare() {",
        "if false {",
        "what_the_broker_had_of_qos_2_is_delivered",
    ],
    [
        "received ids are not kept",
        STORE,
        "if received.changed {",
        "if false {",
        "a_message_of_qos_2_that_was_had_does_not_come_again",
    ],
];
