//! Pings, and what counts as a sign of life. The exact instants stand in `golden`. KA-1 to KA-8, W7, W8

use super::bench::*;

#[test]
fn inbound_traffic_does_not_suppress_pings() {
    // KA-4, W8
    let mut b = Bench::online();
    for at in (2000..=30_000).step_by(2000) {
        b.advance_to(at);
        b.send(message(0, 0, "news"));
        if at == 16_000 {
            b.send(Packet::Pingresp);
        }
    }
    b.expect_at(15_000, Packet::Pingreq);
    b.expect_at(30_000, Packet::Pingreq);
    b.messages.clear();
    b.expect_quiet();
}

#[test]
fn outbound_traffic_does_not_suppress_pings() {
    // Nothing was received for 15 s: without a question a dead peer would take every QoS 0 for hours.
    let mut b = Bench::online();
    for at in (2000..=14_000).step_by(2000) {
        b.advance_to(at);
        b.publish(0, "news");
    }
    b.packets.clear();
    b.events.clear();
    b.advance_to(15_000);
    b.expect_at(15_000, Packet::Pingreq);
}

#[test]
fn traffic_both_ways_needs_no_ping() {
    let mut b = Bench::online();
    for at in (2000..=60_000).step_by(2000) {
        b.advance_to(at);
        b.publish(1, "news");
        b.send(Packet::Puback((at / 2000) as u16));
    }
    assert!(b.packets.iter().all(|(_, packet)| packet[0] == 0x32));
}

#[test]
fn a_ping_interval_of_5_s_pings_every_5_s() {
    // KA-2
    let mut b = Bench::online_with(Settings { ping_interval_s: 5, ..settings() });
    b.advance_to(5000);
    b.expect_at(5000, Packet::Pingreq);
    b.send(Packet::Pingresp);
    b.advance_to(10_000);
    b.expect_at(10_000, Packet::Pingreq);
    b.advance_to(20_000);
    b.expect_offline_at(20_000, Error::PingTimeout);
}

#[test]
fn a_peer_that_dies_is_found_within_25_s_of_its_last_byte() {
    // KA-5: the last byte just after a ping is the worst case.
    let mut b = Bench::online();
    b.advance_to(15_050);
    b.expect_at(15_000, Packet::Pingreq);
    b.send(Packet::Pingresp);
    b.advance_to(40_050);
    let (at, _) = b.next_event();
    assert!(at <= 15_050 + 25_000, "{at}");
}

#[test]
fn a_peer_that_dies_while_we_send_is_found_within_25_s() {
    let mut b = Bench::online();
    for at in (1000..=26_000).step_by(1000) {
        b.advance_to(at);
        if b.session.is_connected() {
            b.publish(0, "news");
        }
    }
    let last = b.events.iter().find(|(_, event)| matches!(event, Event::Offline { .. })).copied().expect("found");
    assert!(last.0 <= 25_000, "{last:?}");
}

#[test]
fn a_late_pingresp_is_soon_enough() {
    let mut b = Bench::online();
    b.advance_to(24_999);
    b.expect_at(15_000, Packet::Pingreq);
    b.send(Packet::Pingresp);
    b.expect_quiet();
    // The next ping was due 15 s after the last byte out, but 15 s after the last byte in is as good.
    b.advance_to(39_999);
    b.expect(Packet::Pingreq);
    assert!(b.session.is_connected());
}

#[test]
fn never_more_than_the_keep_alive_without_a_byte_out() {
    // KA-8: however late each PINGRESP is, the broker's 1.5 times 60 s are far.
    let mut b = Bench::online();
    b.advance_to(24_000);
    b.send(Packet::Pingresp);
    b.advance_to(48_000);
    b.send(Packet::Pingresp);
    b.advance_to(57_000);
    let times: Vec<_> = b.packets.iter().map(|(at, _)| *at).collect();
    assert_eq!(times.first(), Some(&15_000));
    assert!(times.windows(2).all(|pair| pair[1] - pair[0] <= 25_000), "{times:?}");
}

#[test]
fn a_pingresp_that_nobody_asked_for_is_harmless() {
    let mut b = Bench::online();
    b.send(Packet::Pingresp);
    b.send(Packet::Pingresp);
    b.expect_quiet();
    b.advance_to(15_000);
    b.expect_at(15_000, Packet::Pingreq);
}

#[test]
fn a_ping_goes_between_packets_and_before_what_waits() {
    // KA-6
    let mut b = Bench::online();
    b.advance_to(14_000);
    b.room = 3;
    b.publish(0, "half written");
    b.publish(0, "waiting");
    b.advance_to(15_000);
    b.advance_to(16_000);
    // Something was written at 14 s, so it is the silence of the broker that asks.
    b.unblock();
    b.expect(message(0, 0, "half written"));
    b.expect(Packet::Pingreq);
    b.expect(message(0, 0, "waiting"));
}

#[test]
fn a_ping_that_waits_behind_a_slow_write_has_its_full_time() {
    // W5: "no answer to a PINGREQ within response_time_ms" can only begin when the PINGREQ is out.
    let mut b = Bench::online();
    b.advance_to(14_900);
    b.room = 1;
    b.publish(0, &"slow".repeat(200));
    b.advance_to(24_000);
    b.unblock();
    b.packets.clear();
    b.events.clear();
    b.advance_to(25_500);
    b.send(Packet::Pingresp);
    b.expect_quiet();
    assert!(b.session.is_connected());
}

#[test]
fn a_jump_of_the_clock_asks_before_it_judges() {
    // Deep sleep: an hour passes between two steps.
    let mut b = Bench::online();
    b.now += 3_600_000;
    b.run();
    b.expect(Packet::Pingreq);
    b.expect_quiet();
    b.advance(9999);
    b.send(Packet::Pingresp);
    assert!(b.session.is_connected());
}

#[test]
fn a_jump_of_the_clock_while_an_answer_waits_unread() {
    // PINGRESP lies in the socket, but the client slept past its deadline: this costs the connection at most.
    let mut b = Bench::online();
    b.advance_to(15_000);
    b.expect(Packet::Pingreq);
    b.arrives(b"\xd0\0");
    b.now += 3_600_000;
    b.run();
    if !b.session.is_connected() {
        b.expect_offline(Error::PingTimeout, 0);
        b.reconnect(false);
    }
}

#[test]
fn a_message_that_takes_two_minutes_does_not_keep_pings_from_going_out() {
    // [MQTT-3.1.2-23] The PINGRESP stands behind the message, but the broker counts what it hears from us.
    let mut b = Bench::sized(settings(), 64, 4, 64);
    b.go_online(false);
    let mut bytes = b"\x30\x83\x3c\0\x01t".to_vec();
    bytes.resize(6 + 7680, b'x');
    for part in bytes.chunks(64) {
        b.send_bytes(part);
        b.advance(1000);
        assert!(b.session.is_connected(), "lost at {}", b.at());
    }
    let times: Vec<_> = b.packets.iter().map(|(at, _)| *at).chain([b.at()]).collect();
    assert!(times.windows(2).all(|pair| pair[1] - pair[0] <= 60_000), "sent at {times:?}");
}

#[test]
fn a_ping_that_was_due_ends_with_its_connection() {
    // W30: there, a stale task sends PINGREQ before CONNECT on the new socket.
    let mut b = Bench::online();
    b.advance_to(14_000);
    b.room = 3;
    b.publish(0, "in the way");
    b.advance_to(15_000);
    b.cut();
    b.room = usize::MAX;
    b.reconnect(false);
    b.expect(message(0, 0, "in the way"));
    b.next_event();
    let online = b.at();
    b.advance(14_999);
    b.expect_quiet();
    b.advance(1);
    b.expect_at(online + 15_000, Packet::Pingreq);
}
