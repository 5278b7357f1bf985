//! The end of an input, as in the crate's `calm`: all is well from now on, and so everything ends.

use super::poll;
use super::port::Port;
use crate::pull;
use limpet::ffi::client::*;
use limpet::ffi::messages::*;
use limpet::ffi::types::mqtt_leave;
use std::ptr;

const PATIENCE: u32 = 3000;

/// # Safety
/// As `super::run`.
pub unsafe fn come_to_rest(port: *mut Port) {
    // SAFETY: by the caller's promise.
    unsafe {
        let p = &mut *port;
        let client = p.lent.client();
        p.wire.heal();
        pull::heal();
        (p.lies, p.answers, p.air, p.is_calm) = (false, true, 1, true);
        p.broker.forgets = p.choice.flag();
        p.wire.peer_closed = p.choice.flag();
        wait(port, |p| p.book.is_closed());
        for (filter, _) in std::mem::take(&mut (*port).filters) {
            let token = mqtt_unsubscribe(client, filter.as_ptr());
            assert!(token > 0, "a filter stays for ever: {token}");
            (*port).book.requested(token as u32);
            poll(port);
        }
        (*port).wire.peer_closed = true;
        poll(port);
        wait(port, |_| true);
        assert_eq!(mqtt_disconnect(client, mqtt_leave::MQTT_DRAIN as u8, 1000), 0);
        for _ in 0..PATIENCE {
            poll(port);
            let p = &mut *port;
            if p.never {
                break;
            }
            p.now = p.now.wrapping_add(p.due);
            p.wire.peer_closed = true;
        }
        assert!((*port).never && !(*port).wire.is_open && !(*port).is_asking);
        assert!(!mqtt_wants_write(client) && !mqtt_wants_read(client) && !mqtt_is_connected(client));
        assert_eq!(taken(port), (*port).room, "something is left in the outbox");
        assert_eq!(mqtt_close(client), 0);
    }
}

unsafe fn wait(port: *mut Port, is_so: impl Fn(&Port) -> bool) {
    // SAFETY: as above.
    unsafe {
        let client = (*port).lent.client();
        for _ in 0..PATIENCE {
            mqtt_resume(client);
            mqtt_connect(client);
            poll(port);
            if mqtt_is_connected(client) && is_so(&*port) {
                return;
            }
            let p = &mut *port;
            p.now = p.now.wrapping_add(p.due);
        }
        panic!("it does not get connected, or not all ends; open: {:?}", (*port).book.open().collect::<Vec<_>>());
    }
}

/// How many small messages the outbox takes; nobody sends them.
///
/// # Safety
/// As `super::run`.
pub unsafe fn taken(port: *mut Port) -> usize {
    // SAFETY: by the caller's promise.
    unsafe {
        let client = (*port).lent.client();
        (0..1000).take_while(|_| mqtt_publish(client, c"t".as_ptr(), ptr::null(), 0, 1, 0) > 0).count()
    }
}
