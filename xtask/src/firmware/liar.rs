//! A relay between the device and the broker that tells the device, when asked, what no broker may say. It puts its lie
//! between two packets, so that it falsifies nothing that would pass for true.

use super::lies::{Lie, Place, Then};
use crate::process::{free_port, lock};
use crate::{Outcome, wire};
use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

const TICK: Duration = Duration::from_millis(5);

#[derive(Default)]
struct State {
    /// The lie that is to be told at the next occasion.
    lie: Option<&'static Lie>,
    /// Sockets of the device.
    devices: Vec<TcpStream>,
    ended: bool,
}

type Shared = Arc<Mutex<State>>;

pub struct Liar {
    port: u16,
    shared: Shared,
}

impl Liar {
    /// Listens on a port of its own and connects each client to `broker_port`; both on 127.0.0.1.
    pub fn start(broker_port: u16) -> Outcome<Liar> {
        let port = free_port()?;
        let listener = TcpListener::bind(("127.0.0.1", port)).map_err(|e| format!("liar on port {port}: {e}"))?;
        listener.set_nonblocking(true).map_err(|e| e.to_string())?;
        let shared = Shared::default();
        let state = Arc::clone(&shared);
        thread::spawn(move || serve(&listener, broker_port, &state));
        Ok(Liar { port, shared })
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// Tells this lie at the next occasion. One for CONNACK needs a new connection, so the present one is ended.
    pub fn tell(&self, lie: &'static Lie) {
        let mut state = lock(&self.shared);
        state.lie = Some(lie);
        if lie.place == Place::InsteadOfConnack {
            for device in state.devices.drain(..) {
                // It may be gone, which is as good.
                let _ = device.shutdown(Shutdown::Both);
            }
        }
    }

    /// An error if the lie waits for its occasion yet.
    pub fn told(&self) -> Outcome {
        lock(&self.shared).lie.map_or(Ok(()), |lie| Err(format!("it was not told: {}", lie.name)))
    }
}

impl Drop for Liar {
    fn drop(&mut self) {
        lock(&self.shared).ended = true;
    }
}

fn serve(listener: &TcpListener, broker_port: u16, shared: &Shared) {
    while !lock(shared).ended {
        let Ok((device, _)) = listener.accept() else {
            thread::sleep(TICK);
            continue;
        };
        // A client that is gone, or a broker that is, ends as a connection that was closed.
        let _ = admit(device, broker_port, shared);
    }
}

fn admit(device: TcpStream, broker_port: u16, shared: &Shared) -> std::io::Result<()> {
    let broker = TcpStream::connect(("127.0.0.1", broker_port))?;
    for stream in [&device, &broker] {
        stream.set_nonblocking(false)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(TICK))?;
    }
    lock(shared).devices.push(device.try_clone()?);
    let (mut from, mut to, state) = (device.try_clone()?, broker.try_clone()?, Arc::clone(shared));
    thread::spawn(move || {
        while let Ok(Some(bytes)) = read(&mut from, &state) {
            if to.write_all(&bytes).is_err() {
                break;
            }
        }
        // The broker may be gone, which is as good.
        let _ = to.shutdown(Shutdown::Both);
    });
    let state = Arc::clone(shared);
    thread::spawn(move || {
        let (mut device, mut broker) = (device, broker);
        // An error is a connection that has ended.
        let _ = pass_down(&mut device, &mut broker, &state);
        let _ = device.shutdown(Shutdown::Both);
    });
    Ok(())
}

/// Packet by packet, until there is a lie to be told.
fn pass_down(device: &mut TcpStream, broker: &mut TcpStream, shared: &Shared) -> std::io::Result<()> {
    let mut bytes = Vec::new();
    let mut packets = 0;
    while let Some(more) = read(broker, shared)? {
        bytes.extend(more);
        while let Some(len) = wire::first_packet(&bytes) {
            let place = if packets == 0 { Place::InsteadOfConnack } else { Place::BetweenPackets };
            let lie = lock(shared).lie.take_if(|lie| lie.place == place);
            if let Some(lie) = lie {
                return tell(lie, device, broker, shared);
            }
            device.write_all(&bytes[..len])?;
            bytes.drain(..len);
            packets += 1;
        }
    }
    Ok(())
}

fn tell(lie: &Lie, device: &mut TcpStream, broker: &mut TcpStream, shared: &Shared) -> std::io::Result<()> {
    device.write_all(lie.bytes)?;
    if lie.then == Then::End {
        // Only our half: closed whole, the connection would answer what the device still says with a reset.
        device.shutdown(Shutdown::Write)?;
    }
    // What the broker says is swallowed. It ends when the device has closed.
    while read(broker, shared)?.is_some() {}
    Ok(())
}

/// What there is; nothing if it ended, or we are told to.
fn read(from: &mut TcpStream, shared: &Shared) -> std::io::Result<Option<Vec<u8>>> {
    let mut buf = vec![0; 4096];
    while !lock(shared).ended {
        match from.read(&mut buf) {
            Ok(0) => return Ok(None),
            Ok(n) => {
                buf.truncate(n);
                return Ok(Some(buf));
            }
            Err(e) if matches!(e.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
            Err(e) => return Err(e),
        }
    }
    Ok(None)
}
