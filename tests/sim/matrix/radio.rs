//! The link under the transport of a story that has one, and the supervisor that looks after it as src/ffi/link.rs does.

use crate::sim::matrix::case::Fault;
use crate::sim::matrix::wire::Wire;
use crate::sim::matrix::world::World;
use crate::sim::rules::{self, enforce};
use crate::trace;
use limpet::supervisor::{Act, Rules, Supervisor};
use std::collections::VecDeque;

/// How long it takes to come up, and how long it is away when it comes back by itself.
const UP_MS: u64 = 300;
const AWAY_MS: u64 = 700;

/// What the application chooses.
const SETTLE_MS: u32 = 500;
const TIMEOUT_MS: u32 = 5000;

/// What its status says when it has failed.
const BROKEN: i32 = -7;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    Off,
    /// Not up; it may come up by itself.
    Down,
    Up,
    /// It says that it is up, and nothing gets through.
    Hung,
    Failed,
}

/// What comes of a start.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Start {
    Fails,
    /// It never comes up.
    Wont,
}

pub struct Radio {
    state: State,
    /// What it becomes by itself, and when.
    next: Option<(u64, State)>,
    /// The next starts, unless they go well.
    starts: VecDeque<Start>,
}

impl Radio {
    pub fn new(starts: &[Start]) -> Radio {
        Radio { state: State::Off, next: None, starts: starts.iter().copied().collect() }
    }

    fn status(&self) -> i32 {
        match self.state {
            State::Off | State::Down => 0,
            State::Up | State::Hung => 1,
            State::Failed => BROKEN,
        }
    }

    fn start(&mut self, now: u64) {
        if matches!(self.state, State::Up | State::Hung) {
            return;
        }
        self.state = State::Down;
        self.next = match self.starts.pop_front() {
            Some(Start::Fails) => Some((now + UP_MS, State::Failed)),
            Some(Start::Wont) => None,
            None => Some((now + UP_MS, State::Up)),
        };
    }
}

impl Wire {
    pub fn radio_breaks(&mut self, fault: Fault) {
        let now = self.now;
        let Some(radio) = &mut self.radio else { return };
        (radio.state, radio.next) = match fault {
            Fault::LinkDown => (State::Down, Some((now + AWAY_MS, State::Up))),
            Fault::LinkHangs => (State::Hung, None),
            Fault::LinkFails => (State::Failed, None),
            Fault::LinkWont => {
                radio.starts = VecDeque::from([Start::Fails, Start::Wont]);
                (State::Failed, None)
            }
            _ => (State::Down, None),
        };
        trace!("  the link is {:?}", radio.state);
        self.radio_changed();
    }

    /// What was under way over a link that is lost never arrives.
    fn radio_changed(&mut self) {
        if self.carries() {
            return;
        }
        for conn in &mut self.conns {
            (conn.up.until, conn.down.until) = (u64::MAX, u64::MAX);
        }
    }

    /// What it does by itself. True: it has, and its driver wakes the client.
    pub fn radio_acts(&mut self) -> bool {
        let now = self.now;
        let Some(radio) = &mut self.radio else { return false };
        let Some((_, state)) = radio.next.take_if(|(at, _)| *at <= now) else { return false };
        trace!("  the link is {state:?}");
        radio.state = state;
        self.radio_changed();
        true
    }

    pub fn radio_due(&self) -> u64 {
        self.radio.as_ref().and_then(|radio| radio.next).map_or(u64::MAX, |(at, _)| at)
    }

    /// Whether bytes get through.
    pub fn carries(&self) -> bool {
        self.radio.as_ref().is_none_or(|radio| radio.state == State::Up)
    }
}

pub struct Watch {
    supervisor: Supervisor,
    rules: Rules,
    /// What the client was told last, and since when it was told that the link is up.
    seen: i32,
    up_since: Option<u64>,
}

impl Watch {
    pub fn new() -> Watch {
        let rules = Rules::new(SETTLE_MS, TIMEOUT_MS, false).expect("good numbers");
        Watch { supervisor: Supervisor::OFF, rules, seen: 0, up_since: None }
    }

    fn saw(&mut self, status: i32, now: u64) {
        self.seen = status;
        self.up_since = self.up_since.or(Some(now)).filter(|_| status > 0);
    }

    fn is_steady(&self, now: u64) -> bool {
        self.up_since.is_some_and(|since| now - since >= SETTLE_MS.into())
    }

    pub fn deadline(&self, clock: u32) -> Option<u32> {
        self.supervisor.deadline(clock)
    }
}

impl World<'_> {
    /// At the beginning of a poll, and at its end. True if the link was started or stopped.
    pub fn supervise(&mut self, looks: bool) -> bool {
        let (now, clock) = (self.wire.now, self.clock());
        let (Some(watch), Some(radio)) = (&mut self.watch, &mut self.wire.radio) else { return false };
        if looks {
            watch.saw(radio.status(), now);
        }
        let mut did = false;
        while let Some(act) = watch.supervisor.step(&watch.rules, &mut self.session, watch.seen, clock) {
            trace!("  link {act:?}");
            did = true;
            watch.up_since = None;
            if act == Act::Start {
                radio.start(now);
                watch.saw(radio.status().max(0), now);
            } else {
                (radio.state, radio.next) = (State::Off, None);
                watch.saw(0, now);
            }
        }
        self.wire.may_open = watch.is_steady(now);
        self.wire.radio_changed();
        did
    }

    /// Idle clients need no link.
    pub fn check_link(&self) {
        let Some(radio) = &self.wire.radio else { return };
        enforce(rules::link_follows_the_client(radio.state != State::Off, self.session.is_idle()));
    }
}
