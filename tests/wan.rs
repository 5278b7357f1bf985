//! The question to the Internet: what is sent when, and what counts as an answer.

use limpet::wan::{DEFAULTS, Datagrams, HEADER, Question};
use std::collections::VecDeque;
use std::task::Poll;

/// A socket in the test's hand.
#[derive(Default)]
struct Net {
    /// What `open` answers until it is open.
    opening: Option<Poll<Result<(), ()>>>,
    now: u32,
    sent: Vec<(u32, Vec<u8>)>,
    inbound: VecDeque<Vec<u8>>,
    unreachable: bool,
}

impl Datagrams for Net {
    fn open(&mut self) -> Poll<Result<(), ()>> {
        self.opening.unwrap_or(Poll::Ready(Ok(())))
    }

    fn send(&mut self, query: &[u8]) {
        self.sent.push((self.now, query.to_vec()));
    }

    fn recv(&mut self, head: &mut [u8; HEADER]) -> Poll<Result<usize, ()>> {
        if self.unreachable {
            return Poll::Ready(Err(()));
        }
        let Some(datagram) = self.inbound.pop_front() else { return Poll::Pending };
        let n = datagram.len().min(HEADER);
        head[..n].copy_from_slice(&datagram[..n]);
        Poll::Ready(Ok(n))
    }
}

impl Net {
    /// Polls every 10 ms until there is an answer: when, and which.
    fn wait(&mut self, question: &mut Question, arrive_at: u32, datagram: &[u8]) -> (u32, bool) {
        loop {
            if self.now == arrive_at {
                self.inbound.push_back(datagram.to_vec());
            }
            if let Poll::Ready(up) = question.step(self, &DEFAULTS.query, self.now) {
                return (self.now, up);
            }
            assert!(self.now < 100_000, "it never ends");
            self.now += 10;
        }
    }
}

/// The query with QR and RCODE set.
fn answer(id: [u8; 2], flags: u8, codes: u8) -> Vec<u8> {
    let mut datagram = DEFAULTS.query.to_vec();
    datagram[..2].copy_from_slice(&id);
    (datagram[2], datagram[3]) = (flags, codes);
    datagram.extend([0; 16]);
    datagram
}

const ID: [u8; 2] = [0x24, 0x1a];

fn ask(datagram: &[u8]) -> (u32, bool) {
    Net::default().wait(&mut Question::new(3000, 0), 50, datagram)
}

// WAN-2
#[test]
fn the_default_query_is_the_seeds() {
    let hex: String = DEFAULTS.query.iter().map(|b| format!("{b:02x}")).collect();
    assert_eq!(hex, "241a0100000100000000000003777777 06676f6f676c6503636f6d0000010001".replace(' ', ""));
}

// WAN-1
#[test]
fn a_good_answer_is_yes_at_once() {
    assert_eq!(ask(&answer(ID, 0x81, 0x80)), (50, true));
}

#[test]
fn a_header_alone_is_enough() {
    assert_eq!(ask(&answer(ID, 0x81, 0x80)[..12]), (50, true));
}

// WAN-4, W24
#[test]
fn an_answer_that_tells_of_an_error_is_no() {
    for code in 1..=15 {
        assert_eq!(ask(&answer(ID, 0x81, 0x80 | code)), (50, false), "RCODE {code}");
    }
}

#[test]
fn what_is_not_the_answer_is_passed_over() {
    assert_eq!(ask(&answer([0x24, 0x1b], 0x81, 0x80)), (3000, false));
    assert_eq!(ask(&answer([0x25, 0x1a], 0x81, 0x80)), (3000, false));
    assert_eq!(ask(&DEFAULTS.query), (3000, false), "our own question is no answer");
    assert_eq!(ask(&answer(ID, 0x81, 0x80)[..11]), (3000, false));
    assert_eq!(ask(b""), (3000, false));
}

#[test]
fn the_answer_is_found_behind_rubbish() {
    let mut net = Net::default();
    net.inbound.extend([b"x".to_vec(), DEFAULTS.query.to_vec(), answer([0, 0], 0x81, 0x80), answer(ID, 0x81, 0x80)]);
    assert_eq!(net.wait(&mut Question::new(3000, 0), u32::MAX, b""), (0, true));
}

#[test]
fn a_flood_of_rubbish_does_not_hold_a_step_up_and_ends() {
    let mut net = Net::default();
    net.inbound.extend(std::iter::repeat_n(DEFAULTS.query.to_vec(), 10_000));
    assert_eq!(net.wait(&mut Question::new(3000, 0), u32::MAX, b""), (3000, false));
    assert!(net.inbound.len() > 8000);
}

// WAN-3
#[test]
fn the_query_goes_out_every_second_until_the_time_is_up() {
    let mut net = Net::default();
    assert_eq!(net.wait(&mut Question::new(3000, 0), u32::MAX, b""), (3000, false));
    let at: Vec<u32> = net.sent.iter().map(|(at, _)| *at).collect();
    assert_eq!(at, [0, 1000, 2000]);
    assert!(net.sent.iter().all(|(_, query)| query[..] == DEFAULTS.query));
}

#[test]
fn a_socket_that_is_slow_to_open_is_waited_for_and_time_runs() {
    let mut net = Net { opening: Some(Poll::Pending), ..Net::default() };
    let mut question = Question::new(3000, 0);
    for now in (0..2000).step_by(10) {
        net.now = now;
        assert_eq!(question.step(&mut net, &DEFAULTS.query, now), Poll::Pending);
    }
    assert!(net.sent.is_empty());
    net.opening = None;
    net.now = 2000;
    assert_eq!(net.wait(&mut question, u32::MAX, b""), (3000, false));
    assert_eq!(net.sent.len(), 1);
}

#[test]
fn a_socket_that_cannot_be_opened_is_no() {
    let mut net = Net { opening: Some(Poll::Ready(Err(()))), ..Net::default() };
    assert_eq!(Question::new(3000, 0).step(&mut net, &DEFAULTS.query, 0), Poll::Ready(false));
}

#[test]
fn a_server_that_cannot_be_reached_is_no() {
    let mut net = Net { unreachable: true, ..Net::default() };
    assert_eq!(Question::new(3000, 0).step(&mut net, &DEFAULTS.query, 0), Poll::Ready(false));
}

#[test]
fn it_asks_to_be_called_again_soon_and_never_too_late() {
    let question = Question::new(3000, u32::MAX - 1000);
    assert_eq!(question.deadline(u32::MAX - 1000), 50);
    assert_eq!(question.deadline(1979), 20, "over the wrap of the clock");
}
