//! Where arduino-cli looks for an archive, by a model of its rule, and whether the one that is there fits what the core's
//! compiler makes.

use super::super::Case;
use super::super::delivery::{Delivery, same};
use super::library;
use std::path::{Path, PathBuf};
use std::process::Command;
use xtask::dist::{Archive, Stock};
use xtask::process::run;
use xtask::{Outcome, paths};

/// What a core says of a board.
struct Core {
    /// Of architectures in library.properties.
    architecture: &'static str,
    board: &'static str,
    mcu: &'static str,
    /// `build.fpu` and `build.float-abi`, as they stand in boards.txt, if both do.
    properties: Option<(&'static str, &'static str)>,
    compiler: Option<&'static str>,
    /// In the recipe for C++.
    flags: &'static [&'static str],
    target: &'static str,
}

const ARM: Option<&str> = Some("arm-none-eabi-gcc");
const RISCV: Option<&str> = Some("riscv64-unknown-elf-gcc");

const fn arm(
    architecture: &'static str,
    board: &'static str,
    mcu: &'static str,
    properties: Option<(&'static str, &'static str)>,
    flags: &'static [&'static str],
    target: &'static str,
) -> Core {
    Core { architecture, board, mcu, properties, compiler: ARM, flags, target }
}

const fn esp32(
    mcu: &'static str,
    compiler: Option<&'static str>,
    flags: &'static [&'static str],
    target: &'static str,
) -> Core {
    Core { architecture: "esp32", board: mcu, mcu, properties: None, compiler, flags, target }
}

const M4_HARD: &[&str] = &["-mcpu=cortex-m4", "-mthumb", "-mfpu=fpv4-sp-d16", "-mfloat-abi=hard"];
const M4_SOFTFP: &[&str] = &["-mcpu=cortex-m4", "-mthumb", "-mfloat-abi=softfp", "-mfpu=fpv4-sp-d16"];
const M7_HARD: &[&str] = &["-mcpu=cortex-m7", "-mthumb", "-mfpu=fpv5-d16", "-mfloat-abi=hard"];
const M33_HARD: &[&str] = &["-mcpu=cortex-m33", "-mthumb", "-mfpu=fpv5-sp-d16", "-mfloat-abi=hard"];
const M33_HARD_4: &[&str] = &["-mcpu=cortex-m33", "-mthumb", "-mfpu=fpv4-sp-d16", "-mfloat-abi=hard"];
const M0PLUS: &[&str] = &["-mcpu=cortex-m0plus", "-mthumb"];
const HARD: &str = "-mfloat-abi=hard";

const CORES: &[Core] = &[
    arm("stm32", "F0", "cortex-m0", None, &["-mcpu=cortex-m0", "-mthumb"], "thumbv6m-none-eabi"),
    arm("stm32", "G0", "cortex-m0plus", None, M0PLUS, "thumbv6m-none-eabi"),
    arm("stm32", "F1", "cortex-m3", None, &["-mcpu=cortex-m3", "-mthumb"], "thumbv7m-none-eabi"),
    arm("stm32", "F4", "cortex-m4", Some(("-mfpu=fpv4-sp-d16", HARD)), M4_HARD, "thumbv7em-none-eabihf"),
    arm("stm32", "F4 of core 2", "cortex-m4", None, M4_HARD, "thumbv7em-none-eabihf"),
    arm("stm32", "H7", "cortex-m7", Some(("-mfpu=fpv5-d16", HARD)), M7_HARD, "thumbv7em-none-eabihf"),
    arm("stm32", "H7 of core 2", "cortex-m7", None, M7_HARD, "thumbv7em-none-eabihf"),
    arm("stm32", "U5", "cortex-m33", Some(("-mfpu=fpv5-sp-d16", HARD)), M33_HARD, "thumbv8m.main-none-eabihf"),
    arm("stm32", "L5", "cortex-m33", Some(("-mfpu=fpv4-sp-d16", HARD)), M33_HARD_4, "thumbv8m.main-none-eabihf"),
    arm("stm32", "L5 of core 2", "cortex-m33", None, M33_HARD_4, "thumbv8m.main-none-eabihf"),
    arm("rp2040", "Pico", "cortex-m0plus", None, M0PLUS, "thumbv6m-none-eabi"),
    arm(
        "rp2040",
        "Pico 2",
        "cortex-m33",
        None,
        &["-mcpu=cortex-m33", "-mthumb", "-march=armv8-m.main+fp+dsp", "-mfloat-abi=softfp"],
        "thumbv8m.main-none-eabi",
    ),
    arm("samd", "MKR", "cortex-m0plus", None, M0PLUS, "thumbv6m-none-eabi"),
    arm("mbed_rp2040", "Pico", "cortex-m0plus", None, M0PLUS, "thumbv6m-none-eabi"),
    arm(
        "mbed_nano",
        "Nano 33 BLE",
        "cortex-m4",
        Some(("-mfpu=fpv4-sp-d16", "-mfloat-abi=softfp")),
        M4_SOFTFP,
        "thumbv7em-none-eabi",
    ),
    arm("mbed_nano", "as documented", "cortex-m4", Some(("fpv4-sp-d16", "softfp")), M4_SOFTFP, "thumbv7em-none-eabi"),
    arm("renesas_uno", "UNO R4", "cortex-m4", Some(("-mfpu=fpv4-sp-d16", HARD)), M4_HARD, "thumbv7em-none-eabihf"),
    esp32("esp32", None, &[], "xtensa-esp32-none-elf"),
    esp32("esp32s2", None, &[], "xtensa-esp32s2-none-elf"),
    esp32("esp32s3", None, &[], "xtensa-esp32s3-none-elf"),
    esp32("esp32c3", RISCV, &["-march=rv32imc", "-mabi=ilp32"], "riscv32imc-unknown-none-elf"),
    esp32("esp32c5", RISCV, &["-march=rv32imac", "-mabi=ilp32"], "riscv32imac-unknown-none-elf"),
    esp32("esp32c6", RISCV, &["-march=rv32imac", "-mabi=ilp32"], "riscv32imac-unknown-none-elf"),
    esp32("esp32h2", RISCV, &["-march=rv32imac", "-mabi=ilp32"], "riscv32imac-unknown-none-elf"),
    esp32("esp32p4", RISCV, &["-march=rv32imafc", "-mabi=ilp32f"], "riscv32imafc-unknown-none-elf"),
    Core {
        architecture: "esp8266",
        board: "ESP8266",
        mcu: "esp8266",
        properties: None,
        compiler: Some("xtensa-lx106-elf-gcc"),
        flags: &["-mlongcalls"],
        target: "xtensa-esp8266-none-elf",
    },
];

/// The two rules: since 1.6 arduino-cli takes the properties as they stand, if both are there.
const RULES: &[(&str, bool)] = &[("arduino-cli before 1.6", false), ("arduino-cli 1.6", true)];

pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for (rule, takes_properties) in RULES {
        cases.push(Case::new(format!("Arduino: {rule} finds the archive that fits each core"), |delivery| {
            each(|core| fits(delivery, core, *takes_properties))
        }));
    }
    cases
        .push(Case::new("Arduino: every architecture has a core here, and every core its architecture", architectures));
    cases.push(Case::new("Arduino: on an ESP8266 the library is in the flash's memory", in_flash));
    cases
}

fn each(check: impl Fn(&Core) -> Outcome) -> Outcome {
    CORES.iter().try_for_each(|core| check(core).map_err(|e| format!("{} {}: {e}", core.architecture, core.board)))
}

/// The directory that the builder takes: with fpu and float ABI, else without.
fn folder(core: &Core, takes_properties: bool, src: &Path) -> PathBuf {
    let value = |name: &str| {
        let flag = core.flags.iter().find(|flag| flag.contains(name))?;
        flag.split('=').nth(1)
    };
    let specs = match core.properties {
        Some((fpu, abi)) if takes_properties => Some(format!("{fpu}-{abi}")),
        _ => value("fpu").zip(value("float-abi")).map(|(fpu, abi)| format!("{fpu}-{abi}")),
    };
    let whole = specs.map(|specs| src.join(core.mcu).join(specs));
    whole.filter(|dir| dir.is_dir()).unwrap_or_else(|| src.join(core.mcu))
}

fn fits(delivery: &Delivery, core: &Core, takes_properties: bool) -> Outcome {
    let src = library(delivery)?.join("src");
    let found = folder(core, takes_properties, &src);
    let archive = archive(&delivery.stock, core.target)?;
    same(&found.join("liblimpet.a"), &archive.path)?;
    same(&found.join("liblimpet5.a"), &archive.five)?;
    let Some(compiler) = core.compiler else {
        return Ok(());
    };
    // The linker compares what both objects say of floats.
    let dir = delivery.work(&format!("folder-{takes_properties}-{}-{}", core.architecture, core.board))?;
    paths::write(&dir.join("main.c"), "#include \"c/limpet.h\"\nfloat f(float x) { return x * mqtt_poll(0); }\n")?;
    let mut command = Command::new(compiler);
    command.args(core.flags).args(["-Os", "-ffreestanding", "-nostdlib", "-Wl,-e,f", "-Wl,--gc-sections"]);
    command.args(["-Wl,--unresolved-symbols=ignore-all", "-Wl,--no-warn-rwx-segments"]).arg("-I").arg(&src);
    // What ldflags says, and then every archive of the directory.
    command.arg(dir.join("main.c")).arg("-L").arg(&found).args(["-llimpet", "-llimpet", "-llimpet5"]);
    run(command.arg("-o").arg(dir.join("main.elf"))).map(|_| ())
}

fn archive<'a>(stock: &'a Stock, target: &str) -> Outcome<&'a Archive> {
    let found = stock.archives.iter().find(|archive| archive.target.name == target);
    found.ok_or_else(|| format!("no archive for {target}"))
}

fn architectures(delivery: &Delivery) -> Outcome {
    let text = paths::read(&library(delivery)?.join("library.properties"))?;
    let line = text.lines().find_map(|line| line.strip_prefix("architectures=")).unwrap_or_default();
    let mut named: Vec<_> = line.split(',').collect();
    let mut have: Vec<_> = CORES.iter().map(|core| core.architecture).collect();
    named.sort_unstable();
    have.sort_unstable();
    have.dedup();
    if named == have { Ok(()) } else { Err(format!("library.properties has {named:?}, the cores are {have:?}")) }
}

/// Where the ESP8266's linker script puts code, in its own words: by the names of objects.
const SCRIPT: &str = "SECTIONS {
  .irom0.text 0x40201010 : { *.c.o(.literal* .text*) *.cpp.o(.literal* .text*) }
  .text 0x40100000 : { *(.literal .literal.* .text .text.*) }
  .data 0x3FFE8000 : { *(.data .data.* .rodata .rodata.* .bss .bss.*) }
}
";

fn in_flash(delivery: &Delivery) -> Outcome {
    let dir = delivery.work("esp8266-flash")?;
    paths::write(&dir.join("script.ld"), SCRIPT)?;
    let mut ld = Command::new("xtensa-lx106-elf-ld");
    ld.args(["-T", "script.ld", "--unresolved-symbols=ignore-all", "-e", "mqtt_poll", "-o", "all.elf"]);
    ld.args(["--no-warn-rwx-segments", "--whole-archive"]).arg(library(delivery)?.join("src/esp8266/liblimpet.a"));
    run(ld.current_dir(&dir))?;
    let said = run(Command::new("xtensa-lx106-elf-size").args(["-A", "all.elf"]).current_dir(&dir))?;
    let bytes = |name: &str| {
        let words = said.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
        words.filter(|words| words.first() == Some(&name)).find_map(|words| words.get(1)?.parse::<u32>().ok())
    };
    match (bytes(".irom0.text"), bytes(".text").unwrap_or(0)) {
        (Some(flash), 0) if flash > 10_000 => Ok(()),
        (flash, ram) => Err(format!("{flash:?} bytes are in flash and {ram} in the RAM for code")),
    }
}
