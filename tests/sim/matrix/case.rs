//! One combination: which story, at what pace, after which byte in which direction or call of the store, and what goes wrong
//! there.

use std::fmt;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Direction {
    /// From the client to the broker.
    Out,
    In,
    /// Not a way of bytes, but to the client's store: calls that change something, counted as bytes are.
    Store,
}

impl Direction {
    const ALL: [Direction; 3] = [Direction::Out, Direction::In, Direction::Store];

    fn name(self) -> &'static str {
        ["out", "in", "store"][self as usize]
    }
}

/// What happens when so many bytes have gone in a direction, or calls to the store. A flip is done to the byte behind them, and
/// what goes wrong with the store to the call behind them.
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
    /// The client's power is cut, and comes back: it has what is in its store. Then the same, and the broker has lost its
    /// sessions.
    Power,
    PowerLost,
    /// The power is cut when half of a record is written, or when all of it is.
    Torn,
    Saved,
    /// One call of the store fails.
    Fail,
    /// The link under the transport goes down and comes up again by itself; only when it is started; it says that it has
    /// failed; it fails again when it is started, and then does not come up; it hangs, and says that it is up.
    LinkDown,
    LinkGone,
    LinkFails,
    LinkWont,
    LinkHangs,
    /// These bits of a byte are turned over.
    Flip(u8),
}

/// What a client has beside a transport, that can go wrong.
#[derive(Clone, Copy, Default, Debug)]
pub struct Beside {
    /// A store that is as good as it should be, so that the power may be cut.
    pub store: bool,
    pub link: bool,
}

impl Fault {
    /// Every single bit, and all of them.
    const FLIPS: [u8; 9] = [0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0xff];

    const NAMES: [(&'static str, Fault); 21] = [
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
        ("power", Fault::Power),
        ("power-lost", Fault::PowerLost),
        ("torn", Fault::Torn),
        ("saved", Fault::Saved),
        ("fail", Fault::Fail),
        ("link-down", Fault::LinkDown),
        ("link-gone", Fault::LinkGone),
        ("link-fails", Fault::LinkFails),
        ("link-wont", Fault::LinkWont),
        ("link-hangs", Fault::LinkHangs),
    ];

    fn all() -> impl Iterator<Item = Fault> {
        let flips = Fault::FLIPS.into_iter().map(Fault::Flip);
        Fault::NAMES.into_iter().map(|(_, fault)| fault).chain(flips)
    }

    /// Whether it can befall something that goes in this direction.
    fn befalls(self, direction: Direction, beside: Beside) -> bool {
        match self {
            Fault::None => false,
            Fault::Torn | Fault::Saved | Fault::Fail => beside.store && direction == Direction::Store,
            Fault::Power | Fault::PowerLost => beside.store,
            _ if self.is_link() => beside.link && direction != Direction::Store,
            _ => direction != Direction::Store,
        }
    }

    pub fn named(name: &str) -> Option<Fault> {
        Some(Fault::None).into_iter().chain(Fault::all()).find(|fault| fault.to_string() == name)
    }

    /// Its name; all flips have one.
    pub fn kind(self) -> &'static str {
        let named = Fault::NAMES.iter().find(|(_, fault)| *fault == self).map(|(name, _)| *name);
        named.unwrap_or(if self.is_flip() { "flip" } else { "none" })
    }

    pub fn is_flip(self) -> bool {
        matches!(self, Fault::Flip(_))
    }

    /// The client's power is cut.
    pub fn is_power(self) -> bool {
        matches!(self, Fault::Power | Fault::PowerLost | Fault::Torn | Fault::Saved)
    }

    /// Of what comes in counts what the client has read.
    pub fn is_at_client(self) -> bool {
        self.is_power() || self.is_link()
    }

    pub fn is_link(self) -> bool {
        use Fault::*;
        matches!(self, LinkDown | LinkGone | LinkFails | LinkWont | LinkHangs)
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

    /// All that can befall a story in which so many bytes go out and in, and so many calls to the store.
    pub fn all(pace: Pace, totals: [usize; 3], beside: Beside) -> impl Iterator<Item = Case> {
        Direction::ALL.into_iter().zip(totals).flat_map(move |(direction, total)| {
            // Behind the last byte is a place as well.
            let places = total + usize::from(direction != Direction::Store);
            (0..places).flat_map(move |byte| {
                let faults = Fault::all().filter(move |fault| byte < total || !fault.is_flip());
                let faults = faults.filter(move |fault| fault.befalls(direction, beside));
                faults.map(move |fault| Case { direction, byte, fault, pace })
            })
        })
    }

    /// As `Display` writes it, after the name of the story.
    pub fn parse(words: &[&str]) -> Option<Case> {
        let (direction, byte, fault, pace) = match *words {
            [direction, byte, fault] => (direction, byte, fault, "whole"),
            [direction, byte, fault, pace] => (direction, byte, fault, pace),
            _ => return None,
        };
        Some(Case {
            direction: Direction::ALL.into_iter().find(|is| is.name() == direction)?,
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
