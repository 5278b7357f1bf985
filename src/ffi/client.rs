//! The functions of the header for the client and its connection. Each finds its client, asks the clock if time matters,
//! and lets the session do the rest.

use super::beside::{Moment, beside};
use super::border::{Inner, enter, now, result, work};
use super::events::mqtt_stats;
use super::init;
use super::poll::poll;
use super::text::{error_text, log_text};
use super::types::*;
use crate::error::Error;
use crate::session::Leave;
use core::ffi::c_char;

/// Prepares a client. Touches no network; everything in config is checked here and nowhere else. If it fails there is no
/// client, also if there was one in this memory.
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
/// opens or mqtt_wan_ok waits, at most 200 while the link comes up. Call it sooner when the socket can be read, when it
/// can be written while mqtt_wants_write, and after any other call. Or an error: _ARGUMENT, _STATE before mqtt_init, _BUSY
/// from a callback. Trouble with the network is an event, never an error here.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mqtt_poll(client: *mut mqtt_client) -> i32 {
    poll(client).unwrap_or_else(|error| error as i32)
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

/// Asks whether the broker answers: MQTT_EV_BROKER follows, at the latest after response_time_ms, and at once if the client
/// is offline. Sends a PINGREQ unless something was received in the last second. As with any PINGREQ, without an answer the
/// connection is given up: then MQTT_EV_OFFLINE comes first. MQTT_ERR_OK, _ARGUMENT, _BUSY.
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
    with_time(client, |c, now| c.session.disconnect(leave(how, timeout_ms)?, now).map(|()| 0))
}

pub(super) fn leave(how: u8, timeout_ms: u32) -> Result<Leave, Error> {
    match how {
        0 => Ok(Leave::Keep),
        1 => Ok(Leave::Drain(timeout_ms)),
        2 => Ok(Leave::Drop),
        _ => Err(Error::Argument),
    }
}

/// Closes the connection at once, without DISCONNECT (the broker publishes the will) and without an event. What is in
/// the outbox stays and goes on after mqtt_connect; to be rid of it, mqtt_init again. Legal at any time.
/// MQTT_ERR_OK, _ARGUMENT, _BUSY.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mqtt_close(client: *mut mqtt_client) -> i32 {
    let closed = with(client, |c| {
        if c.session.close() {
            c.transport.close();
        }
        Ok(0)
    });
    if closed == 0
        && let Ok(c) = enter(client)
    {
        // SAFETY: `enter` found it initialised and not borrowed. What ends needs no time.
        unsafe { beside(c, 0, Moment::Closed) };
    }
    closed
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

pub(super) fn with(client: *const mqtt_client, call: impl FnOnce(&mut Inner) -> Result<u32, Error>) -> i32 {
    // SAFETY: `enter` found it initialised and not borrowed.
    result(enter(client).and_then(|c| unsafe { work(c, call) }))
}

/// The same for calls that need to know the time.
pub(super) fn with_time(client: *const mqtt_client, call: impl FnOnce(&mut Inner, u32) -> Result<u32, Error>) -> i32 {
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
