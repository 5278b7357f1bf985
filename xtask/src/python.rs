//! A virtual environment of Python below target/, with the packages of a list. The list pins every version.

use crate::process::run;
use crate::{Outcome, paths, setup};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Makes the environment unless that has been done: its Python. The list that was installed stays in it: another list
/// makes another environment.
pub fn environment(place: &Path, list: &Path) -> Outcome<PathBuf> {
    let python = place.join("bin/python");
    let (wanted, stamp) = (paths::read(list)?, place.join("installed.txt"));
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(python);
    }
    setup::need_python_venv()?;
    println!("installing what {} asks for, half a minute ...", list.display());
    paths::fresh(place)?;
    run(Command::new("python3").args(["-m", "venv"]).arg(place))?;
    let mut pip = Command::new(&python);
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "-r"]);
    run(pip.arg(list))?;
    paths::write(&stamp, &wanted)?;
    Ok(python)
}
