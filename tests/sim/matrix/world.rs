//! The world of one combination: its clock, who is next, and one poll of the client as src/ffi/poll.rs does it.

use crate::sim::link::SimLink;
use crate::sim::matrix::app::App;
use crate::sim::matrix::broker::Broker;
use crate::sim::matrix::case::{Case, Fault, Pace};
use crate::sim::matrix::coda;
use crate::sim::matrix::life::{self, Life, Lives};
use crate::sim::matrix::medium::{Drawer, PowerCut};
use crate::sim::matrix::power;
use crate::sim::matrix::radio::{Radio, Watch};
use crate::sim::matrix::story::{Step, Story};
use crate::sim::matrix::wire::Wire;
use crate::sim::rules::{self, enforce};
use crate::sim::trace;
use core::cell::RefCell;
use core::task::Poll;
use embassy_futures::poll_once;
use limpet::driver::{glance, turn};
use limpet::session::Session;

/// The clock of the client begins shortly before it wraps.
const START: u32 = u32::MAX - 10_000;

/// How long a clean story may take.
const LIMIT_MS: u64 = 180_000;

/// What a story came to.
#[derive(Clone, Copy, Default, Debug)]
pub struct Report {
    /// Bytes that went out and in, and calls of the store.
    pub totals: [usize; 3],
    /// When it was over.
    pub ms: u64,
    /// Connections that were opened, or tried to.
    pub opens: u32,
}

pub struct World<'a> {
    pub story: &'a Story,
    pub session: Session<'a>,
    pub rx: Vec<u8>,
    pub wire: Wire,
    pub broker: Broker,
    pub app: App,
    /// The end of a step that only takes time.
    pub watch: Option<Watch>,
    /// What outlives the client's power, and the lives that it may still have.
    pub drawer: Drawer,
    pub lives: Lives<'a>,
    /// The client's clock, when the world begins.
    pub base: u32,
    /// The application has told the client to connect, and not to leave.
    pub wants_connection: bool,
    pub until: u64,
    pub limit: u64,
    /// Both sides know again where they stand.
    pub is_coda: bool,
    late_deadlines: u32,
}

/// Tells the story. `clean` is what came of it when nothing went wrong.
pub fn run(story: &Story, case: Case, clean: Option<Report>) -> Report {
    within(story, case, |world| {
        // What the broker ends so soon after another failure is followed by a longer pause.
        let more = story.steps.iter().map(|step| match step {
            Step::Dismiss | Step::Link(_) if *step != Step::Link(Fault::LinkHangs) => 14_000,
            // There were two failures before, or more.
            Step::ResetLost | Step::Link(_) => 40_000,
            _ => 0,
        });
        let more = more.max().unwrap_or(0);
        world.limit = clean.map_or(LIMIT_MS, |clean| clean.ms + coda::patience(case.fault) + more);
        for step in &story.steps {
            world.tell(*step);
        }
        let wire = &world.wire;
        let totals = [wire.passed[0], wire.passed[1], world.drawer.with(|medium| medium.calls)];
        let report = Report { totals, ms: wire.now, opens: wire.opens };
        coda::judge(world, clean, report);
        coda::tell(world);
        report
    })
}

/// A world at its beginning.
pub fn within<T>(story: &Story, case: Case, act: impl FnOnce(&mut World) -> T) -> T {
    let mut rooms = life::rooms(story);
    let mut borrowers: Vec<_> = rooms.iter().map(|_| Life::default()).collect();
    let both: Vec<_> = rooms.iter_mut().zip(&mut borrowers).collect();
    let (mut lives, drawer) = (both.into_iter(), Drawer::new(story.store.unwrap_or_default(), case));
    let mut world = World {
        story,
        session: life::begin(story, &mut lives, &drawer, START),
        rx: vec![0; story.rx],
        wire: Wire { radio: story.link.map(Radio::new), ..Wire::new(case, story.manner, story.settings) },
        watch: story.link.map(|_| Watch::new()),
        drawer,
        lives,
        base: START,
        wants_connection: false,
        broker: Broker::default(),
        app: App::default(),
        until: 0,
        limit: LIMIT_MS,
        is_coda: false,
        late_deadlines: 0,
    };
    act(&mut world)
}

impl World<'_> {
    /// The client's clock.
    pub fn clock(&self) -> u32 {
        self.base.wrapping_add(self.wire.now as u32)
    }

    /// One step, to its end.
    pub fn tell(&mut self, step: Step) {
        self.begin(step);
        let mut rounds = 0;
        // Only who rests has settled.
        while matches!(step, Step::Settle) || !self.is_over(step) {
            rounds += 1;
            enforce(rules::time_goes_on(rounds));
            let moved = self.poll();
            if self.broker.act(&mut self.wire) || moved || self.wire.radio_acts() || self.resume() {
                continue;
            }
            if self.is_over(step) {
                return;
            }
            let before = self.wire.now;
            self.pass_time(step);
            rounds = if before == self.wire.now { rounds } else { 0 };
        }
    }

    fn resume(&mut self) -> bool {
        let is_due = self.app.resume_at.is_some_and(|at| at <= self.wire.now);
        if is_due {
            self.app.resume_at = None;
            self.session.resume(self.clock());
        }
        is_due
    }

    /// Nobody has anything to do now.
    fn pass_time(&mut self, step: Step) {
        let clock = self.clock();
        let deadline = self.session.deadline(clock);
        self.late_deadlines = if deadline == Some(0) { self.late_deadlines + 1 } else { 0 };
        enforce(rules::deadline_is_ahead(self.late_deadlines));
        let now = self.wire.now;
        let link = self.watch.as_ref().and_then(|watch| watch.deadline(clock));
        let client = deadline.into_iter().chain(link).min().map_or(u64::MAX, |ms| now + u64::from(ms));
        let until = match step {
            Step::Pass(_) => self.until,
            Step::Settle if self.settled_at() > now => self.settled_at(),
            _ => u64::MAX,
        };
        let others = self.wire.next().min(self.broker.due(&self.wire)).min(self.wire.radio_due());
        let others = others.min(self.app.resume_at.unwrap_or(u64::MAX));
        let at = client.min(until).min(others).max(now);
        assert!(at < u64::MAX, "hangs: {step:?} is not over, and nobody waits for anything");
        assert!(at <= self.limit, "no end: {step:?} is not over after {now} ms");
        if self.session.is_connected() && self.wire.offer.is_none() {
            let silent = at - self.wire.tap.last_written.min(at);
            // What is due at this very instant is not yet written.
            enforce(rules::keep_alive_is_kept(if self.wire.is_true { silent } else { 0 }, 60_000));
        }
        self.wire.now = at;
        trace::at(at);
    }

    /// True if anything was done.
    pub fn poll(&mut self) -> bool {
        let (began, did) = (self.supervise(true), self.turns());
        let ended = self.supervise(false);
        began || did || ended
    }

    fn turns(&mut self) -> bool {
        let budget = if self.wire.case.pace == Pace::Bytes { 1 } else { 1000 };
        let clock = self.clock();
        let mut did = false;
        for _ in 0..budget {
            self.wire.is_writing = false;
            let moved = self.wire.moved;
            let link = &mut SimLink(RefCell::new(&mut self.wire));
            let session = &mut self.session;
            // The first look of a poll, if there is nothing else to do.
            let only_looks = !did && session.is_quiet(clock);
            let rx = &mut self.rx;
            let step = async {
                if only_looks {
                    glance(session, rx, link, clock).await;
                    return false;
                }
                turn(session, rx, link, clock).await
            };
            let answer = power::cuttable(self.story, || poll_once(step));
            let cut = match (answer, self.wire.power.take()) {
                (Ok(_), Some(is_lost)) => Err(PowerCut(is_lost)),
                (answer, _) => answer,
            };
            let answer = match cut {
                Ok(answer) => answer,
                Err(cut) => {
                    self.dies(cut);
                    return true;
                }
            };
            _ = self.session.take_note();
            let Poll::Ready(is_event) = answer else { return did };
            enforce(rules::turn_makes_progress(self.wire.moved != moved, is_event));
            did = true;
            if is_event {
                let event = *self.session.event().expect("there is one");
                self.event(event);
            }
        }
        did
    }
}
