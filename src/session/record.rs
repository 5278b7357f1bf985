//! A record as it lies in a store: what it is, whose it is, and whether all of it is there. Bytes and meaning only.

use crate::packet::cursor::Writer;

/// The first two bytes: a letter, and the version of what follows.
const MARK: [u8; 2] = [b'L', 1];

/// Bytes in front of the data: mark, kind, level, id, flags, token, time left, owner, length, checksum.
pub const HEAD: usize = 28;

/// Where the checksum stands. It is of all the rest.
const SUM_AT: usize = HEAD - 4;

/// What a record is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(u8)]
pub enum Kind {
    #[default]
    None = 0,
    /// A PUBLISH that is not acknowledged.
    Message = 1,
    /// Of a message of QoS 2 that the broker has: its identifier.
    Release = 2,
    /// A SUBSCRIBE.
    Filter = 3,
    /// An UNSUBSCRIBE that is not acknowledged.
    Unsubscribe = 4,
    /// The identifiers of QoS 2 messages that came and are not released.
    Received = 5,
}

impl Kind {
    const ALL: [Kind; 5] = [Kind::Message, Kind::Release, Kind::Filter, Kind::Unsubscribe, Kind::Received];
}

/// Why a record cannot be used, or a store could not do its part.
#[repr(u8)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// Not all of it is there, or not as it was written.
    Torn = 1,
    /// Another version of the library wrote it, or a client that speaks another version of MQTT.
    Version = 2,
    /// Another client id's.
    Stranger = 3,
    /// Another record is the same.
    Double = 4,
    /// The outbox is too small for it.
    NoRoom = 5,
    Load = 6,
    Save = 7,
    Erase = 8,
}

/// Whose records these are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Owner {
    /// Made of the client id.
    pub id: u32,
    /// Of MQTT: 4 or 5.
    pub level: u8,
}

impl Owner {
    pub fn new(client_id: &[u8], level: u8) -> Owner {
        Owner { id: sum(&[client_id]), level }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record<'a> {
    pub kind: Kind,
    /// Packet identifier.
    pub id: u16,
    /// The application knows its end already.
    pub is_silent: bool,
    /// Records are in the order of their tokens.
    pub token: u32,
    /// How long it is still good for, in milliseconds; 0 is for ever.
    pub left_ms: u32,
    pub data: &'a [u8],
}

impl Record<'_> {
    /// Writes it and says how long it is. None: `buf` is too small.
    pub fn encode(&self, owner: Owner, buf: &mut [u8]) -> Option<usize> {
        let mut w = Writer::new(buf);
        w.bytes(&MARK)?;
        w.u8(self.kind as u8)?;
        w.u8(owner.level)?;
        w.u16(self.id)?;
        w.u16(self.is_silent.into())?;
        for word in [self.token, self.left_ms, owner.id, self.data.len() as u32, 0] {
            w.u32(word)?;
        }
        w.bytes(self.data)?;
        let len = w.len();
        let sum = checksum(buf.get(..len)?);
        *buf.get_mut(SUM_AT..)?.first_chunk_mut()? = sum.to_be_bytes();
        Some(len)
    }

    /// Reads what `encode` wrote. There may be more bytes behind it.
    pub fn decode(bytes: &[u8], owner: Owner) -> Result<Record<'_>, Trouble> {
        let (mark, rest) = bytes.split_first_chunk::<2>().ok_or(Trouble::Torn)?;
        if mark[0] != MARK[0] {
            return Err(Trouble::Torn);
        }
        if *mark != MARK {
            return Err(Trouble::Version);
        }
        let (&[kind, level, id0, id1, _, silent], rest) = rest.split_first_chunk().ok_or(Trouble::Torn)?;
        let mut rest = rest;
        let mut word = || {
            let (word, tail) = rest.split_first_chunk().ok_or(Trouble::Torn)?;
            rest = tail;
            Ok(u32::from_be_bytes(*word))
        };
        let (token, left_ms, id, len, sum) = (word()?, word()?, word()?, word()?, word()?);
        let data = rest.get(..len as usize).ok_or(Trouble::Torn)?;
        let whole = bytes.get(..HEAD + data.len()).ok_or(Trouble::Torn)?;
        let kind = Kind::ALL.into_iter().find(|known| *known as u8 == kind);
        let Some(kind) = kind.filter(|_| sum == checksum(whole)) else { return Err(Trouble::Torn) };
        if level != owner.level {
            return Err(Trouble::Version);
        }
        if id != owner.id {
            return Err(Trouble::Stranger);
        }
        Ok(Record { kind, id: u16::from_be_bytes([id0, id1]), is_silent: silent != 0, token, left_ms, data })
    }
}

/// Of a whole record, its own checksum left out.
fn checksum(record: &[u8]) -> u32 {
    sum(&[record.get(..SUM_AT).unwrap_or_default(), record.get(HEAD..).unwrap_or_default()])
}

/// CRC-32 as Ethernet has it, bit by bit: a table would be larger than all else here.
fn sum(parts: &[&[u8]]) -> u32 {
    let mut crc = !0;
    for byte in parts.iter().flat_map(|part| part.iter()) {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 != 0 { crc >> 1 ^ 0xEDB8_8320 } else { crc >> 1 };
        }
    }
    !crc
}
