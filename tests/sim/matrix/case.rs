//! One combination: which story, at what pace, after which byte in which direction, and what goes wrong there.

use std::fmt;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Direction {
    /// From the client to the broker.
    Out,
    In,
}

impl Direction {
    pub const BOTH: [Direction; 2] = [Direction::Out, Direction::In];

    fn name(self) -> &'static str {
        if self == Direction::Out { "out" } else { "in" }
    }
}

/// What happens when so many bytes have gone in a direction. A flip is done to the byte behind them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Fault {
    None,
    /// Both sides read what is there, and then the end of the stream.
    Close,
    /// The client's next call fails, and what was under way to it is lost.
    Reset,
    /// This direction ends; the other goes on.
    Half,
    /// This direction pauses for less than the time that the client waits for an answer.
    Stall,
    /// It pauses for longer, so that what was said arrives when the client is elsewhere.
    Late,
    /// Nothing arrives any more in this direction, nor the end of the stream.
    Mute,
    /// The same in both.
    Hole,
    /// A close, and the next two attempts are refused by the network.
    Refuse,
    /// A close, and the next attempt is refused by the broker, for now.
    Deny,
    /// The broker restarts and has its sessions still, or not.
    Kept,
    Lost,
    /// These bits of a byte are turned over.
    Flip(u8),
}

impl Fault {
    /// Every single bit, and all of them.
    const FLIPS: [u8; 9] = [0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0xff];

    const BREAKS: [(&'static str, Fault); 11] = [
        ("close", Fault::Close),
        ("reset", Fault::Reset),
        ("half", Fault::Half),
        ("stall", Fault::Stall),
        ("late", Fault::Late),
        ("mute", Fault::Mute),
        ("hole", Fault::Hole),
        ("refuse", Fault::Refuse),
        ("deny", Fault::Deny),
        ("kept", Fault::Kept),
        ("lost", Fault::Lost),
    ];

    pub fn all() -> impl Iterator<Item = Fault> {
        let flips = Fault::FLIPS.into_iter().map(Fault::Flip);
        Fault::BREAKS.into_iter().map(|(_, fault)| fault).chain(flips)
    }

    pub fn named(name: &str) -> Option<Fault> {
        Some(Fault::None).into_iter().chain(Fault::all()).find(|fault| fault.to_string() == name)
    }

    /// Its name; all flips have one.
    pub fn kind(self) -> &'static str {
        let named = Fault::BREAKS.iter().find(|(_, fault)| *fault == self).map(|(name, _)| *name);
        named.unwrap_or(if self.is_flip() { "flip" } else { "none" })
    }

    pub fn is_flip(self) -> bool {
        matches!(self, Fault::Flip(_))
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(self.kind())?;
        if let Fault::Flip(bits) = self { write!(f, "-{bits:02x}") } else { Ok(()) }
    }
}

/// How much the transport moves at once. Byte by byte, both sides also take turns after each.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Pace {
    Whole,
    Bytes,
}

impl Pace {
    pub const BOTH: [Pace; 2] = [Pace::Whole, Pace::Bytes];

    fn name(self) -> &'static str {
        if self == Pace::Whole { "whole" } else { "bytes" }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Case {
    pub direction: Direction,
    pub byte: usize,
    pub fault: Fault,
    pub pace: Pace,
}

impl Case {
    pub fn clean(pace: Pace) -> Case {
        Case { direction: Direction::Out, byte: 0, fault: Fault::None, pace }
    }

    /// All that can befall a story in which so many bytes go out and in.
    pub fn all(pace: Pace, (out, into): (usize, usize)) -> impl Iterator<Item = Case> {
        let of = move |direction, total| {
            (0..=total).flat_map(move |byte| {
                let faults = Fault::all().filter(move |fault| byte < total || !fault.is_flip());
                faults.map(move |fault| Case { direction, byte, fault, pace })
            })
        };
        of(Direction::Out, out).chain(of(Direction::In, into))
    }

    /// As `Display` writes it, after the name of the story.
    pub fn parse(words: &[&str]) -> Option<Case> {
        let (direction, byte, fault, pace) = match *words {
            [direction, byte, fault] => (direction, byte, fault, "whole"),
            [direction, byte, fault, pace] => (direction, byte, fault, pace),
            _ => return None,
        };
        Some(Case {
            direction: Direction::BOTH.into_iter().find(|is| is.name() == direction)?,
            byte: byte.parse().ok()?,
            fault: Fault::named(fault)?,
            pace: Pace::BOTH.into_iter().find(|is| is.name() == pace)?,
        })
    }
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{} {} {} {}", self.direction.name(), self.byte, self.fault, self.pace.name())
    }
}
