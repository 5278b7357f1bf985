//! PUBACK, PUBREC, PUBREL, PUBCOMP and UNSUBACK: one shape, a packet id and nothing else.

use super::cursor::Reader;
use super::{Kind, Malformed};

/// The packet of this kind that answers, or releases, the packet `id`. [MQTT-2.3.1-6] [MQTT-2.3.1-7]
pub const fn encode(kind: Kind, id: u16) -> [u8; 4] {
    let [high, low] = id.to_be_bytes();
    [kind.first(), 2, high, low]
}

/// The packet id that is the whole body. [MQTT-2.3.1-1] It is never 0.
pub fn id(body: &[u8]) -> Result<u16, Malformed> {
    let mut reader = Reader::new(body);
    let id = reader.u16()?;
    Malformed::unless(id != 0 && reader.is_empty())?;
    Ok(id)
}
