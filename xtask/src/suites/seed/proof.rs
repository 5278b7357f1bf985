//! The tests that a row of tests/seed.tsv names: `session::late::a_test` in Rust, `c:api::a_test` in C, and
//! `mosquitto:hello.c` for a check of another suite, which runs there.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use xtask::Outcome;

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Proof {
    Rust(String),
    /// `program::test`
    C(String),
    Other {
        suite: String,
        check: String,
    },
}

impl Proof {
    /// `a; b; c`
    pub fn list(text: &str) -> Outcome<Vec<Proof>> {
        text.split(';').map(str::trim).filter(|t| !t.is_empty()).map(Proof::parse).collect()
    }

    fn parse(text: &str) -> Outcome<Proof> {
        match text.split_once(':').filter(|(_, rest)| !rest.starts_with(':')) {
            Some(("c", test)) if test.contains("::") => Ok(Proof::C(test.to_string())),
            Some(("c", _)) => Err(format!("not c:program::test: {text}")),
            Some((suite, check)) => Ok(Proof::Other { suite: suite.to_string(), check: check.trim().to_string() }),
            None => Ok(Proof::Rust(text.to_string())),
        }
    }
}

impl fmt::Display for Proof {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Proof::Rust(test) => f.write_str(test),
            Proof::C(test) => write!(f, "c:{test}"),
            Proof::Other { suite, check } => write!(f, "{suite}:{check}"),
        }
    }
}

/// The programs in C that have these tests.
pub fn programs(proofs: &BTreeSet<Proof>) -> BTreeSet<&str> {
    proofs.iter().filter_map(|proof| if let Proof::C(test) = proof { test.split("::").next() } else { None }).collect()
}

/// What became of tests, and what there is in other suites.
#[derive(Default)]
pub struct Results {
    ran: BTreeMap<Proof, Outcome>,
    there: BTreeSet<Proof>,
}

impl Results {
    /// Takes in what libtest says: `test a::b ... ok`.
    pub fn rust(&mut self, output: &str) {
        for line in output.lines() {
            let Some((name, result)) = line.strip_prefix("test ").and_then(|l| l.split_once(" ... ")) else {
                continue;
            };
            let outcome = match result {
                "ok" => Ok(()),
                "FAILED" => Err(panic_of(output, name)),
                _ => continue,
            };
            self.note(Proof::Rust(name.to_string()), outcome);
        }
    }

    /// Takes in what a program in C says: `ok   a_test`, or its faults and `FAIL a_test`.
    pub fn c(&mut self, program: &str, output: &str) {
        let mut faults = Vec::new();
        for line in output.lines() {
            let word = line.split_once(' ').map(|(word, name)| (word, name.trim()));
            let outcome = match word {
                Some(("ok", _)) => Ok(()),
                Some(("FAIL", _)) => Err(format!("failed\n{}", faults.join("\n"))),
                _ => {
                    faults.push(line);
                    continue;
                }
            };
            faults.clear();
            let name = word.map(|(_, name)| name).unwrap_or_default();
            self.note(Proof::C(format!("{program}::{name}")), outcome);
        }
    }

    /// The checks that another suite has.
    pub fn other(&mut self, suite: &str, checks: &[&str]) {
        let proof = |check: &&str| Proof::Other { suite: suite.to_string(), check: check.to_string() };
        self.there.extend(checks.iter().map(proof));
    }

    /// A name may exist in two programs; then both must pass.
    fn note(&mut self, proof: Proof, outcome: Outcome) {
        let known = self.ran.entry(proof).or_insert(Ok(()));
        if known.is_ok() {
            *known = outcome;
        }
    }

    pub fn of(&self, proof: &Proof) -> Outcome {
        let outcome = match proof {
            Proof::Other { .. } if self.there.contains(proof) => Ok(()),
            Proof::Other { .. } => Err("there is no such check".to_string()),
            _ => self.ran.get(proof).cloned().unwrap_or_else(|| Err("there is no such test, or it did not run".into())),
        };
        outcome.map_err(|reason| format!("{proof}: {reason}"))
    }
}

/// What libtest says of a test that failed.
fn panic_of(output: &str, name: &str) -> String {
    let head = format!("---- {name} stdout ----");
    let after = output.lines().skip_while(|line| *line != head).skip(1);
    let said: Vec<_> = after.take_while(|line| !line.starts_with("---- ") && *line != "failures:").collect();
    format!("failed\n{}", said.join("\n").trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proof(text: &str) -> Proof {
        Proof::parse(text).unwrap()
    }

    #[test]
    fn a_test_is_in_rust_or_in_c_or_of_another_suite() {
        let list =
            Proof::list("session::late::a_test; c:api::a_test; mosquitto:broker killed, it forgets all").unwrap();
        let other = Proof::Other { suite: "mosquitto".into(), check: "broker killed, it forgets all".into() };
        assert_eq!(list, [Proof::Rust("session::late::a_test".into()), Proof::C("api::a_test".into()), other]);
        assert!(Proof::list("c:a_test").is_err());
        assert_eq!(programs(&list.into_iter().collect()), BTreeSet::from(["api"]));
    }

    #[test]
    fn what_did_not_run_does_not_count() {
        let mut results = Results::default();
        results.rust("test a::b ... ok\ntest a::c ... ignored");
        results.c("api", "ok   one\n");
        assert_eq!(results.of(&proof("a::b")), Ok(()));
        assert!(results.of(&proof("a::c")).is_err(), "ignored");
        assert!(results.of(&proof("a::d")).is_err(), "does not exist");
        assert_eq!(results.of(&proof("c:api::one")), Ok(()));
        assert!(results.of(&proof("c:api::two")).is_err(), "does not exist");
        assert!(results.of(&proof("c:other::one")).is_err(), "in another program");
    }

    #[test]
    fn what_failed_says_why() {
        let mut results = Results::default();
        results.rust("test a::b ... FAILED\n\nfailures:\n\n---- a::b stdout ----\nleft: 1\n\nfailures:\n    a::b\n");
        results.c("api", "ok   one\n    x.c:7: a == b\nFAIL two\nFAIL three\n1 passed, 2 failed");
        assert_eq!(results.of(&proof("a::b")), Err("a::b: failed\nleft: 1".into()));
        assert_eq!(results.of(&proof("c:api::two")), Err("c:api::two: failed\n    x.c:7: a == b".into()));
        assert_eq!(results.of(&proof("c:api::three")), Err("c:api::three: failed\n".into()));
    }

    #[test]
    fn of_two_tests_with_one_name_both_must_pass() {
        let mut results = Results::default();
        results.rust("test a::b ... FAILED\ntest a::b ... ok\ntest a::c ... ok\ntest a::c ... FAILED");
        assert!(results.of(&proof("a::b")).is_err() && results.of(&proof("a::c")).is_err());
    }

    #[test]
    fn a_check_of_another_suite_must_exist() {
        let mut results = Results::default();
        results.other("mosquitto", &["hello.c"]);
        assert_eq!(results.of(&proof("mosquitto:hello.c")), Ok(()));
        assert!(results.of(&proof("mosquitto:hello.d")).is_err());
        assert!(results.of(&proof("moskito:hello.c")).is_err());
    }
}
