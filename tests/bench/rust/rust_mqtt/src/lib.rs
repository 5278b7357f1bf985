//! rust-mqtt behind peer.h. It speaks MQTT 5. Its small writes are put together before they go out, as it recommends.

use embedded_io_async::{ErrorKind, ErrorType, Read, Write};
use limpet_bench_link::{FILTER, Link, Plan, TOPIC, block_on, came, ended, payload, poll_once};
use rust_mqtt::Bytes;
use rust_mqtt::buffer::AllocBuffer;
use rust_mqtt::client::Client;
use rust_mqtt::client::event::Event;
use rust_mqtt::client::options::{ConnectOptions, PublicationOptions, SubscriptionOptions, TopicReference};
use rust_mqtt::types::{MqttString, TopicFilter, TopicName};
use std::cell::RefCell;

/// Under way at once, each way.
const WINDOW: usize = 64;

/// Writes are kept until they are flushed.
struct Buffered {
    link: Link,
    waiting: Vec<u8>,
}

impl ErrorType for Buffered {
    type Error = ErrorKind;
}

impl Read for Buffered {
    async fn read(&mut self, buf: &mut [u8]) -> Result<usize, ErrorKind> {
        self.link.read(buf).await
    }
}

impl Write for Buffered {
    async fn write(&mut self, buf: &[u8]) -> Result<usize, ErrorKind> {
        self.waiting.extend_from_slice(buf);
        Ok(buf.len())
    }

    async fn flush(&mut self) -> Result<(), ErrorKind> {
        let mut sent = 0;
        while sent < self.waiting.len() {
            sent += self.link.write(&self.waiting[sent..]).await?;
        }
        self.waiting.clear();
        Ok(())
    }
}

type Session = Client<'static, 'static, Buffered, AllocBuffer, 1, WINDOW, WINDOW, 1, 0, 0, 0>;

struct Peer {
    client: Session,
    payload: &'static [u8],
    open: usize,
}

thread_local! {
    static PEER: RefCell<Option<Peer>> = const { RefCell::new(None) };
}

fn with<T>(work: impl FnOnce(&mut Peer) -> T) -> T {
    PEER.with(|peer| work(peer.borrow_mut().as_mut().expect("it was started")))
}

#[unsafe(no_mangle)]
extern "C" fn peer_start(plan: &Plan) -> bool {
    let mut client = Session::new(Box::leak(Box::new(AllocBuffer)));
    let Some(link) = Link::open(plan) else {
        return false;
    };
    let link = Buffered { link, waiting: Vec::with_capacity(8192) };
    let id = MqttString::from_str("bench").expect("it is short");
    if block_on(client.connect(link, &ConnectOptions::new().clean_start(), Some(id))).is_err() {
        return false;
    }
    if plan.filters > 0 {
        let filter = TopicFilter::new(MqttString::from_str(FILTER).expect("it is short")).expect("it is one");
        if block_on(client.subscribe(filter, &SubscriptionOptions::new().exactly_once())).is_err() {
            return false;
        }
        if !matches!(block_on(client.poll()), Ok(Event::Suback(_))) {
            return false;
        }
    }
    PEER.with(|place| *place.borrow_mut() = Some(Peer { client, payload: payload(plan.payload), open: 0 }));
    plan.filters < 2
}

#[unsafe(no_mangle)]
extern "C" fn peer_is_ready() -> bool {
    true
}

#[unsafe(no_mangle)]
extern "C" fn peer_publish(qos: u32) -> bool {
    with(|peer| {
        if qos > 0 && peer.open == WINDOW {
            return false;
        }
        let topic = TopicName::new(MqttString::from_str(TOPIC).expect("it is short")).expect("it is one");
        let options = PublicationOptions::new(TopicReference::Name(topic));
        let options = match qos {
            0 => options,
            1 => options.at_least_once(),
            _ => options.exactly_once(),
        };
        if let Err(error) = block_on(peer.client.publish(&options, Bytes::from(peer.payload))) {
            panic!("{error:?}");
        }
        if qos == 0 {
            ended();
        } else {
            peer.open += 1;
        }
        true
    })
}

#[unsafe(no_mangle)]
extern "C" fn peer_poll() {
    with(|peer| {
        let Some(header) = poll_once(peer.client.poll_header()) else {
            return;
        };
        let header = header.unwrap_or_else(|error| panic!("{error:?}"));
        match block_on(peer.client.poll_body(header)) {
            Ok(Event::Publish(_)) => came(),
            Ok(Event::PublishAcknowledged(_) | Event::PublishComplete(_)) => {
                peer.open -= 1;
                ended();
            }
            Ok(_) => {}
            Err(error) => panic!("{error:?}"),
        }
    })
}
