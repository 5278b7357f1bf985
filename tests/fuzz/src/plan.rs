//! What an input decides at its beginning: settings, sizes of the buffers, and the clock.

use crate::choice::Choice;
use limpet::packet::connect::Will;
use limpet::packet::v5::property::{NONE, Property};
use limpet::session::config::OFF;
use limpet::session::v5::{Options, V5};
use limpet::session::{Config, Head, Settings};

pub struct Plan {
    settings: Settings<'static>,
    options: Option<Options<'static>>,
    pub rx: usize,
    heads: usize,
    pub bytes: usize,
    pub memory: usize,
    pub now: u32,
}

const WILL: Will = Will { topic: b"w", payload: b"gone", qos: 1, retain: false };

/// Lets the broker authenticate.
const METHOD: &[Property<'static>; 1] = &[Property::data(0x15, b"m")];

impl Plan {
    pub fn new(choice: &mut Choice, is_v5: bool) -> Plan {
        let settings = settings(choice);
        let options = is_v5.then(|| Options {
            connect: if choice.flag() { METHOD } else { NONE },
            will: NONE,
            aliases_in: choice.pick(&[0, 1, 4]),
            aliases_out: choice.pick(&[0, 1, 2]),
            alias_len: choice.pick(&[0, 1, 3, 40]),
        });
        let memory = options.map_or(0, |options| V5::memory(&options).expect("small") + choice.pick(&[0, 5, 60]));
        let now = choice.pick(&[0, u32::MAX - 2000, i32::MAX as u32 - 500]);
        let (heads, bytes) = (2 + choice.below(10), 48 + choice.below(500));
        let mut plan = Plan { settings, options, rx: 16, heads, bytes, memory, now };
        let mut room = vec![0; plan.memory];
        let v5 = plan.v5(&mut room);
        while Config::with(&plan.settings, plan.rx, v5.as_ref()).is_err() {
            plan.rx += 1;
            assert!(plan.rx < 1000, "settings that nothing makes good: {:?}", plan.settings);
        }
        plan.rx += choice.below(200);
        plan
    }

    pub fn heads(&self) -> Vec<Head> {
        vec![Head::default(); self.heads]
    }

    pub fn v5<'m>(&self, memory: &'m mut [u8]) -> Option<V5<'m>> {
        self.options.map(|options| V5::new(options, memory).expect("good options"))
    }

    pub fn config(&self, v5: Option<&V5>) -> Config<'static> {
        Config::with(&self.settings, self.rx, v5).expect("good settings")
    }

    /// How many records an empty outbox takes, and how many bytes of packets; one record is kept for policies.
    pub fn room(&self) -> (usize, usize) {
        (self.heads - 1, self.bytes)
    }
}

fn settings(choice: &mut Choice) -> Settings<'static> {
    let keep_session = choice.flag();
    Settings {
        client_id: if keep_session { b"limpet" } else { b"l" },
        username: choice.flag().then_some(b"user"),
        password: None,
        will: choice.flag().then_some(WILL),
        keep_session,
        resume_session: choice.flag(),
        fail_first: choice.rarely(4),
        keepalive_s: choice.pick(&[0, 1, 4, 60, OFF]),
        ping_interval_s: choice.pick(&[0, 0, 1]),
        response_time_ms: choice.pick(&[0, 0, 1, 100, 5000]),
        max_repubs: choice.pick(&[0, 1, 2, OFF]),
        retry_min_ms: choice.pick(&[0, 1, 200]),
        retry_max_ms: choice.pick(&[0, 5000]),
        seed: choice.pick(&[0x5EED_0000, 0x5EED_FFFE, 7]),
    }
}
