//! rumqttd, built from tests/brokers/rumqttd.

use super::{Kind, PASSWORD, USER};
use crate::process::run;
use crate::{Outcome, paths};
use std::path::{Path, PathBuf};
use std::process::Command;

pub const KIND: Kind = Kind {
    name: "rumqttd",
    version: "0.20.0",
    from: "Cargo",
    has_login: true,
    speaks_v5: false,
    prepare,
    command,
    says: None,
};

fn target() -> PathBuf {
    paths::target().join("brokers/rumqttd")
}

fn program() -> PathBuf {
    target().join("debug/limpet-rumqttd")
}

fn prepare() -> Outcome {
    let manifest = paths::root().join("tests/brokers/rumqttd/Cargo.toml");
    if !program().exists() {
        println!("building rumqttd, some minutes ...");
    }
    let mut command = Command::new("cargo");
    command.args(["build", "--quiet", "--locked", "--manifest-path"]).arg(manifest);
    run(command.env("CARGO_TARGET_DIR", target())).map(|_| ())
}

fn command(dir: &Path, port: u16) -> Outcome<Command> {
    let config = dir.join("rumqttd.toml");
    paths::write(&config, &text(port))?;
    let mut command = Command::new(program());
    command.arg(config);
    Ok(command)
}

fn text(port: u16) -> String {
    format!(
        "\
id = 0

[router]
max_connections = 100
max_outgoing_packet_count = 200
max_segment_size = 10485760
max_segment_count = 10

[v4.limpet]
name = \"limpet\"
listen = \"127.0.0.1:{port}\"
next_connection_delay_ms = 1

[v4.limpet.connections]
connection_timeout_ms = 5000
max_payload_size = 262144
max_inflight_count = 20
dynamic_filters = true

[v4.limpet.connections.auth]
\"{USER}\" = \"{PASSWORD}\"
"
    )
}
