//! Evidence that the archives for Xtensa are right, though LLVM is young there: what is shipped runs in QEMU and must say
//! what it says on this machine; calls between C and Rust and random functions are compared likewise.

mod core;
mod fuzz;
mod transcript;

use super::selftest;
use super::tally::Tally;
use xtask::{Outcome, build, setup};

pub fn run() -> Tally {
    if let Err(reason) = setup::need(&[setup::XTENSA, setup::XTENSA_TESTS, setup::C]) {
        return Tally::failure(reason);
    }
    let mut tally = Tally::default();
    let expected = match selftest::of_host() {
        Ok(text) => text,
        Err(reason) => return Tally::failure(format!("self-test on this machine: {reason}")),
    };
    tally.check("self-test on this machine", Ok(()));
    match core::all() {
        Ok(cores) => {
            for core in cores {
                tally.check(&format!("self-test of {}", core.target.name), selftest(&core, &expected));
            }
        }
        Err(reason) => tally.check("the cores", Err(reason)),
    }
    tally.add(random_programs().unwrap_or_else(Tally::failure));
    tally
}

fn random_programs() -> Outcome<Tally> {
    let programs = fuzz::Programs::new()?;
    let mut tally = Tally::default();
    for core in core::one_of_each_abi()? {
        let said = programs.run_on(&core);
        for part in fuzz::PARTS {
            let compared = said.clone().and_then(|said| programs.compare(&part, &said));
            tally.check(&format!("{}, {}", part.about, core.target.name), compared);
        }
    }
    Ok(tally)
}

/// The archive that is shipped, on its core.
fn selftest(core: &core::Core, expected: &str) -> Outcome {
    let library = build::library(core.target)?;
    let image = transcript::image(core, &library.archive)?;
    transcript::compare(core, &image, expected)
}
