//! The application: what it wants, what it does at random, and what it makes of events.

use crate::sim::book::{self, Out, TOPICS};
use crate::sim::link::End;
use crate::sim::rules::{self, enforce};
use crate::sim::stored::granted;
use crate::sim::world::World;
use crate::trace;
use limpet::error::Error;
use limpet::packet::publish::Publish;
use limpet::session::{Leave, Policy};

const FILTERS: [&str; 12] =
    ["a/+", "a/1", "b/#", "#", "no/x", "x", "+/c", "é/+", "a/#", "no/+/y", "b/c/d", "long/topic/#"];

/// A filter that is wanted.
pub struct Wish {
    filter: Vec<u8>,
    qos: u8,
    token: u32,
    /// What SUBACK said to this token.
    pub answer: Option<u8>,
}

#[derive(Default)]
pub struct App {
    pub wishes: Vec<Wish>,
    /// Unsubscriptions without an answer.
    pub goodbyes: Vec<u32>,
    pub wants_connection: bool,
    pub is_online: bool,
    /// When `disconnect` was called, and until when it may take.
    pub leaves_by: Option<u64>,
    pub draining: bool,
    pub connect_at: u64,
    pub resume_at: Option<u64>,
    pub act_at: u64,
    pub probe: Option<u64>,
    /// The message that comes in parts.
    pub topic: Vec<u8>,
    pub parts: Vec<u8>,
    pub publishes: u64,
    pub inbound: u64,
}

impl App {
    pub fn due(&self) -> u64 {
        let connect = if self.wants_connection { u64::MAX } else { self.connect_at };
        self.act_at.min(connect).min(self.resume_at.unwrap_or(u64::MAX))
    }

    /// What the broker should hold at the end.
    pub fn wished(&self) -> Vec<(Vec<u8>, u8)> {
        let mut wished: Vec<_> = self.wishes.iter().map(|w| (w.filter.clone(), granted(&w.filter, w.qos))).collect();
        wished.retain(|(_, code)| *code != 0x80);
        wished.sort();
        wished
    }

    /// Subscriptions that the client has not answered.
    pub fn unanswered(&self) -> Vec<u32> {
        self.wishes.iter().filter(|wish| wish.answer.is_none()).map(|wish| wish.token).collect()
    }

    pub fn subscribed(&mut self, token: u32, code: u8) {
        let Some(at) = self.wishes.iter().position(|wish| wish.token == token) else { return };
        enforce(rules::granted_as_said(code, granted(&self.wishes[at].filter, self.wishes[at].qos)));
        self.wishes[at].answer = Some(code);
        if code == 0x80 {
            self.wishes.remove(at);
        }
    }
}

impl World<'_> {
    /// What is due, and perhaps one thing at random.
    pub fn app_acts(&mut self) {
        if self.app.resume_at.is_some_and(|at| at <= self.net.now) {
            trace!("resume");
            self.app.resume_at = None;
            self.listening_since = self.net.now;
            self.session.resume(self.clock());
        }
        if !self.app.wants_connection && self.app.connect_at <= self.net.now {
            self.connect();
        }
        if self.app.act_at <= self.net.now {
            self.app.act_at = self.net.now + self.rng.pause(self.net.plan.act_every);
            self.act();
        }
    }

    pub fn act(&mut self) {
        if self.rng.chance(self.net.plan.leave) {
            return match self.rng.below(5) {
                0 | 1 => self.close(),
                2 => self.disconnect(Leave::Keep),
                3 => self.disconnect(Leave::Drop),
                _ => {
                    let wait = self.rng.spread(1, 60_000) as u32;
                    self.disconnect(Leave::Drain(wait));
                }
            };
        }
        match self.rng.below(100) {
            0..75 => self.publish(),
            75..82 => self.subscribe(),
            82..86 => self.unsubscribe(),
            86..94 => self.cancel(),
            94..97 => self.broker_up(),
            _ => {}
        }
    }

    pub fn connect(&mut self) {
        match self.session.connect(self.clock()) {
            Ok(()) => {
                trace!("connect");
                self.app.wants_connection = true;
                (self.app.leaves_by, self.app.draining) = (None, false);
                if let Some(watch) = &mut self.watch {
                    watch.begins_anew();
                }
                self.expect_attempt(self.net.now);
            }
            Err(error) => {
                assert_eq!(error, Error::State);
                self.app.connect_at = self.net.now + 1000;
            }
        }
    }

    fn close(&mut self) {
        trace!("close by the application");
        if self.session.close() {
            self.net.client_closes();
        }
        self.close_link();
        self.left();
        (self.app.is_online, self.app.draining, self.app.leaves_by) = (false, false, None);
        self.attempt = None;
        self.opened_since = None;
        self.app.probe = None;
    }

    fn disconnect(&mut self, how: Leave) {
        trace!("disconnect {how:?}");
        if how == Leave::Drop {
            self.each_open(|out| out.may_drop = true);
        }
        let drain = match how {
            Leave::Drain(ms) => u64::from(ms),
            _ => 0,
        };
        enforce(self.session.disconnect(how, self.clock()).map_err(|e| format!("disconnect: {e:?}")));
        self.left();
        self.app.draining = drain > 0;
        self.app.leaves_by = Some(self.net.now + drain + 2 * self.net.plan.response() + 2000);
        if drain == 0 {
            self.opened_since = None;
        }
        self.attempt = None;
    }

    fn left(&mut self) {
        self.app.wants_connection = false;
        self.app.connect_at = self.net.now + self.rng.spread(1, 300_000);
    }

    fn publish(&mut self) {
        let key = self.net.book.outs.len() as u32;
        let qos = self.rng.pick(&[0, 1, 1, 2, 2]);
        let most = self.net.plan.outbox;
        let len = if self.rng.chance(900) { self.rng.size(0, 40) } else { self.rng.size(0, most) };
        let number = self.rng.below(u64::from(TOPICS) - 1) as u8;
        let (topic, payload) = (book::topic(number, len, key), book::payload(key, len));
        let policy = self.rng.pick(&[Policy::Refuse, Policy::Refuse, Policy::DropOldest, Policy::Replace]);
        let timeout = if self.rng.chance(250) { self.rng.spread(1, 60_000) } else { 0 };
        let retain = self.rng.chance(100);
        let now = self.clock();
        let message = Publish { dup: false, qos, retain, topic: &topic, id: 0, payload: &payload };
        if self.rng.chance(50) {
            let posted = self.session.post(&message);
            trace!("post {key} at {qos}, {len} bytes: {posted:?}");
            if posted.is_ok() {
                self.app.publishes += 1;
                self.net.book.posted(Out { qos, retain, topic: number, len, ..Out::default() });
            }
            return enforce(rules::refused_for_room(posted.map(|()| 0)));
        }
        let plain = policy == Policy::Refuse && timeout == 0 && self.rng.chance(500);
        let token = match plain {
            true => self.session.publish(&message),
            false => self.session.publish_with(&message, policy, timeout as u32, now),
        };
        trace!("publish {key} at {qos}, {len} bytes, {policy:?}, timeout {timeout}: {token:?}");
        // A full outbox may have been made emptier all the same.
        let same = |out: &Out| out.topic == number && out.len >= 4 && len >= 4;
        match policy {
            Policy::DropOldest => self.each_open(|out| out.may_drop |= out.qos == 0),
            Policy::Replace => self.each_open(|out| out.may_replace |= same(out)),
            Policy::Refuse => {}
        }
        let Ok(token) = token else {
            enforce(rules::refused_for_room(token));
            return;
        };
        self.app.publishes += 1;
        let expires = if timeout == 0 { 0 } else { self.net.now + timeout };
        let out = Out { token, qos, retain, topic: number, len, expires, ..Out::default() };
        self.net.book.accepted(out);
    }

    fn subscribe(&mut self) {
        let (filter, qos) = (self.rng.pick(&FILTERS).as_bytes(), self.rng.below(3) as u8);
        if self.app.wishes.len() > self.net.plan.outbox / 80 && self.rng.chance(950) {
            return;
        }
        let token = self.session.subscribe(filter, qos);
        trace!("subscribe {} {qos}: {token:?}", String::from_utf8_lossy(filter));
        let Ok(token) = token else { return enforce(rules::refused_for_room(token)) };
        self.app.wishes.retain(|wish| wish.filter != filter);
        self.app.wishes.push(Wish { filter: filter.to_vec(), qos, token, answer: None });
    }

    fn unsubscribe(&mut self) {
        let filter = self.rng.pick(&FILTERS).as_bytes();
        let token = self.session.unsubscribe(filter);
        trace!("unsubscribe {}: {token:?}", String::from_utf8_lossy(filter));
        let Ok(token) = token else { return enforce(rules::refused_for_room(token)) };
        self.app.wishes.retain(|wish| wish.filter != filter);
        self.app.goodbyes.push(token);
    }

    fn cancel(&mut self) {
        if self.net.book.open.is_empty() {
            return;
        }
        let open = &self.net.book.open;
        let key = open[self.rng.below(open.len() as u64) as usize];
        let out = &mut self.net.book.outs[key as usize];
        out.cancelled = true;
        let result = self.session.cancel(out.token);
        trace!("cancel {key}: {result:?}");
    }

    fn broker_up(&mut self) {
        self.session.broker_up(self.clock());
        trace!("broker_up");
        self.app.probe.get_or_insert(self.net.now);
    }

    fn each_open(&mut self, change: impl Fn(&mut Out)) {
        let book = &mut self.net.book;
        for key in book.open.iter().chain(&book.posted) {
            change(&mut book.outs[*key as usize]);
        }
    }
}
