//! Packets of the other codec from a seed, such as a broker or a client may send.

use mqtt_proto::v5::{self, UserProperty};
use mqtt_proto::{QoS, QosPid, TopicFilter, TopicName};
use std::sync::Arc;

/// xorshift64, so that a seed is all one needs to see a failure again.
pub struct Random(pub u64);

impl Random {
    pub fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 33) as usize % limit
    }

    fn flag(&mut self) -> bool {
        self.below(2) == 1
    }

    /// Half of them are there.
    fn maybe<T>(&mut self, value: impl FnOnce(&mut Self) -> T) -> Option<T> {
        self.flag().then(|| value(self))
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    fn pid(&mut self) -> mqtt_proto::Pid {
        (1 + self.below(65_535) as u16).try_into().unwrap()
    }

    fn two(&mut self) -> u16 {
        1 + self.below(65_535) as u16
    }

    fn four(&mut self) -> u32 {
        let any = (self.two() as u32) << 16 | u32::from(self.two());
        self.one(&[1, 127, 65_536, u32::MAX, any])
    }

    /// From all lengths of a variable byte integer.
    fn number(&mut self) -> v5::VarByteInt {
        let any = 1 + self.below(268_435_455) as u32;
        self.one(&[1, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152, 268_435_455, any]).try_into().unwrap()
    }

    pub fn bytes(&mut self, limit: usize) -> Vec<u8> {
        let len = self.below(limit);
        (0..len).map(|_| self.below(256) as u8).collect()
    }

    /// Text of `least` characters or more, from all lengths of UTF-8.
    fn text(&mut self, least: usize) -> Arc<str> {
        let alphabet = ["a", "/", "$", "é", "\u{7FF}", "漢", "\u{FEFF}", "\u{FFFF}", "🦪", "\u{10FFFF}"];
        let len = least + self.below(20);
        (0..len).map(|_| self.one(&alphabet)).collect::<String>().into()
    }

    fn topic(&mut self) -> TopicName {
        self.text(1).try_into().unwrap()
    }

    fn filter(&mut self) -> TopicFilter {
        let end = self.one(&["", "/+", "/#", "/+/#"]);
        // Without a `$`: a share would need a name of its own.
        format!("f{}{end}", self.text(0)).as_str().try_into().unwrap()
    }

    fn user(&mut self) -> Vec<UserProperty> {
        let len = self.one(&[0, 0, 1, 3]);
        (0..len).map(|_| UserProperty { name: self.text(0), value: self.text(0) }).collect()
    }

    fn qos(&mut self) -> QoS {
        self.one(&[QoS::Level0, QoS::Level1, QoS::Level2])
    }
}

fn publish(r: &mut Random, is_from_broker: bool) -> v5::Packet {
    let qos = match r.below(3) {
        0 => QosPid::Level0,
        1 => QosPid::Level1(r.pid()),
        _ => QosPid::Level2(r.pid()),
    };
    let alias = r.maybe(Random::two);
    let nameless = alias.is_some() && r.flag();
    let topic = if nameless { "".try_into().unwrap() } else { r.topic() };
    let is_text = r.maybe(Random::flag);
    let payload = if is_text == Some(true) { r.text(0).as_bytes().to_vec() } else { r.bytes(300) };
    let mut publish = v5::Publish::new(qos, topic, payload.into());
    publish.dup = qos != QosPid::Level0 && r.flag();
    publish.retain = r.flag();
    publish.properties = v5::PublishProperties {
        payload_is_utf8: is_text,
        message_expiry_interval: r.maybe(Random::four),
        topic_alias: alias,
        response_topic: r.maybe(Random::topic),
        correlation_data: r.maybe(|r| r.bytes(200).into()),
        user_properties: r.user(),
        // [MQTT-3.3.4-6] Not from a client.
        subscription_id: r.maybe(Random::number).filter(|_| is_from_broker),
        content_type: r.maybe(|r| r.text(0)),
    };
    publish.into()
}

/// What either side says.
fn common(r: &mut Random, is_from_broker: bool) -> v5::Packet {
    let pid = r.pid();
    let (reason_string, user_properties) = (r.maybe(|r| r.text(0)), r.user());
    match r.below(8) {
        0 => {
            let codes = [0, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99].map(v5::PubackReasonCode::from_u8);
            let mut ack = v5::Puback::new(pid, r.one(&codes).unwrap());
            ack.properties = v5::PubackProperties { reason_string, user_properties };
            ack.into()
        }
        1 => {
            let codes = [0, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99].map(v5::PubrecReasonCode::from_u8);
            let mut ack = v5::Pubrec::new(pid, r.one(&codes).unwrap());
            ack.properties = v5::PubrecProperties { reason_string, user_properties };
            ack.into()
        }
        2 => {
            let mut ack = v5::Pubrel::new(pid, r.one(&[0, 0x92].map(v5::PubrelReasonCode::from_u8)).unwrap());
            ack.properties = v5::PubrelProperties { reason_string, user_properties };
            ack.into()
        }
        3 => {
            let mut ack = v5::Pubcomp::new(pid, r.one(&[0, 0x92].map(v5::PubcompReasonCode::from_u8)).unwrap());
            ack.properties = v5::PubcompProperties { reason_string, user_properties };
            ack.into()
        }
        4 => {
            let codes = [0, 0x81, 0x8E, 0x98, 0x9C, 0xA2].map(v5::DisconnectReasonCode::from_u8);
            let mut disconnect = v5::Disconnect::new(r.one(&codes).unwrap());
            disconnect.properties = v5::DisconnectProperties {
                session_expiry_interval: r.maybe(Random::four).filter(|_| !is_from_broker),
                reason_string,
                user_properties,
                server_reference: r.maybe(|r| r.text(0)).filter(|_| is_from_broker),
            };
            disconnect.into()
        }
        5 => {
            let mut auth = v5::Auth::new(r.one(&[0, 0x18, 0x19].map(v5::AuthReasonCode::from_u8)).unwrap());
            auth.properties = v5::AuthProperties {
                auth_method: Some(r.text(0)),
                auth_data: r.maybe(|r| r.bytes(200).into()),
                reason_string,
                user_properties,
            };
            auth.into()
        }
        _ => publish(r, is_from_broker),
    }
}

pub fn from_broker(r: &mut Random) -> v5::Packet {
    let (reason_string, user_properties) = (r.maybe(|r| r.text(0)), r.user());
    match r.below(8) {
        0 => connack(r),
        1 => {
            let codes = [0, 1, 2, 0x80, 0x87, 0x9E, 0xA1, 0xA2].map(v5::SubscribeReasonCode::from_u8);
            let mut suback = v5::Suback::new(r.pid(), vec![r.one(&codes).unwrap()]);
            suback.properties = v5::SubackProperties { reason_string, user_properties };
            suback.into()
        }
        2 => {
            let codes = [0, 0x11, 0x80, 0x8F].map(v5::UnsubscribeReasonCode::from_u8);
            let mut unsuback = v5::Unsuback::new(r.pid(), vec![r.one(&codes).unwrap()]);
            unsuback.properties = v5::UnsubackProperties { reason_string, user_properties };
            unsuback.into()
        }
        _ => common(r, true),
    }
}

fn connack(r: &mut Random) -> v5::Packet {
    let codes = [0, 0, 0x80, 0x84, 0x88, 0x9C, 0x9F].map(v5::ConnectReasonCode::from_u8);
    let code = r.one(&codes).unwrap();
    let session_present = code == v5::ConnectReasonCode::Success && r.flag();
    let mut connack = v5::Connack::new(session_present, code);
    connack.properties = v5::ConnackProperties {
        session_expiry_interval: r.maybe(Random::four),
        receive_max: r.maybe(Random::two),
        max_qos: r.maybe(|r| r.one(&[QoS::Level0, QoS::Level1])),
        retain_available: r.maybe(Random::flag),
        max_packet_size: r.maybe(Random::four),
        assigned_client_id: r.maybe(|r| r.text(0)),
        topic_alias_max: r.maybe(Random::two),
        reason_string: r.maybe(|r| r.text(0)),
        user_properties: r.user(),
        wildcard_subscription_available: r.maybe(Random::flag),
        subscription_id_available: r.maybe(Random::flag),
        shared_subscription_available: r.maybe(Random::flag),
        server_keep_alive: r.maybe(Random::two),
        response_info: r.maybe(|r| r.text(0)),
        server_reference: r.maybe(|r| r.text(0)),
        auth_method: r.maybe(|r| r.text(0)),
        auth_data: r.maybe(|r| r.bytes(200).into()),
    };
    connack.into()
}

fn connect(r: &mut Random) -> v5::Packet {
    let mut connect = v5::Connect::new(r.text(0), r.two());
    connect.clean_start = r.flag();
    let auth_method = r.maybe(|r| r.text(0));
    connect.properties = v5::ConnectProperties {
        session_expiry_interval: r.maybe(Random::four),
        receive_max: r.maybe(Random::two),
        max_packet_size: r.maybe(Random::four),
        topic_alias_max: r.maybe(Random::two),
        request_response_info: r.maybe(Random::flag),
        request_problem_info: r.maybe(Random::flag),
        user_properties: r.user(),
        auth_data: r.maybe(|r| r.bytes(200).into()).filter(|_| auth_method.is_some()),
        auth_method,
    };
    connect.last_will = r.maybe(|r| {
        let mut will = v5::LastWill::new(r.qos(), r.topic(), r.text(0).as_bytes().to_vec().into());
        will.retain = r.flag();
        will.properties = v5::WillProperties {
            delay_interval: r.maybe(Random::four),
            payload_is_utf8: r.maybe(Random::flag),
            message_expiry_interval: r.maybe(Random::four),
            content_type: r.maybe(|r| r.text(0)),
            response_topic: r.maybe(Random::topic),
            correlation_data: r.maybe(|r| r.bytes(200).into()),
            user_properties: r.user(),
        };
        will
    });
    connect.username = r.maybe(|r| r.text(0));
    connect.password = r.maybe(|r| r.bytes(50).into());
    connect.into()
}

pub fn from_client(r: &mut Random) -> v5::Packet {
    match r.below(8) {
        0 | 1 => connect(r),
        2 => {
            let mut options = v5::SubscriptionOptions::new(r.qos());
            (options.no_local, options.retain_as_published) = (r.flag(), r.flag());
            options.retain_handling = v5::RetainHandling::from_u8(r.below(3) as u8).unwrap();
            let mut subscribe = v5::Subscribe::new(r.pid(), vec![(r.filter(), options)]);
            let (subscription_id, user_properties) = (r.maybe(Random::number), r.user());
            subscribe.properties = v5::SubscribeProperties { subscription_id, user_properties };
            subscribe.into()
        }
        3 => {
            let mut unsubscribe = v5::Unsubscribe::new(r.pid(), vec![r.filter()]);
            unsubscribe.properties.user_properties = r.user();
            unsubscribe.into()
        }
        _ => common(r, false),
    }
}
