//! What the fuzzer's bytes decide. When they are used up every answer is the first one.

use arbitrary::Unstructured;

pub struct Choice<'a>(Unstructured<'a>);

impl<'a> Choice<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Choice(Unstructured::new(bytes))
    }

    pub fn is_over(&self) -> bool {
        self.0.is_empty()
    }

    pub fn byte(&mut self) -> u8 {
        self.0.arbitrary().unwrap_or(0)
    }

    pub fn two(&mut self) -> u16 {
        self.0.arbitrary().unwrap_or(0)
    }

    pub fn four(&mut self) -> u32 {
        self.0.arbitrary().unwrap_or(0)
    }

    /// A number below `limit`, of one byte if that is enough.
    pub fn below(&mut self, limit: usize) -> usize {
        let any = if limit <= 256 { self.byte().into() } else { usize::from(self.two()) };
        any % limit.max(1)
    }

    pub fn flag(&mut self) -> bool {
        self.byte() & 1 == 1
    }

    /// True once in so many times, and never when the bytes are used up.
    pub fn rarely(&mut self, times: usize) -> bool {
        self.below(times) == times - 1
    }

    pub fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    /// At most so many bytes, as they are.
    pub fn bytes(&mut self, most: usize) -> &'a [u8] {
        let len = self.below(most + 1).min(self.0.len());
        self.0.bytes(len).unwrap_or_default()
    }

    pub fn rest(self) -> &'a [u8] {
        self.0.take_rest()
    }
}
