//! The component for ESP-IDF: platformio/espidf with its words replaced, the connection over sockets, the locks, and an
//! archive for each chip.

use super::questions::{self, CHIPS};
use super::{Form, Package, Stock, Tree, sizes};
use crate::targets::Target;
use crate::{Outcome, paths};

// A component is called like its directory.
pub const PACKAGE: Package =
    Package { name: "limpet-espidf", top: Some("limpet"), form: Form::TarGz, fits, moved: &[], fill };

/// The chips of ESP-IDF, each with the target of its archive.
pub fn chips() -> impl Iterator<Item = (&'static str, &'static str)> {
    CHIPS.iter().copied().filter(|(chip, _)| chip.starts_with("esp32"))
}

fn fits(target: &Target) -> bool {
    chips().any(|(_, name)| name == target.name)
}

fn fill(stock: &Stock, tree: &mut Tree) -> Outcome {
    let example = |name| paths::read(&paths::root().join("platformio/espidf/examples").join(name));
    let own = [
        ("SIZES", sizes::table(stock, everywhere)?),
        ("PROGRAM", example("hello/main/hello.c")?),
        ("CALL", example("call/main/call.c")?),
        ("CHIPS", questions::chip_lines(stock, |chip, _| format!("  - {chip}"))),
    ];
    tree.templates("platformio/espidf", &[&stock.words()?[..], &own].concat())?;
    tree.copy("include/limpet.h", "include/limpet.h")?;
    tree.copy("c_examples/sockets/limpet_sockets.h", "include/limpet_sockets.h")?;
    for file in ["stack.h", "clock.c", "lookup.c", "transport.c", "wait.c"] {
        tree.copy(&format!("c_examples/sockets/{file}"), &format!("sockets/{file}"))?;
    }
    tree.copy("c_examples/locks/esp_idf.c", "src/lock.c")?;
    for archive in &stock.archives {
        for (chip, _) in chips().filter(|(_, name)| *name == archive.target.name) {
            tree.copy_file(&archive.path, &format!("lib/{chip}/liblimpet.a"))?;
            tree.copy_file(&archive.five, &format!("lib/{chip}/liblimpet5.a"))?;
        }
    }
    Ok(())
}

/// Where an archive is, as often as it is there.
fn everywhere(target: &Target) -> String {
    let found = chips().filter(|(_, name)| *name == target.name).map(|(chip, _)| format!("lib/{chip}"));
    found.collect::<Vec<_>>().join("`, `")
}
