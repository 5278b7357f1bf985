//! Where figures were measured, for who reads them elsewhere.

use std::process::Command;
use std::thread;
use xtask::paths;
use xtask::process::run;

/// Lines of a list.
pub fn lines() -> Vec<String> {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    vec![
        format!(
            "{}, {cores} processors, {}",
            processor(),
            if is_virtual() { "a virtual machine" } else { "no virtual machine" }
        ),
        format!("{}, Linux {}", system(), first_line("uname", &["-r"])),
        format!("C: {}", first_line("gcc", &["--version"])),
        format!("Rust, for the clients in Rust and for Limpet -O3: {}", first_line("rustc", &["--version"])),
        "Rust, for Limpet as delivered: Debian's, the same as for every target".to_string(),
        format!("instructions: {}", first_line("valgrind", &["--version"])),
    ]
}

fn is_virtual() -> bool {
    let text = paths::read("/proc/cpuinfo".as_ref()).unwrap_or_default();
    text.lines().any(|line| line.starts_with("flags") && line.contains(" hypervisor"))
}

fn processor() -> String {
    let of = |name: &str| {
        let text = paths::read("/proc/cpuinfo".as_ref()).unwrap_or_default();
        let line = text.lines().find(|line| line.starts_with(name)).map(str::to_string);
        line.and_then(|line| line.split_once(": ").map(|(_, value)| value.trim().to_string()))
    };
    let parts = ["model name", "cpu family", "model\t"].map(|name| of(name).unwrap_or_else(|| "?".to_string()));
    format!("{} (family {}, model {})", parts[0], parts[1], parts[2])
}

fn system() -> String {
    let text = paths::read("/etc/os-release".as_ref()).unwrap_or_default();
    let name = text.lines().find_map(|line| line.strip_prefix("PRETTY_NAME="));
    name.unwrap_or("an unknown system").trim_matches('"').to_string()
}

fn first_line(program: &str, words: &[&str]) -> String {
    let said = run(Command::new(program).args(words)).unwrap_or_default();
    said.lines().next().unwrap_or("unknown").to_string()
}
