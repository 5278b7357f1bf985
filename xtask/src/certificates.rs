//! Certificates and keys of one run, made with the program openssl: a CA, another one, and what they have signed.

use crate::process::run;
use crate::{Outcome, paths, setup};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const EC: &[&str] = &["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"];
const RSA: &[&str] = &["-newkey", "rsa:2048"];

struct Leaf {
    name: &'static str,
    ca: &'static str,
    key: &'static [&'static str],
    /// subjectAltName.
    names: &'static str,
    /// Below zero it has expired.
    days: i32,
    /// Further names, to make it long.
    more: usize,
}

const LEAVES: &[Leaf] = &[
    Leaf { name: "long", ca: "ca", key: EC, names: "DNS:localhost", days: 2, more: 200 },
    Leaf { name: "server", ca: "ca", key: EC, names: "DNS:localhost,IP:127.0.0.1", days: 2, more: 0 },
    Leaf { name: "rsa", ca: "ca", key: RSA, names: "DNS:localhost,IP:127.0.0.1", days: 2, more: 0 },
    Leaf { name: "expired", ca: "ca", key: EC, names: "DNS:localhost,IP:127.0.0.1", days: -1, more: 0 },
    Leaf { name: "foreign", ca: "foreign-ca", key: EC, names: "DNS:localhost,IP:127.0.0.1", days: 2, more: 0 },
    Leaf { name: "other", ca: "ca", key: EC, names: "DNS:other.example", days: 2, more: 0 },
    Leaf { name: "client", ca: "ca", key: EC, names: "DNS:client", days: 2, more: 0 },
];

/// A directory with `name`.pem and `name`.key for each of them.
pub struct Certificates {
    dir: PathBuf,
}

impl Certificates {
    pub fn make() -> Outcome<Certificates> {
        setup::need(&[setup::OPENSSL])?;
        let certificates = Certificates { dir: paths::scratch("certificates")? };
        certificates.authority("ca")?;
        certificates.authority("foreign-ca")?;
        for leaf in LEAVES {
            certificates.leaf(leaf)?;
        }
        Ok(certificates)
    }

    pub fn dir(&self) -> &Path {
        &self.dir
    }

    pub fn certificate(&self, name: &str) -> PathBuf {
        self.dir.join(name).with_extension("pem")
    }

    pub fn key(&self, name: &str) -> PathBuf {
        self.dir.join(name).with_extension("key")
    }

    fn authority(&self, name: &str) -> Outcome {
        let mut command = self.openssl(&["req", "-x509", "-nodes", "-days", "2"]);
        command.args(EC).args(["-subj", &format!("/CN={name}"), "-addext", "basicConstraints=critical,CA:TRUE"]);
        run(command.arg("-keyout").arg(self.key(name)).arg("-out").arg(self.certificate(name))).map(|_| ())
    }

    fn leaf(&self, leaf: &Leaf) -> Outcome {
        let request = self.dir.join(leaf.name).with_extension("csr");
        let mut command = self.openssl(&["req", "-new", "-nodes"]);
        command.args(leaf.key).args(["-subj", &format!("/CN={}", leaf.name)]);
        let more: String = (0..leaf.more).map(|n| format!(",DNS:{n}.another.name.example")).collect();
        command.args(["-addext", &format!("subjectAltName={}{more}", leaf.names)]);
        run(command.arg("-keyout").arg(self.key(leaf.name)).arg("-out").arg(&request))?;
        let mut command = self.openssl(&["x509", "-req", "-copy_extensions", "copy", "-days", &leaf.days.to_string()]);
        command.arg("-CA").arg(self.certificate(leaf.ca)).arg("-CAkey").arg(self.key(leaf.ca));
        run(command.arg("-in").arg(&request).arg("-out").arg(self.certificate(leaf.name))).map(|_| ())
    }

    /// Serial numbers and the like land in our directory.
    fn openssl(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("openssl");
        command.args(arguments).current_dir(&self.dir);
        command
    }
}

impl Drop for Certificates {
    fn drop(&mut self) {
        // A directory that stays is harmless: its name is not used again.
        let _ = fs::remove_dir_all(&self.dir);
    }
}
