//! Messages over a reset: processes that are killed at each call of their store, and an emulated board that is reset in the
//! middle of what its flash does. With Mosquitto, which is not restarted. Whatever was accepted arrives; of QoS 2 it
//! arrives once.

mod board;
mod example;
mod life;
mod matrix;

use super::tally::Tally;
use matrix::Count;
use std::thread;
use xtask::build::Speaks;
use xtask::{Outcome, archive, cc, paths, setup};

pub fn run() -> Tally {
    let device = match prepare() {
        Ok(device) => device,
        Err(reason) => return Tally::failure(reason),
    };
    let mut tally = Tally::default();
    let mut total = Count::default();
    // They wait for the broker much of the time. Each thread outlives the children it starts.
    thread::scope(|scope| {
        let device = &device;
        let example = scope.spawn(example::run);
        let rows: Vec<_> =
            ["3", "5"].into_iter().flat_map(|version| matrix::ROWS.iter().map(move |row| (version, row))).collect();
        let rows: Vec<_> = rows
            .into_iter()
            .map(|(version, row)| (row.name, scope.spawn(move || matrix::run(device, version, row))))
            .collect();
        let example = example.join().unwrap_or_else(|_| Err(PANIC.to_string()));
        tally.check("outlive.c", example.map(|text| println!("  {:31} {text}", "outlive.c")));
        for (name, result) in boards(scope) {
            tally.check(name, result.map(|text| println!("  {name:31} {text}")));
        }
        for (name, thread) in rows {
            let result = thread.join().unwrap_or_else(|_| Err(PANIC.to_string()));
            tally.check(name, result.map(|row| total.total(&row)));
        }
    });
    println!("  {:31} {}", "in all", total.text());
    tally
}

/// What became of the rows of the board; they run beside the processes.
fn boards<'scope>(scope: &'scope thread::Scope<'scope, '_>) -> Vec<(&'static str, Outcome<String>)> {
    let image = match board::image() {
        Ok(image) => image,
        Err(reason) => return vec![("the board's image", Err(reason))],
    };
    let run = |row: &'static board::Row| {
        let image = image.clone();
        (row.name, scope.spawn(move || board::run(&image, row)))
    };
    let started: Vec<_> = board::ROWS.iter().map(run).collect();
    started.into_iter().map(|(name, t)| (name, t.join().unwrap_or_else(|_| Err(PANIC.to_string())))).collect()
}

const PANIC: &str = "it panicked";

/// The device of tests/power, which speaks both versions, and the archive for the example.
fn prepare() -> Outcome<std::path::PathBuf> {
    setup::need(&[setup::C, setup::MOSQUITTO])?;
    archive::host()?;
    let dir = paths::root().join("tests/power");
    let sources = [dir.join("device.c"), dir.join("cut.c")];
    cc::program("power-device", &sources, &archive::host_of(Speaks::Both)?, &cc::Kind::EXAMPLE, &[])
}
