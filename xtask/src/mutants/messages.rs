//! Mutants of messages from the broker: what is handed over, held, and answered.

use super::table::Row;

const CALLS: &str = "src/session/calls.rs";
const CONNACK: &str = "src/session/connack.rs";
const CONNECTION: &str = "src/session/connection.rs";
const OFFER: &str = "src/session/offer.rs";
const INBOUND: &str = "src/session/inbound.rs";
const MESSAGE: &str = "src/session/message.rs";
const INBOX: &str = "src/session/inbox.rs";
const RECEIVED: &str = "src/session/received.rs";
const STEP: &str = "src/session/step.rs";

pub const ROWS: &[Row] = &[
    [
        "what has no room is never fetched",
        INBOUND,
        "if self.inbox.excess && !self.received.is_full() {",
        "if false {",
        "what_has_no_room",
    ],
    [
        "what has no room ends the connection at once",
        INBOUND,
        "if self.inbox.excess && !self.received.is_full() {",
        "if self.inbox.excess {",
        "without_room_the_connection_goes_on",
    ],
    [
        "no filter for repeated QoS 2",
        MESSAGE,
        "head.qos == 2 && self.received.contains(head.id)",
        "false",
        "qos_2_is_handed_over_once",
    ],
    ["a received id is never given back", RECEIVED, "self.drop(i, 1);", "_ = i;", "qos_2"],
    [
        "received ids kept when the session is gone",
        CONNACK,
        "self.received.clear();",
        "",
        "without_a_session_old_ids_mean_nothing",
    ],
    [
        "received ids forgotten though the session is present",
        CONNACK,
        "if !session_present {",
        "if true {",
        "qos_2_is_handed_over_once_over_a_reconnect",
    ],
    [
        "no doubt about inbound QoS 2",
        MESSAGE,
        "(head.dup || !self.in_doubt)",
        "true",
        "an_id_of_qos_2_means_a_new_message",
    ],
    [
        "DUP does not help a doubt about inbound QoS 2",
        MESSAGE,
        "(head.dup || !self.in_doubt)",
        "!self.in_doubt",
        "an_id_of_qos_2_means_a_new_message",
    ],
    [
        "a full table of QoS 2 ids is not noticed",
        MESSAGE,
        "head.qos == 2 && self.received.is_full()",
        "false",
        "what_has_no_room",
    ],
    [
        "ack before the callback has returned",
        MESSAGE,
        "self.event = Some(Event::Message(part));",
        "self.event = Some(Event::Message(part)); self.taken(self.last_heard);",
        "hold",
    ],
    ["a held message is acknowledged", CALLS, "self.inbox.lent = false;", "", "hold"],
    [
        "a held message is read behind",
        STEP,
        "let mut has_looked = self.holding;",
        "let mut has_looked = false;",
        "hold",
    ],
    [
        "more is read while holding",
        OFFER,
        "if self.holding || self.inbox.lent {",
        "if self.inbox.lent {",
        "nothing_is_read_while_held",
    ],
    [
        "silence is judged while holding",
        CALLS,
        "for timer in [Timer::Read, Timer::Pingresp, Timer::ReceiveIdle] {",
        "for timer in [Timer::Read] {",
        "silence_is_not_judged_while_a_message_is_held",
    ],
    [
        "acknowledgements are late while holding",
        CONNECTION,
        "(self.holding || self.phase != Phase::Online, &self.config.settings)",
        "(self.phase != Phase::Online, &self.config.settings)",
        "silence_is_not_judged_while_a_message_is_held",
    ],
    ["no new time for acknowledgements after holding", CALLS, "self.outbox.restart_deadlines(late_at);", "", "hold"],
    [
        "only the first PUBREL gets its PUBCOMP",
        INBOUND,
        "self.control.ack(Kind::Pubcomp, id);",
        "if self.received.contains(id) { self.control.ack(Kind::Pubcomp, id); }",
        "a_pubrel_for_an_unknown_id_gets_its_pubcomp",
    ],
    [
        "answers without room are lost",
        INBOUND,
        "self.control.room() >= ANSWER_ROOM",
        "true",
        "without_room_for_answers",
    ],
    [
        "late acknowledgements end the connection",
        INBOUND,
        "self.note(Log::UnknownAck, id.into());",
        "self.lost(Error::Protocol, 0, id.into());",
        "an_unknown_puback_is_counted_and_ignored",
    ],
    [
        "a message whose topic does not fit is not acknowledged",
        MESSAGE,
        "if message.qos == 1 {",
        "if message.qos == 1 && message.treatment == Treatment::Deliver {",
        "a_topic_that_leaves_no_room_is_acknowledged",
    ],
    [
        "a duplicate is not acknowledged",
        MESSAGE,
        "} else if message.qos == 2 {",
        "} else if message.qos == 2 && message.treatment != Treatment::Duplicate {",
        "qos_2_is_handed_over_once",
    ],
    [
        "a topic that just fits is taken for one that does not",
        MESSAGE,
        "keep >= rx.len()",
        "keep + 1 >= rx.len()",
        "a_topic_that_leaves_one_byte_is_handed_over_byte_by_byte",
    ],
    ["each part is acknowledged", INBOX, "if message.offset < message.total {", "if false {", "part"],
    [
        "leaving leaves a taken message without its answer",
        CALLS,
        "if self.inbox.lent {\n            self.taken(now);",
        "if false {\n            self.taken(now);",
        "acknowledges_it_first",
    ],
    [
        "what arrives while leaving is kept",
        CONNECTION,
        "if self.phase != Phase::Leaving {\n            self.inbox",
        "if true {\n            self.inbox",
        "a_peer_that_talks_on_while_we_leave_is_heard_to_its_end",
    ],
];
