//! Random numbers that are the same every time.

pub struct Dice {
    state: u64,
}

impl Dice {
    pub fn new(seed: u64) -> Dice {
        Dice { state: seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1 }
    }

    pub fn word(&mut self) -> u64 {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        self.state.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// Below `sides`.
    pub fn roll(&mut self, sides: usize) -> usize {
        usize::try_from((self.word() >> 33) % sides.max(1) as u64).unwrap_or(0)
    }

    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.roll(from.len())]
    }

    /// In so many of a hundred cases.
    pub fn happens(&mut self, percent: usize) -> bool {
        self.roll(100) < percent
    }
}
