//! Every package, made for this run and unpacked somewhere, and what the self-test must say.

use crate::suites::selftest;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use xtask::dist::{self, Form, Made, PACKAGES, Stock};
use xtask::process::run;
use xtask::{Outcome, paths, python};

pub struct Delivery {
    pub stock: Stock,
    pub made: Vec<Made>,
    /// What the self-test says on this machine.
    pub expected: String,
    /// Python with the tools that are written in it.
    pub python: PathBuf,
    dir: PathBuf,
}

impl Delivery {
    pub fn make() -> Outcome<Delivery> {
        let python = python::environment(&place().join("python"), &tests().join("requirements.txt"))?;
        let expected = selftest::of_host()?;
        let stock = Stock::take()?;
        let dir = paths::scratch("packages")?;
        let made = PACKAGES.iter().map(|package| dist::make(package, &stock, &dir)).collect::<Outcome<_>>()?;
        let delivery = Delivery { stock, made, expected, python, dir };
        for made in &delivery.made {
            delivery.unpack(made)?;
        }
        Ok(delivery)
    }

    fn unpack(&self, made: &Made) -> Outcome {
        let mut unpack = match made.package.form {
            Form::TarGz => Command::new("tar"),
            Form::Zip => Command::new(&self.python),
        };
        match made.package.form {
            Form::TarGz => unpack.arg("-xzf").arg(&made.file).arg("-C"),
            Form::Zip => unpack.args(["-m", "zipfile", "-e"]).arg(&made.file),
        };
        run(unpack.arg(&self.dir)).map(|_| ())
    }

    /// A package, by its name without the version.
    pub fn package(&self, name: &str) -> Outcome<&Made> {
        self.made.iter().find(|made| made.package.name == name).ok_or_else(|| format!("there is no package {name}"))
    }

    /// Where its files are.
    pub fn unpacked(&self, name: &str) -> Outcome<PathBuf> {
        self.package(name).map(|made| self.dir.join(&made.top))
    }

    /// An empty directory.
    pub fn work(&self, name: &str) -> Outcome<PathBuf> {
        let dir = self.dir.join("work").join(name);
        paths::fresh(&dir).map(|()| dir)
    }

    pub fn version(&self) -> &str {
        self.stock.version()
    }
}

impl Drop for Delivery {
    fn drop(&mut self) {
        // What stays in memory is swept by the next run.
        let _ = fs::remove_dir_all(&self.dir);
    }
}

/// What is kept from run to run.
pub fn place() -> PathBuf {
    paths::target().join("packages")
}

pub fn tests() -> PathBuf {
    paths::root().join("tests/packages")
}

/// Compares two files.
pub fn same(one: &Path, other: &Path) -> Outcome {
    let read = |file: &Path| fs::read(file).map_err(|e| format!("cannot read {}: {e}", file.display()));
    if read(one)? == read(other)? {
        return Ok(());
    }
    Err(format!("{} and {} differ", one.display(), other.display()))
}
