//! C sources of others, of one version and with a known checksum. From Debian's archive, unpacked below target/sources: the
//! lists of packages that the machine has are neither needed nor changed, and no root is. And from a crate, where Cargo
//! keeps it.

use crate::process::{lock, run};
use crate::{Outcome, paths, setup};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

/// An original archive of a source package of Debian 12.
pub struct Source {
    /// The directory below target/sources.
    pub name: &'static str,
    pub package: &'static str,
    /// Of the package.
    pub version: &'static str,
    pub file: &'static str,
    pub sha256: &'static str,
}

/// BSD-3-Clause.
pub const LWIP: Source = Source {
    name: "lwip-2.1.3",
    package: "lwip",
    version: "2.1.3+dfsg1-2",
    file: "lwip_2.1.3+dfsg1.orig.tar.xz",
    sha256: "0a8276d09fc4e97bbba2f953d74af2388fc2195ea156be9d7589e297a68fde24",
};

/// Apache-2.0 or GPL-2.0-or-later. Without Debian's patches, which concern its own build.
pub const MBEDTLS: Source = Source {
    name: "mbedtls-2.28.3",
    package: "mbedtls",
    version: "2.28.3-1",
    file: "mbedtls_2.28.3.orig.tar.gz",
    sha256: "3b4953aa55a681e084d31892d9904cc5328d6b4958ea57b90ae4b4f94ae69a8d",
};

const NEEDED: &[setup::Need] = &[
    ("apt-get", "apt"),
    ("tar", "tar"),
    ("xz", "xz-utils"),
    ("gzip", "gzip"),
    ("sha256sum", "coreutils"),
    (KEYRING, "debian-archive-keyring"),
];

const KEYRING: &str = "/usr/share/keyrings/debian-archive-keyring.gpg";

impl Source {
    /// Fetches and unpacks it unless that has been done: the directory.
    pub fn ready(&self) -> Outcome<PathBuf> {
        let dir = paths::target().join("sources").join(self.name);
        if dir.is_dir() {
            return Ok(dir);
        }
        setup::need(&[NEEDED])?;
        println!("  fetching {} {} from Debian's archive, once ...", self.package, self.version);
        let work = dir.with_extension("part");
        paths::fresh(&work)?;
        self.download(&work)?;
        self.unpack(&work, &dir)?;
        fs::remove_dir_all(&work).map_err(|e| format!("cannot remove {}: {e}", work.display()))?;
        Ok(dir)
    }

    fn download(&self, work: &Path) -> Outcome {
        let apt = work.join("apt");
        for dir in ["lists/partial", "archives/partial"] {
            paths::fresh(&apt.join(dir))?;
        }
        let list = apt.join("sources.list");
        paths::write(&list, &format!("deb-src [signed-by={KEYRING}] {} bookworm main\n", mirror()?))?;
        let option = |name: &str, value: &Path| format!("{name}={}", value.display());
        let options = [
            option("Dir::Etc::SourceList", &list),
            option("Dir::Etc::SourceParts", Path::new("/dev/null")),
            option("Dir::State::Lists", &apt.join("lists")),
            option("Dir::Cache", &apt),
            option("Dir::Cache::Archives", &apt.join("archives")),
            // As root apt-get would become a user who cannot write to our directory.
            "APT::Sandbox::User=root".to_string(),
        ];
        let apt_get = |words: &[&str]| {
            let mut command = Command::new("apt-get");
            command.arg("-qq").args(options.iter().flat_map(|o| ["-o", o])).args(words).current_dir(work);
            run(&mut command)
        };
        apt_get(&["update"])?;
        apt_get(&["source", "--download-only", &format!("{}={}", self.package, self.version)])?;
        Ok(())
    }

    fn unpack(&self, work: &Path, dir: &Path) -> Outcome {
        let sum = run(Command::new("sha256sum").arg(self.file).current_dir(work))?;
        if !sum.starts_with(self.sha256) {
            return Err(format!("{} is not the file that was tried: its SHA-256 is {sum}", self.file));
        }
        let tree = work.join("tree");
        paths::fresh(&tree)?;
        run(Command::new("tar").args(["-xf", self.file, "-C", "tree", "--strip-components=1"]).current_dir(work))?;
        fs::rename(&tree, dir).map_err(|e| format!("cannot make {}: {e}", dir.display()))
    }
}

/// The kernel of FreeRTOS, MIT: V11.2.0, in a crate that tests/firmware/freertos/source pins.
pub fn freertos() -> Outcome<PathBuf> {
    const CRATE: &str = "freertos-next-0.12.0";
    static FETCH: Mutex<()> = Mutex::new(());
    let manifest = paths::root().join("tests/firmware/freertos/source/Cargo.toml");
    let metadata = |network: &[&str]| {
        let mut cargo = Command::new("cargo");
        cargo.args(["metadata", "--locked", "--format-version", "1", "--manifest-path"]).arg(&manifest).args(network);
        run(&mut cargo)
    };
    let _one_at_a_time = lock(&FETCH);
    // Online only if the crate is not there yet.
    let text = metadata(&["--offline"]).or_else(|_| metadata(&[]))?;
    let kernel = crate_dir(&text, CRATE).ok_or_else(|| format!("cargo metadata does not say where {CRATE} is"))?;
    let kernel = kernel.join("FreeRTOS-Kernel");
    if kernel.join("tasks.c").is_file() { Ok(kernel) } else { Err(format!("no kernel in {}", kernel.display())) }
}

/// The directory in `"manifest_path":"/.../name/Cargo.toml"`.
fn crate_dir(metadata: &str, name: &str) -> Option<PathBuf> {
    let paths = metadata.split("\"manifest_path\":\"").skip(1).filter_map(|rest| rest.split('"').next());
    paths.filter_map(|path| Path::new(path).parent()).find(|dir| dir.ends_with(name)).map(Path::to_path_buf)
}

/// The Debian mirror that this machine uses.
fn mirror() -> Outcome<String> {
    let files = ["/etc/apt/sources.list.d/debian.sources", "/etc/apt/sources.list"];
    let texts = files.iter().filter_map(|file| fs::read_to_string(file).ok());
    texts
        .flat_map(|text| text.lines().filter_map(mirror_in).map(str::to_string).collect::<Vec<_>>())
        .next()
        .ok_or_else(|| format!("no mirror of Debian is named in {}", files.join(" or ")))
}

/// The address in a line such as `URIs: http://...` or `deb [...] http://... bookworm main`.
fn mirror_in(line: &str) -> Option<&str> {
    let starts = line.starts_with("URIs:") || line.starts_with("deb ");
    line.split_whitespace().find(|word| starts && word.contains("://"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_directory_of_a_crate_is_found() {
        let text = r#"[{"manifest_path":"/a/other-1.0/Cargo.toml","x":1},{"manifest_path":"/a/one-1.0/Cargo.toml"}]"#;
        assert_eq!(crate_dir(text, "one-1.0"), Some(PathBuf::from("/a/one-1.0")));
        assert_eq!(crate_dir(text, "two-1.0"), None);
    }

    #[test]
    fn the_mirror_is_found_in_both_formats_of_apt() {
        assert_eq!(mirror_in("URIs: http://mirror.example/debian"), Some("http://mirror.example/debian"));
        assert_eq!(
            mirror_in("deb [arch=amd64] http://mirror.example/debian bookworm main"),
            Some("http://mirror.example/debian")
        );
        assert_eq!(mirror_in("# deb http://mirror.example/debian bookworm main"), None);
        assert_eq!(mirror_in("Types: deb"), None);
    }
}
