//! The options of menuconfig, read by ESP-IDF's own tool.

use super::super::Case;
use super::super::delivery::Delivery;
use super::{component, ours};
use std::path::PathBuf;
use std::process::Command;
use xtask::process::run;
use xtask::{Outcome, paths};

pub fn cases() -> Vec<Case> {
    vec![
        Case::new("ESP-IDF: menuconfig's defaults and the example's answers are taken", defaults),
        Case::new("ESP-IDF: what a chip does not have is not offered", without),
    ]
}

/// A directory with sdkconfig.h and sdkconfig.cmake. `answers` are lines as in sdkconfig.defaults.
pub fn configure(delivery: &Delivery, name: &str, answers: &str) -> Outcome<PathBuf> {
    let dir = delivery.work(&format!("config-{name}"))?;
    paths::write(&dir.join("answers"), answers)?;
    let mut kconfgen = Command::new(&delivery.python);
    kconfgen.args(["-m", "kconfgen", "--kconfig"]).arg(ours().join("Kconfig")).args(["--defaults", "answers"]);
    kconfgen.arg("--env").arg(format!("COMPONENT_KCONFIG={}", component(delivery)?.join("Kconfig").display()));
    kconfgen.args(["--config", "sdkconfig", "--output", "header", "sdkconfig.h"]);
    kconfgen.args(["--output", "cmake", "sdkconfig.cmake"]);
    let said = run(kconfgen.current_dir(&dir))?;
    if said.to_lowercase().contains("warning") {
        return Err(said);
    }
    Ok(dir)
}

/// What the example says in its sdkconfig.defaults.
pub fn answers_of_example(delivery: &Delivery) -> Outcome<String> {
    paths::read(&component(delivery)?.join("examples/hello/sdkconfig.defaults"))
}

fn defaults(delivery: &Delivery) -> Outcome {
    let dir = configure(delivery, "defaults", &answers_of_example(delivery)?)?;
    let header = paths::read(&dir.join("sdkconfig.h"))?;
    let wanted = [
        "CONFIG_LIMPET_SERVER \"192.168.1.10\"",
        "CONFIG_LIMPET_WIFI_SSID \"my network\"",
        "CONFIG_LIMPET_PORT 0",
        "CONFIG_LIMPET_KEEPALIVE_S 60",
        "CONFIG_LIMPET_WIFI 1",
        "CONFIG_LIMPET_ESP_TLS 1",
        "CONFIG_LIMPET_TASK_STACK 4096",
        "CONFIG_LIMPET_TASK_CORE -1",
    ];
    match wanted.iter().find(|line| !header.contains(&format!("#define {line}\n"))) {
        Some(line) => Err(format!("sdkconfig.h does not have {line}:\n{header}")),
        None => Ok(()),
    }
}

fn without(delivery: &Delivery) -> Outcome {
    let dir = configure(delivery, "without", "CONFIG_HAS_WIFI=n\nCONFIG_HAS_MBEDTLS=n\nCONFIG_LIMPET_TASK=n\n")?;
    let header = paths::read(&dir.join("sdkconfig.h"))?;
    let offered = [
        "CONFIG_LIMPET_WIFI",
        "CONFIG_LIMPET_ESP_TLS",
        "CONFIG_LIMPET_TASK",
        "CONFIG_LIMPET_RX_SIZE",
        "CONFIG_LIMPET_NVS",
    ];
    match offered.iter().find(|name| header.contains(*name)) {
        Some(name) => Err(format!("sdkconfig.h has {name}")),
        None if header.contains("CONFIG_LIMPET_SERVER") => Ok(()),
        None => Err(format!("sdkconfig.h has nothing of the component:\n{header}")),
    }
}
