//! What the application makes of an event, and whether there should have been one.

use crate::sim::book;
use crate::sim::rules::{self, enforce};
use crate::sim::watch::is_link;
use crate::sim::world::World;
use crate::trace;
use limpet::error::Error;
use limpet::event::{Event, Message};
use limpet::limits::RECEIVED_IDS;

impl World<'_> {
    pub fn event(&mut self, event: Event) {
        trace!("* {event:?}");
        let now = self.net.now;
        match event {
            Event::Online { .. } => {
                enforce(rules::online_offline_alternate(true, self.app.is_online));
                (self.app.is_online, self.net.tap.is_known) = (true, true);
                self.app.parts.clear();
                if let Some(watch) = &mut self.watch {
                    watch.begins_anew();
                }
                (self.opened_since, self.online_by) = (None, None);
                (self.listening_since, self.net.tap.last_written) = (now, now);
            }
            Event::Offline { error, detail, retry_ms } => {
                enforce(rules::online_offline_alternate(false, self.app.is_online));
                self.app.is_online = false;
                self.lost(error, detail, retry_ms);
            }
            Event::ConnectFailed { error, detail, retry_ms } => {
                enforce(rules::online_offline_alternate(true, self.app.is_online));
                // It may have failed in the poll that began it.
                self.net.opened_at = None;
                // An attempt that began before the broker was back may still be refused; the next one counts.
                let too_early = self.opened_since.is_some_and(|began| began <= self.back_at);
                if let (Some(by), Some(pause), true) = (self.online_by, retry_ms, too_early) {
                    self.online_by = Some(by + u64::from(pause) + self.reset_time());
                }
                self.lost(error, detail, retry_ms);
            }
            Event::Message(message) => return self.message(message),
            Event::Done { token, fate, maybe_sent } => enforce(self.net.book.done(token, fate, maybe_sent, now)),
            Event::Subscribed { token, granted } => self.app.subscribed(token, granted),
            Event::Unsubscribed { token } => {
                let at = self.app.goodbyes.iter().position(|goodbye| *goodbye == token);
                enforce(rules::done_once(token, at.is_some()));
                self.app.goodbyes.remove(at.unwrap());
            }
            Event::BrokerUp { .. } => {
                let asked = self.app.probe.take();
                enforce(rules::probe_was_asked(asked.is_some()));
            }
            Event::WanOk { .. } => enforce(Err("nobody asked for it".to_string())),
            Event::Oversize { topic_len, total } => self.net.oversize(topic_len as usize, total as usize),
            Event::Auth { .. } => unreachable!("no method was named"),
            Event::Store { .. } => unreachable!("there is no store"),
        }
        self.perhaps_act();
    }

    fn perhaps_act(&mut self) {
        if !self.net.calm && self.rng.chance(self.net.plan.in_callback) {
            trace!("  in the callback:");
            self.act();
        }
    }

    fn lost(&mut self, error: Error, detail: i32, retry_ms: Option<u32>) {
        self.app.parts.clear();
        self.app.resume_at = None;
        self.opened_since = None;
        let welcomes = self.net.tap.welcomes;
        if let Some(watch) = &mut self.watch {
            enforce(watch.told(error, detail, retry_ms, welcomes));
        }
        if !is_link(error) && !matches!(error, Error::Open | Error::OpenTimeout | Error::Refused | Error::Left) {
            // A broker that sends more at once than the client remembers is cause enough.
            let is_crowded = error == Error::Overrun && self.net.plan.in_flight > RECEIVED_IDS;
            enforce(rules::loss_has_cause(error, self.net.last_troubled || is_crowded));
        }
        enforce(rules::retry_unless_left(retry_ms.is_some(), error == Error::Left));
        let Some(pause) = retry_ms else { return };
        let (least, most) = self.net.plan.pauses();
        let waits_for_link = pause == 0 && self.watch.as_ref().is_some_and(|watch| watch.may_be_waited_for(error));
        if !waits_for_link {
            enforce(rules::pause_is_in_range(pause, least, most));
        }
        if error != Error::Refused && !waits_for_link && least >= 200 && most >= 5000 && most > least {
            self.pauses.push(pause);
        }
        if !self.app.draining {
            self.expect_attempt(self.net.now + u64::from(pause));
        }
    }

    fn message(&mut self, message: Message) {
        let topic = match self.session.more().alias {
            0 => message.topic.of(&self.rx),
            alias => self.session.topic_of(alias),
        };
        let payload = message.payload.of(&self.rx);
        if message.offset == 0 && message.payload.len < message.total as usize {
            self.app.topic = topic.to_vec();
        }
        if message.offset > 0 {
            enforce(rules::topic_stays(&self.app.topic, topic));
        }
        enforce(rules::parts_in_order(message.offset as usize, self.app.parts.len()));
        if !self.net.calm && self.rng.chance(self.net.plan.hold) {
            trace!("  hold");
            enforce(self.session.hold().map_err(|error| format!("hold: {error:?}")));
            self.app.resume_at = Some(self.net.now + self.rng.spread(1, 120_000));
            return self.perhaps_act();
        }
        self.app.parts.extend(payload);
        if self.app.parts.len() < message.total as usize {
            return self.perhaps_act();
        }
        let payload = core::mem::take(&mut self.app.parts);
        let key = book::key(topic, &payload);
        enforce(rules::has_key(key, self.net.book.ins.len()));
        let key = key.unwrap_or_default();
        let is = (message.qos, message.retain, topic, &payload[..]);
        enforce(rules::received_as_sent(key, &self.net.book.ins[key as usize], is));
        enforce(self.net.book.taken(key));
        self.net.tap.taken(key);
        self.app.inbound += 1;
        self.perhaps_act();
    }
}
