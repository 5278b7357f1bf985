//! What the application chose, checked and with defaults filled in. Nothing is checked again later.

use crate::error::Error;
use crate::limits::{PROBE_MS, RX_MIN};
use crate::packet::connect::{Connect, Will};
use crate::packet::{text, topic};

/// A number that switches its thing off.
pub const OFF: u32 = u32::MAX;

/// Smallest outbox: one short message or filter.
pub const OUTBOX_MIN: usize = 96;

const DEFAULT_KEEPALIVE_S: u32 = 60;
const DEFAULT_RESPONSE_MS: u32 = 10_000;
const DEFAULT_MAX_REPUBS: u32 = 4;
const DEFAULT_RETRY_MIN_MS: u32 = 1000;
const DEFAULT_RETRY_MAX_MS: u32 = 60_000;

const LONGEST_MS: u32 = 3_600_000;
const MOST_REPUBS: u32 = 15;

/// Numbers as the application gives them: 0 is the default.
#[derive(Clone, Copy, Debug, Default)]
pub struct Settings<'a> {
    pub client_id: &'a [u8],
    pub username: Option<&'a [u8]>,
    pub password: Option<&'a [u8]>,
    pub will: Option<Will<'a>>,
    pub keep_session: bool,
    pub resume_session: bool,
    pub keepalive_s: u32,
    pub ping_interval_s: u32,
    pub response_time_ms: u32,
    pub max_repubs: u32,
    pub retry_min_ms: u32,
    pub retry_max_ms: u32,
    pub seed: u32,
}

/// The same, resolved.
pub struct Config<'a> {
    /// `clean` is that of later connections.
    pub connect: Connect<'a>,
    /// Clean Session of the first connection.
    pub clean_first: bool,
    pub ping_ms: u32,
    pub response_ms: u32,
    pub max_repubs: u8,
    pub retry_min_ms: u32,
    pub retry_max_ms: u32,
    pub seed: u32,
}

/// 0 is the default, OFF is 0, and the rest must lie in 1..=most.
fn number(given: u32, default: u32, most: u32, can_be_off: bool) -> Result<u32, Error> {
    match given {
        0 => Ok(default),
        OFF if can_be_off => Ok(0),
        n if n <= most => Ok(n),
        _ => Err(Error::ConfigNumber),
    }
}

fn check(holds: bool, error: Error) -> Result<(), Error> {
    if holds { Ok(()) } else { Err(error) }
}

fn is_short_text(bytes: &[u8]) -> bool {
    bytes.len() <= 0xffff && text::is_utf8(bytes)
}

impl<'a> Config<'a> {
    /// `rx_size` is what the receive buffer holds: CONNECT is put together in it, as nothing else can be there then.
    pub fn new(s: &Settings<'a>, rx_size: usize) -> Result<Self, Error> {
        let keepalive_s = number(s.keepalive_s, DEFAULT_KEEPALIVE_S, 0xffff, true)?;
        let interval_s = number(s.ping_interval_s, 0, 0xffff, false)?;
        let response_ms = number(s.response_time_ms, DEFAULT_RESPONSE_MS, LONGEST_MS, false)?;
        let max_repubs = number(s.max_repubs, DEFAULT_MAX_REPUBS, MOST_REPUBS, true)?;
        let retry_min_ms = number(s.retry_min_ms, DEFAULT_RETRY_MIN_MS, LONGEST_MS, false)?;
        let retry_max_ms = number(s.retry_max_ms, DEFAULT_RETRY_MAX_MS.max(retry_min_ms), LONGEST_MS, false)?;
        check(retry_min_ms <= retry_max_ms, Error::ConfigNumber)?;

        // [MQTT-3.1.3-8] An empty identifier asks the broker for one, and such a session cannot be resumed.
        let stored = s.keep_session || s.resume_session;
        check(is_short_text(s.client_id) && !(s.client_id.is_empty() && stored), Error::ConfigClientId)?;
        // [MQTT-3.1.2-22] No password without a user name.
        let password = s.password.is_none_or(|p| p.len() <= 0xffff && s.username.is_some());
        check(s.username.is_none_or(is_short_text) && password, Error::ConfigLogin)?;
        let will = s.will.is_none_or(|w| topic::is_name(w.topic) && w.payload.len() <= 0xffff && w.qos <= 2);
        check(will, Error::ConfigWill)?;

        let longest_ping_ms = if keepalive_s == 0 { PROBE_MS } else { keepalive_s * 250 };
        let ping_ms = if interval_s == 0 { longest_ping_ms } else { longest_ping_ms.min(interval_s * 1000) };
        let connect = Connect {
            clean: !s.keep_session,
            keep_alive_s: keepalive_s as u16,
            client_id: s.client_id,
            will: s.will,
            username: s.username,
            password: s.password,
        };
        check(rx_size >= RX_MIN && rx_size >= connect.size(), Error::ConfigRx)?;
        Ok(Config {
            connect,
            clean_first: !s.resume_session,
            ping_ms,
            response_ms,
            max_repubs: max_repubs as u8,
            retry_min_ms,
            retry_max_ms,
            seed: s.seed,
        })
    }
}
