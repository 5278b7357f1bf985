//! The host's end of tests/firmware/network/modem.c: what the device takes for a modem with a radio. It makes the
//! device's one TCP connection, always to loopback. What else may go wrong on the way is the business of `crate::proxy`.
//!
//! It reads the UART whatever happens, because QEMU stands still while its UART cannot be written. And it sends no more
//! than the device has room for.

use super::qemu::Qemu;
use super::wire::Wire;
use crate::process::lock;
use crate::{Outcome, paths};
use std::fs;
use std::os::fd::AsRawFd;
use std::os::unix::net::UnixListener;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::thread;
use talk::Talk;

mod connection;
mod frame;
mod line;
mod talk;
mod watch;

/// Bytes of the device that the modem holds for the network.
const WINDOW: usize = 2048;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// The radio has a network; the device is told.
    pub link: bool,
    /// Nothing passes, and the device is not told. As with TCP it is late, not lost, if the connection outlives it.
    pub hole: bool,
    /// Most bytes of data in a frame.
    pub slice: usize,
    /// Of so many bytes on the UART one is lost, in either direction.
    pub loss: Option<u32>,
}

impl Rules {
    pub const CLEAR: Rules = Rules { link: true, hole: false, slice: frame::PAYLOAD, loss: None };

    fn is_open(&self) -> bool {
        self.link && !self.hole
    }
}

struct State {
    rules: Rules,
    /// Connections to be lost.
    drops: u32,
    /// Times that the modem shall lose its power.
    restarts: u32,
    /// Bytes that the UART has lost: from the device, and to it.
    lost: [u64; 2],
    ended: bool,
}

pub struct Modem {
    dir: PathBuf,
    state: Arc<Mutex<State>>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Modem {
    pub fn start() -> Outcome<Modem> {
        let dir = paths::scratch("modem")?;
        let listener = UnixListener::bind(dir.join("uart")).map_err(|e| format!("modem: {e}"))?;
        listener.set_nonblocking(true).map_err(|e| format!("modem: {e}"))?;
        let state =
            Arc::new(Mutex::new(State { rules: Rules::CLEAR, drops: 0, restarts: 0, lost: [0; 2], ended: false }));
        let shared = Arc::clone(&state);
        let thread = thread::spawn(move || serve(&listener, &shared));
        Ok(Modem { dir, state, thread: Some(thread) })
    }

    pub fn change(&self, change: impl FnOnce(&mut Rules)) {
        change(&mut lock(&self.state).rules);
    }

    /// The network takes the connection away, towards both ends.
    pub fn drop_connection(&self) {
        lock(&self.state).drops += 1;
    }

    /// It loses its power for a moment, and with it all that it knew.
    pub fn restart(&self) {
        lock(&self.state).restarts += 1;
    }

    /// Bytes that the UART has lost by `Rules::loss`: from the device, and to it.
    pub fn lost(&self) -> [u64; 2] {
        lock(&self.state).lost
    }
}

impl Drop for Modem {
    fn drop(&mut self) {
        lock(&self.state).ended = true;
        // It looks at that every few milliseconds. If it panicked there is nothing to wait for.
        let _ = self.thread.take().map(thread::JoinHandle::join);
        // A directory that stays is harmless: its name is not used again.
        let _ = fs::remove_dir_all(&self.dir);
    }
}

impl Wire for Modem {
    fn arguments(&self) -> Vec<String> {
        vec!["-chardev".to_string(), format!("socket,id=modem,path={}", self.dir.join("uart").display())]
    }

    fn unplug(&self, _qemu: &Qemu) -> Outcome {
        self.change(|rules| rules.link = false);
        Ok(())
    }

    fn plug(&self, _qemu: &Qemu) -> Outcome {
        self.change(|rules| rules.link = true);
        Ok(())
    }

    fn hole(&self, on: bool) {
        self.change(|rules| rules.hole = on);
    }

    /// What is lost on its UART is not for TCP to send again; see `Rules::loss`.
    fn noise(&self, _on: bool) -> bool {
        false
    }

    fn modem(&self) -> Option<&Modem> {
        Some(self)
    }
}

fn serve(listener: &UnixListener, state: &Mutex<State>) {
    while !lock(state).ended {
        match listener.accept() {
            Ok((uart, _)) => Talk::new(uart).run(state),
            Err(_) => watch::wait(&mut [watch::of(listener.as_raw_fd(), libc::POLLIN)]),
        }
    }
}
