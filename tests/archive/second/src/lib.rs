//! Another library in Rust, as somebody's firmware may have one: formatting, memory functions, a panic handler.

#![no_std]

use core::fmt::Write;

struct Line {
    bytes: [u8; 64],
    len: usize,
}

impl Write for Line {
    fn write_str(&mut self, text: &str) -> core::fmt::Result {
        let room = self.bytes.get_mut(self.len..self.len + text.len()).ok_or(core::fmt::Error)?;
        room.copy_from_slice(text.as_bytes());
        self.len += text.len();
        Ok(())
    }
}

/// A sum over a number's text; panics on a null pointer, so that the panic handler is linked.
#[unsafe(no_mangle)]
pub extern "C" fn second_checksum(number: *const u32) -> u32 {
    assert!(!number.is_null());
    // SAFETY: not null, and the caller's.
    let number = unsafe { *number };
    let mut line = Line { bytes: [0; 64], len: 0 };
    let _ = write!(line, "{number} {number:#x}");
    line.bytes.iter().take(line.len).fold(number, |sum, b| sum.rotate_left(5) ^ u32::from(*b))
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    loop {}
}
