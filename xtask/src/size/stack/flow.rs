//! What an instruction of Arm, RISC-V or Xtensa does to the flow of the program, from its line in the disassembly.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow<'a> {
    /// Nothing that matters here.
    On,
    /// A branch or call.
    To(u32),
    /// A call or jump to where a register points.
    Through(&'a str),
    /// A register gets the word that stands here.
    Loads { register: &'a str, from: u32 },
    /// A register gets something else.
    Writes(&'a str),
}

pub fn of(line: &str) -> Flow<'_> {
    let mut words = line.split_whitespace().skip(1);
    let operation = words.next().unwrap_or_default();
    let operands = words.next().unwrap_or_default();
    let register = operands.split(',').next().unwrap_or_default();
    match operation {
        "callx0" | "callx4" | "callx8" | "callx12" | "jx" | "blx" | "bx" | "jr" | "jalr" => match shown(line) {
            // Of Arm, or RISC-V's far call: a comment has what its two instructions add up to.
            Some(to) => Flow::To(to),
            None if operation != "jalr" && ["lr", "ra"].contains(&register) => Flow::On,
            None => Flow::Through(register),
        },
        "l32r" | "ldr" | "ldr.n" | "ldr.w" => match shown(line) {
            Some(from) if operation == "l32r" || line.contains("[pc") => Flow::Loads { register, from },
            _ => Flow::Writes(register),
        },
        // Branches; those of RISC-V and Xtensa have registers before the target. None writes one that is called.
        _ if operation.starts_with(['b', 'j', 'c']) => shown(line).map_or(Flow::On, Flow::To),
        _ if operation.starts_with("st") || operation.starts_with("s8i") || operation.starts_with("s16i") => Flow::On,
        "s32i" | "s32i.n" | "sw" | "sb" | "sh" | "tst" | "push" => Flow::On,
        _ => Flow::Writes(register),
    }
}

/// The address before the name in `8000 <name>` of GNU, or at the end of the line in LLVM's `0x8000`.
fn shown(line: &str) -> Option<u32> {
    let before = line.split(" <").next()?;
    let number = before.rsplit([' ', '\t', ',', '(']).next()?;
    let number = if before.len() < line.len() { number } else { number.strip_prefix("0x")? };
    u32::from_str_radix(number, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_and_branches_have_a_target() {
        assert_eq!(of("    8010:\tbl\t8000 <limpet::session::Session as Iterator>"), Flow::To(0x8000));
        assert_eq!(of("    8010:\tcbz\tr0, 8020 <a+0x20>"), Flow::To(0x8020));
        assert_eq!(of("   100f2:\tjal\tra,100d0 <a>"), Flow::To(0x100d0));
        assert_eq!(of("   100f2:\tbeq\ta0,a1,100d0 <a>"), Flow::To(0x100d0));
        assert_eq!(of("   100f2:\tjalr\t-20(ra) # 100d0 <a>"), Flow::To(0x100d0));
        assert_eq!(of("40100010:\tcall0\t40100000 <a>"), Flow::To(0x4010_0000));
        assert_eq!(of("  403d6f:      \tbeqz\ta8, 0x403d75"), Flow::To(0x40_3d75));
    }

    #[test]
    fn a_return_goes_nowhere_and_a_register_is_called() {
        assert_eq!(of("    8010:\tbx\tlr"), Flow::On);
        assert_eq!(of("    8010:\tblx\tr3"), Flow::Through("r3"));
        assert_eq!(of("   100f2:\tjalr\ta5"), Flow::Through("a5"));
        assert_eq!(of("40100010:\tcallx8\ta8"), Flow::Through("a8"));
    }

    #[test]
    fn a_constant_is_loaded_and_a_register_overwritten() {
        let loads = |register, from| Flow::Loads { register, from };
        assert_eq!(of("    8010:\tldr\tr3, [pc, #16]\t@ (8024 <a+0x14>)"), loads("r3", 0x8024));
        assert_eq!(of("40100010:\tl32r\ta8, 40100000 <a>"), loads("a8", 0x4010_0000));
        assert_eq!(of("  403d48:      \tl32r\ta9, 0x400174"), loads("a9", 0x40_0174));
        assert_eq!(of("    8010:\tldr\tr3, [r0, #16]"), Flow::Writes("r3"));
        assert_eq!(of("40100010:\tmovi\ta8, 3"), Flow::Writes("a8"));
        assert_eq!(of("40100010:\ts32i\ta8, a1, 4"), Flow::On);
    }
}
