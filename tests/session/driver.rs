//! `driver::turn` over a scripted link: what is asked of a transport, and how it may fail. PUB-15, TLS, REC-2

use super::bench::*;
use core::task::Poll;
use embassy_futures::poll_once;
use embedded_io_async::{ErrorType, Read, Write};
use limpet::driver::{Broken, Link, turn};
use std::collections::VecDeque;

#[derive(Clone, Debug, PartialEq)]
enum Call {
    Open,
    Read(usize),
    Write(usize, Vec<u8>),
    Close,
}

/// Answers from a list, and would block when the list is empty.
#[derive(Default)]
struct Socket {
    calls: Vec<Call>,
    opens: VecDeque<Result<(), (Error, i32)>>,
    reads: VecDeque<Result<Vec<u8>, (Error, i32)>>,
    writes: VecDeque<Result<usize, (Error, i32)>>,
    /// What `read` claims instead of the truth.
    lie: Option<usize>,
}

struct Reader<'a>(&'a mut VecDeque<Result<Vec<u8>, (Error, i32)>>, *mut Vec<Call>, Option<usize>);
struct Writer<'a>(&'a mut VecDeque<Result<usize, (Error, i32)>>, *mut Vec<Call>);

impl ErrorType for Reader<'_> {
    type Error = Broken;
}

impl ErrorType for Writer<'_> {
    type Error = Broken;
}

impl Read for Reader<'_> {
    async fn read(&mut self, buf: &mut [u8]) -> Result<usize, Broken> {
        note(self.1, Call::Read(buf.len()));
        if let Some(lie) = self.2 {
            return Ok(lie);
        }
        match self.0.pop_front() {
            None => std::future::pending().await,
            Some(Err(failure)) => Err(Broken(failure)),
            Some(Ok(bytes)) => {
                buf[..bytes.len()].copy_from_slice(&bytes);
                Ok(bytes.len())
            }
        }
    }
}

impl Write for Writer<'_> {
    async fn write(&mut self, buf: &[u8]) -> Result<usize, Broken> {
        note(self.1, Call::Write(buf.as_ptr() as usize, buf.to_vec()));
        match self.0.pop_front() {
            None => std::future::pending().await,
            Some(result) => result.map_err(Broken),
        }
    }

    async fn flush(&mut self) -> Result<(), Broken> {
        Ok(())
    }
}
