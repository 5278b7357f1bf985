//! A linked image: its sections, its symbols, its instructions.

use super::elf::Elf;
use super::map;
use std::path::PathBuf;
use std::process::Command;
use xtask::archive::symbols::{self, Symbol};
use xtask::process::run;
use xtask::targets::{Route, Target};
use xtask::{Outcome, paths};

pub struct Image {
    tools: &'static str,
    route: Route,
    dir: PathBuf,
    /// The name of the image in that directory.
    elf: String,
    /// The library's bytes that were kept.
    kept: [u32; 4],
    symbols: Vec<Symbol>,
}

impl Image {
    /// Reads what is beside the image, too: its map.
    pub fn load(target: &Target, elf: PathBuf) -> Outcome<Image> {
        let kept = map::kept(&paths::read(&elf.with_extension("map"))?);
        let name = elf.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let dir = elf.parent().unwrap_or(&elf).to_path_buf();
        let symbols = symbols::placed(target, &elf)?.into_iter().filter(|s| s.size > 0).collect();
        Ok(Image { tools: target.tools, route: target.route, dir, elf: name, kept, symbols })
    }

    fn tool(&self, name: &str, arguments: &[&str]) -> Outcome<String> {
        run(Command::new(format!("{}{name}", self.tools)).args(arguments).arg(&self.elf).current_dir(&self.dir))
    }

    pub fn disassembly(&self) -> Outcome<String> {
        if self.route != Route::Llvm {
            return self.tool("objdump", &["-d", "-C", "--no-show-raw-insn"]);
        }
        // GNU's does not know the windowed calls.
        let mut llvm = Command::new("llvm-objdump-22");
        llvm.args(["-d", "-C", "--no-show-raw-insn", "--mcpu=esp32", &self.elf]);
        run(llvm.current_dir(&self.dir))
    }

    pub fn contents(&self) -> Outcome<Elf> {
        let file = self.dir.join(&self.elf);
        Elf::parse(std::fs::read(&file).map_err(|e| format!("cannot read {}: {e}", file.display()))?)
    }

    /// The bytes of a section that is not loaded.
    pub fn section(&self, name: &str) -> Outcome<Vec<u8>> {
        let mut objcopy = Command::new(format!("{}objcopy", self.tools));
        objcopy.args(["-O", "binary", "--only-section", name, "--set-section-flags", &format!("{name}=alloc")]);
        run(objcopy.args([&self.elf, "section.bin"]).current_dir(&self.dir))?;
        let file = self.dir.join("section.bin");
        std::fs::read(&file).map_err(|e| format!("cannot read {}: {e}", file.display()))
    }

    /// The library's bytes by kind.
    pub fn kept(&self) -> Outcome<Vec<(&'static str, u32)>> {
        let kept: Vec<_> = map::KINDS.into_iter().zip(self.kept).collect();
        if self.kept[0] == 0 { Err("the map shows no code of the library".to_string()) } else { Ok(kept) }
    }

    /// Code and constants.
    pub fn flash(&self) -> Outcome<u32> {
        self.kept().map(|kept| kept.iter().take(2).map(|(_, bytes)| bytes).sum())
    }

    pub fn symbols(&self) -> &[Symbol] {
        &self.symbols
    }

    pub fn biggest(&self, count: usize) -> Vec<(String, u32)> {
        let mut symbols: Vec<_> = self.symbols.iter().map(|s| (s.name.clone(), s.size)).collect();
        symbols.sort_by_key(|(name, size)| (std::cmp::Reverse(*size), name.clone()));
        symbols.truncate(count);
        symbols
    }

    /// An error if code for panics, formatting or allocation was linked, or if a function has a dead end: that is what
    /// remains of a panic whose handler was inlined. Xtensa's constants lie between the instructions and look like dead
    /// ends; there a panic would call abort, which the archive may not need.
    pub fn check_no_panic(&self) -> Outcome {
        let bad = |s: &&Symbol| FORBIDDEN.iter().any(|f| s.name.contains(f));
        let mut found: Vec<_> = self.symbols.iter().filter(bad).map(|s| s.name.clone()).collect();
        if self.route == Route::Direct {
            found.extend(dead_ends(&self.disassembly()?));
        }
        if found.is_empty() { Ok(()) } else { Err(format!("a panic can be reached: {}", found.join(", "))) }
    }
}

/// Parts of the names of what must not be in the image.
const FORBIDDEN: &[&str] = &["core::panicking", "core::fmt", "alloc::", "rust_begin_unwind"];

/// Branches of Arm and RISC-V that always go, and traps.
const JUMPS: &[&str] = &["b", "b.n", "b.w", "j"];
const TRAPS: &[&str] = &["udf", "unimp", "ebreak"];

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
        let ends = TRAPS.contains(&operation) || (JUMPS.contains(&operation) && to == address);
        let calls = FORBIDDEN.iter().any(|f| instruction.contains(f));
        if ends || calls {
            found.push(format!("{function} at {address}"));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_branch_to_itself_and_a_trap_are_dead_ends() {
        let text =
            "00008000 <a>:\n    8000:\tb.n\t8000 <a>\n    8002:\tb.n\t8000 <a>\n00008010 <b>:\n    8010:\tudf\t#254\n";
        assert_eq!(dead_ends(text), ["a at 8000", "b at 8010"]);
        assert_eq!(dead_ends("00008000 <a>:\n    8000:\tj\t8000 <a>\n    8004:\tunimp\n"), ["a at 8000", "a at 8004"]);
    }
}
