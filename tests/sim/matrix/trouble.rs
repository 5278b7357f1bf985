//! What goes wrong on the wire, once in each combination.

use crate::sim::matrix::case::{Direction, Fault};
use crate::sim::matrix::wire::Wire;
use crate::trace;

/// Shorter than the time that the client waits for an answer, and longer than all of its deadlines.
const STALL_MS: u64 = 3000;
const LATE_MS: u64 = 40_000;

impl Wire {
    /// The fault, if its byte has just gone.
    pub fn strike(&mut self, direction: Direction) {
        let case = self.case;
        let is_read = direction == Direction::In && case.fault.is_at_client();
        let gone = if is_read { self.taken } else { self.passed[direction as usize] };
        let is_there = direction == case.direction && gone == case.byte;
        if !self.is_armed || !is_there || case.fault.is_flip() {
            return;
        }
        self.is_armed = false;
        trace!("!! {case}");
        let now = self.now;
        let Some(conn) = self.conns.last_mut() else { return };
        match case.fault {
            Fault::None | Fault::Flip(_) | Fault::Torn | Fault::Saved | Fault::Fail => {}
            Fault::Power | Fault::PowerLost => self.power = Some(case.fault == Fault::PowerLost),
            fault if fault.is_link() => self.radio_breaks(fault),
            Fault::Close => self.cut(),
            Fault::Refuse => {
                self.refusals = 2;
                self.cut();
            }
            Fault::Deny => {
                self.denials = 1;
                self.cut();
            }
            Fault::Reset => {
                self.cut();
                self.break_all();
            }
            Fault::Kept | Fault::Lost => self.restart_broker(case.fault == Fault::Kept),
            Fault::Half if direction == Direction::Out => conn.up.ended = true,
            Fault::Half => conn.down.ended = true,
            _ => {
                let until = match case.fault {
                    Fault::Stall => now + STALL_MS,
                    Fault::Late => now + LATE_MS,
                    _ => u64::MAX,
                };
                if direction == Direction::Out || case.fault == Fault::Hole {
                    conn.up.until = until;
                }
                if direction == Direction::In || case.fault == Fault::Hole {
                    conn.down.until = until;
                }
            }
        }
    }

    /// It is gone, and will be back with its sessions, or without.
    pub fn restart_broker(&mut self, keeps: bool) {
        (self.restart, self.is_listening) = (Some(keeps), false);
        self.break_all();
    }

    /// Nobody tells the broker.
    pub fn client_dies(&mut self) {
        if let Some(conn) = self.current() {
            conn.client_gone = true;
        }
        (self.offer, self.is_connected) = (None, false);
    }

    /// Nothing more goes either way.
    pub fn cut(&mut self) {
        if let Some(conn) = self.conns.last_mut() {
            (conn.up.ended, conn.down.ended) = (true, true);
        }
    }

    /// Every connection breaks, and the broker is aware of it.
    pub fn break_all(&mut self) {
        for conn in &mut self.conns {
            (conn.up.ended, conn.down.ended, conn.is_reset) = (true, true, true);
            conn.down.bytes.clear();
        }
    }
}
