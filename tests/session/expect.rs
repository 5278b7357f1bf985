//! What a test expects of the bench, in the order in which it happened.

use super::bench::*;
use limpet::packet::subscribe;

impl Bench {
    /// The next packet from the client, and when its last byte was taken.
    #[track_caller]
    pub fn next_packet(&mut self) -> (u32, Vec<u8>) {
        self.packets.pop_front().expect("a packet from the client")
    }

    #[track_caller]
    pub fn expect(&mut self, packet: Packet) -> u32 {
        let (at, bytes) = self.next_packet();
        let (found, _) = Packet::decode(&bytes).unwrap().unwrap();
        assert_eq!(found, packet);
        at
    }

    #[track_caller]
    pub fn expect_at(&mut self, at: u32, packet: Packet) {
        assert_eq!(self.expect(packet), at, "{packet:?} came at another time");
    }

    #[track_caller]
    pub fn expect_connect(&mut self, clean: bool) {
        let (_, bytes) = self.next_packet();
        let Ok(Some((Packet::Connect(connect), _))) = Packet::decode(&bytes) else { panic!("not CONNECT: {bytes:x?}") };
        assert_eq!(connect.clean, clean);
    }

    #[track_caller]
    pub fn expect_subscribe(&mut self, id: u16, filter: &str, qos: u8) {
        self.expect_filter(id, filter, Some(qos));
    }

    #[track_caller]
    pub fn expect_unsubscribe(&mut self, id: u16, filter: &str) {
        self.expect_filter(id, filter, None);
    }

    #[track_caller]
    fn expect_filter(&mut self, id: u16, filter: &str, qos: Option<u8>) {
        let mut buf = vec![0; filter.len() + 16];
        let n = subscribe::encode(&mut buf, filter.as_bytes(), qos, id).unwrap();
        assert_eq!(self.next_packet().1, &buf[..n]);
    }

    #[track_caller]
    pub fn next_event(&mut self) -> (u32, Event) {
        self.events.pop_front().expect("an event")
    }

    #[track_caller]
    pub fn expect_event(&mut self, event: Event) -> u32 {
        let (at, found) = self.next_event();
        assert_eq!(found, event);
        at
    }

    #[track_caller]
    pub fn expect_event_at(&mut self, at: u32, event: Event) {
        assert_eq!(self.expect_event(event), at, "{event:?} came at another time");
    }

    /// The connection is gone; milliseconds until the next attempt.
    #[track_caller]
    pub fn expect_offline(&mut self, error: Error, detail: i32) -> Option<u32> {
        let (_, event) = self.next_event();
        let Event::Offline { retry_ms, .. } = event else { panic!("not offline: {event:?}") };
        assert_eq!(event, Event::Offline { error, detail, retry_ms });
        retry_ms
    }

    #[track_caller]
    pub fn expect_offline_at(&mut self, at: u32, error: Error) {
        assert_eq!(self.events.front().map(|(at, _)| *at), Some(at), "{error:?} came at another time");
        self.expect_offline(error, 0);
    }

    /// An attempt failed; milliseconds until the next.
    #[track_caller]
    pub fn expect_failed(&mut self, error: Error, detail: i32) -> Option<u32> {
        let (_, event) = self.next_event();
        let Event::ConnectFailed { retry_ms, .. } = event else { panic!("no failed attempt: {event:?}") };
        assert_eq!(event, Event::ConnectFailed { error, detail, retry_ms });
        retry_ms
    }

    #[track_caller]
    pub fn next_message(&mut self) -> Got {
        self.messages.pop_front().expect("a message")
    }

    /// A whole message from the topic "t".
    #[track_caller]
    pub fn expect_message(&mut self, qos: u8, payload: &str) -> Got {
        let got = self.next_message();
        assert_eq!((&got.topic[..], got.qos, &got.payload[..]), (&b"t"[..], qos, payload.as_bytes()));
        assert_eq!((got.offset, got.total as usize), (0, payload.len()));
        got
    }

    #[track_caller]
    pub fn expect_quiet_but_for_messages(&mut self) {
        let messages = std::mem::take(&mut self.messages);
        self.expect_quiet();
        self.messages = messages;
    }

    /// Everything has been expected.
    #[track_caller]
    pub fn expect_quiet(&self) {
        let decoded: Vec<_> = self.packets.iter().map(|(at, bytes)| (at, Packet::decode(bytes))).collect();
        assert!(decoded.is_empty(), "unexpected packets: {decoded:?}");
        assert!(self.events.is_empty(), "unexpected events: {:?}", self.events);
        assert!(self.messages.is_empty(), "unexpected messages: {:?}", self.messages);
    }

    /// Nothing is left in the outbox: a drain has nothing to wait for, and nothing can be cancelled.
    #[track_caller]
    pub fn expect_drained(&mut self) {
        self.session.disconnect(Leave::Drain(1_000_000), self.now).unwrap();
        self.run();
        assert!(!self.session.is_connected(), "a message has not ended");
    }
}
