//! The end of an input: the transport is sound, the broker answers, the application wants to be connected. Then the client
//! gets connected, everything ends, and nothing is left in any table.

use crate::pull;
use crate::world::World;
use limpet::packet::publish::Publish;
use limpet::packet::v5::property::NONE;
use limpet::packet::v5::publish as publish5;
use limpet::session::Leave;

/// Deadlines until it must be over.
const PATIENCE: u32 = 3000;

impl World<'_, '_> {
    /// `records` and `bytes` are what an empty outbox takes.
    pub fn come_to_rest(&mut self, (records, bytes): (usize, usize)) {
        self.wire.heal();
        pull::heal();
        (self.answers, self.is_calm) = (true, true);
        self.broker.forgets = self.choice.flag();
        // Otherwise it goes on with the connection that there is, in whatever state it is.
        self.wire.peer_closed = self.choice.flag();
        self.wait("it is connected and everything has ended", |world| {
            world.session.is_connected() && world.book.is_closed()
        });
        for (filter, _) in std::mem::take(&mut self.filters) {
            let token = self.session.unsubscribe(filter);
            self.book.requested(token.unwrap_or_else(|error| panic!("a filter stays for ever: {error:?}")));
            self.settle();
        }
        // What was given up while the broker had it is released with the next connection.
        self.wire.peer_closed = true;
        self.settle();
        self.wait("it is connected again", |world| world.session.is_connected());
        self.session.disconnect(Leave::Drain(1000), self.now).expect("a good argument");
        self.settle();
        for _ in 0..PATIENCE {
            let Some(ms) = self.session.deadline(self.now) else { break };
            self.now = self.now.wrapping_add(ms);
            self.wire.peer_closed = true;
            self.settle();
        }
        assert!(self.session.is_idle() && !self.wire.is_open && !self.session.wants_write());
        self.is_empty(records, bytes);
    }

    fn wait(&mut self, what: &str, is_so: impl Fn(&Self) -> bool) {
        for _ in 0..PATIENCE {
            self.session.link_up(self.now);
            self.session.resume(self.now);
            // Refused if it is on its way.
            let _ = self.session.connect(self.now);
            self.settle();
            if is_so(self) {
                return;
            }
            let ms = self.session.deadline(self.now);
            // After its first failure it may have given up, and wants to be told again.
            assert!(ms.is_some() || self.session.is_idle(), "it waits for nothing, until {what}");
            self.now = self.now.wrapping_add(ms.unwrap_or(0));
            self.settle();
        }
        panic!("it never came about that {what}; open: {:?}", self.book.open().collect::<Vec<_>>());
    }

    /// The outbox takes as much as it ever did.
    fn is_empty(&mut self, records: usize, bytes: usize) {
        let message = Publish { dup: false, qos: 1, retain: false, topic: b"t", id: 0, payload: &[] };
        let size = if self.broker.is_v5 { publish5::size(&message, NONE) } else { message.size() };
        let room = records.min(bytes / size);
        let taken = (0..records + 1).take_while(|_| self.session.publish(&message).is_ok()).count();
        assert_eq!(taken, room, "something is left in the outbox");
        assert_eq!(self.session.deadline(self.now), None);
    }
}
