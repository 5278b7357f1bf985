//! idf_component.yml, by ESP-IDF's own tool and by what that does not look at.

use super::super::delivery::Delivery;
use super::super::{Case, hello, refusal};
use super::{PACKAGE, component};
use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;
use std::time::Duration;
use xtask::process::{attempt, run};
use xtask::{Outcome, paths};

const LIMIT: Duration = Duration::from_secs(120);

pub fn cases() -> Vec<Case> {
    vec![
        Case::new("ESP-IDF: its packer takes the component and drops no file", packed),
        Case::new("ESP-IDF: a wrong manifest is refused", refused),
        Case::new("ESP-IDF: the manifest names the chips that have an archive, and the licence", chips),
        Case::new("README of limpet-espidf has the examples", in_readme),
    ]
}

/// The component manager, which asks nobody.
fn compote(delivery: &Delivery, home: &Path) -> Command {
    let mut compote = Command::new(delivery.python.with_file_name("compote"));
    compote.env("HOME", home).env("IDF_COMPONENT_CACHE_PATH", home.join("cache")).env("IDF_COMPONENT_NO_COLORS", "1");
    for name in ["http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"] {
        compote.env(name, "http://127.0.0.1:9");
    }
    compote
}

fn packed(delivery: &Delivery) -> Outcome {
    let dir = delivery.work("component-packed")?;
    run(compote(delivery, &dir).args(["manifest", "lint"]).current_dir(component(delivery)?))?;
    let mut pack = compote(delivery, &dir);
    pack.args(["component", "pack", "--name", "limpet", "--dest-dir"]).arg(dir.join("out"));
    run(pack.current_dir(component(delivery)?))?;
    let file = dir.join("out").join(format!("limpet_{}.tgz", delivery.version()));
    let listed = run(Command::new("tar").arg("-tzf").arg(file))?;
    let packed: BTreeSet<_> = listed.lines().map(|line| line.trim_start_matches("./")).collect();
    let packed: BTreeSet<_> = packed.into_iter().filter(|name| !name.is_empty() && !name.ends_with('/')).collect();
    let ours: BTreeSet<_> = delivery.package(PACKAGE)?.contents.iter().map(|(name, _)| name.as_str()).collect();
    let differ: Vec<_> = packed.symmetric_difference(&ours).collect();
    if differ.is_empty() { Ok(()) } else { Err(format!("in one and not in the other: {differ:?}")) }
}

fn refused(delivery: &Delivery) -> Outcome {
    let text = paths::read(&component(delivery)?.join("idf_component.yml"))?;
    let wrong = [
        ("version: \"", "version: \"x", "Invalid version string"),
        ("idf: \">=", "idf: \">>", "Invalid version specification"),
        ("  - mqtt", "  - m", "tags"),
    ];
    for (from, to, reason) in wrong {
        if !text.contains(from) {
            return Err(format!("the manifest does not have {from}"));
        }
        let dir = delivery.work("component-refused")?;
        paths::write(&dir.join("idf_component.yml"), &text.replacen(from, to, 1))?;
        refusal(attempt(compote(delivery, &dir).args(["manifest", "lint"]).current_dir(&dir), LIMIT)?, &[reason])?;
    }
    Ok(())
}

fn chips(delivery: &Delivery) -> Outcome {
    let dir = component(delivery)?;
    let text = paths::read(&dir.join("idf_component.yml"))?;
    let list = text.split_once("targets:\n").map_or("", |(_, rest)| rest);
    let named: BTreeSet<_> = list.lines().map_while(|line| line.strip_prefix("  - ")).map(str::to_string).collect();
    let entries = std::fs::read_dir(dir.join("lib")).map_err(|e| e.to_string())?.flatten();
    let there: BTreeSet<_> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    if named != there || named.is_empty() {
        return Err(format!("it names {named:?}, and there are {there:?}"));
    }
    if !text.contains("\nlicense: MIT OR Apache-2.0\n") {
        return Err("it does not name the licence".to_string());
    }
    Ok(())
}

fn in_readme(delivery: &Delivery) -> Outcome {
    let dir = component(delivery)?;
    ["examples/hello/main/hello.c", "examples/call/main/call.c"]
        .iter()
        .try_for_each(|example| hello::is_in_readme(&dir, example))
}
