//! The user's four callbacks as a `Link`. Answers they may not give become `Error::Transport`.

use super::types::{MQTT_WOULD_BLOCK, mqtt_transport};
use crate::driver::{Broken, Failure, Link};
use crate::error::Error;
use core::ffi::{c_char, c_void};
use core::future::poll_fn;
use core::task::Poll;
use embedded_io_async::{ErrorType, Read, Write};

#[derive(Clone, Copy)]
pub struct Transport {
    /// Checked by mqtt_init: none of its functions is NULL.
    pub functions: *const mqtt_transport,
    pub user: *mut c_void,
    pub server: *const c_char,
    pub port: u16,
}

impl Transport {
    fn functions(&self) -> &mqtt_transport {
        // SAFETY: the header says of `transport`: must stay where it is while the client lives.
        unsafe { &*self.functions }
    }

    pub fn close(&self) {
        if let Some(close) = self.functions().close {
            // SAFETY: a plain C function, by the header.
            unsafe { close(self.user) }
        }
    }
}

/// What a read or write answered: bytes, or one of the codes. `zero` is what 0 means.
fn outcome(answer: i32, len: usize, zero: Poll<Result<usize, Broken>>) -> Poll<Result<usize, Broken>> {
    match usize::try_from(answer) {
        Ok(0) => zero,
        Ok(n) if n <= len => Poll::Ready(Ok(n)),
        Ok(_) => Poll::Ready(Err(Broken((Error::Transport, answer)))),
        Err(_) if answer == MQTT_WOULD_BLOCK => Poll::Pending,
        Err(_) => Poll::Ready(Err(Broken((Error::Io, answer)))),
    }
}

impl Link for Transport {
    async fn open(&mut self) -> Result<(), Failure> {
        poll_fn(|_| {
            let Some(open) = self.functions().open else {
                return Poll::Pending;
            };
            // SAFETY: a plain C function; `server` is borrowed while the client lives, by the header.
            match unsafe { open(self.user, self.server, self.port) } {
                0 => Poll::Ready(Ok(())),
                MQTT_WOULD_BLOCK => Poll::Pending,
                answer if answer > 0 => Poll::Ready(Err((Error::Transport, answer))),
                answer => Poll::Ready(Err((Error::Open, answer))),
            }
        })
        .await
    }

    fn close(&mut self) {
        Transport::close(self);
    }

    fn split(&mut self) -> (impl Read<Error = Broken>, impl Write<Error = Broken>) {
        (Reader(*self), Writer(*self))
    }
}

struct Reader(Transport);
struct Writer(Transport);

impl ErrorType for Reader {
    type Error = Broken;
}

impl ErrorType for Writer {
    type Error = Broken;
}

impl Read for Reader {
    async fn read(&mut self, buf: &mut [u8]) -> Result<usize, Broken> {
        poll_fn(|_| {
            let Some(read) = self.0.functions().read else {
                return Poll::Pending;
            };
            // SAFETY: a plain C function that by the header writes at most `len` bytes to `buf`.
            let answer = unsafe { read(self.0.user, buf.as_mut_ptr(), buf.len()) };
            outcome(answer, buf.len(), Poll::Ready(Ok(0)))
        })
        .await
    }
}

impl Write for Writer {
    async fn write(&mut self, buf: &[u8]) -> Result<usize, Broken> {
        poll_fn(|_| {
            let Some(write) = self.0.functions().write else {
                return Poll::Pending;
            };
            // SAFETY: a plain C function that by the header only reads `len` bytes of `buf`.
            let answer = unsafe { write(self.0.user, buf.as_ptr(), buf.len()) };
            outcome(answer, buf.len(), Poll::Pending)
        })
        .await
    }

    async fn flush(&mut self) -> Result<(), Broken> {
        Ok(())
    }
}
