//! Whom c_examples/tls.c connects to and whom it refuses, and that it says why.

use super::Case;
use super::stage::{SOON, Stage};
use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread;
use std::time::Duration;
use xtask::Outcome;
use xtask::broker::{Broker, Memory, Tls};

pub const CASES: &[Case] = &[
    Case { name: "the right certificate, by its name", run: |stage| accepted(stage, &Tls::USUAL, "localhost", &[]) },
    Case { name: "the right certificate, by an address", run: |stage| accepted(stage, &Tls::USUAL, "127.0.0.1", NAME) },
    Case { name: "an RSA certificate", run: |stage| accepted(stage, &of("rsa"), "127.0.0.1", NAME) },
    Case { name: "a broker of TLS 1.2", run: |stage| accepted(stage, &version("tlsv1.2"), "127.0.0.1", NAME) },
    Case {
        name: "a broker of TLS 1.3 only is refused",
        run: |stage| refused(stage, &version("tlsv1.3"), "ca", TLS_1_3),
    },
    Case { name: "another CA is refused", run: |stage| refused(stage, &Tls::USUAL, "foreign-ca", OTHER_CA) },
    Case {
        name: "a certificate of another CA is refused",
        run: |stage| refused(stage, &of("foreign"), "ca", OTHER_CA),
    },
    Case {
        name: "an expired certificate is refused",
        run: |stage| refused(stage, &of("expired"), "ca", "certificate expired"),
    },
    Case { name: "another host name is refused", run: |stage| refused(stage, &of("other"), "ca", "wrong host name") },
    Case { name: "an address without a name is refused", run: address },
    Case { name: "a client certificate is shown", run: shown },
    Case { name: "without a client certificate", run: |stage| refused(stage, &WANTS, "ca", "we have none") },
    Case { name: "a broker without TLS is refused", run: plain_broker },
    Case { name: "a server that talks without TLS is refused", run: plain_talker },
];

const NAME: &[&str] = &["--name", "localhost"];
const OTHER_CA: &str = "not signed by the given CA";
const TLS_1_3: &str = "the peer wants another version of TLS";
const WANTS: Tls = Tls { wants_certificate: true, ..Tls::USUAL };

fn of(certificate: &'static str) -> Tls {
    Tls { certificate, ..Tls::USUAL }
}

fn version(version: &'static str) -> Tls {
    Tls { version: Some(version), ..Tls::USUAL }
}

/// Publishes twice, hears both, and leaves in good order.
fn accepted(stage: &Stage, tls: &Tls, server: &str, options: &[&str]) -> Outcome<String> {
    let broker = stage.broker(tls)?;
    let arguments = [&["0.3", "2"], options].concat();
    let mut program = stage.example(server, broker.tls_port()?, "ca", &arguments)?;
    let (_, up) = program.wait_for_line(0, SOON, |line| line.text.starts_with("up, "))?;
    for n in 0..2 {
        let echo = format!("Topic = result Count = {n} Retransmissions = 0 Retained = False");
        program.wait_for_line(0, SOON, |line| line.text == echo)?;
    }
    program.wait_for_line(0, SOON, |line| line.text == "left")?;
    match program.wait(SOON)? {
        status if status.success() => Ok(up.text),
        status => Err(format!("it ended with {status}")),
    }
}

fn refused(stage: &Stage, tls: &Tls, ca: &str, reason: &str) -> Outcome<String> {
    let broker = stage.broker(tls)?;
    says_why(stage, "127.0.0.1", broker.tls_port()?, ca, NAME, reason)
}

/// The program says this reason, tries again, says it again, and was never up.
fn says_why(stage: &Stage, server: &str, port: u16, ca: &str, options: &[&str], reason: &str) -> Outcome<String> {
    let program = stage.example(server, port, ca, &[&["0.1"], options].concat())?;
    let is_refusal = |text: &str| text.starts_with("down: ") && text.contains(reason);
    let (first, _) = program.wait_for_line(0, SOON, |line| is_refusal(&line.text))?;
    let (_, again) = program.wait_for_line(first + 1, SOON, |line| is_refusal(&line.text))?;
    match program.lines().iter().find(|line| line.text.starts_with("up")) {
        Some(_) => Err("it connected".to_string()),
        None => Ok(again.text.split("): ").last().unwrap_or_default().to_string()),
    }
}

/// Mbed TLS 2.28 compares DNS names only, although the certificate has the address, too.
fn address(stage: &Stage) -> Outcome<String> {
    let broker = stage.broker(&Tls::USUAL)?;
    says_why(stage, "127.0.0.1", broker.tls_port()?, "ca", &[], "wrong host name")
}

fn shown(stage: &Stage) -> Outcome<String> {
    let file = |path: std::path::PathBuf| path.display().to_string();
    let (cert, key) = (file(stage.certificates.certificate("client")), file(stage.certificates.key("client")));
    accepted(stage, &WANTS, "localhost", &["--cert", &cert, "--key", &key])
}

fn plain_broker(stage: &Stage) -> Outcome<String> {
    let broker = Broker::start(Memory::Forgotten)?;
    says_why(stage, "127.0.0.1", broker.port(), "ca", NAME, "is TLS spoken on this port?")
}

/// Answers what it does not understand with words.
fn plain_talker(stage: &Stage) -> Outcome<String> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).map_err(|e| e.to_string())?;
    let port = listener.local_addr().map_err(|e| e.to_string())?.port();
    // It ends with the second connection, which comes, or the case has failed.
    thread::spawn(move || {
        for mut stream in listener.incoming().take(2).flatten() {
            let _ = stream.set_read_timeout(Some(Duration::from_secs(5)));
            let _ = stream.read(&mut [0; 512]);
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
        }
    });
    says_why(stage, "127.0.0.1", port, "ca", NAME, "the peer does not speak TLS")
}
