//! mqtt_poll: one turn after the other, with every event handed to C while no reference is alive.

use super::beside::{Moment, NEVER, beside};
use super::border::{Client, Inner, enter, now, work};
use super::events::*;
use super::store::mqtt_store_event;
use super::types::*;
use crate::driver::{act, glance};
use crate::error::Error;
use crate::event::{Event, Span};
use crate::session::Step;
use core::ffi::c_void;
use core::task::Poll;
use embassy_futures::poll_once;

pub fn poll(client: *mut mqtt_client) -> Result<i32, Error> {
    let c = enter(client)?;
    // SAFETY: initialised and not borrowed, by `enter`; and so it is again whenever a callback has returned, since by
    // the header all calls come from one task and none of them can end a client.
    unsafe {
        if (*c).polling {
            return Err(Error::Busy);
        }
        (*c).polling = true;
        let time = now(c);
        if !(*c).beside.is_empty() {
            beside(c, time, Moment::Begin);
        }
        let answer = match first_look(c, time) {
            Poll::Ready(steps) => rounds(client, c, steps, time),
            Poll::Pending => {
                let due = (*c).inner.session.deadline(time);
                rest(c, due, time)
            }
        };
        (*c).polling = false;
        Ok(answer)
    }
}

/// If there is nothing else to do, looks for what has come: pending if that is nothing. Else how many steps that were. Apart
/// from `rounds`, because most polls are no more than this.
///
/// # Safety
/// As `work`.
#[inline(never)]
unsafe fn first_look(c: *mut Client, now: u32) -> Poll<u16> {
    // SAFETY: by the caller's promise.
    unsafe {
        if !(*c).inner.session.is_quiet(now) || (*c).mailbox.waiting().is_some() {
            return Poll::Ready(0);
        }
        work(c, |inner| {
            let rx = rx(inner.rx, inner.rx_size);
            poll_once(glance(&mut inner.session, rx, &mut inner.transport, now)).map(|()| 1)
        })
    }
}

/// Turns until there is nothing left to do, or the limit is reached, of which some steps are used; the answer of mqtt_poll.
///
/// # Safety
/// As `work`, again after each callback.
#[inline(never)]
unsafe fn rounds(client: *mut mqtt_client, c: *mut Client, steps: u16, mut time: u32) -> i32 {
    // SAFETY: by the caller's promise; see `poll`.
    unsafe {
        for _ in steps..(*c).inner.poll_limit {
            match work(c, |inner| one_turn(inner, (*c).user, time)) {
                Poll::Ready(false) => {}
                Poll::Ready(true) => {
                    deliver(client, c);
                    // The callback may have taken its time.
                    time = now(c);
                }
                Poll::Pending => {
                    // What moves may be sent at once.
                    if let Some(drain) = (*c).mailbox.waiting()
                        && drain(&(*c).mailbox, &mut (*c).inner.session)
                    {
                        continue;
                    }
                    // What is due was not judged before the transport was asked, which it has been.
                    let due = (*c).inner.session.deadline(time);
                    if due != Some(0) {
                        return rest(c, due, time);
                    }
                }
            }
        }
        // Asked in any case: it is here that changes in the outbox reach the timers.
        let due = (*c).inner.session.deadline(time);
        rest(c, due, time);
        0
    }
}

/// Lets what is beside the connection do its part, and says when mqtt_poll is due, as it does.
///
/// # Safety
/// As `work`.
unsafe fn rest(c: *mut Client, mut due: Option<u32>, now: u32) -> i32 {
    // SAFETY: by the caller's promise.
    unsafe {
        if !(*c).beside.is_empty() {
            let next = beside(c, now, Moment::End);
            // It may have changed something.
            due = Some((*c).inner.session.deadline(now).unwrap_or(NEVER).min(next));
        }
    }
    match due.unwrap_or(NEVER) {
        NEVER => MQTT_FOREVER,
        ms => ms.min(MQTT_FOREVER as u32 - 1) as i32,
    }
}

/// Hands the session's event to the application. Apart, so that the C event is not on the stack of every turn.
///
/// # Safety
/// As `rounds`.
#[inline(never)]
unsafe fn deliver(client: *mut mqtt_client, c: *mut Client) {
    // SAFETY: by the caller's promise no reference into the client is alive; `on_event` is a plain C function, by the
    // header, and the pointers in the event are good until the next turn.
    unsafe {
        if let Some(data) = work(c, |inner| inner.session.event().map(|event| to_c(inner, event))) {
            ((*c).inner.on_event)((*c).user, client, &data);
        }
    }
}

fn one_turn(inner: &mut Inner, user: *mut c_void, now: u32) -> Poll<bool> {
    let rx = rx(inner.rx, inner.rx_size);
    let answer = match inner.session.step(rx, now) {
        Step::Event => Poll::Ready(true),
        step => at_the_transport(step, inner, rx, now),
    };
    if let Some((code, value)) = inner.session.take_note()
        && let Some(log) = inner.log
    {
        // SAFETY: a plain C function, by the header.
        unsafe { log(user, code as i32, value) };
    }
    answer
}

/// Apart, so that its future is not on the stack while a step is looked for.
#[inline(never)]
fn at_the_transport(step: Step, inner: &mut Inner, rx: &mut [u8], now: u32) -> Poll<bool> {
    poll_once(act(step, &mut inner.session, rx, &mut inner.transport, now)).map(|()| false)
}

fn rx<'a>(at: *mut u8, size: usize) -> &'a mut [u8] {
    // SAFETY: the header says that rx is ours while the client lives; what an event points to was given back.
    unsafe { core::slice::from_raw_parts_mut(at, size) }
}

fn to_c(inner: &Inner, event: &Event) -> mqtt_event {
    // Spans lie in rx.
    let at = |span: Span| inner.rx.wrapping_add(span.from);
    let more = inner.session.more();
    let retry = |ms: Option<u32>| ms.map_or(MQTT_FOREVER, |ms| ms as i32);
    use mqtt_event_kind::*;
    let (kind, data) = match *event {
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
            let alias = inner.session.topic_of(more.alias);
            let (topic, topic_len) =
                if more.alias > 0 { (alias.as_ptr(), alias.len()) } else { (at(m.topic).cast_const(), m.topic.len) };
            let message = mqtt_message {
                topic: topic.cast(),
                topic_len,
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
            let done = mqtt_done { token: token as i32, fate: fate as u8, maybe_sent, reason: more.reason };
            (MQTT_EV_DONE, mqtt_event_data { done })
        }
        Event::Subscribed { token, granted } => {
            let subscribed = mqtt_subscribed { token: token as i32, granted };
            (MQTT_EV_SUBSCRIBED, mqtt_event_data { subscribed })
        }
        Event::Unsubscribed { token } => {
            let subscribed = mqtt_subscribed { token: token as i32, granted: more.reason };
            (MQTT_EV_UNSUBSCRIBED, mqtt_event_data { subscribed })
        }
        Event::BrokerUp { up } => (MQTT_EV_BROKER, mqtt_event_data { broker: mqtt_broker { up } }),
        Event::WanOk { up } => (MQTT_EV_WAN, mqtt_event_data { broker: mqtt_broker { up } }),
        Event::Store { trouble, key, detail } => {
            let store = mqtt_store_event { key, detail, trouble: trouble as u8 };
            (MQTT_EV_STORE, mqtt_event_data { store })
        }
        Event::Auth { reason } => (MQTT_EV_AUTH, mqtt_event_data { auth: mqtt_auth_event { reason } }),
        Event::Oversize { topic_len, total } => {
            (MQTT_EV_OVERSIZE, mqtt_event_data { oversize: mqtt_oversize { topic_len, total } })
        }
    };
    mqtt_event { kind: kind as u8, r#as: data }
}
