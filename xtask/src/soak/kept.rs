//! A file in which a soak keeps what is done, so that it goes on there when it is stopped.

use std::fs;
use std::path::{Path, PathBuf};
use xtask::{Outcome, paths};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File(PathBuf);

impl File {
    pub fn at(path: &Path) -> File {
        File(path.to_path_buf())
    }

    /// None: there is none.
    pub fn read(&self) -> Option<String> {
        fs::read_to_string(&self.0).ok()
    }

    /// Whole or not at all.
    pub fn write(&self, text: &str) -> Outcome {
        let dir = self.0.parent().ok_or("a file without a folder")?;
        fs::create_dir_all(dir).map_err(|e| format!("cannot make {}: {e}", dir.display()))?;
        let new = self.0.with_extension("new");
        paths::write(&new, text)?;
        fs::rename(&new, &self.0).map_err(|e| format!("cannot write {}: {e}", self.0.display()))
    }

    pub fn remove(&self) -> Outcome {
        fs::remove_file(&self.0).map_err(|e| format!("cannot remove {}: {e}", self.0.display()))
    }
}
