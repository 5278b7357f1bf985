//! Runs seeds on two threads, and says in one line how to see a failure again.

use crate::sim::world::{self, Totals};
use crate::sim::{panics, trace};
use std::ops::AddAssign;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Instant;

const THREADS: usize = 2;

/// What all threads share: each takes the next seed.
struct Work {
    next: AtomicU64,
    last: u64,
    hours: u64,
    is_single: bool,
    goes_on: bool,
    has_failed: AtomicBool,
}

/// A seed that broke a rule.
struct Failure {
    seed: u64,
    what: String,
    /// The end of its trace.
    tail: String,
}

#[derive(Default)]
struct Outcome {
    totals: Totals,
    failures: Vec<Failure>,
}

pub fn run() {
    let (first, last) = seeds().unwrap_or((0, 60));
    let work = Work {
        next: AtomicU64::new(first),
        last,
        hours: number("LIMPET_HOURS").unwrap_or(24),
        is_single: last - first == 1,
        goes_on: number("LIMPET_GO_ON").is_some(),
        has_failed: AtomicBool::new(false),
    };
    let began = Instant::now();
    panics::listen();
    let outcome = thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(|| work.run())).collect();
        let mut all = Outcome::default();
        for thread in threads {
            let one = thread.join().expect("panics of seeds are caught");
            all.totals += one.totals;
            all.failures.extend(one.failures);
        }
        all
    });
    report(outcome, work.hours, began.elapsed().as_secs_f32());
}

fn report(mut outcome: Outcome, hours: u64, seconds: f32) {
    outcome.failures.sort_by_key(|failure| failure.seed);
    let mut lines = Vec::new();
    for Failure { seed, what, tail } in &outcome.failures {
        print!("{tail}");
        lines.push(format!(
            "LIMPET_SEEDS={seed}..{} LIMPET_HOURS={hours} cargo test --test sim -- --nocapture  # {what}",
            seed + 1
        ));
    }
    println!("{}", summary(&outcome.totals, seconds));
    assert!(lines.is_empty(), "\n{}\n", lines.join("\n"));
}

impl Work {
    fn run(&self) -> Outcome {
        let mut outcome = Outcome::default();
        trace::switch(self.is_single);
        while let Some(seed) = self.take() {
            match panics::caught(|| world::run(seed, self.hours)) {
                Ok(totals) => outcome.totals += totals,
                Err(what) => {
                    self.has_failed.store(true, Ordering::Relaxed);
                    outcome.failures.push(Failure { seed, what, tail: trace::tail() });
                }
            }
        }
        outcome
    }

    fn take(&self) -> Option<u64> {
        if self.has_failed.load(Ordering::Relaxed) && !self.goes_on {
            return None;
        }
        Some(self.next.fetch_add(1, Ordering::Relaxed)).filter(|seed| *seed < self.last)
    }
}

fn summary(all: &Totals, seconds: f32) -> String {
    format!(
        "{} seeds, {} h, {:.1} s: {} publishes, {} inbound, {} sent again, {} link drops, {} broker restarts, \
         {} would-blocks, as the broker forgot {} allowed twice and {} lost, \
         {} radios with {} losses, {} hangs and {} resets",
        all.seeds,
        all.hours,
        seconds,
        all.publishes,
        all.inbound,
        all.resent,
        all.drops,
        all.restarts,
        all.would_blocks,
        all.allowed_twice,
        all.allowed_lost,
        all.radios,
        all.radio_losses,
        all.hangs,
        all.resets
    )
}

impl AddAssign for Totals {
    fn add_assign(&mut self, one: Totals) {
        self.seeds += one.seeds;
        self.hours += one.hours;
        self.publishes += one.publishes;
        self.inbound += one.inbound;
        self.resent += one.resent;
        self.drops += one.drops;
        self.restarts += one.restarts;
        self.would_blocks += one.would_blocks;
        self.allowed_twice += one.allowed_twice;
        self.allowed_lost += one.allowed_lost;
        self.radios += one.radios;
        self.radio_losses += one.radio_losses;
        self.hangs += one.hangs;
        self.resets += one.resets;
    }
}

fn seeds() -> Option<(u64, u64)> {
    let text = std::env::var("LIMPET_SEEDS").ok()?;
    let (first, last) = text.split_once("..")?;
    Some((first.parse().ok()?, last.parse().ok()?))
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}
