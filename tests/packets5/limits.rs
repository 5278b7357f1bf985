//! What a CONNACK says about its broker, and what follows from it. [section 3.2.2.3]

use limpet::packet::v5::connect::Limits;

/// What holds for what is not said.
const SILENT: Limits = Limits {
    receive_maximum: 65_535,
    maximum_packet_size: u32::MAX,
    topic_alias_maximum: 0,
    maximum_qos: 2,
    retain_available: true,
    wildcard_available: true,
    subscription_id_available: true,
    shared_available: true,
    server_keep_alive_s: None,
};

#[test]
fn each_limit_is_what_its_property_says_and_touches_no_other() {
    assert_eq!(Limits::of(b""), SILENT);
    // Session expiry, reason and user property limit nothing.
    assert_eq!(Limits::of(b"\x11\0\0\0\0\x1F\0\x01\0\x26\0\x01k\0\x01v"), SILENT);
    assert_eq!(Limits::of(b"\x21\0\x01"), Limits { receive_maximum: 1, ..SILENT });
    assert_eq!(Limits::of(b"\x27\0\x01\0\x02"), Limits { maximum_packet_size: 65_538, ..SILENT });
    assert_eq!(Limits::of(b"\x22\x01\x02"), Limits { topic_alias_maximum: 258, ..SILENT });
    assert_eq!(Limits::of(b"\x24\0"), Limits { maximum_qos: 0, ..SILENT });
    assert_eq!(Limits::of(b"\x24\x01"), Limits { maximum_qos: 1, ..SILENT });
    assert_eq!(Limits::of(b"\x25\0"), Limits { retain_available: false, ..SILENT });
    assert_eq!(Limits::of(b"\x28\0"), Limits { wildcard_available: false, ..SILENT });
    assert_eq!(Limits::of(b"\x29\0"), Limits { subscription_id_available: false, ..SILENT });
    assert_eq!(Limits::of(b"\x2A\0"), Limits { shared_available: false, ..SILENT });
    assert_eq!(Limits::of(b"\x25\x01\x28\x01\x29\x01\x2A\x01"), SILENT);
    assert_eq!(Limits::of(b"\x13\0\0"), Limits { server_keep_alive_s: Some(0), ..SILENT });
    assert_eq!(Limits::of(b"\x13\x02\x58"), Limits { server_keep_alive_s: Some(600), ..SILENT });
}

#[test]
fn a_message_beyond_a_limit_is_objected_to_with_the_reason_for_it() {
    // [MQTT-3.2.2-11] [MQTT-3.2.2-14] [MQTT-3.2.2-15]
    let strict = Limits { maximum_qos: 1, retain_available: false, maximum_packet_size: 100, ..SILENT };
    assert_eq!(strict.objection(1, false, 100), None);
    assert_eq!(strict.objection(2, false, 100), Some(0x9B));
    assert_eq!(strict.objection(0, true, 100), Some(0x9A));
    assert_eq!(strict.objection(0, false, 101), Some(0x95));
    assert_eq!(SILENT.objection(2, true, 268_435_460), None);
}

#[test]
fn a_subscription_beyond_a_limit_is_objected_to_with_the_reason_for_it() {
    // [sections 3.2.2.3.11 to 3.2.2.3.13]
    let no_shared = Limits { shared_available: false, ..SILENT };
    let no_wildcard = Limits { wildcard_available: false, ..SILENT };
    let no_id = Limits { subscription_id_available: false, ..SILENT };
    assert_eq!(no_shared.objection_to(b"$share/g/a", false), Some(0x9E));
    assert_eq!(no_shared.objection_to(b"#", true), None);
    assert_eq!(no_wildcard.objection_to(b"a/#", false), Some(0xA2));
    assert_eq!(no_wildcard.objection_to(b"+/a", false), Some(0xA2));
    assert_eq!(no_wildcard.objection_to(b"a", true), None);
    assert_eq!(no_id.objection_to(b"a", true), Some(0xA1));
    assert_eq!(no_id.objection_to(b"#", false), None);
    assert_eq!(SILENT.objection_to(b"$share/g/#", true), None);
}
