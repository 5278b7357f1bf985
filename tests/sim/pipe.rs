//! One direction of a connection: bytes that are under way, and bytes that have arrived.

use std::collections::VecDeque;

#[derive(Default)]
pub struct Pipe {
    bytes: VecDeque<u8>,
    arrived: usize,
    /// When the next bytes arrive, and how many.
    under_way: VecDeque<(u64, usize)>,
    /// Nothing arrives before: a stall, or a black hole.
    pub blocked_until: u64,
    /// When the end of the stream arrives, behind all bytes.
    end_at: Option<u64>,
}

impl Pipe {
    pub fn push(&mut self, bytes: &[u8], at: u64) {
        if self.end_at.is_some() {
            return;
        }
        // What is sent later does not arrive earlier.
        let at = self.under_way.back().map_or(at, |last| at.max(last.0));
        self.bytes.extend(bytes);
        match self.under_way.back_mut() {
            Some(last) if last.0 == at => last.1 += bytes.len(),
            _ => self.under_way.push_back((at, bytes.len())),
        }
    }

    pub fn end(&mut self, at: u64) {
        let at = self.under_way.back().map_or(at, |last| at.max(last.0));
        self.end_at.get_or_insert(at);
    }

    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Bytes that can be read.
    pub fn ready(&mut self, now: u64) -> usize {
        if now >= self.blocked_until {
            while self.under_way.front().is_some_and(|first| first.0 <= now) {
                self.arrived += self.under_way.pop_front().unwrap().1;
            }
        }
        self.arrived
    }

    pub fn take(&mut self, into: &mut [u8]) {
        let n = into.len();
        self.arrived -= n;
        for (to, byte) in into.iter_mut().zip(self.bytes.drain(..n)) {
            *to = byte;
        }
    }

    pub fn take_all(&mut self, into: &mut Vec<u8>) {
        into.extend(self.bytes.drain(..self.arrived));
        self.arrived = 0;
    }

    pub fn has_ended(&self, now: u64) -> bool {
        self.bytes.is_empty() && now >= self.blocked_until && self.end_at.is_some_and(|at| at <= now)
    }

    /// When there is something to read, if only the end.
    pub fn next(&self) -> u64 {
        if self.arrived > 0 {
            return 0;
        }
        let at = self.under_way.front().map(|first| first.0).or(self.end_at);
        at.map_or(u64::MAX, |at| at.max(self.blocked_until))
    }

    /// Loses the last bytes, as far as they are still under way.
    pub fn lose(&mut self, mut n: usize) {
        while let Some(last) = self.under_way.back_mut() {
            let lost = n.min(last.1);
            last.1 -= lost;
            n -= lost;
            self.bytes.truncate(self.bytes.len() - lost);
            if last.1 > 0 {
                return;
            }
            self.under_way.pop_back();
        }
    }
}
