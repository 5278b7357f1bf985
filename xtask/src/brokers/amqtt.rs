//! amqtt, in a virtual environment with the packages of tests/brokers/amqtt/requirements.txt.

use super::Kind;
use crate::{Outcome, paths, python};
use std::path::{Path, PathBuf};
use std::process::Command;

pub const KIND: Kind = Kind {
    name: "amqtt",
    version: "0.12.1",
    from: "PyPI",
    has_login: false,
    speaks_v5: false,
    prepare,
    command,
    says: None,
};

fn place() -> PathBuf {
    paths::target().join("brokers/amqtt")
}

fn prepare() -> Outcome {
    python::environment(&place(), &paths::root().join("tests/brokers/amqtt/requirements.txt")).map(|_| ())
}

fn command(dir: &Path, port: u16) -> Outcome<Command> {
    let config = dir.join("amqtt.yaml");
    paths::write(&config, &text(port))?;
    let mut command = Command::new(place().join("bin/amqtt"));
    command.arg("-c").arg(config);
    Ok(command)
}

fn text(port: u16) -> String {
    format!(
        "\
listeners:
  default:
    type: tcp
    bind: 127.0.0.1:{port}
plugins:
  amqtt.plugins.authentication.AnonymousAuthPlugin:
    allow_anonymous: true
"
    )
}
