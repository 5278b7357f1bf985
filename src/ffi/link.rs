//! mqtt_supervise, and the user's link as the supervisor's hands.

use super::beside::{Moment, NEVER};
use super::border::{Client, enter, result};
use super::types::{mqtt_client, mqtt_link};
use crate::error::Error;
use crate::session::log::Log;
use crate::supervisor::{Act, Rules, Supervisor};
use core::mem::{align_of, size_of};

/// What lies in `mqtt_link.words`. Zero in all its bytes is a link that is off.
#[repr(C)]
struct State {
    supervisor: Supervisor,
    /// As of the beginning of this poll.
    status: i32,
}

const _: () = assert!(size_of::<State>() <= size_of::<[u32; 6]>() && align_of::<State>() <= align_of::<u32>());

/// Lets the client bring the link up, watch it, and reset it when that may help. Call it after mqtt_init and before
/// mqtt_connect. Then nothing is opened while the link is down; MQTT_EV_OFFLINE comes in the poll that sees it go down, or
/// in the next one if poll_limit was used up; and the next attempt is made as soon as it is up again and steady, whatever the
/// pause. MQTT_ERR_OK, _ARGUMENT if status is NULL or a number out of range, _STATE unless the client is disconnected, _BUSY.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mqtt_supervise(client: *mut mqtt_client, link: *mut mqtt_link) -> i32 {
    result(enter(client).and_then(|c| {
        // SAFETY: `enter` found the client initialised and not borrowed; link is NULL or lent to us, by the header.
        unsafe {
            if link.is_null() || (*link).status.is_none() {
                return Err(Error::Argument);
            }
            rules(link)?;
            if !(*c).inner.session.is_idle() {
                return Err(Error::State);
            }
            state(link).write(State { supervisor: Supervisor::OFF, status: 0 });
            (*c).beside.link = link;
            (*c).beside.link_part = Some(supervise);
        }
        Ok(0)
    }))
}

/// # Safety
/// The link is one that mqtt_supervise was given.
unsafe fn rules(link: *const mqtt_link) -> Result<Rules, Error> {
    // SAFETY: by the caller's promise, and the header's.
    unsafe { Rules::new((*link).settle_ms, (*link).timeout_ms, (*link).reset_always != 0) }
}

/// # Safety
/// The link is one that mqtt_supervise was given.
unsafe fn state(link: *mut mqtt_link) -> *mut State {
    // SAFETY: by the caller's promise this is an address inside the struct.
    unsafe { (&raw mut (*link).words).cast() }
}

/// The link's part; see `beside::Part`.
unsafe fn supervise(client: *mut Client, now: u32, moment: Moment) -> u32 {
    // SAFETY: mqtt_supervise has put `link` there, with a state in it, and it is ours while the client lives; its
    // functions are plain C functions, all by the header.
    unsafe {
        let link = (*client).beside.link;
        let state = &mut *state(link);
        let session = &mut (*client).inner.session;
        let look = || (*link).status.map_or(0, |status| status((*link).user));
        if moment == Moment::Begin {
            state.status = look();
        }
        let rules = rules(link);
        let step = |supervisor: &mut Supervisor, session: &mut _, status| match &rules {
            Ok(rules) if moment != Moment::Closed => supervisor.step(rules, session, status, now),
            _ => supervisor.off(session),
        };
        while let Some(act) = step(&mut state.supervisor, session, state.status) {
            let (function, code) = match act {
                Act::Start => ((*link).start, Log::LinkStart),
                Act::Stop => ((*link).stop, Log::LinkStop),
            };
            if let Some(log) = (*client).inner.log {
                log((*client).user, code as i32, 0);
            }
            if let Some(function) = function {
                function((*link).user);
            }
            // It may be up already; a failure would be the one from before.
            state.status = if act == Act::Start { look().max(0) } else { 0 };
        }
        state.supervisor.deadline(now).unwrap_or(NEVER)
    }
}
