//! What one seed decides before its day begins: sizes of the buffers, manners of link, broker and application.

use crate::sim::radio::Habits;
use crate::sim::rng::Rng;
use crate::translate;
use limpet::packet::connect::Will;
use limpet::session::config::OFF;
use limpet::session::{Config, Settings};

/// Times are in virtual milliseconds, chances in per mille.
#[derive(Clone)]
pub struct Plan {
    pub settings: Settings<'static>,
    pub is_v5: bool,
    pub rx: usize,
    pub outbox: usize,
    pub heads: usize,
    /// Turns per poll.
    pub budget: u32,

    pub latency: (u64, u64),
    /// Most bytes that the link moves at once.
    pub piece: usize,
    /// Bytes that may be under way from the client.
    pub window: usize,
    pub block_read: u64,
    pub block_write: u64,
    pub fault_every: u64,

    /// The usual answer takes up to this long.
    pub answer: u64,
    pub late: u64,
    pub repeat_ack: u64,
    pub stray_ack: u64,
    pub resend: u64,
    pub refuse: u64,
    pub garbage: u64,
    /// QoS 2 is passed on at PUBREL, as Mosquitto does, and not at PUBLISH.
    pub at_pubrel: bool,
    pub in_flight: usize,
    pub restart_every: u64,
    /// A restart keeps the sessions.
    pub keeps: u64,
    pub publish_every: u64,

    pub act_every: u64,
    pub hold: u64,
    pub in_callback: u64,
    pub leave: u64,
    pub sleep_every: u64,

    /// The link is supervised.
    pub radio: Option<Habits>,
}

const MINUTE: u64 = 60_000;
const HOUR: u64 = 60 * MINUTE;

impl Plan {
    pub fn new(rng: &mut Rng) -> Plan {
        let settings = settings(rng);
        let mut rx = 16;
        while Config::new(&settings, rx).is_err() {
            rx += 1;
        }
        rx += rng.spread(1, 300) as usize;
        // A third of the seeds each has a quick, an ordinary and a bad link.
        let (latency, piece, block) = match rng.below(3) {
            0 => ((0, 2), 4096, 0),
            1 => ((5, 80), rng.size(1, 600), 100),
            _ => ((20, 900), rng.size(1, 40), 300),
        };
        let mut plan = Plan {
            settings,
            is_v5: false,
            rx,
            outbox: rng.spread(96, 3000) as usize,
            heads: rng.spread(4, 40) as usize,
            budget: rng.pick(&[1, 2, 5, 16, 64, 1000]),
            latency,
            piece,
            window: rng.spread(64, 4096) as usize,
            block_read: block,
            block_write: block,
            fault_every: rng.spread(2 * MINUTE, 40 * MINUTE),
            answer: rng.pick(&[0, 5, 100, 400]),
            late: rng.pick(&[0, 0, 5, 30]),
            repeat_ack: rng.pick(&[0, 10, 60]),
            stray_ack: rng.pick(&[0, 0, 10]),
            resend: rng.pick(&[0, 0, 20]),
            refuse: rng.pick(&[0, 20, 200]),
            garbage: rng.pick(&[0, 0, 1]),
            at_pubrel: rng.chance(500),
            in_flight: rng.pick(&[1, 2, 10, 20, 20]),
            restart_every: rng.pick(&[HOUR, 3 * HOUR, 12 * HOUR]),
            keeps: rng.pick(&[0, 500, 1000]),
            publish_every: rng.spread(1000, 20_000),
            act_every: rng.spread(1000, 12_000),
            hold: rng.pick(&[0, 10, 60]),
            in_callback: rng.pick(&[0, 50, 300]),
            leave: rng.pick(&[0, 1, 4]),
            sleep_every: rng.pick(&[2 * HOUR, 6 * HOUR, 100 * HOUR]),
            radio: None,
        };
        // From a source of its own: whether there is a radio changes nothing else.
        let mut air = rng.clone().fork();
        plan.radio = air.chance(333).then(|| Habits::new(&mut air));
        if air.chance(100) {
            // More than the client remembers.
            plan.in_flight = 45;
        }
        plan.is_v5 = translate::speaks_v5() || air.chance(333);
        if plan.is_v5 {
            // Properties take room. That a topic does not fit is tested in 3.1.1.
            plan.rx += 330;
        }
        plan
    }
}

impl Plan {
    /// The shortest and the longest pause between attempts.
    pub fn pauses(&self) -> (u32, u32) {
        let or = |given, default| if given == 0 { default } else { given };
        let least = or(self.settings.retry_min_ms, 1000);
        (least, or(self.settings.retry_max_ms, 60_000))
    }

    /// Keep Alive in ms; 0 is off.
    pub fn keep_alive(&self) -> u64 {
        match self.settings.keepalive_s {
            0 => MINUTE,
            OFF => 0,
            s => u64::from(s) * 1000,
        }
    }

    /// How long the client stays silent before it pings. [KA-2] [KA-3]
    pub fn ping(&self) -> u64 {
        let quarter = if self.keep_alive() == 0 { 20_000 } else { self.keep_alive() / 4 };
        match self.settings.ping_interval_s {
            0 => quarter,
            s => quarter.min(u64::from(s) * 1000),
        }
    }

    /// How long the client waits for an answer.
    pub fn response(&self) -> u64 {
        if self.settings.response_time_ms == 0 { 10_000 } else { self.settings.response_time_ms.into() }
    }

    /// So slow that a sound connection can seem dead.
    pub fn is_slow(&self) -> bool {
        let hasty = self.response() < 5000 && self.latency.1 > 2;
        hasty || self.block_write > 100 || 2 * self.latency.1 + self.answer > 1000
    }
}

fn settings(rng: &mut Rng) -> Settings<'static> {
    let will = Will { topic: b"w", payload: b"gone", qos: 1, retain: false };
    let username = rng.chance(200).then_some(&b"user"[..]);
    let keep_session = rng.chance(700);
    Settings {
        client_id: if keep_session { b"limpet" } else { b"l" },
        username,
        password: username.and(rng.chance(500).then_some(&b"secret"[..])),
        will: rng.chance(300).then_some(will),
        keep_session,
        resume_session: keep_session == rng.chance(800),
        fail_first: false,
        keepalive_s: rng.pick(&[0, 4, 10, 20, 300, OFF]),
        ping_interval_s: rng.pick(&[0, 0, 1, 5, 30]),
        response_time_ms: rng.pick(&[0, 0, 1500, 5000]),
        max_repubs: rng.pick(&[0, 0, 1, 2, OFF]),
        retry_min_ms: rng.pick(&[0, 1, 200, 5000]),
        retry_max_ms: rng.pick(&[0, 5000, 20_000]),
        seed: rng.next() as u32,
    }
}
