//! The suite `fuzz`: each fuzzer for a minute, from the committed seeds and what earlier runs have found. A failure names
//! the input and how to see it again.

use super::tally::Tally;
use crate::fuzz;

const SECONDS: u64 = 60;

pub fn run() -> Tally {
    let results = match fuzz::short(fuzz::TARGETS, SECONDS) {
        Ok(results) => results,
        Err(reason) => return Tally::failure(reason),
    };
    let mut tally = Tally::default();
    for (name, result) in results {
        tally.check(name, result.map(|words| println!("  {name}: {words}")));
    }
    tally
}
