//! What the binutils say of an object or archive.

use crate::process::run;
use crate::targets::Target;
use crate::{Outcome, header};
use std::path::Path;
use std::process::Command;

/// Names that the archive may need from the program around it, besides the compiler's arithmetic and the hooks. LLVM
/// makes strlen of a loop that looks for a NUL, and, on hosts only, bcmp of a memcmp that asks for equality.
const LIBC: &[&str] = &["memcpy", "memmove", "memset", "memcmp", "bcmp", "strlen"];

/// Arithmetic on integers that processors lack; from libgcc, or on the ESP8266 from its ROM.
const LIBGCC: &[&str] =
    &["__mulsi3", "__muldi3", "__udivsi3", "__umodsi3", "__divsi3", "__modsi3", "__ashldi3", "__lshrdi3"];

/// The symbols for which nm prints one of these letters.
pub fn of(target: &Target, file: &Path, letters: &str) -> Outcome<Vec<String>> {
    let text = run(Command::new(format!("{}nm", target.tools)).arg(file))?;
    let mut names = Vec::new();
    for line in text.lines() {
        let words: Vec<_> = line.split_whitespace().collect();
        if let [.., letter, name] = words[..]
            && letter.len() == 1
            && letters.contains(letter)
        {
            names.push(name.to_string());
        }
    }
    Ok(names)
}

/// Sections and their sizes.
pub fn sections(target: &Target, file: &Path) -> Outcome<Vec<(String, u32)>> {
    let text = run(Command::new(format!("{}objdump", target.tools)).args(["-h", "-w"]).arg(file))?;
    let mut found = Vec::new();
    for line in text.lines() {
        let words: Vec<_> = line.split_whitespace().collect();
        if let [number, name, size, ..] = words[..]
            && number.parse::<u32>().is_ok()
            && let Ok(size) = u32::from_str_radix(size, 16)
        {
            found.push((name.to_string(), size));
        }
    }
    if found.is_empty() { Err(format!("{} has no sections", file.display())) } else { Ok(found) }
}

pub fn may_be_needed(name: &str) -> bool {
    let lists = [LIBC, LIBGCC, header::HOOKS];
    name.starts_with("__aeabi_") || lists.iter().any(|list| list.contains(&name))
}
