//! What the application does: any call, at any time, with any argument.

use crate::packets5::packet::Listed;
use crate::pull;
use crate::trace::trace;
use crate::world::World;
use limpet::error::Error;
use limpet::packet::publish::Publish;
use limpet::packet::topic;
use limpet::packet::v5::property::Property;
use limpet::packet::v5::subscribe::Options;
use limpet::session::{Leave, Policy};

const TOPICS: [&[u8]; 4] = [b"t", b"a/b", &[b'n'; 30], b"bad/+"];
const FILTERS: [&[u8]; 5] = [b"t", b"a/#", b"+", &[b'f'; 40], b"$share/g/x"];
const TIMES: [u32; 6] = [0, 1, 50, 5000, 2_000_000_000, 2_000_000_001];

impl World<'_, '_> {
    pub fn deed(&mut self) {
        let deed = self.choice.below(20);
        trace(|| format!("deed {deed}"));
        match deed {
            0 | 1 => drop(self.session.connect(self.now)),
            2..=6 => self.publish(),
            7 | 8 => self.cancel(),
            9 | 10 => self.subscribe(),
            11 => self.unsubscribe(),
            12 => self.hold(),
            13 => self.session.resume(self.now),
            14 => self.session.broker_up(self.now),
            15 | 16 => self.leave(),
            17 => {
                if self.session.close() {
                    self.hang_up();
                }
                assert!(self.session.is_idle() && !self.session.wants_write() && !self.session.is_connected());
            }
            18 => match self.choice.below(5) {
                0 => self.session.link_off(),
                1 => self.session.link_lost(Error::LinkDown, 0, self.now),
                2 => self.session.link_lost(Error::LinkFailed, -3, self.now),
                3 => self.session.wan_answered(true),
                _ => self.session.link_up(self.now),
            },
            _ => {
                let code = self.choice.pick(&[0x18, 0x19, 0]);
                let list = [Property::data(0x15, b"m"), Property::data(0x16, b"secret")];
                let _ = self.session.authenticate(code, &list);
            }
        }
    }

    fn publish(&mut self) {
        let (topic, qos) = (self.choice.pick(&TOPICS), self.choice.below(4) as u8);
        let payload = self.book.payload(self.choice.pick(&[0, 1, 10, 50, 100, 200, 500, 2000]));
        let message = Publish { dup: false, qos, retain: self.choice.flag(), topic, id: 0, payload: &payload };
        let policy = self.choice.pick(&[Policy::Refuse, Policy::DropOldest, Policy::Replace]);
        let timeout_ms = self.choice.pick(&TIMES);
        let piece = self.choice.pick(&[0, 1, 7, 40]);
        let token = match self.choice.below(5) {
            0 => self.session.publish(&message).map(Some),
            // What is posted was looked at before.
            1 if qos <= 2 && topic::is_name(topic) => self.session.post(&message).map(|()| None),
            2 => self.session.publish_with(&message, policy, timeout_ms, self.now).map(Some),
            3 => {
                let (list, empty) = (self.properties(), Publish { payload: &[], ..message });
                let asked = pull::payload(self.book.next(), payload.len(), piece);
                self.session.publish_pull(&empty, &asked, &list, policy, timeout_ms, self.now).map(Some)
            }
            _ => {
                let list = self.properties();
                self.session.publish_properties(&message, &list, policy, timeout_ms, self.now).map(Some)
            }
        };
        if let Ok(token) = token {
            assert!(qos <= 2 && topic != b"bad/+" && token.is_none_or(|token| token > 0 && token <= i32::MAX as u32));
            self.book.accepted(token, topic, qos, payload);
            self.dropping = false;
        }
    }

    /// Of a message: good ones, one that belongs to the library, and one that does not belong to a message.
    fn properties(&mut self) -> [Property<'static>; 1] {
        [self.choice.pick(&[
            Property::number(0x02, 3),
            Property::number(0x02, 0),
            Property::number(0x02, u32::MAX),
            Property { id: 0x26, number: 0, data: b"name", value: b"value" },
            Property::data(0x09, &[0; 20]),
            Property::number(0x23, 1),
            Property::number(0x11, 1),
        ])]
    }

    fn cancel(&mut self) {
        let open: Vec<u32> = self.book.open().collect();
        let at = self.choice.below(open.len() + 1);
        // Also one that has ended, or never was.
        let token = open.get(at).copied().unwrap_or_else(|| self.choice.byte().into());
        let result = self.session.cancel(token);
        assert!(result.is_ok() || result == Err(Error::Unknown));
    }

    fn subscribe(&mut self) {
        let (filter, qos) = (self.choice.pick(&FILTERS), self.choice.below(4) as u8);
        let result = match self.choice.flag() {
            true => self.session.subscribe(filter, qos),
            false => {
                let options = Options {
                    qos,
                    no_local: self.choice.flag(),
                    retain_as_published: self.choice.flag(),
                    retain_handling: self.choice.below(4) as u8,
                };
                let id = [Property::number(0x0B, self.choice.pick(&[0, 1, 127, 128, 268_435_455]))];
                let some = if self.choice.flag() { &id[..] } else { &[] };
                self.session.subscribe_with(filter, options, &Listed(some))
            }
        };
        if let Ok(token) = result {
            self.book.requested(token);
            self.filters.retain(|(other, _)| *other != filter);
            self.filters.push((filter, token));
        }
    }

    fn unsubscribe(&mut self) {
        let filter = self.choice.pick(&FILTERS);
        if let Ok(token) = self.session.unsubscribe(filter) {
            self.book.requested(token);
            self.filters.retain(|(other, _)| *other != filter);
        }
    }

    fn leave(&mut self) {
        let how = match self.choice.below(3) {
            0 => Leave::Keep,
            1 => Leave::Drop,
            _ => Leave::Drain(self.choice.pick(&TIMES)),
        };
        let left = if self.choice.flag() {
            self.session.disconnect(how, self.now)
        } else {
            let reason = [Property::data(0x1F, b"bye")];
            self.session.disconnect_with(how, self.choice.pick(&[0, 4]), &reason, self.now)
        };
        self.dropping = left.is_ok() && how == Leave::Drop;
    }
}
