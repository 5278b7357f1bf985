//! The figures in README.md, if it has them: between two marks.

const MARK: &str = "<!-- normative -->";

/// What differs between the marks from these rows of a table.
pub fn faults(readme: &str, totals: &[String]) -> Vec<String> {
    let parts: Vec<_> = readme.split(MARK).collect();
    match parts[..] {
        [_] => vec![],
        [_, table, _] => {
            let missing = totals.iter().filter(|total| !table.lines().any(|line| line == **total));
            missing.map(|total| format!("README.md must say {total}")).collect()
        }
        _ => vec![format!("README.md has {} of {MARK}, not 2", parts.len() - 1)],
    }
}

fn of(readme: &str) -> usize {
    faults(readme, &["| 3.1.1 | 1 | 2 | 3 |".to_string(), "| 5 | 4 | 5 | 6 |".to_string()]).len()
}

#[test]
fn figures_that_differ_are_told() {
    assert_eq!(of("nothing of that"), 0);
    assert_eq!(of(&format!("{MARK}\n| 3.1.1 | 1 | 2 | 3 |\n| 5 | 4 | 5 | 6 |\n{MARK}\n")), 0);
    assert_eq!(of(&format!("{MARK}\n| 3.1.1 | 1 | 2 | 3 |\n| 5 | 5 | 5 | 6 |\n{MARK}\n")), 1);
    assert_eq!(of(&format!("{MARK}\n{MARK}\n| 3.1.1 | 1 | 2 | 3 |\n")), 2);
    assert_eq!(of(&format!("{MARK}\n| 3.1.1 | 1 | 2 | 3 |\n")), 1);
}
