//! The part of README.md that maps every name of the seed to ours: nothing is left out, and what it names is there.

use xtask::{Outcome, header, paths};

/// Between two of these.
const MARK: &str = "<!-- seed -->";

/// Of the seed: its configuration, methods, variables and files. A row may have several.
const NAMES: &[&str] = &[
    "client_id",
    "server",
    "port",
    "user",
    "password",
    "keepalive",
    "ping_interval",
    "ssl",
    "ssl_params",
    "response_time",
    "clean_init",
    "clean",
    "max_repubs",
    "will",
    "subs_cb",
    "wifi_coro",
    "connect_coro",
    "ssid",
    "wifi_pw",
    "MQTTClient(config)",
    "connect",
    "publish(topic, msg, retain, qos)",
    "subscribe",
    "isconnected",
    "disconnect",
    "close",
    "broker_up",
    "wan_ok",
    "DEBUG",
    "REPUB_COUNT",
    "VERSION",
    "mqtt_as.py",
    "config.py",
    "clean.py",
    "unclean.py",
    "range.py",
    "range_ex.py",
    "pubtest",
    "main.py",
    "tls.py",
    "lowpower.py",
    "mqtt_as_timeout.py",
];

pub fn check() -> Outcome {
    let readme = paths::read(&paths::root().join("README.md"))?;
    let part = readme.split(MARK).nth(1).ok_or("README.md does not map the names of the seed")?;
    let mut faults = faults(part, &header::functions()?);
    let missing = named(part).filter(|file| file.starts_with("c_examples/") && !paths::root().join(file).exists());
    faults.extend(missing.map(|file| format!("{file} is not there")));
    if faults.is_empty() { Ok(()) } else { Err(format!("README.md, every name of the seed: {}", faults.join("; "))) }
}

fn faults(part: &str, functions: &[String]) -> Vec<String> {
    let rows: Vec<&str> = part.lines().filter(|line| line.starts_with("| ")).collect();
    let mut faults = Vec::new();
    let empty = rows.iter().filter(|row| row.trim_matches('|').split(" | ").any(|cell| cell.trim().is_empty()));
    faults.extend(empty.map(|row| format!("an empty cell: {row}")));
    let firsts: Vec<&str> = rows.iter().filter_map(|row| row.split(" | ").next()).flat_map(quoted).collect();
    let missing = NAMES.iter().filter(|name| !firsts.contains(name));
    faults.extend(missing.map(|name| format!("{name} is missing")));
    let ours = named(part).filter(|name| name.starts_with("mqtt_") && !name.starts_with("mqtt_as"));
    let unknown = ours.filter(|name| !functions.iter().any(|f| f == name) && !STRUCTS.contains(name));
    faults.extend(unknown.map(|name| format!("{name} is not in the header")));
    faults
}

const STRUCTS: &[&str] = &["mqtt_config", "mqtt_will", "mqtt_link", "mqtt_wan", "mqtt_message", "mqtt_v5"];

/// What stands between backquotes.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// The last words of what stands between backquotes: `struct mqtt_link` is mqtt_link.
fn named(text: &str) -> impl Iterator<Item = &str> {
    quoted(text).filter_map(|words| words.split(' ').next_back())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole() -> String {
        NAMES.iter().map(|name| format!("| `{name}` | `mqtt_poll` |\n")).collect()
    }

    fn faults_of(part: &str) -> Vec<String> {
        faults(part, &["mqtt_poll".to_string()])
    }

    #[test]
    fn a_whole_table_has_no_fault() {
        assert_eq!(faults_of(&whole()), Vec::<String>::new());
    }

    #[test]
    fn an_empty_cell_is_a_fault() {
        assert_eq!(faults_of(&(whole() + "| `more` |  |\n")).len(), 1);
    }

    #[test]
    fn a_name_that_is_missing_is_a_fault() {
        assert_eq!(faults_of(&whole().replace("wan_ok", "wan")), ["wan_ok is missing"]);
    }

    #[test]
    fn a_function_that_the_header_does_not_have_is_a_fault() {
        assert_eq!(faults_of(&(whole() + "| `x` | `mqtt_pole` |\n")), ["mqtt_pole is not in the header"]);
    }
}
