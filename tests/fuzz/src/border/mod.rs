//! The functions of the header between a C program, a transport, a link, a clock and a broker that do what the fuzzer says:
//! answers that are too long, negative or nothing, calls from where they are forbidden, configs that are wrong. All
//! memory is exactly as large as the library is told, so that the address sanitizer sees a byte too many.

mod calls;
mod calm;
mod events;
mod lasting;
mod lent;
mod link;
mod port;

use crate::choice::Choice;
use crate::pull;
use lent::Lent;
use limpet::error::Error;
use limpet::ffi::client::*;
use limpet::ffi::types::MQTT_FOREVER;
use port::Port;

const MOVES: u32 = 300;

/// One input of a fuzzer, from beginning to end.
pub fn run(bytes: &[u8]) {
    pull::heal();
    let mut choice = Choice::new(bytes);
    let lent = Lent::new(&mut choice);
    // One that nothing may touch but through this pointer, because callbacks come back to it.
    let port = Box::into_raw(Box::new(Port::new(choice, lent)));
    // SAFETY: `port` is ours until the end of this function; every callback ends its reference before it calls anything.
    unsafe {
        (*port).lent.fill_in(port.cast());
        if begin(port) {
            for _ in 0..MOVES {
                if (*port).choice.is_over() {
                    break;
                }
                one_move(port);
            }
            calm::come_to_rest(port);
        }
        drop(Box::from_raw(port));
    }
}

/// Makes the client; false if the config is refused.
unsafe fn begin(port: *mut Port) -> bool {
    // SAFETY: by `run`.
    unsafe {
        let (client, config) = ((*port).lent.client(), (*port).lent.config());
        let made = mqtt_init(client, config);
        if made != 0 {
            let is_of_config = (Error::ConfigV5 as i32..=Error::ConfigServer as i32).contains(&made);
            assert!(is_of_config || made == Error::Abi as i32, "mqtt_init says {made}");
            assert_eq!(mqtt_poll(client), Error::State as i32);
            return false;
        }
        assert!((*port).lent.is_good, "a config that is wrong was taken");
        (*port).room = calm::taken(port);
        (*port).is_made = true;
        assert_eq!(mqtt_init(client, config), 0);
        true
    }
}

unsafe fn one_move(port: *mut Port) {
    // SAFETY: by `run`.
    unsafe {
        let p = &mut *port;
        match p.choice.below(16) {
            0..=4 => calls::call(port),
            5 => p.wire.change(&mut p.choice),
            6 if p.choice.flag() => pull::change(&mut p.choice),
            6 => {
                p.wire.heal();
                pull::heal();
            }
            7 | 8 => p.lie(),
            9 => p.answers = !p.answers,
            10 => p.answer(),
            11 => drop(p.broker.heard.pop_front()),
            12 => p.lies = p.choice.flag(),
            13 => p.air = p.choice.pick(&[0, 1, 1, -3]),
            _ => pass_time(p),
        }
        poll(port);
    }
}

fn pass_time(p: &mut Port) {
    let ms = match p.choice.below(6) {
        0 => p.choice.pick(&[1, 10, 100, 1000, 10_000]),
        1 => 86_400_000,
        // The clock goes back.
        2 if p.lies => 0_u32.wrapping_sub(p.choice.two().into()),
        _ => p.due,
    };
    p.now = p.now.wrapping_add(ms);
}

/// Polls as often as it is told to at once, which is not for ever.
unsafe fn poll(port: *mut Port) {
    // SAFETY: by `run`.
    unsafe {
        let client = (*port).lent.client();
        for _ in 0..20_000 {
            let ms = mqtt_poll(client);
            assert!(ms >= 0, "mqtt_poll says {ms}");
            let p = &mut *port;
            // Now is the time to look whether it does what it said.
            p.due = if ms == MQTT_FOREVER { 5 } else { ms as u32 };
            p.never = ms == MQTT_FOREVER;
            assert!(!p.dropping || ms == 0 || p.book.is_closed(), "dropped, and not all has ended");
            p.dropping &= ms == 0;
            if p.answers && !p.broker.heard.is_empty() {
                p.answer();
            } else if ms > 0 {
                return;
            } else if p.lies {
                // A clock that goes its own way, or a transport that answers anything, may keep it busy.
                return;
            }
        }
        panic!("it wants to be polled again and again");
    }
}
