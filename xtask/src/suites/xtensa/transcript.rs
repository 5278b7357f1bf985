//! The self-test on a core.

use super::core::Core;
use crate::suites::selftest;
use std::path::{Path, PathBuf};
use xtask::{Outcome, paths};

/// Links the self-test with an archive for a core. The image.
pub fn image(core: &Core, archive: &Path) -> Outcome<PathBuf> {
    let dir = paths::target().join("xtensa").join(core.target.name);
    let mut sources = selftest::sources();
    sources.retain(|source| !source.ends_with(selftest::HOST));
    let mut objects = core.objects(&sources, selftest::INCLUDE, &dir)?;
    objects.push(archive.to_path_buf());
    let image = dir.join("selftest.elf");
    core.link(&objects, &image)?;
    Ok(image)
}

/// Runs an image and compares its lines with those of this machine.
pub fn compare(core: &Core, image: &Path, expected: &str) -> Outcome {
    let (ok, text) = core.run(image)?;
    selftest::compare(ok, &text, expected).map_err(|reason| format!("{}: {reason}", core.cpu))
}
