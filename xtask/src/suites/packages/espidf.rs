//! The component for ESP-IDF, as far as it goes without ESP-IDF: its options by the real tool for them, its packer, its
//! CMakeLists.txt in a build like ESP-IDF's, and what it does, on this machine with threads for tasks.

mod board;
mod build;
mod configuration;
mod manifest;
mod programs;

use super::Case;
use super::delivery::{Delivery, tests};
use std::path::PathBuf;
use xtask::Outcome;

const PACKAGE: &str = "limpet-espidf";

pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for more in [configuration::cases(), manifest::cases(), build::cases(), programs::cases(), board::cases()] {
        cases.extend(more);
    }
    cases
}

fn component(delivery: &Delivery) -> Outcome<PathBuf> {
    delivery.unpacked(PACKAGE)
}

fn ours() -> PathBuf {
    tests().join("espidf")
}
