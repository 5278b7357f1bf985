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
mod offer;
mod outbound;
mod outbox;
mod policy;
pub mod pull;
mod received;
pub mod record;
mod restore;
mod stats;
mod step;
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
use timers::{Timer, Timers};

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

    /// Milliseconds until `step` must be called again; `None` for never. Ask after each round of steps: it is here
    /// that changes in the outbox reach the timers.
    pub fn deadline(&mut self, now: Millis) -> Option<u32> {
        // Online, and a step has found nothing but to read.
        let is_seen = self.outbox.stale & (UNSEEN | DEADLINE) == 0;
        // As in `step`: where assertions are compiled, the long way must come to the same.
        if is_seen && !cfg!(debug_assertions) {
            return self.timers.next(now);
        }
        // The link may be lost after the last step, or a payload, and that is to be told.
        if self.failure.is_some() || self.outbox.has_reports() {
            debug_assert!(!is_seen);
            return Some(0);
        }
        if self.outbox.stale & DEADLINE != 0 {
            self.outbox.stale &= !DEADLINE;
            match self.outbox.next_deadline(now, self.holding || self.phase != Phase::Online) {
                Some(left) => self.timers.arm(Timer::Outbox, now.wrapping_add(left)),
                None => self.timers.stop(Timer::Outbox),
            }
        }
        if self.source != Source::None && !self.timers.is_armed(Timer::Write) {
            self.timers.arm(Timer::Write, self.late_at(now).wrapping_add(self.to as u32));
        }
        let next = self.timers.next(now).unwrap_or(u32::MAX);
        // Nobody can say when these are there.
        let asks = self.phase == Phase::Opening || self.outbox.pulling.is_hungry();
        debug_assert!(!is_seen || !asks && self.source == Source::None);
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
