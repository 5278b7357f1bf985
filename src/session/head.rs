//! The head of one outbox record: what it is, where its bytes are, how far it has come.

use crate::event::Fate;

/// How far a record has come. The order matters: see `due_in_pass`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum State {
    /// Nothing is left of it but the place.
    #[default]
    Free,
    /// A filter the broker has granted.
    Subscribed,
    /// Only its DONE is left to report.
    Ended,
    /// PUBLISH written, PUBACK or PUBREC awaited.
    Sent,
    /// PUBREL written, PUBCOMP awaited.
    Released,
    SubscribeSent,
    UnsubscribeSent,
    /// PUBREL to be written (again).
    ReleaseDue,
    /// PUBLISH to be written again, same id, DUP.
    ResendDue,
    SubscribeDue,
    UnsubscribeDue,
    /// PUBLISH the broker has never seen.
    Queued,
}

/// After a connection is accepted the wire order is: what was under way, then filters, then new messages. Each pass
/// over the records sends what is due up to these states.
pub const PASSES: [State; 3] = [State::ResendDue, State::UnsubscribeDue, State::Queued];

impl State {
    /// Its packet is to be written.
    pub fn is_due(self) -> bool {
        self >= State::ResendDue
    }

    /// An answer is awaited.
    pub fn awaits(self) -> bool {
        self >= State::Sent && self <= State::UnsubscribeSent
    }

    /// A publish that is still on its way.
    pub fn is_publish(self) -> bool {
        use State::*;
        matches!(self, Sent | Released | ResendDue | ReleaseDue | Queued)
    }

    /// A publish of QoS 2 that the broker has.
    pub fn is_release(self) -> bool {
        matches!(self, State::Released | State::ReleaseDue)
    }

    /// A subscription that is to be kept.
    pub fn is_filter(self) -> bool {
        use State::*;
        matches!(self, Subscribed | SubscribeSent | SubscribeDue)
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

/// One record.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
pub struct Head {
    /// Where the packet's bytes begin, and how many there are.
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
        self.at.wrapping_add(self.len) as usize
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
