//! A name server on loopback that answers every query as it is told, well or badly.

use crate::Outcome;
use crate::process::lock;
use std::io::ErrorKind;
use std::net::UdpSocket;
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// How long the thread waits for a query before it looks whether it shall end.
const TICK: Duration = Duration::from_millis(20);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    Right,
    /// Refuses the query: an answer with RCODE 5 (RFC 1035 section 4.1.1).
    Refusal,
    /// A right answer to another query.
    WrongId,
    /// Not an answer: the query itself.
    Echo,
    /// A few bytes that mean nothing.
    Garbage,
    Silent,
}

struct State {
    manner: Manner,
    queries: u32,
    ended: bool,
}

pub struct Dns {
    port: u16,
    state: Arc<Mutex<State>>,
    thread: Option<JoinHandle<()>>,
}

impl Dns {
    pub fn start(manner: Manner) -> Outcome<Dns> {
        let socket = UdpSocket::bind("127.0.0.1:0").map_err(|e| format!("no UDP: {e}"))?;
        socket.set_read_timeout(Some(TICK)).map_err(|e| e.to_string())?;
        let port = socket.local_addr().map_err(|e| e.to_string())?.port();
        let state = Arc::new(Mutex::new(State { manner, queries: 0, ended: false }));
        let shared = Arc::clone(&state);
        let thread = thread::spawn(move || serve(&socket, &shared));
        Ok(Dns { port, state, thread: Some(thread) })
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    pub fn set(&self, manner: Manner) {
        lock(&self.state).manner = manner;
    }

    /// Queries so far.
    pub fn queries(&self) -> u32 {
        lock(&self.state).queries
    }
}

impl Drop for Dns {
    fn drop(&mut self) {
        lock(&self.state).ended = true;
        if let Some(thread) = self.thread.take() {
            // It has nothing to say that matters now.
            let _ = thread.join();
        }
    }
}

fn serve(socket: &UdpSocket, state: &Mutex<State>) {
    let mut buf = [0; 512];
    while !lock(state).ended {
        let (len, from) = match socket.recv_from(&mut buf) {
            Ok(received) => received,
            // A tick without a query.
            Err(e) if matches!(e.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => continue,
            // Nobody answers any more, which is what the tests then see.
            Err(_) => return,
        };
        let manner = {
            let mut state = lock(state);
            state.queries += 1;
            state.manner
        };
        if let Some(answer) = answer(&buf[..len], manner) {
            // Who asked may be gone.
            let _ = socket.send_to(&answer, from);
        }
    }
}

/// The header decides; an answer without records will do.
fn answer(query: &[u8], manner: Manner) -> Option<Vec<u8>> {
    let mut answer = query.to_vec();
    let (id, flags, code) = (0, 2, 3);
    if manner == Manner::Silent || answer.len() <= code {
        return None;
    }
    if manner != Manner::Echo {
        answer[flags] |= 0x80;
    }
    match manner {
        Manner::Refusal => answer[code] |= 5,
        Manner::WrongId => answer[id] ^= 1,
        Manner::Garbage => answer.truncate(code),
        _ => {}
    }
    Some(answer)
}
