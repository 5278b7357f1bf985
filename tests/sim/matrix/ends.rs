//! The client's end of the wire, and the tap on it.

use crate::sim::link::{End, Offer};
use crate::sim::matrix::case::Direction;
use crate::sim::matrix::voice::Said;
use crate::sim::matrix::wire::{WINDOW, Wire};
use crate::sim::rules::{self, enforce};
use crate::trace;
use core::task::Poll::{self, Pending, Ready};
use limpet::driver::Broken;
use limpet::packet::Packet;

const REFUSED: i32 = -111;
const RESET: i32 = -104;

impl End for Wire {
    fn client_opens(&mut self) -> Poll<Result<(), Broken>> {
        enforce(rules::one_connection_at_a_time(self.is_connected));
        enforce(rules::opens_over_a_steady_link(self.may_open || self.radio.is_none()));
        if !self.carries() {
            return Pending;
        }
        self.moved += 1;
        if !self.is_listening || self.refusals > 0 {
            trace!("open is refused");
            self.refusals = self.refusals.saturating_sub(1);
            self.opens += 1;
            return Ready(Err(Broken(REFUSED)));
        }
        trace!("open");
        self.connect();
        Ready(Ok(()))
    }

    fn client_closes(&mut self) {
        trace!("close");
        self.moved += 1;
        self.offer = None;
        if let Some(conn) = self.current() {
            conn.client_gone = true;
            conn.up.ended = true;
        }
        self.is_connected = false;
    }

    fn client_writes(&mut self, buf: &[u8]) -> Poll<Result<usize, Broken>> {
        enforce(rules::write_has_bytes(buf.len()).and(rules::link_is_open(self.is_connected)));
        if let Some(offer) = &self.offer {
            enforce(rules::offer_is_stable(offer, buf.as_ptr() as usize, buf));
        }
        self.is_writing = true;
        let (now, piece) = (self.now, self.piece());
        let conn = self.conns.last().expect("it is connected");
        if conn.is_reset {
            self.moved += 1;
            return Ready(Err(Broken(RESET)));
        }
        let room = if now < conn.up.until { WINDOW.saturating_sub(conn.up.bytes.len()) } else { buf.len() };
        if room == 0 {
            let at = buf.as_ptr() as usize;
            self.offer.get_or_insert_with(|| Offer { at, bytes: buf.to_vec() });
            return Pending;
        }
        self.offer = None;
        let n = self.allowance(Direction::Out, buf.len().min(room).min(piece));
        self.send_up(&buf[..n]);
        self.moved += 1;
        self.listen(&buf[..n]);
        Ready(Ok(n))
    }

    fn client_reads(&mut self, buf: &mut [u8]) -> Poll<Result<usize, Broken>> {
        enforce(rules::read_has_room(buf.len()).and(rules::link_is_open(self.is_connected)));
        enforce(rules::offer_is_not_withdrawn(self.offer.is_some(), self.is_writing));
        let (now, piece) = (self.now, self.piece());
        let conn = self.conns.last_mut().expect("it is connected");
        if conn.is_reset {
            self.moved += 1;
            return Ready(Err(Broken(RESET)));
        }
        let ready = buf.len().min(conn.down.ready(now)).min(piece);
        // What is cut off within what has come, is so where the client reads it.
        let n = if self.case.fault.is_at_client() { self.allowance(Direction::In, ready) } else { ready };
        let conn = self.conns.last_mut().expect("it is connected");
        if n == 0 {
            if conn.down.has_ended(now) {
                self.moved += 1;
                return Ready(Ok(0));
            }
            return Pending;
        }
        for (to, byte) in buf.iter_mut().zip(conn.down.bytes.drain(..n)) {
            *to = byte;
        }
        conn.read += n;
        if !self.is_leaving {
            conn.heard.extend(&buf[..n]);
        }
        self.moved += 1;
        self.taken += n;
        self.tell();
        if self.case.fault.is_at_client() && n > 0 {
            self.strike(Direction::In);
        }
        Ready(Ok(n))
    }
}

impl Wire {
    /// The client wrote: its packets must be such as it may write.
    fn listen(&mut self, bytes: &[u8]) {
        let is_true = self.is_true;
        // It answers a CONNACK, if only with a part of a packet.
        self.tap.is_known |= self.tap.accepted.is_some();
        let conn = self.conns.last_mut().expect("it is connected");
        conn.written.extend(bytes);
        let mut at = 0;
        loop {
            let heard = conn.ear.hear(&conn.written[at..]);
            // Who was told something wrong may say something wrong, but no nonsense.
            let excused = !is_true && heard.as_ref().is_err_and(|wrong| !wrong.starts_with("malformed"));
            if excused {
                break;
            }
            match heard.unwrap_or_else(|wrong| panic!("the client wrote what it must not: {wrong}")) {
                None => break,
                Some((Said::Auth(code), len)) => {
                    trace!("  > AUTH {code:?}");
                    at += len;
                }
                Some((Said::Packet(packet), len)) => {
                    at += len;
                    if is_true {
                        enforce(self.tap.wrote(&packet, &mut self.book, &self.settings, self.now));
                    }
                }
            }
        }
        conn.written.drain(..at);
    }

    /// The client read: what it knows by that.
    fn tell(&mut self) {
        let conn = self.conns.last_mut().expect("it is connected");
        while conn.said.front().is_some_and(|(end, _)| *end <= conn.read) {
            let (_, bytes) = conn.said.pop_front().expect("it is there");
            let (packet, _) = Packet::decode(&bytes).ok().flatten().expect("the broker speaks well");
            conn.ear.answered(&packet);
            if self.is_true {
                self.tap.read(&bytes, &mut self.book);
            }
        }
    }
}
