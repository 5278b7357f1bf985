//! The mutants: what is broken, and the test that is expected to notice. Left out, because nobody could notice:
//! - An instant of expiry that is 0 and means never: once in 49 days, and by a millisecond.
//! - No timer armed by `resume`: the message that was held comes first, and to take it arms the same one.
//! - `oldest` that does not move on: it only saves time.

use super::{connections, five, links, messages, outbox, pull, store};

pub struct Mutant {
    pub name: &'static str,
    pub file: &'static str,
    /// Stands exactly once in the file.
    pub old: &'static str,
    pub new: &'static str,
    /// Part of the name of the test that should catch it.
    pub catcher: &'static str,
}

/// The fields in the order of `Mutant`.
pub type Row = [&'static str; 5];

/// Arguments of `cargo test` that choose tests: quick ones first, and the next only if those notice nothing.
pub const STAGES: &[&[&str]] = &[&["--lib", "--test", "session", "--test", "wan"], &["--test", "sim"]];

/// What they and the compiler are told by the environment. A mutant is compiled more often than it runs.
pub const ENV: &[(&str, &str)] = &[
    ("LIMPET_SEEDS", "0..12"),
    ("LIMPET_HOURS", "12"),
    ("CARGO_PROFILE_TEST_OPT_LEVEL", "1"),
    ("CARGO_PROFILE_TEST_DEBUG", "0"),
];

pub fn mutants() -> Vec<Mutant> {
    let rows =
        [connections::ROWS, links::ROWS, messages::ROWS, outbox::ROWS, pull::ROWS, store::ROWS, five::ROWS].concat();
    rows.into_iter().map(|[name, file, old, new, catcher]| Mutant { name, file, old, new, catcher }).collect()
}
