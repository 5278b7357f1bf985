//! What must be true of every archive that is delivered.

use super::{MEMBER, symbols};
use crate::build::{self, Crate, Library};
use crate::process::{attempt, run};
use crate::targets::{Route, Target};
use crate::{Outcome, header, paths};
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

pub type Check = fn(&Target, &Library) -> Outcome;

/// Each with its sentence.
pub const CHECKS: &[(&str, Check)] = &[
    ("it has one member", one_member),
    ("only the API is global", only_the_api_is_global),
    ("it needs only what it may", it_needs_only_what_it_may),
    ("no panic is in it", no_panic_is_in_it),
    ("every function has a section of its own", separate_sections),
    ("it has neither bitcode nor debug information nor paths", nothing_else_is_in_it),
    ("beside another MQTT library it does not link", a_clash_is_loud),
    ("beside another Rust library it links", two_rust_archives_link),
    ("built elsewhere it has the same bytes", it_is_reproducible),
];

fn tool(target: &Target, name: &str) -> Command {
    Command::new(format!("{}{name}", target.tools))
}

fn one_member(target: &Target, library: &Library) -> Outcome {
    let members = run(tool(target, "ar").arg("t").arg(&library.archive))?;
    if members.trim() == MEMBER { Ok(()) } else { Err(format!("members: {members}")) }
}

fn only_the_api_is_global(target: &Target, library: &Library) -> Outcome {
    let mut expected = header::functions()?;
    let mut found = symbols::of(target, &library.archive, "TDBRVWCGS")?;
    expected.sort();
    found.sort();
    if expected == found { Ok(()) } else { Err(format!("global symbols are {found:?}, the header has {expected:?}")) }
}

fn it_needs_only_what_it_may(target: &Target, library: &Library) -> Outcome {
    let needed = symbols::of(target, &library.archive, "U")?;
    let extra: Vec<_> = needed.into_iter().filter(|name| !symbols::may_be_needed(name)).collect();
    if extra.is_empty() { Ok(()) } else { Err(format!("the archive needs {}", extra.join(", "))) }
}

/// The object has what the functions of the API can reach, and nothing else. That no function ends in a dead end, as an
/// inlined panic does, is looked at where code is measured.
fn no_panic_is_in_it(target: &Target, library: &Library) -> Outcome {
    let mut found = symbols::of(target, &library.object, "TtWwDdRrBb")?;
    found.retain(|name| is_of_panic(name));
    if found.is_empty() { Ok(()) } else { Err(format!("a panic can be reached: {}", found.join(", "))) }
}

/// By parts of mangled names: `core::panicking`, `core::fmt`, the handler and what leads to it.
fn is_of_panic(name: &str) -> bool {
    ["9panicking", "4core3fmt", "begin_unwind", "panic_fmt", "panic_bounds_check"]
        .iter()
        .any(|part| name.contains(part))
}

fn separate_sections(target: &Target, library: &Library) -> Outcome {
    let sections = symbols::sections(target, &library.archive)?;
    let shared: Vec<_> =
        sections.iter().filter(|(n, size)| [".text", ".data", ".bss"].contains(&n.as_str()) && *size > 0).collect();
    if !shared.is_empty() {
        return Err(format!("not by function: {shared:?}"));
    }
    for function in header::functions()? {
        let own = format!(".text.{function}");
        if !sections.iter().any(|(name, size)| *name == own && *size > 0) {
            return Err(format!("there is no section {own}"));
        }
    }
    Ok(())
}

fn nothing_else_is_in_it(target: &Target, library: &Library) -> Outcome {
    let unwanted = [".llvm", ".debug", ".stack_sizes", ".comment", ".eh_frame", ".ARM.extab"];
    // With an operating system debuggers and profilers want to walk the stack.
    let may_stay = |name: &str| target.tools.is_empty() && name.starts_with(".eh_frame");
    let sections = symbols::sections(target, &library.archive)?;
    let is_unwanted = |(name, _): &&(String, u32)| unwanted.iter().any(|u| name.starts_with(u)) && !may_stay(name);
    let found: Vec<_> = sections.iter().filter(is_unwanted).collect();
    if !found.is_empty() {
        return Err(format!("sections that nobody needs: {found:?}"));
    }
    let bytes = fs::read(&library.archive).map_err(|e| e.to_string())?;
    for path in ["/src/", &paths::root().to_string_lossy()] {
        if bytes.windows(path.len()).any(|window| window == path.as_bytes()) {
            return Err(format!("a path with {path} is in the archive"));
        }
    }
    Ok(())
}

/// Mixed with another library of the same names, the archive must not be taken half from here and half from there.
fn a_clash_is_loud(target: &Target, library: &Library) -> Outcome {
    let dir = paths::scratch("clash")?;
    assemble(target, &dir, "other", &["mqtt_init", "mqtt_publish"], &[])?;
    assemble(target, &dir, "main", &["main"], &["mqtt_publish", "mqtt_poll"])?;
    run(tool(target, "ar").args(["rcs", "libother.a", "other.o"]).current_dir(&dir))?;
    let mut link = linker(target, &dir);
    link.args(["--unresolved-symbols=ignore-all", "main.o", "libother.a"]).arg(&library.archive);
    let (linked, text) = attempt(&mut link, Duration::from_secs(60))?;
    if linked || !text.contains("multiple definition of `mqtt_publish'") {
        return Err(format!("linking with another library's mqtt_publish did not fail as it must: {text}"));
    }
    fs::remove_dir_all(&dir).map_err(|e| e.to_string())
}

/// A library as cargo makes it, every symbol of Rust global; but for Xtensa, where only our way makes one that links.
fn two_rust_archives_link(target: &Target, library: &Library) -> Outcome {
    let second =
        Crate { dir: &paths::root().join("tests/archive/second"), name: "second", output: "second", features: "" };
    let objects = build::objects(&second, target)?;
    let dir = paths::scratch("second")?;
    run(tool(target, "ar").args(["rcs", "libsecond.a"]).args(&objects).current_dir(&dir))?;
    assemble(target, &dir, "main", &["main"], &["second_checksum", "mqtt_init", "mqtt_poll", "mqtt_publish"])?;
    let mut link = linker(target, &dir);
    for function in header::functions()? {
        link.args(["-u", &function]);
    }
    // What both need of a C library is not at hand, and not of interest.
    link.args(["--unresolved-symbols=ignore-all", "main.o"]).arg(&library.archive).arg("libsecond.a");
    run(&mut link)?;
    let linked = symbols::of(target, &dir.join("out"), "Tt")?;
    if !["second_checksum", "mqtt_poll"].iter().all(|name| linked.iter().any(|l| l == name)) {
        return Err(format!("linked, but without one of them: {linked:?}"));
    }
    fs::remove_dir_all(&dir).map_err(|e| e.to_string())
}

fn linker(target: &Target, dir: &Path) -> Command {
    let mut ld = tool(target, "ld");
    ld.args(target.ld).args(["--no-warn-mismatch", "-e", "main", "-o", "out"]).current_dir(dir);
    // This binutils knows one processor of Xtensa and warns of others.
    ld.env_remove("XTENSA_GNU_CONFIG");
    ld
}

/// An object that defines and refers to these names: assembly, because not every target has a C compiler here.
fn assemble(target: &Target, dir: &Path, name: &str, defines: &[&str], refers: &[&str]) -> Outcome {
    let mut text = String::from("\t.data\n\t.p2align 3\n");
    defines.iter().for_each(|d| text += &format!("\t.globl {d}\n{d}:\n\t.long 0\n\t.long 0\n"));
    let word = if target.tools.is_empty() { ".quad" } else { ".long" };
    refers.iter().for_each(|r| text += &format!("\t{word} {r}\n"));
    paths::write(&dir.join(format!("{name}.s")), &text)?;
    let mut assembler = match target.route {
        Route::Llvm => {
            let mut llvm = Command::new("llvm-mc-22");
            llvm.args(["-triple=xtensa-none-elf", "-mcpu=esp32", "-filetype=obj"]);
            llvm
        }
        _ => tool(target, "as"),
    };
    assembler.args(target.assembler).arg(format!("{name}.s")).args(["-o", &format!("{name}.o")]);
    run(assembler.current_dir(dir)).map(|_| ())
}

/// From a copy of the sources in another directory.
fn it_is_reproducible(target: &Target, library: &Library) -> Outcome {
    let dir = paths::scratch("elsewhere")?;
    build::lay_out(&dir)?;
    run(Command::new("cp").arg("-R").arg(paths::root().join("src")).arg(&dir))?;
    let (output, features) = (library.speaks.name(), library.speaks.features());
    let elsewhere = Crate { dir: &dir, name: "limpet", output, features };
    let objects = build::objects(&elsewhere, target)?;
    let again = super::link(&objects, &dir.join("lib"), target, library.speaks)?;
    let read = |file: &Path| fs::read(file).map_err(|e| e.to_string());
    if read(&again.archive)? != read(&library.archive)? {
        return Err(format!("{} and {} differ", again.archive.display(), library.archive.display()));
    }
    fs::remove_dir_all(&dir).map_err(|e| e.to_string())
}

#[cfg(test)]
mod tests {
    use super::is_of_panic;

    #[test]
    fn code_for_panics_is_known_by_its_name() {
        let is = is_of_panic;
        assert!(is("_RNvNtCs1y4BnjYhDQe_4core9panicking9panic_fmt"));
        assert!(is("_ZN4core9panicking18panic_bounds_check17h0123456789abcdefE"));
        assert!(is("_RNvCsdBezzDwma51_7___rustc17rust_begin_unwind"));
        assert!(!is("_RNvNtNtCs5_6limpet7session5fates6report") && !is("mqtt_poll"));
    }
}
