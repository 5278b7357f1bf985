//! `cargo xtask bench`: what Limpet and other clients cost on this machine, in one run.

mod cases;
mod comparison;
mod first;
mod growth;
mod machine;
mod memory;
mod pages;
mod peers;
mod programs;
mod rate;
mod text;

use crate::budget::{Budget, Row};
use cases::{CASES, Case};
use memory::{Cost, cost};
use pages::Figures;
use peers::LIMPET;
use xtask::{Outcome, build};

const BUDGET: Budget = Budget {
    file: "tests/bench/instructions.csv",
    columns: ["case", "what", "instructions"],
    task: "cargo xtask bench --renew",
};

/// Functions of a case that are shown.
const SHOWN: usize = 40;

/// Prints all figures.
pub fn report() -> Outcome {
    measure().map(|_| ())
}

/// Prints them, and makes the pages of docs and the committed file say what is.
pub fn write() -> Outcome {
    pages::write(&measure()?)?;
    renew()
}

fn measure() -> Outcome<Figures> {
    println!("{}", comparison::head());
    let comparison = comparison::measure()?;
    let growth = growth::measure()?;
    Ok(Figures { comparison, growth, rates: rate::measure()? })
}

/// Messages in a second with a real broker.
pub fn rate() -> Outcome {
    rate::measure().map(|_| ())
}

/// How the cost grows.
pub fn growth() -> Outcome {
    growth::measure().map(|_| ())
}

/// Where Limpet's instructions are in the cases that begin so.
pub fn profile(name: &str) -> Outcome {
    let chosen: Vec<_> = CASES.iter().filter(|case| case.name.starts_with(name)).collect();
    if chosen.is_empty() {
        let names: Vec<_> = CASES.iter().map(|case| case.name).collect();
        return Err(format!("no such case. The cases:\n  {}", names.join("\n  ")));
    }
    let built = LIMPET.build()?;
    for case in chosen {
        let cost = cost(&LIMPET, built.of(case).ok_or("not Limpet's")?, &case.plan)?;
        println!("{:42} {:8.0}{}", case.name, cost.instructions, against(case, &cost));
        for (function, count) in cost.functions.iter().take(SHOWN).filter(|(_, count)| *count >= 0.5) {
            println!("  {count:7.1}  {function}");
        }
    }
    Ok(())
}

fn against(case: &Case, cost: &Cost) -> String {
    case.bar.map_or(String::new(), |bar| {
        let verdict = if cost.instructions <= f64::from(bar.most) { "met" } else { "missed" };
        format!("  bar {}, aim {}: {verdict}", bar.most, bar.aim)
    })
}

/// Compares Limpet's instructions with what is committed: what could be lowered, or an error with what has risen.
pub fn check() -> Outcome<Vec<String>> {
    let measured = limpet()?;
    for (case, cost) in &measured {
        println!("  {:42} {:8.0}{}", case.name, cost.instructions, against(case, cost));
    }
    BUDGET.compare(&rows(&measured))
}

/// Makes the committed file say what is.
pub fn renew() -> Outcome {
    BUDGET.write(&rows(&limpet()?))
}

fn limpet() -> Outcome<Vec<(&'static Case, Cost)>> {
    let built = LIMPET.build()?;
    let measured = build::side_by_side(CASES, |case| {
        let program = built.of(case).ok_or("not Limpet's")?;
        cost(&LIMPET, program, &case.plan).map(|cost| (case, cost))
    });
    measured.into_iter().collect()
}

fn rows(measured: &[(&Case, Cost)]) -> Vec<Row> {
    measured.iter().map(|(case, cost)| Row::new(case.name, "all", cost.instructions.round() as u32)).collect()
}
