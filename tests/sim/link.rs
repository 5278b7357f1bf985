//! The client's end of the network as `limpet::driver::Connection`: it splits, blocks, fails, and watches what it is asked.

use crate::sim::net::{Net, Opening};
use crate::sim::radio::Radio;
use crate::sim::rules;
use crate::trace;
use core::cell::RefCell;
use core::future::poll_fn;
use core::task::Poll::{self, Pending, Ready};
use embedded_io_async::{ErrorType, Read, Write};
use limpet::driver::{Broken, Connection};

/// Bytes that a write could not take. They must be offered again.
pub struct Offer {
    pub at: usize,
    pub bytes: Vec<u8>,
}

/// The client's end of a simulated network. What would block is pending.
pub trait End {
    fn client_opens(&mut self) -> Poll<Result<(), Broken>>;
    fn client_closes(&mut self);
    fn client_reads(&mut self, buf: &mut [u8]) -> Poll<Result<usize, Broken>>;
    fn client_writes(&mut self, buf: &[u8]) -> Poll<Result<usize, Broken>>;
}

pub struct SimLink<'n, N>(pub RefCell<&'n mut N>);

struct Reader<'l, 'n, N>(&'l RefCell<&'n mut N>);
struct Writer<'l, 'n, N>(&'l RefCell<&'n mut N>);

impl<N> ErrorType for Reader<'_, '_, N> {
    type Error = Broken;
}

impl<N> ErrorType for Writer<'_, '_, N> {
    type Error = Broken;
}

impl<N: End> Read for Reader<'_, '_, N> {
    async fn read(&mut self, buf: &mut [u8]) -> Result<usize, Broken> {
        poll_fn(|_| self.0.borrow_mut().client_reads(buf)).await
    }
}

impl<N: End> Write for Writer<'_, '_, N> {
    async fn write(&mut self, buf: &[u8]) -> Result<usize, Broken> {
        poll_fn(|_| self.0.borrow_mut().client_writes(buf)).await
    }

    async fn flush(&mut self) -> Result<(), Broken> {
        Ok(())
    }
}

impl<N: End> Connection for SimLink<'_, N> {
    async fn open(&mut self) -> Result<(), Broken> {
        poll_fn(|_| self.0.borrow_mut().client_opens()).await
    }

    fn close(&mut self) {
        self.0.borrow_mut().client_closes();
    }

    fn split(&mut self) -> (impl Read<Error = Broken>, impl Write<Error = Broken>) {
        (Reader(&self.0), Writer(&self.0))
    }
}

fn io(code: i32) -> Poll<Result<usize, Broken>> {
    Ready(Err(Broken(code)))
}

impl Net {
    /// Before each turn.
    pub fn begin_turn(&mut self) {
        (self.is_reading, self.is_writing) = (false, false);
    }

    /// When the client has something to do for its link.
    pub fn client_due(&mut self) -> u64 {
        if let Some(opening) = self.opening {
            return opening.at;
        }
        let (read_wait, write_wait, window) = (self.read_wait, self.write_wait, self.plan.window);
        let (is_reading, is_writing) = (self.is_reading, self.is_writing);
        let has_pending = self.speech.as_ref().is_some_and(|speech| speech.ready() > 0);
        let Some(conn) = self.current() else { return u64::MAX };
        if conn.broken.is_some() && (is_reading || is_writing) {
            return 0;
        }
        let mut at = u64::MAX;
        if is_reading {
            at = if has_pending { read_wait } else { conn.down.next().max(read_wait) };
        }
        if is_writing && conn.up.len() < window {
            at = at.min(write_wait);
        }
        at
    }
}

impl End for Net {
    fn client_opens(&mut self) -> Poll<Result<(), Broken>> {
        rules::enforce(rules::one_connection_at_a_time(self.is_connected));
        if self.opening.is_none() {
            rules::enforce(rules::opens_over_a_steady_link(self.may_open));
            let at = self.arrival();
            let luck = if self.calm { 1000 } else { self.rng.below(1000) };
            let is_heard = self.radio.as_ref().is_none_or(Radio::carries);
            let opening = match luck {
                _ if !is_heard => Opening { at: u64::MAX, result: Ok(()) },
                _ if !self.is_listening && luck % 2 == 0 => Opening { at, result: Err(-111) },
                _ if !self.is_listening => Opening { at: u64::MAX, result: Ok(()) },
                0..30 => Opening { at: u64::MAX, result: Ok(()) },
                30..60 => Opening { at: self.now, result: Err(-113) },
                60..100 => Opening { at, result: Err(-110) },
                _ => Opening { at, result: Ok(()) },
            };
            self.opened_at = Some(self.now);
            self.opening = Some(opening);
            trace!("open, will be {:?} at {}", opening.result, opening.at);
        }
        let opening = self.opening.unwrap();
        if opening.at > self.now {
            return Pending;
        }
        self.opening = None;
        self.moved += 1;
        if opening.result.is_ok() {
            self.connect();
        }
        Ready(opening.result.map_err(Broken))
    }

    fn client_closes(&mut self) {
        trace!("close");
        self.moved += 1;
        self.opening = None;
        self.offer = None;
        self.client_left();
    }

    fn client_writes(&mut self, buf: &[u8]) -> Poll<Result<usize, Broken>> {
        rules::enforce(rules::write_has_bytes(buf.len()).and(rules::link_is_open(self.is_connected)));
        if let Some(offer) = &self.offer {
            rules::enforce(rules::offer_is_stable(offer, buf.as_ptr() as usize, buf));
        }
        self.is_writing = true;
        let (now, piece, window, calm) = (self.now, self.plan.piece, self.plan.window, self.calm);
        let code = -32 - self.rng.below(2) as i32;
        let blocks = self.rng.chance(self.plan.block_write);
        let conn = self.conns.last_mut().unwrap();
        if conn.broken.is_some() {
            self.moved += 1;
            return io(code);
        }
        let room = window.saturating_sub(conn.up.len());
        if room == 0 || self.write_wait > now || blocks {
            if room > 0 && self.write_wait <= now {
                self.write_wait = now + self.rng.spread(1, 500);
            }
            if self.offer.is_none() {
                self.would_blocks += 1;
                self.offer = Some(Offer { at: buf.as_ptr() as usize, bytes: buf.to_vec() });
            }
            self.blocked_at = now;
            return Pending;
        }
        self.offer = None;
        let most = buf.len().min(room).min(piece);
        let mut n = if calm || most == 1 || self.rng.chance(500) { most } else { self.rng.size(1, most) };
        let conn = self.conns.last_mut().unwrap();
        let mut ends = false;
        if let Some(cut) = conn.cut.as_mut().filter(|cut| cut.up) {
            ends = cut.left <= n;
            n = n.min(cut.left);
            cut.left -= n;
        }
        let at = self.arrival();
        let mut said = buf[..n].to_vec();
        if let Some(speech) = &mut self.speech {
            said.clear();
            rules::enforce(speech.wrote(&buf[..n], &mut said));
        }
        self.conns.last_mut().unwrap().up.push(&said, at);
        self.moved += 1;
        rules::enforce(self.tap.wrote(&said, &mut self.book, &self.plan.settings, now));
        if ends {
            self.cut(-104);
            if n == 0 {
                return io(-104);
            }
        }
        Ready(Ok(n))
    }

    fn client_reads(&mut self, buf: &mut [u8]) -> Poll<Result<usize, Broken>> {
        rules::enforce(rules::read_has_room(buf.len()).and(rules::link_is_open(self.is_connected)));
        rules::enforce(rules::offer_is_not_withdrawn(self.offer.is_some(), self.is_writing));
        self.is_reading = true;
        let (now, piece) = (self.now, self.plan.piece);
        let blocks = self.rng.chance(self.plan.block_read);
        let conn = self.conns.last_mut().unwrap();
        if let Some(code) = conn.broken {
            self.moved += 1;
            return io(code);
        }
        let mut ready = conn.down.ready(now);
        if let Some(speech) = &mut self.speech {
            let mut arrived = vec![0; ready];
            conn.down.take(&mut arrived);
            speech.arrived(&arrived);
            ready = speech.ready();
        }
        if ready == 0 {
            if conn.down.has_ended(now) {
                self.moved += 1;
                return Ready(Ok(0));
            }
            return Pending;
        }
        if self.read_wait > now || blocks {
            if self.read_wait <= now {
                self.read_wait = now + self.rng.spread(1, 200);
            }
            return Pending;
        }
        let most = buf.len().min(ready).min(piece);
        let mut n = if most == 1 || self.rng.chance(700) { most } else { self.rng.size(1, most) };
        let conn = self.conns.last_mut().unwrap();
        let mut ends = false;
        if let Some(cut) = conn.cut.as_mut().filter(|cut| !cut.up) {
            ends = cut.left <= n;
            n = n.min(cut.left);
            cut.left -= n;
        }
        let heard = match &mut self.speech {
            Some(speech) => speech.take(&mut buf[..n]),
            None => {
                conn.down.take(&mut buf[..n]);
                buf[..n].to_vec()
            }
        };
        self.tap.read(&heard, &mut self.book);
        self.last_read = now;
        self.moved += 1;
        if ends {
            self.cut(-105);
            if n == 0 {
                return io(-105);
            }
        }
        Ready(Ok(n))
    }
}
