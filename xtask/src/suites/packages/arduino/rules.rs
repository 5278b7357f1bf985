//! What Arduino's specification of libraries demands, and its lint with it, as far as it concerns this library.

use super::super::Case;
use super::super::delivery::Delivery;
use super::{PACKAGE, library};
use std::collections::BTreeSet;
use xtask::{Outcome, paths};

/// Every property that there is to be, and no other.
const PROPERTIES: &[&str] = &[
    "name",
    "version",
    "author",
    "maintainer",
    "sentence",
    "paragraph",
    "category",
    "url",
    "architectures",
    "includes",
    "precompiled",
    "ldflags",
];

const CATEGORIES: &[&str] = &[
    "Display",
    "Communication",
    "Signal Input/Output",
    "Sensors",
    "Device Control",
    "Timing",
    "Data Storage",
    "Data Processing",
    "Other",
];

/// Of a library's name, and of its directory's.
const LONGEST_NAME: usize = 63;

pub fn cases() -> Vec<Case> {
    vec![
        Case::new("Arduino: library.properties keeps the rules", |delivery| {
            properties(&paths::read(&library(delivery)?.join("library.properties"))?)
        }),
        Case::new("Arduino: the address in library.properties is Cargo's homepage", |delivery| {
            let text = paths::read(&library(delivery)?.join("library.properties"))?;
            let cargo = paths::read(&paths::root().join("Cargo.toml"))?;
            let homepage = cargo.split_once("\nhomepage = \"").and_then(|(_, rest)| rest.split('"').next());
            let homepage = homepage.ok_or("Cargo.toml has no homepage")?;
            let has = text.lines().any(|line| line.strip_prefix("url=") == Some(homepage));
            if has { Ok(()) } else { Err(format!("it is not {homepage}")) }
        }),
        Case::new("Arduino: the files keep the rules", |delivery| {
            let made = delivery.package(PACKAGE)?;
            files(&made.top, &made.contents.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>())
        }),
        Case::new("Arduino: keywords.txt has words of the headers", keywords),
    ]
}

fn properties(text: &str) -> Outcome {
    let mut found = Vec::new();
    for line in text.lines() {
        let (name, value) = line.split_once('=').ok_or_else(|| format!("not a property: {line}"))?;
        if value.trim().is_empty() || value != value.trim() {
            return Err(format!("{name} is empty, or has blanks around it"));
        }
        found.push((name, value));
    }
    let names: Vec<_> = found.iter().map(|(name, _)| *name).collect();
    let value = |name: &str| found.iter().find(|(n, _)| *n == name).map_or("", |(_, value)| *value);
    let is_word = |c: char| c.is_ascii_alphanumeric() || "_.-".contains(c);
    let name = value("name");
    let numbers: Vec<_> = value("version").split('.').map(str::parse::<u32>).collect();
    let rules = [
        (names == PROPERTIES, "not all properties, or others, or in another order"),
        (name.chars().all(is_word) && name.len() <= LONGEST_NAME, "name has characters that are not allowed"),
        (name.starts_with(|c: char| c.is_ascii_alphanumeric()), "name does not start with a letter or digit"),
        (!name.to_lowercase().starts_with("arduino") && !name.to_lowercase().contains("library"), "name is reserved"),
        (numbers.len() == 3 && numbers.iter().all(Result::is_ok), "version is not x.y.z"),
        (CATEGORIES.contains(&value("category")), "no such category"),
        (value("url").starts_with("https://"), "url is none"),
        (value("architectures").split(',').all(|a| !a.is_empty() && a.chars().all(is_word)), "architectures"),
        (!value("paragraph").starts_with(value("sentence")), "the IDE shows the paragraph behind the sentence"),
        (value("includes") == "Limpet.h", "includes is not the header"),
        (value("precompiled") == "true", "with full the sources would not be compiled"),
        (value("ldflags") == "-llimpet", "ldflags does not name the archive"),
    ];
    rules.iter().find(|(holds, _)| !holds).map_or(Ok(()), |(_, reason)| Err((*reason).to_string()))
}

fn files(top: &str, names: &[&str]) -> Outcome {
    let bad = [".exe", ".development", ".pio", ".git"];
    let lower: BTreeSet<_> = names.iter().map(|name| name.to_lowercase()).collect();
    let sketches = names.iter().filter(|name| name.ends_with(".ino"));
    let is_example = |name: &&&str| {
        let parts: Vec<_> = name.split('/').collect();
        matches!(parts[..], ["examples", dir, file] if file == format!("{dir}.ino"))
    };
    let is_archive = |name: &&str| name.ends_with("/liblimpet.a") || name.ends_with("/liblimpet5.a");
    let headers = names.iter().filter(|name| name.starts_with("src/") && name.ends_with(".h"));
    let rules = [
        (top.len() <= LONGEST_NAME && top.starts_with(|c: char| c.is_ascii_alphanumeric()), "the directory's name"),
        (lower.len() == names.len(), "two names differ by case alone"),
        (!names.iter().any(|name| bad.iter().any(|bad| name.contains(bad))), "a file that Arduino refuses"),
        (names.contains(&"src/Limpet.h"), "no header with the library's name"),
        (sketches.clone().count() > 0 && sketches.clone().all(|name| is_example(&name)), "a sketch out of place"),
        (headers.clone().count() > 0, "no headers"),
        (names.iter().filter(|name| name.ends_with(".a")).all(is_archive), "an archive's name"),
        (!names.iter().any(|name| name.starts_with("utility/") || name.starts_with("arch/")), "an old layout"),
        (names.contains(&"README.md") && names.contains(&"keywords.txt"), "README.md or keywords.txt"),
    ];
    rules.iter().find(|(holds, _)| !holds).map_or(Ok(()), |(_, reason)| Err((*reason).to_string()))
}

fn keywords(delivery: &Delivery) -> Outcome {
    let dir = library(delivery)?;
    let read = |file: &std::path::PathBuf| paths::read(file);
    let headers = paths::files(&dir.join("src"), "h").iter().map(read).collect::<Outcome<Vec<_>>>()?.concat();
    let words: BTreeSet<_> = headers.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').collect();
    for line in paths::read(&dir.join("keywords.txt"))?.lines() {
        let Some((word, "KEYWORD1" | "KEYWORD2" | "LITERAL1")) = line.split_once('\t') else {
            return Err(format!("not a word, a tab and its kind: {line}"));
        };
        if !words.contains(word) {
            return Err(format!("no header has {word}"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template() -> String {
        let text = paths::read(&paths::root().join("platformio/arduino/library.properties")).unwrap();
        text.replace("@VERSION@", "1.2.3").replace("@HOMEPAGE@", "https://there.example")
    }

    #[test]
    fn the_properties_keep_the_rules() {
        assert_eq!(properties(&template()), Ok(()));
    }

    #[test]
    fn a_property_that_breaks_a_rule_is_found() {
        let breaks = [
            ("name=Limpet", "name=Arduino-Limpet"),
            ("name=Limpet", "name=Lim/pet"),
            ("version=1.2.3", "version=1.2"),
            ("category=Communication", "category=Network"),
            ("url=https://", "url=somewhere/"),
            ("precompiled=true", "precompiled=full"),
            ("ldflags=-llimpet", "ldflags="),
            ("author=", "autor="),
        ];
        for (from, to) in breaks {
            let text = template();
            assert!(text.contains(from), "{from}");
            assert!(properties(&text.replace(from, to)).is_err(), "{to}");
        }
    }

    #[test]
    fn a_file_that_breaks_a_rule_is_found() {
        let good = ["src/Limpet.h", "examples/A/A.ino", "src/x/liblimpet.a", "README.md", "keywords.txt"];
        assert_eq!(files("limpet-1", &good), Ok(()));
        for bad in ["src/limpet.h", "examples/A/B.ino", "examples/A.ino", "x.exe", "src/x/limpet.a", "utility/x.c"] {
            assert!(files("limpet-1", &[&good[..], &[bad]].concat()).is_err(), "{bad}");
        }
    }
}
