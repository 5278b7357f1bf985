//! amqtt, in a virtual environment with the packages of tests/brokers/amqtt/requirements.txt.

use super::Kind;
use crate::process::run;
use crate::{Outcome, paths, setup};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

pub const KIND: Kind =
    Kind { name: "amqtt", version: "0.12.1", from: "PyPI", has_login: false, prepare, command, says: None };

fn place() -> PathBuf {
    paths::target().join("brokers/amqtt")
}

/// The list that was installed stays in the environment: another list makes another environment.
fn prepare() -> Outcome {
    let list = paths::root().join("tests/brokers/amqtt/requirements.txt");
    let (wanted, stamp) = (paths::read(&list)?, place().join("installed.txt"));
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    setup::need_python_venv()?;
    println!("installing amqtt, half a minute ...");
    paths::fresh(&place())?;
    run(Command::new("python3").args(["-m", "venv"]).arg(place()))?;
    let mut pip = Command::new(place().join("bin/python"));
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "-r"]);
    run(pip.arg(&list))?;
    paths::write(&stamp, &wanted)
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
