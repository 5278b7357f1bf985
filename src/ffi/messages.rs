//! The functions of the header for messages and filters.

use super::Flag;
use super::border::{bytes, find, result, text};
use super::client::{with, with_time};
use super::types::*;
use super::v5::Array;
use crate::error::Error;
use crate::packet::publish::Publish;
use crate::packet::topic;
use crate::session::Policy;
use crate::session::pull::{Origin, Payload};
use core::ffi::{c_char, c_void};
use core::task::Poll;

/// Queues a message, connected or not. payload may be NULL if len is 0. Both are copied. Returns a token above 0 that
/// MQTT_EV_DONE will carry, or MQTT_ERR_FULL, _TOO_LARGE, _TOPIC, _ARGUMENT, _STATE, _BUSY.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mqtt_publish(
    client: *mut mqtt_client,
    topic: *const c_char,
    payload: *const c_void,
    len: usize,
    qos: u8,
    retain: Flag,
) -> i32 {
    // By reference: a copy takes more code.
    with(client, |c| match &message(topic, payload, len, qos, retain) {
        Ok(message) => c.session.publish(message),
        Err(error) => Err(*error),
    })
}

/// As mqtt_publish, with a timeout, a policy for a full outbox, and properties. With MQTT 5 also MQTT_ERR_PROPERTY, and
/// MQTT_ERR_UNSUPPORTED for a QoS or retain that the broker does not take.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mqtt_publish_with(client: *mut mqtt_client, options: *const mqtt_publish_options) -> i32 {
    with_time(client, |c, now| {
        // SAFETY: NULL or a struct that lives until we return, by the header.
        let o = unsafe { options.as_ref() }.ok_or(Error::Argument)?;
        let pulled = if o.pull.is_some() { o.payload_len } else { 0 };
        let message = message(o.topic, o.payload, o.payload_len - pulled, o.qos, o.retain)?;
        let policy = match o.policy {
            0 => Policy::Refuse,
            1 => Policy::DropOldest,
            2 => Policy::Replace,
            _ => return Err(Error::Argument),
        };
        let properties = Array::new(o.properties, o.properties_len)?;
        let Some(pull) = o.pull.filter(|_| pulled > 0) else {
            return c.session.publish_properties(&message, &properties, policy, o.timeout_ms, now);
        };
        if !o.payload.is_null() {
            return Err(Error::Argument);
        }
        let origin = [pull as *const c_void as usize, o.pull_user as usize];
        let payload = Payload { puller, origin, len: pulled, piece: o.pull_len };
        c.session.publish_pull(&message, &payload, &properties, policy, o.timeout_ms, now)
    })
}

/// Asks the function and its argument that `mqtt_publish_with` was given.
fn puller([function, user]: Origin, offset: u32, buf: &mut [u8]) -> Poll<Result<usize, i32>> {
    type Pull = unsafe extern "C" fn(*mut c_void, u32, *mut u8, usize) -> i32;
    // SAFETY: it was made of such a function, which is a plain C function that by the header writes at most `len` bytes to
    // `buf`.
    let answer = unsafe {
        let pull = core::mem::transmute::<*const c_void, Pull>(function as *const c_void);
        pull(user as *mut c_void, offset, buf.as_mut_ptr(), buf.len())
    };
    match answer {
        MQTT_WOULD_BLOCK => Poll::Pending,
        _ => Poll::Ready(usize::try_from(answer).map_err(|_| answer)),
    }
}

/// Ends a publish: its MQTT_EV_DONE with MQTT_CANCELLED follows. If it was already sent the broker may have it;
/// maybe_sent tells. MQTT_ERR_OK, or MQTT_ERR_UNKNOWN if it has ended.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mqtt_cancel(client: *mut mqtt_client, token: i32) -> i32 {
    with(client, |c| c.session.cancel(token as u32).map(|()| 0))
}

/// Subscribes, and keeps the subscription over outages until mqtt_unsubscribe. Call it once, before or after mqtt_connect.
/// The filter is copied into the outbox and stays there. The same filter again changes its QoS. Returns a token above 0
/// that MQTT_EV_SUBSCRIBED will carry, or MQTT_ERR_FULL, _TOO_LARGE, _TOPIC, _ARGUMENT, _STATE, _BUSY.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mqtt_subscribe(client: *mut mqtt_client, filter: *const c_char, qos: u8) -> i32 {
    with(client, |c| c.session.subscribe(text(filter).ok_or(Error::Argument)?, qos))
}

/// Ends a subscription. Returns a token above 0 that MQTT_EV_UNSUBSCRIBED will carry, or an error as mqtt_subscribe.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mqtt_unsubscribe(client: *mut mqtt_client, filter: *const c_char) -> i32 {
    with(client, |c| c.session.unsubscribe(text(filter).ok_or(Error::Argument)?))
}

/// As mqtt_publish, but from any task or interrupt: copies the message to the mailbox, which the next mqtt_poll empties
/// into the outbox. MQTT_ERR_OK, or MQTT_ERR_FULL when the mailbox is full, _TOO_LARGE when it never fits, _TOPIC,
/// _ARGUMENT, _STATE. It has no token and no MQTT_EV_DONE. Your program must then have mqtt_lock and mqtt_unlock.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mqtt_post(
    client: *mut mqtt_client,
    topic: *const c_char,
    payload: *const c_void,
    len: usize,
    qos: u8,
    retain: Flag,
) -> i32 {
    // No reference to the client is made but to its mailbox: mqtt_poll may be at work on the rest.
    let post = || {
        let client = find(client)?;
        let message = message(topic, payload, len, qos, retain)?;
        // SAFETY: initialised, by `find`; the mailbox is only ever used through shared references, and these fields
        // do not change after mqtt_init.
        let (mailbox, wake, user) = unsafe { (&(*client).mailbox, (*client).wake, (*client).user) };
        mailbox.post(&message)?;
        if let Some(wake) = wake {
            // SAFETY: a plain C function that by the header may run in our caller's context.
            unsafe { wake(user) };
        }
        Ok(0)
    };
    result(post())
}

/// In a callback for MQTT_EV_MESSAGE: not now. The message is not acknowledged, nothing more is read, and the same event
/// comes again after mqtt_resume. If the connection is lost meanwhile, QoS 1 and 2 come again from the broker; QoS 0 is
/// lost. Publishing goes on. MQTT_ERR_OK, or MQTT_ERR_STATE outside such a callback.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mqtt_hold(client: *mut mqtt_client) -> i32 {
    with(client, |c| c.session.hold().map(|()| 0))
}

/// Ends mqtt_hold. MQTT_ERR_OK, also if nothing was held.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mqtt_resume(client: *mut mqtt_client) -> i32 {
    with_time(client, |c, now| {
        c.session.resume(now);
        Ok(0)
    })
}

/// A topic name of topic_len bytes matches the filter, by the rules of 3.1.1 section 4.7. For dispatching messages.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mqtt_topic_matches(filter: *const c_char, topic: *const c_char, topic_len: usize) -> bool {
    match (text(filter), bytes(topic.cast(), topic_len)) {
        (Some(filter), Some(topic)) => topic::matches(filter, topic),
        _ => false,
    }
}

fn message<'a>(
    topic: *const c_char,
    payload: *const c_void,
    len: usize,
    qos: u8,
    retain: Flag,
) -> Result<Publish<'a>, Error> {
    let (Some(topic), Some(payload)) = (text(topic), bytes(payload, len)) else {
        return Err(Error::Argument);
    };
    Ok(Publish { dup: false, qos, retain: retain != 0, topic, id: 0, payload })
}
