//! CONNECT and CONNACK, which open a connection. [sections 3.1 and 3.2]

use super::cursor::{Reader, Writer};
use super::frame::{head_len, start};
use super::v5::connect::Lists;
use super::v5::property;
use super::{Kind, Malformed, topic};

/// [MQTT-3.1.2-1] [MQTT-3.1.2-2] The protocol's name and level.
const PROTOCOL: [u8; 7] = protocol(4);
const PROTOCOL_5: [u8; 7] = protocol(5);

const fn protocol(version: u8) -> [u8; 7] {
    [0, 4, b'M', b'Q', b'T', b'T', version]
}

const RESERVED: u8 = 0x01;
const CLEAN: u8 = 0x02;
const WILL: u8 = 0x04;
const WILL_QOS_SHIFT: u8 = 3;
const WILL_RETAIN: u8 = 0x20;
const PASSWORD: u8 = 0x40;
const USERNAME: u8 = 0x80;

/// The message that the broker publishes when the connection ends without DISCONNECT.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Will<'a> {
    pub topic: &'a [u8],
    /// At most 65,535 bytes.
    pub payload: &'a [u8],
    pub qos: u8,
    pub retain: bool,
}

/// The first packet from a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Connect<'a> {
    /// [MQTT-3.1.2-6] Forget what the last connection left behind, and keep nothing after this one.
    pub clean: bool,
    /// Seconds; 0 is off.
    pub keep_alive_s: u16,
    /// [MQTT-3.1.3-7] Empty only if clean.
    pub client_id: &'a [u8],
    pub will: Option<Will<'a>>,
    pub username: Option<&'a [u8]>,
    /// [MQTT-3.1.2-22] Only beside a username.
    pub password: Option<&'a [u8]>,
}

impl<'a> Connect<'a> {
    /// Bytes of the whole packet.
    pub fn size(&self) -> usize {
        self.size_with(None)
    }

    /// The same in either version: in MQTT 5 there are properties, if only none.
    pub fn size_with(&self, lists: Option<&Lists>) -> usize {
        let body = self.body(lists);
        head_len(body) + body
    }

    fn body(&self, lists: Option<&Lists>) -> usize {
        // Protocol, flags and keep alive.
        let mut body = PROTOCOL.len() + 3 + field(Some(self.client_id));
        if let Some(will) = self.will {
            body += field(Some(will.topic)) + field(Some(will.payload));
        }
        if let Some(lists) = lists {
            body += property::size(lists.connect);
            if self.will.is_some() {
                body += property::size(lists.will);
            }
        }
        body + field(self.username) + field(self.password)
    }

    #[inline(never)]
    fn flags(&self) -> u8 {
        let mut flags = 0;
        if self.clean {
            flags |= CLEAN;
        }
        if let Some(will) = self.will {
            flags |= WILL | (will.qos & 3) << WILL_QOS_SHIFT;
            if will.retain {
                flags |= WILL_RETAIN;
            }
        }
        if self.username.is_some() {
            flags |= USERNAME;
        }
        if self.password.is_some() {
            flags |= PASSWORD;
        }
        flags
    }

    /// Writes the whole packet and says its length. None: `buf` is too small or a field too long.
    pub fn encode(&self, buf: &mut [u8]) -> Option<usize> {
        self.encode_with(None, buf)
    }

    /// The same in either version.
    pub fn encode_with(&self, lists: Option<&Lists>, buf: &mut [u8]) -> Option<usize> {
        let mut w = Writer::new(buf);
        start(&mut w, Kind::Connect.first(), self.body(lists))?;
        w.bytes(if lists.is_some() { &PROTOCOL_5 } else { &PROTOCOL })?;
        w.u8(self.flags())?;
        w.u16(self.keep_alive_s)?;
        if let Some(lists) = lists {
            property::write(&mut w, lists.connect)?;
        }
        // [MQTT-3.1.3-1] The order of the fields.
        w.string(self.client_id)?;
        if let Some(will) = self.will {
            if let Some(lists) = lists {
                property::write(&mut w, lists.will)?;
            }
            w.string(will.topic)?;
            w.string(will.payload)?;
        }
        if let Some(username) = self.username {
            w.string(username)?;
        }
        if let Some(password) = self.password {
            w.string(password)?;
        }
        Some(w.len())
    }

    /// The broker's side. Any protocol level but 4 is malformed too.
    pub fn decode(body: &'a [u8]) -> Result<Connect<'a>, Malformed> {
        let mut reader = Reader::new(body);
        Malformed::unless(reader.take(PROTOCOL.len())? == PROTOCOL)?;
        let flags = reader.u8()?;
        let keep_alive_s = reader.u16()?;
        let clean = flags & CLEAN != 0;
        let client_id = reader.string()?;
        let has_username = flags & USERNAME != 0;
        let has_password = flags & PASSWORD != 0;
        // [MQTT-3.1.2-3] [MQTT-3.1.3-7] [MQTT-3.1.2-22]
        Malformed::unless(flags & RESERVED == 0)?;
        Malformed::unless(clean || !client_id.is_empty())?;
        Malformed::unless(has_username || !has_password)?;
        let will = will(flags, &mut reader)?;
        let mut username = None;
        if has_username {
            username = Some(reader.string()?);
        }
        let mut password = None;
        if has_password {
            password = Some(reader.binary()?);
        }
        Malformed::unless(reader.is_empty())?;
        Ok(Connect { clean, keep_alive_s, client_id, will, username, password })
    }
}

/// Bytes of a field with its length in front.
const fn field(bytes: Option<&[u8]>) -> usize {
    match bytes {
        Some(bytes) => bytes.len() + 2,
        None => 0,
    }
}

fn will<'a>(flags: u8, reader: &mut Reader<'a>) -> Result<Option<Will<'a>>, Malformed> {
    let qos = flags >> WILL_QOS_SHIFT & 3;
    let retain = flags & WILL_RETAIN != 0;
    if flags & WILL == 0 {
        // [MQTT-3.1.2-13] [MQTT-3.1.2-15]
        Malformed::unless(qos == 0 && !retain)?;
        return Ok(None);
    }
    let topic = reader.binary()?;
    let payload = reader.binary()?;
    // [MQTT-3.1.2-14] [MQTT-3.1.3-10]
    Malformed::unless(qos != 3 && topic::is_name(topic))?;
    Ok(Some(Will { topic, payload, qos, retain }))
}

/// The broker's answer to CONNECT.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Connack {
    /// [MQTT-3.2.2-2] The broker has kept the session.
    pub session_present: bool,
    /// 0 accepted, 1 to 5 refused. [section 3.2.2.3]
    pub code: u8,
}

impl Connack {
    pub const fn encode(self) -> [u8; 4] {
        [Kind::Connack.first(), 2, self.session_present as u8, self.code]
    }

    pub fn decode(body: &[u8]) -> Result<Connack, Malformed> {
        match *body {
            // [MQTT-3.2.2-4] A refusal comes without a session; codes above 5 are reserved.
            [0, code @ 0..=5] => Ok(Connack { session_present: false, code }),
            [1, 0] => Ok(Connack { session_present: true, code: 0 }),
            _ => Err(Malformed),
        }
    }
}
