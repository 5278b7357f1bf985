//! A TCP connection of the modem. It is never waited for.

use super::WINDOW;
use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::os::fd::{AsRawFd, RawFd};
use std::time::Duration;

/// What a peer that is told goodbye may still send before it is cut off.
const PARTING: usize = 1 << 20;

pub struct Connection {
    /// The device's.
    pub number: u8,
    stream: TcpStream,
    /// From the device, and not yet sent.
    up: Vec<u8>,
    /// Bytes that were sent since the device was last told.
    pub sent: usize,
    /// Bytes that came after the goodbye; none before it.
    parting: Option<usize>,
}

/// What came from the peer.
pub enum Received {
    Bytes(Vec<u8>),
    Nothing,
    /// The peer closed in good order.
    End,
    Failed,
}

impl Connection {
    /// Loopback answers at once, or not at all.
    pub fn open(number: u8, port: u16) -> std::io::Result<Connection> {
        let stream = TcpStream::connect_timeout(&SocketAddr::from(([127, 0, 0, 1], port)), Duration::from_secs(1))?;
        stream.set_nonblocking(true)?;
        stream.set_nodelay(true)?;
        Ok(Connection { number, stream, up: Vec::new(), sent: 0, parting: None })
    }

    /// False: the device sends more than it was told there is room for.
    #[must_use]
    pub fn accept(&mut self, bytes: &[u8]) -> bool {
        self.up.extend(bytes);
        self.up.len() + self.sent <= WINDOW
    }

    /// Sends what can be sent.
    pub fn send(&mut self) -> std::io::Result<()> {
        while !self.up.is_empty() {
            match self.stream.write(&self.up) {
                Ok(n) => {
                    self.up.drain(..n);
                    self.sent += n;
                }
                Err(e) if e.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(e) => return Err(e),
            }
        }
        Ok(())
    }

    pub fn receive(&mut self, most: usize) -> Received {
        let mut bytes = vec![0; most];
        match self.stream.read(&mut bytes) {
            Ok(0) => Received::End,
            Ok(n) => {
                bytes.truncate(n);
                Received::Bytes(bytes)
            }
            Err(e) if e.kind() == ErrorKind::WouldBlock => Received::Nothing,
            Err(_) => Received::Failed,
        }
    }

    /// Sends what is left, says goodbye and hears the peer out: to close with unread bytes would be a reset, and could
    /// overtake what was sent. True: it is over.
    pub fn leave(&mut self) -> bool {
        if self.send().is_err() {
            return true;
        }
        if !self.up.is_empty() {
            return false;
        }
        if self.parting.is_none() && self.stream.shutdown(Shutdown::Write).is_err() {
            return true;
        }
        let heard = self.parting.get_or_insert(0);
        match self.stream.read(&mut [0; 4096]) {
            Ok(n) => {
                *heard += n;
                n == 0 || *heard > PARTING
            }
            Err(e) => e.kind() != ErrorKind::WouldBlock,
        }
    }

    /// What the device gave it is lost.
    pub fn forget(mut self) -> Connection {
        self.up.clear();
        self
    }

    /// The peer sees a reset.
    pub fn reset(self) {
        crate::proxy::reset_on_close(&self.stream);
    }

    pub fn descriptor(&self) -> RawFd {
        self.stream.as_raw_fd()
    }

    pub fn wants_to_send(&self) -> bool {
        !self.up.is_empty()
    }
}
