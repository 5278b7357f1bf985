//! Debian's Rust for its browsers: the one compiler that any Debian machine can have with the sources of `core`, so that
//! embedded targets can be built without another toolchain. Unpacked below target/, not installed: no root is needed.

use crate::process::{attempt, run};
use crate::{Outcome, paths, setup};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// The figures in tests/size/budget.csv were measured with this one; another needs them measured again.
pub const VERSION: &str = "1.96.0+dfsg1-1~deb12u2";

const PINNED: &[&str] = &["rustc-web", "libstd-rust-web-1.96", "libstd-rust-web-dev", "rust-web-src"];

/// Shared libraries that the compiler needs and a small machine lacks, and their packages.
const LIBRARIES: &[(&str, &str)] = &[
    ("libLLVM.so.22.1", "libllvm22"),
    ("libedit.so.2", "libedit2"),
    ("libffi.so.8", "libffi8"),
    ("libz3.so.4", "libz3-4"),
    ("libxml2.so.2", "libxml2"),
    ("libbsd.so.0", "libbsd0"),
    ("libmd.so.0", "libmd0"),
    ("libicuuc.so.72", "libicu72"),
    ("libicudata.so.72", "libicu72"),
    ("liblzma.so.5", "liblzma5"),
    ("libtinfo.so.6", "libtinfo6"),
    ("libzstd.so.1", "libzstd1"),
    ("libz.so.1", "zlib1g"),
    ("libstdc++.so.6", "libstdc++6"),
    ("libgcc_s.so.1", "libgcc-s1"),
];

pub struct Toolchain {
    dir: PathBuf,
}

impl Toolchain {
    /// Unpacks the compiler unless that has been done.
    pub fn ready() -> Outcome<Toolchain> {
        let toolchain = Toolchain { dir: paths::target().join("toolchain").join(VERSION) };
        let done = toolchain.dir.join("complete");
        if done.exists() {
            return Ok(toolchain);
        }
        setup::need(&[setup::UNPACK])?;
        println!("  fetching Debian's rustc {VERSION}: about 140 MB, 550 MB unpacked, once ...");
        paths::fresh(&toolchain.dir)?;
        let pinned: Vec<_> = PINNED.iter().map(|name| format!("{name}={VERSION}")).collect();
        if toolchain.unpack(&pinned).is_err() {
            // Lists that are missing or old are the usual cause.
            setup::refresh()?;
            toolchain.unpack(&pinned).map_err(|e| explain(&e))?;
        }
        toolchain.add_libraries()?;
        toolchain.prune()?;
        paths::write(&done, "")?;
        Ok(toolchain)
    }

    /// Cargo with this compiler, allowed to build `core`.
    pub fn cargo(&self) -> Command {
        let mut command = Command::new("cargo");
        command.current_dir(paths::root());
        command.env("RUSTC", self.dir.join("usr/bin/rustc"));
        command.env("LD_LIBRARY_PATH", self.libraries());
        command.env("RUSTC_BOOTSTRAP", "1");
        command
    }

    /// How Cargo is told of a target: by name, by the file of xtask/targets that describes it, or by a copy of the
    /// compiler's own description without the frame pointer that it would keep in a register. Firmware does not walk
    /// frames, and the code is 6 % smaller.
    pub fn target(&self, name: &str) -> Outcome<PathBuf> {
        let described = paths::root().join("xtask/targets").join(format!("{name}.json"));
        if described.exists() {
            return Ok(described);
        }
        let mut rustc = Command::new(self.dir.join("usr/bin/rustc"));
        rustc.env("LD_LIBRARY_PATH", self.libraries()).env("RUSTC_BOOTSTRAP", "1");
        rustc.args(["-Zunstable-options", "--print", "target-spec-json", "--target", name]);
        let always = r#""frame-pointer": "always""#;
        let spec = run(&mut rustc)?;
        if !spec.contains(always) {
            return Ok(PathBuf::from(name));
        }
        let file = paths::target().join("cross").join(format!("{name}.json"));
        paths::write(&file, &spec.replace(always, r#""frame-pointer": "may-omit""#))?;
        Ok(file)
    }

    /// Where the compiler is; its own paths must not get into what it makes.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    fn libraries(&self) -> PathBuf {
        self.dir.join("usr/lib/x86_64-linux-gnu")
    }

    fn unpack(&self, packages: &[String]) -> Outcome {
        let debs = self.dir.join("debs");
        paths::fresh(&debs)?;
        run(Command::new("apt-get").arg("download").args(packages).current_dir(&debs))?;
        for deb in paths::files(&debs, "deb") {
            run(Command::new("dpkg").arg("-x").arg(deb).arg(&self.dir))?;
        }
        fs::remove_dir_all(&debs).map_err(|e| e.to_string())
    }

    fn add_libraries(&self) -> Outcome {
        // Each library may need others; the chain is short.
        for _ in 0..LIBRARIES.len() {
            let missing = self.missing_libraries()?;
            if missing.is_empty() {
                return self.merge_lib();
            }
            let mut packages = Vec::new();
            for name in missing {
                let Some((_, package)) = LIBRARIES.iter().find(|(library, _)| *library == name) else {
                    return Err(format!("rustc {VERSION} needs {name}, and no package is known for it"));
                };
                packages.push((*package).to_string());
            }
            packages.dedup();
            self.unpack(&packages)?;
            self.merge_lib()?;
        }
        Err("the compiler's shared libraries need each other without end".to_string())
    }

    fn missing_libraries(&self) -> Outcome<Vec<String>> {
        let mut missing = Vec::new();
        let rustc = self.dir.join("usr/bin/rustc");
        let mut command = Command::new("ldd");
        command.arg(rustc).env("LD_LIBRARY_PATH", self.libraries());
        for line in run(&mut command)?.lines().filter(|l| l.contains("not found")) {
            missing.extend(line.split_whitespace().next().map(str::to_string));
        }
        Ok(missing)
    }

    /// The sources of the compiler itself are most of the sources, and nobody's business here.
    fn prune(&self) -> Outcome {
        let sources = fs::read_dir(self.dir.join("usr/src")).map_err(|e| e.to_string())?;
        for dir in sources.flatten() {
            for part in ["src", "compiler"] {
                fs::remove_dir_all(dir.path().join(part))
                    .map_err(|e| format!("{}/{part}: {e}", dir.path().display()))?;
            }
        }
        Ok(())
    }

    /// Some packages still use /lib: one directory is enough.
    fn merge_lib(&self) -> Outcome {
        let old = self.dir.join("lib/x86_64-linux-gnu");
        let Ok(entries) = fs::read_dir(&old) else {
            return Ok(());
        };
        for entry in entries.flatten() {
            fs::rename(entry.path(), self.libraries().join(entry.file_name())).map_err(|e| e.to_string())?;
        }
        fs::remove_dir_all(self.dir.join("lib")).map_err(|e| e.to_string())
    }
}

/// Says what to do when the pinned packages are not served.
fn explain(error: &str) -> String {
    let policy = attempt(Command::new("apt-cache").args(["policy", "rustc-web"]), Duration::from_secs(60));
    let served = policy.map(|(_, text)| text).unwrap_or_default();
    let candidate = served.lines().find(|l| l.contains("Candidate")).map_or("none", str::trim);
    format!(
        "rustc-web {VERSION} of Debian 12's security archive is not served here ({candidate}).\n\
         With no candidate: add that archive, or run apt-get update as root.\n\
         With a newer one: change VERSION in xtask/src/toolchain.rs, then measure tests/size/budget.csv again.\n{error}"
    )
}
