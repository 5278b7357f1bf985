//! rumqttc as a program of its own: `program what qos payload window count port`. It wants a runtime and a socket, so its
//! broker is at the other end of one. One thread: requests and the event loop take turns.

use rumqttc::{AsyncClient, Event, EventLoop, MqttOptions, Outgoing, Packet, QoS};
use std::time::{Duration, Instant};

const TOPIC: &str = "sensors/a1/humid";
/// What "as many as it takes" may be at most, as in rate.c.
const WINDOW_MAX: usize = 500;

struct Plan {
    what: String,
    qos: QoS,
    payload: usize,
    window: usize,
    count: usize,
    port: u16,
}

fn plan() -> Option<Plan> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [what, qos, payload, window, count, port] = words.as_slice() else {
        return None;
    };
    let window = match window.parse().ok()? {
        0 => WINDOW_MAX,
        window => window,
    };
    Some(Plan {
        what: what.clone(),
        qos: [QoS::AtMostOnce, QoS::AtLeastOnce, QoS::ExactlyOnce][qos.parse::<usize>().ok()?],
        payload: payload.parse().ok()?,
        window,
        count: count.parse().ok()?,
        port: port.parse().ok()?,
    })
}

fn main() {
    let plan = plan().expect("what qos payload window count port");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let took = runtime.block_on(run(&plan));
    println!("{} messages {} ns", plan.count, took.as_nanos());
}

async fn run(plan: &Plan) -> Duration {
    let mut options = MqttOptions::new("bench", "127.0.0.1", plan.port);
    options.set_keep_alive(Duration::from_secs(60)).set_inflight(u16::try_from(plan.window).expect("a small window"));
    let (client, mut events) = AsyncClient::new(options, plan.window + 1);
    let mut network = rumqttc::NetworkOptions::new();
    network.set_tcp_nodelay(true);
    events.set_network_options(network);
    until(&mut events, |packet| matches!(packet, Packet::ConnAck(_))).await;
    if plan.what == "receive" {
        client.try_subscribe("sensors/#", QoS::ExactlyOnce).expect("room");
        until(&mut events, |packet| matches!(packet, Packet::SubAck(_))).await;
        let start = Instant::now();
        receive(plan, &mut events).await;
        return start.elapsed();
    }
    let start = Instant::now();
    publish(plan, &client, &mut events).await;
    start.elapsed()
}

async fn until(events: &mut EventLoop, is: impl Fn(&Packet) -> bool) {
    loop {
        if let Event::Incoming(packet) = events.poll().await.expect("a connection")
            && is(&packet)
        {
            return;
        }
    }
}

async fn publish(plan: &Plan, client: &AsyncClient, events: &mut EventLoop) {
    let payload = vec![b'a'; plan.payload];
    let (mut sent, mut ended) = (0, 0);
    while ended < plan.count {
        while sent < plan.count && sent - ended < plan.window {
            if client.try_publish(TOPIC, plan.qos, false, payload.clone()).is_err() {
                break;
            }
            sent += 1;
        }
        match events.poll().await.expect("a connection") {
            Event::Incoming(Packet::PubAck(_) | Packet::PubComp(_)) => ended += 1,
            Event::Outgoing(Outgoing::Publish(_)) if plan.qos == QoS::AtMostOnce => ended += 1,
            _ => {}
        }
    }
    if plan.qos == QoS::AtMostOnce {
        // The broker has all that came before what it acknowledges.
        client.try_publish(TOPIC, QoS::AtLeastOnce, false, payload).expect("room");
        until(events, |packet| matches!(packet, Packet::PubAck(_))).await;
    }
}

async fn receive(plan: &Plan, events: &mut EventLoop) {
    let mut messages = 0;
    while messages < plan.count {
        if let Event::Incoming(Packet::Publish(_)) = events.poll().await.expect("a connection") {
            messages += 1;
        }
    }
}
