//! The short packets on their way out: acknowledgements, PINGREQ, DISCONNECT. They have room of their own, so a
//! full outbox never stops them.

use crate::limits::CONTROL_BYTES;
use crate::packet::{Kind, ack};
use crate::part::move_down;
use heapless::Vec;

#[derive(Default)]
pub struct Control(Vec<u8, CONTROL_BYTES>);

impl Control {
    pub fn room(&self) -> usize {
        CONTROL_BYTES - self.0.len()
    }

    /// Callers have asked for `room`; what does not fit is not sent at all.
    pub fn push(&mut self, packet: &[u8]) -> bool {
        self.0.extend_from_slice(packet).is_ok()
    }

    /// PUBACK, PUBREC, PUBREL or PUBCOMP.
    #[inline(never)]
    pub fn ack(&mut self, kind: Kind, id: u16) -> bool {
        self.push(&ack::encode(kind, id))
    }

    /// PINGREQ or DISCONNECT. Put together here, because as two constants they would pass for a C string, and share a
    /// section with all of those.
    #[inline(never)]
    pub fn short(&mut self, kind: Kind) -> bool {
        self.push(&[kind.first(), 0])
    }

    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// Drops the first `n` bytes, which were written.
    pub fn drop_front(&mut self, n: usize) {
        let len = self.0.len();
        move_down(&mut self.0, 0, n, len);
        self.0.truncate(len.saturating_sub(n));
    }

    pub fn clear(&mut self) {
        self.0.clear();
    }
}
