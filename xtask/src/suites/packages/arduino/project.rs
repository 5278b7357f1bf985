//! A sketch as a project of PlatformIO, on a platform with a stand-in for an Arduino core.

use super::super::boards::{Board, source_dir};
use super::super::delivery::{Delivery, tests};
use super::super::platformio::project::pio;
use super::{PACKAGE, library};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use xtask::process::{attempt, run};
use xtask::{Outcome, archive, paths};

const LIMIT: Duration = Duration::from_secs(180);

/// How PlatformIO finds the archive.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// As Arduino does, by library.properties; for that the library must not have PlatformIO's own library.json.
    Arduino,
    /// By the script that library.json names.
    Script,
}

impl Way {
    pub fn name(self) -> &'static str {
        if self == Way::Script { "PlatformIO's way" } else { "Arduino's way" }
    }
}

pub struct Project<'a> {
    pub delivery: &'a Delivery,
    pub board: &'static Board,
    /// `build.cpu`, where Arduino's way looks if it finds nothing by the name of the chip.
    pub cpu: &'a str,
    pub way: Way,
    pub sketch: &'a Path,
    pub flags: &'a [&'a str],
    /// The archive that also speaks MQTT 5, asked for as the README says.
    pub five: bool,
}

impl Project<'_> {
    /// Whether it was built, and what was said.
    pub fn build(&self, name: &str) -> Outcome<(PathBuf, bool, String)> {
        let dir = self.delivery.work(&format!("arduino-{name}"))?;
        // PlatformIO writes beside the sketch.
        copy(self.sketch, &dir.join("src"))?;
        let platform = dir.join("platform");
        copy(&tests().join("platformio/platform"), &platform)?;
        copy(&tests().join("arduino/platform"), &platform)?;
        self.write_board(&platform.join("boards"))?;
        let library = match self.way {
            Way::Script => format!("file://{}", self.delivery.package(PACKAGE)?.file.display()),
            Way::Arduino => format!("symlink://{}", self.arduinos(&dir)?.display()),
        };
        let ini = format!(
            "[env:tried]\nplatform = symlink://{}\nboard = {}\nframework = arduino\nlib_deps = {library}\n",
            platform.display(),
            self.board.name,
        );
        let more = if self.five && self.way == Way::Script { "custom_limpet_mqtt5 = yes\n" } else { "" };
        paths::write(&dir.join("platformio.ini"), &(ini + more))?;
        let (ok, said) = attempt(pio(self.delivery, &dir.join("home"))?.args(["run", "-d"]).arg(&dir), LIMIT)?;
        Ok((dir.join(".pio/build/tried/program.elf"), ok, said))
    }

    /// Builds and runs it: whether it ended well, and what it said.
    pub fn run(&self, name: &str) -> Outcome<(bool, String)> {
        match self.build(name)? {
            (image, true, _) => self.board.run(&image),
            (_, false, said) => Err(said),
        }
    }

    fn arduinos(&self, dir: &Path) -> Outcome<PathBuf> {
        let copied = dir.join("library");
        copy(&library(self.delivery)?, &copied)?;
        let manifest = copied.join("library.json");
        std::fs::remove_file(&manifest).map_err(|e| format!("{}: {e}", manifest.display()))?;
        if self.five {
            let properties = copied.join("library.properties");
            let text = paths::read(&properties)?;
            paths::write(&properties, &text.replace("ldflags=-llimpet\n", "ldflags=-llimpet5\n"))?;
        }
        Ok(copied)
    }

    fn write_board(&self, boards: &Path) -> Outcome {
        let root = paths::root();
        let is_here = self.board.sources.is_empty();
        let port = tests().join("arduino").join(if is_here { "linux" } else { "bare" });
        let mut flags: Vec<_> = self.board.flags()?.into_iter().map(str::to_string).collect();
        flags.push(format!("-I{}", root.join("tests/firmware").display()));
        flags.extend(self.flags.iter().map(|flag| (*flag).to_string()));
        if self.board.mcu == "esp8266" {
            flags.push(format!("-I{}", tests().join("arduino/esp8266").display()));
        }
        let mut link_flags = self.board.link_flags();
        if is_here {
            // The package has no archive for this machine.
            let host = archive::place();
            link_flags.push(format!("-L{}", host.parent().unwrap_or(&host).display()));
            link_flags.push("-lstdc++".to_string());
            flags.push("-DLIMPET_OWN_ARCHIVE".to_string());
        }
        let board = json!({
            "name": self.board.name,
            "url": "",
            "vendor": "",
            "frameworks": ["arduino"],
            "build": { "mcu": self.board.mcu, "cpu": self.cpu },
            "tried": {
                "tools": self.board.target()?.tools,
                "flags": flags,
                "link_flags": link_flags,
                "sources": self.board.sources,
                "source_dir": source_dir(),
                "core": [tests().join("arduino/core"), port],
            },
            "upload": { "maximum_size": 1 << 20, "maximum_ram_size": 1 << 18 },
        });
        paths::fresh(boards)?;
        paths::write(&boards.join(format!("{}.json", self.board.name)), &board.to_string())
    }
}

/// What is in a directory, into another one that may be there.
fn copy(from: &Path, to: &Path) -> Outcome {
    std::fs::create_dir_all(to).map_err(|e| format!("cannot make {}: {e}", to.display()))?;
    run(Command::new("cp").arg("-R").arg(from.join(".")).arg(to)).map(|_| ())
}
