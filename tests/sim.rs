//! The simulator: the real client against a scripted world of bad links and moody brokers, days in a blink.
//!
//!     LIMPET_SEEDS=0..1000 LIMPET_HOURS=24 cargo test --test sim -- --nocapture
//!
//! Two threads share the seeds. A single seed ends with its last trace lines if it fails; LIMPET_TRACE=1 prints all of
//! them. LIMPET_GO_ON=1 does not stop at the first seed that fails.

#[path = "session/translate.rs"]
#[allow(dead_code)]
mod translate;

mod sim {
    mod answers;
    pub mod app;
    pub mod book;
    mod broken;
    pub mod broker;
    mod calm;
    mod events;
    mod herd;
    pub mod link;
    pub mod matrix {
        mod app;
        mod broken;
        mod broker;
        mod case;
        mod coda;
        mod ends;
        mod life;
        mod medium;
        mod power;
        mod radio;
        pub mod runner;
        mod script;
        mod shelf;
        mod stories;
        mod story;
        mod trouble;
        mod voice;
        mod wire;
        mod world;
    }
    pub mod net;
    pub mod packets;
    pub mod panics;
    pub mod pipe;
    pub mod plan;
    pub mod radio;
    mod rest;
    pub mod rng;
    pub mod rules;
    pub mod runner;
    pub mod speech;
    pub mod stored;
    pub mod tap;
    #[macro_use]
    pub mod trace;
    pub mod watch;
    pub mod world;
}

#[test]
fn nothing_is_lost_and_nothing_comes_twice_whatever_happens() {
    sim::runner::run();
}

#[test]
#[ignore = "minutes: cargo xtask matrix"]
fn every_story_ends_well_whatever_happens_at_any_byte() {
    sim::matrix::runner::run(&std::env::var("LIMPET_MATRIX").unwrap_or_default());
}
