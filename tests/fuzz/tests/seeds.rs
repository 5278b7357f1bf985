//! The seeds without a fuzzer: for other tools that look on, such as Miri. There the C border is what counts, and a few
//! of the rest.

use limpet_fuzz::{border, decode, packets, world};

/// Every so many seeds; Miri takes a second or more for each.
fn each(seeds: &str, of_many: usize, run: impl Fn(&[u8])) {
    let step = if cfg!(miri) { of_many } else { 1 };
    let lines: Vec<&str> = seeds.lines().collect();
    assert!(lines.len() > 20, "only {} seeds", lines.len());
    for line in lines.iter().step_by(step) {
        let byte = |at: usize| u8::from_str_radix(&line[at..at + 2], 16).expect("hexadecimal digits");
        run(&(0..line.len()).step_by(2).map(byte).collect::<Vec<_>>());
    }
}

#[test]
fn decode() {
    each(include_str!("../seeds/decode.txt"), 20, decode::any);
}

#[test]
fn inverse() {
    each(include_str!("../seeds/inverse.txt"), 20, packets::round);
}

#[test]
fn session() {
    each(include_str!("../seeds/session.txt"), 20, |bytes| world::run(bytes, false));
}

#[test]
fn session5() {
    each(include_str!("../seeds/session5.txt"), 20, |bytes| world::run(bytes, true));
}

#[test]
fn border() {
    each(include_str!("../seeds/border.txt"), 3, border::run);
}
