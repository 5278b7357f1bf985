//! A part of a page that is measured, between two marks: `<!-- name -->` and `<!-- /name -->`.

use std::path::PathBuf;
use xtask::{Outcome, paths};

pub struct Table {
    /// Below the root.
    pub page: &'static str,
    pub name: &'static str,
    /// What makes the page say what is.
    pub task: &'static str,
}

impl Table {
    fn file(&self) -> PathBuf {
        paths::root().join(self.page)
    }

    /// An error unless the page says this.
    pub fn check(&self, lines: &str) -> Outcome {
        let text = paths::read(&self.file())?;
        if self.split(&text)?.1 == lines {
            return Ok(());
        }
        let Table { page, name, task } = self;
        Err(format!("the table of {name} in {page} is not what was measured; {task}. It is:\n{lines}"))
    }

    pub fn write(&self, lines: &str) -> Outcome {
        let text = paths::read(&self.file())?;
        let (before, _, after) = self.split(&text)?;
        paths::write(&self.file(), &format!("{before}{lines}{after}"))
    }

    /// What stands before the table, the table, and what follows.
    fn split<'a>(&self, text: &'a str) -> Outcome<(&'a str, &'a str, &'a str)> {
        let (begin, end) = (format!("<!-- {} -->\n", self.name), format!("<!-- /{} -->", self.name));
        let from = text.find(&begin).map(|at| at + begin.len());
        let to = text.find(&end);
        match (from, to) {
            (Some(from), Some(to)) if from <= to => Ok((&text[..from], &text[from..to], &text[to..])),
            _ => Err(format!("{} has no {} ... {end}", self.page, begin.trim())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_surrounds_the_table_is_kept() {
        let sizes = Table { page: "README.md", name: "sizes", task: "measure" };
        assert_eq!(
            sizes.split("a\n<!-- sizes -->\nb\n<!-- /sizes -->\nc"),
            Ok(("a\n<!-- sizes -->\n", "b\n", "<!-- /sizes -->\nc"))
        );
        assert!(sizes.split("a\n").is_err());
    }
}
