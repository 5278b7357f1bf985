//! The transport in the fuzzer's hand: what it takes, what it holds back, how it breaks. Bytes that it did not take must
//! be offered again as they are.

use crate::choice::Choice;
use std::collections::VecDeque;

/// What `open` answers.
#[derive(Clone, Copy)]
pub enum Open {
    Done,
    Later,
    Fails(i32),
}

pub struct Wire {
    pub open: Open,
    pub is_open: bool,
    /// Bytes that it still takes, and the most it moves at once in either direction.
    pub room: usize,
    pub chunk: usize,
    pub broken: Option<i32>,
    pub inbound: VecDeque<u8>,
    pub peer_closed: bool,
    /// The offer that would have blocked.
    refused: Option<(usize, Vec<u8>)>,
}

impl Wire {
    pub fn sound() -> Wire {
        Wire {
            open: Open::Done,
            is_open: false,
            room: usize::MAX,
            chunk: usize::MAX,
            broken: None,
            inbound: VecDeque::new(),
            peer_closed: false,
            refused: None,
        }
    }

    /// From now on it does all that it is asked.
    pub fn heal(&mut self) {
        (self.open, self.room, self.chunk, self.broken) = (Open::Done, usize::MAX, usize::MAX, None);
    }

    /// Takes on another manner.
    pub fn change(&mut self, choice: &mut Choice) {
        match choice.below(6) {
            0 => {
                self.open =
                    choice.pick(&[Open::Done, Open::Later, Open::Fails(-5), Open::Fails(7), Open::Fails(-0x10003)])
            }
            1 => self.room = choice.below(64),
            2 => self.room = usize::MAX,
            3 => self.chunk = choice.pick(&[usize::MAX, 1, 2, 3, 7, 30]),
            4 => self.broken = Some(choice.pick(&[-1, -7, i32::MIN, 5, -0x1_0000, -0x1_0001, -0x1_ffff])),
            _ => self.peer_closed = true,
        }
    }

    pub fn hang_up(&mut self) {
        assert!(std::mem::replace(&mut self.is_open, false), "closed without having been opened");
        self.inbound.clear();
        (self.refused, self.broken, self.peer_closed) = (None, None, false);
    }

    /// The offer is the one that was refused before, if one was.
    pub fn looks_at(&mut self, offer: &[u8]) {
        if let Some((at, bytes)) = self.refused.take() {
            assert_eq!((offer.as_ptr() as usize, offer), (at, &bytes[..]), "an offer changed before it was taken");
        }
    }

    /// How many bytes of the offer it takes; with 0 it remembers them.
    pub fn takes(&mut self, offer: &[u8]) -> usize {
        let n = offer.len().min(self.room).min(self.chunk);
        if self.room != usize::MAX {
            self.room -= n;
        }
        if n == 0 && !offer.is_empty() {
            self.refuses(offer);
        }
        n
    }

    /// It must be offered again as it is.
    pub fn refuses(&mut self, offer: &[u8]) {
        self.refused = Some((offer.as_ptr() as usize, offer.to_vec()));
    }

    /// Fills what it can; None would block, 0 is the end.
    pub fn gives(&mut self, space: &mut [u8]) -> Option<usize> {
        let n = self.inbound.len().min(space.len()).min(self.chunk);
        if n == 0 && !self.peer_closed {
            return None;
        }
        for (to, byte) in space.iter_mut().zip(self.inbound.drain(..n)) {
            *to = byte;
        }
        Some(n)
    }
}
