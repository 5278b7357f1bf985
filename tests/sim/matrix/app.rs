//! The application of a story: what it makes of events, and what it still waits for.

use crate::sim::book;
use crate::sim::matrix::shelf::granted;
use crate::sim::matrix::world::World;
use crate::sim::rules::{self, enforce};
use crate::trace;
use limpet::error::Error;
use limpet::event::{Event, Message};
use limpet::packet::v5::property::{self, List, Property};

const CONTINUE: u8 = 0x18;

/// A filter that is wanted.
pub struct Wish {
    pub filter: Vec<u8>,
    pub qos: u8,
    pub token: u32,
    pub is_answered: bool,
}

#[derive(Default)]
pub struct App {
    pub wishes: Vec<Wish>,
    /// Unsubscriptions without an answer.
    pub goodbyes: Vec<(u32, &'static str)>,
    pub is_online: bool,
    /// Questions whether the broker answers.
    pub questions: u32,
    /// An authentication that was begun while online.
    pub proves: bool,
    pub hold_ms: Option<u64>,
    pub resume_at: Option<u64>,
    topic: Vec<u8>,
    parts: Vec<u8>,
    /// A message did not fit, and nobody looked at it.
    pub skipped: bool,
    /// Messages that may have been accepted when the power was cut.
    pub ghosts: u32,
    /// Connections and attempts that failed.
    pub losses: u32,
}

/// The client's step of an authentication.
pub struct Proof;

impl List for Proof {
    fn nth(&self, n: usize) -> Option<Property<'_>> {
        let both = [
            Property::data(property::AUTHENTICATION_METHOD, b"DANCE"),
            Property::data(property::AUTHENTICATION_DATA, b"right!"),
        ];
        both.get(n).copied()
    }
}

impl App {
    /// It knows what it wanted, and what it cannot know it will not miss.
    pub fn begins_anew(&mut self) {
        let App { wishes, goodbyes, losses, skipped, ghosts, .. } = core::mem::take(self);
        *self = App { wishes, goodbyes, losses: losses + 1, skipped, ghosts, ..App::default() };
    }

    /// What the broker should have of it.
    pub fn wished(&self) -> Vec<(Vec<u8>, u8)> {
        let mut wished: Vec<_> = self.wishes.iter().map(|w| (w.filter.clone(), granted(&w.filter, w.qos))).collect();
        wished.retain(|(_, code)| *code != 0x80);
        wished.sort();
        wished
    }

    pub fn has_all(&self) -> bool {
        let is_answered = self.goodbyes.is_empty() && self.wishes.iter().all(|wish| wish.is_answered);
        is_answered && self.questions == 0 && !self.proves && self.resume_at.is_none()
    }

    /// Also when it was renewed.
    fn subscribed(&mut self, token: u32, code: u8, is_true: bool) {
        let at = self.wishes.iter().position(|wish| wish.token == token);
        // What was refused by mistake is not wanted any more, and may be granted once it is renewed.
        let Some(wish) = at.map(|at| &mut self.wishes[at]) else { return enforce(rules::done_once(token, !is_true)) };
        wish.is_answered = true;
        if is_true {
            enforce(rules::granted_as_said(code, granted(&wish.filter, wish.qos)));
        }
        if code >= 0x80 {
            self.wishes.retain(|wish| wish.token != token);
        }
    }
}

impl World<'_> {
    pub fn event(&mut self, event: Event) {
        trace!("* {event:?}");
        let (now, is_true) = (self.wire.now, self.wire.is_true);
        match event {
            Event::Online { .. } => {
                enforce(rules::online_offline_alternate(true, self.app.is_online));
                self.app.is_online = true;
                self.wire.tap.is_known = true;
                self.app.parts.clear();
            }
            Event::Offline { error, retry_ms, .. } => {
                enforce(rules::online_offline_alternate(false, self.app.is_online));
                self.app.is_online = false;
                self.lost(error, retry_ms);
            }
            Event::ConnectFailed { error, retry_ms, .. } => {
                enforce(rules::online_offline_alternate(true, self.app.is_online));
                self.lost(error, retry_ms);
            }
            Event::Message(message) => self.message(message),
            Event::Done { token, .. } if self.app.ghosts > 0 && !self.wire.book.is_open(token) => self.app.ghosts -= 1,
            Event::Done { token, fate, maybe_sent } if is_true => {
                enforce(self.wire.book.done(token, fate, maybe_sent, now));
            }
            Event::Done { token, .. } => {
                let book = &mut self.wire.book;
                let at = book.open.iter().position(|key| book.outs[*key as usize].token == token);
                enforce(rules::done_once(token, at.is_some()));
                book.open.remove(at.unwrap());
            }
            Event::Subscribed { token, granted } => self.app.subscribed(token, granted, is_true),
            Event::Unsubscribed { token } => {
                let at = self.app.goodbyes.iter().position(|(goodbye, _)| *goodbye == token);
                enforce(rules::done_once(token, at.is_some()));
                self.app.goodbyes.remove(at.unwrap());
            }
            Event::BrokerUp { .. } => {
                enforce(rules::probe_was_asked(self.app.questions > 0));
                self.app.questions -= 1;
            }
            Event::Auth { reason: CONTINUE } => {
                // It answers nothing that is still being written.
                let answered = self.session.authenticate(CONTINUE, &Proof);
                assert!(answered.is_ok() || !is_true, "a step of authentication: {answered:?}");
            }
            Event::Auth { .. } => self.app.proves = false,
            Event::Oversize { .. } => {
                assert!(!is_true, "every topic fits");
                self.app.skipped = true;
            }
            Event::WanOk { .. } => panic!("nobody asked for it"),
            Event::Store { .. } => assert!(self.drawer.with(|medium| medium.is_excused()), "the store is good"),
        }
    }

    fn lost(&mut self, error: Error, retry_ms: Option<u32>) {
        self.app.losses += u32::from(error != Error::Left);
        self.app.parts.clear();
        (self.app.resume_at, self.app.proves) = (None, false);
        enforce(rules::retry_unless_left(retry_ms.is_some(), error == Error::Left));
        if matches!(error, Error::LinkDown | Error::LinkFailed | Error::LinkTimeout) {
            enforce(rules::lost_link_has_no_pause(retry_ms));
        } else if let Some(pause) = retry_ms {
            enforce(rules::pause_is_in_range(pause, 1000, 60_000));
        }
    }

    fn message(&mut self, message: Message) {
        let topic = match self.session.more().alias {
            0 => message.topic.of(&self.rx),
            alias => self.session.topic_of(alias),
        };
        let payload = message.payload.of(&self.rx);
        if message.offset == 0 {
            self.app.topic = topic.to_vec();
        }
        enforce(rules::topic_stays(&self.app.topic, topic));
        enforce(rules::parts_in_order(message.offset as usize, self.app.parts.len()));
        if let Some(ms) = self.app.hold_ms.take() {
            trace!("  hold");
            enforce(self.session.hold().map_err(|error| format!("hold: {error:?}")));
            self.app.resume_at = Some(self.wire.now + ms);
            return;
        }
        self.app.parts.extend(payload);
        if self.app.parts.len() < message.total as usize {
            return;
        }
        let payload = core::mem::take(&mut self.app.parts);
        if !self.wire.is_true {
            return;
        }
        let key = book::key(topic, &payload);
        enforce(rules::has_key(key, self.wire.book.ins.len()));
        let key = key.unwrap_or_default();
        let had = self.wire.book.ins[key as usize].taken > 0;
        assert!(message.qos < 2 || message.dup || !had, "{key} comes again, and does not say so");
        let is = (message.qos, message.retain, topic, &payload[..]);
        enforce(rules::received_as_sent(key, &self.wire.book.ins[key as usize], is));
        enforce(self.wire.book.taken(key));
        self.wire.tap.taken(key);
    }
}
