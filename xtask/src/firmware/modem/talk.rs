//! What the modem says to the device, and hears from it. The meaning of each frame is in tests/firmware/network/modem.c.

use super::connection::{Connection, Received};
use super::frame::{Frame, LONGEST, PAYLOAD, RESET, Reader, Writer, Wrong, bytes, number};
use super::line::Line;
use super::{Rules, State, WINDOW, watch};
use crate::Outcome;
use crate::process::lock;
use std::collections::VecDeque;
use std::io::{ErrorKind, Read, Write};
use std::os::fd::AsRawFd;
use std::os::unix::net::UnixStream;
use std::sync::Mutex;

/// The address of the host, as the device knows it from its other networks.
const HOST: &[u8] = b"10.0.2.2";

/// Why a connection is closed, for the device; 0 is in good order.
const NO_SUCH_HOST: u8 = 1;
const REFUSED: u8 = 2;
const BROKEN: u8 = 3;
const NO_NETWORK: u8 = 4;

/// With one device, until it hangs up.
pub struct Talk {
    uart: UnixStream,
    reader: Reader,
    writer: Writer,
    /// From the device, and to it.
    lines: [Line; 2],
    /// Bytes that get lost; see `Rules`.
    loss: Option<u32>,
    /// Frames that wait for room, then bytes that wait for the socket.
    frames: VecDeque<Vec<u8>>,
    out: Vec<u8>,
    /// Bytes that the device has room for.
    room: usize,
    /// The device has asked for a reset since it was started.
    ready: bool,
    told_link: Option<bool>,
    /// The device waits for this to be opened: number, port, name.
    wanted: Option<(u8, u16, Vec<u8>)>,
    connection: Option<Connection>,
    /// What the device has closed, and the network not yet.
    leaving: Vec<Connection>,
}

impl Talk {
    pub fn new(uart: UnixStream) -> Talk {
        Talk {
            uart,
            reader: Reader::default(),
            writer: Writer::default(),
            lines: Default::default(),
            loss: None,
            frames: VecDeque::new(),
            out: Vec::new(),
            room: 0,
            ready: false,
            told_link: None,
            wanted: None,
            connection: None,
            leaving: Vec::new(),
        }
    }

    pub fn run(&mut self, state: &Mutex<State>) {
        if self.uart.set_nonblocking(true).is_err() {
            return;
        }
        loop {
            let (rules, drops, restarts) = {
                let mut state = lock(state);
                if state.ended {
                    return;
                }
                state.lost = [0, 1].map(|way| self.lines[way].lost);
                (state.rules, std::mem::take(&mut state.drops), std::mem::take(&mut state.restarts))
            };
            self.loss = rules.loss;
            if restarts > 0 {
                self.forget();
            }
            match self.listen() {
                Ok(true) => {}
                Ok(false) => return,
                // The device is left without a modem, and so cannot end well.
                Err(fault) => return eprintln!("modem: {fault}"),
            }
            self.follow_link(rules);
            if drops > 0 {
                self.lose(BROKEN, Connection::reset);
            }
            if rules.is_open() {
                self.move_network(rules);
            }
            if self.speak().is_err() {
                return;
            }
            self.rest(rules);
        }
    }

    /// Takes all that the device has sent. False: it hung up.
    fn listen(&mut self) -> Outcome<bool> {
        let mut bytes = [0; 4096];
        loop {
            match self.uart.read(&mut bytes) {
                Ok(0) => return Ok(false),
                Ok(n) => {
                    for byte in &bytes[..n] {
                        if !self.lines[0].passes(self.loss) {
                            continue;
                        }
                        match self.reader.take(*byte) {
                            Some(Ok(frame)) if self.ready || frame.kind == RESET => self.on_frame(frame)?,
                            // Of a device that was not told, or has not heard, that all is forgotten.
                            Some(Ok(_) | Err(Wrong)) => self.forget(),
                            None => {}
                        }
                    }
                }
                Err(e) => return Ok(e.kind() == ErrorKind::WouldBlock),
            }
        }
    }

    fn on_frame(&mut self, frame: Frame) -> Outcome {
        let current = self.connection.as_mut().filter(|c| c.number == frame.number);
        match (frame.kind, frame.payload.as_slice()) {
            (RESET, room) => {
                self.lose_silently();
                self.greet();
                self.room = number(room);
                self.ready = true;
            }
            (b'T', bytes) => self.room += number(bytes),
            (b'O', [high, low, name @ ..]) => {
                self.lose_silently();
                self.wanted = Some((frame.number, u16::from_be_bytes([*high, *low]), name.to_vec()));
            }
            (b'D', bytes) => {
                if !current.is_none_or(|c| c.accept(bytes)) {
                    return Err(format!("the device sent more than the {WINDOW} bytes there is room for"));
                }
            }
            (b'C', _) => {
                self.wanted = None;
                self.leaving.extend(self.connection.take());
            }
            (kind, _) => return Err(format!("the device sent a frame of kind {kind:#04x}")),
        }
        Ok(())
    }

    /// As a modem that lost its power: the device is told when it is back, and asked how much room it has.
    fn forget(&mut self) {
        self.lose_silently();
        self.ready = false;
        self.greet();
    }

    /// The device's room is not asked for: it counts from after this.
    fn greet(&mut self) {
        self.frames.clear();
        self.told_link = None;
        let frame = self.writer.encode(RESET, 0, &[]);
        self.emit(&frame);
    }

    fn follow_link(&mut self, rules: Rules) {
        if !self.ready || self.told_link == Some(rules.link) {
            return;
        }
        self.told_link = Some(rules.link);
        self.frame(b'L', 0, &[u8::from(rules.link)]);
        if !rules.link {
            let number = self.connection.as_ref().map(|c| c.number).or(self.wanted.as_ref().map(|w| w.0));
            self.lose_silently();
            if let Some(number) = number {
                self.frame(b'C', number, &[NO_NETWORK]);
            }
        }
    }

    /// Loses the connection, and tells the device why.
    fn lose(&mut self, why: u8, end: impl FnOnce(Connection)) {
        if let Some(connection) = self.connection.take() {
            self.frame(b'C', connection.number, &[why]);
            end(connection);
        }
    }

    /// The broker hears nothing of it: it keeps its end while the network is away.
    fn lose_silently(&mut self) {
        self.wanted = None;
        self.leaving.extend(self.connection.take().map(Connection::forget));
    }

    fn move_network(&mut self, rules: Rules) {
        self.leaving.retain_mut(|connection| !connection.leave());
        if let Some((number, port, name)) = self.wanted.take() {
            self.open(number, port, &name);
        }
        self.carry_up();
        self.carry_down(rules);
    }

    fn open(&mut self, number: u8, port: u16, name: &[u8]) {
        if name != HOST {
            return self.frame(b'C', number, &[NO_SUCH_HOST]);
        }
        match Connection::open(number, port) {
            Ok(connection) => {
                self.connection = Some(connection);
                self.frame(b'O', number, &bytes(WINDOW));
            }
            Err(_) => self.frame(b'C', number, &[REFUSED]),
        }
    }

    fn carry_up(&mut self) {
        let Some(connection) = &mut self.connection else { return };
        if connection.send().is_err() {
            return self.lose(BROKEN, drop);
        }
        // Not each byte by itself; the device has three quarters of the room left.
        if connection.sent >= WINDOW / 4 {
            let sent = std::mem::take(&mut connection.sent);
            let number = connection.number;
            self.frame(b'T', number, &bytes(sent));
        }
    }

    /// A frame of data leaves room for one of another kind: that the link is lost must not wait for a reader.
    fn carry_down(&mut self, rules: Rules) {
        while self.frames.is_empty() && self.room >= 2 * LONGEST {
            let Some(connection) = &mut self.connection else { return };
            let number = connection.number;
            match connection.receive(rules.slice.clamp(1, PAYLOAD)) {
                Received::Bytes(bytes) => self.frame(b'D', number, &bytes),
                Received::Nothing => return,
                Received::End => return self.lose(0, drop),
                Received::Failed => return self.lose(BROKEN, drop),
            }
            self.dispatch();
        }
    }

    fn frame(&mut self, kind: u8, number: u8, payload: &[u8]) {
        let frame = self.writer.encode(kind, number, payload);
        self.frames.push_back(frame);
        self.dispatch();
    }

    /// Hands on the frames for which the device has room.
    fn dispatch(&mut self) {
        while self.frames.front().is_some_and(|frame| frame.len() <= self.room) {
            let frame = self.frames.pop_front().unwrap_or_default();
            self.room -= frame.len();
            self.emit(&frame);
        }
    }

    fn emit(&mut self, bytes: &[u8]) {
        let (line, loss) = (&mut self.lines[1], self.loss);
        self.out.extend(bytes.iter().filter(|_| line.passes(loss)));
    }

    fn speak(&mut self) -> std::io::Result<()> {
        while !self.out.is_empty() {
            match self.uart.write(&self.out) {
                Ok(n) => drop(self.out.drain(..n)),
                Err(e) if e.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(e) => return Err(e),
            }
        }
        Ok(())
    }

    /// Until there may be something to do.
    fn rest(&self, rules: Rules) {
        let unless = |idle: bool, event| if idle { 0 } else { event };
        let mut all = vec![watch::of(self.uart.as_raw_fd(), libc::POLLIN | unless(self.out.is_empty(), libc::POLLOUT))];
        if rules.is_open() {
            let full = !self.frames.is_empty() || self.room < 2 * LONGEST;
            for connection in self.connection.iter() {
                let sends = unless(!connection.wants_to_send(), libc::POLLOUT);
                all.push(watch::of(connection.descriptor(), unless(full, libc::POLLIN) | sends));
            }
        }
        watch::wait(&mut all);
    }
}
