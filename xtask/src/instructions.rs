//! `cargo xtask instructions`: what the library's calls take on a Cortex-M4, in instructions. They are counted in an
//! emulator, so they are the same every time; cycles and time they are not. Callbacks are not counted, memcpy and the like
//! are, as newlib-nano has them.

mod cases;
mod counts;
mod program;

use crate::budget::{Budget, Row};
use crate::table::Table;
use cases::{CASES, Case, ROUNDS};
use counts::{Figures, figures};
use xtask::Outcome;

const BUDGET: Budget = Budget {
    file: "tests/size/instructions.csv",
    columns: ["call", "what", "instructions"],
    task: "cargo xtask instructions --write",
};

const TABLE: Table = Table { page: "README.md", name: "instructions", task: "cargo xtask instructions --write" };

/// Functions of a case that are shown.
const SHOWN: usize = 40;

/// Prints all figures; with a name, those of the cases that begin so, and where their instructions are.
pub fn report(name: Option<&str>) -> Outcome {
    let chosen: Vec<_> = measure()?.into_iter().filter(|(c, _)| name.is_none_or(|n| c.name.starts_with(n))).collect();
    if chosen.is_empty() {
        let names: Vec<_> = CASES.iter().map(|case| case.name).collect();
        return Err(format!("no such case. The cases: {}", names.join(", ")));
    }
    println!("{:24} {:>8} {:>8} {:>8} {:>8}", "instructions", "min", "p99", "max", "memory");
    for (case, figures) in chosen {
        let Figures { min, p99, max, routines, functions } = figures;
        println!("{:24} {min:8} {p99:8} {max:8} {routines:8}", case.name);
        for (function, count) in functions.iter().take(SHOWN).filter(|_| name.is_some()) {
            println!("  {count:6}  {function}");
        }
    }
    Ok(())
}

/// Compares with the budget: what could be lowered, or an error with what has risen.
pub fn check() -> Outcome<Vec<String>> {
    let measured = measure()?;
    let mut faults = Vec::from_iter(TABLE.check(&lines(&measured)).err());
    let notes = BUDGET.compare(&rows(&measured)).map_err(|risen| faults.push(risen));
    if faults.is_empty() { Ok(notes.unwrap_or_default()) } else { Err(faults.join("\n")) }
}

/// Makes budget and README say what is.
pub fn write() -> Outcome {
    let measured = measure()?;
    BUDGET.write(&rows(&measured))?;
    TABLE.write(&lines(&measured))
}

fn measure() -> Outcome<Vec<(&'static Case, Figures)>> {
    let counts = program::counts()?;
    let of = |case: &'static Case| {
        let passages: Vec<_> = counts.iter().filter(|count| count.span == case.span.name).collect();
        match (passages.len(), figures(&passages)) {
            (ROUNDS, Some(figures)) => Ok((case, figures)),
            (count, _) => Err(format!("{} was gone through {count} times, not {ROUNDS}", case.name)),
        }
    };
    CASES.iter().map(of).collect()
}

fn rows(measured: &[(&Case, Figures)]) -> Vec<Row> {
    let of = |(case, f): &(&Case, Figures)| {
        [("min", f.min), ("p99", f.p99), ("memory", f.routines), ("max", f.max)]
            .map(|(what, number)| Row::new(case.name, what, number))
    };
    measured.iter().flat_map(of).collect()
}

fn lines(measured: &[(&Case, Figures)]) -> String {
    let line = |(case, f): &(&Case, Figures)| format!("| {} | {} | {} | {} |\n", case.about, f.p99, f.routines, f.max);
    let head = format!("| what | instructions | of those in `memcpy` and the like | the most in {ROUNDS} rounds |\n");
    head + "|---|---|---|---|\n" + &measured.iter().map(line).collect::<String>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn budget_and_table_have_the_same_figures() {
        let figures = Figures { min: 1, p99: 2, max: 4, routines: 1, functions: Vec::new() };
        let measured = [(&CASES[0], figures)];
        assert!(lines(&measured).ends_with("| 2 | 1 | 4 |\n"));
        let numbers: Vec<_> = rows(&measured).iter().map(|row| row.number).collect();
        assert_eq!(numbers, [1, 2, 1, 4]);
    }
}
