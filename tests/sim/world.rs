//! The world of one seed: its clock, who is next, and one poll of the client as src/ffi/poll.rs does it.

use crate::sim::app::App;
use crate::sim::broker::Broker;
use crate::sim::link::SimLink;
use crate::sim::net::Net;
use crate::sim::plan::Plan;
use crate::sim::radio::Radio;
use crate::sim::rng::Rng;
use crate::sim::rules::{self, enforce};
use crate::sim::speech::{ALIAS_LEN, ALIASES};
use crate::sim::watch::{Moment, Watch};
use crate::sim::{calm, trace};
use core::cell::RefCell;
use core::task::Poll;
use embassy_futures::poll_once;
use limpet::driver::turn;
use limpet::session::v5::{Options, V5};
use limpet::session::{Config, Head, Session};

/// The clock of the client begins shortly before it wraps.
const START: u32 = u32::MAX - 10_000;

#[derive(Default, Clone, Copy)]
pub struct Totals {
    pub seeds: u64,
    pub hours: u64,
    pub publishes: u64,
    pub inbound: u64,
    pub resent: u64,
    pub drops: u64,
    pub restarts: u64,
    pub would_blocks: u64,
    pub allowed_twice: u64,
    pub allowed_lost: u64,
    pub radios: u64,
    pub radio_losses: u64,
    pub hangs: u64,
    pub resets: u64,
}

pub struct World<'a> {
    pub session: Session<'a>,
    pub rx: Vec<u8>,
    pub net: Net,
    pub broker: Broker,
    pub app: App,
    pub rng: Rng,
    /// The link, if it is supervised.
    pub watch: Option<Watch>,
    /// When the client wants to be polled.
    pub poll_at: u64,
    asleep_until: u64,
    fault_at: u64,
    sleep_at: u64,
    /// When the next attempt is announced for, and since when one is under way.
    pub attempt: Option<u64>,
    pub opened_since: Option<u64>,
    /// In the calm, when it must be online again.
    pub online_by: Option<u64>,
    /// When the broker came back in the calm.
    pub back_at: u64,
    /// Since when the client reads: it went online, or the application let it go on.
    pub listening_since: u64,
    pub pauses: Vec<u32>,
    idle_polls: u32,
    /// Something was done since the client last had nothing to do.
    pub is_busy: bool,
    pub late_deadlines: u32,
}

/// A day, or some hours, in the life of a client.
pub fn run(seed: u64, hours: u64) -> Totals {
    let mut rng = Rng::new(seed);
    let plan = Plan::new(&mut rng);
    trace!("rx {} outbox {} heads {} budget {} {:?}", plan.rx, plan.outbox, plan.heads, plan.budget, plan.settings);
    let (mut heads, mut bytes) = (vec![Head::default(); plan.heads], vec![0; plan.outbox]);
    let mut memory = vec![0; 400];
    let options = Options { aliases_in: ALIASES, aliases_out: 3, alias_len: ALIAS_LEN, ..Options::DEFAULT };
    let mut v5 = V5::new(options, &mut memory).expect("the options are legal");
    let config = Config::with(&plan.settings, plan.rx, plan.is_v5.then_some(&v5)).expect("the plan is legal");
    let mut session = Session::new(config, &mut heads, &mut bytes);
    if plan.is_v5 {
        session.speak(&mut v5);
    }
    let mut world = World {
        session,
        rx: vec![0; plan.rx],
        broker: Broker::default(),
        app: App::default(),
        poll_at: 0,
        asleep_until: 0,
        fault_at: rng.pause(plan.fault_every),
        sleep_at: rng.pause(plan.sleep_every),
        watch: plan.radio.map(Watch::new),
        net: Net::new(plan, rng.fork()),
        rng,
        attempt: None,
        opened_since: None,
        online_by: None,
        back_at: 0,
        listening_since: 0,
        pauses: Vec::new(),
        idle_polls: 0,
        is_busy: false,
        late_deadlines: 0,
    };
    world.broker.restart_at = world.rng.pause(world.net.plan.restart_every);
    world.run_until(hours * 3_600_000);
    calm::end(&mut world);
    let radio = world.net.radio.as_ref();
    Totals {
        seeds: 1,
        hours,
        publishes: world.app.publishes,
        inbound: world.app.inbound,
        resent: world.net.tap.resent,
        drops: world.net.drops,
        restarts: world.broker.restarts,
        would_blocks: world.net.would_blocks,
        allowed_twice: world.net.book.allowed_twice,
        allowed_lost: world.net.book.allowed_lost,
        radios: radio.is_some().into(),
        radio_losses: radio.map_or(0, |radio| radio.losses),
        hangs: radio.map_or(0, |radio| radio.hangs),
        resets: world.watch.as_ref().map_or(0, |watch| watch.resets),
    }
}

impl World<'_> {
    /// The client's clock.
    pub fn clock(&self) -> u32 {
        START.wrapping_add(self.net.now as u32)
    }

    pub fn run_until(&mut self, end: u64) {
        let mut same = 0;
        loop {
            let client = self.poll_at.min(self.net.client_due()).min(self.app.due()).max(self.asleep_until);
            let broker = self.broker.due(&self.net);
            let radio = self.net.radio.as_ref().map_or(u64::MAX, Radio::due);
            let at = client.min(broker).min(radio).min(self.fault_at).min(self.sleep_at).max(self.net.now);
            same = if at > self.net.now { 0 } else { same + 1 };
            enforce(rules::time_goes_on(same));
            if at >= end {
                self.net.now = end;
                return;
            }
            self.net.now = at;
            trace::at(at);
            if self.fault_at <= at {
                self.fault_at = at + self.rng.pause(self.net.plan.fault_every);
                self.net.fault();
            }
            if self.net.radio_acts() {
                (self.poll_at, self.is_busy) = (at, true);
            }
            if self.sleep_at <= at {
                self.sleep();
            }
            if broker <= at {
                self.broker_acts();
            }
            if client <= at && self.asleep_until <= at {
                if self.app.due() <= at {
                    self.app_acts();
                }
                self.poll();
                self.broker.pump(&mut self.net);
            }
        }
    }

    fn broker_acts(&mut self) {
        let was_listening = self.net.is_listening;
        self.broker.act(&mut self.net);
        if self.net.calm && self.net.is_listening && !was_listening {
            self.back_at = self.net.now;
            let attempt = self.attempt.unwrap_or(self.net.now).max(self.net.now);
            self.online_by =
                Some(attempt + 1000 + 4 * self.net.plan.latency.1 + self.net.plan.answer + self.reset_time());
        }
    }

    /// The device stops, and its clock jumps when it wakes.
    fn sleep(&mut self) {
        let span = self.rng.spread(1000, 1_800_000);
        trace!("asleep for {span} ms");
        self.asleep_until = self.net.now + span;
        self.listening_since = self.asleep_until;
        self.sleep_at = self.asleep_until + self.rng.pause(self.net.plan.sleep_every);
        if let Some(conn) = self.net.current() {
            conn.troubled = true;
        }
        self.opened_since = self.opened_since.map(|at| at + span);
        self.app.leaves_by = self.app.leaves_by.map(|at| at + span);
    }

    pub fn stop_faults(&mut self) {
        (self.fault_at, self.sleep_at, self.asleep_until) = (u64::MAX, u64::MAX, 0);
        self.net.calm_down();
        self.broker.calm_down(&mut self.net);
    }

    pub fn poll(&mut self) {
        let was_due = self.poll_at <= self.net.now;
        self.supervise(Moment::Begin);
        for _ in 0..self.net.plan.budget {
            let now = self.clock();
            self.net.begin_turn();
            let moved = self.net.moved;
            let link = &mut SimLink(RefCell::new(&mut self.net));
            let answer = poll_once(turn(&mut self.session, &mut self.rx, link, now));
            _ = self.session.take_note();
            let Poll::Ready(is_event) = answer else {
                // What is due was not judged before the transport was asked, which it has been.
                if self.session.deadline(now) == Some(0) {
                    continue;
                }
                if core::mem::take(&mut self.is_busy)
                    || !was_due
                    || self.net.opening.is_some()
                    || self.watch.as_ref().is_some_and(Watch::is_coming_up)
                {
                    self.idle_polls = 0;
                } else {
                    self.idle_polls += 1;
                    trace!("due for nothing");
                    enforce(rules::deadlines_are_not_idle(self.idle_polls));
                }
                return self.rest(now);
            };
            enforce(rules::turn_makes_progress(self.net.moved != moved, is_event));
            self.is_busy = true;
            if is_event {
                let event = *self.session.event().expect("there is one");
                self.event(event);
                if self.rng.chance(20) {
                    // The callback took its time.
                    self.net.now += self.rng.between(1, 3);
                }
            }
        }
        // The budget is used up: at once again.
        self.supervise(Moment::End);
        if let Some(watch) = &mut self.watch {
            watch.has_rested = false;
        }
        let is_being_lost = self.app.is_online && !self.session.is_connected();
        self.net.radio_interrupts(is_being_lost);
        _ = self.session.deadline(self.clock());
        self.poll_at = self.net.now;
    }

    /// The client announced, or was asked for, an attempt.
    pub fn expect_attempt(&mut self, at: u64) {
        self.net.opened_at = None;
        self.attempt = Some(at);
    }
}
