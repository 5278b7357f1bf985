//! The files of a package before it is packed: copies, and templates with their words replaced.

use crate::{Outcome, paths};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// By their path in the package.
#[derive(Default)]
pub struct Tree {
    files: BTreeMap<String, Vec<u8>>,
}

/// What stands for @NAME@ in a template.
pub type Words<'a> = [(&'a str, String)];

impl Tree {
    pub fn add(&mut self, name: &str, content: impl Into<Vec<u8>>) {
        self.files.insert(name.to_string(), content.into());
    }

    /// Copies a file of the repository as it is.
    pub fn copy(&mut self, from: &str, to: &str) -> Outcome {
        self.copy_file(&paths::root().join(from), to)
    }

    pub fn copy_file(&mut self, from: &Path, to: &str) -> Outcome {
        let content = fs::read(from).map_err(|e| format!("cannot read {}: {e}", from.display()))?;
        self.add(to, content);
        Ok(())
    }

    /// Copies all that is below a directory of the repository to a directory of the package.
    pub fn copy_all(&mut self, from: &str, to: &str) -> Outcome {
        for (name, path) in below(from)? {
            self.copy_file(&path, &format!("{to}/{name}"))?;
        }
        Ok(())
    }

    /// Adds all that is below a directory of the repository, with the words replaced.
    pub fn templates(&mut self, from: &str, words: &Words) -> Outcome {
        self.templates_without(&[], from, words)
    }

    /// The same without some of its directories.
    pub fn templates_without(&mut self, dirs: &[&str], from: &str, words: &Words) -> Outcome {
        let is_left_out = |name: &str| dirs.iter().any(|dir| Path::new(name).starts_with(dir));
        for (name, path) in below(from)?.into_iter().filter(|(name, _)| !is_left_out(name)) {
            self.template(&path, &name, words)?;
        }
        Ok(())
    }

    /// Adds one file with the words replaced.
    pub fn template(&mut self, from: &Path, to: &str, words: &Words) -> Outcome {
        let text = replace(&paths::read(from)?, words).map_err(|e| format!("{}: {e}", from.display()))?;
        self.add(to, text);
        Ok(())
    }

    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// Every name with its bytes.
    pub fn sizes(&self) -> Vec<(String, usize)> {
        self.files.iter().map(|(name, content)| (name.clone(), content.len())).collect()
    }

    /// Writes the files below `dir`.
    pub fn lay_out(&self, dir: &Path) -> Outcome {
        for (name, content) in &self.files {
            let path = dir.join(name);
            let parent = path.parent().unwrap_or(dir);
            fs::create_dir_all(parent).map_err(|e| format!("cannot make {}: {e}", parent.display()))?;
            fs::write(&path, content).map_err(|e| format!("cannot write {}: {e}", path.display()))?;
        }
        Ok(())
    }
}

/// The files below a directory of the repository, each with its path from there.
fn below(dir: &str) -> Outcome<Vec<(String, std::path::PathBuf)>> {
    let top = paths::root().join(dir);
    let mut found = Vec::new();
    let mut rest = vec![top.clone()];
    while let Some(dir) = rest.pop() {
        let entries = fs::read_dir(&dir).map_err(|e| format!("cannot read {}: {e}", dir.display()))?;
        for entry in entries {
            let path = entry.map_err(|e| e.to_string())?.path();
            if path.is_dir() {
                rest.push(path);
            } else {
                let name = path.strip_prefix(&top).map_err(|e| e.to_string())?.to_string_lossy().into_owned();
                found.push((name, path));
            }
        }
    }
    Ok(found)
}

/// Replaces every @NAME@. A name that is not among the words is an error: it would reach the user.
fn replace(text: &str, words: &Words) -> Outcome<String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('@') {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let inner = &from[1..];
        let len = inner.find(|c: char| !c.is_ascii_uppercase() && c != '_').unwrap_or(inner.len());
        if len == 0 || !inner[len..].starts_with('@') {
            out.push('@');
            rest = inner;
            continue;
        }
        let name = &inner[..len];
        let Some((_, word)) = words.iter().find(|(n, _)| *n == name) else {
            return Err(format!("nothing is known to stand for @{name}@"));
        };
        out.push_str(word);
        rest = &inner[len + 1..];
    }
    out.push_str(rest);
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_between_two_signs_is_replaced() {
        let words = [("VERSION", "1.2.3".to_string()), ("A_B", "x".to_string())];
        let text = "v@VERSION@, a@b.c, @A_B@@VERSION@ @lower@ @";
        assert_eq!(replace(text, &words).as_deref(), Ok("v1.2.3, a@b.c, x1.2.3 @lower@ @"));
    }

    #[test]
    fn an_unknown_word_is_an_error() {
        assert!(replace("@VERSION@", &[]).is_err());
    }
}
