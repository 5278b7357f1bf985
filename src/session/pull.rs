//! Payloads that are larger than the outbox: asked for piece by piece while they go out, and from the start again if the
//! message has to be sent again.
//!
//! The record of such a message is its packet up to the payload, room for one piece, and a note of where the payload comes
//! from. From the packet's first byte to its last nothing else is on offer.

use super::head::*;
use super::outbox::Outbox;
use super::{Policy, Session};
use crate::error::Error;
use crate::event::Fate;
use crate::limits::PIECE;
use crate::packet::frame::BODY_MAX;
use crate::packet::publish::Publish;
use crate::packet::v5::property::List;
use crate::time::Millis;
use core::task::Poll;

/// What the application knows a payload by, such as a function and its argument.
pub type Origin = [usize; 2];

/// Copies bytes of a payload, from an offset on, and says how many, at least one; pending if they are not there yet. An
/// error has a number of its own.
pub type Puller = fn(Origin, u32, &mut [u8]) -> Poll<Result<usize, i32>>;

/// A payload to be asked for.
#[derive(Clone, Copy)]
pub struct Payload {
    pub puller: Puller,
    pub origin: Origin,
    pub len: usize,
    /// Most bytes asked for at a time; 0 for the default.
    pub piece: usize,
}

/// What a record ends with: the origin, the payload's length, and where in the record the piece is.
type Note = [usize; 4];
const WORD: usize = size_of::<usize>();
const NOTE: usize = size_of::<Note>();

/// How far the packet on offer has come, if its payload is asked for.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Stage {
    #[default]
    None,
    /// Its first piece is wanted; until it is here nothing is on offer.
    First,
    /// A piece is on offer, so all the others must follow.
    Offered,
    /// As `First`, of another piece.
    Next,
    /// There will be no more pieces.
    Cut,
}

/// The code that only such messages need: programs without them do not carry it.
struct Means {
    feed: fn(&mut Outbox),
    piece_went: fn(&mut Outbox) -> bool,
}

const MEANS: Means = Means { feed: |outbox| outbox.ask(), piece_went: |outbox| outbox.step_on() };

/// What is on offer of a message whose payload is asked for.
#[derive(Clone, Copy, Default)]
pub struct Pulling {
    /// Set by the first such message.
    means: Option<&'static Means>,
    puller: Option<Puller>,
    stage: Stage,
    /// Where its record is; of whatever is on offer, the first.
    pub(super) record: usize,
    /// Bytes of the payload asked for so far.
    offset: usize,
    /// Why it was cut: the number of the puller's error.
    detail: i32,
}

impl Pulling {
    /// A piece is wanted.
    pub fn is_hungry(&self) -> bool {
        matches!(self.stage, Stage::First | Stage::Next)
    }

    /// Some of it may have been written, so nothing else can be.
    pub fn is_begun(&self) -> bool {
        !matches!(self.stage, Stage::None | Stage::First)
    }
}

impl Session<'_> {
    /// As `publish_properties`, with a payload that is asked for; the one of `message` is empty.
    pub fn publish_pull(
        &mut self,
        message: &Publish,
        payload: &Payload,
        properties: &dyn List,
        policy: Policy,
        timeout_ms: u32,
        now: Millis,
    ) -> Result<u32, Error> {
        let size = self.outbox.message_size(message, properties, payload.len);
        let total = size.saturating_add(payload.len);
        let expires = self.admit(message, properties, total, timeout_ms, now)?;
        let piece = if payload.piece == 0 { PIECE } else { payload.piece }.min(payload.len);
        let record = size.saturating_add(piece).saturating_add(NOTE);
        if total > BODY_MAX {
            return Err(Error::TooLarge);
        }
        self.outbox.make_way(policy, record, message.topic)?;
        let head = self.outbox.insert_publish(record, message.qos, expires, policy.spare())?;
        head.len |= PULLED;
        let head = *head;
        self.outbox.fill(&head, message, properties, payload.len);
        let [function, argument] = payload.origin;
        let note: Note = [function, argument, payload.len, size];
        let mut place = self.outbox.packet_mut(&head).get_mut(size + piece..).unwrap_or_default();
        for word in note {
            let Some((to, rest)) = place.split_first_chunk_mut::<WORD>() else { break };
            *to = word.to_ne_bytes();
            place = rest;
        }
        self.outbox.pulling.puller = Some(payload.puller);
        self.outbox.pulling.means = Some(&MEANS);
        Ok(head.token)
    }

    /// The rest of a packet that is half written goes next; without a rest the connection is of no use any more.
    pub(super) fn go_on(&mut self, now: Millis) {
        self.outbox.feed();
        if self.outbox.pulling.stage == Stage::Cut {
            self.lost(Error::Payload, self.outbox.pulling.detail, now);
        }
    }
}

impl Outbox<'_> {
    fn noted(&self, head: &Head) -> Note {
        let mut note = Note::default();
        let packet = self.packet(head);
        let mut place = packet.get(packet.len().saturating_sub(NOTE)..).unwrap_or_default();
        for word in &mut note {
            let Some((from, rest)) = place.split_first_chunk::<WORD>() else { break };
            *word = usize::from_ne_bytes(*from);
            place = rest;
        }
        note
    }

    /// Bytes of the whole packet.
    pub(super) fn packet_len(&self, head: &Head) -> usize {
        if !head.is_pulled() {
            return self.packet(head).len();
        }
        let [.., len, size] = self.noted(head);
        size + len
    }

    /// The packet of this record is on offer, as soon as the first piece of its payload is there.
    pub(super) fn begin_to_pull(&mut self, i: usize) {
        self.pulling.stage = Stage::First;
        self.pulling.record = i;
        self.pulling.offset = 0;
        self.pulling.detail = 0;
    }

    /// Nothing of such a packet is on offer.
    pub(super) fn stop_pulling(&mut self) {
        self.to = self.from;
        self.pulling.stage = Stage::None;
    }

    /// Asks for the next piece, if it is wanted.
    pub(super) fn feed(&mut self) {
        if let Some(means) = self.pulling.means
            && self.pulling.is_hungry()
        {
            (means.feed)(self);
        }
    }

    fn ask(&mut self) {
        let Pulling { puller: Some(pull), record: i, offset, .. } = self.pulling else { return };
        let Some(head) = self.heads.get(i).copied() else { return };
        let [function, argument, len, size] = self.noted(&head);
        let packet = self.packet_mut(&head);
        let room = packet.len().saturating_sub(NOTE);
        let piece = packet.get_mut(size..room).unwrap_or_default();
        let most = piece.len().min(len - offset);
        let piece = piece.get_mut(..most).unwrap_or_default();
        match pull([function, argument], offset as u32, piece) {
            Poll::Pending => {}
            Poll::Ready(Ok(n)) if n > 0 && n <= most => {
                self.to = head.at as usize + size + n;
                self.pulling.offset = offset + n;
                self.pulling.stage = Stage::Offered;
            }
            Poll::Ready(answer) => {
                self.conclude(i, Fate::Dropped);
                self.pulling.detail = answer.map_or_else(|detail| detail, |n| n as i32);
            }
        }
    }

    /// What is on offer was written to its end. True: there is more of it, which is wanted.
    pub(super) fn piece_went(&mut self) -> bool {
        self.pulling.means.is_some_and(|means| (means.piece_went)(self))
    }

    fn step_on(&mut self) -> bool {
        let Some(head) = self.heads.get(self.pulling.record).copied() else { return false };
        let [.., len, size] = self.noted(&head);
        self.to = head.end();
        self.from = self.to;
        if self.pulling.offset < len {
            self.from = head.at as usize + size;
            self.pulling.stage = Stage::Next;
            return true;
        }
        self.stop_pulling();
        false
    }

    /// The message of this record ends. If it is under way it must not go on; what was begun ends with its connection.
    pub(super) fn cut_off(&mut self, i: usize) {
        match self.pulling.stage {
            _ if self.pulling.record != i => {}
            Stage::None => {}
            Stage::First => self.stop_pulling(),
            _ => self.pulling.stage = Stage::Cut,
        }
    }
}
