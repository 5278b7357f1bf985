//! What is known of each broker: where it breaks the standard, or does what the standard leaves to it. A difference that
//! is not here fails the suite, and so does one that is here and was not seen.

/// A check that is not ok with this broker.
#[derive(Debug)]
pub struct Known {
    pub check: &'static str,
    /// What the conformance program says, or a part of it; empty if that changes from run to run.
    pub says: &'static str,
    /// What the broker does.
    pub does: &'static str,
}

const fn known(check: &'static str, says: &'static str, does: &'static str) -> Known {
    Known { check, says, does }
}

pub fn of(broker: &str, in_v5: bool) -> &'static [Known] {
    match (broker, in_v5) {
        ("Mosquitto", false) => MOSQUITTO,
        ("Mosquitto", true) => MOSQUITTO_5,
        ("ejabberd", false) => EJABBERD,
        ("ejabberd", true) => EJABBERD_5,
        ("rumqttd", _) => RUMQTTD,
        ("amqtt", _) => AMQTT,
        _ => &[],
    }
}

const LEVELS: &str = "allows topics of 8 levels, unless it is configured for more (max_topic_depth)";
const COPIES: &str = "a copy for each subscription, as it may";
const FIRST: &str = "one copy, with the QoS of one of the subscriptions and not the highest";
const STALL: &str = "sends 20 messages of QoS 2, its window, and then none of those that wait";
const NO_WINDOW: &str = "has no window for QoS 2: more than 32 under way at once, and the client reconnects";
const OWN_QOS: &str = "delivers with the QoS of the subscription, also if that is higher";
const FIRST_QOS: &str = "keeps the QoS of the first subscription";
const WILL_QOS: &str = "delivers the will with the QoS of the subscription";
const NO_CODE: &str = "closes the connection without a return code";
const NO_DUP: &str = "sends again without DUP";

const MOSQUITTO: &[Known] = &[
    known("overlapping subscriptions", "the highest QoS is", FIRST),
    known("200 messages of QoS 2 both ways", "20 and 20 of 200 messages came; connected all the time", STALL),
];

const MOSQUITTO_5: &[Known] = &[known("overlapping subscriptions", "sends a copy for each subscription", COPIES)];

const EJABBERD: &[Known] = &[
    known("a topic of 32 levels", "no SUBACK", LEVELS),
    known(
        "wildcards at the start do not match topics with $",
        "does not pass it on to its own subscribers either",
        "passes on no topic with $, as it may",
    ),
    known("overlapping subscriptions", "sends a copy for each subscription", COPIES),
];

const EJABBERD_5: &[Known] = &[
    known("a topic of 32 levels", "the subscription was refused", LEVELS),
    known(
        "wildcards at the start do not match topics with $",
        "does not pass it on to its own subscribers either",
        "passes on no topic with $, as it may",
    ),
    known("overlapping subscriptions", "sends a copy for each subscription", COPIES),
];

const RUMQTTD: &[Known] = &[
    known("a wrong password is refused", "closes without a CONNACK", NO_CODE),
    known("an unknown user is refused", "closes without a CONNACK", NO_CODE),
    known("who has no login is refused", "closes without a CONNACK", NO_CODE),
    known("published with QoS 0, subscribed with QoS 1", "it came with QoS 1", OWN_QOS),
    known("published with QoS 0, subscribed with QoS 2", "it came with QoS 2", OWN_QOS),
    known("published with QoS 1, subscribed with QoS 2", "it came with QoS 2", OWN_QOS),
    known(
        "wildcards at the start do not match topics with $",
        "no SUBACK",
        "ends the connection of who subscribes to $",
    ),
    known("overlapping subscriptions", "sends a copy for each subscription", COPIES),
    known("a second subscription changes the QoS", "it came with QoS 0 after", FIRST_QOS),
    known("unsubscribing takes the filter literally", "no UNSUBACK", "does not confirm an unknown filter"),
    known("unsubscribing from an unknown filter is confirmed", "no UNSUBACK", "does not confirm an unknown filter"),
    known("a retained message of QoS 0 comes to a new subscription", "it came with QoS 2", OWN_QOS),
    known("a retained message of QoS 1 comes to a new subscription", "it came with QoS 2", OWN_QOS),
    known(
        "a message without RETAIN leaves the retained one",
        "0 of 1 messages came",
        "an empty message clears the retained one without RETAIN, too",
    ),
    known("subscribing again sends the retained message again", "1 of 2 messages came", "sends it only once"),
    known("a will of QoS 0 comes when the client is gone", "it came with QoS 2", WILL_QOS),
    known("a will of QoS 1 comes when the client is gone", "it came with QoS 2", WILL_QOS),
    known("QoS 0 does not wait", "keeps QoS 0, too", "keeps QoS 0 for a client that is away, as it may"),
    known("a message of QoS 1 that was not taken comes again", "without DUP", NO_DUP),
    known("a message of QoS 2 that was not taken comes again", "without DUP", NO_DUP),
    known("200 messages of QoS 2 both ways", "more QoS 2 messages under way", NO_WINDOW),
];

const TAKEOVER: &str = "two connections of one client id live side by side";
const QUEUE: &str = "keeps no messages for a client that is away";
const FORGETS: &str = "does not end a session that is to be discarded";

const AMQTT: &[Known] = &[
    known("a second client of the same id takes over", "the first was not thrown out", TAKEOVER),
    known("two clients of one id both get through", "online 1 and 1 times", TAKEOVER),
    known("published with QoS 0, subscribed with QoS 1", "it came with QoS 1", OWN_QOS),
    known("published with QoS 0, subscribed with QoS 2", "it came with QoS 2", OWN_QOS),
    known("published with QoS 1, subscribed with QoS 2", "it came with QoS 2", OWN_QOS),
    known(
        "wildcards at the start do not match topics with $",
        "no message at all comes any more",
        "does not serve a client any more that has published to $",
    ),
    known("overlapping subscriptions", "sends a copy for each subscription", COPIES),
    known("a second subscription changes the QoS", "it came with QoS 0 after", FIRST_QOS),
    known("a retained message of QoS 0 comes to a new subscription", "it came with QoS 2", OWN_QOS),
    known("the will of a client that hangs comes after its keepalive", "no will", "does not end a silent connection"),
    known("session_present tells whether there is a session", "a session before the first", FORGETS),
    known("QoS 1 waits for a client that is cut off", "", QUEUE),
    known("QoS 2 waits for a client that is cut off", "", QUEUE),
    known("QoS 1 waits for a client that has left", "", QUEUE),
    known("QoS 2 waits for a client that has left", "", QUEUE),
    known("QoS 0 does not wait", "", QUEUE),
    known("a message of QoS 1 that was not taken comes again", "0 of 1 messages came", QUEUE),
    known("a message of QoS 2 that was not taken comes again", "0 of 1 messages came", QUEUE),
    known("a program that starts anew discards its old session", "session_present is 1", FORGETS),
    known("a program that resumes finds its old session", "0 of 1 messages came", QUEUE),
    known("a clean session discards the one that was kept", "the session is still there", FORGETS),
    known("200 messages of QoS 2 both ways", "more QoS 2 messages under way", NO_WINDOW),
];
