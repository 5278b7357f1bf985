//! Mosquitto as it comes, with a login.

use super::{Kind, PASSWORD, USER};
use crate::process::run;
use crate::{Outcome, paths, setup};
use std::path::Path;
use std::process::Command;

pub const KIND: Kind = Kind {
    name: "Mosquitto",
    version: "2.0.11",
    from: "Debian 12",
    has_login: true,
    speaks_v5: true,
    prepare: || setup::need(&[setup::MOSQUITTO]),
    command,
    says: Some(" running"),
};

fn command(dir: &Path, port: u16) -> Outcome<Command> {
    let program = setup::find("mosquitto").ok_or("mosquitto is not installed")?;
    let tool = setup::find("mosquitto_passwd").ok_or("mosquitto_passwd is not installed")?;
    let (config, passwords) = (dir.join("mosquitto.conf"), dir.join("passwords"));
    run(Command::new(tool).args(["-b", "-c"]).arg(&passwords).args([USER, PASSWORD]))?;
    let lines = [
        format!("listener {port} 127.0.0.1"),
        "allow_anonymous false".to_string(),
        format!("password_file {}", passwords.display()),
        // As root Mosquitto would become a user who cannot read our directory.
        "user root".to_string(),
        "log_dest stderr".to_string(),
    ];
    paths::write(&config, &(lines.join("\n") + "\n"))?;
    let mut command = Command::new(program);
    command.arg("-c").arg(config);
    Ok(command)
}
