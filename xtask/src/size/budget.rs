//! tests/size/budget.csv: the most bytes that each part may take.

use xtask::{Outcome, paths};

/// What, and its bytes.
pub type Figures = Vec<(&'static str, u32)>;

/// What could be lowered; an error if something is above its budget or has none.
pub fn compare(target: &str, figures: &Figures) -> Outcome<Vec<String>> {
    let text = paths::read(&paths::root().join("tests/size/budget.csv"))?;
    judge(&text, target, figures)
}

/// An error unless the table of README.md says what the budget says.
pub fn check_readme() -> Outcome {
    let csv = paths::read(&paths::root().join("tests/size/budget.csv"))?;
    let readme = paths::read(&paths::root().join("README.md"))?;
    let missing: Vec<_> = csv.lines().skip(1).filter(|line| !says(&readme, line)).collect();
    if missing.is_empty() { Ok(()) } else { Err(format!("README.md does not say: {}", missing.join(" "))) }
}

/// A row of the table: `<!-- target,what --> bytes |`.
fn says(readme: &str, line: &str) -> bool {
    line.rsplit_once(',').is_some_and(|(what, bytes)| readme.contains(&format!("<!-- {what} --> {bytes} |")))
}

fn judge(csv: &str, target: &str, figures: &Figures) -> Outcome<Vec<String>> {
    let (mut high, mut low) = (Vec::new(), Vec::new());
    for (what, bytes) in figures {
        let line = csv.lines().find_map(|l| l.strip_prefix(&format!("{target},{what},")));
        match line.and_then(|n| n.trim().parse::<u32>().ok()) {
            None => high.push(format!("{target},{what},{bytes} is not in tests/size/budget.csv")),
            Some(most) if *bytes > most => high.push(format!("{what}: {bytes} bytes, the budget is {most}")),
            Some(most) if *bytes < most => low.push(format!("{what}: {most} could be lowered to {bytes}")),
            Some(_) => {}
        }
    }
    if high.is_empty() { Ok(low) } else { Err(high.join("\n")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_readme_says_the_same_number() {
        assert!(says("| code | <!-- m3,text --> 100 |", "m3,text,100"));
        assert!(!says("| code | <!-- m3,text --> 101 |", "m3,text,100"));
    }

    #[test]
    fn a_rise_fails_and_a_fall_is_told() {
        let csv = "target,what,bytes\nm3,text,100\nm3,bss,0\n";
        assert_eq!(judge(csv, "m3", &vec![("text", 100), ("bss", 0)]), Ok(vec![]));
        assert_eq!(judge(csv, "m3", &vec![("text", 90)]), Ok(vec!["text: 100 could be lowered to 90".to_string()]));
        assert!(judge(csv, "m3", &vec![("text", 101)]).is_err());
        assert!(judge(csv, "m4", &vec![("text", 1)]).is_err());
    }
}
