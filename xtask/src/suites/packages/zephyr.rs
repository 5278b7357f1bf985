//! The module for Zephyr, as far as it goes without Zephyr: which archive it takes for which configuration.

use super::delivery::{Delivery, tests};
use super::{Case, refusal};
use std::process::Command;
use std::time::Duration;
use xtask::Outcome;
use xtask::process::{attempt, run};

/// A configuration, and the archive.
const CONFIGURATIONS: &[(&str, &str)] = &[
    ("CPU_CORTEX_M0", "thumbv6m-none-eabi"),
    ("CPU_CORTEX_M23", "thumbv6m-none-eabi"),
    ("CPU_CORTEX_M3", "thumbv7m-none-eabi"),
    ("CPU_CORTEX_M4", "thumbv7em-none-eabi"),
    ("CPU_CORTEX_M4 FPU FP_SOFTABI", "thumbv7em-none-eabi"),
    ("CPU_CORTEX_M7 FPU FP_HARDABI", "thumbv7em-none-eabihf"),
    ("CPU_CORTEX_M33", "thumbv8m.main-none-eabi"),
    ("CPU_CORTEX_M33 FPU FP_HARDABI", "thumbv8m.main-none-eabihf"),
    ("RISCV RISCV_ISA_EXT_M RISCV_ISA_EXT_A RISCV_ISA_EXT_C", "riscv32imac-unknown-none-elf"),
    ("RISCV RISCV_ISA_EXT_M RISCV_ISA_EXT_C", "riscv32imc-unknown-none-elf"),
    ("ARCH_POSIX 64BIT", "x86_64-unknown-linux-gnu"),
];

const LIMIT: Duration = Duration::from_secs(60);

pub fn cases() -> Vec<Case> {
    vec![
        Case::new("Zephyr: the archive is that of the configuration", archives),
        Case::new("Zephyr: without an archive it says what there is and how to name one", none),
    ]
}

fn module(delivery: &Delivery, options: &str) -> Outcome<Command> {
    let mut cmake = Command::new("cmake");
    cmake.arg(format!("-DPACKAGE={}", delivery.unpacked("limpet-cmake")?.display())).arg("-DCONFIG_LIMPET=y");
    cmake.args(options.split_whitespace().map(|option| format!("-DCONFIG_{option}=y")));
    cmake.args(["-DCMAKE_HOST_SYSTEM_PROCESSOR=x86_64", "-P"]).arg(tests().join("cmake/zephyr.cmake"));
    Ok(cmake)
}

fn archives(delivery: &Delivery) -> Outcome {
    for (options, target) in CONFIGURATIONS {
        let said = run(&mut module(delivery, options)?)?;
        if !said.contains(&format!("/lib/{target}/liblimpet.a.")) || !said.contains("/include.") {
            return Err(format!("{options}: {said}"));
        }
    }
    Ok(())
}

fn none(delivery: &Delivery) -> Outcome {
    let said = attempt(&mut module(delivery, "RISCV 64BIT")?, LIMIT)?;
    refusal(said, &["no archive for this board", "thumbv7em-none-eabihf", "-DLIMPET_TARGET="])
}
