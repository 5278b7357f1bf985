//! Frames on the modem's UART, as in tests/firmware/network/frame.h.

const START: u8 = 0x7e;
const ESCAPE: u8 = 0x7d;
const FLIP: u8 = 0x20;
const HEADER: usize = 3;
/// Most bytes that a frame carries.
pub const PAYLOAD: usize = 128;
/// Most bytes that it takes on the UART.
pub const LONGEST: usize = 1 + 2 * (HEADER + PAYLOAD + 1);
/// Of a frame from which on frames are counted anew.
pub const RESET: u8 = b'R';

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    pub kind: u8,
    /// The connection it is about.
    pub number: u8,
    pub payload: Vec<u8>,
}

/// Makes frames of one side.
#[derive(Default)]
pub struct Writer {
    count: u8,
}

impl Writer {
    /// As the UART carries it. `payload` is at most `PAYLOAD` bytes.
    pub fn encode(&mut self, kind: u8, number: u8, payload: &[u8]) -> Vec<u8> {
        let len = u8::try_from(payload.len()).unwrap_or(u8::MAX);
        debug_assert!(payload.len() <= PAYLOAD);
        if kind == RESET {
            self.count = 0;
        }
        let mut frame = [&[kind, number, len], payload].concat();
        frame.push(check(&frame, self.count));
        self.count = self.count.wrapping_add(1);
        let mut bytes = vec![START];
        for byte in frame {
            if matches!(byte, START | ESCAPE) {
                bytes.extend([ESCAPE, byte ^ FLIP]);
            } else {
                bytes.push(byte);
            }
        }
        bytes
    }
}

/// Of the bytes before it, and of the number of the frame.
fn check(bytes: &[u8], count: u8) -> u8 {
    bytes.iter().fold(count, |sum, byte| sum.wrapping_add(*byte))
}

/// A frame was damaged, or one before it was lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wrong;

/// Takes frames out of what comes from the UART. A frame that another one cuts short is dropped: its sender was reset, or
/// else the next one is wrong.
#[derive(Default)]
pub struct Reader {
    /// Header and payload so far; none between frames.
    frame: Option<Vec<u8>>,
    escaped: bool,
    count: u8,
}

impl Reader {
    pub fn take(&mut self, byte: u8) -> Option<Result<Frame, Wrong>> {
        if byte == START {
            self.frame = Some(Vec::new());
            self.escaped = false;
            return None;
        }
        let frame = self.frame.as_mut()?;
        if byte == ESCAPE {
            self.escaped = true;
            return None;
        }
        frame.push(if self.escaped { byte ^ FLIP } else { byte });
        self.escaped = false;
        let (header, rest) = frame.split_at_checked(HEADER)?;
        if rest.len() <= usize::from(header[2]) {
            return None;
        }
        let whole = self.frame.take()?;
        Some(self.checked(&whole))
    }

    fn checked(&mut self, frame: &[u8]) -> Result<Frame, Wrong> {
        let (said, bytes) = frame.split_last().ok_or(Wrong)?;
        let (header, payload) = bytes.split_at_checked(HEADER).ok_or(Wrong)?;
        if header[0] == RESET {
            self.count = 0;
        }
        let is_right = *said == check(bytes, self.count) && payload.len() <= PAYLOAD;
        self.count = self.count.wrapping_add(1);
        if !is_right {
            return Err(Wrong);
        }
        Ok(Frame { kind: header[0], number: header[1], payload: payload.to_vec() })
    }
}

/// In two bytes.
pub fn number(bytes: &[u8]) -> usize {
    bytes.iter().take(2).fold(0, |number, byte| number << 8 | usize::from(*byte))
}

pub fn bytes(number: usize) -> [u8; 2] {
    u16::try_from(number).unwrap_or(u16::MAX).to_be_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frames(bytes: &[u8]) -> Vec<Result<Frame, Wrong>> {
        let mut reader = Reader::default();
        bytes.iter().filter_map(|byte| reader.take(*byte)).collect()
    }

    fn reset() -> Frame {
        Frame { kind: RESET, number: 0, payload: vec![4, 0] }
    }

    #[test]
    fn a_frame_of_the_longest_kind_survives() {
        let mut writer = Writer::default();
        let mut reader = Reader::default();
        for byte in [0, START, ESCAPE, 0xff] {
            let frame = Frame { kind: b'D', number: byte, payload: vec![byte; PAYLOAD] };
            let bytes = writer.encode(frame.kind, frame.number, &frame.payload);
            assert!(bytes.len() <= LONGEST);
            let taken: Vec<_> = bytes.iter().filter_map(|byte| reader.take(*byte)).collect();
            assert_eq!(taken, [Ok(frame)]);
        }
    }

    #[test]
    fn a_frame_that_was_cut_short_does_not_hurt_a_reset() {
        for cut in 0..20 {
            let mut writer = Writer::default();
            let mut bytes = writer.encode(b'D', 1, b"0123456789~}abc");
            bytes.truncate(cut);
            bytes.extend(writer.encode(RESET, 0, &[4, 0]));
            assert_eq!(frames(&bytes).last(), Some(&Ok(reset())), "cut at {cut}");
        }
    }

    #[test]
    fn each_byte_that_is_lost_is_noticed_by_the_next_frame() {
        let mut writer = Writer::default();
        let whole = writer.encode(b'D', 1, b"0123456789~}abc");
        let next = writer.encode(b'D', 1, b"next");
        for lost in 0..whole.len() {
            let mut bytes = whole.clone();
            bytes.remove(lost);
            bytes.extend(&next);
            assert!(frames(&bytes).contains(&Err(Wrong)), "byte {lost}");
        }
    }

    #[test]
    fn what_is_no_frame_is_ignored() {
        assert_eq!(frames(b"noise"), []);
        let frame = Writer::default().encode(b'C', 3, &[]);
        assert_eq!(frames(&[b"noise".as_slice(), &frame].concat()).len(), 1);
    }
}
