//! `cargo xtask dist`: the packages. What every package has; what one has of its own is in the file of its name.

mod arduino;
mod changelog;
mod cmake;
mod crates;
mod espidf;
mod layout;
mod notices;
mod pack;
mod platformio;
pub mod questions;
mod readme;
mod sbom;
mod sizes;
mod stock;
mod tree;

pub use pack::Form;
pub use stock::{Archive, Stock};
pub use tree::Tree;

use crate::targets::Target;
use crate::{Outcome, paths};
use std::path::{Path, PathBuf};

pub struct Package {
    /// Of its file, before the version.
    pub name: &'static str,
    /// The directory in it, if that is not its name with the version.
    pub top: Option<&'static str>,
    pub form: Form,
    /// Whether it takes the archive of this target.
    pub fits: fn(&Target) -> bool,
    /// Files and directories of the repository that CHANGELOG.md names, and where they are in the package.
    pub moved: &'static [(&'static str, &'static str)],
    /// Adds what is its own: README, header, archives, manifests. `stock` has the archives that fit.
    pub fill: fn(stock: &Stock, tree: &mut Tree) -> Outcome,
}

pub const PACKAGES: &[Package] = &[cmake::PACKAGE, platformio::PACKAGE, arduino::PACKAGE, espidf::PACKAGE];

/// Where `cargo xtask dist` puts them.
pub fn place() -> PathBuf {
    paths::root().join("dist")
}

/// What was made of a package.
pub struct Made {
    pub package: &'static Package,
    pub file: PathBuf,
    /// The directory in it.
    pub top: String,
    /// The files in that, and their bytes.
    pub contents: Vec<(String, usize)>,
}

/// Compiles for every target and makes every package in dist/.
pub fn all() -> Outcome<Vec<Made>> {
    let stock = Stock::take()?;
    paths::fresh(&place())?;
    let made: Vec<_> = PACKAGES.iter().map(|package| make(package, &stock, &place())).collect::<Outcome<_>>()?;
    let names: Vec<_> = made.iter().filter_map(|made| made.file.file_name()).map(Path::new).collect();
    paths::write(&place().join(SUMS), &pack::sums(&place(), &names)?)?;
    Ok(made)
}

impl Made {
    pub fn bytes(&self) -> u64 {
        std::fs::metadata(&self.file).map_or(0, |file| file.len())
    }

    /// What is in it, a line for each file.
    pub fn listing(&self) -> String {
        let lines = self.contents.iter().map(|(name, bytes)| format!("{bytes:9}  {name}\n"));
        format!("{}: {} bytes, unpacked\n{}", self.file.display(), self.bytes(), lines.collect::<String>())
    }
}

/// The checksums of a package, and of all of them.
const SUMS: &str = "SHA256SUMS";

/// Makes one package in `dir`.
pub fn make(package: &'static Package, stock: &Stock, dir: &Path) -> Outcome<Made> {
    let stock = stock.of(package.fits);
    let mut tree = Tree::default();
    (package.fill)(&stock, &mut tree).map_err(|reason| format!("{}: {reason}", package.name))?;
    for name in ["LICENSE-MIT", "LICENSE-APACHE"] {
        tree.copy(name, name)?;
    }
    let changes = changelog::text(&paths::read(&paths::root().join("CHANGELOG.md"))?, package.moved, &tree);
    tree.add("CHANGELOG.md", changes);
    tree.add("THIRD-PARTY.txt", notices::text(&stock)?);
    let name = format!("{}-{}", package.name, stock.version());
    tree.add("sbom.spdx.json", sbom::text(&stock, &name)?);
    let inner = package.top.unwrap_or(&name).to_string();
    let top = paths::scratch("dist")?.join(&inner);
    tree.lay_out(&top)?;
    let files: Vec<_> = tree.names().map(Path::new).collect();
    tree.add(SUMS, pack::sums(&top, &files)?);
    tree.lay_out(&top)?;
    let packed = pack::pack(&top, package.form, stock.time, dir)?;
    let file = dir.join(packed.file_name().unwrap_or_default().to_string_lossy().replacen(&inner, &name, 1));
    std::fs::rename(&packed, &file).map_err(|e| format!("cannot name it {}: {e}", file.display()))?;
    let scratch = top.parent().unwrap_or(&top);
    std::fs::remove_dir_all(scratch).map_err(|e| format!("cannot remove {}: {e}", scratch.display()))?;
    Ok(Made { package, file, top: inner, contents: tree.sizes() })
}
