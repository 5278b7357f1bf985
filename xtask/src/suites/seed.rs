//! The seed, statement by statement: runs the tests that tests/seed.tsv names and says what is the same, what is better,
//! what is different on purpose, and what is not ours to do. A statement without its test is a failure.

mod proof;
mod readme;
mod table;

use super::tally::Tally;
use super::{archive, c, demos, mosquitto, tls};
use proof::{Proof, Results};
use std::collections::BTreeSet;
use std::process::Command;
use std::time::Duration;
use table::{FAMILIES, Row, Verdict};
use xtask::process::attempt;
use xtask::{Outcome, paths};

const LIMIT: Duration = Duration::from_secs(1800);

pub fn run() -> Tally {
    let rows = match paths::read(&paths::root().join("tests/seed.tsv")).and_then(|text| table::parse(&text)) {
        Ok(rows) => rows,
        Err(reason) => return Tally::failure(format!("tests/seed.tsv: {reason}")),
    };
    let proofs = rows.iter().flat_map(|row| row.proofs.iter().cloned()).collect();
    match results(&proofs) {
        Ok(results) => {
            print!("{}", summary(&rows));
            let mut tally = judge(&rows, &results);
            tally.check("README.md maps every name of the seed", readme::check());
            tally
        }
        Err(reason) => Tally::failure(reason),
    }
}

/// One check for each statement.
fn judge(rows: &[Row], results: &Results) -> Tally {
    let mut tally = Tally::default();
    for row in rows {
        let wrong: Vec<_> = row.proofs.iter().filter_map(|proof| results.of(proof).err()).collect();
        tally.check(&row.to_string(), if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n")) });
    }
    tally
}

fn results(proofs: &BTreeSet<Proof>) -> Outcome<Results> {
    let mut results = Results::default();
    results.rust(&cargo_test(proofs)?);
    for (program, output) in c::said(&proof::programs(proofs))? {
        results.c(&program, &output);
    }
    results.other("archive", &archive::names());
    results.other("mosquitto", &mosquitto::names());
    results.other("demos", &demos::names());
    results.other("tls", &tls::names());
    Ok(results)
}

/// Runs exactly these tests of the library.
fn cargo_test(proofs: &BTreeSet<Proof>) -> Outcome<String> {
    let names = proofs.iter().filter_map(|proof| if let Proof::Rust(name) = proof { Some(name) } else { None });
    let mut command = Command::new("cargo");
    command.args(["test", "--package", "limpet", "--no-fail-fast", "--", "--exact"]).current_dir(paths::root());
    let (ok, output) = attempt(command.args(names), LIMIT)?;
    // Tests that fail are reported by their rows; if none ran there is something else.
    if ok || output.contains("\ntest result: ") { Ok(output) } else { Err(format!("cargo test says\n{output}")) }
}

fn summary(rows: &[Row]) -> String {
    let mut text = String::new();
    for (family, _) in FAMILIES {
        let of_family = |verdict: Verdict| {
            let ours = rows.iter().filter(|row| row.family == *family && row.verdict == verdict);
            let numbers: Vec<_> = ours.map(|row| row.number.to_string()).collect();
            (!numbers.is_empty()).then(|| format!("{} {}", verdict.word(), numbers.join(" ")))
        };
        let parts: Vec<_> = Verdict::ALL.into_iter().filter_map(of_family).collect();
        text += &format!("  {family:4} {}\n", parts.join("; "));
    }
    text += "different on purpose:\n";
    text += &reasons(rows, Verdict::Different);
    text += "not ours:\n";
    text += &reasons(rows, Verdict::NotOurs);
    let count = |verdict: Verdict| rows.iter().filter(|row| row.verdict == verdict).count();
    let counts: Vec<_> = Verdict::ALL.map(|verdict| format!("{} {}", count(verdict), verdict.word())).into();
    text + &format!("{} statements of the seed: {}\n", rows.len(), counts.join(", "))
}

fn reasons(rows: &[Row], verdict: Verdict) -> String {
    let chosen = rows.iter().filter(|row| row.verdict == verdict);
    chosen.map(|row| format!("  {:7} {}. Ours: {}.\n", row.to_string(), row.statement, row.reason)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(number: u32, verdict: Verdict, tests: &str) -> Row {
        let proofs = Proof::list(tests).unwrap();
        Row { family: "CFG", number, verdict, statement: "it waits".into(), reason: "it polls".into(), proofs }
    }

    #[test]
    fn every_statement_is_a_check_and_fails_if_one_of_its_tests_does() {
        let rows = [row(1, Verdict::Same, "a::b; a::c"), row(2, Verdict::Same, "a::b"), row(3, Verdict::NotOurs, "")];
        let mut results = Results::default();
        results.rust("test a::b ... ok");
        let tally = judge(&rows, &results);
        assert_eq!(tally.counts(), "2 passed, 1 failed, 0 skipped");
        assert_eq!(tally.reasons(), ["CFG-1: a::c: there is no such test, or it did not run"]);
    }

    #[test]
    fn the_summary_tells_what_differs_and_why() {
        let rows = [row(1, Verdict::Same, ""), row(2, Verdict::Different, ""), row(3, Verdict::NotOurs, "")];
        let text = summary(&rows);
        assert!(text.contains("  CFG  same 1; different 2; ours not 3\n"), "{text}");
        assert!(text.contains("different on purpose:\n  CFG-2   it waits. Ours: it polls.\nnot ours:\n"), "{text}");
        assert!(text.ends_with("3 statements of the seed: 1 same, 0 better, 1 different, 1 ours not\n"), "{text}");
    }
}
