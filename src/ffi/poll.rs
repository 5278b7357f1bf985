//! mqtt_poll: one turn after the other, with every event handed to C while no reference is alive.

use super::border::{Client, find};
use super::types::*;
use crate::driver::turn;
use crate::error::Error;
use crate::event::{Event, Span};
use crate::session::Policy;
use core::task::Poll;
use embassy_futures::poll_once;

pub fn poll(client: *mut mqtt_client) -> Result<i32, Error> {
    let c = find(client)?;
    // SAFETY: initialised, by `find`; no reference is alive, as both flags say and the header's one rule of threads.
    let mut now = unsafe {
        if (*c).polling || (*c).borrowed {
            return Err(Error::Busy);
        }
        (*c).polling = true;
        (*c).now()
    };
    let answer = rounds(client, c, &mut now);
    // SAFETY: as above; callbacks have returned, and none can have ended the client.
    unsafe { (*c).polling = false };
    Ok(answer)
}

/// Turns until there is nothing left to do, or the limit is reached; the answer of mqtt_poll.
fn rounds(client: *mut mqtt_client, c: *mut Client, now: &mut u32) -> i32 {
    // SAFETY (of each block here): one reference at a time, which ends before a callback of the user can call in.
    let mut left = unsafe { empty_mailbox(&mut *c, *now) };
    while let Poll::Ready(event) = unsafe { one_turn(&mut *c, *now) } {
        if let Some(event) = event {
            let data = unsafe { to_c(&*c, event) };
            let (on_event, user) = unsafe { ((*c).on_event, (*c).user) };
            // SAFETY: a plain C function, by the header; the pointers in the event are good until the next turn.
            unsafe { on_event(user, client, &data) };
            // The callback may have taken its time.
            *now = unsafe { (*c).now() };
        }
        left -= 1;
        if left == 0 {
            // Changes in the outbox must reach the timers all the same.
            _ = unsafe { (*c).session.deadline(*now) };
            return 0;
        }
    }
    let deadline = unsafe { (*c).session.deadline(*now) };
    deadline.map_or(MQTT_FOREVER, |ms| ms.min(MQTT_FOREVER as u32 - 1) as i32)
}

/// Moves what was posted to the outbox; the number of turns this poll may take.
fn empty_mailbox(c: &mut Client, now: u32) -> u16 {
    if let Some(drain) = c.mailbox.empty.get() {
        let session = &mut c.session;
        drain(&c.mailbox, &mut |topic, payload, qos, retain| {
            session.publish(topic, payload, qos, retain, Policy::Refuse, 0, now)
        });
    }
    c.poll_limit
}

fn one_turn(c: &mut Client, now: u32) -> Poll<Option<Event>> {
    c.borrowed = true;
    // SAFETY: the header says that rx is ours while the client lives; what an event points to was given back.
    let rx = unsafe { core::slice::from_raw_parts_mut(c.rx, c.rx_size) };
    let answer = poll_once(turn(&mut c.session, rx, &mut c.transport, now));
    if let Some((code, value)) = c.session.take_note()
        && let Some(log) = c.log
    {
        // SAFETY: a plain C function, by the header; it may call nothing, and `borrowed` refuses it.
        unsafe { log(c.user, code as i32, value) };
    }
    c.borrowed = false;
    answer
}

fn to_c(c: &Client, event: Event) -> mqtt_event {
    // Spans lie in rx.
    let at = |span: Span| c.rx.cast_const().wrapping_add(span.from);
    let retry = |ms: Option<u32>| ms.map_or(MQTT_FOREVER, |ms| ms as i32);
    use mqtt_event_kind::*;
    let (kind, data) = match event {
        Event::Online { session_present } => {
            (MQTT_EV_ONLINE, mqtt_event_data { online: mqtt_online { session_present } })
        }
        Event::Offline { error, detail, retry_ms } => {
            let offline = mqtt_offline { error: error as i32, detail, retry_ms: retry(retry_ms) };
            (MQTT_EV_OFFLINE, mqtt_event_data { offline })
        }
        Event::ConnectFailed { error, detail, retry_ms } => {
            let offline = mqtt_offline { error: error as i32, detail, retry_ms: retry(retry_ms) };
            (MQTT_EV_CONNECT_FAILED, mqtt_event_data { offline })
        }
        Event::Message(m) => {
            let message = mqtt_message {
                topic: at(m.topic).cast(),
                topic_len: m.topic.len,
                payload: at(m.payload),
                payload_len: m.payload.len,
                offset: m.offset,
                total: m.total,
                qos: m.qos,
                retain: m.retain,
                dup: m.dup,
            };
            (MQTT_EV_MESSAGE, mqtt_event_data { message })
        }
        Event::Done { token, fate, maybe_sent } => {
            let done = mqtt_done { token: token as i32, fate: fate as u8, maybe_sent };
            (MQTT_EV_DONE, mqtt_event_data { done })
        }
        Event::Subscribed { token, granted } => {
            let subscribed = mqtt_subscribed { token: token as i32, granted };
            (MQTT_EV_SUBSCRIBED, mqtt_event_data { subscribed })
        }
        Event::Unsubscribed { token } => {
            let subscribed = mqtt_subscribed { token: token as i32, granted: 0 };
            (MQTT_EV_UNSUBSCRIBED, mqtt_event_data { subscribed })
        }
        Event::BrokerUp { up } => (MQTT_EV_BROKER, mqtt_event_data { broker: mqtt_broker { up } }),
        Event::Oversize { topic_len, total } => {
            (MQTT_EV_OVERSIZE, mqtt_event_data { oversize: mqtt_oversize { topic_len, total } })
        }
    };
    mqtt_event { kind: kind as u8, r#as: data }
}
