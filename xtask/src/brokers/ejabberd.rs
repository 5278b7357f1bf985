//! ejabberd, of which only MQTT is started: no XMPP, no cluster, and none of its own start scripts, which make another
//! process than the one we started the broker.

use super::{Kind, PASSWORD, USER};
use crate::{Outcome, paths, setup};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

pub const KIND: Kind = Kind {
    name: "ejabberd",
    version: "23.01",
    from: "Debian 12",
    has_login: true,
    speaks_v5: true,
    prepare: || setup::need(&[setup::EJABBERD]),
    command,
    says: Some("registered ok"),
};

fn command(dir: &Path, port: u16) -> Outcome<Command> {
    let program = setup::find("erl").ok_or("erl is not installed")?;
    let config = dir.join("ejabberd.yml");
    paths::write(&config, &text(port))?;
    let (user, host) = USER.split_once('@').ok_or("the user has no host")?;
    let register = format!(
        "application:ensure_all_started(ejabberd), \
         R = ejabberd_auth:try_register(<<\"{user}\">>, <<\"{host}\">>, <<\"{PASSWORD}\">>), \
         io:format(\"registered ~p~n\", [R])."
    );
    let mut command = Command::new(program);
    command.args(["-noinput", "-mnesia", "dir"]).arg(format!("\"{}\"", dir.join("mnesia").display()));
    command.args(["-s", "ejabberd", "-eval", &register]);
    command.env("ERL_LIBS", libraries()?).env("HOME", dir).env("SPOOL_DIR", dir);
    // Its dump would lie where we are.
    command.current_dir(dir).env("ERL_CRASH_DUMP_BYTES", "0");
    command.env("EJABBERD_CONFIG_PATH", config).env("EJABBERD_LOG_PATH", dir.join("ejabberd.log"));
    Ok(command)
}

/// The directory of /usr/lib, named after the machine, that has ejabberd's modules.
fn libraries() -> Outcome<PathBuf> {
    let inside = |dir: &Path| {
        let entries = fs::read_dir(dir).into_iter().flatten().flatten();
        entries.into_iter().any(|e| e.file_name().to_string_lossy().starts_with("ejabberd-"))
    };
    let places = fs::read_dir("/usr/lib").into_iter().flatten().flatten().map(|e| e.path());
    places.into_iter().find(|dir| inside(dir)).ok_or_else(|| "ejabberd's modules are not in /usr/lib".to_string())
}

fn text(port: u16) -> String {
    format!(
        "\
hosts: [localhost]
loglevel: warning
listen:
  - port: {port}
    ip: \"127.0.0.1\"
    module: mod_mqtt
auth_method: internal
modules:
  mod_mqtt:
    access_publish:
      \"#\":
        - allow: all
    access_subscribe:
      \"#\":
        - allow: all
"
    )
}
