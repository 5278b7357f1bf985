//! Which archive fits: by the macros that a C compiler has by itself, with the flags that programs are compiled with, or
//! by the chip's name where those do not tell. The packages have the same in the languages of their build systems.

use super::Stock;
use super::stock::Archive;

/// An archive for a compiler.
pub struct Question {
    pub target: &'static str,
    /// Macros that must be there; with `!`, that must not.
    pub macros: &'static [&'static str],
}

const fn question(target: &'static str, macros: &'static [&'static str]) -> Question {
    Question { target, macros }
}

/// The first that holds.
pub const QUESTIONS: &[Question] = &[
    question("thumbv6m-none-eabi", &["__ARM_ARCH_6M__"]),
    // A Cortex-M23 has all that a Cortex-M0 has.
    question("thumbv6m-none-eabi", &["__ARM_ARCH_8M_BASE__"]),
    question("thumbv7m-none-eabi", &["__ARM_ARCH_7M__"]),
    question("thumbv7em-none-eabihf", &["__ARM_ARCH_7EM__", "__ARM_PCS_VFP"]),
    question("thumbv7em-none-eabi", &["__ARM_ARCH_7EM__"]),
    question("thumbv8m.main-none-eabihf", &["__ARM_ARCH_8M_MAIN__", "__ARM_PCS_VFP"]),
    question("thumbv8m.main-none-eabi", &["__ARM_ARCH_8M_MAIN__"]),
    // Cortex-M52, M55, M85.
    question("thumbv8m.main-none-eabihf", &["__ARM_ARCH_8_1M_MAIN__", "__ARM_PCS_VFP"]),
    question("thumbv8m.main-none-eabi", &["__ARM_ARCH_8_1M_MAIN__"]),
    question(
        "riscv32imafc-unknown-none-elf",
        &[RISCV, "!__LP64__", "__riscv_mul", "__riscv_compressed", "__riscv_atomic", "__riscv_float_abi_single"],
    ),
    question(
        "riscv32imac-unknown-none-elf",
        &[
            RISCV,
            "!__LP64__",
            "__riscv_mul",
            "__riscv_compressed",
            "__riscv_atomic",
            "__riscv_float_abi_soft",
            "!__riscv_32e",
        ],
    ),
    question(
        "riscv32imc-unknown-none-elf",
        &[RISCV, "!__LP64__", "__riscv_mul", "__riscv_compressed", "__riscv_float_abi_soft", "!__riscv_32e"],
    ),
    question("xtensa-esp8266-none-elf", &["__XTENSA_CALL0_ABI__"]),
    question("x86_64-unknown-linux-gnu", &["__x86_64__", "__linux__", "!__ILP32__"]),
];

const RISCV: &str = "__riscv";

/// Chips by the name that Espressif, PlatformIO and Arduino give them. For those of Xtensa with register windows there
/// is no question above: compilers do not tell one from the other.
pub const CHIPS: &[(&str, &str)] = &[
    ("esp8266", "xtensa-esp8266-none-elf"),
    ("esp32", "xtensa-esp32-none-elf"),
    ("esp32s2", "xtensa-esp32s2-none-elf"),
    ("esp32s3", "xtensa-esp32s3-none-elf"),
    ("esp32c2", "riscv32imc-unknown-none-elf"),
    ("esp32c3", "riscv32imc-unknown-none-elf"),
    ("esp32c5", "riscv32imac-unknown-none-elf"),
    ("esp32c6", "riscv32imac-unknown-none-elf"),
    ("esp32h2", "riscv32imac-unknown-none-elf"),
    ("esp32p4", "riscv32imafc-unknown-none-elf"),
];

/// The questions about the archives in stock, a line for each.
pub fn lines(stock: &Stock, line: fn(&Question) -> String) -> String {
    QUESTIONS.iter().filter(|q| has(stock, q.target)).map(|q| line(q) + "\n").collect()
}

/// The same for chips.
pub fn chip_lines(stock: &Stock, line: fn(chip: &str, target: &str) -> String) -> String {
    CHIPS.iter().filter(|(_, target)| has(stock, target)).map(|(chip, target)| line(chip, target) + "\n").collect()
}

/// The archives in stock, a line for each.
pub fn target_lines(stock: &Stock, line: fn(&Archive) -> String) -> String {
    stock.archives.iter().map(|archive| line(archive) + "\n").collect()
}

fn has(stock: &Stock, target: &str) -> bool {
    stock.archives.iter().any(|archive| archive.target.name == target)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::targets::{TARGETS, named};

    #[test]
    fn every_target_is_the_answer_to_something() {
        for target in TARGETS {
            let asked = QUESTIONS.iter().any(|q| q.target == target.name);
            assert!(asked || CHIPS.iter().any(|(_, name)| *name == target.name), "{}", target.name);
        }
    }

    #[test]
    fn every_answer_is_a_target() {
        let answers = QUESTIONS.iter().map(|q| q.target).chain(CHIPS.iter().map(|(_, target)| *target));
        answers.for_each(|name| assert!(named(name).is_ok(), "{name}"));
    }
}
