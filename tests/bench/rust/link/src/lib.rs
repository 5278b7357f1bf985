//! What every peer in Rust shares: the link of the C side as an async transport, its plan, its counters, and an executor
//! that asks once.

use core::ffi::{c_char, c_int, c_uint, c_ulong};
use core::future::Future;
use core::pin::pin;
use core::task::{Context, Poll, Waker};
use embedded_io_async::{ErrorKind, ErrorType, Read, Write};

/// `struct plan` of plan.h.
#[repr(C)]
pub struct Plan {
    pub what: *const c_char,
    pub qos: c_uint,
    pub payload: c_uint,
    pub window: c_uint,
    pub lag: c_uint,
    pub stuck: c_uint,
    pub filters: c_uint,
    pub spare: c_uint,
    pub allowed: c_uint,
    pub count: c_ulong,
    pub port: c_int,
}

pub const TOPIC: &str = "sensors/a1/humid";
pub const FILTER: &str = "sensors/#";

unsafe extern "C" {
    static mut peer_ended: c_ulong;
    static mut peer_messages: c_ulong;
    static bench_payload: [u8; 4096];
    fn link_open(port: c_int) -> c_int;
    fn link_read(buf: *mut u8, len: usize) -> isize;
    fn link_write(buf: *const u8, len: usize) -> isize;
}

/// A message of ours has ended.
pub fn ended() {
    // SAFETY: main.c has one thread.
    unsafe { peer_ended += 1 }
}

/// A message has come.
pub fn came() {
    // SAFETY: main.c has one thread.
    unsafe { peer_messages += 1 }
}

pub fn payload(len: u32) -> &'static [u8] {
    // SAFETY: main.c fills it before any peer is started, and never again.
    unsafe { core::slice::from_raw_parts((&raw const bench_payload).cast(), len as usize) }
}

/// The stream to the broker.
pub struct Link;

impl Link {
    pub fn open(plan: &Plan) -> Option<Link> {
        // SAFETY: a plain C function.
        (unsafe { link_open(plan.port) } == 0).then_some(Link)
    }
}

impl ErrorType for Link {
    type Error = ErrorKind;
}

/// A number of bytes; pending for 0, which is none now.
fn moved(answer: isize) -> Poll<Result<usize, ErrorKind>> {
    match usize::try_from(answer) {
        Ok(0) => Poll::Pending,
        Ok(n) => Poll::Ready(Ok(n)),
        Err(_) => Poll::Ready(Err(ErrorKind::ConnectionReset)),
    }
}

impl Read for Link {
    fn read(&mut self, buf: &mut [u8]) -> impl Future<Output = Result<usize, ErrorKind>> {
        // SAFETY: it writes at most as many bytes.
        core::future::poll_fn(move |_| moved(unsafe { link_read(buf.as_mut_ptr(), buf.len()) }))
    }
}

impl Write for Link {
    fn write(&mut self, buf: &[u8]) -> impl Future<Output = Result<usize, ErrorKind>> {
        // SAFETY: it only reads as many bytes.
        core::future::poll_fn(move |_| moved(unsafe { link_write(buf.as_ptr(), buf.len()) }))
    }

    async fn flush(&mut self) -> Result<(), ErrorKind> {
        Ok(())
    }
}

/// What it comes to without waiting; none if it would wait.
pub fn poll_once<F: Future>(future: F) -> Option<F::Output> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => Some(output),
        Poll::Pending => None,
    }
}

/// Asks until it is done.
pub fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return output;
        }
    }
}
