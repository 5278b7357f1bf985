//! A client as it lies in the user's memory, and the way in from C.

use super::Flag;
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

pub struct Client {
    pub magic: u32,
    /// mqtt_poll is running.
    pub polling: bool,
    /// A reference into this client is alive.
    pub borrowed: bool,
    pub tls: Flag,
    pub poll_limit: u16,
    pub session: Session<'static>,
    pub transport: Transport,
    pub now_ms: Clock,
    pub on_event: OnEvent,
    pub log: Option<OnLog>,
    pub wake: Option<Wake>,
    pub user: *mut c_void,
    pub rx: *mut u8,
    pub rx_size: usize,
    pub mailbox: Mailbox,
}

const _: () = assert!(size_of::<Client>() <= size_of::<mqtt_client>(), "raise MQTT_CLIENT_WORDS");
const _: () = assert!(align_of::<Client>() <= align_of::<mqtt_client>());

impl Client {
    /// Puts a client into the user's memory.
    pub fn write(self, at: *mut mqtt_client) {
        // SAFETY: not NULL, large enough by the assertion above; what is there is not a live client that is in use.
        unsafe { at.cast::<Client>().write(self) }
    }
}

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

/// The client for one call. Refused while a reference to it is alive.
pub fn enter<'a>(client: *const mqtt_client) -> Result<&'a mut Client, Error> {
    let client = find(client)?;
    // SAFETY: initialised, by `find`; `borrowed` says that no other reference is alive, and by the header all calls
    // come from one task.
    unsafe {
        if (*client).borrowed {
            return Err(Error::Busy);
        }
        Ok(&mut *client)
    }
}

impl Client {
    /// Reads the user's clock, with calls from there refused.
    pub fn now(&mut self) -> u32 {
        self.borrowed = true;
        // SAFETY: a plain C function, by the header.
        let now = unsafe { (self.now_ms)(self.user) };
        self.borrowed = false;
        now
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
