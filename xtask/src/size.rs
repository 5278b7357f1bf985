//! `cargo xtask size`: what the library costs a Cortex-M3 in flash, RAM and stack, linked into tests/size/app.c.
//!
//! Flash and RAM are added up from the linker's map: the sections that came from the library and were not thrown away.
//! The C library's memcpy and the compiler's arithmetic are not counted; the second is shown apart.

mod budget;
mod image;
mod stack;

use budget::Figures;
use image::Image;
use stack::Graph;
use std::path::Path;
use std::process::Command;
use xtask::archive::symbols;
use xtask::build::{self, Library};
use xtask::process::run;
use xtask::targets::{self, Target};
use xtask::{Outcome, header, paths};

const TARGET: &str = "thumbv7m-none-eabi";
const TOOLS: &str = "arm-none-eabi-";
const MACHINE: &[&str] = &["-mcpu=cortex-m3", "-mthumb"];

/// What a call adds to the image that does not have it.
const EXTRAS: [(&str, &str); 3] = [("supervise", "mqtt_supervise"), ("wan_ok", "mqtt_wan_ok"), ("post", "mqtt_post")];

/// What was built, its figures, and what it must not need or have.
struct Measured {
    image: Image,
    graph: Graph,
    figures: Figures,
    faults: Vec<String>,
}

pub fn report() -> Outcome {
    let Measured { image, graph, figures, faults } = measure()?;
    println!("{TARGET}, from the linker's map of tests/size/app.c and the library:");
    for (what, bytes) in &figures {
        println!("  {what:10} {bytes:6} bytes");
    }
    let (names, bytes) = image.libgcc()?;
    println!("  {:10} {bytes:6} bytes, not counted: {}", "libgcc", names.join(" "));
    println!("\nbiggest symbols of the library:");
    for (name, bytes) in image.biggest(16)? {
        println!("  {bytes:6}  {name}");
    }
    println!("\n{}", graph.describe("mqtt_poll"));
    if faults.is_empty() { Ok(()) } else { Err(faults.join("\n")) }
}

/// Compares with the budget: what could be lowered, or an error with what has risen.
pub fn check() -> Outcome<Vec<String>> {
    let Measured { figures, mut faults, .. } = measure()?;
    faults.extend(budget::check_readme().err());
    let notes = budget::compare(TARGET, &figures).map_err(|risen| faults.push(risen));
    if faults.is_empty() { Ok(notes.unwrap_or_default()) } else { Err(faults.join("\n")) }
}

fn measure() -> Outcome<Measured> {
    let dir = paths::target().join("size");
    paths::fresh(&dir)?;
    let target = targets::named(TARGET)?;
    let library = build::library(target)?;
    link(target, &library, &dir)?;
    let image = Image::load(dir.join("app.elf"))?;
    let graph = Graph::of(&Image::load(dir.join("stack.elf"))?)?;
    let mut figures = image.sections()?;
    for (name, _) in EXTRAS {
        figures.push((name, flash(&Image::load(dir.join(name).with_extension("elf"))?)? - flash(&image)?));
    }
    figures.push(("client", image.size_of("client")?));
    figures.push(("stack", graph.deepest("mqtt_poll")?));
    let faults = image.check_no_panic().err().into_iter().collect();
    Ok(Measured { image, graph, figures, faults })
}

fn link(target: &Target, library: &Library, dir: &Path) -> Outcome {
    let tests = paths::root().join("tests/size");
    let gcc = || {
        let mut command = Command::new(format!("{TOOLS}gcc"));
        command.args(MACHINE).current_dir(dir);
        command
    };
    let flags =
        ["-std=c99", "-Os", "-ffreestanding", "-ffunction-sections", "-fdata-sections", "-Wall", "-Wextra", "-Werror"];
    let include = format!("-I{}", paths::root().join("include").display());
    run(gcc().args(flags).arg(&include).arg("-c").arg(tests.join("app.c")).args(["-o", "app.o"]))?;
    paths::write(&dir.join("stubs.c"), &stubs(target, &library.archive, dir)?)?;
    run(gcc().args(["-Os", "-ffreestanding", "-fno-builtin", "-ffunction-sections", "-c", "stubs.c"]))?;
    // all.o is liblimpet.a with the names of its local functions. Its .stack_sizes refer to every function, so the image
    // to be measured is linked without them, and the one whose stack is measured without throwing anything away.
    std::fs::copy(&library.object, dir.join("all.o")).map_err(|e| e.to_string())?;
    run(Command::new(format!("{TOOLS}objcopy")).args(["-R", ".stack_sizes", "all.o", image::OBJECT]).current_dir(dir))?;
    let image = |object: &str, image: &str, flags: &[&str]| {
        let mut ld = gcc();
        ld.args(["-nostdlib", "-nostartfiles", "-Wl,-e,app"]).args(flags).arg(format!("-Wl,-Map={image}.map"));
        run(ld.args(["app.o", object, "stubs.o", "-lgcc", "-o", &format!("{image}.elf")])).map(|_| ())
    };
    image("all.o", "stack", &["-Wl,--no-gc-sections"])?;
    image(image::OBJECT, "app", &["-Wl,--gc-sections"])?;
    EXTRAS.iter().try_for_each(|(name, function)| {
        image(image::OBJECT, name, &["-Wl,--gc-sections", &format!("-Wl,-u,{function}")])
    })
}

/// Code and constants.
fn flash(image: &Image) -> Outcome<u32> {
    Ok(image.sections()?.iter().filter(|(kind, _)| ["text", "rodata"].contains(kind)).map(|(_, bytes)| bytes).sum())
}

/// What library and program need of a C library, in two bytes each: only the names matter here.
fn stubs(target: &Target, archive: &Path, dir: &Path) -> Outcome<String> {
    let mut names = symbols::of(target, archive, "U")?;
    names.extend(symbols::of(target, &dir.join("app.o"), "U")?);
    names.sort();
    names.dedup();
    let functions = header::functions()?;
    let is_ours = |name: &str| functions.iter().any(|f| f == name);
    let is_libgccs = |name: &str| name.starts_with("__") && !name.starts_with("__aeabi_mem");
    let stubs = names.iter().filter(|n| !is_ours(n) && !is_libgccs(n));
    Ok(stubs.map(|name| format!("void {name}(void) {{}}\n")).collect())
}
