//! Payloads that are asked for while they go out, and how the application answers: in pieces, later, or with what it may
//! not say.

use crate::book;
use crate::choice::Choice;
use limpet::session::pull::{Origin, Payload};
use std::cell::Cell;
use std::task::Poll;

/// How it answers.
#[derive(Clone, Copy, PartialEq)]
enum Manner {
    Whole,
    OneByte,
    Later,
    Fails,
    TooMuch,
    Nothing,
}

thread_local! {
    static MANNER: Cell<Manner> = const { Cell::new(Manner::Whole) };
}

pub fn change(choice: &mut Choice) {
    use Manner::*;
    MANNER.set(choice.pick(&[Whole, OneByte, Later, Fails, TooMuch, Nothing]));
}

pub fn heal() {
    MANNER.set(Manner::Whole);
}

/// Of the message with this number.
pub fn payload(number: u32, len: usize, piece: usize) -> Payload {
    Payload { puller, origin: [number as usize, len], len, piece }
}

fn puller([number, len]: Origin, offset: u32, buf: &mut [u8]) -> Poll<Result<usize, i32>> {
    match pull(number as u32, len, offset, buf) {
        None => Poll::Pending,
        Some(n) => Poll::Ready(usize::try_from(n).map_err(|_| n)),
    }
}

/// None is later, below 0 a failure.
pub fn pull(number: u32, len: usize, offset: u32, buf: &mut [u8]) -> Option<i32> {
    let offset = offset as usize;
    assert!(!buf.is_empty() && offset + buf.len() <= len, "{} bytes from {offset} of {len}", buf.len());
    let copied = if MANNER.get() == Manner::OneByte { 1 } else { buf.len() };
    for (i, byte) in buf.iter_mut().take(copied).enumerate() {
        *byte = book::byte(number, offset + i);
    }
    match MANNER.get() {
        Manner::Whole | Manner::OneByte => Some(copied as i32),
        Manner::Later => None,
        Manner::Fails => Some(-9),
        Manner::TooMuch => Some(buf.len() as i32 + 1),
        Manner::Nothing => Some(0),
    }
}
