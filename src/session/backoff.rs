//! How long to wait before the next attempt: exponential, with jitter over a floor.

/// Without jitter a thousand devices that lost one broker would all come back in the same millisecond.
pub struct Backoff {
    min_ms: u32,
    max_ms: u32,
    failures: u8,
    random: u32,
}

impl Backoff {
    pub fn new(min_ms: u32, max_ms: u32, seed: u32) -> Self {
        // Zero is the one state that xorshift never leaves.
        Backoff { min_ms, max_ms, failures: 0, random: seed.wrapping_mul(0x9E37_79B9) | 1 }
    }

    /// The next pause: between the floor and twice the floor at first, up to the longest after some failures.
    #[inline(never)]
    pub fn pause(&mut self) -> u32 {
        self.failures = self.failures.saturating_add(1);
        let range = self.ceiling() - self.min_ms;
        self.min_ms + (range >> 8) * (self.random() >> 24) + (((range & 0xff) * (self.random() >> 24)) >> 8)
    }

    /// The longest that a pause can be after so many failures.
    fn ceiling(&self) -> u32 {
        let doubled = self.min_ms.checked_shl(self.failures.into()).unwrap_or(u32::MAX);
        // A shift that fits its count can still lose bits off the top.
        let lossless = doubled >> self.failures.min(31) == self.min_ms;
        if lossless { doubled.min(self.max_ms) } else { self.max_ms }
    }

    /// About the longest pause, for what will not heal by itself.
    pub fn longest(&mut self) -> u32 {
        let spread = (self.max_ms - self.min_ms) >> 11;
        self.max_ms - spread * (self.random() >> 24)
    }

    pub fn succeeded(&mut self) {
        self.failures = 0;
    }

    /// A connection has held for so long. One that was thrown out soon, by a client with the same id or for what it says,
    /// would be so again.
    pub fn held(&mut self, ms: u32) {
        if ms >= self.ceiling() {
            self.failures = 0;
        }
    }

    pub fn failures(&self) -> u8 {
        self.failures
    }

    fn random(&mut self) -> u32 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 17;
        self.random ^= self.random << 5;
        self.random
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_from_the_floor_and_never_pass_the_longest() {
        for seed in 0..2000 {
            let mut backoff = Backoff::new(1000, 60_000, seed * 7919);
            let first = backoff.pause();
            assert!((1000..=2000).contains(&first), "{first}");
            for _ in 0..300 {
                let pause = backoff.pause();
                assert!((1000..=60_000).contains(&pause), "{pause}");
            }
        }
    }

    #[test]
    fn pauses_are_spread_over_the_whole_range() {
        let mut backoff = Backoff::new(1000, 60_000, 1);
        let late: [u32; 200] = core::array::from_fn(|_| backoff.pause());
        assert!(late.iter().skip(8).any(|p| *p < 10_000) && late.iter().any(|p| *p > 50_000));
    }

    #[test]
    fn a_floor_equal_to_the_ceiling_is_a_fixed_pause() {
        let mut backoff = Backoff::new(60_000, 60_000, 3);
        assert!((0..50).all(|_| backoff.pause() == 60_000));
    }

    #[test]
    fn success_starts_again_at_the_floor() {
        let mut backoff = Backoff::new(500, 60_000, 3);
        (0..20).for_each(|_| _ = backoff.pause());
        backoff.succeeded();
        assert!(backoff.pause() <= 1000);
    }
}
