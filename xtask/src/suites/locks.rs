//! The locks of c_examples/locks: on emulated boards messages are posted from an interrupt, and with FreeRTOS from a task,
//! while the client is polled; all must arrive, whole and in order. The same program must notice locks that are broken.
//! Those of processors and systems that are not run here are compiled.

use super::tally::Tally;
use std::path::Path;
use std::process::Command;
use std::time::Duration;
use xtask::build::side_by_side;
use xtask::firmware::image::{self, Program, Stack};
use xtask::firmware::machines::{self, Machine, System};
use xtask::firmware::qemu::Qemu;
use xtask::process::run as run_command;
use xtask::targets::{TARGETS, Target};
use xtask::{Outcome, paths, setup};

const MACHINES: &[&str] = &["mps2-an385", "mps2-an386", "mps2-an500", "freertos", "virt"];

/// A run takes a few seconds; a program that makes no progress gives up after 5.
const LIMIT: Duration = Duration::from_secs(120);

const NO_NETWORK: &[&str] = &["-nic", "none"];

/// Exit codes of tests/firmware/post/main.c.
const GOOD: i32 = 0;
/// Torn, stuck, refused, not locked, and what mirror.c and the board have to say of a client, or a stack, that
/// was overwritten.
const NOTICED: &[i32] = &[1, 2, 3, 5, 9, 98];

/// Below the top of the source tree, and what must come of them.
struct Locks {
    source: &'static str,
    about: &'static str,
    codes: &'static [i32],
}

const BROKEN: &[Locks] = &[
    Locks { source: "tests/firmware/post/broken/none.c", about: "no lock is noticed", codes: NOTICED },
    Locks { source: "tests/firmware/post/broken/flat.c", about: "a lock that does not nest is", codes: NOTICED },
];

const CORTEX_M: Locks =
    Locks { source: "c_examples/locks/cortex_m.c", about: "messages from an interrupt", codes: &[GOOD] };
const RISCV: Locks = Locks { source: "c_examples/locks/riscv.c", ..CORTEX_M };
const FREERTOS: Locks =
    Locks { source: "c_examples/locks/freertos.c", about: "messages from an interrupt and a task", codes: &[GOOD] };

/// Compiled for each target whose name begins so.
const COMPILED: &[(&str, &str)] = &[
    ("c_examples/locks/cortex_m.c", "thumb"),
    ("c_examples/locks/riscv.c", "riscv32"),
    ("c_examples/locks/xtensa.c", "xtensa-esp8266"),
    ("c_examples/locks/esp_idf.c", "riscv32"),
];

pub fn run() -> Tally {
    let mut tally = played().unwrap_or_else(Tally::failure);
    tally.add(compiled().unwrap_or_else(Tally::failure));
    tally
}

fn played() -> Outcome<Tally> {
    let machines = MACHINES.iter().map(|name| machines::named(name)).collect::<Outcome<Vec<_>>>()?;
    setup::need(&machines.iter().map(|machine| machine.needs).collect::<Vec<_>>())?;
    let archives = image::archives(&machines)?;
    let runs: Vec<_> = machines.iter().flat_map(|m| [others(m).0].into_iter().chain(BROKEN).map(|l| (*m, l))).collect();
    let mut tally = Tally::default();
    let results = side_by_side(&runs, |(machine, locks)| play(machine, locks, &archives[machine.target]));
    for ((machine, locks), result) in runs.iter().zip(results) {
        tally.check(&format!("{}, {}", machine.name, locks.about), result);
    }
    Ok(tally)
}

fn play(machine: &Machine, locks: &Locks, archive: &Path) -> Outcome {
    let image = image::image(machine, &program(machine, locks), archive)?;
    let no_network: Vec<_> = NO_NETWORK.iter().map(ToString::to_string).collect();
    let mut qemu = Qemu::start(machine, &image, &no_network, &[])?;
    let code = qemu.wait(LIMIT)?;
    let said = qemu.lines().pop().map(|line| line.text).unwrap_or_default();
    if locks.codes.contains(&code) { Ok(()) } else { Err(format!("it ended with {code}: {said}")) }
}

/// The locks that fit, and below tests/firmware what posts besides the program.
fn others(machine: &Machine) -> (&'static Locks, &'static [&'static str]) {
    match machine.system {
        System::FreeRtos => (&FREERTOS, &["post/task.c", "post/ticks.c"]),
        System::Bare if machine.target.starts_with("riscv") => (&RISCV, &["post/mtimer.c"]),
        // Not every board of MACHINES has the vectors by itself.
        System::Bare => (&CORTEX_M, &["post/systick.c", "post/ticks.c", "boards/vectors.c"]),
    }
}

fn program(machine: &Machine, locks: &Locks) -> Program {
    let below = ["post/main.c", "post/mirror.c"].iter().chain(others(machine).1).chain(machine.sources);
    let mut sources: Vec<_> = below.map(|source| format!("tests/firmware/{source}")).collect();
    sources.push(locks.source.to_string());
    sources.sort();
    sources.dedup();
    let name = Path::new(locks.source).file_stem().unwrap_or_default().to_string_lossy();
    Program { name: format!("{}-locks-{name}", machine.name), sources, headers: Vec::new(), stack: Stack::None }
}

fn compiled() -> Outcome<Tally> {
    setup::need(&[setup::ARM, setup::RISCV, setup::XTENSA])?;
    let mut tally = Tally::default();
    for (source, names) in COMPILED {
        for target in TARGETS.iter().filter(|target| target.name.starts_with(names)) {
            tally.check(&format!("{source} for {}", target.name), compile(source, target));
        }
    }
    Ok(tally)
}

/// The object must have the two functions that the library wants.
fn compile(source: &str, target: &Target) -> Outcome {
    let root = paths::root();
    let dir = paths::target().join("locks").join(target.name);
    paths::fresh(&dir)?;
    let object = dir.join("lock.o");
    let mut gcc = Command::new(format!("{}gcc", target.tools));
    gcc.args(target.gcc.ok_or("no compiler")?.iter().map(|flag| with_csr(flag)));
    gcc.args(["-std=c99", "-pedantic", "-Wall", "-Wextra", "-Werror", "-Os", "-ffreestanding", "-c"]);
    gcc.arg("-I").arg(root.join("include")).arg("-isystem").arg(root.join("tests/firmware/post/stub"));
    run_command(gcc.arg(root.join(source)).arg("-o").arg(&object))?;
    let symbols = run_command(Command::new(format!("{}nm", target.tools)).arg(&object))?;
    match ["mqtt_lock", "mqtt_unlock"].iter().find(|name| !symbols.contains(&format!(" T {name}"))) {
        Some(name) => Err(format!("it has no {name}")),
        None => Ok(()),
    }
}

/// The assembler wants the instructions for control registers to be named.
fn with_csr(flag: &str) -> String {
    if flag.starts_with("-march=rv32") { format!("{flag}_zicsr") } else { flag.to_string() }
}
