//! The head of one outbox record: what it is, where its bytes are, how far it has come.

use crate::event::Fate;

// What a state says of a record, each a bit, so that asking is one instruction.
const PUBLISH: u8 = 0x80;
const FILTER: u8 = 0x40;
const AWAITS: u8 = 0x20;
const DUE: u8 = 0x10;
const RELEASE: u8 = 0x08;
/// Of what is due: in which pass over the records it goes out, 0 to `LAST_PASS`. After a connection is accepted the
/// order on the wire is: PUBLISH that was under way, then filters, then new messages; PUBREL goes beside them.
const PASS: u8 = 0x03;
pub const LAST_PASS: u8 = 2;

/// How far a record has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(u8)]
pub enum State {
    /// Nothing is left of it but the place.
    #[default]
    Free = 0,
    /// Only its DONE is left to report.
    Ended = 4,
    /// A filter the broker has granted.
    Subscribed = FILTER,
    SubscribeDue = FILTER | DUE | 1,
    SubscribeSent = FILTER | AWAITS,
    UnsubscribeDue = DUE | 1,
    UnsubscribeSent = AWAITS,
    /// PUBLISH the broker has never seen.
    Queued = PUBLISH | DUE | 2,
    /// PUBLISH written, PUBACK or PUBREC awaited.
    Sent = PUBLISH | AWAITS,
    /// PUBLISH to be written again, same id, DUP.
    ResendDue = PUBLISH | DUE,
    /// PUBREL to be written, perhaps again.
    ReleaseDue = PUBLISH | DUE | RELEASE,
    /// PUBREL written, PUBCOMP awaited.
    Released = PUBLISH | AWAITS | RELEASE,
}

impl State {
    /// Something of it is to be written in this pass.
    pub fn is_due(self, pass: u8) -> bool {
        self as u8 & DUE != 0 && self as u8 & PASS <= pass
    }

    /// An answer is awaited.
    pub fn awaits(self) -> bool {
        self as u8 & AWAITS != 0
    }

    /// A publish that is still on its way.
    pub fn is_publish(self) -> bool {
        self as u8 & PUBLISH != 0
    }

    /// A publish of QoS 2 that the broker has.
    pub fn is_release(self) -> bool {
        self as u8 & RELEASE != 0
    }

    /// A publish that the broker may have, but has not answered.
    pub fn is_unanswered(self) -> bool {
        matches!(self, State::Sent | State::ResendDue)
    }

    /// A subscription that is to be kept.
    pub fn is_filter(self) -> bool {
        self as u8 & FILTER != 0
    }

    /// Its packet identifier is in use, or will be.
    pub fn is_under_way(self) -> bool {
        self as u8 & (AWAITS | DUE) != 0
    }
}

/// A publish of QoS 2.
pub const QOS2: u8 = 1;
/// The publish has ended and its DONE is to be reported; `expires` is its fate.
pub const DONE_DUE: u8 = 2;
/// Its DONE was reported, but the exchange of packets goes on so that the id stays reserved.
pub const SILENT: u8 = 4;
/// When it ended the broker may already have had it.
pub const MAYBE_SENT: u8 = 8;
/// The upper four bits count re-sendings over this connection.
pub const ONE_REPUB: u8 = 16;

/// In `len`: the payload is asked for when the packet goes out.
pub const PULLED: u32 = 1 << 31;

/// One record.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
pub struct Head {
    /// Where the packet's bytes begin, and how many there are; see `PULLED`.
    pub at: u32,
    pub len: u32,
    pub token: u32,
    /// While an answer is awaited: when it is late.
    pub due: u32,
    /// When a publish is given up, 0 for never; once it has ended, its fate.
    pub expires: u32,
    /// Packet identifier; 0 for none.
    pub id: u16,
    pub state: State,
    pub flags: u8,
}

impl Head {
    pub fn has(&self, flag: u8) -> bool {
        self.flags & flag != 0
    }

    /// It has ended for the application.
    pub fn has_ended(&self) -> bool {
        self.has(DONE_DUE | SILENT)
    }

    pub fn can_expire(&self) -> bool {
        self.expires != 0 && self.state.is_publish() && !self.has_ended()
    }

    pub fn can_be_late(&self) -> bool {
        self.state.awaits() && !self.has_ended()
    }

    pub fn end(&self) -> usize {
        self.at.wrapping_add(self.len & !PULLED) as usize
    }

    /// Only its identifier has outlived a reset.
    pub fn is_bare(&self) -> bool {
        self.len == 1
    }

    pub fn is_pulled(&self) -> bool {
        self.len & PULLED != 0
    }

    /// Some of its bytes lie in this range.
    pub fn overlaps(&self, from: usize, to: usize) -> bool {
        from < to && (self.at as usize) < to && self.end() > from
    }

    /// The exchange of packets is over, and only its DONE is left, if that was not reported. True.
    pub fn finish(&mut self) -> bool {
        if !self.has_ended() {
            self.expires = Fate::Delivered as u32;
            self.flags |= DONE_DUE;
        }
        self.state = if self.has(SILENT) { State::Free } else { State::Ended };
        self.len = 0;
        true
    }
}
