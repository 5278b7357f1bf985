//! From rustc's assembly to an object for Xtensa. LLVM 22 writes objects whose constants are misplaced, so it writes
//! text; here each constant is put before its function, an assembler makes the object, and what is known to go wrong in
//! silence is looked for.

use crate::process::run;
use crate::targets::{Route, Target};
use crate::{Outcome, paths, setup};
use std::path::Path;
use std::process::Command;

/// The packages that the archives were verified with in emulation. After a change of one run the suite `xtensa`.
const PINNED: &[(&str, &str)] = &[("llvm-22", "1:22.1.8-1~deb12u1"), ("binutils-xtensa-lx106", "2.40-2+5+b1")];

/// Division traps on zero, and LLVM moves it before the test for zero; so the targets have none.
const FORBIDDEN: &[&str] = &["quos", "quou", "rems", "remu"];

/// Makes `object` of `assembly`.
pub fn assemble(target: &Target, assembly: &Path, object: &Path) -> Outcome {
    setup::need(&[setup::XTENSA])?;
    check_versions()?;
    let text = paths::read(assembly)?;
    let fixed = match target.route {
        Route::Llvm => place_literals(&text, Pool::Section)?,
        _ => place_literals(&text, Pool::Directive)?,
    };
    check_instructions(&fixed)?;
    let source = object.with_extension("s");
    paths::write(&source, &fixed)?;
    let mut assembler = match target.route {
        Route::Llvm => {
            let mut llvm = Command::new("llvm-mc-22");
            llvm.args(["-triple=xtensa-none-elf", "-mcpu=esp32", "-filetype=obj"]);
            llvm
        }
        _ => {
            let mut gnu = Command::new(format!("{}as", target.tools));
            // So that the code can lie in any section of any linker script.
            gnu.arg("--text-section-literals");
            gnu
        }
    };
    // Another processor's description would be taken from here.
    assembler.env_remove("XTENSA_GNU_CONFIG");
    run(assembler.arg(&source).arg("-o").arg(object))?;
    if target.route == Route::Llvm { check_relocations(target, &fixed, object) } else { Ok(()) }
}

fn check_versions() -> Outcome {
    for (package, version) in PINNED {
        let installed = run(Command::new("dpkg-query").args(["-W", "-f", "${Version}", package]))?;
        if installed != *version {
            return Err(format!(
                "{package} is {installed}; the archives for Xtensa were verified with {version}.\n\
                 With another: change PINNED in xtask/src/xtensa.rs, then run cargo xtask test xtensa."
            ));
        }
    }
    Ok(())
}

/// Where a function's constants go.
#[derive(Clone, Copy)]
enum Pool {
    /// GNU as places them.
    Directive,
    /// A section of their own. llvm-mc must not find them in the section of the code: it takes the neighbour of one.
    Section,
}

/// LLVM 22 prints a function's constants before the line that begins its section; here they follow it.
fn place_literals(text: &str, pool: Pool) -> Outcome<String> {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    let mut pending: Vec<(&str, &str)> = Vec::new();
    let mut section = ".text";
    for line in text.lines() {
        let statement = line.trim();
        if statement == ".literal_position" {
            continue;
        }
        if let Some(literal) = statement.strip_prefix(".literal") {
            let (label, value) = literal.split_once(',').ok_or_else(|| format!("a literal without a value: {line}"))?;
            pending.push((label.trim(), value.trim()));
            continue;
        }
        if let Some(name) = section_of(statement) {
            section = name;
        } else if !statement.is_empty() && !statement.starts_with('#') && !pending.is_empty() {
            write_literals(&mut out, &pending, section, pool)?;
            pending.clear();
        }
        out.push_str(line);
        out.push('\n');
    }
    if pending.is_empty() { Ok(out) } else { Err("literals after the last function".to_string()) }
}

/// The section that begins here.
fn section_of(statement: &str) -> Option<&str> {
    if [".text", ".data", ".bss"].contains(&statement) {
        return Some(statement);
    }
    let rest = statement.strip_prefix(".section")?.trim_start();
    Some(rest.split(',').next().unwrap_or(rest).trim().trim_matches('"'))
}

fn write_literals(out: &mut String, literals: &[(&str, &str)], section: &str, pool: Pool) -> Outcome {
    let Some(function) = section.strip_prefix(".text") else {
        return Err(format!("literals in {section}"));
    };
    match pool {
        Pool::Directive => {
            out.push_str("\t.literal_position\n");
            literals.iter().for_each(|(label, value)| out.push_str(&format!("\t.literal {label}, {value}\n")));
        }
        Pool::Section => {
            out.push_str(&format!("\t.section\t.literal{function},\"ax\",@progbits\n\t.p2align\t2\n"));
            literals.iter().for_each(|(label, value)| out.push_str(&format!("{label}:\n\t.long\t{value}\n")));
            out.push_str(&format!("\t.section\t{section},\"ax\",@progbits\n"));
        }
    }
    Ok(())
}

fn operation(line: &str) -> &str {
    line.split_whitespace().next().unwrap_or_default()
}

/// What LLVM gets wrong in silence.
fn check_instructions(assembly: &str) -> Outcome {
    for line in assembly.lines() {
        if FORBIDDEN.contains(&operation(line)) {
            return Err(format!("{} is in the code: the target must have -div32", operation(line)));
        }
        // A local aligned above 16 is not, in this LLVM; the stack pointer would be rounded by such a mask.
        if operation(line) == "and" && line.contains("a1, a1,") {
            return Err("the stack is aligned to more than 16 bytes: no local may ask for that".to_string());
        }
    }
    Ok(())
}

/// Every load of a constant must be left to the linker, or llvm-mc has computed it, and wrongly.
fn check_relocations(target: &Target, assembly: &str, object: &Path) -> Outcome {
    let loads = assembly.lines().filter(|l| operation(l) == "l32r").count();
    let relocations = run(Command::new(format!("{}objdump", target.tools)).arg("-dr").arg(object))?;
    let mut resolved = 0;
    let mut lines = relocations.lines().peekable();
    while let Some(line) = lines.next() {
        let is_load = line.split('\t').any(|word| word.trim() == "l32r");
        if is_load && lines.peek().is_some_and(|next| next.contains("R_XTENSA_SLOT0_OP")) {
            resolved += 1;
        }
    }
    if loads == resolved { Ok(()) } else { Err(format!("{loads} constants are loaded, {resolved} by relocation")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WRITTEN: &str = "\t.section\t.text.a,\"ax\",@progbits\na:\n\tret\n\t.literal_position\n\t.literal .L0, g\n\
                           \t.section\t.text.b,\"ax\",@progbits\n\t.p2align\t2\nb:\n\tl32r\ta2, .L0\n";

    #[test]
    fn literals_follow_the_line_that_begins_their_section() {
        let expected = "\t.section\t.text.a,\"ax\",@progbits\na:\n\tret\n\t.section\t.text.b,\"ax\",@progbits\n\
                        \t.literal_position\n\t.literal .L0, g\n\t.p2align\t2\nb:\n\tl32r\ta2, .L0\n";
        assert_eq!(place_literals(WRITTEN, Pool::Directive).as_deref(), Ok(expected));
        assert_eq!(place_literals(expected, Pool::Directive).as_deref(), Ok(expected));
    }

    #[test]
    fn llvm_finds_literals_in_a_section_of_their_own() {
        let fixed = place_literals(WRITTEN, Pool::Section).unwrap_or_default();
        let pool = "\t.section\t.literal.b,\"ax\",@progbits\n\t.p2align\t2\n.L0:\n\t.long\tg\n";
        assert!(fixed.contains(&format!("{pool}\t.section\t.text.b,\"ax\",@progbits\n\t.p2align\t2\nb:")), "{fixed}");
    }

    #[test]
    fn literals_outside_of_code_are_refused() {
        let text = "\t.literal .L0, g\n\t.section\t.rodata.x,\"a\",@progbits\nx:\n";
        assert!(place_literals(text, Pool::Directive).is_err());
        assert!(place_literals("\t.literal .L0, g\n", Pool::Directive).is_err());
    }

    #[test]
    fn a_division_in_hardware_is_refused() {
        assert!(check_instructions("\tquou\ta2, a3, a4\n").is_err());
        assert!(check_instructions("\tand\ta1, a1, a8\n").is_err());
        assert!(check_instructions("\tadd\ta2, a3, a4\n").is_ok());
    }
}
