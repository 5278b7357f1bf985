//! What a client may have beside its connection: a link to supervise, a question to the Internet. Each is brought in by
//! the call that asks for it, as a pointer to a function, so that programs without it do not carry its code.

use super::border::Client;
use super::types::{mqtt_link, mqtt_wan};

/// When something beside the connection is asked to do its part.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// mqtt_poll begins: callbacks are asked.
    Begin,
    /// mqtt_poll has done what it could.
    End,
    /// The client was closed.
    Closed,
}

/// No deadline.
pub const NEVER: u32 = u32::MAX;

/// Does its part, and says in how many milliseconds it must be asked again.
///
/// # Safety
/// The client is initialised, and no reference into it is alive. `borrowed` is set.
pub type Part = unsafe fn(client: *mut Client, now: u32, moment: Moment) -> u32;

pub struct Beside {
    pub link: *mut mqtt_link,
    pub wan: *mut mqtt_wan,
    pub link_part: Option<Part>,
    pub wan_part: Option<Part>,
}

impl Beside {
    pub const NOTHING: Beside =
        Beside { link: core::ptr::null_mut(), wan: core::ptr::null_mut(), link_part: None, wan_part: None };

    pub fn is_empty(&self) -> bool {
        self.link_part.is_none() && self.wan_part.is_none()
    }
}

/// Lets all that is there do its part, with calls from its callbacks refused. Milliseconds until the next time.
///
/// # Safety
/// The client is initialised, and no reference into it is alive.
#[inline(never)]
pub unsafe fn beside(client: *mut Client, now: u32, moment: Moment) -> u32 {
    // SAFETY: by the caller's promise; `borrowed` keeps it while callbacks run.
    unsafe {
        let mut next = NEVER;
        (*client).borrowed = true;
        if let Some(part) = (*client).beside.link_part {
            next = part(client, now, moment);
        }
        if let Some(part) = (*client).beside.wan_part {
            next = next.min(part(client, now, moment));
        }
        (*client).borrowed = false;
        next
    }
}
