//! One step between a session and a transport. The only async code but for the transports themselves.
//!
//! The future of `turn` may be dropped at any await: each await is one read, one write or one opening, and its result
//! is in the session before the next.

#![forbid(unsafe_code)]

use crate::error::Error;
use crate::session::{Session, Step};
use crate::time::Millis;
use core::future::pending;
use embassy_futures::select::{Either, select};
use embedded_io_async::{Read, Write};

/// A connection to the broker. `read` and `write` of its halves wait, by being pending, when they would block; a write
/// that was pending is asked again with the same bytes.
pub trait Connection {
    /// Waits until the connection is made. Called again from the start if the wait was given up.
    fn open(&mut self) -> impl Future<Output = Result<(), Broken>>;
    fn close(&mut self);
    /// A read or write that answers more bytes than it was given ends the connection.
    fn split(&mut self) -> (impl Read<Error = Broken>, impl Write<Error = Broken>);
}

/// How a transport failed: its own number.
#[derive(Clone, Copy, Debug)]
pub struct Broken(pub i32);

impl core::fmt::Display for Broken {
    fn fmt(&self, _: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        Ok(())
    }
}

impl core::error::Error for Broken {}

impl embedded_io_async::Error for Broken {
    fn kind(&self) -> embedded_io_async::ErrorKind {
        embedded_io_async::ErrorKind::Other
    }
}

/// Only looks for what has arrived, for when the session `is_quiet`: far less than a turn, and most polls are no more than
/// this. Pending when nothing has.
pub async fn glance(session: &mut Session<'_>, rx: &mut [u8], link: &mut impl Connection, now: Millis) {
    let space = session.space(rx);
    let room = space.len();
    if room == 0 {
        return pending().await;
    }
    let read = link.split().0.read(space).await;
    settle(session, false, read, room, now);
}

/// Does the next thing; true if that is `Session::event`, for the application. Pending when there is nothing to do before
/// `Session::deadline`.
pub async fn turn(session: &mut Session<'_>, rx: &mut [u8], link: &mut impl Connection, now: Millis) -> bool {
    match session.step(rx, now) {
        Step::Event => return true,
        step => act(step, session, rx, link, now).await,
    }
    false
}

/// Does what a step asks of the transport.
pub async fn act(step: Step, session: &mut Session<'_>, rx: &mut [u8], link: &mut impl Connection, now: Millis) {
    match step {
        Step::Event => {}
        Step::Open => {
            let result = link.open().await;
            session.opened(result.map_err(|broken| broken.0), now);
        }
        Step::Close => {
            link.close();
            session.closed();
        }
        Step::Wait => pending().await,
        Step::Exchange => {
            let (offer, space) = session.exchange(rx);
            let (offered, room) = (offer.len(), space.len());
            let (mut reader, mut writer) = link.split();
            // Writing first cannot starve reading: what there is to write is finite, and grows by reading only.
            let moved = match (offered > 0, room > 0) {
                (true, true) => select(writer.write(offer), reader.read(space)).await,
                (true, false) => Either::First(writer.write(offer).await),
                (false, true) => Either::Second(reader.read(space).await),
                (false, false) => pending().await,
            };
            drop((reader, writer));
            match moved {
                Either::First(answer) => settle(session, true, answer, offered, now),
                Either::Second(answer) => settle(session, false, answer, room, now),
            }
        }
    }
}

/// Tells the session what was written, or read; `most` is what was offered for it.
fn settle(session: &mut Session<'_>, is_written: bool, answer: Result<usize, Broken>, most: usize, now: Millis) {
    match answer {
        Ok(n) if n > most => session.failed(Error::Transport, n as i32, now),
        Ok(n) if is_written => session.wrote(n, now),
        Ok(n) => session.received(n, now),
        Err(broken) => session.failed(Error::Io, broken.0, now),
    }
}
