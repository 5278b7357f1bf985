//! TLS: the transport of c_examples/mbedtls alone, against a server in memory, and then c_examples/tls.c and a program
//! that measures, through the proxy to Mosquitto's TLS listener. Certificates are made for each run.

mod bulk;
mod ends;
mod outage;
mod refusals;
mod stage;
mod stalls;

use super::tally::Tally;
use stage::Stage;
use std::process::Command;
use std::thread;
use std::time::Duration;
use xtask::cc::{self, Kind};
use xtask::process::attempt;
use xtask::{Outcome, archive, paths, setup};

const LIMIT: Duration = Duration::from_secs(120);

/// Programs of tests/tls that need no broker, beside pair.c and server.c.
const IN_MEMORY: &[&str] = &["handshake", "stream"];

/// A case with a broker; on success a few words about what was seen.
#[derive(Clone, Copy)]
struct Case {
    name: &'static str,
    run: fn(&Stage) -> Outcome<String>,
}

fn cases() -> Vec<Case> {
    [refusals::CASES, outage::CASES, ends::CASES, stalls::CASES, bulk::CASES].concat()
}

/// Of all cases.
pub fn names() -> Vec<&'static str> {
    cases().iter().map(|case| case.name).collect()
}

pub fn run() -> Tally {
    let needs = [setup::C, setup::MBEDTLS, setup::OPENSSL, setup::MOSQUITTO];
    let stage = match setup::need(&needs).and_then(|()| archive::host()).and_then(|_| Stage::set()) {
        Ok(stage) => stage,
        Err(reason) => return Tally::failure(reason),
    };
    let mut tally = Tally::default();
    for name in IN_MEMORY {
        tally.add(in_memory(name, &stage).unwrap_or_else(|reason| Tally::failure(format!("{name}: {reason}"))));
    }
    let cases = cases();
    // They mostly wait, so all run at once. Each thread outlives the children it starts.
    thread::scope(|scope| {
        let stage = &stage;
        let started: Vec<_> = cases.iter().map(|case| (case.name, scope.spawn(|| (case.run)(stage)))).collect();
        for (name, thread) in started {
            let result = thread.join().unwrap_or_else(|_| Err("it panicked".to_string()));
            tally.check(name, result.map(|text| println!("  {name:46} {text}")));
        }
    });
    tally
}

fn in_memory(name: &str, stage: &Stage) -> Outcome<Tally> {
    let dir = paths::root().join("tests/tls");
    let sources = [name, "pair", "server"].map(|s| dir.join(s).with_extension("c"));
    let program = cc::program(&format!("tls-{name}"), &sources, &archive::place(), &Kind::TLS_TEST, &[])?;
    let (ok, output) = attempt(Command::new(program).arg(stage.certificates.dir()), LIMIT)?;
    let last = output.lines().rfind(|l| !l.trim().is_empty()).unwrap_or_default().to_string();
    let named = format!("{name}:\n{output}");
    Ok(Tally::of_output(ok, &named, |line| line == last && line.contains(" passed, ")))
}
