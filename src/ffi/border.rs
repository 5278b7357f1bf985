//! A client as it lies in the user's memory, and the way in from C.

use super::Flag;
use super::beside::Beside;
use super::events::mqtt_event;
use super::mailbox::Mailbox;
use super::transport::Transport;
use super::types::*;
use crate::error::Error;
use crate::session::Session;
use core::ffi::{c_char, c_void};
use core::mem::{align_of, size_of};
use core::slice;

/// What stands at the start of an initialised client.
pub const MAGIC: u32 = 0x6c69_6d70;

pub type Clock = unsafe extern "C" fn(*mut c_void) -> u32;
pub type OnEvent = unsafe extern "C" fn(*mut c_void, *mut mqtt_client, *const mqtt_event);
pub type OnLog = unsafe extern "C" fn(*mut c_void, i32, i32);
pub type Wake = unsafe extern "C" fn(*mut c_void);

/// What lies in the user's memory. The flags are only ever reached through raw pointers, so that a call from a callback
/// can read them while a reference to `inner` is alive.
#[repr(C)]
pub struct Client {
    pub magic: u32,
    /// mqtt_poll is running.
    pub polling: bool,
    /// A reference to `inner` is alive, or a callback that may call nothing runs.
    pub borrowed: bool,
    pub now_ms: Clock,
    pub user: *mut c_void,
    pub wake: Option<Wake>,
    pub mailbox: Mailbox,
    pub beside: Beside,
    pub inner: Inner,
}

/// What calls work on, one at a time.
pub struct Inner {
    pub session: Session<'static>,
    pub transport: Transport,
    pub on_event: OnEvent,
    pub log: Option<OnLog>,
    pub rx: *mut u8,
    pub rx_size: usize,
    pub poll_limit: u16,
    pub tls: Flag,
}

const _: () = assert!(size_of::<Client>() <= size_of::<mqtt_client>(), "raise MQTT_CLIENT_WORDS");
const _: () = assert!(align_of::<Client>() <= align_of::<mqtt_client>());

/// The client behind the pointer, if there is one. No reference is made.
pub fn find(client: *const mqtt_client) -> Result<*mut Client, Error> {
    if client.is_null() {
        return Err(Error::Argument);
    }
    let client = client.cast::<Client>().cast_mut();
    // SAFETY: the header says that client points to a struct mqtt_client; any bytes are a u32.
    if unsafe { (*client).magic } != MAGIC {
        return Err(Error::State);
    }
    Ok(client)
}

/// The same, refused while a reference into it is alive.
pub fn enter(client: *const mqtt_client) -> Result<*mut Client, Error> {
    let client = find(client)?;
    // SAFETY: initialised, by `find`.
    if unsafe { (*client).borrowed } { Err(Error::Busy) } else { Ok(client) }
}

/// Reads the user's clock, with calls from there refused.
///
/// # Safety
/// The client is initialised, and no reference into it is alive.
pub unsafe fn now(client: *mut Client) -> u32 {
    // SAFETY: by the caller's promise; a plain C function, by the header.
    unsafe {
        (*client).borrowed = true;
        let now = ((*client).now_ms)((*client).user);
        (*client).borrowed = false;
        now
    }
}

/// Works on a client, with calls from callbacks of the work refused.
///
/// # Safety
/// The client is initialised, and no reference into it is alive.
pub unsafe fn work<T>(client: *mut Client, work: impl FnOnce(&mut Inner) -> T) -> T {
    // SAFETY: by the caller's promise, and `borrowed` keeps it until the work is done.
    unsafe {
        (*client).borrowed = true;
        let answer = work(&mut (*client).inner);
        (*client).borrowed = false;
        answer
    }
}

/// A C string; `None` for NULL.
pub fn text<'a>(string: *const c_char) -> Option<&'a [u8]> {
    if string.is_null() {
        return None;
    }
    let string = string.cast::<u8>();
    let mut len = 0;
    // SAFETY: the header asks for a NUL-terminated string that lives as long as the field says.
    unsafe {
        while *string.add(len) != 0 {
            len += 1;
        }
        Some(slice::from_raw_parts(string, len))
    }
}

/// Bytes with a length; `None` for NULL with a length above 0.
#[inline(never)]
pub fn bytes<'a>(data: *const c_void, len: usize) -> Option<&'a [u8]> {
    if len == 0 {
        return Some(&[]);
    }
    if data.is_null() || len > isize::MAX as usize {
        return None;
    }
    // SAFETY: the header asks for `len` bytes that live as long as the field says.
    Some(unsafe { slice::from_raw_parts(data.cast(), len) })
}

/// Token or error as C sees it.
pub fn result(result: Result<u32, Error>) -> i32 {
    match result {
        Ok(token) => token as i32,
        Err(error) => error as i32,
    }
}
