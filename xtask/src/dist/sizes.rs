//! The table of a package's archives: where each is, what it is for, how big it is.

use super::Stock;
use crate::Outcome;
use crate::process::run;
use crate::targets::Target;
use std::path::Path;
use std::process::Command;

/// In Markdown. `place` tells where the archive is; the one that also speaks MQTT 5 lies beside it.
pub fn table(stock: &Stock, place: fn(&Target) -> String) -> Outcome<String> {
    let mut table =
        "| archive | for | code and constants | file | with MQTT 5 |\n|---|---|---:|---:|---:|\n".to_string();
    for archive in &stock.archives {
        let target = archive.target;
        let file = std::fs::metadata(&archive.path).map_err(|e| format!("{}: {e}", archive.path.display()))?.len();
        let (code, five) = (code(target, &archive.path)?, code(target, &archive.five)?);
        table += &format!("| `{}` | {} | {code} | {file} | {five} |\n", place(target), target.chips);
    }
    Ok(table)
}

/// Bytes of flash, if a program calls every function.
fn code(target: &Target, archive: &Path) -> Outcome<u32> {
    let said = run(Command::new(format!("{}size", target.tools)).arg(archive))?;
    let number = said.lines().nth(1).and_then(|line| line.split_whitespace().next()?.parse().ok());
    number.ok_or_else(|| format!("no size in {said}"))
}
