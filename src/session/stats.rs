//! What a session counts.

use crate::event::{Event, Fate};

/// Counters; they wrap.
#[derive(Clone, Copy, Debug, Default)]
pub struct Stats {
    pub connects: u32,
    pub outages: u32,
    pub repubs: u32,
    pub unknown_acks: u32,
    pub messages_in: u32,
    pub messages_out: u32,
    pub duplicates: u32,
    pub oversize: u32,
    pub bytes_in: u32,
    pub bytes_out: u32,
}

impl Stats {
    /// A publish has ended.
    pub(super) fn count(&mut self, done: &Event) {
        if let Event::Done { fate: Fate::Delivered, .. } = done {
            self.messages_out = self.messages_out.wrapping_add(1);
        }
    }
}
