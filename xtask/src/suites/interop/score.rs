//! What the conformance program said of one broker, measured by what is known of that broker.

use super::known::Known;
use xtask::Outcome;

/// A check that was not ok: its name, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Fault<'a> {
    check: &'a str,
    says: &'a str,
}

#[derive(Debug, PartialEq, Eq)]
pub struct Score {
    ok: usize,
    differ: usize,
    /// Each check, and each known difference that was not seen.
    pub results: Vec<(String, Outcome)>,
}

impl Score {
    /// An error if the program did not come to its end.
    pub fn of(output: &str, known: &[Known]) -> Outcome<Score> {
        let mut lines: Vec<&str> = output.lines().collect();
        let counts = lines.pop().unwrap_or_default();
        let mut score = Score { ok: 0, differ: 0, results: Vec::new() };
        let mut faults = Vec::new();
        for line in &lines {
            match parse(line).ok_or_else(|| format!("it says {line}\n{output}"))? {
                Ok(check) => {
                    score.ok += 1;
                    score.results.push((check.to_string(), Ok(())));
                }
                Err(fault) => {
                    score.differ += usize::from(known.iter().any(|k| is(k, &fault)));
                    score.results.push((fault.check.to_string(), judge(&fault, known)));
                    faults.push(fault);
                }
            }
        }
        let counted = counts.split(' ').filter_map(|word| word.parse::<usize>().ok()).sum::<usize>();
        if lines.is_empty() || counted != lines.len() || !counts.ends_with(" failed") {
            return Err(format!("it did not come to its end\n{output}"));
        }
        for k in known.iter().filter(|k| !faults.iter().any(|fault| is(k, fault))) {
            let reason = format!("no longer so: {}", k.does);
            score.results.push((k.check.to_string(), Err(reason)));
        }
        Ok(score)
    }

    pub fn row(&self) -> String {
        let failed = self.results.iter().filter(|(_, result)| result.is_err()).count();
        format!("{} ok, {} differ as known, {failed} failed", self.ok, self.differ)
    }
}

fn parse(line: &str) -> Option<Result<&str, Fault<'_>>> {
    if let Some(check) = line.strip_prefix("ok ") {
        return Some(Ok(check));
    }
    let rest = line.strip_prefix("FAILED ").or_else(|| line.strip_prefix("broker differs "))?;
    let (check, says) = rest.split_once(": ")?;
    Some(Err(Fault { check, says }))
}

fn is(known: &Known, fault: &Fault) -> bool {
    known.check == fault.check && fault.says.contains(known.says)
}

fn judge(fault: &Fault, known: &[Known]) -> Outcome {
    if known.iter().any(|k| is(k, fault)) { Ok(()) } else { Err(fault.says.to_string()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: &[Known] = &[Known { check: "b", says: "QoS 2", does: "sends QoS 2" }];

    fn row(output: &str) -> Outcome<String> {
        Score::of(output, KNOWN).map(|score| score.row())
    }

    #[test]
    fn a_known_difference_is_no_failure() {
        let output = "ok a\nbroker differs b: it came with QoS 2\n1 ok, 1 differ, 0 failed";
        assert_eq!(row(output), Ok("1 ok, 1 differ as known, 0 failed".to_string()));
    }

    #[test]
    fn an_unknown_difference_is_a_failure() {
        let output = "FAILED a: lost\nFAILED b: it came with QoS 2\n0 ok, 0 differ, 2 failed";
        assert_eq!(row(output), Ok("0 ok, 1 differ as known, 1 failed".to_string()));
    }

    #[test]
    fn a_known_difference_of_another_kind_is_a_failure_and_so_is_its_absence() {
        let output = "FAILED b: lost\n0 ok, 0 differ, 1 failed";
        assert_eq!(row(output), Ok("0 ok, 0 differ as known, 2 failed".to_string()));
        assert_eq!(row("ok b\n1 ok, 0 differ, 0 failed"), Ok("1 ok, 0 differ as known, 1 failed".to_string()));
    }

    #[test]
    fn a_program_that_does_not_come_to_its_end_is_an_error() {
        assert!(row("").is_err());
        assert!(row("ok a").is_err());
        assert!(row("ok a\nSegmentation fault").is_err());
        assert!(row("ok a\n2 ok, 0 differ, 0 failed").is_err());
        assert!(row("0 ok, 0 differ, 0 failed").is_err());
    }
}
