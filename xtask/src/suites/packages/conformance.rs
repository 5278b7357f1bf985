//! An installed package does as the repository's library does: the conformance program, built with header, archive and port
//! that CMake finds in a prefix, and Mosquitto.

use super::Case;
use super::delivery::{Delivery, tests};
use crate::suites::interop;
use std::path::PathBuf;
use std::process::Command;
use xtask::process::run;
use xtask::{Outcome, brokers, paths};

const PACKAGE: &str = "limpet-cmake";
const BROKER: &str = "Mosquitto";

pub fn cases() -> Vec<Case> {
    vec![
        Case::new("installed, liblimpet.a: the conformance program passes in MQTT 3.1.1", |d| conforms(d, false)),
        Case::new("installed, liblimpet5.a: the conformance program passes in MQTT 5", |d| conforms(d, true)),
    ]
}

fn conforms(delivery: &Delivery, in_v5: bool) -> Outcome {
    let kind = brokers::ALL.iter().find(|kind| kind.name == BROKER).ok_or("that broker is not known")?;
    kind.prepare()?;
    let program = build(delivery, in_v5)?;
    let score = interop::score(&program, kind, in_v5)?;
    println!("  installed, {}: {}", if in_v5 { "MQTT 5" } else { "MQTT 3.1.1" }, score.row());
    let failed: Vec<_> = score.results.into_iter().filter_map(|(check, result)| Some((check, result.err()?))).collect();
    if failed.is_empty() { Ok(()) } else { Err(format!("{failed:?}")) }
}

/// Installed as the README says, and found without being told where.
fn build(delivery: &Delivery, in_v5: bool) -> Outcome<PathBuf> {
    let dir = delivery.work(if in_v5 { "installed-5" } else { "installed" })?;
    let (lib, build) = (dir.join("prefix/lib"), dir.join("build"));
    paths::fresh(&lib)?;
    run(Command::new("tar").arg("-C").arg(&lib).arg("-xzf").arg(&delivery.package(PACKAGE)?.file))?;
    let sources = paths::files(&paths::root().join("tests/conformance"), "c");
    let sources: Vec<_> = sources.iter().map(|source| source.display().to_string()).collect();
    let mut cmake = Command::new("cmake");
    cmake.args(["-G", "Ninja", "-S"]).arg(tests().join("cmake/conformance")).arg("-B").arg(&build);
    cmake.arg(format!("-DCMAKE_PREFIX_PATH={}", dir.join("prefix").display()));
    cmake.arg(format!("-DSOURCES={}", sources.join(";")));
    cmake.arg(format!("-DLIMPET_MQTT5={}", if in_v5 { "ON" } else { "OFF" }));
    let said = run(&mut cmake)?;
    let archive = if in_v5 { "liblimpet5.a" } else { "liblimpet.a" };
    if !said.contains(&format!("Limpet: lib/x86_64-unknown-linux-gnu/{archive}")) {
        return Err(format!("it did not take {archive}:\n{said}"));
    }
    run(Command::new("cmake").arg("--build").arg(&build))?;
    Ok(build.join("conformance"))
}
