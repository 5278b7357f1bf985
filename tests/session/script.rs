//! What a test does on the bench: as the application, and as the broker.

use super::bench::*;
use super::translate;

impl Bench {
    // The application.

    pub fn publish(&mut self, qos: u8, payload: &str) -> u32 {
        self.publish_to("t", qos, payload)
    }

    pub fn publish_to(&mut self, topic: &str, qos: u8, payload: &str) -> u32 {
        let token = self.session.publish(&to(topic, qos, payload)).expect("room for it");
        self.run();
        token
    }

    pub fn publish_with(&mut self, qos: u8, payload: &str, policy: Policy, timeout_ms: u32) -> Result<u32, Error> {
        self.session.publish_with(&to("t", qos, payload), policy, timeout_ms, self.now)
    }

    pub fn subscribe(&mut self, filter: &str, qos: u8) -> u32 {
        let token = self.session.subscribe(filter.as_bytes(), qos).expect("room for it");
        self.run();
        token
    }

    pub fn connect(&mut self) {
        self.session.connect(self.now).expect("idle");
        self.run();
    }

    pub fn disconnect(&mut self, how: Leave) {
        self.session.disconnect(how, self.now).expect("a good argument");
        self.run();
    }

    pub fn close(&mut self) {
        if self.session.close() {
            self.hang_up();
        }
        self.run();
    }

    // The broker.

    /// Connects and is accepted.
    pub fn go_online(&mut self, session_present: bool) {
        self.connect();
        self.accept(session_present);
    }

    /// Accepts, if there is a CONNECT.
    pub fn answer_connects(&mut self) {
        if self
            .packets
            .drain(..)
            .any(|(_, packet)| matches!(Packet::decode(&packet), Ok(Some((Packet::Connect(_), _)))))
        {
            self.send(Packet::Connack(Connack { session_present: false, code: 0 }));
        }
    }

    /// Answers a CONNECT.
    pub fn accept(&mut self, session_present: bool) {
        let (_, packet) = self.packets.pop_front().expect("a CONNECT");
        assert!(matches!(Packet::decode(&packet), Ok(Some((Packet::Connect(_), _)))), "{packet:x?}");
        self.send(Packet::Connack(Connack { session_present, code: 0 }));
        self.expect_event(Event::Online { session_present });
    }

    /// Waits for the next attempt and accepts it.
    pub fn reconnect(&mut self, session_present: bool) {
        let pause = self.session.deadline(self.now).expect("a pause");
        self.advance(pause);
        self.accept(session_present);
    }

    /// The peer closes, and the client says so.
    pub fn cut(&mut self) {
        self.peer_closed = true;
        self.run();
        self.expect_offline(Error::PeerClosed, 0);
    }

    /// The same when other events may have come before.
    pub fn cut_quietly(&mut self) {
        self.peer_closed = true;
        self.run();
        self.events.clear();
    }

    pub fn send(&mut self, packet: Packet) {
        self.hear(&self.encoded(packet));
    }

    /// The packet as it is on the wire.
    pub fn encoded(&self, packet: Packet) -> Vec<u8> {
        if self.is_v5 {
            return translate::from_broker(packet);
        }
        let mut buf = vec![0; 70_000];
        let n = packet.encode(&mut buf).expect("fits");
        buf.truncate(n);
        buf
    }

    pub fn send_bytes(&mut self, bytes: &[u8]) {
        match self.is_v5 {
            true => self.hear(&translate::bytes_from_broker(bytes)),
            false => self.hear(bytes),
        }
    }

    /// Bytes of the broker that wait in the socket.
    pub fn arrives(&mut self, bytes: impl AsRef<[u8]>) {
        let bytes = bytes.as_ref();
        self.inbound.extend(if self.is_v5 { translate::bytes_from_broker(bytes) } else { bytes.to_vec() });
    }

    pub fn hear(&mut self, bytes: &[u8]) {
        self.inbound.extend(bytes);
        self.run();
    }

    /// The transport takes nothing more.
    pub fn block(&mut self) {
        self.room = 0;
    }

    pub fn unblock(&mut self) {
        self.room = usize::MAX;
        self.run();
    }
}

pub fn to<'a>(topic: &'a str, qos: u8, payload: &'a str) -> Publish<'a> {
    Publish { dup: false, qos, retain: false, topic: topic.as_bytes(), id: 0, payload: payload.as_bytes() }
}

/// A message to or from the topic "t".
pub fn message(qos: u8, id: u16, payload: &str) -> Packet<'_> {
    Packet::Publish(Publish { dup: false, qos, retain: false, topic: b"t", id, payload: payload.as_bytes() })
}

/// The same with DUP.
pub fn again(packet: Packet) -> Packet {
    let Packet::Publish(publish) = packet else { panic!("only a PUBLISH has DUP") };
    Packet::Publish(Publish { dup: true, ..publish })
}

pub fn done(token: u32, fate: Fate, maybe_sent: bool) -> Event {
    Event::Done { token, fate, maybe_sent }
}

pub fn delivered(token: u32) -> Event {
    done(token, Fate::Delivered, false)
}
