//! The transport and the clock, whose answers the fuzzer chooses. From any of them calls for the same client are refused.

use super::calls;
use super::lasting::Lasting;
use super::lent::Lent;
use crate::book::Book;
use crate::broker::Broker;
use crate::choice::Choice;
use crate::trace::trace;
use crate::wire::{Open, Wire};
use crate::{lies, pull};
use limpet::ffi::types::{MQTT_WOULD_BLOCK, mqtt_transport};
use std::ffi::{c_char, c_void};
use std::slice;

pub struct Port<'c> {
    pub choice: Choice<'c>,
    pub lent: Lent,
    pub wire: Wire,
    pub broker: Broker,
    pub book: Book,
    pub now: u32,
    /// What the last poll said, and that it was never.
    pub due: u32,
    pub never: bool,
    /// The broker answers by itself.
    pub answers: bool,
    /// All is to come to rest: callbacks ask for nothing more.
    pub is_calm: bool,
    /// Callbacks answer what they may not, and the clock goes back.
    pub lies: bool,
    pub dropping: bool,
    /// What the link says of itself.
    pub air: i32,
    pub is_asking: bool,
    /// Messages whose payloads are asked for; they stay to the end.
    pub pulls: Vec<Lasting<Pull>>,
    pub is_made: bool,
    /// Messages that an empty outbox takes.
    pub room: usize,
    pub filters: Vec<(&'static std::ffi::CStr, i32)>,
    /// Where the part of a message that is at hand begins, and where the next one should.
    pub part: u32,
    pub next_part: u32,
}

pub const TRANSPORT: mqtt_transport =
    mqtt_transport { open: Some(open), read: Some(read), write: Some(write), close: Some(close) };

impl<'c> Port<'c> {
    pub fn new(choice: Choice<'c>, lent: Lent) -> Port<'c> {
        Port {
            broker: Broker::new(lent.is_v5()),
            choice,
            lent,
            wire: Wire::sound(),
            book: Book::default(),
            now: u32::MAX - 2000,
            due: 0,
            never: true,
            answers: true,
            is_calm: false,
            lies: false,
            dropping: false,
            air: 1,
            is_asking: false,
            pulls: vec![],
            is_made: false,
            room: 0,
            filters: vec![],
            part: 0,
            next_part: 0,
        }
    }

    pub fn lie(&mut self) {
        let bytes = lies::lie(&self.broker, &mut self.choice);
        self.arrives(&bytes);
    }

    pub fn answer(&mut self) {
        let bytes = self.broker.answer();
        self.arrives(&bytes);
    }

    fn arrives(&mut self, bytes: &[u8]) {
        if self.wire.is_open {
            self.wire.inbound.extend(bytes);
        }
    }

    /// An answer that no callback may give.
    fn lie_of(&mut self, len: usize) -> Option<i32> {
        let is_lie = self.lies && self.choice.rarely(6);
        is_lie.then(|| self.choice.pick(&[len as i32 + 1, i32::MAX, i32::MIN, -1, 0, MQTT_WOULD_BLOCK, -0x1_0001]))
    }
}

/// The port behind the pointer, for as long as nothing of the library is called.
///
/// # Safety
/// It is the pointer of `fill_in`.
pub unsafe fn of<'p, 'c>(user: *mut c_void) -> &'p mut Port<'c> {
    // SAFETY: by the caller's promise; callbacks come one at a time, or from within calls made without a reference.
    unsafe { &mut *user.cast() }
}

unsafe extern "C" fn open(user: *mut c_void, server: *const c_char, port: u16) -> i32 {
    // SAFETY: `user` is the port; the library lends a string.
    unsafe {
        calls::is_refused(user);
        assert!(!std::ffi::CStr::from_ptr(server).is_empty() && port > 0);
        let p = of(user);
        p.wire.is_open = true;
        if let Some(lie) = p.lie_of(0) {
            return lie;
        }
        match p.wire.open {
            Open::Done => 0,
            Open::Later => MQTT_WOULD_BLOCK,
            Open::Fails(detail) => detail,
        }
    }
}

unsafe extern "C" fn read(user: *mut c_void, buf: *mut u8, len: usize) -> i32 {
    // SAFETY: `user` is the port; the library lends `len` bytes.
    unsafe {
        calls::is_refused(user);
        let p = of(user);
        assert!(len > 0 && p.wire.is_open && p.lent.are_in_rx(buf, len));
        if let Some(lie) = p.lie_of(len) {
            return lie;
        }
        if let Some(detail) = p.wire.broken {
            return detail.min(-1);
        }
        let got = p.wire.gives(slice::from_raw_parts_mut(buf, len));
        trace(|| format!("< {:02x?}", slice::from_raw_parts(buf, got.unwrap_or(0))));
        got.map_or(MQTT_WOULD_BLOCK, |n| n as i32)
    }
}

unsafe extern "C" fn write(user: *mut c_void, buf: *const u8, len: usize) -> i32 {
    // SAFETY: `user` is the port; the library lends `len` bytes.
    unsafe {
        calls::is_refused(user);
        let p = of(user);
        let offer = slice::from_raw_parts(buf, len);
        assert!(len > 0 && p.wire.is_open);
        p.wire.looks_at(offer);
        if let Some(lie) = p.lie_of(len) {
            if lie == 0 || lie == MQTT_WOULD_BLOCK {
                p.wire.refuses(offer);
            }
            return lie;
        }
        if let Some(detail) = p.wire.broken {
            return detail.min(-1);
        }
        let n = p.wire.takes(offer);
        trace(|| format!("> {:02x?}", &offer[..n]));
        p.broker.hears(&offer[..n], &mut p.book);
        if n == 0 { p.choice.pick(&[MQTT_WOULD_BLOCK, 0]) } else { n as i32 }
    }
}

unsafe extern "C" fn close(user: *mut c_void) {
    // SAFETY: `user` is the port.
    unsafe {
        calls::is_refused(user);
        let p = of(user);
        p.wire.hang_up();
        p.broker.lost();
    }
}

pub unsafe extern "C" fn now_ms(user: *mut c_void) -> u32 {
    // SAFETY: `user` is the port.
    unsafe {
        // The first mqtt_init asks the clock before there is a client.
        if of(user).is_made {
            calls::is_refused(user);
        }
        let p = of(user);
        if p.lies && p.choice.rarely(8) {
            p.now = p.now.wrapping_add(p.choice.two().into());
        }
        p.now
    }
}

/// What a payload is known by that is asked for.
pub struct Pull {
    pub port: *mut c_void,
    pub number: u32,
    pub len: usize,
}

pub unsafe extern "C" fn pull(user: *mut c_void, offset: u32, buf: *mut u8, len: usize) -> i32 {
    // SAFETY: `user` is a pull of the port's; the library lends `len` bytes.
    unsafe {
        let asked = &*user.cast::<Pull>();
        calls::is_refused(asked.port);
        let answer = pull::pull(asked.number, asked.len, offset, slice::from_raw_parts_mut(buf, len));
        answer.unwrap_or(MQTT_WOULD_BLOCK)
    }
}

pub unsafe extern "C" fn log(user: *mut c_void, code: i32, value: i32) {
    trace(|| format!("log {code} {value}"));
    // SAFETY: `user` is the port.
    unsafe { calls::is_refused(user) }
}

pub unsafe extern "C" fn wake(_: *mut c_void) {}

pub unsafe extern "C" fn unique_id(user: *mut c_void, buf: *mut u8, len: usize) -> i32 {
    // SAFETY: `user` is the port; the library lends `len` bytes.
    unsafe {
        slice::from_raw_parts_mut(buf, len).fill(0x1F);
        of(user).lent.unique_id
    }
}
