//! The suite `archive`: what must be true of liblimpet.a, for every target.

use super::tally::Tally;
use xtask::Outcome;
use xtask::archive::CHECKS;
use xtask::build::{self, Speaks};

pub fn run() -> Tally {
    let made = Speaks::ALL.map(build::all_of).into_iter().collect::<Outcome<Vec<_>>>();
    let libraries = match made {
        Ok(made) => made.into_iter().flatten().collect::<Vec<_>>(),
        Err(reason) => return Tally::failure(reason),
    };
    let mut tally = Tally::default();
    let results = build::side_by_side(&libraries, |(target, library)| {
        CHECKS.iter().map(|(_, check)| check(target, library)).collect::<Vec<_>>()
    });
    for ((target, library), results) in libraries.iter().zip(results) {
        for ((sentence, _), result) in CHECKS.iter().zip(results) {
            tally.check(&format!("{}{}: {sentence}", target.name, library.speaks.words()), result);
        }
    }
    tally
}

/// What is checked, for every target.
pub fn names() -> Vec<&'static str> {
    CHECKS.iter().map(|(sentence, _)| *sentence).collect()
}
