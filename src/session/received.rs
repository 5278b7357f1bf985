//! Packet identifiers of inbound QoS 2 messages between PUBLISH and PUBREL.

use crate::limits::RECEIVED_IDS;
use heapless::Vec;

#[derive(Default)]
pub struct Received(Vec<u16, RECEIVED_IDS>);

impl Received {
    #[allow(clippy::manual_contains)] // core unrolls its own: 50 bytes more.
    pub fn contains(&self, id: u16) -> bool {
        self.0.iter().any(|seen| *seen == id)
    }

    pub fn is_full(&self) -> bool {
        self.0.is_full()
    }

    pub fn insert(&mut self, id: u16) {
        if !self.contains(id) {
            // Full was asked before the message was delivered.
            _ = self.0.push(id);
        }
    }

    pub fn remove(&mut self, id: u16) {
        if let Some(i) = self.0.iter().position(|seen| *seen == id) {
            self.0.swap_remove(i);
        }
    }

    /// The broker forgot the session, so the same numbers will mean other messages.
    pub fn clear(&mut self) {
        self.0.clear();
    }
}
