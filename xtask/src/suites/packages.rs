//! The packages as their users have them: unpacked from what `cargo xtask dist` makes, and built with real tools. The
//! program is the self-test, so each archive says what it must.

mod arduino;
mod boards;
mod cmake;
mod conformance;
mod contents;
mod delivery;
mod espidf;
mod hello;
mod make;
mod platformio;
mod questions;
mod stm32;
mod zephyr;

use super::tally::Tally;
use delivery::Delivery;
use std::thread::{self, ScopedJoinHandle};
use xtask::build::side_by_side;
use xtask::firmware::sources;
use xtask::{Outcome, setup};

/// What is checked of the packages, and its sentence.
struct Case {
    name: String,
    run: Box<dyn Fn(&Delivery) -> Outcome + Send + Sync>,
}

impl Case {
    fn new(name: impl Into<String>, run: impl Fn(&Delivery) -> Outcome + Send + Sync + 'static) -> Case {
        Case { name: name.into(), run: Box::new(run) }
    }
}

pub fn run() -> Tally {
    some("")
}

/// The cases that have these words in their names.
pub fn some(words: &str) -> Tally {
    let needs = [
        setup::C,
        setup::ARM,
        setup::RISCV,
        setup::XTENSA,
        setup::MBEDTLS,
        setup::MOSQUITTO,
        setup::OPENSSL,
        setup::BUILDERS,
        setup::SLIRP,
    ];
    // What several cases unpack is there before the first of them.
    let ready = setup::need(&needs)
        .and_then(|()| boards::need())
        .and_then(|()| sources::LWIP.ready())
        .and_then(|_| sources::MBEDTLS.ready())
        .and_then(|_| Delivery::make());
    let delivery = match ready {
        Ok(delivery) => delivery,
        Err(reason) => return Tally::failure(reason),
    };
    delivery.made.iter().for_each(|made| println!("  {}", contents::summary(made)));
    let mut cases = contents::cases();
    for more in [
        questions::cases(),
        cmake::cases(),
        make::cases(),
        zephyr::cases(),
        platformio::cases(),
        arduino::cases(),
        espidf::cases(),
    ] {
        cases.extend(more);
    }
    let mut waiting = stm32::cases();
    waiting.extend(conformance::cases());
    for list in [&mut cases, &mut waiting] {
        list.retain(|case| case.name.contains(words));
    }
    if cases.is_empty() && waiting.is_empty() {
        return Tally::failure(format!("nothing is called {words}"));
    }
    let mut tally = Tally::default();
    // Each of those waits for a broker most of its time, so it has a thread of its own.
    let delivery = &delivery;
    let (results, others) = thread::scope(|scope| {
        let started: Vec<_> = waiting.iter().map(|case| scope.spawn(move || (case.run)(delivery))).collect();
        let results = side_by_side(&cases, |case| (case.run)(delivery));
        let join = |thread: ScopedJoinHandle<Outcome>| thread.join().unwrap_or_else(|_| Err("it panicked".to_string()));
        (results, started.into_iter().map(join).collect::<Vec<_>>())
    });
    let all = cases.iter().zip(results).chain(waiting.iter().zip(others));
    all.for_each(|(case, result)| tally.check(&case.name, result));
    tally
}

/// An error unless a tool failed and said all of this. A tool may break its lines where it likes.
fn refusal((ok, said): (bool, String), words: &[&str]) -> Outcome {
    let flat = said.split_whitespace().collect::<Vec<_>>().join(" ");
    match words.iter().find(|word| !flat.contains(*word)) {
        _ if ok => Err(format!("it was not refused:\n{said}")),
        Some(word) => Err(format!("it does not say \"{word}\":\n{said}")),
        None => Ok(()),
    }
}
