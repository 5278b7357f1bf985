//! The linker's map: which sections of the library were kept.

/// The library's object in the map.
pub const OBJECT: &str = "library.o";

pub const KINDS: [&str; 4] = ["text", "rodata", "data", "bss"];

/// The library's bytes by kind.
pub fn kept(map: &str) -> [u32; 4] {
    let mut bytes = [0; 4];
    for (section, size, _) in parse(map).iter().filter(|(_, _, file)| file == OBJECT) {
        if let Some(kind) = kind(section) {
            bytes[kind] += size;
        }
    }
    bytes
}

fn kind(section: &str) -> Option<usize> {
    match section.split('.').nth(1).unwrap_or("COMMON") {
        "text" | "literal" => Some(0),
        // Tables for unwinding are in flash, too, if there are any.
        "rodata" | "srodata" | "ARM" if section != ".ARM.attributes" => Some(1),
        "data" | "sdata" => Some(2),
        "bss" | "sbss" | "COMMON" => Some(3),
        _ => None,
    }
}

/// The sections in the second half of a map. A long name stands on a line of its own.
fn parse(map: &str) -> Vec<(String, u32, String)> {
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
    let size = u32::from_str_radix(size.strip_prefix("0x")?, 16).ok()?;
    Some((name.to_string(), size, file.join(" ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAP: &str = "Discarded input sections\n .text.gone 0x0 0x99 library.o\nLinker script and memory map\n\
                       \x20.text.a       0x00008000       0x10 library.o\n .text.a_very_long_name\n                0x00008010       0x20 library.o\n\
                       \x20*fill*         0x00008030        0x2 \n .rodata.b      0x00008040        0x8 library.o\n\
                       \x20.text.c        0x00009000        0x4 other.o\n .xt.prop  0x0  0x50 library.o\n";

    #[test]
    fn only_what_was_linked_is_counted() {
        assert_eq!(kept(MAP), [0x30, 8, 0, 0]);
    }

    #[test]
    fn constants_beside_the_code_are_code() {
        assert_eq!(kind(".literal.mqtt_poll"), Some(0));
        assert_eq!(kind(".srodata.cst4"), Some(1));
        assert_eq!(kind(".ARM.attributes"), None);
    }
}
