//! Whether the Internet answers: a DNS query past the broker, and what counts as its answer. No I/O but through `Datagrams`
//! and no clock; it never touches the session.

#![forbid(unsafe_code)]
#![deny(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

use crate::limits::{WAN_MS, WAN_RESEND_MS};
use crate::time::{Millis, reached, until};
use core::task::Poll;

pub struct Defaults {
    /// The address of www.google.com: the seed's question. [RFC 1035 section 4]
    pub query: [u8; 32],
    /// A C string: the seed's server.
    pub server: [u8; 8],
}

/// In one piece, because a string by itself would share a section with all error texts, and bring them along.
pub static DEFAULTS: Defaults = Defaults {
    query: *b"\x24\x1a\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x03www\x06google\x03com\x00\x00\x01\x00\x01",
    server: *b"8.8.8.8\0",
};

/// Bytes of a DNS header: all of an answer that is looked at.
pub const HEADER: usize = 12;

/// Answers, or what claims to be, that are looked at in one step.
const MOST_ANSWERS: usize = 4;

/// A socket for datagrams that only hears the server it was opened for.
pub trait Datagrams {
    fn open(&mut self) -> Poll<Result<(), ()>>;
    /// One that does not get out is no failure: it is sent again later.
    fn send(&mut self, query: &[u8]);
    /// Bytes put into `head`; of a longer datagram the rest is dropped. An error: the server cannot be reached.
    fn recv(&mut self, head: &mut [u8; HEADER]) -> Poll<Result<usize, ()>>;
}

/// A question under way.
pub struct Question {
    /// `open` was called.
    pub has_begun: bool,
    is_open: bool,
    /// When it is to be sent, or sent again.
    send_at: Millis,
    give_up_at: Millis,
}

impl Question {
    pub fn new(timeout_ms: u32, now: Millis) -> Self {
        Question { has_begun: false, is_open: false, send_at: now, give_up_at: now.wrapping_add(timeout_ms) }
    }

    /// Goes on asking. Ready: it is over, and whether there was a good answer.
    pub fn step(&mut self, socket: &mut impl Datagrams, query: &[u8], now: Millis) -> Poll<bool> {
        if !self.is_open {
            self.has_begun = true;
            match socket.open() {
                Poll::Ready(Ok(())) => self.is_open = true,
                Poll::Ready(Err(())) => return Poll::Ready(false),
                Poll::Pending => {}
            }
        }
        if self.is_open {
            for _ in 0..MOST_ANSWERS {
                let mut head = [0; HEADER];
                match socket.recv(&mut head) {
                    Poll::Ready(Ok(HEADER..)) => {}
                    Poll::Ready(Ok(_)) => continue,
                    Poll::Ready(Err(())) => return Poll::Ready(false),
                    Poll::Pending => break,
                }
                if let Some(good) = verdict(&head, query) {
                    return Poll::Ready(good);
                }
            }
        }
        if reached(self.give_up_at, now) {
            return Poll::Ready(false);
        }
        if self.is_open && reached(self.send_at, now) {
            socket.send(query);
            self.send_at = now.wrapping_add(WAN_RESEND_MS);
        }
        Poll::Pending
    }

    /// Milliseconds until `step` must be called again.
    pub fn deadline(&self, now: Millis) -> u32 {
        until(self.give_up_at, now).min(WAN_MS)
    }
}

/// Whether this is the answer to the query, and then whether it is a good one: QR is set and RCODE is 0.
fn verdict(head: &[u8; HEADER], query: &[u8]) -> Option<bool> {
    let [id_high, id_low, flags, codes, ..] = *head;
    let is_answer = query.starts_with(&[id_high, id_low]) && flags & 0x80 != 0;
    is_answer.then_some(codes & 0x0f == 0)
}
