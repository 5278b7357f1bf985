//! The user's four callbacks as a `Connection`.

use super::types::{MQTT_WOULD_BLOCK, mqtt_transport};
use crate::driver::{Broken, Connection};
use core::ffi::{c_char, c_void};
use core::future::poll_fn;
use core::task::Poll;
use embedded_io_async::{ErrorType, Read, Write};

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

/// What a callback answered: a number of bytes, perhaps more than there can be, or one of the codes.
fn outcome(answer: i32) -> Poll<Result<usize, Broken>> {
    if answer == MQTT_WOULD_BLOCK {
        return Poll::Pending;
    }
    Poll::Ready(usize::try_from(answer).map_err(|_| Broken(answer)))
}

impl Connection for Transport {
    fn open(&mut self) -> impl Future<Output = Result<(), Broken>> {
        poll_fn(|_| {
            let Some(open) = self.functions().open else {
                return Poll::Pending;
            };
            // SAFETY: a plain C function; `server` is borrowed while the client lives, by the header.
            match unsafe { open(self.user, self.server, self.port) } {
                0 => Poll::Ready(Ok(())),
                MQTT_WOULD_BLOCK => Poll::Pending,
                answer => Poll::Ready(Err(Broken(answer))),
            }
        })
    }

    fn close(&mut self) {
        Transport::close(self);
    }

    fn split(&mut self) -> (impl Read<Error = Broken>, impl Write<Error = Broken>) {
        (Reader(self), Writer(self))
    }
}

struct Reader<'a>(&'a Transport);
struct Writer<'a>(&'a Transport);

impl ErrorType for Reader<'_> {
    type Error = Broken;
}

impl ErrorType for Writer<'_> {
    type Error = Broken;
}

impl Read for Reader<'_> {
    fn read(&mut self, buf: &mut [u8]) -> impl Future<Output = Result<usize, Broken>> {
        poll_fn(|_| {
            let Some(read) = self.0.functions().read else {
                return Poll::Pending;
            };
            // SAFETY: a plain C function that by the header writes at most `len` bytes to `buf`.
            outcome(unsafe { read(self.0.user, buf.as_mut_ptr(), buf.len()) })
        })
    }
}

impl Write for Writer<'_> {
    fn write(&mut self, buf: &[u8]) -> impl Future<Output = Result<usize, Broken>> {
        poll_fn(|_| {
            let Some(write) = self.0.functions().write else {
                return Poll::Pending;
            };
            // SAFETY: a plain C function that by the header only reads `len` bytes of `buf`.
            match unsafe { write(self.0.user, buf.as_ptr(), buf.len()) } {
                0 => Poll::Pending,
                answer => outcome(answer),
            }
        })
    }

    async fn flush(&mut self) -> Result<(), Broken> {
        Ok(())
    }
}
