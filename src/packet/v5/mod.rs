//! What MQTT 5 has beside 3.1.1: properties, reason codes, AUTH, and DISCONNECT from the broker. Sections and statements
//! are those of MQTT 5.0.

pub mod ack;
pub mod connect;
pub mod frame;
pub mod property;
pub mod publish;
pub mod reason;
mod rules;
pub mod subscribe;

use super::Malformed;
use super::cursor::Reader;
use property::Place;

/// A reason code and the properties behind it, which both may be left out at the end of a packet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reason<'a> {
    pub code: u8,
    pub properties: &'a [u8],
}

impl<'a> Reason<'a> {
    /// The rest of a packet. [sections 3.4.2, 3.14.2, 3.15.2]
    pub(super) fn decode(rest: &'a [u8], place: Place) -> Result<Reason<'a>, Malformed> {
        let mut reader = Reader::new(rest);
        let mut reason = Reason::default();
        if !reader.is_empty() {
            reason.code = reader.u8()?;
        }
        if !reader.is_empty() {
            reason.properties = property::read(&mut reader, place)?;
        }
        Malformed::unless(reader.is_empty())?;
        Ok(reason)
    }

    /// It is "success", and there is no more to say.
    pub const fn is_plain(&self) -> bool {
        self.code == 0 && self.properties.is_empty()
    }
}
