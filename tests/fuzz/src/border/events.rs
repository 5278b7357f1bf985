//! What the program is told: every pointer of every event is read to its end, and any call may be made from there.

use super::{calls, port};
use crate::trace::trace;
use limpet::error::Error;
use limpet::event::Fate;
use limpet::ffi::client::mqtt_init;
use limpet::ffi::client::mqtt_poll;
use limpet::ffi::events::{mqtt_event, mqtt_subscribed};
use limpet::ffi::messages::mqtt_hold;
use limpet::ffi::types::mqtt_client;
use limpet::ffi::types5::mqtt_property;
use limpet::ffi::v5::mqtt_property_next;
use limpet::packet::topic;
use std::ffi::c_void;
use std::mem::MaybeUninit;
use std::slice;

const MESSAGE: u8 = 4;
const DONE: u8 = 5;
const SUBSCRIBED: u8 = 6;
const UNSUBSCRIBED: u8 = 7;

pub unsafe extern "C" fn on_event(user: *mut c_void, client: *mut mqtt_client, event: *const mqtt_event) {
    // SAFETY: `user` is the port; the library lends the event and all that it points to.
    unsafe {
        let event = &*event;
        trace(|| format!("event {}", event.kind));
        assert_eq!(client, port::of(user).lent.client());
        match event.kind {
            MESSAGE => message(user, event),
            DONE => {
                let done = event.r#as.done;
                let fates =
                    [Fate::Delivered, Fate::Expired, Fate::Cancelled, Fate::Dropped, Fate::Replaced, Fate::Refused];
                port::of(user).book.ended(done.token as u32, fates[usize::from(done.fate)], done.maybe_sent);
            }
            SUBSCRIBED | UNSUBSCRIBED => {
                let (p, mqtt_subscribed { token, granted }) = (port::of(user), event.r#as.subscribed);
                p.book.answered(token as u32);
                // One that is refused is not kept.
                p.filters.retain(|(_, last)| granted < 0x80 || *last != token);
            }
            kind => assert!((1..=11).contains(&kind)),
        }
        properties(client);
        assert_eq!(mqtt_poll(client), Error::Busy as i32);
        assert_eq!(mqtt_init(client, port::of(user).lent.config()), Error::Busy as i32);
        let p = port::of(user);
        if !p.is_calm && p.choice.rarely(6) {
            calls::call(user.cast());
        }
        // What it points to stays, whatever was called, but for a close.
        if event.kind == MESSAGE {
            touch(event.r#as.message.payload, event.r#as.message.payload_len);
        }
    }
}

unsafe fn message(user: *mut c_void, event: &mqtt_event) {
    // SAFETY: by `on_event`.
    unsafe {
        let m = event.r#as.message;
        let p = port::of(user);
        let name = slice::from_raw_parts(m.topic.cast::<u8>(), m.topic_len);
        assert!(topic::is_name(name), "{}", name.escape_ascii());
        assert!(p.lent.are_in_rx(m.payload, m.payload_len));
        touch(m.payload, m.payload_len);
        assert!(m.qos <= 2 && u64::from(m.offset) + m.payload_len as u64 <= m.total.into());
        assert!(m.payload_len > 0 || m.total == 0);
        assert!(m.offset == 0 || m.offset == p.next_part, "{} comes, {} was next", m.offset, p.next_part);
        (p.part, p.next_part) = (m.offset, m.offset + m.payload_len as u32);
        if p.choice.rarely(6) {
            hold(user);
        }
    }
}

/// The same part will come again.
pub unsafe fn hold(user: *mut c_void) {
    // SAFETY: by the callers.
    unsafe {
        if mqtt_hold(port::of(user).lent.client()) == 0 {
            let p = port::of(user);
            p.next_part = p.part;
        }
    }
}

unsafe fn properties(client: *mut mqtt_client) {
    // SAFETY: zeros are a property that begins.
    let mut property: mqtt_property = unsafe { MaybeUninit::zeroed().assume_init() };
    for _ in 0..1000 {
        // SAFETY: both live until the call returns; what it finds is good until our callback returns.
        unsafe {
            if mqtt_property_next(client, &mut property) != 1 {
                return;
            }
            touch(property.data.cast(), property.data_len);
            touch(property.value.cast(), property.value_len);
        }
    }
    panic!("properties without end");
}

/// Reads all of it, for the address sanitizer.
unsafe fn touch(at: *const u8, len: usize) {
    if len > 0 {
        // SAFETY: by the callers.
        let sum = unsafe { slice::from_raw_parts(at, len) }.iter().fold(0_u8, |sum, byte| sum.wrapping_add(*byte));
        std::hint::black_box(sum);
    }
}
