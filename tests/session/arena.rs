//! The outbox against a model that is a list: any run of publishes, cancels, answers and outages, with writes cut anywhere.
//! What it takes is exactly what has room, what goes out is what was put in, in its order, and each ends once, in the
//! way that it must.

use super::bench::*;
use limpet::packet::v5::{property::NONE, publish as publish5};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// A message that the outbox still has.
struct Record {
    token: u32,
    number: u32,
    message: (u8, &'static str, String),
    size: usize,
    /// The broker has it, or had.
    went: bool,
    /// It has ended for the application, and is kept for the broker's sake.
    is_silent: bool,
}

#[derive(Clone, Debug)]
enum Act {
    Publish {
        qos: u8,
        topic: &'static str,
        len: usize,
        policy: Policy,
    },
    /// So many at once, while the transport takes nothing.
    Burst(Vec<usize>),
    Cancel(usize),
    /// The broker answers the oldest, or another, that waits for it.
    Answer(usize),
    /// The transport moves so many bytes at once.
    Pieces(usize),
    Cut,
    Reconnect {
        keeps_session: bool,
    },
}

fn act() -> impl Strategy<Value = Act> {
    let policy = prop_oneof![2 => Just(Policy::Refuse), 1 => Just(Policy::DropOldest), 1 => Just(Policy::Replace)];
    let topic = prop_oneof![Just("t"), Just("u")];
    let publish = (0..3_u8, topic, 0..40_usize, policy);
    prop_oneof![
        10 => publish.prop_map(|(qos, topic, len, policy)| Act::Publish { qos, topic, len, policy }),
        2 => prop::collection::vec(0..20_usize, 1..6).prop_map(Act::Burst),
        3 => (0..8_usize).prop_map(Act::Cancel),
        6 => (0..4_usize).prop_map(Act::Answer),
        1 => prop_oneof![Just(usize::MAX), 1..50_usize].prop_map(Act::Pieces),
        2 => Just(Act::Cut),
        3 => any::<bool>().prop_map(|keeps_session| Act::Reconnect { keeps_session }),
    ]
}

struct Arena {
    b: Bench,
    heads: usize,
    bytes: usize,
    records: Vec<Record>,
    /// What the broker must answer: the packet id, and that PUBREL has come.
    waiting: Vec<(u16, bool)>,
    /// The messages under way by their ids.
    ids: BTreeMap<u16, u32>,
    next: u32,
    /// The newest that went over this connection, and not as a repetition.
    newest: Option<u32>,
    expected: Vec<Event>,
    is_online: bool,
}

impl Arena {
    fn new(heads: usize, bytes: usize) -> Arena {
        let mut b = Bench::sized(stored(), 64, heads, bytes);
        b.go_online(false);
        let (records, waiting, expected) = (vec![], vec![], vec![]);
        let ids = BTreeMap::new();
        Arena { b, heads, bytes, records, waiting, ids, next: 0, newest: None, expected, is_online: true }
    }

    fn act(&mut self, act: Act) {
        match act {
            Act::Publish { qos, topic, len, policy } => self.publish(qos, topic, len, policy),
            Act::Burst(sizes) => {
                self.b.block();
                sizes.into_iter().for_each(|len| self.publish(1, "b", len, Policy::Refuse));
                self.b.unblock();
            }
            Act::Cancel(nth) => self.cancel(nth),
            Act::Answer(nth) => self.answer(nth),
            Act::Pieces(bytes) => self.b.chunk = bytes,
            Act::Cut if self.is_online => self.cut(),
            Act::Reconnect { keeps_session } if !self.is_online => self.reconnect(keeps_session),
            Act::Cut | Act::Reconnect { .. } => {}
        }
        self.settle();
    }

    fn used(&self) -> usize {
        self.records.iter().map(|record| record.size).sum()
    }

    /// One record is kept for policies.
    fn has_room(&self, size: usize) -> bool {
        self.used() + size <= self.bytes && self.records.len() + 1 < self.heads
    }

    fn end(&mut self, at: usize, fate: Fate) {
        let record = &mut self.records[at];
        let stays = record.went && fate != Fate::Delivered;
        let token = record.token;
        record.is_silent = stays;
        self.expected.push(done(token, fate, stays));
        if !stays {
            self.records.remove(at);
        }
    }

    fn publish(&mut self, qos: u8, topic: &'static str, len: usize, policy: Policy) {
        let payload = format!("{:05}{}", self.next, "x".repeat(len));
        let message = to(topic, qos, &payload);
        let size = if self.b.is_v5 { publish5::size(&message, NONE) } else { message.size() };
        let result = self.b.session.publish_with(&message, policy, 0, self.b.now);
        if size <= self.bytes {
            self.make_way(policy, topic, size);
        }
        let expected = match self.has_room(size) {
            _ if size > self.bytes => Err(Error::TooLarge),
            true => Ok(()),
            false => Err(Error::Full),
        };
        // While the transport is blocked there may be room that cannot be had, because what is on offer stays.
        let is_blocked = self.b.room == 0 && result == Err(Error::Full);
        assert!(is_blocked || result.map(drop) == expected, "{result:?}, not {expected:?}: {size} and {}", self.used());
        if let Ok(token) = result {
            let message = (qos, topic, payload);
            self.records.push(Record { token, number: self.next, message, size, went: false, is_silent: false });
            self.next += 1;
        }
        self.b.run();
    }

    /// What the policy gives up; nothing, if that were in vain.
    fn make_way(&mut self, policy: Policy, topic: &str, size: usize) {
        let may_go = |record: &Record| !record.went && policy == Policy::Replace && record.message.1 == topic;
        let may_drop = |record: &Record| !record.went && policy == Policy::DropOldest && record.message.0 == 0;
        if let Some(at) = self.records.iter().position(may_go)
            && self.used() - self.records[at].size + size <= self.bytes
        {
            return self.end(at, Fate::Replaced);
        }
        let drops = self.records.iter().filter(|record| may_drop(record));
        let (count, gain) = drops.fold((0, 0), |(count, gain), record| (count + 1, gain + record.size));
        if count > 0 && self.used() - gain + size <= self.bytes && self.records.len() - count + 1 < self.heads {
            while !self.has_room(size)
                && let Some(at) = self.records.iter().position(may_drop)
            {
                self.end(at, Fate::Dropped);
            }
        }
    }

    fn cancel(&mut self, nth: usize) {
        let Some(at) = nth.checked_rem(self.records.len()) else { return };
        let (token, is_silent) = (self.records[at].token, self.records[at].is_silent);
        assert_eq!(self.b.session.cancel(token), if is_silent { Err(Error::Unknown) } else { Ok(()) });
        if !is_silent {
            self.end(at, Fate::Cancelled);
        }
    }

    fn answer(&mut self, nth: usize) {
        let Some(at) = nth.checked_rem(self.waiting.len()).filter(|_| self.is_online) else { return };
        let (id, is_released) = self.waiting.remove(at);
        let number = self.ids[&id];
        let at = self.records.iter().position(|record| record.number == number).expect("one under way");
        let packet = match (self.records[at].message.0, is_released) {
            (1, _) => Packet::Puback(id),
            (_, false) => return self.b.send(Packet::Pubrec(id)),
            (_, true) => Packet::Pubcomp(id),
        };
        self.b.send(packet);
        self.ids.remove(&id);
        if self.records[at].is_silent { drop(self.records.remove(at)) } else { self.end(at, Fate::Delivered) }
    }

    fn cut(&mut self) {
        self.b.cut_quietly();
        self.waiting.clear();
        self.is_online = false;
    }

    fn reconnect(&mut self, keeps_session: bool) {
        // What has ended and can never be answered is over.
        self.records.retain(|record| !record.is_silent || keeps_session && record.message.0 == 2);
        if !keeps_session {
            self.ids.clear();
        }
        self.newest = None;
        self.is_online = true;
        self.b.reconnect(keeps_session);
    }

    /// Looks at all that went out and at all that was told.
    fn settle(&mut self) {
        self.b.run();
        for (_, packet) in std::mem::take(&mut self.b.packets) {
            match Packet::decode(&packet) {
                Ok(Some((Packet::Publish(publish), _))) => self.went(&publish),
                Ok(Some((Packet::Pubrel(id), _))) => {
                    self.waiting.retain(|(waiting, _)| *waiting != id);
                    self.waiting.push((id, true));
                }
                other => panic!("{other:?}"),
            }
        }
        let token = |event: &Event| match event {
            Event::Done { token, .. } => *token,
            event => panic!("{event:?}"),
        };
        let mut told: Vec<_> = self.b.events.drain(..).map(|(_, event)| event).collect();
        told.sort_by_key(token);
        self.expected.sort_by_key(token);
        assert_eq!(told, std::mem::take(&mut self.expected));
    }

    fn went(&mut self, publish: &Publish) {
        let at = self.records.iter().position(|record| record.message.2.as_bytes() == publish.payload);
        let at = at.unwrap_or_else(|| panic!("nobody said {publish:?}"));
        let record = &mut self.records[at];
        assert_eq!((record.message.0, record.message.1.as_bytes()), (publish.qos, publish.topic));
        assert_eq!(publish.dup, record.went && self.ids.get(&publish.id) == Some(&record.number), "{publish:?}");
        if !publish.dup {
            assert!(self.newest < Some(record.number), "{} went after {:?}", record.number, self.newest);
            self.newest = Some(record.number);
        }
        record.went = true;
        if publish.qos == 0 {
            return self.end(at, Fate::Delivered);
        }
        self.ids.insert(publish.id, record.number);
        self.waiting.push((publish.id, false));
    }
}

/// So many records that bytes are always the limit.
const MANY: usize = 600;

/// Records, and bytes.
fn sizes() -> impl Strategy<Value = (usize, usize)> {
    (prop_oneof![2..8_usize, Just(MANY)], 48..260_usize)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_outbox_is_a_list_with_limits(
        (heads, bytes) in sizes(),
        acts in prop::collection::vec(act(), 1..80),
    ) {
        let mut arena = Arena::new(heads, bytes);
        acts.into_iter().for_each(|act| arena.act(act));
        if !arena.is_online {
            arena.act(Act::Reconnect { keeps_session: false });
        }
        while !arena.waiting.is_empty() {
            arena.act(Act::Answer(0));
        }
        prop_assert_eq!(arena.records.len(), 0);
        arena.act(Act::Cut);
        // Nothing is left: it takes as much as at first.
        let size = to("t", 1, "00000").size() + usize::from(arena.b.is_v5);
        (0..heads).for_each(|_| arena.act(Act::Publish { qos: 1, topic: "t", len: 0, policy: Policy::Refuse }));
        prop_assert_eq!(arena.records.len(), (heads - 1).min(bytes / size));
    }
}
