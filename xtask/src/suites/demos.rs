//! The demos of c_examples with a real broker, each through at least one outage: what they print, what they publish, and
//! that nothing of QoS 1 is lost. The outages of hello.c, clean.c and unclean.c are in the suite `mosquitto`.

mod dispatch;
mod lowpower;
mod publish_timeout;
mod pubtest;
mod range;
mod stage;
mod wan;

use super::tally::Tally;
use std::path::{Path, PathBuf};
use std::thread;
use xtask::{Outcome, archive, cc, paths, setup};

pub struct Demo {
    /// File in c_examples.
    file: &'static str,
    /// What the test says about it.
    name: &'static str,
    run: fn(&Path) -> Outcome<String>,
}

const DEMOS: &[Demo] = &[
    Demo { file: "range.c", name: "range counts on through an outage", run: range::range },
    Demo { file: "range_ex.c", name: "range_ex also says signal and memory", run: range::range_ex },
    Demo { file: "main.c", name: "main waits, then runs range, broker or not", run: range::auto_start },
    Demo { file: "main.c", name: "main can be stopped while it waits", run: range::stopped },
    Demo { file: "clean.c", name: "clean waits for its interface", run: range::without_interface },
    Demo { file: "lowpower.c", name: "lowpower sleeps through an outage", run: lowpower::run },
    Demo { file: "publish_timeout.c", name: "publish_timeout gives up what is late", run: publish_timeout::run },
    Demo { file: "dispatch.c", name: "dispatch hands each topic to its row", run: dispatch::run },
    Demo { file: "wan.c", name: "wan tells a good answer from a bad one", run: wan::run },
    Demo { file: "pubtest", name: "pubtest goes on after an outage", run: pubtest::run },
];

/// What is checked.
pub fn names() -> Vec<&'static str> {
    DEMOS.iter().map(|d| d.name).collect()
}

pub fn run() -> Tally {
    let programs = match prepare() {
        Ok(programs) => programs,
        Err(reason) => return Tally::failure(reason),
    };
    let mut tally = Tally::default();
    // They mostly wait, so all run at once. Each thread outlives the children it starts.
    thread::scope(|scope| {
        let started: Vec<_> = DEMOS.iter().zip(&programs).map(|(d, p)| (d.name, scope.spawn(|| (d.run)(p)))).collect();
        for (name, thread) in started {
            let result = thread.join().unwrap_or_else(|_| Err("it panicked".to_string()));
            tally.check(name, result.map(|text| println!("  {name:44} {text}")));
        }
    });
    tally
}

/// What each demo is run as. All are built before the first runs: a busy machine would spoil their times.
fn prepare() -> Outcome<Vec<PathBuf>> {
    setup::need(&[setup::C, setup::MOSQUITTO, setup::MOSQUITTO_CLIENTS])?;
    let archive = archive::host()?;
    let mut programs: Vec<PathBuf> = Vec::new();
    for (number, demo) in DEMOS.iter().enumerate() {
        let source = paths::root().join("c_examples").join(demo.file);
        let before = DEMOS.iter().position(|other| other.file == demo.file).filter(|first| *first < number);
        programs.push(match before {
            Some(first) => programs[first].clone(),
            None if source.extension().is_none() => source,
            None => {
                let name = format!("demo-{}", demo.file.trim_end_matches(".c"));
                cc::program(&name, &[source], &archive, &cc::Kind::EXAMPLE, &[])?
            }
        });
    }
    Ok(programs)
}
