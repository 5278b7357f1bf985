//! Mosquitto as our tests start it.

use std::net::TcpListener;
use std::thread;
use std::time::Duration;
use xtask::broker::{Broker, Memory};

#[test]
fn a_port_that_a_child_has_for_a_moment_is_waited_for() {
    xtask::setup::need(&[xtask::setup::MOSQUITTO]).unwrap();
    let mut broker = Broker::prepare(Memory::Forgotten).unwrap();
    let copy = TcpListener::bind(("127.0.0.1", broker.port())).unwrap();
    thread::spawn(move || {
        thread::sleep(Duration::from_millis(150));
        drop(copy);
    });
    broker.restart().unwrap();
    thread::sleep(Duration::from_millis(300));
    assert!(std::net::TcpStream::connect(("127.0.0.1", broker.port())).is_ok(), "it is not Mosquitto who listens");
}
