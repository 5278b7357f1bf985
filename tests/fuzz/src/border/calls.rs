//! The program's calls: any of them, at any time, with any argument. While one runs no reference to the port is alive,
//! for the library asks the clock.

use super::events;
use super::lasting::Lasting;
use super::port::{self, Port, Pull};
use crate::trace::trace;
use limpet::error::Error;
use limpet::ffi::client::*;
use limpet::ffi::link::mqtt_supervise;
use limpet::ffi::messages::*;
use limpet::ffi::types::*;
use limpet::ffi::types5::*;
use limpet::ffi::v5::*;
use limpet::ffi::wan::mqtt_wan_ok;
use std::ffi::{CStr, c_void};
use std::mem::MaybeUninit;
use std::ptr;

const TOPICS: [&CStr; 5] = [c"t", c"a/b", c"nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn", c"bad/+", c""];
const FILTERS: [&CStr; 5] = [c"t", c"a/#", c"+", c"ffffffffffffffffffffffffffffffffffff", c"$share/g/x"];
const TIMES: [u32; 6] = [0, 1, 50, 5000, 2_000_000_000, 2_000_000_001];

/// From a callback of the transport or the clock everything is refused that has a way to say so, and nothing happens.
///
/// # Safety
/// `user` is the port.
pub unsafe fn is_refused(user: *mut c_void) {
    // SAFETY: by the caller's promise.
    unsafe {
        let p = port::of(user);
        if !p.choice.rarely(16) {
            return;
        }
        let (which, client, config) = (p.choice.below(9), p.lent.client(), p.lent.config());
        let answer = match which {
            0 => mqtt_connect(client),
            1 => mqtt_poll(client),
            2 => mqtt_publish(client, c"t".as_ptr(), ptr::null(), 0, 1, 0),
            3 => mqtt_close(client),
            4 => mqtt_disconnect(client, 2, 0),
            5 => mqtt_init(client, config),
            6 => mqtt_subscribe(client, c"t".as_ptr(), 1),
            7 => mqtt_cancel(client, 1),
            _ => mqtt_resume(client),
        };
        assert_eq!(answer, Error::Busy as i32, "forbidden call {which}");
        assert!(!mqtt_is_connected(client) && !mqtt_wants_read(client) && !mqtt_wants_write(client));
    }
}

/// One call.
///
/// # Safety
/// The port, and no reference to it is alive.
pub unsafe fn call(at: *mut Port) {
    // SAFETY: by the caller's promise; what is lent lives until the call returns, or in the port.
    unsafe {
        let p = &mut *at;
        let (client, which) = (p.lent.client(), p.choice.below(22));
        trace(|| format!("call {which}"));
        match which {
            0 | 1 => drop(mqtt_connect(client)),
            2..=6 => publish(at),
            7 | 8 => {
                let open: Vec<u32> = p.book.open().collect();
                let one = p.choice.below(open.len() + 1);
                let token = open.get(one).map_or_else(|| p.choice.four() as i32, |token| *token as i32);
                mqtt_cancel(client, token);
            }
            9 | 10 => subscribe(at),
            11 => {
                let filter = p.choice.pick(&FILTERS);
                let token = mqtt_unsubscribe(client, filter.as_ptr());
                if token > 0 {
                    p.book.requested(token as u32);
                    p.filters.retain(|(other, _)| *other != filter);
                }
            }
            12 => events::hold(at.cast()),
            13 => drop(mqtt_resume(client)),
            14 => drop(mqtt_broker_up(client)),
            15 | 16 => {
                let (how, timeout_ms) = (p.choice.below(4) as u8, p.choice.pick(&TIMES));
                let left = mqtt_disconnect(client, how, timeout_ms);
                (*at).dropping = left == 0 && how == mqtt_leave::MQTT_DROP as u8;
            }
            17 => drop(mqtt_close(client)),
            18 => {
                let link = p.lent.link.at();
                mqtt_supervise(client, link);
            }
            19 => {
                let wan = p.lent.wan.at();
                mqtt_wan_ok(client, wan);
            }
            20 => farewell(at),
            _ => questions(client),
        }
    }
}

unsafe fn questions(client: *mut mqtt_client) {
    // SAFETY: by `call`.
    unsafe {
        let mut stats = MaybeUninit::uninit();
        assert_eq!(mqtt_stats(client, stats.as_mut_ptr()), 0);
        std::hint::black_box(stats.assume_init().bytes_in);
        mqtt_set_server(client, c"other".as_ptr(), 0);
        assert_eq!(mqtt_stats(client, ptr::null_mut()), Error::Argument as i32);
        assert_eq!(mqtt_poll(ptr::null_mut()), Error::Argument as i32);
        assert!(!mqtt_topic_matches(ptr::null(), ptr::null(), 3));
    }
}

fn property(id: u8, number: u32, data: Option<&'static CStr>) -> mqtt_property {
    // SAFETY: zeros are values of all of its fields.
    let mut property: mqtt_property = unsafe { MaybeUninit::zeroed().assume_init() };
    (property.id, property.number) = (id, number);
    property.data = data.map_or(ptr::null(), |data| data.as_ptr().cast());
    property
}

unsafe fn publish(at: *mut Port) {
    // SAFETY: by `call`.
    unsafe {
        let p = &mut *at;
        let (client, topic, qos) = (p.lent.client(), p.choice.pick(&TOPICS), p.choice.below(4) as u8);
        let payload = p.book.payload(p.choice.pick(&[0, 1, 10, 50, 100, 200, 500, 2000]));
        let (data, len, retain) = (payload.as_ptr().cast(), payload.len(), p.choice.pick(&[0, 1, 0xFF]));
        let mut list = [property(p.choice.pick(&[0x02, 0x26, 0x09, 0x23]), 3, Some(c"data"))];
        let (how, piece) = (p.choice.below(5), p.choice.pick(&[0, 1, 7, 40]));
        let mut options: mqtt_publish_options = MaybeUninit::zeroed().assume_init();
        (options.topic, options.payload, options.payload_len) = (topic.as_ptr(), data, len);
        (options.qos, options.retain, options.policy) = (qos, retain, p.choice.below(4) as u8);
        options.timeout_ms = p.choice.pick(&TIMES);
        if p.choice.rarely(3) {
            (options.properties, options.properties_len) = (list.as_mut_ptr(), 1);
        }
        if how == 4 {
            let pull = Lasting::new(Pull { port: at.cast(), number: p.book.next(), len });
            (options.payload, options.pull_len) = (ptr::null(), piece);
            options.pull = Some(port::pull);
            options.pull_user = pull.at().cast();
            p.pulls.push(pull);
        }
        let answer = match how {
            0 => mqtt_publish(client, topic.as_ptr(), data, len, qos, retain),
            1 => mqtt_post(client, topic.as_ptr(), data, len, qos, retain),
            2 => mqtt_publish_with(client, ptr::null()),
            _ => mqtt_publish_with(client, &options),
        };
        let p = &mut *at;
        if answer > 0 || how == 1 && answer == 0 {
            p.book.accepted((how != 1).then_some(answer as u32), topic.to_bytes(), qos, payload);
            p.dropping = false;
        }
    }
}

unsafe fn subscribe(at: *mut Port) {
    // SAFETY: by `call`.
    unsafe {
        let p = &mut *at;
        let (client, filter, qos) = (p.lent.client(), p.choice.pick(&FILTERS), p.choice.below(4) as u8);
        let mut options: mqtt_subscribe_options = MaybeUninit::zeroed().assume_init();
        (options.filter, options.qos) = (filter.as_ptr(), qos);
        (options.no_local, options.retain_handling) = (p.choice.pick(&[0, 1, 2]), p.choice.below(4) as u8);
        let id = property(0x0B, p.choice.pick(&[0, 1, 268_435_455]), None);
        if p.choice.flag() {
            (options.properties, options.properties_len) = (&id, 1);
        }
        let token = if p.choice.flag() {
            mqtt_subscribe(client, filter.as_ptr(), qos)
        } else {
            mqtt_subscribe_with(client, &options)
        };
        if token > 0 {
            p.book.requested(token as u32);
            p.filters.retain(|(other, _)| *other != filter);
            p.filters.push((filter, token));
        }
    }
}

/// What only MQTT 5 can say when it leaves, or to authenticate.
unsafe fn farewell(at: *mut Port) {
    // SAFETY: by `call`.
    unsafe {
        let p = &mut *at;
        let client = p.lent.client();
        let list = [property(0x15, 0, Some(c"m")), property(0x16, 0, Some(c"secret"))];
        let bye = property(0x1F, 0, Some(c"bye"));
        let (reason, is_auth) = (p.choice.pick(&[0, 4]), p.choice.flag());
        let how = p.choice.below(3) as u8;
        if is_auth {
            mqtt_auth(client, 0x18 + reason / 4, list.as_ptr(), 2);
        } else if mqtt_disconnect_with(client, how, 50, reason, &bye, 1) == 0 {
            (*at).dropping = how == mqtt_leave::MQTT_DROP as u8;
        }
    }
}
