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
        let brokers: Vec<_> = ready.iter().map(|kind| (kind.name, scope.spawn(|| play(program, kind)))).collect();
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
    cc::program("conformance", &sources, &archive::host()?, &cc::Kind::CONFORMANCE, &[])
}

fn play(program: &Path, kind: &'static Kind) -> Tally {
    match score(program, kind) {
        Ok(score) => {
            println!("  {:10} {:7} {}", kind.name, kind.version, score.row());
            let mut tally = Tally::default();
            for (check, result) in score.results {
                tally.check(&format!("{}: {check}", kind.name), result);
            }
            tally
        }
        Err(reason) => Tally::failure(format!("{}: {reason}", kind.name)),
    }
}

fn score(program: &Path, kind: &'static Kind) -> Outcome<Score> {
    let broker = kind.start()?;
    let mut command = Command::new(program);
    command.args(["127.0.0.1", &broker.port().to_string()]);
    if kind.has_login {
        command.args([USER, PASSWORD]);
    }
    let (_, output) = attempt(&mut command, LIMIT)?;
    Score::of(&output, known::of(kind.name))
}
