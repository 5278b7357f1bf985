//! Interoperability: the conformance program against each broker, and the eight steps of target and tester.

mod known;
mod score;
mod v3;

use super::tally::Tally;
use score::Score;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::Duration;
use xtask::brokers::{ALL, Kind, PASSWORD, USER};
use xtask::build::Speaks;
use xtask::cc;
use xtask::process::attempt;
use xtask::{Outcome, archive, paths, setup};

const LIMIT: Duration = Duration::from_secs(300);

pub fn run() -> Tally {
    let program = match setup::need(&[setup::C]).and_then(|()| build()) {
        Ok(program) => program,
        Err(reason) => return Tally::failure(reason),
    };
    let mut tally = Tally::default();
    let mut ready = Vec::new();
    for kind in ALL {
        match kind.prepare() {
            Ok(()) => ready.push(kind),
            Err(reason) => tally.add(Tally::failure(reason)),
        }
    }
    // They mostly wait, so all run at once. Each thread outlives the children it starts.
    thread::scope(|scope| {
        let program = &program;
        let both = |kind: &&'static Kind| [(*kind, false), (*kind, true)];
        let plays = ready.iter().flat_map(both).filter(|(kind, in_v5)| !in_v5 || kind.speaks_v5);
        let brokers: Vec<_> =
            plays.map(|(kind, in_v5)| (kind.name, scope.spawn(move || play(program, kind, in_v5)))).collect();
        let steps = scope.spawn(v3::run);
        for (name, thread) in brokers {
            tally.add(thread.join().unwrap_or_else(|_| Tally::failure(format!("{name}: it panicked"))));
        }
        tally.add(steps.join().unwrap_or_else(|_| Tally::failure("target and tester: it panicked")));
    });
    tally
}

fn build() -> Outcome<PathBuf> {
    let sources = paths::files(&paths::root().join("tests/conformance"), "c");
    cc::program("conformance", &sources, &archive::host_of(Speaks::Both)?, &cc::Kind::CONFORMANCE, &[])
}

/// The conformance program with this broker, in MQTT 3.1.1 or in 5.
fn play(program: &Path, kind: &'static Kind, in_v5: bool) -> Tally {
    let name = format!("{}{}", kind.name, if in_v5 { " 5" } else { "" });
    match score(program, kind, in_v5) {
        Ok(score) => {
            println!("  {name:11} {:7} {}", kind.version, score.row());
            let mut tally = Tally::default();
            for (check, result) in score.results {
                tally.check(&format!("{name}: {check}"), result);
            }
            tally
        }
        Err(reason) => Tally::failure(format!("{name}: {reason}")),
    }
}

/// What the conformance program says of this broker, with what is known of it.
pub fn score(program: &Path, kind: &'static Kind, in_v5: bool) -> Outcome<Score> {
    let broker = kind.start()?;
    let mut command = Command::new(program);
    if in_v5 {
        command.arg("-5");
    }
    command.args(["127.0.0.1", &broker.port().to_string()]);
    if kind.has_login {
        command.args([USER, PASSWORD]);
    }
    let (_, output) = attempt(&mut command, LIMIT)?;
    Score::of(&output, known::of(kind.name, in_v5))
}
