//! The table of sizes in README.md, between two marks.

use super::budget::Row;
use std::path::PathBuf;
use xtask::targets::TARGETS;
use xtask::{Outcome, paths};

const BEGIN: &str = "<!-- sizes -->\n";
const END: &str = "<!-- /sizes -->";

const HEAD: &str = "| target | chips | code | constants | `mqtt_client` | stack of `mqtt_poll` | of any other call |\n\
                    |---|---|---|---|---|---|---|\n";

fn file() -> PathBuf {
    paths::root().join("README.md")
}

/// An error unless README.md says what was measured.
pub fn check(rows: &[Row]) -> Outcome {
    let text = paths::read(&file())?;
    if split(&text)?.1 == table(rows) {
        return Ok(());
    }
    Err(format!(
        "the table of sizes in README.md is not what was measured; cargo xtask size --write. It is:\n{}",
        table(rows)
    ))
}

pub fn write(rows: &[Row]) -> Outcome {
    let text = paths::read(&file())?;
    let (before, _, after) = split(&text)?;
    paths::write(&file(), &format!("{before}{}{after}", table(rows)))
}

/// What stands before the table, the table, and what follows.
fn split(text: &str) -> Outcome<(&str, &str, &str)> {
    let from = text.find(BEGIN).map(|at| at + BEGIN.len());
    let to = text.find(END);
    match (from, to) {
        (Some(from), Some(to)) if from <= to => Ok((&text[..from], &text[from..to], &text[to..])),
        _ => Err(format!("README.md has no {} ... {END}", BEGIN.trim())),
    }
}

fn table(rows: &[Row]) -> String {
    let mut table = HEAD.to_string();
    for target in TARGETS {
        let own = || rows.iter().filter(|r| r.target == target.name);
        let bytes = |what: &str| own().find(|r| r.what == what).map_or(0, |r| r.bytes);
        if own().next().is_none() {
            continue;
        }
        let poll = "stack of mqtt_poll";
        let others = own().filter(|r| r.what.starts_with("stack of") && r.what != poll).map(|r| r.bytes).max();
        table += &format!(
            "| `{}` | {} | {} | {} | {} | {} | {} |\n",
            target.name,
            target.chips,
            bytes("text"),
            bytes("rodata"),
            bytes("client"),
            bytes(poll),
            others.unwrap_or(0)
        );
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_a_line_for_each_target_that_was_measured() {
        let name = TARGETS[0].name;
        let rows = [("text", 7), ("stack of mqtt_poll", 5), ("stack of mqtt_init", 3), ("stack of mqtt_close", 4)];
        let rows = rows.map(|(what, bytes)| Row::new(name, what, bytes));
        assert!(table(&rows).ends_with("| 7 | 0 | 0 | 5 | 4 |\n"));
        assert_eq!(table(&rows).lines().count(), 3);
    }

    #[test]
    fn what_surrounds_the_table_is_kept() {
        assert_eq!(
            split("a\n<!-- sizes -->\nb\n<!-- /sizes -->\nc"),
            Ok(("a\n<!-- sizes -->\n", "b\n", "<!-- /sizes -->\nc"))
        );
        assert!(split("a\n").is_err());
    }
}
