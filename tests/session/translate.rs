//! The same packets in the other version, so that each story can be told in both: what the client says in MQTT 5 becomes
//! 3.1.1 for the test, and what the test says as the broker becomes MQTT 5. The MQTT 5 here is that of another library.

use limpet::packet::connect::{Connect, Will};
use limpet::packet::publish::Publish;
use limpet::packet::{Packet, subscribe, v5};
pub use mqtt_proto::v5 as other;
use mqtt_proto::v5::Header;
use mqtt_proto::{QosPid, TopicName};

/// Set to 5, the stories are told in MQTT 5.
pub fn speaks_v5() -> bool {
    std::env::var("LIMPET_SPEAK").is_ok_and(|version| version == "5")
}

/// The next whole packet of the client in `bytes`, in 3.1.1, and how many bytes it was.
pub fn from_client(bytes: &[u8]) -> Option<(Vec<u8>, usize)> {
    decode(bytes).map(|(packet, used)| (in_v3(&packet), used))
}

/// The next whole packet of the client in `bytes`, and how many bytes it was.
pub fn decode(bytes: &[u8]) -> Option<(other::Packet, usize)> {
    let frame = v5::frame::frame(bytes).expect("the client writes MQTT")?;
    let packet = bytes.get(..frame.total())?;
    let header = Header::decode(packet).expect("the client writes a good header");
    let decoded = other::Packet::decode(packet).expect("the client writes MQTT 5").expect("a whole packet");
    assert_eq!(header.remaining_len as usize, frame.body);
    let again = decoded.encode().expect("it can be written");
    assert_eq!(other::Packet::decode(again.as_ref()).unwrap().as_ref(), Some(&decoded), "it means the same");
    Some((decoded, frame.total()))
}

pub fn in_v3(packet: &other::Packet) -> Vec<u8> {
    let most = packet.encode().map_or(0, |bytes| bytes.as_ref().len());
    let mut buf = vec![0; most + 100];
    let n = match packet {
        other::Packet::Connect(c) => {
            let will = c.last_will.as_ref().map(|will| Will {
                topic: will.topic_name.as_bytes(),
                payload: &will.payload,
                qos: will.qos as u8,
                retain: will.retain,
            });
            let connect = Connect {
                clean: c.clean_start,
                keep_alive_s: c.keep_alive,
                client_id: c.client_id.as_bytes(),
                will,
                username: c.username.as_ref().map(|name| name.as_bytes()),
                password: c.password.as_deref(),
            };
            connect.encode(&mut buf)
        }
        other::Packet::Publish(p) => {
            let (qos, id) = match p.qos_pid {
                QosPid::Level0 => (0, 0),
                QosPid::Level1(pid) => (1, pid.value()),
                QosPid::Level2(pid) => (2, pid.value()),
            };
            let topic = p.topic_name.as_bytes();
            Publish { dup: p.dup, qos, retain: p.retain, topic, id, payload: &p.payload }.encode(&mut buf)
        }
        other::Packet::Puback(ack) => Packet::Puback(ack.pid.value()).encode(&mut buf),
        other::Packet::Pubrec(ack) => Packet::Pubrec(ack.pid.value()).encode(&mut buf),
        other::Packet::Pubrel(ack) => Packet::Pubrel(ack.pid.value()).encode(&mut buf),
        other::Packet::Pubcomp(ack) => Packet::Pubcomp(ack.pid.value()).encode(&mut buf),
        other::Packet::Subscribe(s) => {
            let (filter, options) = &s.topics[0];
            subscribe::encode(&mut buf, filter.as_bytes(), Some(options.max_qos as u8), s.pid.value())
        }
        other::Packet::Unsubscribe(u) => subscribe::encode(&mut buf, u.topics[0].as_bytes(), None, u.pid.value()),
        other::Packet::Pingreq => Packet::Pingreq.encode(&mut buf),
        other::Packet::Disconnect(_) => Packet::Disconnect.encode(&mut buf),
        // 3.1.1 has no AUTH; see `Bench::packets5`.
        _ => Some(0),
    };
    buf.truncate(n.expect("it fits"));
    buf
}

/// A packet of the broker in MQTT 5.
pub fn from_broker(packet: Packet) -> Vec<u8> {
    if let Some(other) = in_other(packet) {
        return other.encode().expect("it can be written").as_ref().to_vec();
    }
    // Nothing that a broker may send; the same bytes will do.
    let mut buf = vec![0; 70_000];
    let n = packet.encode(&mut buf).expect("fits");
    buf.truncate(n);
    buf
}

/// A packet of the broker as the other library has it.
pub fn in_other(packet: Packet) -> Option<other::Packet> {
    let pid = |id: u16| id.try_into().expect("an id");
    let other = match packet {
        Packet::Connack(connack) => {
            let code = match connack.code {
                0 => other::ConnectReasonCode::Success,
                1 => other::ConnectReasonCode::UnsupportedProtocolVersion,
                2 => other::ConnectReasonCode::ClientIdentifierNotValid,
                3 => other::ConnectReasonCode::ServerUnavailable,
                4 => other::ConnectReasonCode::BadUserNameOrPassword,
                _ => other::ConnectReasonCode::NotAuthorized,
            };
            other::Packet::Connack(other::Connack::new(connack.session_present, code))
        }
        Packet::Publish(p) => {
            let qos_pid = match p.qos {
                0 => QosPid::Level0,
                1 => QosPid::Level1(pid(p.id)),
                _ => QosPid::Level2(pid(p.id)),
            };
            let topic = TopicName::try_from(std::str::from_utf8(p.topic).unwrap()).unwrap();
            let mut publish = other::Publish::new(qos_pid, topic, p.payload.to_vec().into());
            (publish.dup, publish.retain) = (p.dup, p.retain);
            other::Packet::Publish(publish)
        }
        Packet::Puback(id) => other::Packet::Puback(other::Puback::new_success(pid(id))),
        Packet::Pubrec(id) => other::Packet::Pubrec(other::Pubrec::new_success(pid(id))),
        Packet::Pubrel(id) => other::Packet::Pubrel(other::Pubrel::new_success(pid(id))),
        Packet::Pubcomp(id) => other::Packet::Pubcomp(other::Pubcomp::new_success(pid(id))),
        Packet::Suback { id, codes } => {
            let codes = codes.iter().map(|code| other::SubscribeReasonCode::from_u8(*code).unwrap()).collect();
            other::Packet::Suback(other::Suback::new(pid(id), codes))
        }
        Packet::Unsuback(id) => {
            let codes = vec![other::UnsubscribeReasonCode::Success];
            other::Packet::Unsuback(other::Unsuback::new(pid(id), codes))
        }
        Packet::Pingresp => other::Packet::Pingresp,
        _ => return None,
    };
    Some(other)
}

/// Raw bytes of a broker, in whole packets of 3.1.1 if they are such.
pub fn bytes_from_broker(bytes: &[u8]) -> Vec<u8> {
    let mut rest = bytes;
    let mut translated = vec![];
    while let Ok(Some((packet, used))) = Packet::decode(rest) {
        translated.extend(from_broker(packet));
        rest = &rest[used..];
    }
    translated.extend(rest);
    translated
}
