//! What is measured of every peer: the cases of tests/bench/c/main.c, and the bars for Limpet.

/// The words of the measured program, but for the count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    pub what: &'static str,
    pub qos: u32,
    /// Bytes of each payload; topics have 16.
    pub payload: u32,
    /// Publishing: most messages under way at once, 0 for as many as the peer takes. Receiving: packets in each read.
    pub window: u32,
    /// The broker answers a message when so many later ones have come.
    pub lag: u32,
    /// So many messages before the measured ones are never answered.
    pub stuck: u32,
    pub filters: u32,
    /// Bytes that Limpet's outbox has more than it needs.
    pub spare: u32,
    /// The Receive Maximum that the broker states in MQTT 5, 0 for none.
    pub allowed: u32,
}

impl Plan {
    pub const IDLE: Plan =
        Plan { what: "idle", qos: 0, payload: 64, window: 0, lag: 0, stuck: 0, filters: 1, spare: 0, allowed: 0 };

    pub fn words(&self, count: u32) -> Vec<String> {
        let Plan { qos, payload, window, lag, stuck, filters, spare, allowed, .. } = *self;
        let numbers = [qos, payload, window, lag, stuck, filters, spare, allowed, count];
        std::iter::once(self.what.to_string()).chain(numbers.iter().map(u32::to_string)).collect()
    }
}

/// Instructions on x86-64 that a case may take at most, and what it should.
#[derive(Clone, Copy, Debug)]
pub struct Bar {
    pub most: u32,
    pub aim: u32,
}

pub struct Case {
    pub name: &'static str,
    /// MQTT 5, for who can speak 3.1.1 as well; other cases are in what a client speaks by itself.
    pub is_v5: bool,
    pub plan: Plan,
    pub bar: Option<Bar>,
}

const fn publish(name: &'static str, qos: u32, payload: u32, window: u32) -> Case {
    Case { name, is_v5: false, plan: Plan { what: "publish", qos, payload, window, ..Plan::IDLE }, bar: None }
}

const fn receive(name: &'static str, qos: u32, payload: u32, window: u32) -> Case {
    Case { name, is_v5: false, plan: Plan { what: "receive", qos, payload, window, ..Plan::IDLE }, bar: None }
}

impl Case {
    const fn bar(self, most: u32, aim: u32) -> Case {
        Case { bar: Some(Bar { most, aim }), ..self }
    }

    const fn in_v5(self) -> Case {
        Case { is_v5: true, ..self }
    }
}

/// So many packets of 64 bytes are about one TCP segment.
const SEGMENT: u32 = 16;
const LARGE: u32 = 4096;

pub const CASES: &[Case] = &[
    Case { name: "idle poll", is_v5: false, plan: Plan::IDLE, bar: None }.bar(65, 55),
    publish("publish QoS 0: one after the other", 0, 64, 0).bar(360, 250),
    publish("publish QoS 0: a poll after each", 0, 64, 1),
    publish("publish QoS 1: one under way", 1, 64, 1),
    publish("publish QoS 1: 8 under way", 1, 64, 8).bar(950, 600),
    publish("publish QoS 2: one under way", 2, 64, 1),
    publish("publish QoS 2: 8 under way", 2, 64, 8),
    receive("receive QoS 0: one in a read", 0, 64, 1),
    receive("receive QoS 0: 16 in a read", 0, 64, SEGMENT).bar(290, 200),
    receive("receive QoS 1: one in a read", 1, 64, 1),
    receive("receive QoS 1: 16 in a read", 1, 64, SEGMENT).bar(510, 400),
    receive("receive QoS 2: one in a read", 2, 64, 1),
    receive("receive QoS 2: 16 in a read", 2, 64, SEGMENT),
    publish("publish QoS 0: 4 KiB", 0, LARGE, 1),
    publish("publish QoS 1: 4 KiB", 1, LARGE, 1),
    publish("publish QoS 2: 4 KiB", 2, LARGE, 1),
    receive("receive QoS 0: 4 KiB", 0, LARGE, 1),
    receive("receive QoS 1: 4 KiB", 1, LARGE, 1),
    receive("receive QoS 2: 4 KiB", 2, LARGE, 1),
    Case { name: "MQTT 5, idle poll", is_v5: true, plan: Plan::IDLE, bar: None },
    publish("MQTT 5, publish QoS 0: one after the other", 0, 64, 0).in_v5(),
    publish("MQTT 5, publish QoS 0: a poll after each", 0, 64, 1).in_v5(),
    publish("MQTT 5, publish QoS 1: one under way", 1, 64, 1).in_v5(),
    publish("MQTT 5, publish QoS 1: 8 under way", 1, 64, 8).in_v5(),
    receive("MQTT 5, receive QoS 0: one in a read", 0, 64, 1).in_v5(),
    receive("MQTT 5, receive QoS 0: 16 in a read", 0, 64, SEGMENT).in_v5(),
    receive("MQTT 5, receive QoS 1: one in a read", 1, 64, 1).in_v5(),
    receive("MQTT 5, receive QoS 1: 16 in a read", 1, 64, SEGMENT).in_v5(),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_in_the_order_of_the_program() {
        let plan = Plan { what: "publish", qos: 1, window: 8, lag: 7, stuck: 2, ..Plan::IDLE };
        assert_eq!(plan.words(100).join(" "), "publish 1 64 8 7 2 1 0 0 100");
    }

    #[test]
    fn what_is_measured_in_mqtt_5_is_measured_in_3_1_1_as_well() {
        let of = |name: &str| CASES.iter().find(|case| case.name == name).map(|case| (case.is_v5, case.plan));
        for case in CASES.iter().filter(|case| case.is_v5) {
            let other = case.name.strip_prefix("MQTT 5, ").and_then(of);
            assert_eq!(other, Some((false, case.plan)), "{}", case.name);
        }
    }

    #[test]
    fn names_are_told_apart_and_have_no_place_in_another() {
        for case in CASES {
            let alike = CASES.iter().filter(|c| c.name.starts_with(case.name)).count();
            assert_eq!(alike, 1, "{}", case.name);
        }
    }
}
