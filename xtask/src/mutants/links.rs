//! Mutants of the link under the transport, of fail_first, and of the question to the Internet.

use super::table::Row;

const SUPERVISOR: &str = "src/supervisor.rs";
const LINK: &str = "src/session/link.rs";
const CONNACK: &str = "src/session/connack.rs";
const CONNECTION: &str = "src/session/connection.rs";
const CALLS: &str = "src/session/calls.rs";
const ERROR: &str = "src/error.rs";
const WAN: &str = "src/wan.rs";

pub const ROWS: &[Row] = &[
    [
        "opens while the link is down",
        CONNECTION,
        "Phase::Waiting if self.link_down => {}",
        "",
        "nothing_is_opened_before_the_link_is_up",
    ],
    [
        "a link that flickers is taken for steady",
        SUPERVISOR,
        "if status == 0 && self.phase == Phase::Settling {",
        "if false {",
        "a_link_that_flickers_is_not_steady",
    ],
    [
        "a lost link is not told",
        SUPERVISOR,
        "session.link_lost(Error::LinkDown, 0, now);",
        "",
        "the_loss_of_the_link_ends_the_connection",
    ],
    [
        "a lost link is not started again",
        SUPERVISOR,
        "session.link_lost(Error::LinkDown, 0, now);\n            return self.start(rules, session, now);",
        "session.link_lost(Error::LinkDown, 0, now);\n            self.phase = Phase::Starting;\n            return None;",
        "a_lost_link_is_started_again",
    ],
    [
        "a link that is lost while settling is not started again",
        SUPERVISOR,
        "return Some(Act::Start);\n            }\n        }\n        if status > 0",
        "{}\n            }\n        }\n        if status > 0",
        "a_link_that_flickers_is_not_steady",
    ],
    [
        "a drain waits for the end of the pause",
        CALLS,
        "if self.phase == Phase::Waiting && !self.link_down {",
        "if false {",
        "a_drain_in_the_pause_tries_at_once",
    ],
    [
        "an untold failure is overwritten",
        CONNECTION,
        "self.failure.get_or_insert(Failure { was_online, error, detail });",
        "self.failure = Some(Failure { was_online, error, detail });",
        "a_link_that_fails_before_offline_was_told",
    ],
    [
        "a message lent comes again after the link was lost",
        LINK,
        "if self.inbox.lent {",
        "if false {",
        "a_message_of_qos_2_that_was_handed_out",
    ],
    [
        "a lost link brings back who has left",
        LINK,
        "} else if self.phase != Phase::Idle {",
        "} else {",
        "a_link_that_is_lost_when_the_client_has_left",
    ],
    [
        "no limit for coming up",
        SUPERVISOR,
        "self.phase == Phase::Starting && reached(self.limit, now)",
        "false",
        "a_link_that_does_not_come_up",
    ],
    [
        "the limit cuts settling off",
        SUPERVISOR,
        "self.phase == Phase::Starting && reached(self.limit, now)",
        "reached(self.limit, now)",
        "settling_may_take_longer",
    ],
    [
        "no rest for a link that is reset",
        SUPERVISOR,
        "self.at = now.wrapping_add(LINK_OFF_MS);",
        "self.at = now;",
        "a_link_that_fails_is_reset_at_once",
    ],
    [
        "reset after each failure",
        SUPERVISOR,
        "if reset_always { 1 } else { SETBACKS }",
        "1",
        "after_three_failures_in_a_row",
    ],
    [
        "never reset for the broker's sake",
        SUPERVISOR,
        "session.setbacks() < rules.patience",
        "true",
        "after_three_failures_in_a_row",
    ],
    ["the count of failures survives a reset", LINK, "self.setbacks = 0;", "", "after_three_failures_in_a_row"],
    [
        "the count of failures survives success",
        CONNACK,
        "self.setbacks = 0;",
        "",
        "a_connection_that_was_accepted_starts_the_count_again",
    ],
    [
        "a refusal blames the link",
        ERROR,
        "!matches!(self, Refused | Protocol",
        "!matches!(self, Protocol",
        "a_broker_that_refuses",
    ],
    [
        "a reset cuts the pause short",
        LINK,
        "self.phase == Phase::Waiting && !self.timers.is_armed(Timer::Phase)",
        "self.phase == Phase::Waiting",
        "a_reset_does_not_cut_the_pause_short",
    ],
    [
        "a link that is back does not cut the pause short",
        LINK,
        "self.timers.stop(Timer::Phase);",
        "",
        "a_link_that_is_back_cuts_a_long_pause_short",
    ],
    [
        "the link stays up when the client has left",
        SUPERVISOR,
        "if !session.wants_link() {",
        "if false {",
        "the_link_is_stopped_when_the_client_has_left",
    ],
    [
        "stopped twice",
        SUPERVISOR,
        "Phase::Off | Phase::Resetting => None",
        "Phase::Off => None",
        "leaving_during_the_reset",
    ],
    [
        "the link is looked at too late",
        SUPERVISOR,
        "Phase::Starting => Some(until(self.limit, now).min(LINK_MS))",
        "Phase::Starting => Some(until(self.limit, now))",
        "link",
    ],
    ["fail_first tries again", CONNECTION, "if self.fail_first {", "if false {", "the_first_failure_is_the_end"],
    [
        "fail_first gives up after success",
        CONNACK,
        "self.fail_first = false;",
        "",
        "it_never_gives_up_after_the_first_success",
    ],
    [
        "fail_first only once",
        CALLS,
        "self.fail_first = self.config.settings.fail_first;",
        "self.fail_first = self.config.settings.fail_first && self.first;",
        "each_connect_has_a_first_time",
    ],
    [
        "TLS is not told apart",
        CONNECTION,
        "TLS_ERROR_LAST..TLS_ERROR =>",
        "0..1 =>",
        "a_number_of_tls_is_an_error_of_tls",
    ],
    [
        "any id is the answer",
        WAN,
        "query.starts_with(&[id_high, id_low]) && flags",
        "flags",
        "what_is_not_the_answer_is_passed_over",
    ],
    ["a question is an answer", WAN, "flags & 0x80 != 0", "true", "what_is_not_the_answer_is_passed_over"],
    ["an error is a good answer", WAN, "codes & 0x0f == 0", "true", "an_answer_that_tells_of_an_error"],
    [
        "asks only once",
        WAN,
        "self.send_at = now.wrapping_add(WAN_RESEND_MS);",
        "self.send_at = self.give_up_at;",
        "every_second",
    ],
    [
        "a flood is read to its end",
        WAN,
        "const MOST_ANSWERS: usize = 4;",
        "const MOST_ANSWERS: usize = 100_000;",
        "a_flood",
    ],
    ["asks for ever", WAN, "if reached(self.give_up_at, now) {", "if false {", "every_second"],
];
