//! Waiting for several sockets at once.

use std::os::fd::RawFd;

/// How long the modem may not notice that its rules have changed.
const TICK_MS: i32 = 5;

pub fn of(descriptor: RawFd, events: i16) -> libc::pollfd {
    libc::pollfd { fd: descriptor, events, revents: 0 }
}

/// Until one of them is ready, or `TICK_MS` have passed.
pub fn wait(all: &mut [libc::pollfd]) {
    let count = libc::nfds_t::try_from(all.len()).unwrap_or(0);
    // SAFETY: the pointer and the length are those of the slice. What it returns is of no use: the sockets are tried.
    let _ = unsafe { libc::poll(all.as_mut_ptr(), count, TICK_MS) };
}
