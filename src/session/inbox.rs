//! The receive buffer: what has arrived, and the message that is being handed over from it.

use crate::event::{Message, Span};
use crate::part::{move_down, part, part_mut};

/// What is done with an inbound message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Treatment {
    Deliver,
    /// QoS 2, delivered before: only acknowledged.
    Duplicate,
    /// Its topic leaves no room for a payload: only acknowledged, and reported.
    Oversize,
    /// QoS 2, and no room for one more identifier: not acknowledged, so that the broker sends it again over the next
    /// connection.
    Excess,
}

/// An inbound message that has begun.
#[derive(Clone, Copy, Debug)]
pub struct Incoming {
    pub treatment: Treatment,
    pub qos: u8,
    pub retain: bool,
    pub dup: bool,
    /// Where the topic begins, counted from the packet.
    pub topic_at: u8,
    /// 0 above QoS 0 while the topic before it is still being skipped.
    pub id: u16,
    pub topic_len: u16,
    /// Bytes of the packet before the payload, which stay until the last part is taken.
    pub keep: usize,
    /// Bytes of the payload, how many were handed over, and how many are lent right now.
    pub total: u32,
    pub offset: u32,
    pub part: usize,
}

#[derive(Default)]
pub struct Inbox {
    /// The bytes that have arrived and are not done with.
    pub start: usize,
    pub end: usize,
    /// Bytes still to be thrown away.
    pub skip: usize,
    /// Bytes that must come before anything can be done, at least.
    pub missing: usize,
    /// How many of those the read deadline allows for.
    pub allowed: usize,
    pub message: Option<Incoming>,
    /// The application has the message; it is taken at the next step unless it is held.
    pub lent: bool,
    /// A message of this connection was left to the next one.
    pub excess: bool,
    pub high: usize,
}

impl Inbox {
    pub fn bytes<'b>(&self, rx: &'b [u8]) -> &'b [u8] {
        part(rx, self.start, self.end)
    }

    pub fn len(&self) -> usize {
        self.end.saturating_sub(self.start)
    }

    /// Nothing has arrived of anything.
    pub fn is_clear(&self) -> bool {
        self.len() == 0 && self.skip == 0 && self.message.is_none()
    }

    /// Where the next bytes go.
    pub fn space<'b>(&self, rx: &'b mut [u8]) -> &'b mut [u8] {
        let len = rx.len();
        part_mut(rx, self.end, len)
    }

    pub fn arrived(&mut self, n: usize) {
        self.end += n;
        self.high = self.high.max(self.end);
    }

    pub fn consume(&mut self, n: usize) {
        self.start += n;
        if self.start >= self.end {
            self.start = 0;
            self.end = 0;
        }
    }

    /// Throws away what was to be skipped, as far as it is here.
    pub fn skip_arrived(&mut self) {
        let n = self.skip.min(self.len());
        self.skip -= n;
        self.consume(n);
    }

    /// Moves the bytes to the front, so that there is room behind them.
    pub fn arrange(&mut self, rx: &mut [u8]) {
        let (start, end) = (self.start, self.end);
        if 0 < start && start < end {
            move_down(rx, 0, start, end);
            self.start = 0;
            self.end = end - start;
        }
    }

    /// The part that can be handed over: all that is left of the payload, or all that fits. Else says what is missing.
    pub fn lend(&mut self, rx_size: usize) -> Option<Message> {
        let (here, full) = (self.len(), self.len() == rx_size);
        let message = self.message.as_mut()?;
        let here = here.saturating_sub(message.keep);
        let rest = (message.total - message.offset) as usize;
        message.part = if here >= rest {
            rest
        } else if full {
            here
        } else {
            // No more than the part that comes next: a stall is to be found before the time of all the rest has passed.
            self.missing = rest.min(rx_size.saturating_sub(message.keep)).saturating_sub(here);
            return None;
        };
        self.lent = true;
        Some(Message {
            topic: Span { from: self.start + usize::from(message.topic_at), len: message.topic_len.into() },
            payload: Span { from: self.start + message.keep, len: message.part },
            offset: message.offset,
            total: message.total,
            qos: message.qos,
            retain: message.retain,
            dup: message.dup,
        })
    }

    /// The application is done with the lent part. The message, if that was all of it.
    pub fn take_back(&mut self) -> Option<Incoming> {
        self.lent = false;
        let message = self.message.as_mut()?;
        message.offset += message.part as u32;
        let (keep, part) = (message.keep, message.part);
        if message.offset < message.total {
            self.end = self.start + keep;
            return None;
        }
        self.consume(keep + part);
        self.message.take()
    }

    /// The connection is gone, and what had arrived of a packet with it.
    pub fn reset(&mut self) {
        *self = Inbox { high: self.high, ..Inbox::default() };
    }
}
