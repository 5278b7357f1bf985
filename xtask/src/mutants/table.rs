//! The mutants: what is broken, and the test that is expected to notice.

pub struct Mutant {
    pub name: &'static str,
    pub file: &'static str,
    /// Stands exactly once in the file.
    pub old: &'static str,
    pub new: &'static str,
    /// Part of the name of the test that should catch it.
    pub catcher: &'static str,
}

/// Arguments of `cargo test` that choose the tests to run.
pub const TESTS: &[&str] = &["--lib", "--test", "session", "--test", "sim"];

pub const MUTANTS: &[Mutant] = &[];
