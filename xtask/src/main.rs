//! `cargo xtask`: everything that is done with this repository, by name.

mod bench;
mod budget;
mod callgrind;
mod demo;
mod fuzz;
mod herd;
mod instructions;
mod matrix;
mod mutants;
mod plot;
mod size;
mod soak;
mod suites;
mod table;

use std::path::Path;
use std::process::ExitCode;
use xtask::build::{self, Speaks};
use xtask::{Outcome, archive, dist, header, process, targets};

const HELP: &str = "\
cargo xtask <task>

  demo              publishes through a broker that is killed, frozen and cut off, and counts what arrives
  test              runs every suite; the last line is the total
  test <suite>      runs one: cargo xtask test help lists them
  firmware          runs every scenario on every emulated board
  firmware <machine> [<scenario>]   runs those whose names begin so
  packages <words>  tries the packages: what of the suite has these words in its name
  matrix            tells every story of a client with every fault at every byte of it
  matrix <story>    those whose names begin so
  matrix <story> <direction> <byte> <fault> [<pace>]   one combination, with its trace; LIMPET_TRACE=1 for all of it
  header            makes include/limpet.h from src/ffi
  header --check    says how it differs from what is committed
  build             makes target/lib/<target>/liblimpet.a for every target, and liblimpet5.a, which speaks MQTT 5, too
  build --target T  for one; `host` is this machine, with your own Rust
  dist              makes the packages in dist/
  size              flash, RAM and stack on every target
  size --target T   on one, with its biggest functions and the way to its deepest stack
  size --check      compares with tests/size/budget.csv; a rise fails
  size --write      makes tests/size/budget.csv and README.md say what is
  instructions      what the calls take on a Cortex-M4, in instructions
  instructions <case>   those whose names begin so, and in which functions
  instructions --check  compares with tests/size/instructions.csv; a rise fails
  instructions --write  makes tests/size/instructions.csv and README.md say what is
  bench             what Limpet and other clients cost on this machine
  bench --write     and makes docs/speed.md say so
  bench growth      how the cost of a message grows, alone; `rate` the messages in a second
  bench <case>      those whose names begin so, and in which functions of Limpet
  bench --check     compares with tests/bench/instructions.csv; a rise fails
  bench --renew     makes tests/bench/instructions.csv say what is
  soak [--messages N] [--outages N]   a million messages and a thousand outages with Mosquitto; goes on where it was
  soak --board [--weeks N]   the range demo on an emulated Cortex-M4 for weeks of its time
  herd [--write]    clients of the simulator lose their broker at once, and come back; writes docs/herd.md
  herd --broker [--clients N] [--down SECONDS]   clients lose Mosquitto at once, and come back
  fuzz --minutes N [<target>]   runs the fuzzers, or one of them, for so long each; it begins with what was found before
  fuzz <target> <file>          runs one input and shows what happens
  fuzz --keep       makes tests/fuzz/seeds of what was found
  mutants           breaks the library in many small ways, and fails if the tests let one pass
  help              this text

What a task needs is fetched by itself when you are root; otherwise it says what to install.
";

fn main() -> ExitCode {
    process::end_with_the_reader();
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match run(&words) {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("{reason}");
            ExitCode::FAILURE
        }
    }
}

fn run(words: &[&str]) -> Outcome {
    match words {
        ["demo"] => demo::run(),
        ["test"] => suites::run(None),
        ["test", suite] => suites::run(Some(suite)),
        ["firmware"] => suites::firmware("", ""),
        ["firmware", machine] => suites::firmware(machine, ""),
        ["firmware", machine, scenario] => suites::firmware(machine, scenario),
        ["packages", words] => suites::packages(words),
        ["matrix", words @ ..] => matrix::run(words),
        ["header"] => header::write(),
        ["header", "--check"] => header::check(),
        ["build"] => Speaks::ALL.into_iter().try_for_each(|speaks| {
            build::all_of(speaks).map(|made| made.iter().for_each(|(_, library)| tell(&library.archive)))
        }),
        ["build", "--target", name] => Speaks::ALL.into_iter().try_for_each(|speaks| {
            let archive = match *name {
                "host" => archive::host_of(speaks),
                name => targets::named(name).and_then(|t| build::library_of(t, speaks)).map(|made| made.archive),
            };
            archive.map(|archive| tell(&archive))
        }),
        ["dist"] => dist::all().map(|made| made.iter().for_each(|made| println!("{}", made.listing()))),
        ["size"] => size::report(None),
        ["size", "--target", name] => size::report(Some(name)),
        ["size", "--write"] => size::write(),
        ["size", "--check"] => size::check().map(|notes| println!("{}", notes.join("\n"))),
        ["instructions"] => instructions::report(None),
        ["instructions", "--write"] => instructions::write(),
        ["instructions", "--check"] => instructions::check().map(|notes| println!("{}", notes.join("\n"))),
        ["instructions", case] => instructions::report(Some(case)),
        ["bench"] => bench::report(),
        ["bench", "--write"] => bench::write(),
        ["bench", "--check"] => bench::check().map(|notes| println!("{}", notes.join("\n"))),
        ["bench", "--renew"] => bench::renew(),
        ["bench", "rate"] => bench::rate(),
        ["bench", "growth"] => bench::growth(),
        ["bench", case] => bench::profile(case),
        ["soak", options @ ..] => soak::run_with(options),
        ["herd"] => herd::run(false),
        ["herd", "--write"] => herd::run(true),
        ["herd", "--broker", options @ ..] => soak::herd::run_with(options),
        ["fuzz", "--minutes", minutes] => fuzz::run_for(minutes, None),
        ["fuzz", "--minutes", minutes, target] => fuzz::run_for(minutes, Some(target)),
        ["fuzz", "--keep"] => fuzz::keep(),
        ["fuzz", target, input] => fuzz::show(target, input),
        ["mutants"] => mutants::run(),
        ["help" | "--help" | "-h"] => {
            print!("{HELP}");
            Ok(())
        }
        [] => Err(HELP.to_string()),
        _ => Err(format!("no such task: {}\n\n{HELP}", words.join(" "))),
    }
}

fn tell(archive: &Path) {
    println!("{}", archive.display());
}
