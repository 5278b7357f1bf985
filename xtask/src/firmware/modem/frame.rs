//! Frames on the modem's UART, as in tests/firmware/network/frame.h.

const START: u8 = 0x7e;
const ESCAPE: u8 = 0x7d;
const FLIP: u8 = 0x20;
const HEADER: usize = 3;
/// Most bytes that a frame carries.
pub const PAYLOAD: usize = 128;
/// Most bytes that it takes on the UART.
pub const LONGEST: usize = 1 + 2 * (HEADER + PAYLOAD);

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    pub kind: u8,
    /// The connection it is about.
    pub number: u8,
    pub payload: Vec<u8>,
}

impl Frame {
    /// As the UART carries it. `payload` is at most `PAYLOAD` bytes.
    pub fn encode(kind: u8, number: u8, payload: &[u8]) -> Vec<u8> {
        let len = u8::try_from(payload.len()).unwrap_or(u8::MAX);
        debug_assert!(payload.len() <= PAYLOAD);
        let mut bytes = vec![START];
        for byte in [kind, number, len].iter().chain(payload) {
            if matches!(*byte, START | ESCAPE) {
                bytes.extend([ESCAPE, byte ^ FLIP]);
            } else {
                bytes.push(*byte);
            }
        }
        bytes
    }
}

/// Takes frames out of what comes from the UART. A frame that another one cuts short is dropped: its sender was reset.
#[derive(Default)]
pub struct Reader {
    /// Header and payload so far; none between frames.
    frame: Option<Vec<u8>>,
    escaped: bool,
}

impl Reader {
    pub fn take(&mut self, byte: u8) -> Option<Frame> {
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
        let (header, payload) = frame.split_at_checked(HEADER)?;
        if payload.len() < usize::from(header[2]) {
            return None;
        }
        let frame = Frame { kind: header[0], number: header[1], payload: payload.to_vec() };
        self.frame = None;
        Some(frame)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frames(bytes: &[u8]) -> Vec<Frame> {
        let mut reader = Reader::default();
        bytes.iter().filter_map(|byte| reader.take(*byte)).collect()
    }

    #[test]
    fn a_frame_of_the_longest_kind_survives() {
        for byte in [0, START, ESCAPE, 0xff] {
            let frame = Frame { kind: b'D', number: byte, payload: vec![byte; PAYLOAD] };
            let bytes = Frame::encode(frame.kind, frame.number, &frame.payload);
            assert!(bytes.len() <= LONGEST);
            assert_eq!(frames(&bytes), [frame]);
        }
    }

    #[test]
    fn a_frame_that_was_cut_short_does_not_hurt_the_next() {
        for cut in 0..20 {
            let mut bytes = Frame::encode(b'D', 1, b"0123456789~}abc");
            bytes.truncate(cut);
            bytes.extend(Frame::encode(b'R', 0, &[4, 0]));
            assert_eq!(
                frames(&bytes).last(),
                Some(&Frame { kind: b'R', number: 0, payload: vec![4, 0] }),
                "cut at {cut}"
            );
        }
    }

    #[test]
    fn what_is_no_frame_is_ignored() {
        assert_eq!(frames(b"noise"), []);
        assert_eq!(frames(&[b"noise".as_slice(), &Frame::encode(b'C', 3, &[])].concat()).len(), 1);
    }
}
