//! Two cursors over slices, one that reads and one that writes the basic types of MQTT.
//! Both stop at the end of their slice; neither copies or looks back.

use super::frame::BODY_MAX;
use super::{Malformed, text};

/// Reads from the front. After an error it stands where the missing value would begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub const fn new(bytes: &'a [u8]) -> Self {
        Reader { rest: bytes }
    }

    /// The next `n` bytes.
    pub fn take(&mut self, n: usize) -> Result<&'a [u8], Malformed> {
        self.rest.split_off(..n).ok_or(Malformed)
    }

    pub fn u8(&mut self) -> Result<u8, Malformed> {
        self.rest.split_off_first().copied().ok_or(Malformed)
    }

    pub fn u16(&mut self) -> Result<u16, Malformed> {
        let (value, rest) = self.rest.split_first_chunk().ok_or(Malformed)?;
        self.rest = rest;
        Ok(u16::from_be_bytes(*value))
    }

    pub fn u32(&mut self) -> Result<u32, Malformed> {
        let (value, rest) = self.rest.split_first_chunk().ok_or(Malformed)?;
        self.rest = rest;
        Ok(u32::from_be_bytes(*value))
    }

    /// A number of one to four bytes, lowest seven bits first, and no longer than needed. [5: MQTT-1.5.5-1]
    pub fn varint(&mut self) -> Result<usize, Malformed> {
        let mut value = 0;
        for at in 0..4 {
            let byte = self.u8()?;
            value |= usize::from(byte & 0x7F) << (7 * at);
            if byte & 0x80 == 0 {
                Malformed::unless(byte != 0 || at == 0)?;
                return Ok(value);
            }
        }
        Err(Malformed)
    }

    /// Bytes behind their 16-bit length.
    pub fn binary(&mut self) -> Result<&'a [u8], Malformed> {
        let len = self.u16()?;
        self.take(usize::from(len))
    }

    /// As `binary`, and well-formed text. [MQTT-1.5.3-1] [MQTT-1.5.3-2]
    pub fn string(&mut self) -> Result<&'a [u8], Malformed> {
        let string = self.binary()?;
        Malformed::unless(text::is_utf8(string))?;
        Ok(string)
    }

    /// What has not been read.
    pub const fn rest(&self) -> &'a [u8] {
        self.rest
    }

    pub const fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }
}

/// Writes from the front. None means that it does not fit; what was written then is of no use.
#[derive(Debug)]
pub struct Writer<'a> {
    buf: &'a mut [u8],
    len: usize,
}

impl<'a> Writer<'a> {
    pub const fn new(buf: &'a mut [u8]) -> Self {
        Writer { buf, len: 0 }
    }

    /// Bytes written.
    #[expect(clippy::len_without_is_empty, reason = "everybody writes before asking")]
    pub const fn len(&self) -> usize {
        self.len
    }

    #[inline(never)]
    pub fn bytes(&mut self, bytes: &[u8]) -> Option<()> {
        let place = self.buf.get_mut(self.len..)?.get_mut(..bytes.len())?;
        // Of equal length, or it would panic: the line above has seen to it, and the compiler sees that.
        place.copy_from_slice(bytes);
        self.len = self.len.wrapping_add(bytes.len());
        Some(())
    }

    #[inline(never)] // A call takes less flash, and this is called everywhere.
    pub fn u8(&mut self, value: u8) -> Option<()> {
        *self.buf.get_mut(self.len)? = value;
        self.len = self.len.wrapping_add(1);
        Some(())
    }

    pub fn u16(&mut self, value: u16) -> Option<()> {
        let [high, low] = value.to_be_bytes();
        self.u8(high)?;
        self.u8(low)
    }

    pub fn u32(&mut self, value: u32) -> Option<()> {
        self.bytes(&value.to_be_bytes())
    }

    /// A length of one to four bytes, lowest seven bits first. [section 2.2.3]
    pub fn varint(&mut self, value: usize) -> Option<()> {
        if value > BODY_MAX {
            return None;
        }
        let mut left = value;
        loop {
            let low = (left & 0x7F) as u8;
            left >>= 7;
            if left == 0 {
                return self.u8(low);
            }
            self.u8(low | 0x80)?;
        }
    }

    /// Bytes behind their 16-bit length; the caller knows that a string is text.
    pub fn string(&mut self, string: &[u8]) -> Option<()> {
        self.u16(u16::try_from(string.len()).ok()?)?;
        self.bytes(string)
    }
}

/// Overwrites the two bytes at `at`, or nothing if they are not there.
pub fn set_u16(bytes: &mut [u8], at: usize, value: u16) {
    if let Some(place) = bytes.get_mut(at..).and_then(|tail| tail.first_chunk_mut()) {
        *place = value.to_be_bytes();
    }
}
