//! The processors that the library is built for, and the tools of each.

use crate::Outcome;

pub struct Target {
    /// Rust's name of it; those of Xtensa are described in xtask/targets.
    pub name: &'static str,
    /// What people call the chips.
    pub chips: &'static str,
    /// The prefix of the binutils and of the C compiler.
    pub tools: &'static str,
    /// How `ld` is told the format.
    pub ld: &'static [&'static str],
    /// How `as` is told the instructions.
    pub assembler: &'static [&'static str],
    /// How GCC is told the processor; none where Debian has no GCC.
    pub gcc: Option<&'static [&'static str]>,
    pub route: Route,
}

/// How rustc's work becomes an object.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Route {
    /// rustc writes it.
    Direct,
    /// rustc writes assembly, which is corrected and goes through GNU as.
    Gnu,
    /// The same through llvm-mc: GNU as of this prefix knows only the ESP8266's instructions.
    Llvm,
}

const fn arm(
    name: &'static str,
    chips: &'static str,
    assembler: &'static [&'static str],
    gcc: &'static [&'static str],
) -> Target {
    Target { name, chips, tools: "arm-none-eabi-", ld: &[], assembler, gcc: Some(gcc), route: Route::Direct }
}

const fn riscv(name: &'static str, chips: &'static str, machine: &'static [&'static str]) -> Target {
    let (tools, ld) = ("riscv64-unknown-elf-", &["-melf32lriscv"]);
    Target { name, chips, tools, ld, assembler: machine, gcc: Some(machine), route: Route::Direct }
}

const fn xtensa(name: &'static str, chips: &'static str, route: Route) -> Target {
    let gcc: Option<&[&str]> = if matches!(route, Route::Gnu) { Some(&["-mlongcalls"]) } else { None };
    Target { name, chips, tools: "xtensa-lx106-elf-", ld: &[], assembler: &[], gcc, route }
}

pub const TARGETS: &[Target] = &[
    arm("thumbv6m-none-eabi", "Cortex-M0, M0+, M1", &["-mcpu=cortex-m0"], &["-mcpu=cortex-m0", "-mthumb"]),
    arm("thumbv7m-none-eabi", "Cortex-M3", &["-mcpu=cortex-m3"], &["-mcpu=cortex-m3", "-mthumb"]),
    arm(
        "thumbv7em-none-eabi",
        "Cortex-M4, M7, float in software",
        &["-mcpu=cortex-m4"],
        &["-mcpu=cortex-m4", "-mthumb", "-mfloat-abi=soft"],
    ),
    arm(
        "thumbv7em-none-eabihf",
        "Cortex-M4F, M7F",
        &["-mcpu=cortex-m4", "-mfloat-abi=hard"],
        &["-mcpu=cortex-m4", "-mthumb", "-mfloat-abi=hard", "-mfpu=fpv4-sp-d16"],
    ),
    arm(
        "thumbv8m.main-none-eabi",
        "Cortex-M33, float in software",
        &["-mcpu=cortex-m33"],
        &["-mcpu=cortex-m33", "-mthumb", "-mfloat-abi=soft"],
    ),
    arm(
        "thumbv8m.main-none-eabihf",
        "Cortex-M33F",
        &["-mcpu=cortex-m33", "-mfloat-abi=hard"],
        &["-mcpu=cortex-m33", "-mthumb", "-mfloat-abi=hard", "-mfpu=fpv5-sp-d16"],
    ),
    riscv("riscv32imc-unknown-none-elf", "ESP32-C2, C3", &["-march=rv32imc", "-mabi=ilp32"]),
    riscv("riscv32imac-unknown-none-elf", "ESP32-C5, C6, H2", &["-march=rv32imac", "-mabi=ilp32"]),
    riscv("riscv32imafc-unknown-none-elf", "ESP32-P4", &["-march=rv32imafc", "-mabi=ilp32f"]),
    xtensa("xtensa-esp8266-none-elf", "ESP8266 (LX106)", Route::Gnu),
    xtensa("xtensa-esp32-none-elf", "ESP32 (LX6)", Route::Llvm),
    xtensa("xtensa-esp32s2-none-elf", "ESP32-S2 (LX7)", Route::Llvm),
    xtensa("xtensa-esp32s3-none-elf", "ESP32-S3 (LX7)", Route::Llvm),
    Target {
        name: "x86_64-unknown-linux-gnu",
        chips: "Linux on x86-64",
        tools: "",
        ld: &[],
        assembler: &[],
        gcc: Some(&[]),
        route: Route::Direct,
    },
];

impl Target {
    pub fn is_xtensa(&self) -> bool {
        self.route != Route::Direct
    }
}

pub fn named(name: &str) -> Outcome<&'static Target> {
    TARGETS.iter().find(|t| t.name == name).ok_or_else(|| {
        let lines: Vec<_> = TARGETS.iter().map(|t| format!("  {:30} {}", t.name, t.chips)).collect();
        format!("no target {name}. The targets:\n{}\n  {:30} this machine, by your own Rust", lines.join("\n"), "host")
    })
}
