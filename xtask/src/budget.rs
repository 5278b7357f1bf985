//! A file of tests/size with the most that each thing may take. A figure above it, without one, or measured no more is a
//! failure; one below it is told.

use xtask::{Outcome, paths};

pub struct Budget {
    /// Below the root.
    pub file: &'static str,
    /// What is in its columns; the last one is what the numbers count.
    pub columns: [&'static str; 3],
    /// What makes the file say what is.
    pub task: &'static str,
}

/// One measurement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Of what something was measured: a target, a call.
    pub subject: String,
    pub what: String,
    pub number: u32,
}

impl Row {
    pub fn new(subject: &str, what: &str, number: u32) -> Row {
        Row { subject: subject.to_string(), what: what.to_string(), number }
    }
}

impl Budget {
    /// What could be lowered; an error if something is above its budget or has none.
    pub fn compare(&self, rows: &[Row]) -> Outcome<Vec<String>> {
        self.judge(&paths::read(&paths::root().join(self.file))?, rows)
    }

    pub fn write(&self, rows: &[Row]) -> Outcome {
        let lines: String = rows.iter().map(|r| format!("{},{},{}\n", r.subject, r.what, r.number)).collect();
        paths::write(&paths::root().join(self.file), &format!("{}\n{lines}", self.columns.join(",")))
    }

    fn judge(&self, csv: &str, rows: &[Row]) -> Outcome<Vec<String>> {
        let (file, unit) = (self.file, self.columns[2]);
        let (mut high, mut low) = (Vec::new(), Vec::new());
        for Row { subject, what, number } in rows {
            let line = csv.lines().find_map(|l| l.strip_prefix(&format!("{subject},{what},")));
            match line.and_then(|n| n.trim().parse::<u32>().ok()) {
                None => high.push(format!("{subject},{what},{number} is not in {file}")),
                Some(most) if *number > most => {
                    high.push(format!("{subject}, {what}: {number} {unit}, the budget is {most}"));
                }
                Some(most) if *number < most => {
                    low.push(format!("{subject}, {what}: {most} could be lowered to {number}"));
                }
                Some(_) => {}
            }
        }
        let is_measured = |line: &&str| rows.iter().any(|r| line.starts_with(&format!("{},{},", r.subject, r.what)));
        high.extend(csv.lines().skip(1).filter(|l| !is_measured(l)).map(|l| format!("{l} is measured no more")));
        if high.is_empty() {
            return Ok(low);
        }
        high.push(format!("If that is what it costs: {}, and say why in the commit.", self.task));
        Err(high.join("\n"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BUDGET: Budget = Budget { file: "budget.csv", columns: ["target", "what", "bytes"], task: "measure" };

    #[test]
    fn a_rise_fails_and_a_fall_is_told() {
        let csv = "target,what,bytes\nm3,text,100\nm3,bss,0\n";
        let rows = |text| [Row::new("m3", "text", text), Row::new("m3", "bss", 0)];
        assert_eq!(BUDGET.judge(csv, &rows(100)), Ok(vec![]));
        assert_eq!(BUDGET.judge(csv, &rows(90)), Ok(vec!["m3, text: 100 could be lowered to 90".to_string()]));
        assert!(BUDGET.judge(csv, &rows(101)).is_err());
    }

    #[test]
    fn a_row_without_a_budget_or_without_a_measurement_fails() {
        let row = [Row::new("m3", "text", 100)];
        assert!(BUDGET.judge("target,what,bytes\n", &row).is_err());
        assert!(BUDGET.judge("target,what,bytes\nm3,text,100\nm4,text,100\n", &row).is_err());
    }
}
