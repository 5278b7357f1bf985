//! One connection through the proxy: two sockets, and a thread for each direction.

use super::{Lane, Shared, TICK, Way, lane, pause};
use crate::process::lock;
use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::os::fd::AsRawFd;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::thread;
use std::time::Duration;

pub struct Link {
    pub client: TcpStream,
    /// None: the client is never answered.
    server: Option<TcpStream>,
    doomed: AtomicBool,
    /// Directions that have ended.
    ended: AtomicU8,
}

impl Link {
    pub fn new(client: TcpStream, server: Option<TcpStream>) -> std::io::Result<Link> {
        for stream in [Some(&client), server.as_ref()].into_iter().flatten() {
            stream.set_nonblocking(false)?;
            stream.set_nodelay(true)?;
            stream.set_read_timeout(Some(TICK))?;
            stream.set_write_timeout(Some(TICK))?;
        }
        Ok(Link { client, server, doomed: AtomicBool::new(false), ended: AtomicU8::new(0) })
    }

    /// Resets both sockets as soon as both threads have let go of them.
    pub fn doom(&self) {
        for stream in [Some(&self.client), self.server.as_ref()].into_iter().flatten() {
            reset_on_close(stream);
        }
        self.doomed.store(true, Ordering::SeqCst);
    }

    /// Both directions have ended: nothing holds the sockets but us.
    pub fn is_over(&self) -> bool {
        self.ended.load(Ordering::SeqCst) == 2
    }

    fn is_doomed(&self) -> bool {
        self.doomed.load(Ordering::SeqCst)
    }
}

/// Its close will be a reset instead of an end of stream.
pub fn reset_on_close(stream: &TcpStream) {
    let linger = libc::linger { l_onoff: 1, l_linger: 0 };
    let size = libc::socklen_t::try_from(size_of::<libc::linger>()).unwrap_or(0);
    // SAFETY: the descriptor is open, and the option is a linger of the size given.
    let result = unsafe {
        libc::setsockopt(stream.as_raw_fd(), libc::SOL_SOCKET, libc::SO_LINGER, (&raw const linger).cast(), size)
    };
    // Cannot fail on an open socket; if it did, the peer would see an orderly end instead.
    debug_assert_eq!(result, 0);
}

/// Carries bytes one way until the stream ends or the link is doomed.
pub fn pump(link: &Link, way: Way, shared: &Shared) {
    if carry(link, way, shared).is_err() {
        link.doom();
    }
    link.ended.fetch_add(1, Ordering::SeqCst);
    lock(shared).links.retain(|l| !l.is_over());
}

/// An error means that the connection is broken and the other end must learn it.
fn carry(link: &Link, way: Way, shared: &Shared) -> std::io::Result<()> {
    let (from, to) = match (way, &link.server) {
        (Way::Up, server) => (&link.client, server.as_ref()),
        (Way::Down, Some(server)) => (server, Some(&link.client)),
        (Way::Down, None) => return Ok(()),
    };
    let mut buf = vec![0; Lane::CLEAR.chunk];
    while !link.is_doomed() {
        let rules = lane(shared, way);
        if rules.hole {
            thread::sleep(TICK);
            continue;
        }
        let most = piece(&rules).min(buf.len());
        let n = match (&*from).read(&mut buf[..most]) {
            Ok(n) => n,
            Err(e) if waits(&e) => continue,
            Err(e) => return Err(e),
        };
        hold_back(link, way, shared, n);
        if n == 0 {
            // The peer may have closed both ways already.
            let _ = to.map(|to| to.shutdown(Shutdown::Write));
            return Ok(());
        }
        let Some(to) = to else { continue };
        let (bytes, cut) = spoil(&mut buf[..n], way, shared);
        let (early, late) = bytes.split_at(before_hole(bytes.len(), way, shared));
        deliver(link, to, early)?;
        if !late.is_empty() {
            lock(shared).rules.lane_mut(way).hole = true;
            wait_in_hole(link, way, shared);
            deliver(link, to, late)?;
        }
        if cut {
            return Err(ErrorKind::ConnectionReset.into());
        }
    }
    Ok(())
}

/// A slow link gets small pieces, so that it trickles instead of bursting.
fn piece(rules: &Lane) -> usize {
    match usize::try_from(rules.rate) {
        Ok(0) | Err(_) => rules.chunk.max(1),
        Ok(rate) => rules.chunk.min(rate / 20).max(1),
    }
}

/// Waits as the rules demand before `n` bytes, or the end of the stream, are passed on.
fn hold_back(link: &Link, way: Way, shared: &Shared, n: usize) {
    let rules = lane(shared, way);
    let (least, most) = rules.delay_ms;
    if most > 0 {
        let spread = u64::from(most.saturating_sub(least)) + 1;
        let ms = u64::from(least) + lock(shared).random() % spread;
        pause(shared, way, &rules, Duration::from_millis(ms));
    }
    if rules.rate > 0 {
        let us = 1_000_000 * u64::try_from(n).unwrap_or(0) / u64::from(rules.rate);
        pause(shared, way, &rules, Duration::from_micros(us));
    }
    wait_in_hole(link, way, shared);
}

fn wait_in_hole(link: &Link, way: Way, shared: &Shared) {
    while lane(shared, way).hole && !link.is_doomed() {
        thread::sleep(TICK);
    }
}

/// How many of `n` bytes still pass before a hole opens.
fn before_hole(n: usize, way: Way, shared: &Shared) -> usize {
    let mut state = lock(shared);
    let lane = state.rules.lane_mut(way);
    match lane.hole_after {
        Some(at) if at < n => {
            lane.hole_after = None;
            at
        }
        other => {
            lane.hole_after = other.map(|at| at - n);
            n
        }
    }
}

/// Applies a flipped bit and a cut: the bytes to pass on, and whether the connection ends after them.
fn spoil<'a>(bytes: &'a mut [u8], way: Way, shared: &Shared) -> (&'a [u8], bool) {
    let mut state = lock(shared);
    let flip = state.rules.lane(way).flip_after;
    state.rules.lane_mut(way).flip_after = match flip {
        Some(at) if at < bytes.len() => {
            bytes[at] ^= 1 << (state.random() % 8);
            None
        }
        other => other.map(|at| at - bytes.len()),
    };
    let lane = state.rules.lane_mut(way);
    match lane.cut_after {
        Some(at) if at <= bytes.len() => {
            lane.cut_after = None;
            (&bytes[..at], true)
        }
        other => {
            lane.cut_after = other.map(|at| at - bytes.len());
            (bytes, false)
        }
    }
}

fn deliver(link: &Link, mut to: &TcpStream, mut bytes: &[u8]) -> std::io::Result<()> {
    while !bytes.is_empty() && !link.is_doomed() {
        match to.write(bytes) {
            Ok(0) => return Err(ErrorKind::WriteZero.into()),
            Ok(n) => bytes = &bytes[n..],
            Err(e) if waits(&e) => {}
            Err(e) => return Err(e),
        }
    }
    Ok(())
}

fn waits(error: &std::io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted)
}
