//! What a session of MQTT 5 remembers beside what one of 3.1.1 does: what the broker allows, topic aliases, and a packet
//! that waits outside the outbox.

mod aliases;
mod calls;
mod connection;
mod inbound;
mod outbox;

pub use aliases::{Aliases, LOST, SLOT_HEAD};
pub(super) use connection::ConnectList;
pub(super) use outbox::{reason_in, refused_request};

use crate::error::Error;
use crate::event::Span;
use crate::packet::v5::connect::Limits;
use crate::packet::v5::property::{List, NONE};

/// What the application chose. Lists are asked again for every CONNECT.
#[derive(Clone, Copy)]
pub struct Options<'a> {
    /// Properties of CONNECT, beside those of the library: `Receive Maximum` and `Topic Alias Maximum`.
    pub connect: &'a dyn List,
    pub will: &'a dyn List,
    /// How many topic aliases the broker may use.
    pub aliases_in: u16,
    /// How many topic aliases we use, if the broker allows.
    pub aliases_out: u16,
    /// The longest topic that an alias can stand for.
    pub alias_len: usize,
}

impl Options<'_> {
    pub const DEFAULT: Options<'static> =
        Options { connect: NONE, will: NONE, aliases_in: 0, aliases_out: 0, alias_len: 0 };
}

/// What an event has beside what it has in 3.1.1. Good as long as the event's own spans.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct More {
    /// Of what the broker refused, or said beside yes.
    pub reason: u8,
    /// In the receive buffer.
    pub properties: Span,
    /// The message has no topic of its own: it is this alias's.
    pub alias: u16,
}

/// The state, in memory that the application lends: a client that speaks 3.1.1 has no bytes for it.
pub struct V5<'a> {
    pub(super) options: Options<'a>,
    pub(super) limits: Limits,
    pub(super) more: More,
    /// Of the last ending that the outbox reported.
    pub(super) reason: u8,
    /// Of the message that is arriving: bytes of its properties, which end its head, and the alias that is its topic.
    pub(super) properties_len: usize,
    pub(super) alias: u16,
    pub(super) aliases_in: Aliases<'a>,
    pub(super) aliases_out: Aliases<'a>,
    /// A topic with its alias has been skipped on this connection, so an alias may be unknown without being wrong.
    pub(super) skipped: bool,
    /// The head of a PUBLISH with an alias; what follows it is in the outbox.
    pub(super) prefix: &'a mut [u8],
    pub(super) prefix_len: usize,
    /// AUTH, or DISCONNECT with a reason.
    pub(super) packet: &'a mut [u8],
    pub(super) packet_len: usize,
    /// It is a DISCONNECT, and goes when we leave.
    pub(super) is_farewell: bool,
    /// So many messages more may be under way, at least. 0: they are to be counted.
    pub(super) quota: u16,
    /// Messages wait in the outbox because the broker takes no more at once, and none has been answered since.
    pub(super) starved: bool,
}

impl<'a> V5<'a> {
    /// Bytes of memory for aliases; what is left is for AUTH, and for DISCONNECT with a reason.
    pub fn memory(options: &Options) -> Option<usize> {
        let slot = options.alias_len.checked_add(SLOT_HEAD)?;
        let slots = usize::from(options.aliases_in) + usize::from(options.aliases_out);
        slot.checked_mul(slots)?.checked_add(V5::prefix(options)?)
    }

    fn prefix(options: &Options) -> Option<usize> {
        if options.aliases_out > 0 { options.alias_len.checked_add(PREFIX) } else { Some(0) }
    }

    pub fn new(options: Options<'a>, mut memory: &'a mut [u8]) -> Result<Self, Error> {
        if !options.is_valid() || V5::memory(&options).is_none_or(|bytes| bytes > memory.len()) {
            return Err(Error::ConfigV5);
        }
        let slot = options.alias_len + SLOT_HEAD;
        let aliases_in = Aliases::new(&mut memory, options.aliases_in, slot);
        let aliases_out = Aliases::new(&mut memory, options.aliases_out, slot);
        let prefix = memory.split_off_mut(..V5::prefix(&options).unwrap_or(0)).unwrap_or_default();
        Ok(V5 {
            options,
            limits: Limits::default(),
            more: More::default(),
            reason: 0,
            properties_len: 0,
            alias: 0,
            aliases_in,
            aliases_out,
            skipped: false,
            prefix,
            prefix_len: 0,
            packet: memory,
            packet_len: 0,
            is_farewell: false,
            quota: 0,
            starved: false,
        })
    }

    /// A new connection: nothing of the last one holds.
    pub(super) fn reset(&mut self) {
        self.aliases_in.clear();
        self.aliases_out.clear();
        self.skipped = false;
        self.quota = 0;
        self.prefix_len = 0;
        // What we want to say when we leave does not depend on the connection.
        if !self.is_farewell {
            self.packet_len = 0;
        }
    }
}

/// Bytes in front of a payload beside the topic, at most: fixed header, length of the topic, identifier, length of the
/// properties, alias.
const PREFIX: usize = 5 + 2 + 2 + 4 + 3;
