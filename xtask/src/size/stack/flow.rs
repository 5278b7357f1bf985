//! Where an instruction of Arm, RISC-V or Xtensa goes, from its line in the disassembly.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// To the next one.
    On,
    /// A branch or call.
    To(u32),
    /// A call or jump through a register.
    Indirect,
    /// A word is loaded from here.
    Constant(u32),
}

pub fn of(line: &str) -> Flow {
    let mut words = line.split_whitespace().skip(1);
    let operation = words.next().unwrap_or_default();
    let operands = words.next().unwrap_or_default();
    match operation {
        "bx" | "jr" | "jalr" | "blx" if ["lr", "ra"].contains(&operands) && operation != "jalr" => Flow::On,
        "callx0" | "callx4" | "callx8" | "callx12" | "jx" => Flow::Indirect,
        // RISC-V's far call: the comment has what the two instructions add up to.
        "jalr" | "jr" | "blx" | "bx" => shown(line).map_or(Flow::Indirect, Flow::To),
        "l32r" | "ldr" | "ldr.n" | "ldr.w" => match shown(line) {
            Some(at) if operation == "l32r" || line.contains("[pc") => Flow::Constant(at),
            _ => Flow::On,
        },
        // Branches; those of RISC-V and Xtensa have registers before the target.
        _ if operation.starts_with(['b', 'j', 'c']) => shown(line).map_or(Flow::On, Flow::To),
        _ => Flow::On,
    }
}

/// The address before the name in `8000 <name>`.
fn shown(line: &str) -> Option<u32> {
    let before = line.split(" <").next().filter(|before| before.len() < line.len())?;
    let number = before.rsplit([' ', '\t', ',', '(']).next()?;
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
    }

    #[test]
    fn a_return_goes_nowhere_and_a_register_is_indirect() {
        assert_eq!(of("    8010:\tbx\tlr"), Flow::On);
        assert_eq!(of("    8010:\tblx\tr3"), Flow::Indirect);
        assert_eq!(of("   100f2:\tjalr\ta5"), Flow::Indirect);
        assert_eq!(of("40100010:\tcallx8\ta8"), Flow::Indirect);
    }

    #[test]
    fn a_constant_is_where_it_is_loaded_from() {
        assert_eq!(of("    8010:\tldr\tr3, [pc, #16]\t@ (8024 <a+0x14>)"), Flow::Constant(0x8024));
        assert_eq!(of("40100010:\tl32r\ta8, 40100000 <a>"), Flow::Constant(0x4010_0000));
        assert_eq!(of("    8010:\tldr\tr3, [r0, #16]"), Flow::On);
    }
}
