//! `driver::turn` over a scripted link: what is asked of a transport, and how it may fail. PUB-15, TLS-2, REC-2

use super::bench::*;
use core::task::Poll;
use embassy_futures::poll_once;
use embedded_io_async::{ErrorType, Read, Write};
use limpet::driver::{Broken, Connection, glance, turn};
use std::cell::RefCell;
use std::collections::VecDeque;
use std::future::pending;
use std::rc::Rc;

#[derive(Clone, Debug, PartialEq)]
enum Call {
    Open,
    Read(usize),
    Write { at: usize, bytes: Vec<u8> },
    Close,
}

/// Answers from lists, and would block when a list is empty.
#[derive(Default)]
struct Script {
    calls: Vec<Call>,
    opens: VecDeque<Result<(), Broken>>,
    /// Bytes, and how many of them `read` claims.
    reads: VecDeque<Result<(Vec<u8>, usize), Broken>>,
    writes: VecDeque<Result<usize, Broken>>,
}

#[derive(Clone, Default)]
struct Socket(Rc<RefCell<Script>>);

impl ErrorType for Socket {
    type Error = Broken;
}

impl Read for Socket {
    async fn read(&mut self, buf: &mut [u8]) -> Result<usize, Broken> {
        self.0.borrow_mut().calls.push(Call::Read(buf.len()));
        let answer = self.0.borrow_mut().reads.pop_front();
        match answer {
            None => pending().await,
            Some(Err(broken)) => Err(broken),
            Some(Ok((bytes, claimed))) => {
                let n = bytes.len().min(buf.len());
                buf[..n].copy_from_slice(&bytes[..n]);
                Ok(claimed)
            }
        }
    }
}

impl Write for Socket {
    async fn write(&mut self, buf: &[u8]) -> Result<usize, Broken> {
        self.0.borrow_mut().calls.push(Call::Write { at: buf.as_ptr() as usize, bytes: buf.to_vec() });
        let answer = self.0.borrow_mut().writes.pop_front();
        match answer {
            None => pending().await,
            Some(answer) => answer,
        }
    }

    async fn flush(&mut self) -> Result<(), Broken> {
        Ok(())
    }
}

impl Connection for Socket {
    async fn open(&mut self) -> Result<(), Broken> {
        self.0.borrow_mut().calls.push(Call::Open);
        let answer = self.0.borrow_mut().opens.pop_front();
        match answer {
            None => pending().await,
            Some(answer) => answer,
        }
    }

    fn close(&mut self) {
        self.0.borrow_mut().calls.push(Call::Close);
    }

    fn split(&mut self) -> (impl Read<Error = Broken>, impl Write<Error = Broken>) {
        (self.clone(), self.clone())
    }
}

struct Rig {
    session: Session<'static>,
    rx: Vec<u8>,
    socket: Socket,
}

impl Rig {
    fn new() -> Rig {
        let config = Config::new(&settings(), 64).unwrap();
        let heads = Box::leak(Box::new([Head::default(); 8]));
        let mut session = Session::new(config, heads, Box::leak(Box::new([0; 256])));
        session.connect(0).unwrap();
        Rig { session, rx: vec![0; 64], socket: Socket::default() }
    }

    fn online() -> Rig {
        let mut rig = Rig::new();
        rig.socket.0.borrow_mut().opens.push_back(Ok(()));
        rig.writes(20);
        rig.reads(b"\x20\x02\0\0");
        assert_eq!(rig.turns(), [Event::Online { session_present: false }]);
        rig.calls();
        rig
    }

    fn reads(&self, bytes: &[u8]) {
        self.socket.0.borrow_mut().reads.push_back(Ok((bytes.to_vec(), bytes.len())));
    }

    fn writes(&self, n: usize) {
        self.socket.0.borrow_mut().writes.push_back(Ok(n));
    }

    /// Turns until it waits; the events.
    fn turns(&mut self) -> Vec<Event> {
        let mut events = vec![];
        for _ in 0..1000 {
            match poll_once(turn(&mut self.session, &mut self.rx, &mut self.socket, 0)) {
                Poll::Ready(true) => events.extend(self.session.event()),
                Poll::Ready(false) => {}
                Poll::Pending => return events,
            }
        }
        panic!("it never comes to rest");
    }

    fn calls(&self) -> Vec<Call> {
        std::mem::take(&mut self.socket.0.borrow_mut().calls)
    }

    fn publish(&mut self) {
        self.session.publish(&to("t", 0, "x")).unwrap();
    }
}

fn is_offline(events: &[Event], error: Error, detail: i32) -> bool {
    matches!(events, [Event::Offline { error: e, detail: d, .. }] if (*e, *d) == (error, detail))
}

#[test]
fn opening_is_asked_again_until_it_answers() {
    let mut rig = Rig::new();
    rig.turns();
    rig.turns();
    assert_eq!(rig.calls(), [Call::Open, Call::Open]);
    rig.socket.0.borrow_mut().opens.push_back(Err(Broken(-7)));
    let events = rig.turns();
    assert!(matches!(events[..], [Event::ConnectFailed { error: Error::Open, detail: -7, .. }]));
    assert_eq!(rig.calls(), [Call::Open, Call::Close]);
}

#[test]
fn connect_is_one_write() {
    // W36: there, four to twelve.
    let mut rig = Rig::new();
    rig.socket.0.borrow_mut().opens.push_back(Ok(()));
    rig.writes(20);
    rig.turns();
    let calls = rig.calls();
    assert!(matches!(&calls[..], [Call::Open, Call::Write { bytes, .. }, Call::Read(64)] if bytes.len() == 20));
}

#[test]
fn without_anything_to_write_it_only_reads() {
    let mut rig = Rig::online();
    rig.turns();
    assert_eq!(rig.calls(), [Call::Read(64)]);
}

#[test]
fn it_writes_first_and_reads_when_the_write_would_block() {
    let mut rig = Rig::online();
    rig.publish();
    rig.turns();
    let calls = rig.calls();
    assert!(matches!(calls[..], [Call::Write { .. }, Call::Read(64)]), "{calls:?}");
}

#[test]
fn a_write_that_would_block_is_asked_again_with_the_same_bytes_in_the_same_place() {
    // TLS-2
    let mut rig = Rig::online();
    rig.publish();
    rig.turns();
    let first = rig.calls().remove(0);
    rig.publish();
    rig.reads(b"\x62\x02\0\x05\x62\x02\0\x06");
    rig.session.broker_up(0);
    rig.turns();
    let writes: Vec<_> = rig.calls().into_iter().filter(|call| matches!(call, Call::Write { .. })).collect();
    assert!(writes.len() > 1 && writes.iter().all(|call| *call == first), "{writes:?}");
}

#[test]
fn what_was_taken_in_part_is_offered_from_there() {
    let mut rig = Rig::online();
    rig.publish();
    rig.writes(2);
    rig.turns();
    let calls = rig.calls();
    let (Call::Write { at, .. }, Call::Write { at: rest, bytes }) = (&calls[0], &calls[1]) else {
        panic!("{calls:?}");
    };
    assert_eq!((rest - at, &bytes[..]), (2, &b"\0\x01tx"[..]));
}

#[test]
fn a_read_of_nothing_is_the_end_of_the_stream() {
    let mut rig = Rig::online();
    rig.reads(b"");
    assert!(is_offline(&rig.turns(), Error::PeerClosed, 0));
    assert_eq!(rig.calls().last(), Some(&Call::Close));
}

#[test]
fn a_read_that_fails_gives_its_number() {
    let mut rig = Rig::online();
    rig.socket.0.borrow_mut().reads.push_back(Err(Broken(-104)));
    assert!(is_offline(&rig.turns(), Error::Io, -104));
}

#[test]
fn a_write_that_fails_gives_its_number() {
    let mut rig = Rig::online();
    rig.publish();
    rig.socket.0.borrow_mut().writes.push_back(Err(Broken(-32)));
    assert!(is_offline(&rig.turns(), Error::Io, -32));
}

#[test]
fn a_read_that_claims_too_much_is_a_transport_error() {
    let mut rig = Rig::online();
    rig.socket.0.borrow_mut().reads.push_back(Ok((vec![], 65)));
    assert!(is_offline(&rig.turns(), Error::Transport, 65));
}

#[test]
fn a_write_that_claims_too_much_is_a_transport_error() {
    let mut rig = Rig::online();
    rig.publish();
    rig.writes(7);
    assert!(is_offline(&rig.turns(), Error::Transport, 7));
}

#[test]
fn a_write_of_nothing_is_no_progress_and_no_harm() {
    // The border to C never says this, but another transport in Rust might.
    let mut rig = Rig::online();
    rig.publish();
    rig.writes(0);
    rig.writes(0);
    rig.writes(6);
    assert!(matches!(rig.turns()[..], [Event::Done { fate: Fate::Delivered, .. }]));
}

#[test]
fn nothing_is_read_into_a_full_buffer() {
    let mut rig = Rig::online();
    // More QoS 1 messages than there is room for answers, and the socket takes nothing.
    let messages = b"\x32\x05\0\x01t\0\x01".repeat(20);
    rig.reads(&messages[..64]);
    rig.reads(&messages[64..127]);
    rig.turns();
    let calls = rig.calls();
    assert!(calls.iter().all(|call| *call != Call::Read(0)), "{calls:?}");
}

#[test]
fn close_comes_once_and_before_the_next_open() {
    let mut rig = Rig::online();
    rig.reads(b"");
    rig.turns();
    rig.calls();
    let now = rig.session.deadline(0).unwrap();
    for _ in 0..3 {
        _ = poll_once(turn(&mut rig.session, &mut rig.rx, &mut rig.socket, now));
    }
    assert_eq!(rig.calls(), [Call::Open, Call::Open, Call::Open]);
}

#[test]
fn a_glance_reads_once_and_tells_the_session() {
    let mut rig = Rig::online();
    rig.reads(b"\x30\x04\0\x01tx");
    for is_there in [true, false] {
        assert!(rig.session.is_quiet(0));
        let glance = poll_once(glance(&mut rig.session, &mut rig.rx, &mut rig.socket, 0));
        assert_eq!((glance.is_ready(), rig.calls()), (is_there, vec![Call::Read(64)]));
        assert_eq!(rig.turns().len(), is_there.into());
        rig.calls();
    }
}
