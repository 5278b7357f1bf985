//! The library for Arduino: platformio/arduino with its words replaced, and each archive in the directories where Arduino
//! looks for it.

use super::platformio::script_words;
use super::questions::{CHIPS, QUESTIONS, Question};
use super::{Form, Package, Stock, Tree, sizes};
use crate::targets::Target;
use crate::{Outcome, paths, targets};
use std::path::Path;

pub const PACKAGE: Package = Package { name: "limpet-arduino", top: None, form: Form::Zip, fits, moved: &[], fill };

fn fits(target: &Target) -> bool {
    target.name != "x86_64-unknown-linux-gnu"
}

/// Where Arduino looks on a Cortex-M: below src, the core's `build.mcu`, then fpu and float ABI by the compiler's flags. A
/// core whose `build.fpu` is a flag itself leads newer versions of arduino-cli to a directory that is called like the
/// flags; where there is none they take the one above.
pub const CORTEX_M: &[(&str, &str)] = &[
    ("cortex-m0", "thumbv6m-none-eabi"),
    ("cortex-m0plus", "thumbv6m-none-eabi"),
    ("cortex-m23", "thumbv6m-none-eabi"),
    ("cortex-m3", "thumbv7m-none-eabi"),
    ("cortex-m4", "thumbv7em-none-eabihf"),
    ("cortex-m4/fpv4-sp-d16-softfp", "thumbv7em-none-eabi"),
    ("cortex-m4/-mfpu=fpv4-sp-d16--mfloat-abi=softfp", "thumbv7em-none-eabi"),
    ("cortex-m7", "thumbv7em-none-eabihf"),
    ("cortex-m7/fpv5-d16-softfp", "thumbv7em-none-eabi"),
    ("cortex-m7/-mfpu=fpv5-d16--mfloat-abi=softfp", "thumbv7em-none-eabi"),
    // The RP2350 has flags for a soft float ABI and none for an FPU, so nothing but this.
    ("cortex-m33", "thumbv8m.main-none-eabi"),
    ("cortex-m33/fpv4-sp-d16-hard", "thumbv8m.main-none-eabihf"),
    ("cortex-m33/fpv5-sp-d16-hard", "thumbv8m.main-none-eabihf"),
    ("cortex-m33/-mfpu=fpv4-sp-d16--mfloat-abi=hard", "thumbv8m.main-none-eabihf"),
    ("cortex-m33/-mfpu=fpv5-sp-d16--mfloat-abi=hard", "thumbv8m.main-none-eabihf"),
];

/// Directories below src, each with the target of its archive. Espressif's chips are their own `build.mcu`.
pub fn places() -> impl Iterator<Item = (&'static str, &'static str)> {
    CORTEX_M.iter().chain(CHIPS).copied()
}

/// C of the repository, and for what it is compiled here: Arduino compiles all that is below src for every board.
const GUARDED: &[(&str, &str)] = &[
    ("c_examples/sockets/clock.c", SOCKETS),
    ("c_examples/sockets/lookup.c", SOCKETS),
    ("c_examples/sockets/transport.c", SOCKETS),
    ("c_examples/sockets/wait.c", SOCKETS),
    ("c_examples/locks/esp_idf.c", "defined ARDUINO_ARCH_ESP32"),
    ("c_examples/locks/xtensa.c", "defined ARDUINO_ARCH_ESP8266"),
    ("c_examples/locks/cortex_m.c", "defined __ARM_ARCH_PROFILE && __ARM_ARCH_PROFILE == 'M'"),
    ("c_examples/locks/riscv.c", "defined __riscv_zicsr && !defined ARDUINO_ARCH_ESP32"),
];

const SOCKETS: &str = "defined ARDUINO_ARCH_ESP32 || defined LIMPET_OWN_SOCKETS";

fn fill(stock: &Stock, tree: &mut Tree) -> Outcome {
    let sketch = paths::read(&paths::root().join("platformio/arduino/examples/Hello/Hello.ino"))?;
    let own = [("SIZES", sizes::table(stock, everywhere)?), ("SKETCH", sketch)];
    let chips = [("ESP_CHIPS", esp32_chips()), ("ESP_NAMES", esp32_names()), ("PROCESSORS", processors())];
    tree.templates("platformio/arduino", &[&stock.words()?[..], &own, &chips].concat())?;
    let script = [&script_words(stock, first)[..], &[("PORTS", String::new())]].concat();
    tree.template(&paths::root().join("platformio/scripts/limpet.py"), "scripts/limpet.py", &script)?;
    tree.copy("include/limpet.h", "src/c/limpet.h")?;
    for header in ["limpet_sockets.h", "stack.h"] {
        tree.copy(&format!("c_examples/sockets/{header}"), &format!("src/c/{header}"))?;
    }
    for (source, condition) in GUARDED {
        let text = paths::read(&paths::root().join(source))?;
        let name = Path::new(source).file_name().unwrap_or_default().to_string_lossy();
        tree.add(&format!("src/c/{name}"), format!("#if {condition}\n{text}\n#endif\n"));
    }
    for (place, target) in places() {
        let target = targets::named(target)?;
        if let Some(archive) = stock.archives.iter().find(|archive| archive.target.name == target.name) {
            tree.copy_file(&archive.path, &format!("src/{place}/liblimpet.a"))?;
            tree.copy_file(&archive.five, &format!("src/{place}/liblimpet5.a"))?;
        }
    }
    Ok(())
}

/// The processors in the language of the C preprocessor.
fn processors() -> String {
    let one = |question: &Question| {
        let words = question.macros.iter().map(|name| match name.strip_prefix('!') {
            Some(name) => format!("!defined {name}"),
            None => format!("defined {name}"),
        });
        format!("({})", words.collect::<Vec<_>>().join(" && "))
    };
    let asked = QUESTIONS.iter().filter(|q| targets::named(q.target).is_ok_and(fits));
    asked.map(one).collect::<Vec<_>>().join(" \\\n      || ")
}

fn esp32s() -> impl Iterator<Item = &'static str> {
    CHIPS.iter().map(|(chip, _)| *chip).filter(|chip| chip.starts_with("esp32"))
}

fn esp32_chips() -> String {
    // One that is not configured has no macro, which counts as 0.
    esp32s().map(|chip| format!("CONFIG_IDF_TARGET_{}", chip.to_uppercase())).collect::<Vec<_>>().join(" || ")
}

fn esp32_names() -> String {
    let name = |chip: &str| chip.to_uppercase().replacen("ESP32", "ESP32-", 1).trim_end_matches('-').to_string();
    esp32s().map(name).collect::<Vec<_>>().join(", ")
}

/// The first directory of an archive.
fn first(target: &Target) -> String {
    let found = places().find(|(_, name)| *name == target.name);
    format!("src/{}", found.map_or("none", |(place, _)| place))
}

/// The directories where it is.
fn everywhere(target: &Target) -> String {
    let found = places().filter(|(_, name)| *name == target.name).map(|(place, _)| format!("src/{place}"));
    found.collect::<Vec<_>>().join("`, `")
}
