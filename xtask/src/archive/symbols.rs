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

/// A place in an object or image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Symbol {
    pub address: u32,
    /// 0 for a label.
    pub size: u32,
    /// nm's letter.
    pub kind: char,
    /// Readable.
    pub name: String,
}

impl Symbol {
    /// Code with a beginning and an end.
    pub fn is_function(&self) -> bool {
        self.size > 0 && self.kind.eq_ignore_ascii_case(&'t')
    }
}

/// All that are defined, with their places.
pub fn placed(target: &Target, file: &Path) -> Outcome<Vec<Symbol>> {
    let text = run(Command::new(format!("{}nm", target.tools)).args(["-S", "-C"]).arg(file))?;
    let found: Vec<_> = text.lines().filter_map(place).collect();
    if found.is_empty() { Err(format!("{} has no symbols", file.display())) } else { Ok(found) }
}

/// A line such as `00000b54 00000012 T mqtt_init`; a label has no size.
fn place(line: &str) -> Option<Symbol> {
    let hex = |text| u32::from_str_radix(text, 16).ok();
    let (address, rest) = line.split_once(' ')?;
    let (first, second) = rest.split_once(' ')?;
    let (size, kind, name) = match (first.len(), second.split_once(' ')) {
        (8, Some((kind, name))) => (hex(first)?, kind, name),
        _ => (0, first, second),
    };
    let kind = kind.chars().next().filter(|_| kind.len() == 1)?;
    Some(Symbol { address: hex(address)?, size, kind, name: name.to_string() })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_have_a_size_and_labels_have_none() {
        let symbol = |address, size, kind, name: &str| Some(Symbol { address, size, kind, name: name.to_string() });
        assert_eq!(place("00000b54 00000012 T mqtt_init"), symbol(0xb54, 0x12, 'T', "mqtt_init"));
        assert_eq!(place("00000b54 00000012 t <a as b>::c"), symbol(0xb54, 0x12, 't', "<a as b>::c"));
        assert_eq!(place("00000b58 T firmware_poll_begin"), symbol(0xb58, 0, 'T', "firmware_poll_begin"));
        assert_eq!(place("         U memcpy"), None);
    }
}
