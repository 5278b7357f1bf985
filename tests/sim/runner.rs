//! Runs seeds, and says in one line how to see a failure again.

use crate::sim::trace;
use crate::sim::world::{self, Totals};
use std::cell::{Cell, RefCell};
use std::panic::{self, AssertUnwindSafe};
use std::time::Instant;

thread_local! {
    static QUIET: Cell<bool> = const { Cell::new(false) };
    static WHAT: RefCell<String> = const { RefCell::new(String::new()) };
}

pub fn run() {
    let (first, last) = seeds().unwrap_or((0, 60));
    let hours = number("LIMPET_HOURS").unwrap_or(24);
    let goes_on = number("LIMPET_GO_ON").is_some();
    let began = Instant::now();
    let (mut all, mut failed) = (Totals::default(), Vec::new());
    listen();
    trace::switch(last - first == 1);
    for seed in first..last {
        match one(seed, hours) {
            Ok(totals) => add(&mut all, totals),
            Err(what) => {
                let line = format!(
                    "LIMPET_SEEDS={seed}..{} LIMPET_HOURS={hours} cargo test --test sim -- --nocapture  # {what}",
                    seed + 1
                );
                print!("{}", trace::tail());
                if !goes_on {
                    panic!("{line}");
                }
                println!("{line}");
                failed.push(seed);
            }
        }
    }
    println!("{}", summary(&all, began.elapsed().as_secs_f32()));
    assert!(failed.is_empty(), "failed: {failed:?}");
}

fn summary(all: &Totals, seconds: f32) -> String {
    format!(
        "{} seeds, {} h, {:.1} s: {} publishes, {} inbound, {} sent again, {} link drops, {} broker restarts, \
         {} would-blocks, {} allowed twice as the broker forgot",
        all.seeds,
        all.hours,
        seconds,
        all.publishes,
        all.inbound,
        all.resent,
        all.drops,
        all.restarts,
        all.would_blocks,
        all.allowed_twice
    )
}

fn add(all: &mut Totals, one: Totals) {
    all.seeds += one.seeds;
    all.hours += one.hours;
    all.publishes += one.publishes;
    all.inbound += one.inbound;
    all.resent += one.resent;
    all.drops += one.drops;
    all.restarts += one.restarts;
    all.would_blocks += one.would_blocks;
    all.allowed_twice += one.allowed_twice;
}

fn one(seed: u64, hours: u64) -> Result<Totals, String> {
    QUIET.set(true);
    let result = panic::catch_unwind(AssertUnwindSafe(|| world::run(seed, hours)));
    QUIET.set(false);
    result.map_err(|_| WHAT.take())
}

/// Panics of seeds are kept, not printed.
fn listen() {
    let usual = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if !QUIET.get() {
            return usual(info);
        }
        let what = info.payload_as_str().unwrap_or("a panic");
        let at = info.location().map(|at| format!("{}:{}", at.file(), at.line())).unwrap_or_default();
        WHAT.set(format!("{what} ({at})"));
    }));
}

fn seeds() -> Option<(u64, u64)> {
    let text = std::env::var("LIMPET_SEEDS").ok()?;
    let (first, last) = text.split_once("..")?;
    Some((first.parse().ok()?, last.parse().ok()?))
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}
