//! tests/seed.tsv: what the seed does, statement by statement, what we do, and the tests that would notice if we did not.

use super::proof::Proof;
use std::collections::BTreeSet;
use std::fmt;
use xtask::Outcome;

/// The families of statements, in their order, and how many each has. None may be missing from the table.
pub const FAMILIES: &[(&str, u32)] = &[
    ("CFG", 27),
    ("CON", 14),
    ("NET", 8),
    ("REC", 11),
    ("PUB", 17),
    ("SUB", 11),
    ("RX", 13),
    ("KA", 8),
    ("ISC", 3),
    ("DIS", 6),
    ("CLO", 1),
    ("BUP", 2),
    ("WAN", 5),
    ("EVT", 6),
    ("WIL", 3),
    ("SES", 6),
    ("DBG", 4),
    ("ID", 1),
    ("TLS", 2),
    ("LP", 2),
    ("MEM", 3),
    ("PTO", 4),
    ("NFR", 7),
    // Weaknesses, and the timelines that were measured.
    ("W", 41),
    ("B", 13),
];

const COLUMNS: usize = 5;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Same,
    Better,
    Different,
    NotOurs,
}

impl Verdict {
    pub const ALL: [Verdict; 4] = [Verdict::Same, Verdict::Better, Verdict::Different, Verdict::NotOurs];

    pub fn word(self) -> &'static str {
        match self {
            Verdict::Same => "same",
            Verdict::Better => "better",
            Verdict::Different => "different",
            Verdict::NotOurs => "ours not",
        }
    }
}

#[derive(Debug)]
pub struct Row {
    pub family: &'static str,
    pub number: u32,
    pub verdict: Verdict,
    pub statement: String,
    pub reason: String,
    pub proofs: Vec<Proof>,
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{}-{}", self.family, self.number)
    }
}

/// The rows in the order of the families, or all that is wrong with the table.
pub fn parse(text: &str) -> Outcome<Vec<Row>> {
    let mut rows: Vec<Row> = Vec::new();
    let mut wrong = Vec::new();
    for (at, line) in text.lines().enumerate().filter(|(_, l)| !l.trim().is_empty() && !l.starts_with('#')) {
        match row(line) {
            Ok(row) if rows.iter().any(|r| r.to_string() == row.to_string()) => {
                wrong.push(format!("line {}: {row} stands there twice", at + 1));
            }
            Ok(row) => rows.push(row),
            Err(reason) => wrong.push(format!("line {}: {reason}", at + 1)),
        }
    }
    let there: BTreeSet<_> = rows.iter().map(|r| (r.family, r.number)).collect();
    for (family, count) in FAMILIES {
        let missing = (1..=*count).filter(|number| !there.contains(&(family, *number)));
        wrong.extend(missing.map(|number| format!("{family}-{number} is missing")));
    }
    let place = |row: &Row| FAMILIES.iter().position(|(family, _)| *family == row.family);
    rows.sort_by_key(|row| (place(row), row.number));
    if wrong.is_empty() { Ok(rows) } else { Err(wrong.join("\n")) }
}

fn row(line: &str) -> Outcome<Row> {
    let fields: Vec<_> = line.split('\t').map(str::trim).collect();
    let &[name, verdict, statement, reason, tests] = fields.as_slice() else {
        return Err(format!("{} columns, not {COLUMNS}: {line}", fields.len()));
    };
    let (family, number) = number(name).ok_or_else(|| format!("no such number: {name}"))?;
    let verdict = Verdict::ALL.into_iter().find(|v| v.word() == verdict);
    let verdict = verdict.ok_or_else(|| format!("{name}: no such verdict: {}", fields[1]))?;
    let proofs = Proof::list(tests).map_err(|reason| format!("{name}: {reason}"))?;
    if statement.is_empty() {
        return Err(format!("{name} says nothing"));
    }
    if verdict != Verdict::Same && reason.is_empty() {
        return Err(format!("{name}: `{}` needs a reason", verdict.word()));
    }
    if verdict != Verdict::NotOurs && proofs.is_empty() {
        return Err(format!("{name}: `{}` needs a test", verdict.word()));
    }
    Ok(Row { family, number, verdict, statement: statement.to_string(), reason: reason.to_string(), proofs })
}

/// CFG-3, if CFG is a family with that many statements.
fn number(name: &str) -> Option<(&'static str, u32)> {
    let (family, number) = name.split_once('-')?;
    let (family, count) = FAMILIES.iter().find(|(f, _)| *f == family)?;
    let number: u32 = number.parse().ok()?;
    (1..=*count).contains(&number).then_some((*family, number))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A table of good rows.
    fn whole() -> Vec<String> {
        let rows = |(family, count): &(&str, u32)| {
            let family = family.to_string();
            (1..=*count).map(move |n| format!("{family}-{n}\tsame\tit does\t\tsession::it_does"))
        };
        FAMILIES.iter().flat_map(rows).collect()
    }

    fn with(number: &str, line: &str) -> Outcome<usize> {
        let mut lines = whole();
        let at = lines.iter().position(|l| l.starts_with(&format!("{number}\t"))).unwrap();
        lines[at] = line.to_string();
        parse(&lines.join("\n")).map(|rows| rows.len())
    }

    fn refused(number: &str, line: &str) -> String {
        with(number, line).unwrap_err().lines().next().unwrap_or_default().to_string()
    }

    #[test]
    fn a_whole_table_is_good_and_comments_do_not_count() {
        let text = format!("# a comment\n\n{}", whole().join("\n"));
        assert_eq!(parse(&text).map(|rows| rows.len()), Ok(218));
    }

    #[test]
    fn rows_come_in_the_order_of_the_families() {
        let mut lines = whole();
        lines.reverse();
        let rows = parse(&lines.join("\n")).unwrap();
        assert_eq!((rows[0].to_string(), rows[217].to_string()), ("CFG-1".into(), "B-13".into()));
    }

    #[test]
    fn a_missing_number_is_named() {
        assert_eq!(refused("REC-4", "# gone"), "REC-4 is missing");
    }

    #[test]
    fn a_number_that_stands_there_twice_is_named() {
        let twice = refused("CFG-2", "CFG-1\tsame\tit does\t\tsession::it_does");
        assert_eq!(twice, "line 2: CFG-1 stands there twice");
    }

    #[test]
    fn a_number_that_does_not_exist_is_named() {
        assert_eq!(refused("B-13", "B-14\tsame\tx\t\ta::b"), "line 218: no such number: B-14");
        assert_eq!(refused("B-13", "X-1\tsame\tx\t\ta::b"), "line 218: no such number: X-1");
    }

    #[test]
    fn an_unknown_verdict_is_named() {
        assert_eq!(refused("CFG-1", "CFG-1\tfine\tx\t\ta::b"), "line 1: CFG-1: no such verdict: fine");
    }

    #[test]
    fn a_verdict_without_its_test_is_refused() {
        assert_eq!(refused("CFG-1", "CFG-1\tsame\tx\t\t"), "line 1: CFG-1: `same` needs a test");
        assert_eq!(refused("CFG-1", "CFG-1\tbetter\tx\twhy\t"), "line 1: CFG-1: `better` needs a test");
        assert_eq!(refused("CFG-1", "CFG-1\tdifferent\tx\twhy\t"), "line 1: CFG-1: `different` needs a test");
        assert_eq!(with("CFG-1", "CFG-1\tours not\tx\twhy\t"), Ok(218));
    }

    #[test]
    fn a_verdict_without_its_reason_is_refused() {
        assert_eq!(refused("CFG-1", "CFG-1\tdifferent\tx\t\ta::b"), "line 1: CFG-1: `different` needs a reason");
        assert_eq!(refused("CFG-1", "CFG-1\tours not\tx\t\t"), "line 1: CFG-1: `ours not` needs a reason");
    }

    #[test]
    fn a_row_without_all_its_columns_is_refused() {
        assert_eq!(refused("CFG-1", "CFG-1\tsame\tx\ta::b"), "line 1: 4 columns, not 5: CFG-1\tsame\tx\ta::b");
    }
}
