//! THIRD-PARTY.txt: who else's work is in the archives, and the licences that want to be delivered with it.

use super::Stock;
use super::crates::Crate;
use crate::{Outcome, paths};
use std::fs;

const HEAD: &str = "\
What is in the archives besides Limpet. Where the licence leaves a choice, the Apache License 2.0 was chosen; its text is
in LICENSE-APACHE. The other texts follow.

";

pub fn text(stock: &Stock) -> Outcome<String> {
    let mut text = HEAD.to_string();
    let others: Vec<_> = stock.crates.iter().skip(1).collect();
    others.iter().for_each(|c| text += &format!("{} {}: {}\n", c.name, c.version, c.licence));
    for c in others {
        if !c.licence.contains("Apache-2.0") {
            text += &format!("\n--- {} {}\n\n{}", c.name, c.version, own(c)?);
        }
    }
    Ok(text)
}

fn own(c: &Crate) -> Outcome<String> {
    let entries = fs::read_dir(&c.dir).map_err(|e| format!("cannot read {}: {e}", c.dir.display()))?;
    let mut files: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    files.sort();
    let is_mit = |path: &&std::path::PathBuf| path.file_name().is_some_and(|name| name == "LICENSE-MIT");
    match files.iter().find(is_mit) {
        Some(file) if c.licence.contains("MIT") => paths::read(file),
        _ => Err(format!("{} {} is under {}, and no text of it was found", c.name, c.version, c.licence)),
    }
}
