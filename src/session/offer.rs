//! The bytes on offer to the transport: which come next, where they lie, and what it means that they were written.

use super::log::Log;
use super::outbox::UNSEEN;
use super::timers::Timer;
use super::{Phase, Session, Source};
use crate::limits::{DISCARD_MS, HAS_V5, LINGER_MS};
use crate::packet::Kind;
use crate::part::part;
use crate::time::Millis;

impl Session<'_> {
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
}
