//! The programs and libraries that the tasks need, and the Debian packages they come from. What is missing is installed
//! when we are root; otherwise the task fails with the line to type.

use crate::Outcome;
use crate::process::{attempt, run};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use std::{env, fs};

/// A program, or a header of a library by its whole path; and the Debian package it comes from.
pub type Need = (&'static str, &'static str);

/// A C and C++ compiler with the sanitizers, and binutils.
pub const C: &[Need] = &[
    ("gcc", "gcc"),
    ("g++", "g++"),
    ("ld", "binutils"),
    ("nm", "binutils"),
    ("objcopy", "binutils"),
    ("ar", "binutils"),
];

pub const VALGRIND: &[Need] = &[("valgrind", "valgrind")];

pub const MOSQUITTO: &[Need] = &[("mosquitto", "mosquitto")];

/// What `c_examples/pubtest` calls.
pub const MOSQUITTO_CLIENTS: &[Need] = &[("mosquitto_pub", "mosquitto-clients")];

/// The libraries that `cargo xtask bench` measures beside ours.
pub const LIBMOSQUITTO: &[Need] = &[("/usr/include/mosquitto.h", "libmosquitto-dev")];
pub const PAHO: &[Need] = &[("/usr/include/MQTTClient.h", "libpaho-mqtt-dev")];

pub const OPENSSL: &[Need] = &[("openssl", "openssl")];

pub const MBEDTLS: &[Need] = &[("/usr/include/mbedtls/ssl.h", "libmbedtls-dev")];

/// Its package has Erlang, too.
pub const EJABBERD: &[Need] = &[("ejabberdctl", "ejabberd"), ("erl", "erlang-base")];

/// To unpack Debian's Rust.
pub const UNPACK: &[Need] = &[("dpkg", "dpkg"), ("apt-get", "apt")];

/// For Cortex-M.
pub const ARM: &[Need] = &[("arm-none-eabi-gcc", "gcc-arm-none-eabi"), ("arm-none-eabi-ld", "binutils-arm-none-eabi")];

/// For RISC-V.
pub const RISCV: &[Need] = &[
    ("riscv64-unknown-elf-gcc", "gcc-riscv64-unknown-elf"),
    ("riscv64-unknown-elf-ld", "binutils-riscv64-unknown-elf"),
];

/// For the ESP8266 and ESP32: GCC for the first, LLVM's assembler for the others.
pub const XTENSA: &[Need] = &[
    ("xtensa-lx106-elf-gcc", "gcc-xtensa-lx106"),
    ("xtensa-lx106-elf-as", "binutils-xtensa-lx106"),
    ("llvm-mc-22", "llvm-22"),
    ("dpkg-query", "dpkg"),
];

/// To run what was made for them, and to compile C where Debian has no GCC.
pub const XTENSA_TESTS: &[Need] =
    &[("qemu-system-xtensa", "qemu-system-misc"), ("clang-22", "clang-22"), ("llc-22", "llvm-22")];

/// For `c_examples/stm32/host`.
pub const SLIRP: &[Need] = &[("/usr/include/slirp/libslirp.h", "libslirp-dev")];

/// What the packages are built with by their users.
pub const BUILDERS: &[Need] =
    &[("cmake", "cmake"), ("ninja", "ninja-build"), ("make", "make"), ("pkg-config", "pkg-config"), ("tar", "tar")];

/// Sees to it that all of these are there.
pub fn need(lists: &[&[Need]]) -> Outcome {
    let absent = missing(lists);
    if absent.is_empty() {
        return Ok(());
    }
    install(&absent)?;
    match missing(lists) {
        left if left.is_empty() => Ok(()),
        left => Err(format!("still missing after the installation: {}", left.join(", "))),
    }
}

/// Python with what it needs to make a virtual environment, which is a package but not a program.
pub fn need_python_venv() -> Outcome {
    let works = || {
        let mut python = Command::new("python3");
        find("python3").is_some()
            && attempt(python.args(["-c", "import ensurepip, venv"]), Duration::from_secs(60)).is_ok_and(|(ok, _)| ok)
    };
    if works() {
        return Ok(());
    }
    install(&["python3", "python3-venv"])?;
    if works() { Ok(()) } else { Err("python3 cannot make a virtual environment".to_string()) }
}

fn install(missing: &[&str]) -> Outcome {
    let line = format!("apt-get install -y --no-install-recommends {}", missing.join(" "));
    if !is_root() {
        return Err(format!("not installed: {}. As root: {line}", missing.join(", ")));
    }
    println!("installing {} ...", missing.join(", "));
    refresh()?;
    // A package may start its service, and Mosquitto's would take port 1883: not on a machine that only builds.
    let mut command = Command::new("sh");
    command.args(["-c", &line]).env("DEBIAN_FRONTEND", "noninteractive").env("RUNLEVEL", "1");
    run(&mut command).map(|_| ())
}

fn missing(lists: &[&[Need]]) -> Vec<&'static str> {
    let mut packages = Vec::new();
    for (what, package) in lists.iter().copied().flatten() {
        let is_there = if what.starts_with('/') { Path::new(what).is_file() } else { find(what).is_some() };
        if !is_there && !packages.contains(package) {
            packages.push(*package);
        }
    }
    packages
}

/// Fetches the package lists. Without root the lists there are must do.
pub fn refresh() -> Outcome {
    if !is_root() {
        return Ok(());
    }
    run(Command::new("apt-get").args(["update", "-q"])).map(|_| ())
}

pub fn is_root() -> bool {
    // SAFETY: a system call without arguments that cannot fail.
    unsafe { libc::geteuid() == 0 }
}

/// Where a program is; the directories for administrators count, too, because Mosquitto is in one.
pub fn find(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let mut places: Vec<PathBuf> = env::split_paths(&path).collect();
    places.extend(["/usr/sbin", "/usr/local/sbin"].map(PathBuf::from));
    places.into_iter().map(|dir| dir.join(program)).find(|file| fs::metadata(file).is_ok_and(|m| m.is_file()))
}

/// A part of the Rust toolchain that is not a program of its own, such as clippy.
pub fn need_component(name: &str) -> Outcome {
    let (works, _) = attempt(Command::new("cargo").args([name, "--version"]), Duration::from_secs(60))?;
    if works {
        return Ok(());
    }
    let component = if name == "fmt" { "rustfmt" } else { name };
    Err(format!("`cargo {name}` does not work: rustup component add {component}"))
}
