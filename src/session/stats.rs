//! What a session counts.

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
