//! mqtt_init: what C gives becomes a checked `Config`.

use super::Flag;
use super::beside::Beside;
use super::border::{Client, Clock, MAGIC, bytes, find, text};
use super::mailbox::Mailbox;
use super::transport::Transport;
use super::types::*;
use super::v5;
use crate::error::Error;
use crate::packet::connect::Will;
use crate::session::v5::V5;
use crate::session::{Config, Head, OUTBOX_MIN, Session, Settings};
use core::mem::{MaybeUninit, align_of, size_of};
use core::slice;

/// What MQTT_ABI is to a C compiler that sees the same header.
const ABI: u32 = MQTT_VERSION_MAJOR << 28
    | MQTT_VERSION_MINOR << 22
    | (MQTT_CLIENT_WORDS as u32) << 10
    | size_of::<mqtt_config>() as u32;

const _: () = assert!(size_of::<mqtt_config>() < 1 << 10 && MQTT_CLIENT_WORDS < 1 << 12);

pub fn port(port: u16, tls: Flag) -> u16 {
    match (port, tls) {
        (0, 0) => 1883,
        (0, _) => 8883,
        _ => port,
    }
}

#[inline(never)]
pub fn init(at: *mut mqtt_client, config: *const mqtt_config) -> Result<(), Error> {
    if at.is_null() {
        return Err(Error::Argument);
    }
    // SAFETY: NULL or a config that lives until we return, by the header. Its first field tells whether it is ours.
    let c = unsafe {
        if config.is_null() {
            return Err(Error::Argument);
        }
        if (*config).abi != ABI {
            return Err(Error::Abi);
        }
        &*config
    };
    if let Ok(old) = find(at) {
        // SAFETY: marked as a client, so it is one, unless the memory happens to say so.
        unsafe {
            if (*old).polling || (*old).borrowed {
                return Err(Error::Busy);
            }
            // Callbacks that ask for the old one must not get it any more, and if we fail nobody must.
            (*old).borrowed = true;
        }
        let result = renew(at, c);
        if result.is_err() {
            // SAFETY: as above.
            unsafe { (*old).magic = 0 };
        }
        return result;
    }
    renew(at, c)
}

#[inline(never)]
fn renew(at: *mut mqtt_client, c: &mqtt_config) -> Result<(), Error> {
    if c.server.is_null() {
        return Err(Error::ConfigServer);
    }
    // SAFETY: NULL or a transport that lives as long as the client, by the header.
    let transport = unsafe { c.transport.as_ref() };
    let (Some(t), Some(now_ms), Some(on_event)) = (transport, c.now_ms, c.on_event) else {
        return Err(Error::ConfigCallback);
    };
    if t.open.is_none() || t.read.is_none() || t.write.is_none() || t.close.is_none() {
        return Err(Error::ConfigCallback);
    }
    if c.poll_limit > 0xffff {
        return Err(Error::ConfigNumber);
    }
    let (client_id, outbox, outbox_size) = client_id(c)?;
    let rx_size = if c.rx.is_null() { 0 } else { c.rx_size };
    // SAFETY: by the header, as `lend` wants it.
    let v5 = unsafe { v5::lend(c.v5)? };
    let config = checked(c, client_id, now_ms, rx_size, v5.as_deref());
    // By reference: it is copied once, to its place.
    let config = match &config {
        Ok(config) => config,
        Err(error) => return Err(*error),
    };
    if outbox_size < OUTBOX_MIN {
        return Err(Error::ConfigOutbox);
    }
    let (heads, packets) = split_outbox(outbox, outbox_size, c.outbox_records)?;
    let most = packets.len();
    let client = at.cast::<Client>();
    // SAFETY: not NULL, large enough and aligned by the assertions in `border`, and no call is at work on it. Nothing is
    // made of these bytes but the fields, one by one: a client on the stack would be more than all else there.
    unsafe {
        begin(&mut *(&raw mut (*client).inner.session).cast(), config, heads, packets);
        if let Some(v5) = v5 {
            (*client).inner.session.speak(v5);
        }
        (&raw mut (*client).inner.transport).write(Transport {
            functions: c.transport,
            user: c.transport_user,
            server: c.server,
            port: port(c.port, c.tls),
        });
        (&raw mut (*client).inner.on_event).write(on_event);
        (&raw mut (*client).inner.log).write(c.log);
        (&raw mut (*client).inner.rx).write(c.rx);
        (&raw mut (*client).inner.rx_size).write(rx_size);
        let poll_limit = if c.poll_limit == 0 { DEFAULT_POLL_LIMIT } else { c.poll_limit as u16 };
        (&raw mut (*client).inner.poll_limit).write(poll_limit);
        (&raw mut (*client).inner.tls).write(c.tls);
        (&raw mut (*client).polling).write(false);
        (&raw mut (*client).borrowed).write(false);
        (&raw mut (*client).now_ms).write(now_ms);
        (&raw mut (*client).user).write(c.user);
        (&raw mut (*client).wake).write(c.wake);
        (&raw mut (*client).beside).write(Beside::NOTHING);
        (&raw mut (*client).mailbox).write(Mailbox::new(c.mailbox, c.mailbox_size, most));
        (&raw mut (*client).magic).write(MAGIC);
    }
    Ok(())
}

/// The config without its callbacks and buffers.
#[inline(never)]
fn checked(
    c: &mqtt_config,
    client_id: &'static [u8],
    now_ms: Clock,
    rx_size: usize,
    v5: Option<&V5>,
) -> Result<Config<'static>, Error> {
    // SAFETY: NULL or a will that lives as long as the client, by the header.
    let will = match unsafe { c.will.as_ref() } {
        None => None,
        Some(w) => Some(Will {
            topic: text(w.topic).ok_or(Error::ConfigWill)?,
            payload: bytes(w.payload, w.payload_len).ok_or(Error::ConfigWill)?,
            qos: w.qos,
            retain: w.retain != 0,
        }),
    };
    let password = match c.password_len {
        0 => text(c.password.cast()),
        len => Some(bytes(c.password, len).ok_or(Error::ConfigLogin)?),
    };
    let seed = match c.seed {
        // SAFETY: a plain C function, by the header.
        0 => {
            client_id.iter().fold(unsafe { now_ms(c.user) }, |hash, b| (hash ^ u32::from(*b)).wrapping_mul(0x0100_0193))
        }
        seed => seed,
    };
    let settings = Settings {
        client_id,
        username: given(text(c.username)),
        password: given(password),
        will,
        keep_session: c.keep_session != 0,
        resume_session: c.resume_session != 0,
        fail_first: c.fail_first != 0,
        keepalive_s: c.keepalive_s,
        ping_interval_s: c.ping_interval_s,
        response_time_ms: c.response_time_ms,
        max_repubs: c.max_repubs,
        retry_min_ms: c.retry_min_ms,
        retry_max_ms: c.retry_max_ms,
        seed,
    };
    Config::with(&settings, rx_size, v5)
}

#[inline(never)]
fn begin(
    session: &mut MaybeUninit<Session<'static>>,
    config: &Config<'static>,
    heads: &'static mut [Head],
    packets: &'static mut [u8],
) {
    session.write(Session::new(*config, heads, packets));
}

const DEFAULT_POLL_LIMIT: u16 = 16;

/// An empty login is none.
fn given(text: Option<&[u8]>) -> Option<&[u8]> {
    if let Some([]) = text { None } else { text }
}

/// Most bytes of a chip's own number.
const UNIQUE_ID: usize = 16;

/// The client id, and what is left of the outbox: its first bytes keep an id that is made here.
fn client_id(c: &mqtt_config) -> Result<(&'static [u8], *mut u8, usize), Error> {
    let size = if c.outbox.is_null() { 0 } else { c.outbox_size };
    let given = text(c.client_id).unwrap_or_default();
    let Some(unique_id) = c.unique_id.filter(|_| given.is_empty()) else {
        return Ok((given, c.outbox, size));
    };
    let mut raw = [0; UNIQUE_ID];
    // SAFETY: a plain C function that by the header writes at most `len` bytes.
    let len = unsafe { unique_id(c.user, raw.as_mut_ptr(), UNIQUE_ID) };
    let number = usize::try_from(len).ok().and_then(|len| raw.get(..len)).filter(|number| !number.is_empty());
    let number = number.ok_or(Error::ConfigClientId)?;
    let digits = 2 * number.len();
    let rest = size.checked_sub(digits).ok_or(Error::ConfigOutbox)?;
    // SAFETY: by the header these bytes are ours while the client lives; nothing else is made of the first `digits`.
    let id = unsafe { slice::from_raw_parts_mut(c.outbox, digits) };
    for (i, digit) in id.iter_mut().enumerate() {
        let byte = number.get(i / 2).copied().unwrap_or(0);
        let value = if i % 2 == 0 { byte >> 4 } else { byte & 15 };
        *digit = if value < 10 { b'0' + value } else { b'a' - 10 + value };
    }
    Ok((id, c.outbox.wrapping_add(digits), rest))
}

/// How the outbox is shared out by default: a head and a packet of 72 bytes, and one head for policies to work with.
const BYTES_PER_RECORD: usize = 96;

/// The user's bytes as packets, and behind them, aligned, the heads of the records.
fn split_outbox(at: *mut u8, size: usize, records: usize) -> Result<(&'static mut [Head], &'static mut [u8]), Error> {
    let records = if records == 0 { size / BYTES_PER_RECORD } else { records };
    let records = records.checked_add(1).ok_or(Error::ConfigOutbox)?;
    let heads = records.checked_mul(size_of::<Head>()).ok_or(Error::ConfigOutbox)?;
    // Whatever the end's alignment, the heads begin at a multiple of theirs.
    let end = (at as usize).wrapping_add(size);
    let packets = size.checked_sub(heads + end % align_of::<Head>()).ok_or(Error::ConfigOutbox)?;
    // SAFETY: by the header, `size` bytes are ours while the client lives; the two runs do not overlap, the second is
    // aligned, and `default` makes it a valid array.
    unsafe {
        let first = at.add(packets).cast::<Head>();
        for i in 0..records {
            first.add(i).write(Head::default());
        }
        Ok((slice::from_raw_parts_mut(first, records), slice::from_raw_parts_mut(at, packets)))
    }
}
