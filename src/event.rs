//! What the session tells the application. Values, not callbacks: bytes are spans into the receive buffer,
//! good until the session is stepped again.

use crate::error::Error;
use crate::session::record::Trouble;

/// A run of bytes in the receive buffer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    pub from: usize,
    pub len: usize,
}

impl Span {
    /// The bytes in `buf`; empty if they do not lie in it.
    pub fn of<'a>(&self, buf: &'a [u8]) -> &'a [u8] {
        buf.get(self.from..).and_then(|rest| rest.get(..self.len)).unwrap_or_default()
    }
}

/// An inbound message, whole or one part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Message {
    pub topic: Span,
    pub payload: Span,
    /// Where this part stands in the payload.
    pub offset: u32,
    /// Bytes in the whole payload.
    pub total: u32,
    pub qos: u8,
    pub retain: bool,
    pub dup: bool,
}

/// How an accepted publish ended.
#[repr(u8)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Delivered = 0,
    Expired = 1,
    Cancelled = 2,
    Dropped = 3,
    Replaced = 4,
    /// By the broker, or by us because it would.
    Refused = 5,
}

impl Fate {
    pub(crate) fn of(code: u8) -> Fate {
        match code {
            1 => Fate::Expired,
            2 => Fate::Cancelled,
            3 => Fate::Dropped,
            4 => Fate::Replaced,
            5 => Fate::Refused,
            _ => Fate::Delivered,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    Online {
        session_present: bool,
    },
    /// The connection is gone. `retry_ms` until the next attempt; `None` when there will be none.
    Offline {
        error: Error,
        detail: i32,
        retry_ms: Option<u32>,
    },
    /// An attempt failed before it was online.
    ConnectFailed {
        error: Error,
        detail: i32,
        retry_ms: Option<u32>,
    },
    Message(Message),
    /// `maybe_sent`: bytes of it may have reached the broker.
    Done {
        token: u32,
        fate: Fate,
        maybe_sent: bool,
    },
    /// `granted` is the QoS, or 0x80 for refused.
    Subscribed {
        token: u32,
        granted: u8,
    },
    Unsubscribed {
        token: u32,
    },
    /// The answer to `broker_up`.
    BrokerUp {
        up: bool,
    },
    /// The answer to the question whether the Internet answers.
    WanOk {
        up: bool,
    },
    /// A message whose topic does not fit the receive buffer was acknowledged and dropped.
    Oversize {
        topic_len: u32,
        total: u32,
    },
    /// A record of the store cannot be used, or the store failed with a number of its own.
    Store {
        trouble: Trouble,
        key: u32,
        detail: i32,
    },
    /// The broker goes on with an authentication.
    Auth {
        reason: u8,
    },
}
