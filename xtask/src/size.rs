//! `cargo xtask size`: what the library costs each target in flash, RAM and stack.
//!
//! Flash and RAM are those of the minimal program: the sections of the library that the linker keeps for a program with
//! will, login, a subscription, QoS 0 and 1 out, and messages in. It needs no program to find that out, only the names
//! that it would call. The C library's memcpy and the compiler's arithmetic are not counted.

mod elf;
mod image;
mod map;
mod readme;
mod stack;

use crate::budget::{Budget, Row};
use image::Image;
use stack::Graph;
use std::path::{Path, PathBuf};
use std::process::Command;
use xtask::build::{self, Library, Speaks};
use xtask::process::run;
use xtask::targets::Target;
use xtask::{Outcome, header, paths};

const BUDGET: Budget =
    Budget { file: "tests/size/budget.csv", columns: ["target", "what", "bytes"], task: "cargo xtask size --write" };

/// What the minimal program calls.
const PROGRAM: [&str; 5] = ["mqtt_init", "mqtt_connect", "mqtt_subscribe", "mqtt_publish", "mqtt_poll"];

/// What a call adds to the program that does not have it.
const EXTRAS: [(&str, &str); 5] = [
    ("supervise", "mqtt_supervise"),
    ("wan_ok", "mqtt_wan_ok"),
    ("post", "mqtt_post"),
    ("publish_with", "mqtt_publish_with"),
    ("restore", "mqtt_restore"),
];

/// In front of what an archive takes that also speaks MQTT 5.
const WITH_5: &str = "MQTT 5: ";

/// Stacks from here on are explained.
const WORTH_A_LOOK: u32 = 256;

/// What was measured on one target.
struct Measured {
    target: &'static Target,
    program: Image,
    graph: Graph,
    rows: Vec<Row>,
}

/// Prints everything; with a target, also its biggest functions and the path to its deepest stack.
pub fn report(name: Option<&str>) -> Outcome {
    for measured in measure(name)? {
        println!("{}, {}:", measured.target.name, measured.target.chips);
        measured.rows.iter().for_each(|row| println!("  {:32} {:6} bytes", row.what, row.number));
        if name.is_some() {
            println!("\nbiggest functions:");
            measured.program.biggest(16).iter().for_each(|(name, bytes)| println!("  {bytes:6}  {name}"));
            for row in &measured.rows {
                let function = row.what.strip_prefix("stack of ").filter(|_| row.number >= WORTH_A_LOOK);
                function.iter().for_each(|f| println!("\n{}", measured.graph.describe(f)));
            }
            println!("\n{}", measured.graph.describe_pointers());
        }
    }
    Ok(())
}

/// Compares with the budget: what could be lowered, or an error with what has risen.
pub fn check() -> Outcome<Vec<String>> {
    let rows = rows(&measure(None)?);
    let mut faults = Vec::from_iter(readme::TABLE.check(&readme::lines(&rows)).err());
    let notes = BUDGET.compare(&rows).map_err(|risen| faults.push(risen));
    if faults.is_empty() { Ok(notes.unwrap_or_default()) } else { Err(faults.join("\n")) }
}

/// Makes budget and README say what is.
pub fn write() -> Outcome {
    let rows = rows(&measure(None)?);
    BUDGET.write(&rows)?;
    readme::TABLE.write(&readme::lines(&rows))
}

fn rows(measured: &[Measured]) -> Vec<Row> {
    measured.iter().flat_map(|m| m.rows.iter().cloned()).collect()
}

fn measure(name: Option<&str>) -> Outcome<Vec<Measured>> {
    let made = |speaks: Speaks| match name {
        Some(name) => {
            let target = xtask::targets::named(name)?;
            Ok(vec![(target, build::library_of(target, speaks)?)])
        }
        None => build::all_of(speaks),
    };
    let (old, both) = (made(Speaks::V3)?, made(Speaks::Both)?);
    // The host's pointers are longer, and nobody counts its bytes.
    let small = old.iter().zip(&both).filter(|((target, _), _)| !target.tools.is_empty());
    let one = |((target, old), (_, both)): (&(&'static Target, Library), &(&'static Target, Library))| {
        one(target, old, both).map_err(|e| format!("{}: {e}", target.name))
    };
    small.map(one).collect()
}

fn one(target: &'static Target, library: &Library, both: &Library) -> Outcome<Measured> {
    let dir = place(target, library);
    let every = header::functions()?;
    let every: Vec<_> = every.iter().map(String::as_str).collect();
    let (program, graph) = images(target, library, &every)?;
    let mut rows = Vec::new();
    let mut add = |what: &str, bytes: u32| rows.push(Row::new(target.name, what, bytes));
    let kept = program.kept()?;
    kept.iter().for_each(|(kind, bytes)| add(kind, *bytes));
    for (name, function) in EXTRAS {
        let more = link(target, &dir, name, map::OBJECT, &[&PROGRAM[..], &[function]].concat())?;
        add(name, more.flash()? - program.flash()?);
    }
    add("client", 4 * header::number("MQTT_CLIENT_WORDS")?);
    for function in &every {
        add(&format!("stack of {function}"), graph.deepest(function)?);
    }
    let (in_both, graph_of_both) = images(target, both, &every)?;
    in_both.kept()?.iter().for_each(|(kind, bytes)| add(&format!("{WITH_5}{kind}"), *bytes));
    for function in PROGRAM {
        add(&format!("{WITH_5}stack of {function}"), graph_of_both.deepest(function)?);
    }
    Ok(Measured { target, program, graph, rows })
}

/// The minimal program, and who calls whom in all of the library.
fn images(target: &Target, library: &Library, every: &[&str]) -> Outcome<(Image, Graph)> {
    let dir = place(target, library);
    paths::fresh(&dir)?;
    // Frame sizes refer to every function: the images that are measured must not have them, or nothing is thrown away.
    let mut objcopy = Command::new(format!("{}objcopy", target.tools));
    run(objcopy.args(["-R", ".stack_sizes"]).arg(&library.object).arg(dir.join(map::OBJECT)))?;
    std::fs::copy(&library.object, dir.join("whole.o")).map_err(|e| e.to_string())?;
    let program = link(target, &dir, "program", map::OBJECT, &PROGRAM)?;
    program.check_no_panic()?;
    let whole = link(target, &dir, "whole", "whole.o", every)?;
    whole.check_no_panic()?;
    Ok((program, Graph::of(&whole)?))
}

fn place(target: &Target, library: &Library) -> PathBuf {
    paths::target().join("size").join(target.name).join(library.speaks.name())
}

/// Links what these functions need.
fn link(target: &Target, dir: &Path, name: &str, object: &str, functions: &[&str]) -> Outcome<Image> {
    let elf = dir.join(format!("{name}.elf"));
    let mut ld = Command::new(format!("{}ld", target.tools));
    ld.current_dir(dir).env_remove("XTENSA_GNU_CONFIG");
    ld.args(target.ld).args(["--gc-sections", "--unresolved-symbols=ignore-all", "--no-warn-mismatch"]);
    ld.args(["-e", functions[0]]).arg(format!("-Map={name}.map"));
    functions.iter().for_each(|function| {
        ld.args(["-u", function]);
    });
    if object == "whole.o" {
        ld.arg("--no-gc-sections");
    }
    run(ld.arg(object).arg("-o").arg(&elf))?;
    Image::load(target, elf)
}
