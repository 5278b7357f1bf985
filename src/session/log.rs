//! What the session tells for debugging: a code and a number. Words are made of it at the C border.

#[repr(u8)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Log {
    Opening = 1,
    Opened = 2,
    Online = 3,
    Lost = 4,
    Resend = 5,
    UnknownAck = 6,
    Ping = 7,
    Discard = 8,
    LinkStart = 9,
    LinkStop = 10,
}
