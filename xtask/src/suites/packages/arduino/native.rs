//! A sketch built for this machine by its own compiler: the library's sources as C++11 and C99, as strictly as ours.

use super::super::delivery::{Delivery, tests};
use super::library;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use xtask::process::{attempt, run};
use xtask::{Outcome, archive, paths};

const LIMIT: Duration = Duration::from_secs(120);
const STRICT: &[&str] =
    &["-Wall", "-Wextra", "-Werror", "-g", "-O1", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"];
const CXX: &[&str] = &["-std=gnu++11", "-fno-exceptions", "-fno-rtti"];

pub struct Native<'a> {
    pub delivery: &'a Delivery,
    /// Where the library is.
    pub library: PathBuf,
    pub name: &'a str,
    /// With a .ino of the same name, and perhaps .cpp beside it.
    pub sketch: &'a Path,
    /// Below tests/packages/arduino, searched first.
    pub like: Option<&'a str>,
    pub flags: &'a [&'a str],
}

impl<'a> Native<'a> {
    pub fn new(delivery: &'a Delivery, name: &'a str, sketch: &'a Path, flags: &'a [&'a str]) -> Outcome<Native<'a>> {
        Ok(Native { delivery, library: library(delivery)?, name, sketch, like: None, flags })
    }

    pub fn like(mut self, like: &'a str) -> Native<'a> {
        self.like = Some(like);
        self
    }

    /// Builds it: the program.
    pub fn program(&self) -> Outcome<PathBuf> {
        let dir = self.delivery.work(&format!("native-{}", self.name))?;
        let name = self.sketch.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let core = tests().join("arduino");
        let src = self.library.join("src");
        let mut c = self.compiler("gcc");
        run(c.args(["-std=gnu99", "-c"]).args(paths::files(&src.join("c"), "c")).current_dir(&dir))?;
        let mut link = self.compiler("g++");
        let sources = [src.as_path(), &core.join("core"), &core.join("linux"), self.sketch];
        link.args(CXX).args(sources.iter().flat_map(|dir| paths::files(dir, "cpp")));
        link.args(["-x", "c++", "-include", "Arduino.h"]).arg(self.sketch.join(format!("{name}.ino")));
        link.args(["-x", "none"]).args(paths::files(&dir, "o")).arg(archive::place());
        run(link.arg("-o").arg(dir.join("sketch")))?;
        Ok(dir.join("sketch"))
    }

    /// Builds and runs it: whether it ended well, and what it said.
    pub fn run(&self) -> Outcome<(bool, String)> {
        attempt(&mut Command::new(self.program()?), LIMIT)
    }

    fn compiler(&self, program: &str) -> Command {
        let core = tests().join("arduino");
        let mut command = Command::new(program);
        command.args(STRICT).args(self.flags);
        let like = self.like.map(|like| core.join(like));
        for dir in like.into_iter().chain([core.join("core"), self.library.join("src")]) {
            command.arg("-I").arg(dir);
        }
        command
    }
}
