//! The life of one connection: opening, CONNECT and CONNACK, keep alive, the bytes on offer, and its end.

use super::log::Log;
use super::outbox::UNSEEN;
use super::timers::Timer;
use super::v5::More;
use super::{Failure, Phase, Session, Source};
use crate::error::Error;
use crate::limits::{DISCARD_MS, HAS_V5, LINGER_MS, TLS_ERROR, TLS_ERROR_LAST};
use crate::packet::Kind;
use crate::part::part;
use crate::time::Millis;

impl Session<'_> {
    /// A deadline has been reached.
    #[inline(never)]
    pub(super) fn fire(&mut self, timer: Timer, now: Millis) {
        match timer {
            Timer::Phase => match self.phase {
                // `link_up` will set the timer again.
                Phase::Waiting if self.link_down => {}
                Phase::Waiting => {
                    self.phase = Phase::Opening;
                    self.timers.arm(Timer::Phase, self.late_at(now));
                    self.note(Log::Opening, self.backoff.failures().into());
                }
                Phase::Opening => self.lost(Error::OpenTimeout, 0, now),
                Phase::Hello => self.lost(Error::ConnackTimeout, 0, now),
                _ => self.lost(Error::PeerClosed, 0, now),
            },
            Timer::SendIdle | Timer::ReceiveIdle => self.ping(),
            Timer::Pingresp => match self.timers.left(Timer::Read, now) {
                // It may stand behind a packet that is still arriving, and has its own deadline.
                Some(left) => self.timers.arm(Timer::Pingresp, now.wrapping_add(left + 1)),
                None => self.lost(Error::PingTimeout, 0, now),
            },
            Timer::Probe => self.probe_answer = Some(false),
            Timer::Read => self.lost(Error::ReadTimeout, 0, now),
            Timer::Write => self.lost(Error::WriteTimeout, 0, now),
            Timer::Outbox => {
                if self.timers.is_armed(Timer::Read) {
                    // Answers may stand behind the packet that is still arriving, which has a deadline of its own.
                    self.outbox.restart_deadlines(self.late_at(now));
                }
                let (mute, settings) = (self.holding || self.phase != Phase::Online, &self.config.settings);
                match self.outbox.tick(now, settings.response_time_ms, settings.max_repubs as u8, mute) {
                    Ok(0) => {}
                    Ok(resent) => {
                        self.stats.repubs = self.stats.repubs.wrapping_add(resent);
                        self.note(Log::Resend, resent as i32);
                    }
                    Err(error) => self.lost(error, 0, now),
                }
            }
            Timer::Drain => {
                self.leave(now);
                if self.phase == Phase::Idle {
                    self.failure = Some(Failure { was_online: false, error: Error::Left, detail: 0 });
                }
            }
        }
    }

    /// The transport's answer to `Step::Open`.
    pub fn opened(&mut self, result: Result<(), i32>, now: Millis) {
        self.moved = true;
        match result {
            Ok(()) => {
                self.phase = Phase::Hello;
                self.said = false;
                self.timers.stop(Timer::Phase);
            }
            // There is no positive answer.
            Err(detail) => self.failed(if detail > 0 { Error::Transport } else { Error::Open }, detail, now),
        }
    }

    /// `Step::Close` was done.
    pub fn closed(&mut self) {
        self.is_open = false;
        self.close_due = false;
    }

    /// [MQTT-3.1.2-23] Sends PINGREQ, also while an answer to one is awaited: silence is what the broker counts.
    pub(super) fn ping(&mut self) {
        self.ping_due = true;
        self.pinging = true;
        self.timers.stop(Timer::ReceiveIdle);
        self.note(Log::Ping, 0);
    }

    /// Puts bytes on offer if none are.
    #[inline(never)]
    pub(super) fn choose_offer(&mut self, rx: &mut [u8], now: Millis) {
        if self.outbox.pulling.is_begun() {
            self.go_on(now);
        }
        if self.source != Source::None {
            return;
        }
        match self.phase {
            _ if self.outbox.pulling.is_begun() => {}
            Phase::Hello if !self.said => {
                self.to = self.config.encode_connect(self.first, self.outbox.v5(), rx);
                self.inbox.high = self.inbox.high.max(self.to);
                self.source = Source::Hello;
                self.said = true;
                self.note(Log::Opened, 0);
            }
            Phase::Online => {
                if self.ping_due && self.control.short(Kind::Pingreq) {
                    self.ping_due = false;
                    if !self.holding && !self.timers.is_armed(Timer::Pingresp) {
                        self.timers.arm(Timer::Pingresp, self.late_at(now));
                    }
                }
                if self.control.bytes().is_empty() && !self.outbox.offering() {
                    let late_at = self.late_at(now);
                    self.outbox.choose(&mut self.control, late_at);
                }
                self.outbox.feed();
            }
            Phase::Leaving if !self.said && self.has_packet() => {}
            Phase::Leaving if !self.said => self.said = self.control.short(Kind::Disconnect),
            _ => {}
        }
        self.choose_packet(now);
        if self.source == Source::None {
            let len = self.outbox.offer_len();
            if len > 0 && (self.phase == Phase::Online || self.outbox.pulling.is_begun()) {
                self.source = Source::Outbox;
                self.to = len;
            } else if !self.control.bytes().is_empty() && !self.outbox.pulling.is_begun() {
                self.source = Source::Control;
                self.to = self.control.bytes().len();
            } else {
                return;
            }
        }
        self.from = 0;
        // Its time begins when it is not taken at once: see `deadline`.
        self.timers.stop(Timer::Write);
    }

    /// What to write and where to read to; either may be empty, and an empty one must not be asked for. Never read
    /// into an empty slice: it looks like the end of the stream.
    pub fn exchange<'b>(&'b self, rx: &'b mut [u8]) -> (&'b [u8], &'b mut [u8]) {
        let offer = match self.source {
            Source::Hello => return (part(rx, self.from, self.to), &mut []),
            Source::Control => part(self.control.bytes(), self.from, self.to),
            Source::Outbox => self.outbox.offer(),
            Source::Prefix | Source::Packet if HAS_V5 => part(self.packet_on_offer(), self.from, self.to),
            _ => &[],
        };
        (offer, self.space(rx))
    }

    /// Where to read to, while CONNECT does not lie there.
    pub fn space<'b>(&self, rx: &'b mut [u8]) -> &'b mut [u8] {
        if self.holding || self.inbox.lent { &mut [] } else { self.inbox.space(rx) }
    }

    /// There is room, and will, for what arrives.
    pub fn wants_read(&self, rx_size: usize) -> bool {
        let connected = matches!(self.phase, Phase::Hello | Phase::Online | Phase::Leaving);
        connected && self.source != Source::Hello && !self.holding && self.inbox.end < rx_size
    }

    /// Bytes are on offer.
    pub fn wants_write(&self) -> bool {
        self.source != Source::None
    }

    /// The transport took the first `n` bytes of the offer, `n` above 0 and not above its length.
    #[inline(never)]
    pub fn wrote(&mut self, n: usize, now: Millis) {
        self.moved = true;
        self.outbox.stale |= UNSEEN;
        self.stats.bytes_out = self.stats.bytes_out.wrapping_add(n as u32);
        self.from += n;
        let late_at = self.late_at(now);
        if self.source == Source::Outbox {
            self.outbox.wrote(n, late_at);
        }
        if self.phase == Phase::Online {
            self.timers.arm(Timer::SendIdle, self.ping_at(now));
        }
        if self.from < self.to {
            return;
        }
        match self.source {
            Source::Control => self.control.drop_front(self.to),
            Source::Hello => {
                self.unanswered = self.unanswered.saturating_add(1);
                self.timers.arm(Timer::Phase, late_at);
            }
            Source::Prefix if HAS_V5 => {
                // The rest of the packet, and nothing in between.
                self.source = Source::Outbox;
                self.from = 0;
                self.to = self.outbox.offer_len();
                return;
            }
            Source::Packet if HAS_V5 => self.packet_went(),
            _ => {}
        }
        self.source = Source::None;
        if self.outbox.pulling.is_begun() {
            // Its next piece has as long to come as it has to go.
            self.timers.arm(Timer::Write, late_at);
            return;
        }
        self.timers.stop(Timer::Write);
        if self.phase == Phase::Leaving && self.said && self.control.bytes().is_empty() {
            let linger = if self.discarding { DISCARD_MS } else { LINGER_MS };
            self.timers.arm(Timer::Phase, now.wrapping_add(linger));
        }
    }

    /// The transport read `n` bytes into the space; 0 is the end of the stream.
    pub fn received(&mut self, n: usize, now: Millis) {
        if n == 0 {
            return self.lost(Error::PeerClosed, 0, now);
        }
        self.moved = true;
        self.outbox.stale |= UNSEEN;
        self.stats.bytes_in = self.stats.bytes_in.wrapping_add(n as u32);
        self.last_heard = now;
        if self.phase != Phase::Leaving {
            self.inbox.arrived(n);
        }
    }

    /// The transport failed.
    pub fn failed(&mut self, error: Error, detail: i32, now: Millis) {
        match detail {
            TLS_ERROR_LAST..TLS_ERROR => self.lost(Error::Tls, detail.wrapping_sub(TLS_ERROR), now),
            _ => self.lost(error, detail, now),
        }
    }

    /// The connection or the attempt is over; what comes next depends on why we had it.
    pub(super) fn lost(&mut self, error: Error, detail: i32, now: Millis) {
        let leaving = self.phase == Phase::Leaving;
        let was_online = self.is_online;
        if !matches!(error, Error::Refused | Error::Dismissed) {
            self.tell(More::default());
        }
        self.end_connection();
        if self.discarding {
            self.discarding = false;
            self.phase = Phase::Waiting;
            self.timers.arm(Timer::Phase, now);
            return;
        }
        self.is_online = false;
        self.note(Log::Lost, if leaving { Error::Left } else { error } as i32);
        if leaving {
            self.phase = Phase::Idle;
            if was_online {
                self.failure = Some(Failure { was_online, error: Error::Left, detail: 0 });
            }
            return;
        }
        if was_online {
            self.stats.outages = self.stats.outages.wrapping_add(1);
            self.backoff.held(now.wrapping_sub(self.online_at));
        }
        if error == Error::Overrun {
            // There was progress, and there will be more.
            self.backoff.succeeded();
        }
        if error.may_be_network() {
            self.setbacks = self.setbacks.saturating_add(1);
        }
        // One that is not yet told comes first, and tells of the connection.
        self.failure.get_or_insert(Failure { was_online, error, detail });
        if self.fail_first {
            self.phase = Phase::Idle;
            return;
        }
        self.phase = Phase::Waiting;
        // Without a link nothing can be said of the broker: its turn comes with `link_up`.
        if !self.link_down {
            let pause = self.backoff.pause();
            self.timers.arm(Timer::Phase, now.wrapping_add(pause));
        }
    }

    /// Forgets all that belongs to one connection. A half-written packet is never continued on the next.
    pub(super) fn end_connection(&mut self) {
        self.forget_reading();
        self.control.clear();
        self.outbox.lost();
        if let Some(v5) = self.outbox.v5_mut() {
            v5.reset();
        }
        self.source = Source::None;
        self.pinging = false;
        self.close_due = self.is_open;
    }
}
