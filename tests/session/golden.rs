//! The timelines that were measured on the original, to the millisecond, and again with a clock that wraps.
//! Part B, PUB-5, KA-2, KA-3, KA-5, KA-7

use super::bench::*;

const STARTS: [u32; 3] = [0, 0xFFFF_F000, 0x7FFF_F000];

fn online_at(start: u32, settings: Settings<'static>) -> Bench {
    let mut b = Bench::new(settings);
    b.start_at(start);
    b.go_online(false);
    b
}

fn ping(b: &mut Bench, at: u32) {
    b.advance_to(at);
    b.expect_at(at, Packet::Pingreq);
    b.send(Packet::Pingresp);
    b.expect_quiet();
}

fn idle_and_healthy(start: u32) {
    // KA-2
    let mut b = online_at(start, settings());
    ping(&mut b, 15_000);
    ping(&mut b, 30_000);
    ping(&mut b, 45_000);
    ping(&mut b, 60_000);
}

fn keep_alive_off(start: u32) {
    // KA-3
    let mut b = online_at(start, Settings { keepalive_s: OFF, ..settings() });
    ping(&mut b, 20_000);
    ping(&mut b, 40_000);
    ping(&mut b, 60_000);
}

fn broker_silent(start: u32) {
    // KA-5, W7: 60 to 75 s there, 25 s here.
    let mut b = online_at(start, settings());
    ping(&mut b, 15_000);
    b.advance_to(30_000);
    b.expect_at(30_000, Packet::Pingreq);
    b.advance_to(39_999);
    b.expect_quiet();
    b.advance_to(40_000);
    b.expect_offline_at(40_000, Error::PingTimeout);
    b.reconnect(false);
}

fn qos_1_never_acknowledged(start: u32) {
    // PUB-5, PUB-6
    let mut b = online_at(start, settings());
    b.publish(1, "a");
    b.expect_at(0, message(1, 1, "a"));
    for at in [10_000, 20_000, 30_000, 40_000] {
        b.advance_to(at);
        // Answered, and out of the picture.
        if b.packets.front().is_some_and(|(_, packet)| packet == b"\xC0\0") {
            b.next_packet();
        }
        b.expect_at(at, again(message(1, 1, "a")));
        b.send(Packet::Pingresp);
        b.expect_quiet();
    }
    assert_eq!(b.session.stats().repubs, 4, "DBG-2");
    b.advance_to(50_000);
    b.expect_offline_at(50_000, Error::AckTimeout);
    assert_eq!(b.session.stats().repubs, 4, "DBG-2");
    // PUB-7, PUB-8
    b.reconnect(false);
    b.expect(message(1, 2, "a"));
}

fn puback_12_s_late(start: u32) {
    // W4: there the acknowledgement of the DUP drops the link.
    let mut b = online_at(start, settings());
    let token = b.publish(1, "a");
    b.expect(message(1, 1, "a"));
    b.advance_to(10_000);
    b.expect_at(10_000, again(message(1, 1, "a")));
    b.advance_to(12_000);
    b.send(Packet::Puback(1));
    b.expect_event_at(12_000, delivered(token));
    b.advance_to(22_000);
    b.send(Packet::Puback(1));
    b.expect_quiet();
    assert!(b.session.is_connected());
    assert_eq!(b.session.stats().unknown_acks, 1);
}

fn end_of_stream_while_idle(start: u32) {
    // W2: noticed at once.
    let mut b = online_at(start, settings());
    b.advance_to(9000);
    b.peer_closed = true;
    b.run();
    b.expect_offline_at(9000, Error::PeerClosed);
    b.reconnect(false);
}

fn broker_up_on_a_silent_broker(start: u32) {
    // BUP-1
    let mut b = online_at(start, settings());
    b.advance_to(1000);
    b.session.broker_up(b.now);
    b.advance_to(10_999);
    b.expect_at(1000, Packet::Pingreq);
    b.expect_quiet();
    b.run();
    b.advance_to(11_000);
    // Of the two deadlines of this instant that of the connection says more.
    b.expect_offline(Error::PingTimeout, 0);
    b.expect_event_at(11_000, Event::BrokerUp { up: false });
}

fn expiry(start: u32) {
    let mut b = online_at(start, settings());
    let token = b.publish_with(1, "a", Policy::Refuse, 4096).unwrap();
    b.advance_to(4095);
    b.expect(message(1, 1, "a"));
    b.expect_quiet();
    b.advance_to(4096);
    b.expect_event_at(4096, done(token, Fate::Expired, true));
}

#[test]
fn an_idle_client_pings_every_15_s() {
    idle_and_healthy(STARTS[0]);
}

#[test]
fn an_idle_client_pings_every_15_s_over_the_wrap() {
    idle_and_healthy(STARTS[1]);
}

#[test]
fn an_idle_client_pings_every_15_s_over_the_sign() {
    idle_and_healthy(STARTS[2]);
}

#[test]
fn without_keep_alive_it_pings_every_20_s() {
    keep_alive_off(STARTS[0]);
}

#[test]
fn without_keep_alive_it_pings_every_20_s_over_the_wrap() {
    keep_alive_off(STARTS[1]);
}

#[test]
fn without_keep_alive_it_pings_every_20_s_over_the_sign() {
    keep_alive_off(STARTS[2]);
}

#[test]
fn a_silent_broker_is_dead_after_25_s() {
    broker_silent(STARTS[0]);
}

#[test]
fn a_silent_broker_is_dead_after_25_s_over_the_wrap() {
    broker_silent(STARTS[1]);
}

#[test]
fn a_silent_broker_is_dead_after_25_s_over_the_sign() {
    broker_silent(STARTS[2]);
}

#[test]
fn a_message_without_puback_is_sent_five_times_in_50_s() {
    qos_1_never_acknowledged(STARTS[0]);
}

#[test]
fn a_message_without_puback_is_sent_five_times_in_50_s_over_the_wrap() {
    qos_1_never_acknowledged(STARTS[1]);
}

#[test]
fn a_message_without_puback_is_sent_five_times_in_50_s_over_the_sign() {
    qos_1_never_acknowledged(STARTS[2]);
}

#[test]
fn a_puback_12_s_late_and_another_drop_nothing() {
    puback_12_s_late(STARTS[0]);
}

#[test]
fn a_puback_12_s_late_and_another_drop_nothing_over_the_wrap() {
    puback_12_s_late(STARTS[1]);
}

#[test]
fn a_puback_12_s_late_and_another_drop_nothing_over_the_sign() {
    puback_12_s_late(STARTS[2]);
}

#[test]
fn the_end_of_the_stream_is_noticed_in_the_same_millisecond() {
    end_of_stream_while_idle(STARTS[0]);
}

#[test]
fn the_end_of_the_stream_is_noticed_in_the_same_millisecond_over_the_wrap() {
    end_of_stream_while_idle(STARTS[1]);
}

#[test]
fn broker_up_is_false_after_10_s_of_silence() {
    broker_up_on_a_silent_broker(STARTS[0]);
}

#[test]
fn broker_up_is_false_after_10_s_of_silence_over_the_wrap() {
    broker_up_on_a_silent_broker(STARTS[1]);
}

#[test]
fn broker_up_is_false_after_10_s_of_silence_over_the_sign() {
    broker_up_on_a_silent_broker(STARTS[2]);
}

#[test]
fn a_timeout_is_exact() {
    expiry(STARTS[0]);
}

/// The message expires when the clock shows 0, which is also how "never" is written.
#[test]
fn a_timeout_that_ends_at_0_is_a_millisecond_late() {
    let mut b = online_at(STARTS[1], settings());
    let token = b.publish_with(1, "a", Policy::Refuse, 4096).unwrap();
    b.advance_to(4096);
    b.expect(message(1, 1, "a"));
    b.expect_quiet();
    b.advance_to(4097);
    b.expect_event_at(4097, done(token, Fate::Expired, true));
}

#[test]
fn a_timeout_is_exact_over_the_sign() {
    expiry(STARTS[2]);
}
