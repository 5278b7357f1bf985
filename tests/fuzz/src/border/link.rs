//! The link under the transport, and the datagrams past the broker.

use super::{calls, port};
use limpet::ffi::types::{MQTT_WOULD_BLOCK, mqtt_link, mqtt_wan};
use std::ffi::{c_char, c_void};
use std::slice;

pub fn fill_in(link: &mut mqtt_link, wan: &mut mqtt_wan, user: *mut c_void) {
    link.start = Some(start);
    link.stop = Some(stop);
    link.status = Some(status);
    link.user = user;
    wan.open = Some(open);
    wan.send = Some(send);
    wan.recv = Some(recv);
    wan.close = Some(close);
    wan.user = user;
}

unsafe extern "C" fn start(user: *mut c_void) {
    // SAFETY: `user` is the port, here and below.
    unsafe { calls::is_refused(user) }
}

unsafe extern "C" fn stop(user: *mut c_void) {
    // SAFETY: see `start`.
    unsafe { calls::is_refused(user) }
}

unsafe extern "C" fn status(user: *mut c_void) -> i32 {
    // SAFETY: see `start`.
    unsafe {
        calls::is_refused(user);
        port::of(user).air
    }
}

unsafe extern "C" fn open(user: *mut c_void, server: *const c_char, port: u16) -> i32 {
    // SAFETY: see `start`; the library lends a string.
    unsafe {
        calls::is_refused(user);
        assert!(!std::ffi::CStr::from_ptr(server).is_empty() && port > 0);
        let p = port::of(user);
        p.is_asking = true;
        p.choice.pick(&[0, MQTT_WOULD_BLOCK, -1, 5])
    }
}

unsafe extern "C" fn send(user: *mut c_void, buf: *const u8, len: usize) -> i32 {
    // SAFETY: see `start`; the library lends `len` bytes.
    unsafe {
        calls::is_refused(user);
        assert!(len >= 12 && slice::from_raw_parts(buf, len).len() == len);
        port::of(user).choice.pick(&[0, -1, i32::MAX])
    }
}

unsafe extern "C" fn recv(user: *mut c_void, buf: *mut u8, len: usize) -> i32 {
    // SAFETY: see `start`; the library lends `len` bytes.
    unsafe {
        calls::is_refused(user);
        let p = port::of(user);
        let noise = p.choice.bytes(12);
        let n = noise.len().min(len);
        slice::from_raw_parts_mut(buf, n).copy_from_slice(&noise[..n]);
        p.choice.pick(&[MQTT_WOULD_BLOCK, n as i32, 0, -1, i32::MAX, i32::MIN])
    }
}

unsafe extern "C" fn close(user: *mut c_void) {
    // SAFETY: see `start`.
    unsafe {
        calls::is_refused(user);
        assert!(std::mem::replace(&mut port::of(user).is_asking, false), "closed without having been opened");
    }
}
