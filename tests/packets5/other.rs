//! The same packets as another codec has them.

use super::packet::{Packet, Properties};
use limpet::packet::Kind;
use limpet::packet::connect::{Connect, Will};
use limpet::packet::publish::Publish;
use limpet::packet::v5::property::Property;
use limpet::packet::v5::subscribe::Options;
use mqtt_proto::QosPid;
use mqtt_proto::v5::{self as other, UserProperty, VarByteInt};

/// What the other codec makes of a whole packet; None if it refuses it, or misses something at its end.
pub fn decode(bytes: &[u8]) -> Option<other::Packet> {
    other::Packet::decode(bytes).ok().flatten()
}

/// Properties by their identifiers, user properties in their order.
struct Found<'a>(Properties<'a>);

impl<'a> Found<'a> {
    fn of(user: &'a [UserProperty]) -> Self {
        let pair = |one: &'a UserProperty| {
            let (data, value) = (one.name.as_bytes(), one.value.as_bytes());
            Property { id: 0x26, number: 0, data, value }
        };
        Found(user.iter().map(pair).collect())
    }

    fn number(mut self, id: u8, number: Option<impl Into<u32>>) -> Self {
        self.0.extend(number.map(|number| Property::number(id, number.into())));
        self
    }

    fn data(mut self, id: u8, data: Option<&'a (impl AsRef<[u8]> + ?Sized)>) -> Self {
        self.0.extend(data.map(|data| Property::data(id, data.as_ref())));
        self
    }

    fn sorted(mut self) -> Properties<'a> {
        self.0.sort_by_key(|property| property.id);
        self.0
    }
}

/// The packet as ours, with the properties by their identifiers. Of a request only the first filter.
pub fn meaning(packet: &other::Packet) -> Packet<'_> {
    match packet {
        other::Packet::Connect(c) => connect(c),
        other::Packet::Connack(c) => Packet::Connack(c.session_present, c.reason_code as u8, of_connack(&c.properties)),
        other::Packet::Publish(p) => {
            let (qos, id) = match p.qos_pid {
                QosPid::Level0 => (0, 0),
                QosPid::Level1(pid) => (1, pid.value()),
                QosPid::Level2(pid) => (2, pid.value()),
            };
            let (topic, payload) = (p.topic_name.as_bytes(), &p.payload[..]);
            Packet::Publish(
                Publish { dup: p.dup, qos, retain: p.retain, topic, id, payload },
                of_publish(&p.properties),
            )
        }
        other::Packet::Puback(a) => {
            let properties = reasoned(&a.properties.user_properties, a.properties.reason_string.as_deref());
            Packet::Ack(Kind::Puback, a.pid.value(), a.reason_code as u8, properties)
        }
        other::Packet::Pubrec(a) => {
            let properties = reasoned(&a.properties.user_properties, a.properties.reason_string.as_deref());
            Packet::Ack(Kind::Pubrec, a.pid.value(), a.reason_code as u8, properties)
        }
        other::Packet::Pubrel(a) => {
            let properties = reasoned(&a.properties.user_properties, a.properties.reason_string.as_deref());
            Packet::Ack(Kind::Pubrel, a.pid.value(), a.reason_code as u8, properties)
        }
        other::Packet::Pubcomp(a) => {
            let properties = reasoned(&a.properties.user_properties, a.properties.reason_string.as_deref());
            Packet::Ack(Kind::Pubcomp, a.pid.value(), a.reason_code as u8, properties)
        }
        other::Packet::Subscribe(s) => {
            let (filter, options) = &s.topics[0];
            let properties = Found::of(&s.properties.user_properties)
                .number(0x0B, s.properties.subscription_id.map(VarByteInt::value))
                .sorted();
            let options = Options {
                qos: options.max_qos as u8,
                no_local: options.no_local,
                retain_as_published: options.retain_as_published,
                retain_handling: options.retain_handling as u8,
            };
            Packet::Subscribe(s.pid.value(), filter.as_bytes(), options, properties)
        }
        other::Packet::Unsubscribe(u) => {
            let properties = Found::of(&u.properties.user_properties).sorted();
            Packet::Unsubscribe(u.pid.value(), u.topics[0].as_bytes(), properties)
        }
        other::Packet::Suback(a) => {
            let properties = reasoned(&a.properties.user_properties, a.properties.reason_string.as_deref());
            let codes = a.topics.iter().map(|code| *code as u8).collect();
            Packet::Answer(Kind::Suback, a.pid.value(), codes, properties)
        }
        other::Packet::Unsuback(a) => {
            let properties = reasoned(&a.properties.user_properties, a.properties.reason_string.as_deref());
            let codes = a.topics.iter().map(|code| *code as u8).collect();
            Packet::Answer(Kind::Unsuback, a.pid.value(), codes, properties)
        }
        other::Packet::Disconnect(d) => {
            let properties = Found::of(&d.properties.user_properties)
                .number(0x11, d.properties.session_expiry_interval)
                .data(0x1C, d.properties.server_reference.as_deref())
                .data(0x1F, d.properties.reason_string.as_deref());
            Packet::Reason(Kind::Disconnect, d.reason_code as u8, properties.sorted())
        }
        other::Packet::Auth(a) => {
            let properties = Found::of(&a.properties.user_properties)
                .data(0x15, a.properties.auth_method.as_deref())
                .data(0x16, a.properties.auth_data.as_deref())
                .data(0x1F, a.properties.reason_string.as_deref());
            Packet::Reason(Kind::Auth, a.reason_code as u8, properties.sorted())
        }
        other::Packet::Pingreq => Packet::Pingreq,
        other::Packet::Pingresp => Packet::Pingresp,
    }
}

fn reasoned<'a>(user: &'a [UserProperty], reason: Option<&'a str>) -> Properties<'a> {
    Found::of(user).data(0x1F, reason).sorted()
}

fn connect(c: &other::Connect) -> Packet<'_> {
    let p = &c.properties;
    let of_connect = Found::of(&p.user_properties)
        .number(0x11, p.session_expiry_interval)
        .data(0x15, p.auth_method.as_deref())
        .data(0x16, p.auth_data.as_deref())
        .number(0x17, p.request_problem_info)
        .number(0x19, p.request_response_info)
        .number(0x21, p.receive_max)
        .number(0x22, p.topic_alias_max)
        .number(0x27, p.max_packet_size);
    let will = c.last_will.as_ref();
    let connect = Connect {
        clean: c.clean_start,
        keep_alive_s: c.keep_alive,
        client_id: c.client_id.as_bytes(),
        will: will.map(|will| Will {
            topic: will.topic_name.as_bytes(),
            payload: &will.payload,
            qos: will.qos as u8,
            retain: will.retain,
        }),
        username: c.username.as_ref().map(|name| name.as_bytes()),
        password: c.password.as_deref(),
    };
    Packet::Connect(connect, of_connect.sorted(), will.map_or(vec![], |will| of_last_will(&will.properties)))
}

fn of_last_will(p: &other::WillProperties) -> Properties<'_> {
    Found::of(&p.user_properties)
        .number(0x01, p.payload_is_utf8)
        .number(0x02, p.message_expiry_interval)
        .data(0x03, p.content_type.as_deref())
        .data(0x08, p.response_topic.as_deref())
        .data(0x09, p.correlation_data.as_deref())
        .number(0x18, p.delay_interval)
        .sorted()
}

fn of_publish(p: &other::PublishProperties) -> Properties<'_> {
    Found::of(&p.user_properties)
        .number(0x01, p.payload_is_utf8)
        .number(0x02, p.message_expiry_interval)
        .data(0x03, p.content_type.as_deref())
        .data(0x08, p.response_topic.as_deref())
        .data(0x09, p.correlation_data.as_deref())
        .number(0x0B, p.subscription_id.map(VarByteInt::value))
        .number(0x23, p.topic_alias)
        .sorted()
}

fn of_connack(p: &other::ConnackProperties) -> Properties<'_> {
    Found::of(&p.user_properties)
        .number(0x11, p.session_expiry_interval)
        .data(0x12, p.assigned_client_id.as_deref())
        .number(0x13, p.server_keep_alive)
        .data(0x15, p.auth_method.as_deref())
        .data(0x16, p.auth_data.as_deref())
        .data(0x1A, p.response_info.as_deref())
        .data(0x1C, p.server_reference.as_deref())
        .data(0x1F, p.reason_string.as_deref())
        .number(0x21, p.receive_max)
        .number(0x22, p.topic_alias_max)
        .number(0x24, p.max_qos.map(|qos| qos as u8))
        .number(0x25, p.retain_available)
        .number(0x27, p.max_packet_size)
        .number(0x28, p.wildcard_subscription_available)
        .number(0x29, p.subscription_id_available)
        .number(0x2A, p.shared_subscription_available)
        .sorted()
}
