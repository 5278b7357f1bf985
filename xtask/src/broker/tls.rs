//! A second listener of the broker, with TLS. The first one stays for the tests' own clients, which speak none.

use super::{Broker, Memory};
use crate::certificates::Certificates;
use crate::process::free_port;
use crate::{Outcome, paths};

/// What the listener shows and asks for.
#[derive(Clone, Copy)]
pub struct Tls {
    /// Name of the certificate and its key.
    pub certificate: &'static str,
    /// Clients must show a certificate of the CA.
    pub wants_certificate: bool,
    /// Only this version, in Mosquitto's words.
    pub version: Option<&'static str>,
}

impl Tls {
    pub const USUAL: Tls = Tls { certificate: "server", wants_certificate: false, version: None };
}

impl Broker {
    pub fn start_with_tls(memory: Memory, tls: &Tls, certificates: &Certificates) -> Outcome<Broker> {
        let mut broker = Broker::prepare(memory)?;
        let port = free_port()?;
        let mut lines = vec![
            format!("listener {port} 127.0.0.1"),
            format!("certfile {}", certificates.certificate(tls.certificate).display()),
            format!("keyfile {}", certificates.key(tls.certificate).display()),
        ];
        if tls.wants_certificate {
            lines.push(format!("cafile {}", certificates.certificate("ca").display()));
            lines.push("require_certificate true".to_string());
        }
        if let Some(version) = tls.version {
            lines.push(format!("tls_version {version}"));
        }
        let file = broker.dir.join("mosquitto.conf");
        paths::write(&file, &(paths::read(&file)? + &lines.join("\n") + "\n"))?;
        broker.tls_port = Some(port);
        broker.restart()?;
        Ok(broker)
    }

    /// From the next start on its listener with TLS shows this certificate.
    pub fn show(&self, certificate: &str, certificates: &Certificates) -> Outcome {
        let file = self.dir.join("mosquitto.conf");
        let text = paths::read(&file)?;
        let lines = text.lines().map(|line| match line.split(' ').next() {
            Some("certfile") => format!("certfile {}\n", certificates.certificate(certificate).display()),
            Some("keyfile") => format!("keyfile {}\n", certificates.key(certificate).display()),
            _ => format!("{line}\n"),
        });
        paths::write(&file, &lines.collect::<String>())
    }

    /// Of the listener with TLS.
    pub fn tls_port(&self) -> Outcome<u16> {
        self.tls_port.ok_or_else(|| "the broker has no listener with TLS".to_string())
    }
}
