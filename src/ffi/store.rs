//! mqtt_restore, and the user's three functions as a `Store`.

use super::border::{enter, now, result, work};
use super::types::mqtt_client;
use crate::error::Error;
use crate::session::store::{Kept, MORE_SLOTS, Slot, Store};
use core::ffi::c_void;
use core::mem::{align_of, size_of};
use core::slice;

/// What a store has to tell: mqtt_store_event.trouble. What the first four are of is skipped, and erased after this event.
#[repr(C)]
pub enum mqtt_store_trouble {
    /// Not all of a record is there, or not as it was written: the power was cut while it was, or the medium wears out.
    MQTT_STORE_TORN = 1,
    /// A record of another version of the library, or of MQTT.
    MQTT_STORE_VERSION = 2,
    /// A record of another client id.
    MQTT_STORE_STRANGER = 3,
    /// Two records are the same.
    MQTT_STORE_DOUBLE = 4,
    /// The outbox is too small for a record. It stays in the store until it is not, after another reset.
    MQTT_STORE_NO_ROOM = 5,
    /// load failed; detail is what it returned. The record stays.
    MQTT_STORE_LOAD = 6,
    /// save failed; detail is what it returned. Told once, until one succeeds.
    MQTT_STORE_SAVE = 7,
    /// erase failed; detail is what it returned. Told once, until it succeeds.
    MQTT_STORE_ERASE = 8,
}

/// Memory that outlives a reset, for mqtt_restore: a flash, a file system, NVS, RAM of the clock. Lent while the client lives;
/// two clients need two. Its functions return when it is done, and what they were given is then as safe as the medium makes
/// it; they may call no mqtt function of the same client. Keys are 0 to records - 1, and save is only asked for a key under which
/// nothing is kept, so that a record that is cut off by the power never was another one.
#[repr(C)]
pub struct mqtt_store {
    /// Keeps len bytes under the key. 0: kept. Negative: failed, and it is the detail of MQTT_EV_STORE. Required.
    pub save: Option<unsafe extern "C" fn(user: *mut c_void, key: u32, record: *const u8, len: usize) -> i32>,
    /// Copies what is kept under the key, at most len bytes, and returns how many it copied; 0 if there is nothing. More bytes than
    /// were saved do no harm, such as the rest of a flash page. Negative: failed. Required.
    pub load: Option<unsafe extern "C" fn(user: *mut c_void, key: u32, buf: *mut u8, len: usize) -> i32>,
    /// Keeps nothing under the key any more. 0: done. Negative: failed. Required.
    pub erase: Option<unsafe extern "C" fn(user: *mut c_void, key: u32) -> i32>,
    /// First argument of the three.
    pub user: *mut c_void,
    /// How many keys there are: outbox_records (by default outbox_size / 96) + 4 or more. Required.
    pub records: usize,
    /// For the library. Bytes needed: 8 for each of records, 3, and the longest record: its topic, its payload and 40, with
    /// MQTT 5 its properties, too; or 92 if that is more. A message whose record is longer is refused: MQTT_ERR_TOO_LARGE. Required.
    pub memory: *mut u8,
    /// Bytes of memory.
    pub memory_size: usize,
    /// The library's.
    pub words: [usize; 20],
}

/// Of MQTT_EV_STORE.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct mqtt_store_event {
    /// Of the record.
    pub key: u32,
    /// What your function returned, or 0.
    pub detail: i32,
    /// enum mqtt_store_trouble.
    pub trouble: u8,
}

/// Takes over what an earlier life has left in the store, and keeps in it from now on what is to outlive this one: messages of QoS
/// 1 and 2 that are not acknowledged, subscriptions, and the ids of QoS 2 messages that have come. So none is lost over a reset or a
/// deep sleep, and none of QoS 2 comes twice, as long as the broker keeps the session. Call it after mqtt_init and before all else; it
/// turns keep_session and resume_session on. What was taken over keeps its tokens. A message is kept before mqtt_publish returns, but one with pull
/// never; subscriptions and what mqtt_post was given, from the next mqtt_poll on. MQTT_ERR_OK, _ARGUMENT, _BUSY, _STATE if it was called already, or
/// the client is not idle, _CONFIG_STORE, _CONFIG_CLIENT_ID if there is none, _CONFIG_RX.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mqtt_restore(client: *mut mqtt_client, store: *mut mqtt_store) -> i32 {
    result(enter(client).and_then(|c| {
        // SAFETY: `enter` found the client initialised and not borrowed; store is NULL or lent to us, by the header.
        unsafe {
            let now = now(c);
            work(c, |inner| {
                let lent = store.as_mut().ok_or(Error::Argument)?;
                if lent.save.is_none() || lent.load.is_none() || lent.erase.is_none() {
                    return Err(Error::ConfigStore);
                }
                let session = &mut inner.session;
                let (slots, buf) = split(lent.memory, lent.memory_size, lent.records)?;
                if slots.len() < session.records() + MORE_SLOTS || buf.len() < LEAST {
                    return Err(Error::ConfigStore);
                }
                let place = (&raw mut lent.words).cast::<Kept<'static, User>>();
                place.write(Kept::new(User(store), session.owner(), slots, buf));
                session.restore(&mut *place, inner.rx_size, now).map(|()| 0)
            })
        }
    }))
}

/// The received identifiers, all of them.
const LEAST: usize = crate::session::record::HEAD + 2 * crate::limits::RECEIVED_IDS;

const _: () = assert!(size_of::<Slot>() == 8 && align_of::<Slot>() <= 4);
const _: () = assert!(size_of::<Kept<User>>() <= size_of::<[usize; 20]>());
const _: () = assert!(align_of::<Kept<User>>() <= align_of::<usize>());

/// The user's bytes as slots, and behind them room for a record.
fn split(at: *mut u8, size: usize, records: usize) -> Result<(&'static mut [Slot], &'static mut [u8]), Error> {
    if at.is_null() {
        return Err(Error::ConfigStore);
    }
    let skip = at.align_offset(align_of::<Slot>());
    let before = records.checked_mul(size_of::<Slot>()).and_then(|bytes| bytes.checked_add(skip));
    let (before, rest) =
        before.and_then(|before| Some((before, size.checked_sub(before)?))).ok_or(Error::ConfigStore)?;
    // SAFETY: by the header, `size` bytes are ours while the client lives; the two runs do not overlap, the first is
    // aligned, and `default` makes it a valid array.
    unsafe {
        let first = at.add(skip).cast::<Slot>();
        for i in 0..records {
            first.add(i).write(Slot::default());
        }
        Ok((slice::from_raw_parts_mut(first, records), slice::from_raw_parts_mut(at.add(before), rest)))
    }
}

/// The user's functions. None of them is NULL: mqtt_restore has looked.
struct User(*mut mqtt_store);

impl User {
    fn done(answer: i32) -> Result<(), i32> {
        if answer < 0 { Err(answer) } else { Ok(()) }
    }
}

impl Store for User {
    fn save(&mut self, key: u32, record: &[u8]) -> Result<(), i32> {
        // SAFETY: the struct is lent while the client lives; a plain C function that only reads `len` bytes.
        unsafe {
            let save = (*self.0).save.ok_or(0)?;
            Self::done(save((*self.0).user, key, record.as_ptr(), record.len()))
        }
    }

    fn load(&mut self, key: u32, buf: &mut [u8]) -> Result<usize, i32> {
        // SAFETY: as `save`; it writes at most `len` bytes to `buf`.
        unsafe {
            let load = (*self.0).load.ok_or(0)?;
            let answer = load((*self.0).user, key, buf.as_mut_ptr(), buf.len());
            usize::try_from(answer).map_err(|_| answer)
        }
    }

    fn erase(&mut self, key: u32) -> Result<(), i32> {
        // SAFETY: as `save`.
        unsafe {
            let erase = (*self.0).erase.ok_or(0)?;
            Self::done(erase((*self.0).user, key))
        }
    }
}
