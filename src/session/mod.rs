//! What MQTT remembers: where the connection stands, what waits, what is under way. No I/O and no clock: time is an
//! argument, bytes are slices, and what happened comes back as values.
//!
//! `step` says what to do next; whoever drives it does that one thing and tells the result: `opened`, `closed`,
//! `wrote`, `received` or `failed`. Everything else is a call of the application.

#![forbid(unsafe_code)]
#![deny(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

mod backoff;
mod calls;
pub mod config;
mod connack;
mod connection;
mod control;
mod fates;
mod head;
mod hints;
mod inbound;
mod inbox;
mod link;
pub mod log;
mod message;
mod notice;
mod outbound;
mod outbox;
mod policy;
pub mod pull;
mod received;
pub mod record;
mod stats;
pub mod store;
mod subscriptions;
mod timers;
pub mod v5;

pub use calls::Leave;
pub use config::{Config, OUTBOX_MIN, Settings};
pub use head::Head;
pub use policy::Policy;
pub use stats::Stats;
pub use subscriptions::REFUSED;

use crate::error::Error;
use crate::event::Event;
use crate::limits::OPENING_MS;
use crate::time::Millis;
use backoff::Backoff;
use control::Control;
use inbox::Inbox;
use log::Log;
use outbox::{DEADLINE, Outbox, UNSEEN};
use received::Received;
use store::Keep;
use timers::{LATENESS, Timer, Timers};

/// Where the connection stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// Not wanted.
    Idle,
    /// The pause before the next attempt.
    Waiting,
    /// The transport is connecting.
    Opening,
    /// CONNECT is on its way, or CONNACK is.
    Hello,
    Online,
    /// DISCONNECT is on its way, or the peer's close is.
    Leaving,
}

/// Where the bytes on offer lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Source {
    None,
    /// CONNECT, put together in the receive buffer, where nothing else can be then.
    Hello,
    Control,
    Outbox,
    /// The head of a packet that goes on in the outbox.
    Prefix,
    /// AUTH, or DISCONNECT with a reason.
    Packet,
}

/// What to do next.
#[derive(Debug, PartialEq, Eq)]
pub enum Step {
    /// Hand `event` to the application; its spans are good until the next step.
    Event,
    /// Open the transport, or go on opening it, and call `opened`.
    Open,
    /// Close the transport and call `closed`.
    Close,
    /// Move bytes: see `exchange`.
    Exchange,
    /// Nothing before the next deadline.
    Wait,
}

/// Why a connection or an attempt ended, until it is reported.
struct Failure {
    was_online: bool,
    error: Error,
    detail: i32,
}

// In this order, small things first, because Thumb reaches the first bytes of a struct with shorter instructions.
#[repr(C)]
pub struct Session<'a> {
    phase: Phase,
    /// The bytes on offer: the same until they are taken, because TLS may already have encrypted them.
    source: Source,
    /// `open` was called and `close` was not.
    is_open: bool,
    close_due: bool,
    /// No connection was accepted so far.
    first: bool,
    /// The next failure is the last: nothing has succeeded since `connect`, and the application wants to know.
    fail_first: bool,
    /// The network under the transport is known to be down.
    link_down: bool,
    /// Connections and attempts in a row that failed in a way a dead network would make them fail.
    setbacks: u8,
    /// This connection only discards the stored session.
    discarding: bool,
    /// Online was reported and Offline was not.
    is_online: bool,
    /// CONNECT in `Hello`, DISCONNECT in `Leaving`, was written, or at least queued.
    said: bool,
    /// The application wants to leave when the outbox is drained.
    draining: bool,
    /// The application said "not now".
    holding: bool,
    /// PINGRESP is awaited.
    pinging: bool,
    /// PINGREQ is to be written.
    ping_due: bool,
    /// The transport has just done something.
    moved: bool,
    probe_answer: Option<bool>,
    wan_answer: Option<bool>,
    /// CONNECTs written since the last CONNACK.
    unanswered: u8,
    /// The session that is present may not be the one we had.
    in_doubt: bool,
    from: usize,
    to: usize,
    last_heard: Millis,
    online_at: Millis,
    /// A timer is due, but the transport was not asked since: the instant of that.
    grace: Option<Millis>,
    timers: Timers,
    stats: Stats,
    inbox: Inbox,
    outbox: Outbox<'a>,
    config: Config<'a>,
    backoff: Backoff,
    failure: Option<Failure>,
    note: Option<(Log, i32)>,
    /// On its way to the application.
    event: Option<Event>,
    control: Control,
    received: Received,
    /// What outlives a reset is kept by this.
    keep: Option<&'a mut dyn Keep>,
}

impl<'a> Session<'a> {
    pub fn new(config: Config<'a>, heads: &'a mut [Head], bytes: &'a mut [u8]) -> Self {
        let seed = config.settings.seed;
        Session {
            backoff: Backoff::new(config.settings.retry_min_ms, config.settings.retry_max_ms, seed),
            config,
            phase: Phase::Idle,
            outbox: Outbox::new(heads, bytes, seed as u16),
            inbox: Inbox::default(),
            control: Control::default(),
            received: Received::default(),
            timers: Timers::default(),
            stats: Stats::default(),
            source: Source::None,
            from: 0,
            to: 0,
            is_open: false,
            close_due: false,
            first: true,
            fail_first: false,
            link_down: false,
            setbacks: 0,
            discarding: false,
            is_online: false,
            said: false,
            draining: false,
            holding: false,
            pinging: false,
            ping_due: false,
            moved: false,
            grace: None,
            failure: None,
            probe_answer: None,
            wan_answer: None,
            unanswered: 0,
            in_doubt: false,
            last_heard: 0,
            online_at: 0,
            note: None,
            event: None,
            keep: None,
        }
    }

    /// What to do next. A message that was handed out before, and not held, is acknowledged by this call.
    pub fn step(&mut self, rx: &mut [u8], now: Millis) -> Step {
        let is_quiet = self.outbox.stale & UNSEEN == 0 && !self.timers.is_reached(now);
        // Where assertions are compiled, the way that is left out is gone, and must come to the same.
        if is_quiet && !cfg!(debug_assertions) {
            return Step::Exchange;
        }
        let step = self.look(rx, now);
        debug_assert!(!is_quiet || step == Step::Exchange && self.source == Source::None);
        step
    }

    #[inline(always)]
    fn look(&mut self, rx: &mut [u8], now: Millis) -> Step {
        if self.inbox.lent {
            self.taken(now);
        }
        let judged = if self.can_judge(now) { u16::MAX } else { !LATENESS };
        while let Some(timer) = self.timers.due(now, judged) {
            self.timers.stop(timer);
            self.fire(timer, now);
        }
        let mut has_looked = self.holding;
        loop {
            if self.close_due {
                return Step::Close;
            }
            self.sync(now);
            if self.notice(now) {
                return Step::Event;
            }
            match self.phase {
                Phase::Idle | Phase::Waiting => return Step::Wait,
                Phase::Opening => {
                    self.is_open = true;
                    return Step::Open;
                }
                _ if has_looked => break,
                _ => has_looked = true,
            }
            if self.inbound(rx, now) {
                return Step::Event;
            }
        }
        if self.draining && self.outbox.is_drained() {
            self.leave(now);
            if self.close_due {
                return Step::Close;
            }
        }
        // What the offer changes is to be looked at.
        self.outbox.stale &= !UNSEEN;
        self.choose_offer(rx, now);
        if self.close_due {
            return Step::Close;
        }
        // A store, MQTT 5 and a payload that is asked for have more to be looked at than this knows of.
        let is_simple = self.keep.is_none() && !self.is_v5() && !self.outbox.pulling.is_hungry();
        if !is_simple || self.phase != Phase::Online || self.source != Source::None || self.grace.is_some() {
            self.outbox.stale |= UNSEEN;
        }
        Step::Exchange
    }

    /// Whether silence can be held against the peer. After a poll that came late it cannot before all that is there was
    /// read, and what can be written was; but for one instant only, so that a peer that floods us is judged as well.
    fn can_judge(&mut self, now: Millis) -> bool {
        let moved = core::mem::take(&mut self.moved);
        if matches!(self.phase, Phase::Idle | Phase::Waiting) || self.timers.due(now, LATENESS).is_none() {
            self.grace = None;
            return true;
        }
        match self.grace {
            Some(at) if at != now || !moved => {
                self.grace = None;
                true
            }
            _ => {
                self.grace = Some(now);
                false
            }
        }
    }

    /// The application has had the lent part and did not hold it.
    fn taken(&mut self, now: Millis) {
        match self.inbox.take_back() {
            Some(message) => self.finish(&message, now),
            None => self.heard(now),
        }
    }

    /// Milliseconds until `step` must be called again; `None` for never. Ask after each round of steps: it is here
    /// that changes in the outbox reach the timers.
    pub fn deadline(&mut self, now: Millis) -> Option<u32> {
        // The link may be lost after the last step, or a payload, and that is to be told.
        if self.failure.is_some() || self.outbox.has_reports() {
            return Some(0);
        }
        if self.outbox.stale & DEADLINE != 0 {
            self.outbox.stale &= !DEADLINE;
            match self.outbox.next_deadline(now, self.holding || self.phase != Phase::Online) {
                Some(left) => self.timers.arm(Timer::Outbox, now.wrapping_add(left)),
                None => self.timers.stop(Timer::Outbox),
            }
        }
        let next = self.timers.next(now).unwrap_or(u32::MAX);
        // Nobody can say when these are there.
        let asks = self.phase == Phase::Opening || self.outbox.pulling.is_hungry();
        let next = if asks { next.min(OPENING_MS) } else { next };
        (next != u32::MAX).then_some(next)
    }

    /// What the last step has to tell for debugging.
    pub fn take_note(&mut self) -> Option<(Log, i32)> {
        self.note.take()
    }

    fn note(&mut self, log: Log, value: i32) {
        self.note = Some((log, value));
    }

    /// When an answer to something sent now is late.
    fn late_at(&self, now: Millis) -> Millis {
        now.wrapping_add(self.config.settings.response_time_ms)
    }
}
