//! One large message both ways through small buffers and a slow link: mbedtls_ssl_write is offered the same bytes until
//! it takes them, or they would arrive spoilt or not at all. The probe holds it for a while when it comes back.

use super::Case;
use super::stage::{Stage, Task, last_words};
use std::time::Duration;
use xtask::Outcome;
use xtask::broker::Tls;
use xtask::proxy::{Lane, Proxy, Rules};

pub const CASES: &[Case] = &[
    Case { name: "100 kB both ways", run: |stage| bulk(stage, "server", Lane::CLEAR, 0) },
    Case { name: "100 kB both ways, with RSA", run: |stage| bulk(stage, "rsa", Lane::CLEAR, 0) },
    Case { name: "100 kB both ways, slowly, small buffers", run: |stage| bulk(stage, "server", SLOW, 4096) },
];

/// 100 kB each way in a second and a half.
const SLOW: Lane = Lane { rate: 65_536, chunk: 1000, ..Lane::CLEAR };

/// In 0.3 s; a loop that spins has thousands.
const MOST_HELD_POLLS: u32 = 50;

fn number_after(text: &str, words: &str) -> Option<u32> {
    let (_, rest) = text.split_once(words)?;
    rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

fn bulk(stage: &Stage, certificate: &'static str, lane: Lane, send_buffer: u32) -> Outcome<String> {
    let broker = stage.broker(&Tls { certificate, ..Tls::USUAL })?;
    let proxy = Proxy::start(broker.tls_port()?, 1)?;
    proxy.set(Rules { up: lane, down: lane, ..Rules::CLEAR });
    let task = Task { payload: 100_000, send_buffer, ..Task::WAIT };
    let mut probe = stage.probe(proxy.port(), &task)?;
    let (lines, last) = last_words(&mut probe, Duration::from_secs(60))?;
    let came_back = lines.iter().any(|line| line.text == "100000 of 100000 bytes came back");
    let blocked = number_after(&last, "blocked writes ").is_some_and(|n| n > 0);
    // What waits in the socket, or decrypted above it, must not keep the loop awake.
    let slept = number_after(&last, "while held ").is_some_and(|n| (1..MOST_HELD_POLLS).contains(&n));
    match came_back && slept && (send_buffer == 0 || blocked) {
        true => Ok(last),
        false => Err(lines.iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join("; ")),
    }
}
