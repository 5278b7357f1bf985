//! The component's CMakeLists.txt in a build that does what ESP-IDF's does, with Debian's compiler for RISC-V.

use super::super::delivery::Delivery;
use super::super::{Case, refusal};
use super::configuration::{answers_of_example, configure};
use super::{component, ours};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;
use xtask::firmware::sources;
use xtask::process::{attempt, run};
use xtask::{Outcome, paths};

const LIMIT: Duration = Duration::from_secs(120);

/// A chip, and what Debian's compiler is told for it.
const CHIPS: &[(&str, &str)] = &[
    ("esp32c3", "-march=rv32imc -mabi=ilp32"),
    ("esp32c6", "-march=rv32imac -mabi=ilp32"),
    ("esp32p4", "-march=rv32imafc -mabi=ilp32f"),
];

const ALL_CHIPS: &str = "--specs=picolibc.specs -DESP_PLATFORM '-DMBEDTLS_CONFIG_FILE=\"mbedtls/small_config.h\"'";

/// What is configured differently, and whether the example, which wants all of it, can be built.
const VARIANTS: &[(&str, &str, bool)] = &[
    ("as it is", "", true),
    ("without TLS", "CONFIG_HAS_MBEDTLS=n\n", true),
    ("without Wi-Fi", "CONFIG_HAS_WIFI=n\n", false),
    ("without a task", "CONFIG_LIMPET_TASK=n\n", false),
    ("with a store in NVS", "CONFIG_LIMPET_NVS=y\n", true),
    ("without a mailbox", "CONFIG_LIMPET_MAILBOX_SIZE=0\n", true),
    ("with all that can be said", ALL_SAID, true),
];

const ALL_SAID: &str = "CONFIG_LIMPET_CLIENT_ID=\"me\"\nCONFIG_LIMPET_USERNAME=\"user\"\n\
    CONFIG_LIMPET_PASSWORD=\"secret\"\nCONFIG_LIMPET_KEEP_SESSION=y\nCONFIG_LIMPET_TASK_CORE=1\n";

pub fn cases() -> Vec<Case> {
    let mut cases = vec![
        Case::new("ESP-IDF: a component is asked what it requires without being built", requirements),
        Case::new("ESP-IDF: every chip of the manifest gets its archive, and that of MQTT 5 if asked", archives),
        Case::new("ESP-IDF: a chip without an archive is told what there is", no_archive),
    ];
    for (chip, flags) in CHIPS {
        cases.push(Case::new(format!("ESP-IDF, {chip}: the example links, and lacks only what is ESP-IDF's"), |d| {
            links(d, chip, flags)
        }));
    }
    cases.push(Case::new("ESP-IDF: the example call compiles", |delivery| {
        let (build, mut configure) = cmake(delivery, "call-compiled", CHIPS[0].0, CHIPS[0].1, "")?;
        run(configure.arg("-DEXAMPLE=call"))?;
        run(Command::new("cmake").arg("--build").arg(build).args(["--target", "__idf_main"])).map(|_| ())
    }));
    for (number, (what, answers, whole)) in VARIANTS.iter().enumerate() {
        cases.push(Case::new(format!("ESP-IDF: it compiles {what}"), move |delivery| {
            variant(delivery, &format!("variant-{number}"), answers, *whole)
        }));
    }
    cases
}

fn requirements(delivery: &Delivery) -> Outcome {
    let mut cmake = Command::new("cmake");
    cmake.arg(format!("-DCOMPONENT={}", component(delivery)?.display()));
    let said = run(cmake.arg("-P").arg(ours().join("cmake/requirements.cmake")))?;
    let wanted = "requires: ;lwip;esp_timer;esp_hw_support;esp_event;esp_netif;esp_wifi;esp-tls;nvs_flash";
    if said.trim() == wanted { Ok(()) } else { Err(said) }
}

/// The build of a chip, configured.
fn cmake(delivery: &Delivery, name: &str, chip: &str, flags: &str, answers: &str) -> Outcome<(PathBuf, Command)> {
    let configuration = configure(delivery, name, &(answers_of_example(delivery)? + answers))?;
    let build = delivery.work(&format!("espidf-{name}"))?;
    let lwip = sources::LWIP.ready()?.join("src/include");
    let firmware = paths::root().join("tests/firmware");
    let extra = [
        ("lwip", lwip),
        ("lwip", firmware.join("freertos")),
        ("lwip", firmware.join("lwip")),
        ("esp-tls", sources::MBEDTLS.ready()?.join("include")),
        ("esp-tls", firmware),
    ];
    let extra = extra.map(|(component, dir)| format!("{component}={}", dir.display()));
    let mut cmake = Command::new("cmake");
    cmake.args(["-G", "Ninja", "-S"]).arg(ours().join("cmake")).arg("-B").arg(&build);
    let words = [
        ("CMAKE_SYSTEM_NAME", "Generic".to_string()),
        ("CMAKE_TRY_COMPILE_TARGET_TYPE", "STATIC_LIBRARY".to_string()),
        ("CMAKE_C_COMPILER", "riscv64-unknown-elf-gcc".to_string()),
        ("CMAKE_C_FLAGS", format!("{flags} {ALL_CHIPS}")),
        ("COMPONENT", component(delivery)?.display().to_string()),
        ("CONFIGURATION", configuration.join("sdkconfig.cmake").display().to_string()),
        ("HEADERS", ours().join("headers").display().to_string()),
        ("EXTRA", extra.join(";")),
        ("IDF_TARGET", chip.to_string()),
        ("EXAMPLE", "hello".to_string()),
    ];
    cmake.args(words.iter().map(|(name, word)| format!("-D{name}={word}")));
    Ok((build, cmake))
}

fn archives(delivery: &Delivery) -> Outcome {
    let entries = std::fs::read_dir(component(delivery)?.join("lib")).map_err(|e| e.to_string())?.flatten();
    for chip in entries.map(|entry| entry.file_name().to_string_lossy().into_owned()) {
        for (answer, name) in [("", "liblimpet.a"), ("CONFIG_LIMPET_MQTT5=y\n", "liblimpet5.a")] {
            let (_, mut cmake) = cmake(delivery, "archives", &chip, "-march=rv32imc -mabi=ilp32", answer)?;
            let said = run(&mut cmake)?;
            if !said.contains(&format!("/lib/{chip}/{name}")) {
                return Err(format!("{chip}: {said}"));
            }
        }
    }
    Ok(())
}

fn no_archive(delivery: &Delivery) -> Outcome {
    let (_, mut cmake) = cmake(delivery, "none", "esp32x9", "-march=rv32imc -mabi=ilp32", "")?;
    let words = ["no archive for esp32x9", "esp32, esp32c2, esp32c3", "idf.py set-target", "lib/esp32x9/liblimpet.a"];
    refusal(attempt(&mut cmake, LIMIT)?, &words)
}

/// Of what is undefined, everything is one of these: the stand-ins' names, lwIP's.
const ESP_IDFS: &[&str] =
    &["esp_", "x", "v", "ulTask", "eTask", "lwip_", "tcpip_", "dns_", "netif_", "sys_", "machine_", "mbedtls_", "nvs_"];
const OF_EVENTS: &[&str] = &["WIFI_EVENT", "IP_EVENT", "FreeRTOS_errno"];

fn links(delivery: &Delivery, chip: &str, flags: &str) -> Outcome {
    let (build, mut configure) = cmake(delivery, chip, chip, flags, "")?;
    run(&mut configure)?;
    let (ok, said) = attempt(Command::new("cmake").arg("--build").arg(&build), LIMIT)?;
    let undefined: BTreeSet<_> =
        said.split("undefined reference to `").skip(1).filter_map(|rest| rest.split('\'').next()).collect();
    let is_known = |name: &&str| OF_EVENTS.contains(name) || ESP_IDFS.iter().any(|start| name.starts_with(start));
    let ours: Vec<_> = undefined.iter().filter(|name| !is_known(name)).collect();
    if !ok || !ours.is_empty() || !undefined.contains("esp_wifi_connect") {
        return Err(format!("undefined are {ours:?}:\n{said}"));
    }
    Ok(())
}

fn variant(delivery: &Delivery, name: &str, answers: &str, whole: bool) -> Outcome {
    let (chip, flags) = CHIPS[0];
    let (build, mut configure) = cmake(delivery, name, chip, flags, answers)?;
    run(&mut configure)?;
    let mut ninja = Command::new("cmake");
    ninja.arg("--build").arg(&build).args(["--target", if whole { "app" } else { "__idf_limpet" }]);
    run(&mut ninja).map(|_| ())
}
