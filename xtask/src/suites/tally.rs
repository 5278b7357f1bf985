//! Counts of a suite, and why its failures failed.

use xtask::Outcome;

#[derive(Debug, Default, PartialEq, Eq)]
pub struct Tally {
    passed: usize,
    failed: usize,
    skipped: usize,
    reasons: Vec<String>,
}

impl Tally {
    /// A suite that is one test.
    pub fn of(result: Outcome) -> Tally {
        let mut tally = Tally::default();
        tally.note(result);
        tally
    }

    pub fn failure(reason: impl Into<String>) -> Tally {
        Tally { failed: 1, reasons: vec![reason.into()], ..Tally::default() }
    }

    pub fn check(&mut self, what: &str, result: Outcome) {
        self.note(result.map_err(|reason| format!("{what}: {reason}")));
    }

    pub fn add(&mut self, other: Tally) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
        self.reasons.extend(other.reasons);
    }

    pub fn is_good(&self) -> bool {
        self.failed == 0
    }

    pub fn counts(&self) -> String {
        format!("{} passed, {} failed, {} skipped", self.passed, self.failed, self.skipped)
    }

    pub fn reasons(&self) -> &[String] {
        &self.reasons
    }

    /// Adds up the lines that say `N passed` and so on, in the words of libtest or of our C tests. A program that says
    /// nothing of the kind, or fails without saying so, is a failure; what it said is the reason.
    pub fn of_output(ok: bool, output: &str, is_result: impl Fn(&str) -> bool) -> Tally {
        let mut tally = Tally::default();
        for line in output.lines().filter(|l| is_result(l)) {
            tally.passed += count(line, "passed");
            tally.failed += count(line, "failed");
            tally.skipped += count(line, "ignored") + count(line, "skipped");
        }
        let silent = tally.passed + tally.failed + tally.skipped == 0;
        if tally.failed == 0 && (!ok || silent) {
            tally.failed = 1;
        }
        if tally.failed > 0 {
            tally.reasons.push(reason(output));
        }
        tally
    }

    fn note(&mut self, result: Outcome) {
        match result {
            Ok(()) => self.passed += 1,
            Err(reason) => {
                self.failed += 1;
                self.reasons.push(reason);
            }
        }
    }
}

/// The number before a word: 3 for `passed` in "ok. 3 passed; 1 failed".
fn count(line: &str, word: &str) -> usize {
    let words: Vec<_> = line.split([' ', ';', ',']).filter(|w| !w.is_empty()).collect();
    words.windows(2).find(|pair| pair[1] == word).and_then(|pair| pair[0].parse().ok()).unwrap_or(0)
}

/// What a program says about its failures: libtest in a section of its own, others at the end.
fn reason(output: &str) -> String {
    let mut inside = false;
    let mut lines: Vec<&str> = Vec::new();
    for line in output.lines() {
        inside = (inside || line == "failures:") && !line.starts_with("test result: ");
        if inside {
            lines.push(line);
        }
    }
    if lines.is_empty() {
        const MOST: usize = 120;
        lines = output.lines().collect();
        lines.drain(..lines.len().saturating_sub(MOST));
    }
    format!("it says\n{}", lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn libtest(ok: bool, output: &str) -> String {
        Tally::of_output(ok, output, |l| l.starts_with("test result: ")).counts()
    }

    #[test]
    fn results_of_several_programs_are_added() {
        let text = "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 2 filtered out\nx\n\
                    test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out";
        assert_eq!(libtest(false, text), "4 passed, 2 failed, 1 skipped");
    }

    #[test]
    fn no_result_is_a_failure() {
        assert_eq!(libtest(true, "hello"), "0 passed, 1 failed, 0 skipped");
        assert_eq!(libtest(false, "test result: ok. 3 passed; 0 failed; 0 ignored"), "3 passed, 1 failed, 0 skipped");
    }
}
