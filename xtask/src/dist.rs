//! `cargo xtask dist`: the packages. What every package has; what one has of its own is in the file of its name.

mod cmake;
mod crates;
mod layout;
mod notices;
mod pack;
pub mod questions;
mod sbom;
mod sizes;
mod stock;
mod tree;

pub use pack::Form;
pub use stock::Stock;
pub use tree::Tree;

use crate::targets::Target;
use crate::{Outcome, paths};
use std::path::{Path, PathBuf};

pub struct Package {
    /// Of its file, before the version.
    pub name: &'static str,
    pub form: Form,
    /// Whether it takes the archive of this target.
    pub fits: fn(&Target) -> bool,
    /// Adds what is its own: README, header, archives, manifests. `stock` has the archives that fit.
    pub fill: fn(stock: &Stock, tree: &mut Tree) -> Outcome,
}

pub const PACKAGES: &[Package] = &[cmake::PACKAGE];

/// Where `cargo xtask dist` puts them.
pub fn place() -> PathBuf {
    paths::root().join("dist")
}

/// Compiles for every target and makes every package in dist/: the files.
pub fn all() -> Outcome<Vec<PathBuf>> {
    let stock = Stock::take()?;
    paths::fresh(&place())?;
    let files: Vec<_> = PACKAGES.iter().map(|package| make(package, &stock, &place())).collect::<Outcome<_>>()?;
    let names: Vec<_> = files.iter().filter_map(|file| file.file_name()).map(Path::new).collect();
    paths::write(&place().join(SUMS), &pack::sums(&place(), &names)?)?;
    Ok(files)
}

/// The checksums of a package, and of all of them.
const SUMS: &str = "SHA256SUMS";

/// Makes one package in `dir`: the file.
pub fn make(package: &Package, stock: &Stock, dir: &Path) -> Outcome<PathBuf> {
    let stock = stock.of(package.fits);
    let mut tree = Tree::default();
    (package.fill)(&stock, &mut tree).map_err(|reason| format!("{}: {reason}", package.name))?;
    for name in ["LICENSE-MIT", "LICENSE-APACHE", "CHANGELOG.md"] {
        tree.copy(name, name)?;
    }
    tree.add("THIRD-PARTY.txt", notices::text(&stock)?);
    let name = format!("{}-{}", package.name, stock.version());
    tree.add("sbom.spdx.json", sbom::text(&stock, &name)?);
    let top = paths::scratch("dist")?.join(&name);
    tree.lay_out(&top)?;
    let files: Vec<_> = tree.names().map(Path::new).collect();
    paths::write(&top.join(SUMS), &pack::sums(&top, &files)?)?;
    let made = pack::pack(&top, package.form, stock.time, dir)?;
    let scratch = top.parent().unwrap_or(&top);
    std::fs::remove_dir_all(scratch).map_err(|e| format!("cannot remove {}: {e}", scratch.display()))?;
    Ok(made)
}
