//! Packet identifiers of inbound QoS 2 messages between PUBLISH and PUBREL.

use crate::limits::RECEIVED_IDS;
use heapless::Vec;

const _: () = assert!(RECEIVED_IDS <= u8::MAX as usize);

#[derive(Default)]
pub struct Received {
    ids: Vec<u16, RECEIVED_IDS>,
    /// The first so many have not shown up since the session became doubtful.
    doubtful: u8,
    /// They are not as a store keeps them.
    pub changed: bool,
}

impl Received {
    pub fn ids(&self) -> &[u16] {
        &self.ids
    }

    #[allow(clippy::manual_contains)] // core unrolls its own: 50 bytes more.
    pub fn contains(&self, id: u16) -> bool {
        self.ids.iter().any(|seen| *seen == id)
    }

    pub fn is_full(&self) -> bool {
        self.ids.is_full()
    }

    pub fn insert(&mut self, id: u16) {
        self.remove(id);
        // Full was asked before the message was delivered.
        _ = self.ids.push(id);
        self.changed = true;
    }

    pub fn remove(&mut self, id: u16) {
        if let Some(i) = self.ids.iter().position(|seen| *seen == id) {
            self.drop(i, 1);
            self.doubtful -= u8::from(i < self.doubtful.into());
        }
    }

    /// The session that is present may be another: only what shows up again is of this one.
    pub fn doubt(&mut self) {
        self.doubtful = self.ids.len() as u8;
    }

    /// All that the broker still knew has shown up.
    pub fn settle(&mut self) {
        self.drop(0, self.doubtful.into());
        self.doubtful = 0;
    }

    /// Drops `n` ids from the `i`th on. (The Vec's own `remove` can panic.)
    fn drop(&mut self, i: usize, n: usize) {
        let len = self.ids.len();
        for from in i + n..len {
            if let Some(id) = self.ids.get(from).copied()
                && let Some(to) = self.ids.get_mut(from - n)
            {
                *to = id;
            }
        }
        self.ids.truncate(len.saturating_sub(n));
        self.changed = true;
    }

    /// The broker forgot the session, so the same numbers will mean other messages.
    pub fn clear(&mut self) {
        self.ids.clear();
        self.doubtful = 0;
        self.changed = true;
    }
}
