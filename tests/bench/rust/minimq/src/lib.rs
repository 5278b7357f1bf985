//! minimq behind peer.h. It speaks MQTT 5.

use core::task::Waker;
use limpet_bench_link::{FILTER, Link, Plan, TOPIC, block_on, came, ended, payload, poll_once};
use minimq::{Buffers, ConfigBuilder, Connection, Op, Publication, QoS, Session, SubscriptionOptions, TopicFilter};
use std::cell::RefCell;
use std::collections::VecDeque;

const RX: usize = 8192;
const TX: usize = 65_536;

/// A clock that stands still, as that of the other peers in memory.
struct Clock;

impl embassy_time_driver::Driver for Clock {
    fn now(&self) -> u64 {
        1_000_000
    }

    fn schedule_wake(&self, _: u64, _: &Waker) {}
}

embassy_time_driver::time_driver_impl!(static CLOCK: Clock = Clock);

struct Peer {
    connection: Connection<'static, 'static, Link>,
    payload: &'static [u8],
    /// Under way, the oldest first.
    open: VecDeque<Op>,
}

thread_local! {
    static PEER: RefCell<Option<Peer>> = const { RefCell::new(None) };
}

fn with<T>(work: impl FnOnce(&mut Peer) -> T) -> T {
    PEER.with(|peer| work(peer.borrow_mut().as_mut().expect("it was started")))
}

#[unsafe(no_mangle)]
extern "C" fn peer_start(plan: &Plan) -> bool {
    let buffers = Buffers::new(vec![0; RX].leak(), vec![0; TX].leak());
    let config = ConfigBuilder::new(buffers).client_id("bench").expect("it is short");
    let session = Box::leak(Box::new(Session::new(config)));
    let Some(link) = Link::open(plan) else {
        return false;
    };
    let Ok(mut connection) = block_on(session.connect(link)) else {
        return false;
    };
    if plan.filters > 0 {
        let options = SubscriptionOptions::default().maximum_qos(QoS::ExactlyOnce);
        let Ok(op) = block_on(connection.subscribe(&[TopicFilter::new(FILTER).options(options)], &[])) else {
            return false;
        };
        while connection.is_pending(&op) {
            let _ = poll_once(connection.poll());
        }
    }
    let peer = Peer { connection, payload: payload(plan.payload), open: VecDeque::with_capacity(64) };
    PEER.with(|place| *place.borrow_mut() = Some(peer));
    plan.filters < 2
}

#[unsafe(no_mangle)]
extern "C" fn peer_is_ready() -> bool {
    true
}

#[unsafe(no_mangle)]
extern "C" fn peer_publish(qos: u32) -> bool {
    with(|peer| {
        let qos = [QoS::AtMostOnce, QoS::AtLeastOnce, QoS::ExactlyOnce][qos as usize];
        if !peer.connection.can_publish(qos) {
            return false;
        }
        let publication = Publication::bytes(TOPIC, peer.payload).qos(qos);
        match block_on(peer.connection.publish(publication)) {
            Ok(Some(op)) => peer.open.push_back(op),
            Ok(None) => ended(),
            Err(_) => return false,
        }
        true
    })
}

#[unsafe(no_mangle)]
extern "C" fn peer_poll() {
    with(|peer| {
        match poll_once(peer.connection.poll()) {
            Some(Ok(Some(_))) => came(),
            Some(Ok(None)) | None => {}
            Some(Err(error)) => panic!("{error:?}"),
        }
        while peer.open.front().is_some_and(|op| !peer.connection.is_pending(op)) {
            peer.open.pop_front();
            ended();
        }
    })
}
