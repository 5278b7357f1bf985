//! Firmware on emulated boards: each machine runs each scenario, with a broker of its own. In all of them messages go both
//! ways, none accepted may be lost, QoS 2 comes once, and the firmware ends with code 0. On some machines the instructions
//! of each mqtt_poll are counted, too.

mod bench;
mod modem;
mod polls;
mod scenarios;
mod tls;

use super::tally::Tally;
use bench::Bench;
use polls::Polls;
use scenarios::{SCENARIOS, Scenario};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Instant;
use xtask::Outcome;
use xtask::certificates::Certificates;
use xtask::firmware::image::{self, Images};
use xtask::firmware::machines::{self, MACHINES, Machine};
use xtask::process::lock;

/// How many machines run at once. They mostly wait.
const AT_ONCE: usize = 4;

struct Run {
    machine: &'static Machine,
    scenario: &'static Scenario,
    image: PathBuf,
    /// For machines with TLS.
    certificates: Option<Arc<Certificates>>,
}

/// Every machine and every scenario.
pub fn run() -> Tally {
    some("", "")
}

/// The scenarios whose names begin with this, on the machines whose names do so.
pub fn some(machine_name: &str, scenario_name: &str) -> Tally {
    let machines: Vec<_> = MACHINES.iter().filter(|m| m.name.starts_with(machine_name)).collect();
    let (images, certificates) = match prepare(&machines) {
        Ok(made) => made,
        Err(reason) => return Tally::failure(reason),
    };
    let mut runs = Vec::new();
    for scenario in
        SCENARIOS.iter().chain(tls::SCENARIOS).chain(modem::SCENARIOS).filter(|s| s.name.starts_with(scenario_name))
    {
        for machine in machines.iter().copied().filter(|machine| (scenario.applies)(machine)) {
            let certificates = certificates.clone().filter(|_| machine.has_tls());
            runs.push(Run { machine, scenario, image: images[machine.name].clone(), certificates });
        }
    }
    let next = Mutex::new(runs.iter().enumerate());
    let tallies = Mutex::new(Vec::new());
    let work = || {
        loop {
            // The lock is held for this line only.
            let taken = lock(&next).next();
            let Some((number, run)) = taken else {
                return;
            };
            let tally = one(run);
            lock(&tallies).push((number, tally));
        }
    };
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(work);
        }
    });
    let mut tallies = tallies.into_inner().unwrap_or_default();
    tallies.sort_by_key(|(number, _)| *number);
    tallies.into_iter().fold(Tally::default(), |mut total, (_, tally)| {
        total.add(tally);
        total
    })
}

/// The images, and certificates if one of the machines has TLS.
fn prepare(machines: &[&'static Machine]) -> Outcome<(Images, Option<Arc<Certificates>>)> {
    machines::need(machines)?;
    let images = image::build(machines)?;
    let has_tls = machines.iter().any(|machine| machine.has_tls());
    let certificates = if has_tls { Some(Arc::new(Certificates::make()?)) } else { None };
    Ok((images, certificates))
}

fn one(run: &Run) -> Tally {
    let (machine, scenario) = (run.machine.name, run.scenario.name);
    let start = Instant::now();
    let result = play(run);
    let (verdict, note) = result.as_ref().map_or(("FAILED", ""), |note| ("ok", note.as_str()));
    println!("  {machine:16} {scenario:36} {verdict:6} {:5.1} s  {note}", start.elapsed().as_secs_f32());
    let mut tally = Tally::default();
    tally.check(&format!("{machine}, {scenario}"), result.map(|_| ()));
    tally
}

/// What is worth a note.
fn play(run: &Run) -> Outcome<String> {
    let polls = Polls::of(run.machine, &run.image)?;
    let counter = polls.as_ref().map(|polls| &polls.counter);
    let mut bench = Bench::start(run.machine, &run.image, run.scenario, run.certificates.clone(), counter)?;
    let result = (run.scenario.play)(&mut bench).and_then(|()| bench.finish());
    result.map_err(|reason| format!("{reason}\nlog: {}", bench.device.last_words()))?;
    polls.as_ref().map_or(Ok(String::new()), Polls::judge)
}
