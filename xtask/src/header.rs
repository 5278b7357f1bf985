//! include/limpet.h, made by cbindgen from src/ffi and src/error.rs, with the version from Cargo.toml.

use crate::{Outcome, paths};
use std::path::PathBuf;

const SOURCES: &[&str] = &[
    "src/error.rs",
    "src/ffi/types.rs",
    "src/ffi/types5.rs",
    "src/ffi/store.rs",
    "src/ffi/events.rs",
    "src/ffi/client.rs",
    "src/ffi/messages.rs",
    "src/ffi/link.rs",
    "src/ffi/wan.rs",
    "src/ffi/v5.rs",
];

pub fn path() -> PathBuf {
    paths::root().join("include/limpet.h")
}

pub fn write() -> Outcome {
    paths::write(&path(), &generate()?)
}

/// An error, with the difference, unless the committed header is what the sources say.
pub fn check() -> Outcome {
    let (old, new) = (paths::read(&path())?, generate()?);
    if old == new {
        return Ok(());
    }
    Err(format!("include/limpet.h is stale; cargo xtask header makes it:\n{}", difference(&old, &new)))
}

fn generate() -> Outcome<String> {
    let file = paths::root().join("include/cbindgen.toml");
    let mut config = cbindgen::Config::from_file(file.to_string_lossy().as_ref())?;
    let rest = config.after_includes.unwrap_or_default();
    config.after_includes = Some(format!("\n{}{rest}", version_lines(&version()?)?));
    let mut builder = cbindgen::Builder::new().with_config(config);
    for source in SOURCES {
        builder = builder.with_src(paths::root().join(source));
    }
    let bindings = builder.generate().map_err(|e| format!("cbindgen: {e}"))?;
    let mut text = Vec::new();
    bindings.write(&mut text);
    String::from_utf8(text).map_err(|e| e.to_string())
}

/// The version of the crate, from the first `version = ` of Cargo.toml.
fn version() -> Outcome<String> {
    let manifest = paths::read(&paths::root().join("Cargo.toml"))?;
    let line = manifest.lines().find_map(|l| l.strip_prefix("version = "));
    line.map(|v| v.trim_matches('"').to_string()).ok_or_else(|| "Cargo.toml has no version".to_string())
}

fn version_lines(version: &str) -> Outcome<String> {
    let numbers: Vec<&str> = version.split('.').collect();
    let [major, minor, patch] = numbers[..] else {
        return Err(format!("{version} is not of the form 1.2.3"));
    };
    Ok(format!(
        "\n#define MQTT_VERSION_MAJOR {major}\n#define MQTT_VERSION_MINOR {minor}\n#define MQTT_VERSION_PATCH {patch}\n"
    ))
}

/// Declared for the program to define, not the library.
pub const HOOKS: &[&str] = &["mqtt_lock", "mqtt_unlock"];

/// The functions of the library that the header declares, in its order.
pub fn functions() -> Outcome<Vec<String>> {
    let text = paths::read(&path())?;
    let names = text.lines().filter_map(declared).filter(|n| !HOOKS.contains(n));
    let names: Vec<_> = names.map(str::to_string).collect();
    if names.is_empty() { Err("include/limpet.h declares no function".to_string()) } else { Ok(names) }
}

/// The number behind a `#define` of the header.
pub fn number(name: &str) -> Outcome<u32> {
    let text = paths::read(&path())?;
    let value = text.lines().find_map(|l| l.strip_prefix(&format!("#define {name} "))?.trim().parse().ok());
    value.ok_or_else(|| format!("include/limpet.h does not define {name} as a number"))
}

/// The name in a line such as `int32_t mqtt_init(struct mqtt_client *client,`.
fn declared(line: &str) -> Option<&str> {
    let starts_a_declaration = line.starts_with(|c: char| c.is_ascii_alphabetic());
    let name = line.split('(').next()?.rsplit([' ', '*']).next()?;
    (starts_a_declaration && line.contains('(') && name.starts_with("mqtt_")).then_some(name)
}

/// The lines that are only in one of the two, in order, with their numbers: enough for a file whose parts do not move.
fn difference(old: &str, new: &str) -> String {
    let (old, new): (Vec<_>, Vec<_>) = (old.lines().collect(), new.lines().collect());
    let mut out = Vec::new();
    let (mut i, mut j) = (0, 0);
    while i < old.len() || j < new.len() {
        let (a, b) = (old.get(i), new.get(j));
        if a == b {
            (i, j) = (i + 1, j + 1);
            continue;
        }
        // Whichever side finds the other's line sooner has the extra lines.
        let skip_old = b.and_then(|b| old[i..].iter().position(|l| l == b));
        let skip_new = a.and_then(|a| new[j..].iter().position(|l| l == a));
        let takes_old = match (skip_old, skip_new) {
            (Some(x), Some(y)) => x <= y,
            (Some(_), None) => true,
            (None, Some(_)) => false,
            (None, None) => a.is_some(),
        };
        if takes_old {
            out.extend(a.map(|line| format!("-{:4} {line}", i + 1)));
            i += 1;
        } else {
            out.extend(b.map(|line| format!("+{:4} {line}", j + 1)));
            j += 1;
        }
    }
    out.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_is_found_and_a_typedef_or_a_comment_is_not() {
        assert_eq!(declared("const char *mqtt_log_text(int32_t code);"), Some("mqtt_log_text"));
        assert_eq!(declared("int32_t mqtt_init(struct mqtt_client *client,"), Some("mqtt_init"));
        assert_eq!(declared("// mqtt_init(client)"), None);
        assert_eq!(declared("    int32_t (*open)(void *user, const char *server, uint16_t port);"), None);
        assert_eq!(declared("struct mqtt_client {"), None);
    }

    #[test]
    fn a_difference_shows_only_the_lines_that_differ() {
        assert_eq!(difference("a\nb\nc", "a\nx\nc"), "-   2 b\n+   2 x");
        assert_eq!(difference("a\nc", "a\nb\nc"), "+   2 b");
        assert_eq!(difference("a\nb\nc", "a\nc"), "-   2 b");
    }
}
