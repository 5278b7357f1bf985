//! Random programs, the same ones every time: calls between C and Rust, and Rust functions. Made for this machine by the
//! Rust that is installed, and for a core of each ABI as the archives are; both must say the same.

mod abi;
mod code;
mod dice;

use super::core::Core;
use dice::Dice;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use xtask::build::{self, Crate};
use xtask::process::{attempt, run};
use xtask::{Outcome, paths};

const SEED: u64 = 20_260_101;
const SIGNATURES: usize = 300;
const FUNCTIONS: usize = 100;

const NAME: &str = "fuzz";

const MANIFEST: &str = r#"[package]
name = "fuzz"
version = "0.0.0"
edition = "2024"

[lib]
crate-type = ["rlib"]

[profile.release]
opt-level = "s"
lto = "fat"
codegen-units = 1
panic = "abort"

[workspace]
"#;

const LIBRARY: &str = "#![no_std]\n#![allow(warnings, arithmetic_overflow, unconditional_panic)]\nmod abi;\nmod code;\n\
                       #[panic_handler]\nfn panic(_: &core::panic::PanicInfo) -> ! {\n    unsafe extern \"C\" {\n        \
                       fn abort() -> !;\n    }\n    unsafe { abort() }\n}\n";

/// The programs as sources, and what they say here.
pub struct Programs {
    dir: PathBuf,
    pub expected: String,
}

/// What is said of one kind of program.
pub struct Part {
    pub about: &'static str,
    word: &'static str,
    count: usize,
}

pub const PARTS: [Part; 2] = [
    Part { about: "calls between C and Rust", word: "abi", count: SIGNATURES },
    Part { about: "random functions", word: "code", count: FUNCTIONS },
];

impl Programs {
    pub fn new() -> Outcome<Programs> {
        let dir = paths::target().join("xtensa").join(NAME);
        let (c, rust) = abi::write(&mut Dice::new(SEED), SIGNATURES);
        let code = code::write(&mut Dice::new(SEED), FUNCTIONS);
        std::fs::create_dir_all(dir.join("src")).map_err(|e| format!("cannot make {}: {e}", dir.display()))?;
        let files = [
            ("Cargo.toml", MANIFEST),
            ("src/lib.rs", LIBRARY),
            ("src/abi.rs", &rust),
            ("src/code.rs", &code),
            ("abi.c", &c),
        ];
        for (name, text) in files {
            // Cargo takes what was written for what was changed.
            if paths::read(&dir.join(name)).as_deref() != Ok(text) {
                paths::write(&dir.join(name), text)?;
            }
        }
        let mut programs = Programs { dir, expected: String::new() };
        programs.expected = programs.run_here()?;
        Ok(programs)
    }

    /// The lines of one part that a core says otherwise than this machine.
    pub fn compare(&self, part: &Part, said: &str) -> Outcome {
        let of_part = |text: &str| -> Vec<String> {
            text.lines().filter(|l| l.split(' ').next() == Some(part.word)).map(str::to_string).collect()
        };
        let (expected, said) = (of_part(&self.expected), of_part(said));
        if expected.len() != part.count || said.len() != part.count {
            return Err(format!("{} lines here and {} there, must be {}", expected.len(), said.len(), part.count));
        }
        let differing: Vec<_> = expected.iter().zip(&said).filter(|(a, b)| a != b).collect();
        match differing.first() {
            None => Ok(()),
            Some((here, there)) => Err(format!(
                "{} of {} differ, first \"{there}\" instead of \"{here}\"; see {}",
                differing.len(),
                part.count,
                self.dir.display()
            )),
        }
    }

    /// Everything that a core says.
    pub fn run_on(&self, core: &Core) -> Outcome<String> {
        let what = Crate { dir: &self.dir, name: NAME, output: NAME, features: "" };
        let rust = build::objects(&what, core.target)?;
        let dir = self.dir.join(core.target.name);
        let mut objects = core.objects(&self.c_sources(), INCLUDE, &dir)?;
        objects.extend(rust);
        let image = dir.join("fuzz.elf");
        core.link(&objects, &image)?;
        match core.run(&image)? {
            (true, text) => Ok(text),
            (false, text) => Err(format!("it ends badly: {}", text.lines().last().unwrap_or("without a word"))),
        }
    }

    fn c_sources(&self) -> Vec<PathBuf> {
        vec![self.dir.join("abi.c"), paths::root().join("tests/xtensa/fuzz/main.c")]
    }

    fn run_here(&self) -> Outcome<String> {
        let out = self.dir.join("here");
        let mut cargo = Command::new("cargo");
        cargo.current_dir(&self.dir).env("CARGO_TARGET_DIR", &out);
        run(cargo.args(["rustc", "--quiet", "--lib", "--release", "--crate-type", "staticlib"]))?;
        let image = out.join("fuzz");
        let mut gcc = Command::new("gcc");
        gcc.args(["-std=c99", "-O1", "-pedantic", "-Wall", "-Wextra", "-Werror"]);
        gcc.args(INCLUDE.iter().map(|dir| format!("-I{}", paths::root().join(dir).display())));
        gcc.args(self.c_sources()).arg(host()).arg(out.join("release/libfuzz.a")).arg("-o").arg(&image);
        run(&mut gcc)?;
        let (ok, text) = attempt(&mut Command::new(&image), Duration::from_secs(120))?;
        if ok { Ok(text) } else { Err(format!("the random programs end badly on this machine:\n{text}")) }
    }
}

const INCLUDE: &[&str] = &["tests/firmware", "tests/xtensa/fuzz"];

fn host() -> PathBuf {
    Path::new(&paths::root()).join("tests/selftest/host.c")
}
