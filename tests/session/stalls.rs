//! Peers that are slow rather than dead. W31: reading and writing do not wait for each other, and a packet has one
//! deadline, not one for each byte.

use super::bench::*;

#[test]
fn a_trickle_of_a_byte_per_9_s_ends_in_a_read_timeout() {
    let mut b = Bench::online();
    let mut bytes = b"\x32\x2e\0\x01t\0\x01".to_vec();
    bytes.resize(48, b'x');
    for byte in bytes.into_iter().take(4) {
        b.send_bytes(&[byte]);
        b.advance(9000);
    }
    let (at, event) = b.next_event();
    assert!(matches!(event, Event::Offline { error: Error::ReadTimeout, .. }), "{event:?}");
    assert!((10_000..=10_048).contains(&at), "{at}");
    assert!(b.messages.is_empty());
}

#[test]
fn a_packet_has_a_millisecond_for_each_missing_byte() {
    let mut b = Bench::online();
    b.send_bytes(b"\x30\x67\0\x01txxxx");
    b.advance_to(10_095);
    b.expect_quiet();
    assert!(b.session.is_connected());
    b.advance_to(10_096);
    b.expect_offline_at(10_096, Error::ReadTimeout);
}

#[test]
fn the_time_of_a_long_packet_does_not_depend_on_how_its_first_bytes_came() {
    // "response_time_ms and one more millisecond for each of its bytes": 60 s for these, also after a lone first byte.
    let mut b = Bench::sized(settings(), 128, 4, 256);
    b.go_online(false);
    let mut bytes = vec![0x30, 0xe4, 0xd4, 0x03, 0xEA, 0x5D];
    bytes.extend(vec![b'n'; 0xEA5D]);
    bytes.extend([b'x'; 5]);
    assert_eq!(bytes.len(), 4 + 60_004);
    b.send_bytes(&bytes[..1]);
    for (i, part) in bytes[1..].chunks(2000).enumerate() {
        b.advance_to(1000 * i as u32);
        assert!(b.session.is_connected(), "lost at {} after {} bytes", b.at(), i * 2000);
        b.send_bytes(part);
    }
    let oversize = Event::Oversize { topic_len: 0xEA5D, total: 5 };
    assert!(b.events.iter().any(|(_, event)| *event == oversize), "{:?}", b.events);
}

#[test]
fn an_oversize_message_that_stops_before_its_id_ends_in_a_read_timeout() {
    let mut b = Bench::sized(settings(), 32, 4, 256);
    b.go_online(false);
    let mut bytes = b"\x32\x36\0\x30".to_vec();
    bytes.extend([b'n'; 48]);
    b.send_bytes(&bytes);
    b.advance_to(10_100);
    b.expect_offline(Error::ReadTimeout, 0);
}

#[test]
fn bytes_of_whole_packets_never_time_out() {
    let mut b = Bench::online();
    for _ in 0..20 {
        b.send_bytes(b"\x30\x04\0");
        b.advance(9000);
        b.send_bytes(b"\x01tx");
        b.expect_message(0, "x");
        b.arrives(b"\xd0\0");
        b.run();
    }
    assert!(b.session.is_connected());
}

#[test]
fn a_write_that_is_stuck_ends_in_a_write_timeout() {
    let mut b = Bench::online();
    b.room = 5;
    b.publish(0, "hello");
    b.advance_to(10_009);
    assert!(b.session.is_connected());
    b.advance_to(10_010);
    b.expect_offline_at(10_010, Error::WriteTimeout);
}

#[test]
fn a_write_that_trickles_ends_in_a_write_timeout() {
    let mut b = Bench::online();
    b.block();
    b.publish(0, "hello");
    b.room = 1;
    b.advance_to(9000);
    b.room = 1;
    b.advance_to(10_010);
    b.expect_offline_at(10_010, Error::WriteTimeout);
}

#[test]
fn a_slow_inbound_message_stalls_neither_acks_nor_publishes() {
    let mut b = Bench::online();
    b.send(message(1, 5, "first"));
    b.send_bytes(b"\x30\x67\0\x01tslow");
    b.advance_to(5000);
    b.publish(1, "out");
    b.expect(Packet::Puback(5));
    b.expect_at(5000, message(1, 1, "out"));
}

#[test]
fn a_slow_inbound_message_does_not_stall_pings() {
    let mut b = Bench::sized(settings(), 1 << 14, 4, 64);
    b.go_online(false);
    b.send_bytes(b"\x30\x80\x40\0\x01tslow");
    b.advance_to(15_000);
    b.expect_at(15_000, Packet::Pingreq);
}

#[test]
fn a_slow_write_does_not_stall_what_arrives() {
    let mut b = Bench::online();
    b.room = 1;
    b.publish(0, "slow");
    b.send(message(0, 0, "in"));
    b.expect_message(0, "in");
}

#[test]
fn a_pingresp_behind_a_long_message_is_in_time() {
    // The message takes 30 s and shows life part by part.
    let mut b = Bench::sized(settings(), 64, 4, 64);
    b.go_online(false);
    b.advance_to(14_000);
    let mut bytes = b"\x30\x83\x0f\0\x01t".to_vec();
    bytes.resize(6 + 1920, b'x');
    bytes.extend(b"\xd0\0");
    for part in bytes.chunks(64) {
        b.send_bytes(part);
        b.advance(1000);
        assert!(b.session.is_connected(), "lost at {}", b.at());
    }
    assert_eq!(b.messages.iter().map(|m| m.payload.len()).sum::<usize>(), 1920);
    b.advance_to(60_000);
    assert!(b.events.iter().all(|(at, _)| *at > 50_000));
}

#[test]
fn a_pingresp_behind_a_long_message_that_fits_the_buffer_is_in_time() {
    // 12 KB at 1 KB/s: within its own deadline of 10 s and 12 s, so the ping must wait for it, too.
    let mut b = Bench::sized(settings(), 1 << 14, 4, 64);
    b.go_online(false);
    b.advance_to(14_000);
    let mut bytes = b"\x30\x83\x60\0\x01t".to_vec();
    bytes.resize(6 + 12_288, b'x');
    bytes.extend(b"\xd0\0");
    for part in bytes.chunks(1024) {
        b.send_bytes(part);
        b.advance(1000);
        assert!(b.session.is_connected(), "lost at {}: {:?}", b.at(), b.events);
    }
    assert_eq!(b.messages.len(), 1);
}

#[test]
fn a_stall_within_a_message_in_parts_is_found_as_soon_as_in_a_short_one() {
    let mut b = Bench::sized(settings(), 40, 4, 256);
    b.go_online(false);
    let bytes = b.encoded(message(0, 0, &"x".repeat(60_000)));
    b.hear(&bytes[..200]);
    assert_eq!(b.next_message().offset, 0);
    b.events.clear();
    b.advance(10_100);
    b.expect_offline(Error::ReadTimeout, 0);
}

#[test]
fn a_stall_within_a_head_is_found_before_the_time_of_what_is_behind_it() {
    let mut b = Bench::sized(settings(), 40, 4, 256);
    b.go_online(false);
    let bytes = b.encoded(message(0, 0, &"x".repeat(60_000)));
    b.hear(&bytes[..6]);
    b.advance(10_100);
    b.expect_offline(Error::ReadTimeout, 0);
}
