//! The library for Arduino: its sketches built and run, on a stand-in for an Arduino core; where the archives are, and the
//! rules that Arduino has for libraries. Arduino's own tools are not to be had here.

mod folders;
mod native;
mod project;
mod refused;
mod rules;
mod sketches;

use super::Case;
use super::delivery::Delivery;
use std::path::PathBuf;
use xtask::Outcome;

const PACKAGE: &str = "limpet-arduino";

pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for more in [sketches::cases(), refused::cases(), folders::cases(), rules::cases()] {
        cases.extend(more);
    }
    cases
}

fn library(delivery: &Delivery) -> Outcome<PathBuf> {
    delivery.unpacked(PACKAGE)
}
