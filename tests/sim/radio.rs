//! The radio of a client whose link is supervised: it takes its time, comes and goes, fails and hangs. Some of that ends
//! by itself, some only when it is stopped and started.

use crate::sim::net::Net;
use crate::sim::rng::Rng;
use crate::trace;

/// What one seed decides about its radio. Times are in ms.
#[derive(Clone, Copy, Debug)]
pub struct Habits {
    pub settle_ms: u32,
    pub timeout_ms: u32,
    pub reset_always: bool,
    /// The longest that it takes to come up.
    slowest: u64,
    fault_every: u64,
    /// Its driver wakes the client at a change.
    wakes: bool,
    seed: u64,
}

impl Habits {
    pub fn new(rng: &mut Rng) -> Habits {
        Habits {
            settle_ms: rng.pick(&[0, limpet::session::config::OFF, 1, 500, 30_000]),
            timeout_ms: rng.pick(&[0, 0, 5000, 30_000, 120_000]),
            reset_always: rng.chance(300),
            slowest: rng.pick(&[300, 5000, 90_000]),
            fault_every: rng.spread(60_000, 7_200_000),
            wakes: rng.chance(500),
            seed: rng.next(),
        }
    }

    /// How long the link must have been up before it is used.
    pub fn settle(&self) -> u64 {
        match self.settle_ms {
            0 => 5000,
            limpet::session::config::OFF => 0,
            ms => ms.into(),
        }
    }

    /// How long the link may take to come up.
    pub fn timeout(&self) -> u64 {
        if self.timeout_ms == 0 { 60_000 } else { self.timeout_ms.into() }
    }

    /// Failures in a row after which a link that is up is reset.
    pub fn patience(&self) -> i32 {
        if self.reset_always { 1 } else { 3 }
    }

    /// The longest that it takes to come up in the calm.
    fn slowest_in_calm(&self) -> u64 {
        self.slowest.min(self.timeout())
    }

    /// From the decision to reset it in the calm until it is steady: off, coming up, seen, settled.
    pub fn reset_time(&self) -> u64 {
        1000 + self.slowest_in_calm() + 200 + self.settle()
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    Off,
    /// Started, and not up.
    Down,
    Up,
    /// It says that it is up, and nothing gets through.
    Hung,
    Failed(i32),
}

pub struct Radio {
    pub habits: Habits,
    pub state: State,
    /// What it becomes by itself, and when.
    next: Option<(u64, State)>,
    rng: Rng,
    calm: bool,
    pub losses: u64,
    pub hangs: u64,
}

impl Radio {
    pub fn new(habits: Habits) -> Radio {
        let rng = Rng::new(habits.seed);
        Radio { habits, state: State::Off, next: None, rng, calm: false, losses: 0, hangs: 0 }
    }

    pub fn due(&self) -> u64 {
        self.next.map_or(u64::MAX, |(at, _)| at)
    }

    pub fn status(&self) -> i32 {
        match self.state {
            State::Off | State::Down => 0,
            State::Up | State::Hung => 1,
            State::Failed(code) => code,
        }
    }

    pub fn carries(&self) -> bool {
        self.state == State::Up
    }

    pub fn start(&mut self, now: u64) {
        match self.state {
            State::Up | State::Hung => {}
            // It may already be on its way up by itself.
            State::Down if self.rng.chance(500) => {}
            _ => {
                self.state = State::Down;
                let at = now + self.rng.spread(1, self.habits.slowest);
                let code = -(1 + self.rng.below(200) as i32);
                let calm_at = now + self.rng.spread(1, self.habits.slowest_in_calm());
                match self.rng.below(100) {
                    _ if self.calm => self.next = Some((calm_at, State::Up)),
                    0..8 => self.next = None,
                    8..14 => self.next = Some((at, State::Failed(code))),
                    14..20 => self.next = Some((at, State::Hung)),
                    20..35 => self.enter(State::Up, now),
                    _ => self.next = Some((at, State::Up)),
                }
            }
        }
    }

    fn stop(&mut self, now: u64) {
        self.enter(State::Off, now);
    }

    /// Becomes something, and decides what it will be after that.
    fn enter(&mut self, state: State, now: u64) {
        trace!("radio {state:?}");
        self.losses += u64::from(self.state == State::Up && matches!(state, State::Down | State::Failed(_)));
        self.hangs += u64::from(state == State::Hung);
        self.state = state;
        self.next = match state {
            State::Up if !self.calm => {
                let flickers = self.rng.chance(250);
                let up = if flickers { self.rng.spread(1, 10_000) } else { self.rng.pause(self.habits.fault_every) };
                let code = -(1 + self.rng.below(200) as i32);
                let kinds = [State::Down, State::Down, State::Down, State::Failed(code), State::Hung];
                Some((now + up, self.rng.pick(&kinds)))
            }
            State::Down if self.rng.chance(850) => Some((now + self.rng.spread(100, 300_000), State::Up)),
            _ => None,
        };
    }

    /// From now on it comes up when it is started, and stays up. What holds it down still does.
    pub fn calm_down(&mut self) {
        self.calm = true;
        self.next = self.next.filter(|_| self.state == State::Down).map(|(at, _)| (at, State::Up));
    }
}

impl Net {
    /// What the radio does by itself. True: its driver wakes the client.
    pub fn radio_acts(&mut self) -> bool {
        let now = self.now;
        let Some(radio) = &mut self.radio else { return false };
        let Some((at, state)) = radio.next else { return false };
        if at > now {
            return false;
        }
        let wakes = radio.habits.wakes;
        radio.enter(state, now);
        self.radio_changed();
        wakes
    }

    /// The client is halfway through something: now is a bad moment. What breaks a connection may break the radio, too.
    pub fn radio_interrupts(&mut self, is_being_lost: bool) {
        let (now, chance) = (self.now, if is_being_lost { 300 } else { 1 });
        if let Some(radio) = &mut self.radio
            && radio.state == State::Up
            && radio.rng.chance(chance)
        {
            radio.next = radio.next.map(|(_, state)| (now, state));
        }
    }

    pub fn radio_stops(&mut self) {
        let now = self.now;
        if let Some(radio) = &mut self.radio {
            radio.stop(now);
        }
        self.radio_changed();
    }

    /// If nothing gets through any more, what is under way ends or waits.
    fn radio_changed(&mut self) {
        let Some(radio) = self.radio.as_mut().filter(|radio| !radio.carries()) else { return };
        let back = if radio.state == State::Down { radio.due() } else { u64::MAX };
        let is_told = radio.state != State::Hung && radio.rng.chance(500);
        if let Some(opening) = &mut self.opening {
            opening.at = u64::MAX;
        }
        if is_told {
            return self.cut(-103);
        }
        let Some(conn) = self.current() else { return };
        conn.troubled = true;
        for pipe in [&mut conn.up, &mut conn.down] {
            pipe.blocked_until = pipe.blocked_until.max(back);
        }
    }
}
