//! A project of PlatformIO: its platformio.ini, and a platform with one board.

use super::super::boards::{Board, LINUX, source_dir};
use super::super::delivery::{Delivery, tests};
use super::{LIMIT, PACKAGE};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::Command;
use xtask::process::{attempt, run};
use xtask::{Outcome, paths};

pub struct Project {
    dir: PathBuf,
    board: &'static Board,
    flags: Vec<String>,
    /// Of the environment, besides platform and board.
    options: Vec<(String, String)>,
    source_dir: PathBuf,
}

/// PlatformIO itself, at home in a directory of its own: it keeps there what it calls installed, by a name that all our
/// platforms have. Nothing answers at that proxy, so whoever wants the network fails.
pub fn pio(delivery: &Delivery, home: &Path) -> Outcome<Command> {
    let packages = home.join("core/packages");
    paths::fresh(&packages)?;
    run(Command::new("cp").arg("-R").arg(tests().join("platformio/tool-scons")).arg(&packages))?;
    let mut pio = Command::new(&delivery.python);
    pio.arg(tests().join("platformio/pio.py"));
    pio.env("HOME", home).env("PLATFORMIO_CORE_DIR", home.join("core"));
    pio.env("PLATFORMIO_SETTING_ENABLE_TELEMETRY", "No");
    for name in ["http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"] {
        pio.env(name, "http://127.0.0.1:9");
    }
    Ok(pio)
}

impl Project {
    /// The self-test for a board.
    pub fn selftest(delivery: &Delivery, board: &'static Board, name: &str) -> Outcome<Project> {
        let root = paths::root();
        let mut project = Project::new(delivery, board, name, root.join("tests/selftest"))?;
        let host = if board.sources.is_empty() { "" } else { " -<host.c>" };
        project.option("build_src_filter", &format!("+<*.c>{host}"));
        Ok(project)
    }

    /// The header's tests of MQTT 5.
    pub fn mqtt5(delivery: &Delivery, board: &'static Board) -> Outcome<Project> {
        let mut project = Project::new(delivery, board, "mqtt5", paths::root().join("tests/c"))?;
        project.option("build_src_filter", "-<*> +<v5.c>").option("custom_limpet_mqtt5", "yes");
        Ok(project)
    }

    /// An example where it is in a copy of the package, with what its own platformio.ini says but for platform, board
    /// and framework.
    pub fn example(delivery: &Delivery, board: &'static Board, example: &str, name: &str) -> Outcome<Project> {
        let mut project = Project::new(delivery, board, name, PathBuf::from("src"))?;
        run(Command::new("cp").arg("-R").arg(delivery.unpacked(PACKAGE)?.join(".")).arg(&project.dir))?;
        project.dir = project.dir.join("examples").join(example);
        let text = paths::read(&project.dir.join("platformio.ini"))?;
        for (option, value) in text.lines().filter_map(|line| line.split_once(" = ")) {
            if !["platform", "board", "framework"].contains(&option) {
                project.option(option, value);
            }
        }
        Ok(project)
    }

    fn new(delivery: &Delivery, board: &'static Board, name: &str, source_dir: PathBuf) -> Outcome<Project> {
        let dir = delivery.work(&format!("platformio-{name}"))?;
        let mut flags: Vec<_> = board.flags()?.into_iter().map(str::to_string).collect();
        flags.push(format!("-I{}", paths::root().join("tests/firmware").display()));
        let mut project = Project { dir, board, flags, options: Vec::new(), source_dir };
        project.option("lib_deps", &format!("file://{}", delivery.package(PACKAGE)?.file.display()));
        Ok(project)
    }

    /// Where its platformio.ini is.
    pub fn place(&self) -> &Path {
        &self.dir
    }

    /// The value of an option.
    pub fn said(&self, name: &str) -> &str {
        self.options.iter().find(|(other, _)| other == name).map_or("", |(_, value)| value)
    }

    /// Sets an option, in place of what it was.
    pub fn option(&mut self, name: &str, value: &str) -> &mut Project {
        self.options.retain(|(other, _)| other != name);
        self.options.push((name.to_string(), value.to_string()));
        self
    }

    /// Other flags than those of the board.
    pub fn board_flags(&mut self, flags: &[&str]) {
        self.flags = flags.iter().map(|flag| (*flag).to_string()).collect();
    }

    /// Whether it was built, and what was said.
    pub fn build(&mut self, delivery: &Delivery) -> Outcome<(bool, String)> {
        let platform = self.dir.join("platform");
        run(Command::new("cp").arg("-R").arg(tests().join("platformio/platform")).arg(&platform))?;
        self.write_board(&platform.join("boards"))?;
        let mut ini = format!("[platformio]\nsrc_dir = {}\n[env:tried]\n", self.source_dir.display());
        ini += &format!("platform = symlink://{}\nboard = {}\n", platform.display(), self.board.name);
        self.options.iter().for_each(|(name, value)| ini += &format!("{name} = {value}\n"));
        paths::write(&self.dir.join("platformio.ini"), &ini)?;
        attempt(pio(delivery, &self.dir.join("home"))?.args(["run", "-d"]).arg(&self.dir), LIMIT)
    }

    /// The program.
    pub fn program(&mut self, delivery: &Delivery) -> Outcome<PathBuf> {
        match self.build(delivery)? {
            (true, _) => Ok(self.dir.join(".pio/build/tried/program.elf")),
            (false, said) => Err(said),
        }
    }

    fn write_board(&self, boards: &Path) -> Outcome {
        // As PlatformIO's `native`, which says nothing to the linker.
        let link_flags = if self.board.name == LINUX.name { Vec::new() } else { self.board.link_flags() };
        let board = json!({
            "name": self.board.name,
            "url": "",
            "vendor": "",
            "frameworks": [],
            "build": { "mcu": self.board.mcu },
            // PlatformIO has uses of its own for most names in `build`.
            "tried": {
                "tools": self.board.target()?.tools,
                "flags": self.flags,
                "link_flags": link_flags,
                "sources": self.board.sources,
                "source_dir": source_dir(),
            },
            "upload": { "maximum_size": 1 << 20, "maximum_ram_size": 1 << 18 },
        });
        paths::fresh(boards)?;
        paths::write(&boards.join(format!("{}.json", self.board.name)), &board.to_string())
    }
}
