//! The rows of normative.tsv, and what is wrong with them.

use std::collections::BTreeSet;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Version {
    V3,
    V5,
}

impl Version {
    pub const ALL: [Version; 2] = [Version::V3, Version::V5];

    pub fn name(self) -> &'static str {
        match self {
            Version::V3 => "3.1.1",
            Version::V5 => "5",
        }
    }

    /// How many there are, so that none goes missing.
    pub fn statements(self) -> usize {
        match self {
            Version::V3 => 93,
            Version::V5 => 163,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// A test fails if the client breaks it.
    Covered,
    /// It binds the broker or the application. The tests, if there are any, are of what the client does if they break it.
    NotApplicable,
    /// The client breaks it, or no test would see it.
    Open,
}

impl Verdict {
    pub const ALL: [Verdict; 3] = [Verdict::Covered, Verdict::NotApplicable, Verdict::Open];

    fn word(self) -> &'static str {
        match self {
            Verdict::Covered => "covered",
            Verdict::NotApplicable => "not applicable",
            Verdict::Open => "open",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    pub version: Version,
    /// `MQTT-4.3.2-1`
    pub tag: String,
    pub verdict: Verdict,
    pub tests: Vec<String>,
}

/// All rows, or all that is wrong with them.
pub fn parse(text: &str) -> Result<Vec<Row>, Vec<String>> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    let mut rows: Vec<Row> = vec![];
    let mut faults = vec![];
    let mut seen = BTreeSet::new();
    for (at, line) in lines {
        let row = row(line).and_then(|row| {
            let place = (row.version, numbers(&row.tag)?);
            if seen.last().is_some_and(|last| *last >= place) {
                return Err(format!("{} stands twice, or in the wrong place", row.tag));
            }
            seen.insert(place);
            Ok(row)
        });
        match row {
            Ok(row) => rows.push(row),
            Err(fault) => faults.push(format!("line {}: {fault}", at + 1)),
        }
    }
    if faults.is_empty() { Ok(rows) } else { Err(faults) }
}

fn row(line: &str) -> Result<Row, String> {
    let fields: Vec<_> = line.split('\t').map(str::trim).collect();
    let &[version, tag, asks, verdict, reason, tests] = fields.as_slice() else {
        return Err(format!("{} columns, not 6", fields.len()));
    };
    let version = Version::ALL.into_iter().find(|v| v.name() == version).ok_or("no such version")?;
    let tag = tag.strip_prefix('[').and_then(|tag| tag.strip_suffix(']')).ok_or("no tag in brackets")?;
    let verdict = Verdict::ALL.into_iter().find(|v| v.word() == verdict).ok_or(format!("{tag}: no such verdict"))?;
    let tests: Vec<_> = tests.split(';').map(|test| test.trim().to_string()).filter(|test| !test.is_empty()).collect();
    if asks.is_empty() {
        return Err(format!("{tag} asks nothing"));
    }
    if verdict == Verdict::Covered && tests.is_empty() {
        return Err(format!("{tag}: `covered` needs a test"));
    }
    if verdict != Verdict::Covered && reason.is_empty() {
        return Err(format!("{tag}: `{}` needs a reason", verdict.word()));
    }
    Ok(Row { version, tag: tag.to_string(), verdict, tests })
}

/// `MQTT-4.3.2-1` is [4, 3, 2, 1].
fn numbers(tag: &str) -> Result<Vec<u32>, String> {
    let parts = tag.strip_prefix("MQTT-").unwrap_or_default().split(['.', '-']);
    parts.map(|part| part.parse().map_err(|_| format!("no such tag: {tag}"))).collect()
}

const GOOD: &str = "3.1.1\t[MQTT-1.5.3-1]\ttext\tcovered\t\tsession/text::it_is";

#[track_caller]
fn refused(line: &str, fault: &str) {
    assert_eq!(parse(line), Err(vec![format!("line 1: {fault}")]));
}

#[test]
fn a_row_has_a_version_a_tag_a_verdict_and_tests() {
    let rows = parse(&format!("# a comment\n\n{GOOD}; session/text::is_too\n")).unwrap();
    let tests = ["session/text::it_is", "session/text::is_too"].map(String::from).to_vec();
    let expected = Row { version: Version::V3, tag: "MQTT-1.5.3-1".into(), verdict: Verdict::Covered, tests };
    assert_eq!(rows, [expected]);
}

#[test]
fn a_row_that_lacks_something_is_refused() {
    refused(&GOOD.replace("text\t", ""), "5 columns, not 6");
    refused(&GOOD.replace("3.1.1", "3.1"), "no such version");
    refused(&GOOD.replace(['[', ']'], ""), "no tag in brackets");
    refused(&GOOD.replace("MQTT-1.5.3-1", "MQTT-1.5.3-x"), "no such tag: MQTT-1.5.3-x");
    refused(&GOOD.replace("covered", "done"), "MQTT-1.5.3-1: no such verdict");
    refused(&GOOD.replace("\ttext\t", "\t\t"), "MQTT-1.5.3-1 asks nothing");
}

#[test]
fn a_verdict_without_its_test_or_its_reason_is_refused() {
    refused(&GOOD.replace("session/text::it_is", ""), "MQTT-1.5.3-1: `covered` needs a test");
    refused(&GOOD.replace("covered", "open"), "MQTT-1.5.3-1: `open` needs a reason");
    refused(&GOOD.replace("covered", "not applicable"), "MQTT-1.5.3-1: `not applicable` needs a reason");
    assert!(parse("5\t[MQTT-1.5.4-1]\ttext\tnot applicable\tthe broker's\t").is_ok());
}

#[test]
fn a_statement_stands_once_and_in_its_place() {
    let of = |version: &str, tag: &str| GOOD.replace("3.1.1", version).replace("1.5.3-1", tag) + "\n";
    assert!(parse(&(of("3.1.1", "3.9.1-1") + &of("3.1.1", "3.10.1-1") + &of("5", "1.5.4-1"))).is_ok());
    let twice = of("5", "2.2.1-3") + &of("5", "2.2.1-3");
    assert_eq!(parse(&twice), Err(vec!["line 2: MQTT-2.2.1-3 stands twice, or in the wrong place".into()]));
    let back = of("5", "2.2.1-3") + &of("3.1.1", "2.3.1-1");
    assert_eq!(parse(&back), Err(vec!["line 2: MQTT-2.3.1-1 stands twice, or in the wrong place".into()]));
}
