//! What the application chose, checked and with defaults filled in. Nothing is checked again later.

use super::v5::{ConnectList, V5};
use crate::error::Error;
use crate::limits::{HAS_V5, PROBE_MS, RX_MIN};
use crate::packet::connect::{Connect, Will};
use crate::packet::v5::connect::Lists;
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

pub(crate) const LONGEST_MS: u32 = 3_600_000;
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
    pub fail_first: bool,
    pub keepalive_s: u32,
    pub ping_interval_s: u32,
    pub response_time_ms: u32,
    pub max_repubs: u32,
    pub retry_min_ms: u32,
    pub retry_max_ms: u32,
    pub seed: u32,
}

/// The same, checked, with the defaults filled in. OFF has become 0.
#[derive(Clone, Copy)]
pub struct Config<'a> {
    pub settings: Settings<'a>,
    pub ping_ms: u32,
}

/// Default, most, and whether it can be off; in the order of the fields.
const RULES: [(u32, u32, bool); 6] = [
    (DEFAULT_KEEPALIVE_S, 0xffff, true),
    (0, 0xffff, false),
    (DEFAULT_RESPONSE_MS, LONGEST_MS, false),
    (DEFAULT_MAX_REPUBS, MOST_REPUBS, true),
    (DEFAULT_RETRY_MIN_MS, LONGEST_MS, false),
    (DEFAULT_RETRY_MAX_MS, LONGEST_MS, false),
];

fn is_short_text(bytes: &[u8]) -> bool {
    bytes.len() <= 0xffff && text::is_utf8(bytes)
}

impl<'a> Config<'a> {
    /// `rx_size` is what the receive buffer holds: CONNECT is put together in it, as nothing else can be there then.
    pub fn new(settings: &Settings<'a>, rx_size: usize) -> Result<Self, Error> {
        Config::with(settings, rx_size, None)
    }

    /// The same, of a client that speaks MQTT 5.
    pub fn with(settings: &Settings<'a>, rx_size: usize, v5: Option<&V5>) -> Result<Self, Error> {
        let mut config = Config { settings: *settings, ping_ms: PROBE_MS };
        config.resolve(rx_size, v5)?;
        Ok(config)
    }

    fn resolve(&mut self, rx_size: usize, v5: Option<&V5>) -> Result<(), Error> {
        let s = &mut self.settings;
        if s.retry_min_ms > DEFAULT_RETRY_MAX_MS && s.retry_max_ms == 0 {
            s.retry_max_ms = s.retry_min_ms;
        }
        let numbers = [
            &mut s.keepalive_s,
            &mut s.ping_interval_s,
            &mut s.response_time_ms,
            &mut s.max_repubs,
            &mut s.retry_min_ms,
            &mut s.retry_max_ms,
        ];
        for (n, &(default, most, can_be_off)) in numbers.into_iter().zip(&RULES) {
            *n = match *n {
                0 => default,
                OFF if can_be_off => 0,
                n if n <= most => n,
                _ => return Err(Error::ConfigNumber),
            };
        }
        if s.retry_min_ms > s.retry_max_ms {
            return Err(Error::ConfigNumber);
        }
        // [MQTT-3.1.3-8] An empty identifier asks the broker for one, and such a session cannot be resumed.
        if !is_short_text(s.client_id) || s.client_id.is_empty() && (s.keep_session || s.resume_session) {
            return Err(Error::ConfigClientId);
        }
        // [MQTT-3.1.2-22] No password without a user name, in 3.1.1.
        let password_fits = s.password.is_none_or(|p| p.len() <= 0xffff && (v5.is_some() || s.username.is_some()));
        if !password_fits || !s.username.is_none_or(is_short_text) {
            return Err(Error::ConfigLogin);
        }
        if let Some(w) = s.will
            && (!topic::is_name(w.topic) || w.payload.len() > 0xffff || w.qos > 2)
        {
            return Err(Error::ConfigWill);
        }
        if s.keepalive_s != 0 {
            self.ping_ms = s.keepalive_s * 250;
        }
        if s.ping_interval_s != 0 {
            self.ping_ms = self.ping_ms.min(s.ping_interval_s * 1000);
        }
        self.check_size(rx_size, v5)
    }

    /// CONNECT fits.
    pub fn check_size(&self, rx_size: usize, v5: Option<&V5>) -> Result<(), Error> {
        if rx_size < RX_MIN || rx_size < self.connect_size(v5) { Err(Error::ConfigRx) } else { Ok(()) }
    }

    /// Clean Session of the first connection, or of later ones.
    pub fn is_clean(&self, first: bool) -> bool {
        !(if first { self.settings.resume_session } else { self.settings.keep_session })
    }

    /// A session that was opened clean ends with its connection, so what is to be kept needs a second one. [SES-4]
    pub fn discards_first(&self) -> bool {
        self.is_clean(true) && !self.is_clean(false)
    }

    fn connect_size(&self, v5: Option<&V5>) -> usize {
        self.put_connect(false, v5, None).unwrap_or(usize::MAX)
    }

    /// Writes CONNECT of the first connection, or of later ones. That it fits was checked when the client was made.
    pub fn encode_connect(&self, first: bool, v5: Option<&V5>, buf: &mut [u8]) -> usize {
        self.put_connect(first, v5, Some(buf)).unwrap_or(0)
    }

    /// Writes CONNECT, or says how long it will be.
    fn put_connect(&self, first: bool, v5: Option<&V5>, buf: Option<&mut [u8]>) -> Option<usize> {
        let connect = self.connect(first);
        let (list, lists);
        let lists = match v5 {
            Some(v5) if HAS_V5 => {
                list = ConnectList::new(&v5.options, self.settings.keep_session);
                lists = Lists { connect: &list, will: v5.options.will };
                Some(&lists)
            }
            _ => None,
        };
        match buf {
            Some(buf) => connect.encode_with(lists, buf),
            None => Some(connect.size_with(lists)),
        }
    }

    pub fn connect(&self, first: bool) -> Connect<'a> {
        let s = &self.settings;
        Connect {
            clean: self.is_clean(first),
            keep_alive_s: s.keepalive_s as u16,
            client_id: s.client_id,
            will: s.will,
            username: s.username,
            password: s.password,
        }
    }
}
