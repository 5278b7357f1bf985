//! The deepest stack below a function: frame sizes as LLVM noted them in .stack_sizes, calls from the disassembly.
//! Calls through pointers are callbacks of the program, not counted; they are listed. Recursion is an error.
//!
//! Some targets load the address of a function from a constant and then call the register; what a register holds is
//! followed from line to line.

mod flow;

use super::elf::Elf;
use super::image::Image;
use flow::Flow;
use std::collections::BTreeMap;
use xtask::Outcome;

#[derive(Default)]
struct Function {
    name: String,
    frame: u32,
    calls: Vec<u32>,
    indirect: u32,
}

pub struct Graph {
    functions: BTreeMap<u32, Function>,
}

/// The worst path below a function.
struct Path {
    bytes: u32,
    /// Names and frames from the top down.
    steps: Vec<(String, u32)>,
}

impl Graph {
    pub fn of(image: &Image) -> Outcome<Graph> {
        let mut functions = BTreeMap::new();
        for symbol in image.symbols().iter().filter(|s| s.size > 0) {
            let function = Function { name: symbol.name.clone(), ..Function::default() };
            // The lowest bit of an address says Thumb; it is not part of it.
            functions.insert(symbol.address & !1, function);
        }
        let mut graph = Graph { functions };
        graph.add_frames(image)?;
        graph.add_calls(&image.disassembly()?, &image.contents()?);
        Ok(graph)
    }

    pub fn deepest(&self, root: &str) -> Outcome<u32> {
        self.worst(root).map(|path| path.bytes)
    }

    pub fn describe(&self, root: &str) -> String {
        let path = match self.worst(root) {
            Ok(path) => path,
            Err(reason) => return format!("stack of {root}: {reason}"),
        };
        let mut lines = vec![format!("deepest stack of {root}, callbacks apart: {} bytes", path.bytes)];
        lines.extend(path.steps.iter().map(|(name, bytes)| format!("  {bytes:6}  {name}")));
        lines.join("\n")
    }

    pub fn describe_pointers(&self) -> String {
        let mut lines = vec!["calls through pointers, not counted:".to_string()];
        let indirect = self.functions.values().filter(|f| f.indirect > 0 && f.frame > 0);
        lines.extend(indirect.map(|f| format!("  {:6}  {}", f.indirect, f.name)));
        lines.join("\n")
    }

    fn worst(&self, root: &str) -> Outcome<Path> {
        let found = self.functions.iter().find(|(_, f)| f.name == root);
        let (address, _) = found.ok_or_else(|| format!("no function {root} in the image"))?;
        self.below(*address, &mut Vec::new())
    }

    fn below(&self, address: u32, above: &mut Vec<u32>) -> Outcome<Path> {
        let Some(function) = self.functions.get(&address) else {
            return Ok(Path { bytes: 0, steps: Vec::new() });
        };
        if above.contains(&address) {
            return Err(format!("{} calls itself", function.name));
        }
        above.push(address);
        let mut worst = Path { bytes: 0, steps: Vec::new() };
        for call in &function.calls {
            let path = self.below(*call, above)?;
            if path.bytes > worst.bytes || worst.steps.is_empty() {
                worst = path;
            }
        }
        above.pop();
        worst.bytes += function.frame;
        worst.steps.insert(0, (function.name.clone(), function.frame));
        Ok(worst)
    }

    /// .stack_sizes is a row of an address and a number in LEB128.
    fn add_frames(&mut self, image: &Image) -> Outcome {
        let mut bytes = image.section(".stack_sizes")?.into_iter();
        let mut known = 0;
        while let (Some(a), Some(b), Some(c), Some(d)) = (bytes.next(), bytes.next(), bytes.next(), bytes.next()) {
            let address = u32::from_le_bytes([a, b, c, d]) & !1;
            let mut frame = 0;
            for (i, byte) in bytes.by_ref().enumerate() {
                frame |= u32::from(byte & 0x7f) << (7 * i);
                if byte & 0x80 == 0 {
                    break;
                }
            }
            if let Some(function) = self.functions.get_mut(&address) {
                function.frame = frame;
                known += 1;
            }
        }
        if known == 0 { Err("the image has no .stack_sizes".to_string()) } else { Ok(()) }
    }

    fn add_calls(&mut self, disassembly: &str, contents: &Elf) {
        let mut current = 0;
        let mut registers = BTreeMap::new();
        for line in disassembly.lines() {
            if let Some((address, _)) = line.split_once(" <").filter(|_| line.ends_with(">:")) {
                current = u32::from_str_radix(address, 16).unwrap_or(0);
                registers.clear();
                continue;
            }
            let to = match flow::of(line) {
                Flow::On => continue,
                Flow::Writes(register) => {
                    registers.remove(register);
                    continue;
                }
                Flow::Loads { register, from } => {
                    contents.word_at(from).and_then(|word| registers.insert(register, word & !1));
                    continue;
                }
                Flow::To(address) => Some(address),
                Flow::Through(register) => registers.get(register).copied(),
            };
            // A branch to the start of another function is a call whose frame is gone; counting it is safe.
            let known = to.filter(|t| self.functions.contains_key(t) && *t != current);
            if let Some(function) = self.functions.get_mut(&current) {
                function.calls.extend(known);
                function.indirect += u32::from(to.is_none());
            }
        }
    }
}
