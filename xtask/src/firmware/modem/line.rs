//! A line that is disturbed: it loses every so many bytes.

#[derive(Default)]
pub struct Line {
    passed: u32,
    pub lost: u64,
}

impl Line {
    /// False: this byte is lost. `every` is that of `Rules`.
    pub fn passes(&mut self, every: Option<u32>) -> bool {
        let Some(every) = every else { return true };
        self.passed += 1;
        if self.passed < every {
            return true;
        }
        self.passed = 0;
        self.lost += 1;
        false
    }
}
