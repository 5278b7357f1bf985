//! The program of tests/firmware/bench: how it is built for its board, how it runs, and whose each function in it is.

use super::cases::CASES;
use super::counts::{Count, Owner};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use xtask::archive::symbols::{self, Symbol};
use xtask::firmware::machines::{MACHINES, Machine};
use xtask::firmware::spans::{Counter, Span};
use xtask::process::{attempt, run};
use xtask::targets::{self, Target};
use xtask::{Outcome, build, header, paths, setup};

/// A Cortex-M4 with as much memory as one wants.
const MACHINE: &str = "mps2-an386";

/// Below tests/firmware.
const SOURCES: &[&str] = &["bench/main.c", "bench/broker.c", "boards/cortex_m.c", "boards/mps2.c"];

/// No call of memcpy may stand for what a callback does: those that are counted are the library's.
const FLAGS: &[&str] = &["-Os", "-g", "-fno-builtin", "-fno-tree-loop-distribute-patterns"];

const SECTIONS: &[&str] = &["-ffunction-sections", "-fdata-sections"];

const WARNINGS: &[&str] = &["-std=c99", "-pedantic", "-Wall", "-Wextra", "-Werror"];

/// A run takes two seconds.
const LIMIT: Duration = Duration::from_secs(120);

struct Program {
    machine: &'static Machine,
    target: &'static Target,
    dir: PathBuf,
}

/// Builds it, runs it, and says what each passage of each span took.
pub fn counts() -> Outcome<Vec<Count>> {
    let machine = MACHINES.iter().find(|m| m.name == MACHINE).ok_or_else(|| format!("no machine {MACHINE}"))?;
    setup::need(&[machine.needs])?;
    let target = targets::named(machine.target)?;
    let program = Program { machine, target, dir: paths::target().join("instructions") };
    paths::fresh(&program.dir)?;
    let library = program.library()?;
    let objects = program.compile()?;
    let image = program.link(&objects, &library)?;
    program.count(&image, &library)
}

impl Program {
    /// The library as it is delivered, but with the names of its functions.
    fn library(&self) -> Outcome<PathBuf> {
        let library = self.dir.join("library.o");
        let mut objcopy = Command::new(format!("{}objcopy", self.target.tools));
        // The sizes of frames refer to every function, and nothing would be thrown away.
        objcopy.args(["-R", ".stack_sizes"]).arg(build::library(self.target)?.object).arg(&library);
        run(&mut objcopy).map(|_| library)
    }

    fn compile(&self) -> Outcome<Vec<PathBuf>> {
        let (root, objects) = (paths::root(), self.dir.join("objects"));
        paths::fresh(&objects)?;
        let mut gcc = self.gcc();
        gcc.args(WARNINGS).args(FLAGS).args(SECTIONS).current_dir(&objects);
        for dir in ["include", "tests/firmware", "tests/firmware/boards"] {
            gcc.arg("-I").arg(root.join(dir));
        }
        run(gcc.arg("-c").args(SOURCES.iter().map(|source| root.join("tests/firmware").join(source))))?;
        Ok(paths::files(&objects, "o"))
    }

    fn link(&self, objects: &[PathBuf], library: &Path) -> Outcome<PathBuf> {
        let image = self.dir.join("bench.elf");
        let mut gcc = self.gcc();
        gcc.args(["-nostartfiles", "-Wl,--gc-sections", "-Wl,--no-warn-execstack"]);
        gcc.arg("-L").arg(paths::root().join("tests/firmware/boards")).arg("-T").arg(self.machine.script);
        run(gcc.args(objects).arg(library).arg("-o").arg(&image)).map(|_| image)
    }

    fn gcc(&self) -> Command {
        let mut gcc = Command::new(format!("{}gcc", self.target.tools));
        gcc.args(self.machine.flags);
        gcc
    }

    fn count(&self, image: &Path, library: &Path) -> Outcome<Vec<Count>> {
        let symbols = symbols::placed(self.target, image)?;
        let own = symbols::placed(self.target, library)?;
        let functions = functions(&symbols, &own);
        let ranges: Vec<_> = functions.iter().map(|f| f.range.clone()).collect();
        let spans: Vec<Span> = CASES.iter().map(|case| case.span).collect();
        let counter = Counter::new(&symbols, &spans, &ranges)?;
        let (qemu, board) = self.machine.qemu.split_first().ok_or("no QEMU is named")?;
        let mut command = Command::new(qemu);
        command.args(board).arg("-kernel").arg(image).args(["-display", "none", "-monitor", "none", "-net", "none"]);
        command.args(["-semihosting-config", "enable=on,target=native"]).args(counter.arguments());
        let (ok, said) = attempt(&mut command, LIMIT)?;
        if !ok {
            return Err(format!("the program does not do what is to be counted: {said}"));
        }
        counter.passages()?.into_iter().map(|passage| Count::of(passage, &functions)).collect()
    }
}

/// One function of the image, and who it belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Function {
    pub name: String,
    pub owner: Owner,
    pub range: Range<u32>,
}

/// Those of the image. A function with several names is there once.
fn functions(symbols: &[Symbol], library: &[Symbol]) -> Vec<Function> {
    let mut functions: Vec<Function> = Vec::new();
    for symbol in symbols.iter().filter(|s| s.is_function()) {
        let from = symbol.address & !1;
        if functions.iter().any(|f| f.range.start == from) {
            continue;
        }
        let name = symbol.name.clone();
        let owner = if library.iter().any(|s| s.is_function() && s.name == name) {
            Owner::Library
        } else if symbols::may_be_needed(&name) && !header::HOOKS.contains(&name.as_str()) {
            Owner::Routine
        } else {
            Owner::Program
        };
        functions.push(Function { name, owner, range: from..from + symbol.size });
    }
    functions
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_function_has_one_owner() {
        let symbol = |name: &str, address, size| Symbol { address, size, kind: 't', name: name.to_string() };
        let image = [
            symbol("mqtt_poll", 1, 8),
            symbol("memcpy", 9, 8),
            symbol("__aeabi_memcpy", 9, 8),
            symbol("on_event", 17, 8),
            symbol("bench_idle_begin", 20, 0),
        ];
        let functions = functions(&image, &[symbol("mqtt_poll", 1, 8)]);
        let owners: Vec<_> = functions.iter().map(|f| f.owner).collect();
        assert_eq!(owners, [Owner::Library, Owner::Routine, Owner::Program]);
        assert_eq!(functions[1].range, 8..16);
    }
}
