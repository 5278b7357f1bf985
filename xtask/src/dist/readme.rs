//! What the READMEs of all packages say of the library itself: its calls, and what to do about its errors.

use crate::{Outcome, paths};

/// Of C; the class of Arduino has a table of its own.
pub const CALLS: &str = include_str!("readme/calls.md");
pub const ERRORS: &str = include_str!("readme/errors.md");

/// The program that shows MQTT 5.
pub const FIVE: &str = "cmake/examples/mqtt5/main.c";

/// What the READMEs show of it.
pub fn five() -> Outcome<String> {
    let program = paths::read(&paths::root().join(FIVE))?;
    let shown = ["publish_reading", "print_properties"].map(|name| function(&program, name));
    Ok(format!("```c\n{}```\n", shown.into_iter().collect::<Outcome<Vec<_>>>()?.join("\n")))
}

/// A function of a C program that returns nothing, with the comment before it.
fn function(program: &str, name: &str) -> Outcome<String> {
    let start = format!("\nstatic void {name}(");
    let found = program.find(&start).and_then(|at| {
        let before = program[..=at].rfind("\n\n").map_or(0, |end| end + 2);
        Some(program[before..].split_once("\n}\n")?.0)
    });
    found.map(|text| format!("{text}\n}}\n")).ok_or_else(|| format!("{FIVE} has no {name}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header() -> String {
        paths::read(&paths::root().join("include/limpet.h")).unwrap()
    }

    /// The first cell of each row, or the one behind it.
    fn cells(table: &str, column: usize) -> impl Iterator<Item = &str> {
        table.lines().filter_map(move |line| line.strip_prefix("| ")?.split(" | ").nth(column))
    }

    fn names(cell: &str) -> impl Iterator<Item = &str> {
        cell.split('`').skip(1).step_by(2)
    }

    #[test]
    fn every_function_of_the_header_is_in_the_table_once() {
        let declared = header();
        let is_declaration = |line: &&str| line.starts_with(|c: char| c.is_ascii_lowercase()) && line.ends_with(");");
        let mut declared: Vec<_> = declared
            .lines()
            .filter(is_declaration)
            .filter_map(|line| line.split_once('(')?.0.rsplit([' ', '*']).next())
            // Those two are the program's.
            .filter(|name| !["mqtt_lock", "mqtt_unlock"].contains(name))
            .collect();
        let mut told: Vec<_> = cells(CALLS, 0).flat_map(names).collect();
        declared.sort_unstable();
        told.sort_unstable();
        assert_eq!(told, declared);
    }

    /// Numbers as a cell has them: one, several, or from one to another.
    fn numbers(cell: &str) -> Vec<i32> {
        let number = |text: &str| text.trim().parse::<i32>().ok();
        match cell.split_once(" to ") {
            Some((first, last)) => {
                number(last).zip(number(first)).map_or(Vec::new(), |(low, high)| (low..=high).rev().collect())
            }
            None => cell.split(',').filter_map(number).collect(),
        }
    }

    #[test]
    fn every_error_of_the_header_is_in_the_table_with_its_number() {
        let header = header();
        let (_, errors) = header.split_once("enum mqtt_err {").unwrap();
        let (errors, _) = errors.split_once("};").unwrap();
        let declared: Vec<_> = errors
            .lines()
            .filter_map(|line| line.trim().strip_suffix(',')?.split_once(" = "))
            .filter(|(name, _)| *name != "MQTT_ERR_OK")
            .map(|(name, number)| (number.parse::<i32>().unwrap(), name))
            .collect();
        let mut told = Vec::new();
        for (of, named) in cells(ERRORS, 0).zip(cells(ERRORS, 1)).skip(1) {
            let (of, named): (_, Vec<_>) = (numbers(of), names(named).collect());
            assert_eq!(of.len(), named.len(), "{named:?}");
            told.extend(of.into_iter().zip(named));
        }
        told.sort_by_key(|(number, _)| -number);
        assert_eq!(told, declared);
    }
}
