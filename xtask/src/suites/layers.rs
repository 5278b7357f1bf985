//! Imports point one way: ffi -> driver -> session -> packet. And unsafe and async stay where they belong.

use super::tally::Tally;
use std::path::{Path, PathBuf};
use xtask::{Outcome, paths};

/// A part of src, and words that its code does not use.
const RULES: &[(&str, &[&str])] = &[
    ("packet", &["async", "embedded_io", "embedded_io_async", "unsafe", "ffi", "session", "driver"]),
    ("session", &["async", "embedded_io", "embedded_io_async", "unsafe", "ffi", "driver"]),
    ("driver", &["unsafe", "ffi"]),
    ("supervisor", &["async", "embedded_io", "embedded_io_async", "unsafe", "ffi", "driver"]),
    ("wan", &["async", "embedded_io", "embedded_io_async", "unsafe", "ffi", "driver", "session"]),
];

pub fn run() -> Tally {
    let mut tally = Tally::default();
    for (part, words) in RULES {
        tally.check(part, check(part, words));
    }
    tally
}

fn check(part: &str, words: &[&str]) -> Outcome {
    let src = paths::root().join("src");
    let mut files = paths::files(&src.join(part), "rs");
    let single: PathBuf = src.join(format!("{part}.rs"));
    files.extend(Some(single).filter(|f| f.exists()));
    if files.is_empty() {
        return Err(format!("src/{part} has no files"));
    }
    let mut found = Vec::new();
    for file in files {
        let text = paths::read(&file)?;
        let name = file.strip_prefix(&src).unwrap_or(Path::new("?")).display().to_string();
        for (number, line) in text.lines().enumerate() {
            let used = words.iter().filter(|word| uses(line, word));
            found.extend(used.map(|word| format!("src/{name}:{} has `{word}`", number + 1)));
        }
    }
    if found.is_empty() { Ok(()) } else { Err(found.join("\n")) }
}

/// The line has the word as an identifier of its own, comments apart.
fn uses(line: &str, word: &str) -> bool {
    let code = line.split("//").next().unwrap_or_default();
    code.split(|c: char| !c.is_alphanumeric() && c != '_').any(|identifier| identifier == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_in_a_comment_or_in_a_longer_name_is_not_used() {
        assert!(uses("use crate::session::Session;", "session"));
        assert!(!uses("let session_present = true; // the session", "session"));
    }
}
