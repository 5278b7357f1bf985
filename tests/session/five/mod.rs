//! Stories that only MQTT 5 can tell. The broker's words are written, and the client's are read, by another library.

mod aliases;
mod answers;
mod auth;
mod connect;
mod expiry;
mod leaving;
mod limits;
mod opening;
mod reasons;
mod receive_maximum;
mod subscriptions;

pub use super::bench::*;
pub use limpet::packet::v5::property::{self, Property};
pub use limpet::packet::v5::subscribe::Options as Serving;
pub use mqtt_proto::v5 as other;
pub use mqtt_proto::{Pid, QosPid, TopicName};

pub fn options() -> Options<'static> {
    Options::DEFAULT
}

/// Online at time 0, with this CONNACK.
pub fn online(settings: Settings<'static>, options: Options<'static>, connack: other::ConnackProperties) -> Bench {
    let mut b = Bench::five(settings, options, 600);
    b.connect();
    b.accept5(false, connack);
    b
}

pub fn plain() -> Bench {
    online(settings(), options(), other::ConnackProperties::default())
}

impl Bench {
    /// The broker says this.
    #[track_caller]
    pub fn hear5(&mut self, packet: other::Packet) {
        let bytes = packet.encode().expect("it can be written");
        self.hear(bytes.as_ref());
    }

    /// The next packet of the client.
    #[track_caller]
    pub fn said5(&mut self) -> other::Packet {
        self.packets.pop_front();
        let bytes = self.packets5.pop_front().expect("a packet from the client");
        other::Packet::decode(&bytes).unwrap().unwrap()
    }

    #[track_caller]
    pub fn said_publish(&mut self) -> other::Publish {
        let packet = self.said5();
        let other::Packet::Publish(publish) = packet else { panic!("no PUBLISH: {packet:?}") };
        publish
    }

    #[track_caller]
    pub fn accept5(&mut self, session_present: bool, properties: other::ConnackProperties) {
        let packet = self.said5();
        assert!(matches!(packet, other::Packet::Connect(_)), "{packet:?}");
        let reason_code = other::ConnectReasonCode::Success;
        self.hear5(other::Packet::Connack(other::Connack { session_present, reason_code, properties }));
        self.expect_event(Event::Online { session_present });
        self.reasons.clear();
    }

    /// Waits for the next attempt and accepts it.
    #[track_caller]
    pub fn reconnect5(&mut self, session_present: bool, properties: other::ConnackProperties) {
        let pause = self.session.deadline(self.now).expect("a pause");
        self.advance(pause);
        self.accept5(session_present, properties);
    }

    /// The next event, its reason, and its properties.
    #[track_caller]
    pub fn reason_of(&mut self, event: Event) -> (u8, Vec<u8>) {
        while self.reasons.len() > self.events.len() {
            self.reasons.pop_front();
        }
        self.expect_event(event);
        self.reasons.pop_front().expect("a reason")
    }

    #[track_caller]
    pub fn nothing_said(&self) {
        assert!(self.packets5.is_empty(), "unexpected: {:x?}", self.packets5);
    }

    pub fn publish5(&mut self, message: &Publish, properties: &[Property]) -> Result<u32, Error> {
        let list: &dyn property::List = &List(properties);
        let token = self.session.publish_properties(message, list, Policy::Refuse, 0, self.now);
        self.run();
        token
    }
}

/// Properties in a slice.
pub struct List<'a>(pub &'a [Property<'a>]);

impl property::List for List<'_> {
    fn nth(&self, n: usize) -> Option<Property<'_>> {
        self.0.get(n).copied()
    }
}

pub fn text<'a>(id: u8, text: &'a str) -> Property<'a> {
    Property::data(id, text.as_bytes())
}

pub fn pid(id: u16) -> Pid {
    id.try_into().unwrap()
}
