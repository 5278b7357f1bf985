//! Where the packages for CMake and PlatformIO have what they share: header, ports, archives.

use super::{Stock, Tree};
use crate::Outcome;
use crate::targets::Target;

/// Directories of c_examples that programs link; the user chooses.
const PORTS: &[&str] = &["posix", "lwip", "sockets", "mbedtls", "locks", "flash"];

/// What CHANGELOG.md names of them, and the program for who begins a port.
pub const MOVED: &[(&str, &str)] = &[
    ("c_examples/posix", "ports/posix"),
    ("c_examples/lwip", "ports/lwip"),
    ("c_examples/sockets", "ports/sockets"),
    ("c_examples/mbedtls", "ports/mbedtls"),
    ("c_examples/locks", "ports/locks"),
    ("c_examples/skeleton.c", "examples/board"),
    ("c_examples/stm32", "examples/stm32"),
];

pub fn add(stock: &Stock, tree: &mut Tree) -> Outcome {
    tree.copy("include/limpet.h", "include/limpet.h")?;
    for port in PORTS {
        tree.copy_all(&format!("c_examples/{port}"), &format!("ports/{port}"))?;
    }
    for archive in &stock.archives {
        tree.copy_file(&archive.path, &place(archive.target))?;
        tree.copy_file(&archive.five, &place(archive.target).replace("liblimpet.a", "liblimpet5.a"))?;
    }
    Ok(())
}

pub fn place(target: &Target) -> String {
    format!("lib/{}/liblimpet.a", target.name)
}
