//! What packages are filled from: the archives, the crates in them, the version, and the time of the sources.

use super::crates::{self, Crate};
use super::readme;
use crate::build::{Library, Speaks};
use crate::process::run;
use crate::targets::Target;
use crate::{Outcome, build, paths};
use std::path::PathBuf;
use std::process::Command;

#[derive(Clone)]
pub struct Stock {
    pub archives: Vec<Archive>,
    /// The library first.
    pub crates: Vec<Crate>,
    /// Seconds since 1970.
    pub time: u64,
}

#[derive(Clone)]
pub struct Archive {
    pub target: &'static Target,
    pub path: PathBuf,
    /// The one that also speaks MQTT 5.
    pub five: PathBuf,
}

impl Stock {
    /// Compiles for every target.
    pub fn take() -> Outcome<Stock> {
        let (made, fives) = (build::all()?, build::all_of(Speaks::Both)?);
        let both = made.into_iter().zip(fives);
        let archive = |((target, one), (_, five)): ((_, Library), (_, Library))| Archive {
            target,
            path: one.archive,
            five: five.archive,
        };
        let archives = both.map(archive).collect();
        Ok(Stock { archives, ..Stock::around()? })
    }

    /// All but the archives.
    pub fn around() -> Outcome<Stock> {
        Ok(Stock { archives: Vec::new(), crates: crates::linked()?, time: time()? })
    }

    /// The same with fewer archives.
    pub fn of(&self, fits: fn(&Target) -> bool) -> Stock {
        let mut fewer = self.clone();
        fewer.archives.retain(|archive| fits(archive.target));
        fewer
    }

    /// What templates of every package may ask for.
    pub fn words(&self) -> Outcome<Vec<(&'static str, String)>> {
        let mut numbers = self.version().split('.').map(str::to_string);
        let mut number = || numbers.next().unwrap_or_default();
        let description = self.crates.first().map(|library| library.description.clone());
        let homepage = self.crates.first().map(|library| library.homepage.clone());
        Ok(vec![
            ("VERSION", self.version().to_string()),
            ("MAJOR", number()),
            ("MINOR", number()),
            ("DESCRIPTION", description.unwrap_or_default()),
            ("HOMEPAGE", homepage.unwrap_or_default()),
            ("CALLS", readme::CALLS.to_string()),
            ("ERRORS", readme::ERRORS.to_string()),
            ("FIVE", readme::five()?),
        ])
    }

    pub fn version(&self) -> &str {
        self.crates.first().map_or("", |library| &library.version)
    }
}

/// Of the last commit; what is made of it again has the same time.
fn time() -> Outcome<u64> {
    let said = match std::env::var("SOURCE_DATE_EPOCH") {
        Ok(said) => said,
        Err(_) => {
            let mut git = Command::new("git");
            git.current_dir(paths::root()).args(["log", "-1", "--format=%ct"]);
            run(&mut git).map_err(|e| format!("set SOURCE_DATE_EPOCH to the time of the sources: {e}"))?
        }
    };
    said.trim().parse().map_err(|_| format!("not a time in seconds: {said}"))
}
