//! The functions of the header. Each finds its client, asks the clock if time matters, and lets the session do the rest.

use super::Flag;
use super::border::{Inner, bytes, enter, find, now, result, text, work};
use super::init;
use super::poll::poll;
use super::text::{error_text, log_text};
use super::types::*;
use crate::error::Error;
use crate::packet::publish::Publish;
use crate::packet::topic;
use crate::session::{Leave, Policy};
use core::ffi::{c_char, c_void};

/// Prepares a client. Touches no network; everything in config is checked here and nowhere else.
/// MQTT_ERR_OK, _ABI, _ARGUMENT, _BUSY, or an MQTT_ERR_CONFIG_* that names the field to correct.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mqtt_init(client: *mut mqtt_client, config: *const mqtt_config) -> i32 {
    match init::init(client, config) {
        Ok(()) => 0,
        Err(error) => error as i32,
    }
}

/// Starts connecting; from then on the client keeps itself connected, until mqtt_disconnect or mqtt_close.
/// Returns at once. MQTT_ERR_OK, _ARGUMENT, _BUSY, or _STATE if it is started already.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mqtt_connect(client: *mut mqtt_client) -> i32 {
    with_time(client, |c, now| c.session.connect(now).map(|()| 0))
}

/// Does whatever can be done now without waiting, at most poll_limit steps. Returns the milliseconds until it must be
/// called again even if the socket stays quiet: 0 for at once, MQTT_FOREVER for never, at most 50 while the transport
/// opens. Call it sooner when the socket can be read, when it can be written while mqtt_wants_write, and after any other
/// call. Or an error: _ARGUMENT, _STATE before mqtt_init, _BUSY from a callback. Trouble with the network is an event,
/// never an error here.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mqtt_poll(client: *mut mqtt_client) -> i32 {
    poll(client).unwrap_or_else(|error| error as i32)
}

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
    with(client, |c| c.session.publish(&message(topic, payload, len, qos, retain)?))
}

/// As mqtt_publish, with a timeout and a policy for a full outbox.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mqtt_publish_with(client: *mut mqtt_client, options: *const mqtt_publish_options) -> i32 {
    with_time(client, |c, now| {
        // SAFETY: NULL or a struct that lives until we return, by the header.
        let o = unsafe { options.as_ref() }.ok_or(Error::Argument)?;
        let message = message(o.topic, o.payload, o.payload_len, o.qos, o.retain)?;
        let policy = match o.policy {
            0 => Policy::Refuse,
            1 => Policy::DropOldest,
            2 => Policy::Replace,
            _ => return Err(Error::Argument),
        };
        c.session.publish_with(&message, policy, o.timeout_ms, now)
    })
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

/// Between MQTT_EV_ONLINE and the end of the connection.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mqtt_is_connected(client: *const mqtt_client) -> bool {
    asked(client, |c| c.session.is_connected())
}

/// There are bytes that the transport would not take: wait for the socket to become writable, too.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mqtt_wants_write(client: *const mqtt_client) -> bool {
    asked(client, |c| c.session.wants_write())
}

/// Incoming bytes are wanted. False while a message is held or there is no room: then do not wait for the socket to
/// become readable, it may be so already.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mqtt_wants_read(client: *const mqtt_client) -> bool {
    asked(client, |c| c.session.wants_read(c.rx_size))
}

/// Asks whether the broker answers: MQTT_EV_BROKER follows, at the latest after response_time_ms. Sends a PINGREQ unless
/// something was received in the last second. MQTT_ERR_OK, _ARGUMENT, _BUSY.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mqtt_broker_up(client: *mut mqtt_client) -> i32 {
    with_time(client, |c, now| {
        c.session.broker_up(now);
        Ok(0)
    })
}

/// Starts to leave: go on calling mqtt_poll until it returns MQTT_FOREVER. It says DISCONNECT, so that the will is not
/// published, closes, and stays offline until mqtt_connect. how is an enum mqtt_leave; timeout_ms is for MQTT_DRAIN, up
/// to 2,000,000,000. MQTT_EV_OFFLINE with MQTT_ERR_LEFT follows if the client was online, MQTT_EV_CONNECT_FAILED with
/// MQTT_ERR_LEFT if MQTT_DRAIN ran out of time offline, and otherwise nothing. Legal at any time.
/// MQTT_ERR_OK, _ARGUMENT, _STATE before mqtt_init, _BUSY.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mqtt_disconnect(client: *mut mqtt_client, how: u8, timeout_ms: u32) -> i32 {
    with_time(client, |c, now| {
        let how = match how {
            0 => Leave::Keep,
            1 => Leave::Drain(timeout_ms),
            2 => Leave::Drop,
            _ => return Err(Error::Argument),
        };
        c.session.disconnect(how, now).map(|()| 0)
    })
}

/// Closes the connection at once, without DISCONNECT (the broker publishes the will) and without an event. What is in
/// the outbox stays and goes on after mqtt_connect; to be rid of it, mqtt_init again. Legal at any time.
/// MQTT_ERR_OK, _ARGUMENT, _BUSY.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mqtt_close(client: *mut mqtt_client) -> i32 {
    with(client, |c| {
        if c.session.close() {
            c.transport.close();
        }
        Ok(0)
    })
}

/// Sets another broker for the next mqtt_connect. server is borrowed; port 0 is the default port. MQTT_ERR_OK,
/// _ARGUMENT, _BUSY, or _STATE unless the client is disconnected or closed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mqtt_set_server(client: *mut mqtt_client, server: *const c_char, port: u16) -> i32 {
    with(client, |c| {
        if server.is_null() {
            return Err(Error::Argument);
        }
        if !c.session.is_idle() {
            return Err(Error::State);
        }
        c.transport.server = server;
        c.transport.port = init::port(port, c.tls);
        Ok(0)
    })
}

/// Copies the counters. MQTT_ERR_OK, _ARGUMENT, _STATE.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mqtt_stats(client: *const mqtt_client, stats: *mut mqtt_stats) -> i32 {
    with(client, |c| {
        if stats.is_null() {
            return Err(Error::Argument);
        }
        let counted = c.session.stats();
        let (rx_high, outbox_high) = c.session.high_marks();
        let all = mqtt_stats {
            connects: counted.connects,
            outages: counted.outages,
            repubs: counted.repubs,
            unknown_acks: counted.unknown_acks,
            messages_in: counted.messages_in,
            messages_out: counted.messages_out,
            duplicates: counted.duplicates,
            oversize: counted.oversize,
            bytes_in: counted.bytes_in,
            bytes_out: counted.bytes_out,
            rx_high: rx_high as u32,
            outbox_high: outbox_high as u32,
        };
        // SAFETY: not NULL, and by the header a struct of this type.
        unsafe { stats.write(all) };
        Ok(0)
    })
}

/// The version of the library: major << 16 | minor << 8 | patch. Compare with MQTT_VERSION.
#[unsafe(no_mangle)]
pub extern "C" fn mqtt_version() -> u32 {
    MQTT_VERSION_MAJOR << 16 | MQTT_VERSION_MINOR << 8 | MQTT_VERSION_PATCH
}

/// What an enum mqtt_err means and what to do; never NULL.
#[unsafe(no_mangle)]
pub extern "C" fn mqtt_error_text(error: i32) -> *const c_char {
    error_text(error).as_ptr()
}

/// What an enum mqtt_log means; never NULL.
#[unsafe(no_mangle)]
pub extern "C" fn mqtt_log_text(code: i32) -> *const c_char {
    log_text(code).as_ptr()
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

fn with(client: *const mqtt_client, call: impl FnOnce(&mut Inner) -> Result<u32, Error>) -> i32 {
    // SAFETY: `enter` found it initialised and not borrowed.
    result(enter(client).and_then(|c| unsafe { work(c, call) }))
}

/// The same for calls that need to know the time.
fn with_time(client: *const mqtt_client, call: impl FnOnce(&mut Inner, u32) -> Result<u32, Error>) -> i32 {
    // SAFETY: `enter` found it initialised and not borrowed.
    result(enter(client).and_then(|c| unsafe {
        let now = now(c);
        work(c, |inner| call(inner, now))
    }))
}

fn asked(client: *const mqtt_client, question: impl FnOnce(&Inner) -> bool) -> bool {
    // SAFETY: `enter` found it initialised and not borrowed.
    enter(client).is_ok_and(|c| unsafe { question(&(*c).inner) })
}
