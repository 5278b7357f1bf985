//! tests/size/budget.csv: the most bytes that each part may take on each target.

use std::path::PathBuf;
use xtask::{Outcome, paths};

/// One measurement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    pub target: String,
    pub what: String,
    pub bytes: u32,
}

impl Row {
    pub fn new(target: &str, what: &str, bytes: u32) -> Row {
        Row { target: target.to_string(), what: what.to_string(), bytes }
    }
}

fn file() -> PathBuf {
    paths::root().join("tests/size/budget.csv")
}

/// What could be lowered; an error if something is above its budget or has none.
pub fn compare(rows: &[Row]) -> Outcome<Vec<String>> {
    judge(&paths::read(&file())?, rows)
}

pub fn write(rows: &[Row]) -> Outcome {
    let lines: String = rows.iter().map(|r| format!("{},{},{}\n", r.target, r.what, r.bytes)).collect();
    paths::write(&file(), &format!("target,what,bytes\n{lines}"))
}

fn judge(csv: &str, rows: &[Row]) -> Outcome<Vec<String>> {
    let (mut high, mut low) = (Vec::new(), Vec::new());
    for Row { target, what, bytes } in rows {
        let line = csv.lines().find_map(|l| l.strip_prefix(&format!("{target},{what},")));
        match line.and_then(|n| n.trim().parse::<u32>().ok()) {
            None => high.push(format!("{target},{what},{bytes} is not in tests/size/budget.csv")),
            Some(most) if *bytes > most => high.push(format!("{target}, {what}: {bytes} bytes, the budget is {most}")),
            Some(most) if *bytes < most => low.push(format!("{target}, {what}: {most} could be lowered to {bytes}")),
            Some(_) => {}
        }
    }
    let is_measured = |line: &&str| rows.iter().any(|r| line.starts_with(&format!("{},{},", r.target, r.what)));
    high.extend(csv.lines().skip(1).filter(|l| !is_measured(l)).map(|l| format!("{l} is measured no more")));
    if high.is_empty() {
        return Ok(low);
    }
    high.push("If that is what it costs: cargo xtask size --write, and say why in the commit.".to_string());
    Err(high.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rise_fails_and_a_fall_is_told() {
        let csv = "target,what,bytes\nm3,text,100\nm3,bss,0\n";
        let rows = |text| [Row::new("m3", "text", text), Row::new("m3", "bss", 0)];
        assert_eq!(judge(csv, &rows(100)), Ok(vec![]));
        assert_eq!(judge(csv, &rows(90)), Ok(vec!["m3, text: 100 could be lowered to 90".to_string()]));
        assert!(judge(csv, &rows(101)).is_err());
    }

    #[test]
    fn a_row_without_a_budget_or_without_a_measurement_fails() {
        let row = [Row::new("m3", "text", 100)];
        assert!(judge("target,what,bytes\n", &row).is_err());
        assert!(judge("target,what,bytes\nm3,text,100\nm4,text,100\n", &row).is_err());
    }
}
