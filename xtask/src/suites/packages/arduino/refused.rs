//! What does not compile, and the words for it.

use super::super::delivery::{Delivery, tests};
use super::super::{Case, refusal};
use super::library;
use std::process::Command;
use std::time::Duration;
use xtask::process::attempt;
use xtask::{Outcome, paths};

const LIMIT: Duration = Duration::from_secs(60);

/// What is tried, for which compiler and flags, and what is said.
const BOARDS: &[(&str, &str, &[&str], &[&str])] = &[
    ("an AVR", "g++", &["-D__AVR__"], &["does not run on AVR boards"]),
    ("an old core of the ESP8266", "g++", &["-DARDUINO_ARCH_ESP8266", "-DARDUINO_ESP8266_MAJOR=2"], OLD_ESP8266),
    ("one without a version", "g++", &["-DARDUINO_ARCH_ESP8266"], OLD_ESP8266),
    ("an unknown ESP32", "g++", &["-DARDUINO_ARCH_ESP32", "-DCONFIG_IDF_TARGET_ESP32X9=1"], &["ESP32-C3", "this chip"]),
    ("an ARM7", "arm-none-eabi-g++", &["-mcpu=arm7tdmi"], &["no archive for this board's processor", "M23 and M33"]),
    (
        "a RISC-V of 64 bits",
        "riscv64-unknown-elf-g++",
        &["-march=rv64imac", "-mabi=lp64", "--specs=picolibc.specs"],
        &["this board's processor"],
    ),
];

const OLD_ESP8266: &[&str] = &["version 3 or later of the ESP8266 core", "Boards Manager"];

/// A line in a sketch, and what is said.
const LINES: &[(&str, &str)] = &[
    ("mqtt.publish(\"t\", \"p\", true);", "deleted"),
    ("mqtt.publish(\"t\", String(\"p\"), true);", "deleted"),
    ("int sent = mqtt.publish(\"t\", \"p\");", "cannot convert"),
    ("Limpet other(mqtt);", "deleted"),
];

pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for (what, compiler, flags, words) in BOARDS {
        cases.push(Case::new(format!("Arduino: {what} is refused in words"), |delivery| {
            refusal(compile(delivery, what, compiler, flags, "")?, words)
        }));
    }
    for (number, (line, word)) in LINES.iter().enumerate() {
        cases.push(Case::new(format!("Arduino: {line} does not compile"), move |delivery| {
            let name = format!("line-{number}");
            let (ok, said) = compile(delivery, &name, "g++", OWN, "")?;
            if !ok {
                return Err(format!("without the line it does not compile either:\n{said}"));
            }
            refusal(compile(delivery, &name, "g++", OWN, line)?, &[word])
        }));
    }
    cases
}

const OWN: &[&str] = &["-DLIMPET_OWN_ARCHIVE"];

fn compile(delivery: &Delivery, name: &str, compiler: &str, flags: &[&str], line: &str) -> Outcome<(bool, String)> {
    let dir = delivery.work(&format!("refused-{}", name.replace(' ', "-")))?;
    let text = format!(
        "#include <Limpet.h>\n#include <WiFiClient.h>\nWiFiClient net;\nLimpet mqtt(net);\nvoid setup() {{ {line} }}\n"
    );
    paths::write(&dir.join("sketch.cpp"), &text)?;
    let core = tests().join("arduino");
    let mut command = Command::new(compiler);
    command.args(["-std=gnu++11", "-fsyntax-only", "-ffreestanding"]).args(flags);
    for include in [core.join("esp32"), core.join("esp8266"), core.join("core"), library(delivery)?.join("src")] {
        command.arg("-I").arg(include);
    }
    attempt(command.arg(dir.join("sketch.cpp")), LIMIT)
}
