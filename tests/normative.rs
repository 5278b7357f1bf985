//! Each normative statement that binds a client, of MQTT 3.1.1 and of 5, and the tests that would see it broken:
//! normative.tsv, which is read here. The totals:
//!
//!     cargo test --test normative -- --nocapture

use normative::table::{Row, Verdict, Version, parse};
use normative::{proof, readme};

mod normative {
    pub mod proof;
    pub mod readme;
    pub mod table;
}

fn rows() -> Vec<Row> {
    parse(&read("tests/normative.tsv")).unwrap_or_else(|faults| panic!("tests/normative.tsv\n{}", faults.join("\n")))
}

/// A file of this repository.
fn read(path: &str) -> String {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// One row of the table in README.md.
fn total(rows: &[Row], version: Version) -> String {
    let count = |verdict| rows.iter().filter(|row| row.version == version && row.verdict == verdict).count();
    let [covered, other, open] = Verdict::ALL.map(count);
    format!("| {} | {covered} | {other} | {open} |", version.name())
}

#[test]
fn every_statement_stands_once_with_what_its_verdict_needs() {
    let rows = rows();
    for version in Version::ALL {
        let count = rows.iter().filter(|row| row.version == version).count();
        assert_eq!(count, version.statements(), "statements of {}", version.name());
    }
}

#[test]
fn every_test_that_is_named_exists_and_speaks_the_version() {
    let faults: Vec<_> = rows().iter().flat_map(proof::faults).collect();
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn the_totals_are_those_of_the_readme() {
    let rows = rows();
    let totals = Version::ALL.map(|version| total(&rows, version));
    println!("| MQTT | covered | not applicable | open |\n|---|---|---|---|\n{}", totals.join("\n"));
    assert_eq!(readme::faults(&read("README.md"), &totals), Vec::<String>::new());
}
