//! Randomness from a seed: splitmix64, so that a number is all one needs to see a failure again.

#[derive(Clone)]
pub struct Rng(u64);

impl Rng {
    pub fn new(seed: u64) -> Self {
        let mut rng = Rng(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0x5DEE_CE66_D1CE_4E5B);
        rng.next();
        rng
    }

    /// Another source that shares nothing with this one.
    pub fn fork(&mut self) -> Rng {
        Rng(self.next())
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// 0 to `limit` - 1.
    pub fn below(&mut self, limit: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(limit)) >> 64) as u64
    }

    /// `from` to `to`, both included.
    pub fn between(&mut self, from: u64, to: u64) -> u64 {
        from + self.below(to - from + 1)
    }

    pub fn size(&mut self, from: usize, to: usize) -> usize {
        self.between(from as u64, to as u64) as usize
    }

    /// True this often in a thousand.
    pub fn chance(&mut self, per_mille: u64) -> bool {
        self.below(1000) < per_mille
    }

    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len() as u64) as usize]
    }

    /// `from` to `to`, each order of magnitude as likely as the other.
    pub fn spread(&mut self, from: u64, to: u64) -> u64 {
        let from = from.max(1);
        let doublings = (to / from).max(1).ilog2() + 1;
        let top = (from << (1 + self.below(doublings.into()))).min(to);
        self.between(from, top)
    }

    /// The time until the next of what happens `mean` ms apart.
    pub fn pause(&mut self, mean: u64) -> u64 {
        1 + self.below(2 * mean)
    }
}
