//! The proxy against an echo server: each fault is what it says.

use std::io::{ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};
use xtask::proxy::{Entry, Proxy};

/// A server that sends back what it gets, and the proxy before it.
fn echo() -> Proxy {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            thread::spawn(move || std::io::copy(&mut &stream, &mut &stream));
        }
    });
    Proxy::start(port, 7).unwrap()
}

fn client(proxy: &Proxy) -> TcpStream {
    let stream = TcpStream::connect(("127.0.0.1", proxy.port())).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    stream
}

fn ask(mut stream: &TcpStream, question: &[u8]) -> std::io::Result<Vec<u8>> {
    stream.write_all(question)?;
    let mut answer = vec![0; question.len()];
    stream.read_exact(&mut answer)?;
    Ok(answer)
}

fn is_silent(mut stream: &TcpStream) -> bool {
    stream.set_read_timeout(Some(Duration::from_millis(200))).unwrap();
    let result = stream.read(&mut [0; 16]);
    stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    result.is_err_and(|e| e.kind() == ErrorKind::WouldBlock)
}

#[test]
fn without_rules_bytes_pass_and_the_end_of_the_stream_too() {
    let proxy = echo();
    let mut stream = client(&proxy);
    assert_eq!(ask(&stream, b"hello").unwrap(), b"hello");
    stream.shutdown(std::net::Shutdown::Write).unwrap();
    assert_eq!(stream.read(&mut [0; 1]).unwrap(), 0);
}

#[test]
fn refused_connections_are_refused_until_the_rule_is_lifted() {
    let proxy = echo();
    proxy.change(|rules| rules.entry = Entry::Refuse);
    thread::sleep(Duration::from_millis(100));
    let error = TcpStream::connect(("127.0.0.1", proxy.port())).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
    proxy.change(|rules| rules.entry = Entry::Pass);
    thread::sleep(Duration::from_millis(100));
    assert_eq!(ask(&client(&proxy), b"hello").unwrap(), b"hello");
}

#[test]
fn a_silent_proxy_accepts_and_never_answers() {
    let proxy = echo();
    proxy.change(|rules| rules.entry = Entry::Silent);
    let mut stream = client(&proxy);
    stream.write_all(b"hello").unwrap();
    assert!(is_silent(&stream));
}

#[test]
fn a_hole_opens_after_so_many_bytes_and_nothing_of_them_is_lost() {
    let proxy = echo();
    let mut stream = client(&proxy);
    assert_eq!(ask(&stream, b"before").unwrap(), b"before");
    proxy.change(|rules| rules.down.hole_after = Some(4));
    stream.write_all(b"during").unwrap();
    let mut answer = [0; 6];
    stream.read_exact(&mut answer[..4]).unwrap();
    assert!(is_silent(&stream));
    assert!(proxy.rules().down.hole);
    proxy.change(|rules| rules.down.hole = false);
    stream.read_exact(&mut answer[4..]).unwrap();
    assert_eq!(&answer, b"during");
}

#[test]
fn a_hole_in_either_direction_holds_bytes_back_and_gives_them_later() {
    for up in [true, false] {
        let proxy = echo();
        let mut stream = client(&proxy);
        assert_eq!(ask(&stream, b"before").unwrap(), b"before");
        proxy.change(|rules| (rules.up.hole, rules.down.hole) = (up, !up));
        thread::sleep(Duration::from_millis(50));
        stream.write_all(b"during").unwrap();
        assert!(is_silent(&stream));
        proxy.change(|rules| (rules.up.hole, rules.down.hole) = (false, false));
        let mut late = [0; 6];
        stream.read_exact(&mut late).unwrap();
        assert_eq!(&late, b"during");
    }
}

#[test]
fn a_reset_is_a_reset_and_not_an_end() {
    let proxy = echo();
    let mut stream = client(&proxy);
    assert_eq!(ask(&stream, b"hello").unwrap(), b"hello");
    proxy.reset();
    assert_eq!(stream.read(&mut [0; 1]).unwrap_err().kind(), ErrorKind::ConnectionReset);
}

#[test]
fn a_half_closed_connection_still_takes_bytes() {
    let proxy = echo();
    let mut stream = client(&proxy);
    assert_eq!(ask(&stream, b"hello").unwrap(), b"hello");
    proxy.half_close();
    assert_eq!(stream.read(&mut [0; 1]).unwrap(), 0);
    stream.write_all(b"still there").unwrap();
}

#[test]
fn a_rate_is_kept() {
    let proxy = echo();
    let stream = client(&proxy);
    proxy.change(|rules| rules.up.rate = 100);
    let start = Instant::now();
    assert_eq!(ask(&stream, &[7; 50]).unwrap(), [7; 50]);
    let took = start.elapsed();
    assert!(took > Duration::from_millis(400) && took < Duration::from_millis(2000), "{took:?}");
}

#[test]
fn a_cut_lets_exactly_so_many_bytes_pass() {
    let proxy = echo();
    let mut stream = client(&proxy);
    proxy.change(|rules| rules.down.cut_after = Some(3));
    stream.write_all(b"hello").unwrap();
    let mut got = Vec::new();
    assert_eq!(stream.read_to_end(&mut got).unwrap_err().kind(), ErrorKind::ConnectionReset);
    assert_eq!(got, b"hel");
}

#[test]
fn one_bit_of_one_byte_is_flipped_and_the_seed_tells_which() {
    let flipped = || {
        let proxy = echo();
        proxy.change(|rules| rules.up.flip_after = Some(2));
        let answer = ask(&client(&proxy), &[0; 8]).unwrap();
        assert_eq!(answer.iter().map(|b| b.count_ones()).sum::<u32>(), 1);
        assert_eq!(answer[2].count_ones(), 1);
        answer
    };
    assert_eq!(flipped(), flipped());
}

#[test]
fn chunks_and_delays_change_nothing_but_the_time() {
    let proxy = echo();
    proxy.change(|rules| (rules.up.chunk, rules.down.delay_ms) = (1, (1, 5)));
    assert_eq!(ask(&client(&proxy), b"some words").unwrap(), b"some words");
}

#[test]
fn connections_are_counted() {
    let proxy = echo();
    for _ in 0..3 {
        ask(&client(&proxy), b"x").unwrap();
    }
    assert_eq!(proxy.accepted(), 3);
}
