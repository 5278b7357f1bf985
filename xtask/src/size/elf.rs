//! As much of a little-endian ELF for 32 bits as is needed to read a word of a linked image.

use xtask::Outcome;

pub struct Elf {
    bytes: Vec<u8>,
    sections: Vec<Section>,
}

struct Section {
    address: u32,
    offset: u32,
    size: u32,
}

/// Of a section header: its kind for "occupies no bytes of the file".
const NOBITS: u32 = 8;

impl Elf {
    pub fn parse(bytes: Vec<u8>) -> Outcome<Elf> {
        if bytes.get(..6) != Some(&[0x7f, b'E', b'L', b'F', 1, 1]) {
            return Err("not an ELF image for 32 bits, little-endian".to_string());
        }
        let mut elf = Elf { bytes, sections: Vec::new() };
        let table = elf.word(32)?;
        let (size, count) = (elf.half(46)?, elf.half(48)?);
        for number in 0..count {
            let header = table + number * size;
            let (kind, address) = (elf.word(header + 4)?, elf.word(header + 12)?);
            if kind != NOBITS && address != 0 {
                let section = Section { address, offset: elf.word(header + 16)?, size: elf.word(header + 20)? };
                elf.sections.push(section);
            }
        }
        Ok(elf)
    }

    /// The word at an address of the image, if something is there.
    pub fn word_at(&self, address: u32) -> Option<u32> {
        let holds = |s: &&Section| address >= s.address && address - s.address < s.size;
        let section = self.sections.iter().find(holds)?;
        self.word(section.offset + (address - section.address)).ok()
    }

    fn word(&self, offset: u32) -> Outcome<u32> {
        let from = offset as usize;
        let bytes = self.bytes.get(from..from + 4).and_then(|b| b.try_into().ok());
        bytes.map(u32::from_le_bytes).ok_or_else(|| format!("the image ends before byte {offset}"))
    }

    fn half(&self, offset: u32) -> Outcome<u32> {
        self.word(offset).map(|word| word & 0xffff)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_image_is_refused() {
        assert!(Elf::parse(b"!<arch>\n".to_vec()).is_err());
        assert!(Elf::parse(vec![0x7f, b'E', b'L', b'F', 1, 1]).is_err());
    }
}
