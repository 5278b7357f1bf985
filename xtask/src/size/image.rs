//! The linked image, its linker map and its symbols.

use super::TOOLS;
use super::budget::Figures;
use std::path::PathBuf;
use std::process::Command;
use xtask::process::run;
use xtask::{Outcome, paths};

/// The library's object in the map.
pub const OBJECT: &str = "library.o";

pub struct Image {
    dir: PathBuf,
    /// The name of the image in that directory.
    elf: String,
    /// Sections that were linked: name, size, file.
    linked: Vec<(String, u32, String)>,
    symbols: Vec<Symbol>,
}

pub struct Symbol {
    pub address: u32,
    pub size: u32,
    pub name: String,
}

impl Image {
    /// Reads what is beside the image, too: its map.
    pub fn load(elf: PathBuf) -> Outcome<Image> {
        let linked = parse_map(&paths::read(&elf.with_extension("map"))?);
        let name = elf.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let dir = elf.parent().unwrap_or(&elf).to_path_buf();
        let mut image = Image { dir, elf: name, linked, symbols: Vec::new() };
        image.symbols = image.tool("nm", &["-S", "-C"])?.lines().filter_map(parse_symbol).collect();
        Ok(image)
    }

    pub fn tool(&self, name: &str, arguments: &[&str]) -> Outcome<String> {
        run(Command::new(format!("{TOOLS}{name}")).args(arguments).arg(&self.elf).current_dir(&self.dir))
    }

    /// The bytes of a section that is not loaded.
    pub fn section(&self, name: &str) -> Outcome<Vec<u8>> {
        let mut objcopy = Command::new(format!("{TOOLS}objcopy"));
        objcopy.args(["-O", "binary", "--only-section", name, "--set-section-flags", &format!("{name}=alloc")]);
        run(objcopy.args([&self.elf, "section.bin"]).current_dir(&self.dir))?;
        let file = self.dir.join("section.bin");
        std::fs::read(&file).map_err(|e| format!("cannot read {}: {e}", file.display()))
    }

    /// The library's bytes by kind.
    pub fn sections(&self) -> Outcome<Figures> {
        let mut figures: Figures = vec![("text", 0), ("rodata", 0), ("data", 0), ("bss", 0)];
        for (section, size, _) in self.linked.iter().filter(|(_, _, file)| file == OBJECT) {
            let kind = match section.split('.').nth(1).unwrap_or("COMMON") {
                "text" => 0,
                // Tables for unwinding are in flash, too, if there are any.
                "rodata" | "ARM" if section != ".ARM.attributes" => 1,
                "data" => 2,
                "bss" | "COMMON" => 3,
                _ => continue,
            };
            figures[kind].1 += size;
        }
        if figures[0].1 == 0 { Err("the map shows no code of the library".to_string()) } else { Ok(figures) }
    }

    /// The functions that the library brought in from libgcc, and their bytes.
    pub fn libgcc(&self) -> Outcome<(Vec<String>, u32)> {
        let parts =
            self.linked.iter().filter(|(s, n, file)| s.starts_with(".text") && *n > 0 && file.contains("libgcc.a"));
        let (mut names, mut bytes) = (Vec::new(), 0);
        for (_, size, file) in parts {
            names.push(file.rsplit('(').next().unwrap_or_default().trim_end_matches(')').to_string());
            bytes += size;
        }
        Ok((names, bytes))
    }

    pub fn size_of(&self, name: &str) -> Outcome<u32> {
        let symbol = self.symbols.iter().find(|s| s.name == name);
        symbol.map(|s| s.size).ok_or_else(|| format!("no symbol {name} in the image"))
    }

    pub fn symbols(&self) -> &[Symbol] {
        &self.symbols
    }

    /// The biggest symbols that come from the library, with their bytes.
    pub fn biggest(&self, count: usize) -> Outcome<Vec<(String, u32)>> {
        let own = run(Command::new(format!("{TOOLS}nm")).args(["-C", OBJECT]).current_dir(&self.dir))?;
        let own: Vec<_> = own.lines().filter_map(|l| l.splitn(3, ' ').nth(2)).collect();
        let from_library = self.symbols.iter().filter(|s| own.contains(&s.name.as_str()));
        let mut symbols: Vec<_> = from_library.map(|s| (s.name.clone(), s.size)).collect();
        symbols.sort_by_key(|(name, size)| (std::cmp::Reverse(*size), name.clone()));
        symbols.truncate(count);
        Ok(symbols)
    }

    /// An error if code for panics, formatting or allocation was linked, or if a function has a dead end: that is what
    /// remains of a panic whose handler was inlined.
    pub fn check_no_panic(&self) -> Outcome {
        let disassembly = self.tool("objdump", &["-d", "-C", "--no-show-raw-insn"])?;
        let bad = |s: &&Symbol| FORBIDDEN.iter().any(|f| s.name.contains(f));
        let mut found: Vec<_> = self.symbols.iter().filter(bad).map(|s| s.name.clone()).collect();
        found.extend(dead_ends(&disassembly));
        if found.is_empty() { Ok(()) } else { Err(format!("a panic can be reached: {}", found.join(", "))) }
    }
}

/// Parts of the names of what must not be in the image.
const FORBIDDEN: &[&str] = &["core::panicking", "core::fmt", "alloc::", "rust_begin_unwind"];

/// Functions with a branch to itself, a trap, or a call of something forbidden.
fn dead_ends(disassembly: &str) -> Vec<String> {
    let mut function = "";
    let mut found = Vec::new();
    for line in disassembly.lines() {
        if let Some((_, name)) = line.split_once(" <").filter(|_| line.ends_with(">:")) {
            function = name.trim_end_matches(">:");
            continue;
        }
        let Some((address, instruction)) = line.trim().split_once(':') else {
            continue;
        };
        let mut words = instruction.split_whitespace();
        let (operation, to) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let ends = operation == "udf" || (operation.starts_with('b') && to == address);
        let calls = operation.starts_with('b') && FORBIDDEN.iter().any(|f| instruction.contains(f));
        if ends || calls {
            found.push(format!("{function} at {address}"));
        }
    }
    found
}

fn parse_symbol(line: &str) -> Option<Symbol> {
    let mut words = line.splitn(4, ' ');
    let (address, size) = (words.next()?, words.next()?);
    words.next()?;
    let name = words.next()?.to_string();
    Some(Symbol { address: hex(address)?, size: hex(size)?, name })
}

/// The sections in the second half of a map. A long name stands on a line of its own.
fn parse_map(map: &str) -> Vec<(String, u32, String)> {
    let mut linked = Vec::new();
    let mut name = "";
    let laid_out = map.split_once("Linker script and memory map").map_or("", |(_, rest)| rest);
    for line in laid_out.lines() {
        let words: Vec<_> = line.split_whitespace().collect();
        let starts = line.starts_with(" .") || line.starts_with(" COMMON");
        match words[..] {
            [section] if starts => name = section,
            [section, address, size, ..] if starts && address.starts_with("0x") => {
                linked.extend(section_of(section, size, &words[3..]));
            }
            [address, size, ..] if !name.is_empty() && address.starts_with("0x") => {
                linked.extend(section_of(name, size, &words[2..]));
                name = "";
            }
            _ => name = "",
        }
    }
    linked
}

fn section_of(name: &str, size: &str, file: &[&str]) -> Option<(String, u32, String)> {
    Some((name.to_string(), hex(size.strip_prefix("0x")?)?, file.join(" ")))
}

fn hex(text: &str) -> Option<u32> {
    u32::from_str_radix(text, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_linked_is_counted() {
        let map = "Discarded input sections\n .text.gone 0x0 0x99 library.o\nLinker script and memory map\n\
                   \x20.text.a       0x00008000       0x10 library.o\n .text.a_very_long_name\n                0x00008010       0x20 library.o\n\
                   \x20*fill*         0x00008030        0x2 \n";
        let expected = [(".text.a", 16, "library.o"), (".text.a_very_long_name", 32, "library.o")];
        assert_eq!(parse_map(map), expected.map(|(s, n, f)| (s.to_string(), n, f.to_string())));
    }

    #[test]
    fn a_branch_to_itself_and_a_trap_are_dead_ends() {
        let text =
            "00008000 <a>:\n    8000:\tb.n\t8000 <a>\n    8002:\tb.n\t8000 <a>\n00008010 <b>:\n    8010:\tudf\t#254\n";
        assert_eq!(dead_ends(text), ["a at 8000", "b at 8010"]);
    }
}
