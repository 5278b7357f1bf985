//! Messages from interrupts and other tasks, in the caller's bytes, on their way to the outbox.
//!
//! Records lie one behind the other: topic length (2 bytes), payload length (4), flags (1), a byte of nothing, topic, payload.
//! Producers only ever append, under the lock; the one consumer reads what was appended before without it, so the lock is
//! held for the copy of one message in, or for moving up what came in meanwhile.

use crate::error::Error;
use crate::packet::publish::Publish;
use crate::packet::topic;
use crate::session::Session;
use core::cell::Cell;
use core::ptr;
use core::sync::atomic::{AtomicPtr, Ordering};
use critical_section::Mutex;

const HEAD: usize = 8;
const RETAIN: u8 = 4;

pub struct Mailbox {
    at: *mut u8,
    size: usize,
    used: Mutex<Cell<usize>>,
    /// Set while there are messages. That it is set by `post` keeps the code that empties the mailbox out of programs that
    /// never post. Changed under the lock, and looked at without it: most polls find nothing, and need no lock for that.
    drain: AtomicPtr<Drain>,
    /// Largest PUBLISH that the outbox could ever take.
    pub largest: usize,
}

/// Empties a mailbox into the outbox, until that has no room. True if anything moved.
pub type Drain = fn(&Mailbox, &mut Session) -> bool;

static DRAIN: Drain = Mailbox::drain;

impl Mailbox {
    pub fn new(at: *mut u8, size: usize, largest: usize) -> Self {
        let size = if at.is_null() { 0 } else { size };
        Mailbox { at, size, used: Mutex::new(Cell::new(0)), drain: AtomicPtr::default(), largest }
    }

    /// If there are messages, what hands them over.
    pub fn waiting(&self) -> Option<Drain> {
        // SAFETY: NULL or the static one.
        unsafe { self.drain.load(Ordering::Relaxed).as_ref() }.copied()
    }

    /// Appends a message. From any task or interrupt.
    pub fn post(&self, message: &Publish) -> Result<(), Error> {
        let Publish { topic: name, payload, qos, retain, .. } = *message;
        if qos > 2 {
            return Err(Error::Argument);
        }
        if !topic::is_name(name) {
            return Err(Error::Topic);
        }
        let size = HEAD + name.len() + payload.len();
        if size > self.size || message.size() > self.largest {
            return Err(Error::TooLarge);
        }
        let flags = if retain { qos | RETAIN } else { qos };
        let mut head = [0; HEAD];
        for (to, from) in head.iter_mut().zip((name.len() as u16).to_le_bytes()) {
            *to = from;
        }
        for (to, from) in head.iter_mut().skip(2).zip((payload.len() as u32).to_le_bytes()) {
            *to = from;
        }
        head[6] = flags;
        critical_section::with(|cs| {
            let used = self.used.borrow(cs).get();
            if size > self.size - used {
                return Err(Error::Full);
            }
            // SAFETY: `used + size` lies in the buffer, which by the header is ours while the client lives; the
            // consumer does not touch bytes from `used` on, and the lock keeps other producers out.
            unsafe {
                let to = self.at.add(used);
                ptr::copy_nonoverlapping(head.as_ptr(), to, HEAD);
                ptr::copy_nonoverlapping(name.as_ptr(), to.add(HEAD), name.len());
                ptr::copy_nonoverlapping(payload.as_ptr(), to.add(HEAD + name.len()), payload.len());
            }
            self.used.borrow(cs).set(used + size);
            self.drain.store((&raw const DRAIN).cast_mut(), Ordering::Relaxed);
            Ok(())
        })
    }

    /// Hands over what was posted, oldest first, until there is no room for it.
    fn drain(&self, session: &mut Session) -> bool {
        let used = critical_section::with(|cs| self.used.borrow(cs).get());
        // SAFETY: these bytes were written by `post`, and no producer touches them again.
        let mut posted = unsafe { core::slice::from_raw_parts(self.at.cast_const(), used) };
        while let Some((head, rest)) = posted.split_first_chunk::<HEAD>() {
            let [t0, t1, p0, p1, p2, p3, flags, _] = *head;
            let name_len = u16::from_le_bytes([t0, t1]).into();
            let payload_len = u32::from_le_bytes([p0, p1, p2, p3]) as usize;
            let Some((name, rest)) = rest.split_at_checked(name_len) else { break };
            let Some((payload, rest)) = rest.split_at_checked(payload_len) else { break };
            let retain = flags & RETAIN != 0;
            let message = Publish { dup: false, qos: flags & 3, retain, topic: name, id: 0, payload };
            // Every other refusal was excluded when it was posted.
            if session.post(&message) == Err(Error::Full) {
                break;
            }
            posted = rest;
        }
        let done = used - posted.len();
        if done == 0 {
            return false;
        }
        critical_section::with(|cs| {
            let rest = self.used.borrow(cs).get() - done;
            // SAFETY: both runs lie in the used part of the buffer, and the lock keeps producers out.
            unsafe { ptr::copy(self.at.add(done), self.at, rest) };
            self.used.borrow(cs).set(rest);
            if rest == 0 {
                self.drain.store(ptr::null_mut(), Ordering::Relaxed);
            }
        });
        true
    }
}
