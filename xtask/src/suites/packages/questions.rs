//! Whether each build system takes the archive that fits, for every compiler there is here and its flags.

use super::Case;
use super::delivery::{Delivery, tests};
use std::process::Command;
use std::time::Duration;
use xtask::Outcome;
use xtask::dist::questions::CHIPS;
use xtask::process::attempt;
use xtask::targets::TARGETS;

const LIMIT: Duration = Duration::from_secs(60);

const ARM: &str = "arm-none-eabi-gcc";
const RISCV: &str = "riscv64-unknown-elf-gcc";

/// What is not in the table of targets: the compiler, its flags, and the archive or none.
const MORE: &[(&str, &str, &str)] = &[
    (ARM, "-mcpu=cortex-m0plus -mthumb", "thumbv6m-none-eabi"),
    (ARM, "-mcpu=cortex-m23 -mthumb", "thumbv6m-none-eabi"),
    (ARM, "-mcpu=cortex-m4 -mthumb -mfloat-abi=softfp -mfpu=fpv4-sp-d16", "thumbv7em-none-eabi"),
    (ARM, "-mcpu=cortex-m7 -mthumb -mfloat-abi=hard -mfpu=fpv5-d16", "thumbv7em-none-eabihf"),
    (ARM, "-mcpu=cortex-m33+nodsp -mthumb -mfloat-abi=softfp", "thumbv8m.main-none-eabi"),
    (ARM, "-mcpu=cortex-m55 -mthumb -mfloat-abi=hard", "thumbv8m.main-none-eabihf"),
    (ARM, "-mcpu=cortex-m55 -mthumb -mfloat-abi=soft", "thumbv8m.main-none-eabi"),
    (ARM, "-mcpu=arm926ej-s", ""),
    (ARM, "-mcpu=cortex-a9 -mfloat-abi=hard -mfpu=neon", ""),
    (RISCV, "-march=rv32imac_zicsr_zifencei -mabi=ilp32", "riscv32imac-unknown-none-elf"),
    (RISCV, "-march=rv32imafdc -mabi=ilp32", "riscv32imac-unknown-none-elf"),
    (RISCV, "-march=rv32imafdc -mabi=ilp32d", ""),
    (RISCV, "-march=rv32ima -mabi=ilp32", ""),
    (RISCV, "-march=rv32ec -mabi=ilp32e", ""),
    (RISCV, "-march=rv64gc -mabi=lp64d", ""),
    ("gcc", "-m32", ""),
    ("gcc", "-mx32", ""),
];

/// Asks for the archive; a refusal is none.
type Ask = fn(delivery: &Delivery, compiler: &str, flags: &str) -> Outcome<String>;

const ASKS: &[(&str, Ask)] = &[("CMake", by_cmake), ("make", by_make), ("PlatformIO's script", by_script)];

pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for (name, ask) in ASKS {
        for target in TARGETS {
            if let Some(flags) = target.gcc {
                let (compiler, flags) = (format!("{}gcc", target.tools), flags.join(" "));
                cases.push(case(name, *ask, compiler, flags, target.name));
            }
        }
        for (compiler, flags, answer) in MORE {
            cases.push(case(name, *ask, (*compiler).to_string(), (*flags).to_string(), answer));
        }
    }
    cases.push(Case::new("CMake takes the archive of an ESP-IDF chip", |d| by_chips(|chip| chip_by_cmake(d, chip))));
    cases.push(Case::new("PlatformIO's script takes that of a chip", |d| by_chips(|chip| chip_by_script(d, chip))));
    cases
}

fn case(name: &str, ask: Ask, compiler: String, flags: String, answer: &'static str) -> Case {
    let shown = if answer.is_empty() { "nothing" } else { answer };
    Case::new(format!("{name} takes {shown} for {compiler} {flags}"), move |delivery| {
        expect(&ask(delivery, &compiler, &flags)?, answer)
    })
}

fn by_cmake(delivery: &Delivery, compiler: &str, flags: &str) -> Outcome<String> {
    let mut cmake = cmake(delivery)?;
    cmake.arg(format!("-DCMAKE_C_COMPILER={compiler}")).arg(format!("-DCMAKE_C_FLAGS={flags}"));
    answer(cmake.arg("-P").arg(tests().join("cmake/ask.cmake")))
}

fn chip_by_cmake(delivery: &Delivery, chip: &str) -> Outcome<String> {
    let mut cmake = cmake(delivery)?;
    answer(cmake.arg(format!("-DIDF_TARGET={chip}")).arg("-P").arg(tests().join("cmake/ask.cmake")))
}

fn cmake(delivery: &Delivery) -> Outcome<Command> {
    let mut cmake = Command::new("cmake");
    cmake.arg(format!("-DLIMPET_DIR={}", delivery.unpacked("limpet-cmake")?.display()));
    Ok(cmake)
}

fn by_make(delivery: &Delivery, compiler: &str, flags: &str) -> Outcome<String> {
    let mut make = Command::new("make");
    make.arg("-f").arg(tests().join("make/ask.mk"));
    make.arg(format!("LIMPET={}", delivery.unpacked("limpet-cmake")?.display()));
    answer(make.arg(format!("CC={compiler}")).arg(format!("ARCH={flags}")))
}

fn by_script(delivery: &Delivery, compiler: &str, flags: &str) -> Outcome<String> {
    answer(script(delivery)?.arg(format!("{compiler} {flags}")))
}

fn chip_by_script(delivery: &Delivery, chip: &str) -> Outcome<String> {
    // Another compiler than that of the chip: it must not be asked.
    answer(script(delivery)?.arg("gcc").env("BOARD_MCU", chip))
}

fn script(delivery: &Delivery) -> Outcome<Command> {
    let mut python = Command::new(&delivery.python);
    python.arg(tests().join("platformio/ask.py")).arg(delivery.unpacked("limpet-platformio")?);
    Ok(python)
}

/// The archive in what a tool says; what it says without one must be the reason.
fn answer(command: &mut Command) -> Outcome<String> {
    let (_, said) = attempt(command, LIMIT)?;
    let named = said.lines().find_map(|line| line.strip_prefix("archive: "));
    match named.map(|name| name.trim_end_matches('.')) {
        Some(name) if !name.is_empty() => Ok(name.to_string()),
        _ if said.contains("archives for") && said.contains("thumbv7m-none-eabi ") => Ok(String::new()),
        _ => Err(format!("no answer and no reason:\n{said}")),
    }
}

fn by_chips(ask: impl Fn(&str) -> Outcome<String>) -> Outcome {
    CHIPS
        .iter()
        .try_for_each(|(chip, target)| expect(&ask(chip)?, target).map_err(|reason| format!("{chip}: {reason}")))
}

fn expect(found: &str, wanted: &str) -> Outcome {
    if found == wanted { Ok(()) } else { Err(format!("it takes \"{found}\"")) }
}
