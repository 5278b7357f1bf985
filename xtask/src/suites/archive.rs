//! The suite `archive`: what must be true of liblimpet.a, for every target.

use super::tally::Tally;
use xtask::archive::CHECKS;
use xtask::build;

pub fn run() -> Tally {
    let libraries = match build::all() {
        Ok(libraries) => libraries,
        Err(reason) => return Tally::failure(reason),
    };
    let mut tally = Tally::default();
    for (target, library) in &libraries {
        for (sentence, check) in CHECKS {
            tally.check(&format!("{}: {sentence}", target.name), check(target, library));
        }
    }
    tally
}

/// What is checked, for every target.
pub fn names() -> Vec<&'static str> {
    CHECKS.iter().map(|(sentence, _)| *sentence).collect()
}
