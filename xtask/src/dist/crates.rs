//! The crates that are in the archives, as Cargo knows them.

use crate::process::run;
use crate::{Outcome, paths, toolchain};
use serde_json::Value;
use std::path::PathBuf;
use std::process::Command;

#[derive(Clone, Debug)]
pub struct Crate {
    pub name: String,
    pub version: String,
    pub description: String,
    /// Empty if it names none.
    pub homepage: String,
    /// An expression of SPDX.
    pub licence: String,
    /// Of its sources.
    pub dir: PathBuf,
    /// Of what the registry delivers, as Cargo.lock has it; the library itself comes from none.
    pub sha256: Option<String>,
    /// Names of the crates that it uses.
    pub uses: Vec<String>,
}

const LIBRARY: &str = "limpet";
const CORE: &str = "core";

/// The library first, then all that is linked into it, by name.
pub fn linked() -> Outcome<Vec<Crate>> {
    let mut cargo = Command::new("cargo");
    cargo.current_dir(paths::root()).args(["metadata", "--format-version", "1", "--locked", "--quiet"]);
    let text = run(cargo.args(["--features", "limpet/archive"]))?;
    // Cargo may warn before it answers.
    let json = text.lines().find(|l| l.starts_with('{')).ok_or_else(|| format!("cargo metadata says {text}"))?;
    let metadata = serde_json::from_str(json).map_err(|e| format!("cargo metadata: {e}"))?;
    let mut crates = from(&metadata, &paths::read(&paths::root().join("Cargo.lock"))?)?;
    if let Some(library) = crates.first_mut() {
        library.uses.push(CORE.to_string());
    }
    crates.push(core());
    Ok(crates)
}

/// Rust's own library, which comes with the compiler. Nothing of it but `core` is in an archive.
fn core() -> Crate {
    let version = toolchain::VERSION.split('+').next().unwrap_or_default().to_string();
    let licence = "MIT OR Apache-2.0".to_string();
    let description = "Rust's core library".to_string();
    let (dir, sha256, uses) = (PathBuf::new(), None, Vec::new());
    let homepage = String::new();
    Crate { name: CORE.to_string(), version, description, homepage, licence, dir, sha256, uses }
}

fn from(metadata: &Value, lock: &str) -> Outcome<Vec<Crate>> {
    let library = list(metadata, "/packages").iter().find(|p| text(p, "name") == LIBRARY);
    let library = library.ok_or_else(|| format!("cargo metadata has no {LIBRARY}"))?;
    let mut wanted = vec![text(library, "id")];
    let mut next = 0;
    let mut crates = Vec::new();
    while let Some(id) = wanted.get(next).copied() {
        next += 1;
        let used = uses(metadata, id);
        crates.push(describe(metadata, lock, id, &used)?);
        for id in used {
            if !wanted.contains(&id) {
                wanted.push(id);
            }
        }
    }
    let (_, others) = crates.split_at_mut(1);
    others.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(crates)
}

/// The ids of what is linked into a crate: neither what builds it nor what tests it.
fn uses<'a>(metadata: &'a Value, id: &str) -> Vec<&'a str> {
    let node = list(metadata, "/resolve/nodes").iter().find(|node| text(node, "id") == id);
    let deps = node.map_or(&[][..], |node| list(node, "/deps"));
    let is_linked = |dep: &&Value| list(dep, "/dep_kinds").iter().any(|kind| kind["kind"].is_null());
    deps.iter().filter(is_linked).map(|dep| text(dep, "pkg")).collect()
}

fn describe(metadata: &Value, lock: &str, id: &str, used: &[&str]) -> Outcome<Crate> {
    let package = |id: &str| list(metadata, "/packages").iter().find(|p| text(p, "id") == id);
    let found = package(id).ok_or_else(|| format!("cargo metadata has no {id}"))?;
    let (name, version) = (text(found, "name").to_string(), text(found, "version").to_string());
    let licence = text(found, "license").to_string();
    if licence.is_empty() {
        return Err(format!("{name} {version} names no licence"));
    }
    let description = text(found, "description").to_string();
    let homepage = text(found, "homepage").to_string();
    let manifest = PathBuf::from(text(found, "manifest_path"));
    let dir = manifest.parent().unwrap_or(&manifest).to_path_buf();
    let sha256 = checksum(lock, &name, &version);
    let uses = used.iter().filter_map(|id| package(id)).map(|p| text(p, "name").to_string()).collect();
    Ok(Crate { name, version, description, homepage, licence, dir, sha256, uses })
}

fn checksum(lock: &str, name: &str, version: &str) -> Option<String> {
    let head = format!("name = \"{name}\"\nversion = \"{version}\"\n");
    let entry = lock.split("[[package]]\n").find(|entry| entry.starts_with(&head))?;
    let line = entry.lines().find_map(|line| line.strip_prefix("checksum = "))?;
    Some(line.trim_matches('"').to_string())
}

fn list<'a>(value: &'a Value, place: &str) -> &'a [Value] {
    value.pointer(place).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_builds_or_tests_a_crate_is_not_in_it() {
        let package = |name: &str| {
            format!(
                r#"{{"id": "{name}#1", "name": "{name}", "version": "1", "license": "MIT", "manifest_path": "/x/C"}}"#
            )
        };
        let dep = |name: &str, kind: &str| format!(r#"{{"pkg": "{name}#1", "dep_kinds": [{{"kind": {kind}}}]}}"#);
        let text = format!(
            r#"{{"packages": [{}], "resolve": {{"nodes": [
                {{"id": "limpet#1", "deps": [{}, {}, {}]}}, {{"id": "z#1", "deps": [{}]}}, {{"id": "a#1", "deps": []}}]}}}}"#,
            ["limpet", "z", "a", "builder", "tester"].map(package).join(","),
            dep("z", "null"),
            dep("builder", "\"build\""),
            dep("tester", "\"dev\""),
            dep("a", "null"),
        );
        let lock = "[[package]]\nname = \"a\"\nversion = \"1\"\nchecksum = \"77\"\n\n[[package]]\nname = \"z\"\n";
        let crates = from(&serde_json::from_str(&text).unwrap(), lock).unwrap();
        let names: Vec<_> = crates.iter().map(|c| c.name.as_str()).collect();
        assert_eq!(names, ["limpet", "a", "z"]);
        assert_eq!(crates[1].sha256.as_deref(), Some("77"));
        assert_eq!(crates[2].sha256, None);
        assert_eq!(crates[2].uses, ["a"]);
    }
}
