//! The emulated boards that the self-test is built for, and this machine as one.

use crate::suites::selftest;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use xtask::process::attempt;
use xtask::targets::{self, Target};
use xtask::{Outcome, paths, setup};

/// Generous: a run takes about a second where nobody else works.
const LIMIT: Duration = Duration::from_secs(120);

pub struct Board {
    pub name: &'static str,
    pub target: &'static str,
    /// As PlatformIO's own boards have it.
    pub mcu: &'static str,
    /// For the compiler, besides those that name the processor.
    flags: &'static [&'static str],
    /// Below tests/firmware/boards.
    pub sources: &'static [&'static str],
    script: &'static str,
    /// Its program and what names the board; none is this machine.
    qemu: &'static [&'static str],
}

const NEWLIB: &[&str] = &["--specs=nano.specs", "--specs=nosys.specs"];
const PICOLIBC: &[&str] = &["--specs=picolibc.specs", "-DPICOLIBC_INTEGER_PRINTF_SCANF"];
const MPS2: &[&str] = &["cortex_m.c", "mps2.c"];
const VIRT: &[&str] = &["riscv_virt.c", "riscv_virt_start.S", "fault.c"];
const QEMU_VIRT: &[&str] =
    &["qemu-system-riscv32", "-M", "virt", "-bios", "none", "-m", "4M", "-serial", "null", "-kernel"];

const fn mps2(name: &'static str, target: &'static str, mcu: &'static str, qemu: &'static [&'static str]) -> Board {
    Board { name, target, mcu, flags: NEWLIB, sources: MPS2, script: "mps2.ld", qemu }
}

const fn an505(name: &'static str, target: &'static str) -> Board {
    let flags = &["--specs=nano.specs", "--specs=nosys.specs", "-DUART_BASE=0x50200000u"];
    Board { name, target, mcu: "mps2-an505", flags, sources: MPS2, script: "mps2_an505.ld", qemu: AN505 }
}

const fn virt(name: &'static str, target: &'static str, mcu: &'static str) -> Board {
    Board { name, target, mcu, flags: PICOLIBC, sources: VIRT, script: "riscv_virt.ld", qemu: QEMU_VIRT }
}

/// This machine.
pub const LINUX: Board = Board {
    name: "linux",
    target: "x86_64-unknown-linux-gnu",
    mcu: "",
    flags: &[],
    sources: &[],
    script: "",
    qemu: &[],
};

pub const M4F: Board = mps2("m4f", "thumbv7em-none-eabihf", "mps2-an386", AN386);

const AN385: &[&str] = &["qemu-system-arm", "-M", "mps2-an385", "-serial", "stdio", "-kernel"];
const AN386: &[&str] = &["qemu-system-arm", "-M", "mps2-an386", "-serial", "stdio", "-kernel"];
const AN505: &[&str] = &["qemu-system-arm", "-M", "mps2-an505", "-serial", "stdio", "-kernel"];
// With more memory than the chip has, for the self-test.
const MICROBIT: &[&str] =
    &["qemu-system-arm", "-M", "microbit", "-global", "nrf51-soc.sram-size=131072", "-serial", "stdio", "-kernel"];

pub const BOARDS: &[Board] = &[
    LINUX,
    Board {
        name: "m0",
        target: "thumbv6m-none-eabi",
        mcu: "nrf51822",
        flags: NEWLIB,
        sources: &["cortex_m.c", "microbit.c"],
        script: "mps2.ld",
        qemu: MICROBIT,
    },
    mps2("m3", "thumbv7m-none-eabi", "mps2-an385", AN385),
    mps2("m4", "thumbv7em-none-eabi", "mps2-an386", AN386),
    M4F,
    an505("m33", "thumbv8m.main-none-eabi"),
    an505("m33f", "thumbv8m.main-none-eabihf"),
    // By the name of the chip, by the compiler, by the name of the chip.
    virt("c3", "riscv32imc-unknown-none-elf", "esp32c3"),
    virt("gd32", "riscv32imac-unknown-none-elf", "gd32vf103"),
    virt("p4", "riscv32imafc-unknown-none-elf", "esp32p4"),
];

/// A Pyboard's chip; the project has its own start-up code, linker script and rules for floats.
pub const F405: Board = Board {
    name: "genericSTM32F405RG",
    target: "thumbv7em-none-eabihf",
    mcu: "stm32f405rg",
    flags: &[],
    sources: &[],
    script: "",
    qemu: &[],
};

/// The core of an ESP8266.
pub const LX106: Board = Board {
    name: "lx106",
    target: "xtensa-esp8266-none-elf",
    mcu: "esp8266",
    flags: &[
        "--specs=/usr/lib/xtensa-lx106-elf/picolibc.specs",
        "-DPICOLIBC_INTEGER_PRINTF_SCANF",
        "-mtext-section-literals",
    ],
    sources: &["lx106.c", "lx106_start.S", "lx106_libgcc.c", "fault.c"],
    script: "lx106.ld",
    qemu: &["qemu-system-xtensa", "-M", "lx60-nommu", "-cpu", "lx106", "-serial", "null", "-kernel"],
};

/// The board of this name.
pub fn named(name: &str) -> Outcome<&'static Board> {
    BOARDS.iter().chain([&LX106]).find(|board| board.name == name).ok_or_else(|| format!("no board {name}"))
}

/// Sees to it that QEMU and the C libraries are there.
pub fn need() -> Outcome {
    setup::need(&[&[
        ("qemu-system-arm", "qemu-system-arm"),
        ("qemu-system-riscv32", "qemu-system-misc"),
        ("/usr/lib/arm-none-eabi/newlib/thumb/v7-m/nofp/libc_nano.a", "libnewlib-arm-none-eabi"),
        ("/usr/lib/picolibc/riscv64-unknown-elf/picolibc.specs", "picolibc-riscv64-unknown-elf"),
        ("/usr/lib/xtensa-lx106-elf/picolibc.specs", "picolibc-xtensa-lx106-elf"),
    ]])
}

impl Board {
    pub fn target(&self) -> Outcome<&'static Target> {
        targets::named(self.target)
    }

    /// For the compiler.
    pub fn flags(&self) -> Outcome<Vec<&'static str>> {
        Ok([self.target()?.gcc.unwrap_or_default(), self.flags].concat())
    }

    /// For the linker.
    pub fn link_flags(&self) -> Vec<String> {
        if self.script.is_empty() {
            return vec!["-Wl,--gc-sections".to_string()];
        }
        let scripts = source_dir();
        ["-nostartfiles", "-Wl,--gc-sections", "-Wl,--no-warn-execstack", "-Wl,--no-warn-rwx-segments", "-L"]
            .map(str::to_string)
            .into_iter()
            .chain([scripts.display().to_string(), "-T".to_string(), self.script.to_string()])
            .collect()
    }

    /// Its own, and those of the self-test.
    pub fn all_sources(&self) -> Vec<PathBuf> {
        let mut sources = selftest::sources();
        if !self.qemu.is_empty() {
            sources.retain(|source| !source.ends_with(selftest::HOST));
        }
        sources.extend(self.sources.iter().map(|source| source_dir().join(source)));
        sources
    }

    /// Runs the self-test and compares what it says.
    pub fn check(&self, image: &Path, expected: &str) -> Outcome {
        let (ok, text) = self.run(image)?;
        selftest::compare(ok, &text, expected)
    }

    /// Runs a program: whether it ended well, and what it said.
    pub fn run(&self, image: &Path) -> Outcome<(bool, String)> {
        let mut command = match self.qemu.split_first() {
            None => Command::new(image),
            Some((program, board)) => {
                let mut qemu = Command::new(program);
                qemu.args(board).arg(image).args(["-display", "none", "-monitor", "none"]);
                qemu.args(["-semihosting-config", "enable=on,target=native"]);
                qemu
            }
        };
        attempt(&mut command, LIMIT)
    }
}

pub fn source_dir() -> PathBuf {
    paths::root().join("tests/firmware/boards")
}
