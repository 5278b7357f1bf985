//! Processors that QEMU has and that run what our archives are made of: how C gets there, and how it is run.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::Duration;
use xtask::process::{attempt, lock, run};
use xtask::targets::{self, Route, Target};
use xtask::{Outcome, paths, xtensa};

/// Generous: a run takes about a second where nobody else works.
const LIMIT: Duration = Duration::from_secs(240);

const WARNINGS: &[&str] = &["-std=c99", "-pedantic", "-Wall", "-Wextra", "-Werror"];

/// So that the loops of memory.c stay loops.
const FREESTANDING: &[&str] = &["-Os", "-ffreestanding", "-fno-builtin", "-ffunction-sections"];

pub struct Core {
    /// QEMU's name.
    pub cpu: &'static str,
    pub target: &'static Target,
}

/// The target of an archive, and a core that runs it. None of the chips themselves is in QEMU: the LX106 is the ESP8266's
/// own core, the others are of the same family as the ESP32's and know its instructions, but for two that start-up adds.
const CORES: [(&str, &str); 4] = [
    ("lx106", "xtensa-esp8266-none-elf"),
    ("de233_fpu", "xtensa-esp32-none-elf"),
    ("dc233c", "xtensa-esp32s2-none-elf"),
    ("de233_fpu", "xtensa-esp32s3-none-elf"),
];

pub fn all() -> Outcome<Vec<Core>> {
    CORES.iter().map(|(cpu, target)| targets::named(target).map(|target| Core { cpu, target })).collect()
}

/// One of each ABI.
pub fn one_of_each_abi() -> Outcome<Vec<Core>> {
    all().map(|cores| cores.into_iter().take(2).collect())
}

impl Core {
    pub fn has_windows(&self) -> bool {
        self.target.route == Route::Llvm
    }

    /// Compiles C, and the start-up, board and routines of tests/xtensa/sim, into `dir`.
    pub fn objects(&self, sources: &[PathBuf], include: &[&str], dir: &Path) -> Outcome<Vec<PathBuf>> {
        let machine = paths::root().join("tests/xtensa/sim");
        let mut all = sources.to_vec();
        all.extend(paths::files(&machine, "c"));
        paths::fresh(dir)?;
        let mut objects = compile_all(&all, |source, object| self.compile(source, include, object), dir)?;
        let start = dir.join("start.o");
        let source = machine.join(if self.has_windows() { "windowed.S" } else { "call0.S" });
        let mut assembler = match self.has_windows() {
            true => llvm_mc(),
            false => {
                let mut gcc = self.gcc();
                gcc.arg("-c");
                gcc
            }
        };
        run(assembler.arg(&source).arg("-o").arg(&start))?;
        objects.push(start);
        Ok(objects)
    }

    pub fn link(&self, objects: &[PathBuf], out: &Path) -> Outcome {
        let script = if self.has_windows() { "windowed.ld" } else { "call0.ld" };
        let mut ld = Command::new(format!("{}ld", self.target.tools));
        ld.env_remove("XTENSA_GNU_CONFIG");
        ld.args(["--gc-sections", "--no-warn-execstack", "--no-warn-rwx-segments", "-T"]);
        ld.arg(paths::root().join("tests/xtensa/sim").join(script)).args(objects).arg("-o").arg(out);
        let said = run(&mut ld)?;
        if said.is_empty() { Ok(()) } else { Err(format!("the linker says {said}")) }
    }

    /// Runs an image to its end; whether it ended well, and its lines. An error only if it does not end.
    pub fn run(&self, image: &Path) -> Outcome<(bool, String)> {
        let mut qemu = Command::new("qemu-system-xtensa");
        qemu.args(["-M", "sim", "-cpu", self.cpu, "-semihosting", "-nographic", "-monitor", "none", "-serial", "none"]);
        // Honours the entry point, which -kernel does not.
        qemu.arg("-device").arg(format!("loader,file={},cpu-num=0", image.display()));
        attempt(&mut qemu, LIMIT)
    }

    fn compile(&self, source: &Path, include: &[&str], object: &Path) -> Outcome {
        let directories = ["tests/xtensa/sim/include"].iter().chain(include);
        let directories: Vec<_> = directories.map(|dir| format!("-I{}", paths::root().join(dir).display())).collect();
        if !self.has_windows() {
            // GCC alone finds the loop of memcpy to be one.
            let mut gcc = self.gcc();
            gcc.args(WARNINGS).args(FREESTANDING).arg("-fno-tree-loop-distribute-patterns").args(directories);
            return run(gcc.arg("-c").arg(source).arg("-o").arg(object)).map(|_| ());
        }
        // Debian has no GCC for this ABI. clang's own driver does not know the chips, so LLVM gets it in two steps.
        let code = object.with_extension("ll");
        let mut clang = Command::new("clang-22");
        clang.arg("--target=xtensa").args(WARNINGS).args(FREESTANDING).args(directories);
        // With a frame pointer LLVM 22 moves the stack pointer at some calls, off its alignment.
        run(clang.args(["-fomit-frame-pointer", "-S", "-emit-llvm"]).arg(source).arg("-o").arg(&code))?;
        let assembly = object.with_extension("llc.s");
        let mut llc = Command::new("llc-22");
        llc.args(["-mtriple=xtensa-none-elf", "-mcpu=esp32", "-function-sections"]);
        llc.arg(format!("-mattr={}", features(self.target)?));
        run(llc.arg(&code).arg("-o").arg(&assembly))?;
        xtensa::assemble(self.target, &assembly, object)
    }

    fn gcc(&self) -> Command {
        let mut gcc = Command::new(format!("{}gcc", self.target.tools));
        gcc.env_remove("XTENSA_GNU_CONFIG").args(["-mlongcalls", "-mtext-section-literals"]);
        gcc
    }
}

pub fn llvm_mc() -> Command {
    let mut command = Command::new("llvm-mc-22");
    command.args(["-triple=xtensa-none-elf", "-mcpu=esp32", "-filetype=obj"]);
    command
}

/// The processor's features as its description for rustc has them: C is compiled for the same.
fn features(target: &Target) -> Outcome<String> {
    let file = paths::root().join("xtask/targets").join(format!("{}.json", target.name));
    let text = paths::read(&file)?;
    let found = text.split("\"features\": \"").nth(1).and_then(|rest| rest.split('"').next());
    // Of rustc, not of LLVM.
    let words = found.ok_or_else(|| format!("no features in {}", file.display()))?.split(',');
    Ok(words.filter(|word| *word != "+forced-atomics").collect::<Vec<_>>().join(","))
}

/// As many at once as there are processors; the objects in the order of the sources.
fn compile_all(
    sources: &[PathBuf],
    compile: impl Fn(&Path, &Path) -> Outcome + Sync,
    dir: &Path,
) -> Outcome<Vec<PathBuf>> {
    let jobs: Vec<_> = sources
        .iter()
        .map(|source| (source.clone(), dir.join(source.with_extension("o").file_name().unwrap_or_default())))
        .collect();
    let next = std::sync::Mutex::new(jobs.iter());
    let faults = std::sync::Mutex::new(Vec::new());
    let work = || {
        loop {
            let Some((source, object)) = lock(&next).next() else { return };
            if let Err(reason) = compile(source, object) {
                lock(&faults).push(reason);
            }
        }
    };
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(work);
        }
    });
    let faults = std::mem::take(&mut *lock(&faults));
    if faults.is_empty() { Ok(jobs.into_iter().map(|(_, object)| object).collect()) } else { Err(faults.join("\n")) }
}
