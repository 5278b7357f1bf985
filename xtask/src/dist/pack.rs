//! A directory as one file that has the same bytes whoever makes it: sorted names, one time, no owner; and checksums.

use crate::process::run;
use crate::{Outcome, setup};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, UNIX_EPOCH};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    TarGz,
    Zip,
}

const TAR: &[setup::Need] = &[("tar", "tar"), ("gzip", "gzip")];
const ZIP: &[setup::Need] = &[("zip", "zip")];
const SUM: &[setup::Need] = &[("sha256sum", "coreutils")];

/// Packs `top` with its name into `dir`: the file. `time` is in seconds since 1970, and all files get it.
pub fn pack(top: &Path, form: Form, time: u64, dir: &Path) -> Outcome<PathBuf> {
    let (Some(parent), Some(name)) = (top.parent(), top.file_name()) else {
        return Err(format!("{} cannot be packed", top.display()));
    };
    let name = name.to_string_lossy();
    let mut entries = Vec::new();
    collect(top, &name, &mut entries)?;
    entries.sort();
    for entry in &entries {
        set_time(&parent.join(entry), time)?;
    }
    match form {
        Form::TarGz => {
            setup::need(&[TAR])?;
            let tar = dir.join(format!("{name}.tar"));
            let mut command = Command::new("tar");
            command.args(["--format=ustar", "--owner=0", "--group=0", "--numeric-owner", "--mode=u=rwX,go=rX"]);
            command.args(["--no-recursion", "-cf"]).arg(&tar).args(&entries).current_dir(parent);
            run(&mut command)?;
            run(Command::new("gzip").args(["-9", "-n", "-f"]).arg(&tar))?;
            Ok(tar.with_extension("tar.gz"))
        }
        Form::Zip => {
            setup::need(&[ZIP])?;
            let zip = dir.join(format!("{name}.zip"));
            let _ = fs::remove_file(&zip);
            let mut command = Command::new("zip");
            // A zip has local time, and modes as they are.
            command.env("TZ", "UTC").args(["-q", "-X", "-9"]).arg(&zip).args(&entries).current_dir(parent);
            run(&mut command)?;
            Ok(zip)
        }
    }
}

/// The lines of SHA256SUMS for these files below `dir`.
pub fn sums(dir: &Path, files: &[&Path]) -> Outcome<String> {
    setup::need(&[SUM])?;
    run(Command::new("sha256sum").args(files).current_dir(dir)).map(|lines| lines + "\n")
}

fn collect(dir: &Path, name: &str, entries: &mut Vec<String>) -> Outcome {
    entries.push(name.to_string());
    for entry in fs::read_dir(dir).map_err(|e| format!("cannot read {}: {e}", dir.display()))? {
        let path = entry.map_err(|e| e.to_string())?.path();
        let inner = format!("{name}/{}", path.file_name().unwrap_or_default().to_string_lossy());
        set_mode(&path)?;
        if path.is_dir() {
            collect(&path, &inner, entries)?;
        } else {
            entries.push(inner);
        }
    }
    Ok(())
}

/// Whatever the umask says.
fn set_mode(path: &Path) -> Outcome {
    use std::os::unix::fs::PermissionsExt;
    let mode = if path.is_dir() { 0o755 } else { 0o644 };
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).map_err(|e| format!("{}: {e}", path.display()))
}

fn set_time(path: &Path, time: u64) -> Outcome {
    let file = File::open(path).map_err(|e| format!("{}: {e}", path.display()))?;
    file.set_modified(UNIX_EPOCH + Duration::from_secs(time)).map_err(|e| format!("{}: {e}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::paths;
    use std::os::unix::fs::PermissionsExt;

    fn packed(form: Form, names: [&str; 3], mode: u32) -> Vec<u8> {
        let dir = paths::scratch("pack").unwrap();
        let top = dir.join("thing-1");
        fs::create_dir_all(top.join("lib")).unwrap();
        for name in names {
            fs::write(top.join(name), name).unwrap();
            fs::set_permissions(top.join(name), fs::Permissions::from_mode(mode)).unwrap();
        }
        let bytes = fs::read(pack(&top, form, 1_000_000_000, &dir).unwrap()).unwrap();
        fs::remove_dir_all(dir).unwrap();
        bytes
    }

    #[test]
    fn the_same_files_make_the_same_bytes() {
        for form in [Form::TarGz, Form::Zip] {
            let one = packed(form, ["a", "lib/b", "z"], 0o644);
            assert_eq!(one, packed(form, ["z", "lib/b", "a"], 0o600));
            assert_ne!(one, packed(form, ["a", "lib/b", "y"], 0o644));
        }
    }
}
