//! What every package has, and that it is the same whoever makes it.

use super::Case;
use super::delivery::{Delivery, same};
use std::collections::BTreeSet;
use std::process::Command;
use xtask::dist::{self, Made, PACKAGES, Stock};
use xtask::process::run;
use xtask::{Outcome, paths};

/// In every package, at its top.
const ALWAYS: &[&str] =
    &["README.md", "CHANGELOG.md", "LICENSE-MIT", "LICENSE-APACHE", "THIRD-PARTY.txt", "SHA256SUMS", "sbom.spdx.json"];

pub fn cases() -> Vec<Case> {
    let mut cases = vec![Case::new("made again, every package has the same bytes", made_again)];
    for package in PACKAGES {
        let name = package.name;
        let mut add = |what: &str, check: fn(&Delivery, &Made) -> Outcome| {
            let run = move |delivery: &Delivery| delivery.package(name).and_then(|made| check(delivery, made));
            cases.push(Case::new(format!("{name}: {what}"), run));
        };
        add("it has what every package has", has_all);
        add("SHA256SUMS is right and has every file", sums);
        add("the list of contents is SPDX and names the crates", list_of_contents);
        add("every version in it is Cargo's", versions);
        add("CHANGELOG.md names what is in it", changelog);
    }
    cases
}

/// One line for who watches.
pub fn summary(made: &Made) -> String {
    let unpacked: usize = made.contents.iter().map(|(_, bytes)| bytes).sum();
    let of_archives = made.contents.iter().filter(|(name, _)| name.ends_with(".a"));
    let archives: usize = of_archives.clone().map(|(_, bytes)| bytes).sum();
    format!(
        "{}: {} bytes; unpacked {unpacked} in {} files, of which {archives} in {} archives",
        made.top,
        made.bytes(),
        made.contents.len(),
        of_archives.count(),
    )
}

fn made_again(delivery: &Delivery) -> Outcome {
    // From the same archives, whose bytes the suite `archive` compares; all else is taken anew.
    let stock = Stock { archives: delivery.stock.archives.clone(), ..Stock::around()? };
    let dir = paths::scratch("again")?;
    let again = PACKAGES.iter().try_for_each(|package| {
        let made = dist::make(package, &stock, &dir)?;
        same(&made.file, &delivery.package(package.name)?.file)
    });
    std::fs::remove_dir_all(&dir).map_err(|e| e.to_string())?;
    again
}

fn has_all(_: &Delivery, made: &Made) -> Outcome {
    let has = |end: &str| made.contents.iter().any(|(name, bytes)| name == end && *bytes > 0);
    let absent: Vec<_> = ALWAYS.iter().filter(|name| !has(name)).collect();
    let ends = |end: &str| made.contents.iter().filter(|(name, _)| name.ends_with(end)).count();
    if !absent.is_empty() || ends("limpet.h") == 0 || ends("liblimpet.a") == 0 {
        return Err(format!("not there: {absent:?}, or the header, or archives"));
    }
    Ok(())
}

fn sums(delivery: &Delivery, made: &Made) -> Outcome {
    let dir = delivery.unpacked(made.package.name)?;
    let said = run(Command::new("sha256sum").args(["--check", "--strict", "SHA256SUMS"]).current_dir(&dir))?;
    let checked: BTreeSet<_> = said.lines().filter_map(|line| line.strip_suffix(": OK")).collect();
    let there: BTreeSet<_> =
        made.contents.iter().map(|(name, _)| name.as_str()).filter(|name| *name != "SHA256SUMS").collect();
    let differ: Vec<_> = checked.symmetric_difference(&there).collect();
    if differ.is_empty() { Ok(()) } else { Err(format!("in one and not in the other: {differ:?}")) }
}

fn list_of_contents(delivery: &Delivery, made: &Made) -> Outcome {
    let file = delivery.unpacked(made.package.name)?.join("sbom.spdx.json");
    run(Command::new(delivery.python.with_file_name("pyspdxtools")).arg("-i").arg(&file))?;
    let text = paths::read(&file)?;
    let lock = paths::read(&paths::root().join("Cargo.lock"))?;
    for name in ["limpet", "heapless", "critical-section", "embedded-io-async", "embassy-futures"] {
        let entry = lock.split("[[package]]").find(|entry| entry.contains(&format!("\nname = \"{name}\"\n")));
        let version = entry.and_then(|entry| entry.split("version = ").nth(1)?.lines().next());
        let version = version.ok_or_else(|| format!("Cargo.lock has no {name}"))?;
        if !text.contains(&format!("\"name\": \"{name}\"")) || !text.contains(&format!("\"versionInfo\": {version}")) {
            return Err(format!("{name} {version} is not in it"));
        }
    }
    Ok(())
}

fn changelog(delivery: &Delivery, made: &Made) -> Outcome {
    let text = paths::read(&delivery.unpacked(made.package.name)?.join("CHANGELOG.md"))?;
    let ours = ["c_examples", "cargo xtask"].iter().find(|words| text.contains(*words));
    if let Some(words) = ours {
        return Err(format!("it has {words}"));
    }
    let is_there = |place: &str| made.contents.iter().any(|(name, _)| name.starts_with(place));
    let places = text.split('`').filter(|word| word.starts_with("ports/") || word.starts_with("examples/"));
    let absent: Vec<_> = places.filter(|place| !is_there(place)).collect();
    // The header's own words are in every one.
    if !absent.is_empty() || !text.contains("mqtt_publish") {
        return Err(format!("not there: {absent:?}, or too little is left"));
    }
    Ok(())
}

/// Where a version stands: package, file, and what is before the version and behind it.
const VERSIONS: &[(&str, &str, &str, &str)] = &[
    ("limpet-cmake", "CMakeLists.txt", "project(limpet VERSION ", " "),
    ("limpet-cmake", "cmake/limpet-config-version.cmake", "set(PACKAGE_VERSION \"", "\""),
    ("limpet-cmake", "lib/pkgconfig/limpet.pc", "Version: ", "\n"),
    ("limpet-platformio", "library.json", "\"version\": \"", "\""),
    ("limpet-arduino", "library.json", "\"version\": \"", "\""),
    ("limpet-arduino", "library.properties", "version=", "\n"),
    ("limpet-espidf", "idf_component.yml", "version: \"", "\""),
];

fn versions(delivery: &Delivery, made: &Made) -> Outcome {
    let dir = delivery.unpacked(made.package.name)?;
    let mut found = 0;
    for (_, name, before, behind) in VERSIONS.iter().filter(|(package, ..)| *package == made.package.name) {
        let text = paths::read(&dir.join(name))?;
        let version = text.split_once(before).and_then(|(_, rest)| Some(rest.split_once(behind)?.0));
        if version != Some(delivery.version()) {
            return Err(format!("{name} says {version:?}, Cargo.toml {}", delivery.version()));
        }
        found += 1;
    }
    let header = made.contents.iter().find(|(name, _)| name.ends_with("limpet.h"));
    let header = paths::read(&dir.join(header.map_or("", |(name, _)| name)))?;
    let number = |what: &str| header.split_once(&format!("#define MQTT_VERSION_{what} "))?.1.lines().next();
    let numbers: Vec<_> = ["MAJOR", "MINOR", "PATCH"].iter().filter_map(|what| number(what)).collect();
    if numbers.join(".") != delivery.version() || found == 0 {
        return Err(format!("limpet.h says {}, and {found} manifests were found", numbers.join(".")));
    }
    Ok(())
}
