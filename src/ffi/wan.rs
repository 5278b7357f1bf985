//! mqtt_wan_ok, and the user's datagrams.

use super::beside::{Moment, NEVER};
use super::border::{Client, bytes, enter, now, result};
use super::types::{MQTT_WOULD_BLOCK, mqtt_client, mqtt_wan};
use crate::error::Error;
use crate::session::config::LONGEST_MS;
use crate::wan::{DEFAULTS, Datagrams, HEADER, Question};
use core::mem::{align_of, size_of};
use core::ptr;
use core::task::Poll;

const DEFAULT_PORT: u16 = 53;
const DEFAULT_TIMEOUT_MS: u32 = 3000;
const QUERY_MAX: usize = 512;

const _: () = assert!(size_of::<Question>() <= size_of::<[u32; 4]>() && align_of::<Question>() <= align_of::<u32>());

/// Asks whether the Internet answers, by a DNS query past the broker: MQTT_EV_WAN follows, at the latest after timeout_ms.
/// Without a connection to the broker the answer is no, at once. What has to do with the broker is not touched. While one
/// question is under way, more of them have the same answer. MQTT_ERR_OK, _ARGUMENT, _STATE before mqtt_init, _BUSY.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mqtt_wan_ok(client: *mut mqtt_client, wan: *mut mqtt_wan) -> i32 {
    result(enter(client).and_then(|c| {
        // SAFETY: `enter` found the client initialised and not borrowed; wan is NULL or lent to us, by the header.
        unsafe {
            let w = wan.as_ref().ok_or(Error::Argument)?;
            if w.open.is_none() || w.send.is_none() || w.recv.is_none() || w.close.is_none() {
                return Err(Error::Argument);
            }
            let is_query = w.query.is_null() || (HEADER..=QUERY_MAX).contains(&w.query_len);
            if !is_query || w.timeout_ms > LONGEST_MS {
                return Err(Error::Argument);
            }
            if !(*c).beside.wan.is_null() {
                return Ok(0);
            }
            if !(*c).inner.session.is_connected() {
                (*c).inner.session.wan_answered(false);
                return Ok(0);
            }
            let timeout_ms = if w.timeout_ms == 0 { DEFAULT_TIMEOUT_MS } else { w.timeout_ms };
            question(wan).write(Question::new(timeout_ms, now(c)));
            (*c).beside.wan = wan;
            (*c).beside.wan_part = Some(ask);
        }
        Ok(0)
    }))
}

/// # Safety
/// The struct is one that mqtt_wan_ok was given.
unsafe fn question(wan: *mut mqtt_wan) -> *mut Question {
    // SAFETY: by the caller's promise this is an address inside the struct.
    unsafe { (&raw mut (*wan).words).cast() }
}

/// The question's part; see `beside::Part`.
unsafe fn ask(client: *mut Client, now: u32, moment: Moment) -> u32 {
    // SAFETY: by the caller's promise. mqtt_wan_ok has put `wan` there, with a question in it, and it is ours until the
    // answer, by the header.
    unsafe {
        let wan = (*client).beside.wan;
        if wan.is_null() {
            return NEVER;
        }
        let question = &mut *question(wan);
        if moment == Moment::Begin {
            let query = if (*wan).query.is_null() {
                &DEFAULTS.query
            } else {
                bytes((*wan).query.cast(), (*wan).query_len).unwrap_or_default()
            };
            if let Poll::Ready(up) = question.step(&mut Socket(wan), query, now) {
                (*client).inner.session.wan_answered(up);
                close(client);
                return NEVER;
            }
        } else if moment == Moment::Closed {
            if question.has_begun {
                close(client);
            } else {
                (*client).beside.wan = ptr::null_mut();
            }
            return NEVER;
        }
        question.deadline(now)
    }
}

/// # Safety
/// `beside.wan` is not NULL.
unsafe fn close(client: *mut Client) {
    // SAFETY: by the caller's promise, and then as in `ask`.
    unsafe {
        let wan = core::mem::replace(&mut (*client).beside.wan, ptr::null_mut());
        if let Some(close) = (*wan).close {
            close((*wan).user);
        }
    }
}

/// The functions of a `mqtt_wan` that was taken: checked not to be NULL, and plain C functions, by the header.
struct Socket(*const mqtt_wan);

fn answer(answer: i32) -> Poll<Result<usize, ()>> {
    match answer {
        MQTT_WOULD_BLOCK => Poll::Pending,
        answer => Poll::Ready(usize::try_from(answer).map_err(|_| ())),
    }
}

impl Datagrams for Socket {
    fn open(&mut self) -> Poll<Result<(), ()>> {
        // SAFETY: see `Socket`; server is borrowed with it.
        let opened = unsafe {
            let wan = self.0;
            let server = if (*wan).server.is_null() { DEFAULTS.server.as_ptr().cast() } else { (*wan).server };
            let port = if (*wan).port == 0 { DEFAULT_PORT } else { (*wan).port };
            (*wan).open.map_or(MQTT_WOULD_BLOCK, |open| open((*wan).user, server, port))
        };
        answer(opened).map_ok(|_| ())
    }

    fn send(&mut self, query: &[u8]) {
        // SAFETY: see `Socket`. It reads as many bytes as it is told.
        unsafe {
            if let Some(send) = (*self.0).send {
                send((*self.0).user, query.as_ptr(), query.len());
            }
        }
    }

    fn recv(&mut self, head: &mut [u8; HEADER]) -> Poll<Result<usize, ()>> {
        // SAFETY: see `Socket`. By the header it writes at most as many bytes as it is told.
        unsafe {
            let wan = self.0;
            answer((*wan).recv.map_or(MQTT_WOULD_BLOCK, |recv| recv((*wan).user, head.as_mut_ptr(), HEADER)))
        }
    }
}
