//! Mutants of messages and requests to the broker: their order, their ids, their ends, and the bytes on offer.

use super::table::Row;

const OFFER: &str = "src/session/offer.rs";
const FATES: &str = "src/session/fates.rs";
const HEAD: &str = "src/session/head.rs";
const HINTS: &str = "src/session/hints.rs";
const OUTBOUND: &str = "src/session/outbound.rs";
const OUTBOX: &str = "src/session/outbox.rs";
const POLICY: &str = "src/session/policy.rs";
const SUBSCRIPTIONS: &str = "src/session/subscriptions.rs";

pub const ROWS: &[Row] = &[
    // After a reconnect.
    [
        "no replay with a session",
        OUTBOUND,
        "State::ResendDue\n",
        "State::Sent\n",
        "with_a_session_qos_1_goes_out_with_its_id_and_dup",
    ],
    [
        "no requeue without a session",
        OUTBOUND,
        "if !session_present {",
        "if false {",
        "without_a_session_qos_1_goes_out_as_a_new_message",
    ],
    [
        "a requeued message was certainly never sent",
        OUTBOUND,
        "head.flags |= MAYBE_SENT;",
        "",
        "a_message_sent_over_an_earlier_connection_may_have_been_delivered",
    ],
    [
        "PUBREL not sent again after a reconnect",
        OUTBOUND,
        "State::ReleaseDue\n",
        "State::Released\n",
        "with_a_session_qos_2_after_pubrec_is_only_released",
    ],
    [
        "PUBLISH again after PUBREC",
        OUTBOUND,
        "head.has_ended() || head.state.is_release() {",
        "head.has_ended() {",
        "with_a_session_qos_2_after_pubrec_is_only_released",
    ],
    [
        "what is new goes before the replay",
        OUTBOUND,
        "(self.oldest, self.cursor, self.pass) = (0, 0, 0);",
        "(self.oldest, self.cursor, self.pass) = (0, 0, LAST_PASS);",
        "what_was_under_way_goes_before_filters",
    ],
    ["DUP not set on replay", OUTBOUND, "set_dup(packet, is_again)", "set_dup(packet, false)", "with_its_id_and_dup"],
    ["DUP set on a first send", OUTBOUND, "set_dup(packet, is_again)", "set_dup(packet, true)", "goes_out"],
    [
        "DUP kept for good",
        OUTBOUND,
        "publish::set_dup(packet, is_again);",
        "if is_again { publish::set_dup(packet, true); }",
        "sent_five_times",
    ],
    [
        "filters not renewed without a session",
        OUTBOUND,
        "if !session_present || renew",
        "if renew",
        "filters_are_renewed_without_a_session",
    ],
    [
        "filters renewed though the session is present",
        OUTBOUND,
        "if !session_present || renew",
        "if true",
        "filters_are_not_renewed_with_a_session",
    ],
    [
        "filters not renewed in doubt",
        OUTBOUND,
        "if !session_present || renew",
        "if !session_present",
        "a_granted_filter_is_renewed_after_a_lost_connack",
    ],
    [
        "a request without an answer is not made again",
        OUTBOUND,
        "State::SubscribeSent => State::SubscribeDue,",
        "State::SubscribeSent => State::SubscribeSent,",
        "a_request_without_an_answer_is_made_again",
    ],
    // Deadlines.
    [
        "PUBREL not sent again when it is late",
        OUTBOUND,
        "State::Released => State::ReleaseDue,",
        "State::Released => State::Released,",
        "a_lost_pubcomp_makes_the_release_go_out_again",
    ],
    [
        "sent again for ever",
        OUTBOUND,
        "if head.flags / ONE_REPUB >= max_repubs {",
        "if head.flags / ONE_REPUB > max_repubs {",
        "repubs",
    ],
    [
        "PUBREL goes on with the count of its PUBLISH",
        OUTBOUND,
        "                head.flags &= ONE_REPUB - 1;\n",
        "",
        "the_release_has_a_count_of_its_own",
    ],
    // Identifiers.
    [
        "deadlines pass for ordered",
        HINTS,
        "in_order &= left >= last;",
        "_ = left >= last;",
        "what_hints_find_is_what_a_search_through_all_records_finds",
    ],
    [
        "a filter waits for something else to do",
        OUTBOX,
        "self.stale = CHANGED;\n        let token",
        "let token",
        "unsubscribe_ends_with_its_unsuback_and_is_not_renewed",
    ],
    ["an id under way is given again", HINTS, "if head.state.is_under_way() {", "if false {", "is_skipped"],
    [
        "id 0 is given",
        HINTS,
        "let mut free = 0_u16.wrapping_sub(id);",
        "let mut free = u16::MAX;",
        "a_request_made_again_at_the_wrap_of_ids_skips_0",
    ],
    [
        "an expiry frees the id of what was sent",
        FATES,
        "(is_queued || head.state == State::ResendDue) && ",
        "",
        "a_released_qos_2_is_released_after_a_reconnect",
    ],
    [
        "a release still behind its offer becomes sent",
        OUTBOUND,
        "head.state.is_due(LAST_PASS) && !head.state.is_release()",
        "head.state.is_due(LAST_PASS)",
        "stays_a_release",
    ],
    [
        "an unknown PUBREC is not released",
        OUTBOUND,
        "            control.ack(Kind::Pubrel, id);\n            if expected {",
        "            if expected {\n            control.ack(Kind::Pubrel, id);",
        "a_pubrec_for_an_unknown_id_is_released",
    ],
    [
        "PUBACK ends QoS 2",
        OUTBOUND,
        "state.is_unanswered() && !is_qos2,",
        "state.is_unanswered(),",
        "a_puback_for_qos_2",
    ],
    // Ends.
    [
        "DONE twice for what was given up",
        HEAD,
        "if !self.has_ended() {",
        "if true {",
        "an_expired_qos_2_goes_on_in_silence",
    ],
    ["DONE never for what was given up", FATES, "self.ended(i);", "", "a_message_that_waits"],
    ["what was given up is certainly not sent", FATES, "head.flags |= MAYBE_SENT;", "", "a_sent_qos_1_expires"],
    [
        "QoS 0 is done when it is half written",
        OUTBOUND,
        "head.end() <= before || head.end() > from",
        "head.end() <= before || (head.at as usize) >= from",
        "qos_0",
    ],
    [
        "a message given up on offer is kept when the link is lost",
        OUTBOUND,
        "head.state == State::Queued && head.has_ended()",
        "false",
        "an_expired_qos_1_on_offer_is_forgotten_with_the_link",
    ],
    ["a refused filter is kept", SUBSCRIPTIONS, "granted >= REFUSED", "false && granted >= REFUSED", "refus"],
    [
        "drop oldest drops QoS 1",
        POLICY,
        "outbox.can_move(head) && !packet::has_id(packet)",
        "outbox.can_move(head)",
        "drop_oldest_spares_qos_1_and_2",
    ],
    [
        "drop oldest in vain",
        POLICY,
        "if self.used + size > self.bytes.len() + room || self.count + SPARE >= heads {\n            return Err(Error::Full);",
        "if false {\n            return Err(Error::Full);",
        "drop_oldest_that_lacks_bytes_gives_nothing_up",
    ],
    [
        "a cancelled QoS 2 leaves its id at the broker",
        FATES,
        "if head.has(QOS2) && !is_queued {",
        "if false {",
        "a_qos_2_message_cancelled_before_its_replay_is_released",
    ],
    [
        "a cancelled QoS 1 is released like QoS 2",
        OUTBOUND,
        "!(session_present && head.has(QOS2))",
        "!session_present",
        "a_sent_qos_1_is_not_replayed_with_a_session",
    ],
    [
        "a drain waits for what was given up",
        FATES,
        "head.state.is_publish() && !head.has(SILENT)",
        "head.state.is_publish()",
        "a_drain_does_not_wait_for_what_was_given_up",
    ],
    [
        "an expiry in the past never comes",
        OUTBOUND,
        "head.can_expire() && reached(head.expires, now)",
        "head.can_expire() && head.expires == now",
        "a_deadline_passed_by_an_hour_is_reached",
    ],
    // The bytes on offer.
    ["offers without end", OUTBOUND, " || end - self.from > OFFER_MAX", "", "an_offer_is_about_a_segment"],
    [
        "the outbox moves what is on offer",
        OUTBOX,
        "!self.offering() || head.at as usize >= self.to",
        "true",
        "the_offer_stays",
    ],
    [
        "room is given back that is still on offer",
        OUTBOX,
        "last.state != State::Free || !self.can_move(last)",
        "last.state != State::Free",
        "a_puback_during_the_write_of_its_dup",
    ],
    [
        "the offer grows before it is taken",
        OFFER,
        "Source::Control => part(self.control.bytes(), self.from, self.to),",
        "Source::Control => part(self.control.bytes(), self.from, self.control.bytes().len()),",
        "nothing_is_lost_by_a_cut",
    ],
    [
        "the outbox's offer grows before it is taken",
        OFFER,
        "if self.source != Source::None {\n            return;",
        "if self.source != Source::None && self.source != Source::Outbox {\n            return;",
        "offer",
    ],
    [
        "replace writes over what is on offer",
        POLICY,
        "&& !outbox.on_offer(head) && is_chosen",
        "&& is_chosen",
        "replace_leaves_alone_what_is_on_offer",
    ],
    [
        "another QoS is written into a SUBSCRIBE on offer",
        SUBSCRIPTIONS,
        "if self.on_offer(&head) {",
        "if false {",
        "a_filter_on_offer_is_not_changed",
    ],
    [
        "UNSUBSCRIBE is written over a SUBSCRIBE on offer",
        SUBSCRIPTIONS,
        "            && !self.on_offer(&head)\n",
        "",
        "unsubscribe_while_the_subscribe_is_half_written_wins",
    ],
    [
        "compaction loses the place",
        OUTBOX,
        "self.cursor = if self.cursor < self.count { cursor } else { kept };",
        "_ = cursor;",
        "nothing_is_lost_and_nothing_comes_twice",
    ],
];
