//! A table of README.md that is measured, between two marks: `<!-- name -->` and `<!-- /name -->`.

use std::path::PathBuf;
use xtask::{Outcome, paths};

pub struct Table {
    pub name: &'static str,
    /// What makes README.md say what is.
    pub task: &'static str,
}

fn file() -> PathBuf {
    paths::root().join("README.md")
}

impl Table {
    /// An error unless README.md says this.
    pub fn check(&self, lines: &str) -> Outcome {
        let text = paths::read(&file())?;
        if self.split(&text)?.1 == lines {
            return Ok(());
        }
        Err(format!("the table of {} in README.md is not what was measured; {}. It is:\n{lines}", self.name, self.task))
    }

    pub fn write(&self, lines: &str) -> Outcome {
        let text = paths::read(&file())?;
        let (before, _, after) = self.split(&text)?;
        paths::write(&file(), &format!("{before}{lines}{after}"))
    }

    /// What stands before the table, the table, and what follows.
    fn split<'a>(&self, text: &'a str) -> Outcome<(&'a str, &'a str, &'a str)> {
        let (begin, end) = (format!("<!-- {} -->\n", self.name), format!("<!-- /{} -->", self.name));
        let from = text.find(&begin).map(|at| at + begin.len());
        let to = text.find(&end);
        match (from, to) {
            (Some(from), Some(to)) if from <= to => Ok((&text[..from], &text[from..to], &text[to..])),
            _ => Err(format!("README.md has no {} ... {end}", begin.trim())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_surrounds_the_table_is_kept() {
        let sizes = Table { name: "sizes", task: "measure" };
        assert_eq!(
            sizes.split("a\n<!-- sizes -->\nb\n<!-- /sizes -->\nc"),
            Ok(("a\n<!-- sizes -->\n", "b\n", "<!-- /sizes -->\nc"))
        );
        assert!(sizes.split("a\n").is_err());
    }
}
