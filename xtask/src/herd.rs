//! `cargo xtask herd`: ten thousand clients of the simulator lose one broker in the same millisecond. How many come back at
//! once, by Limpet's pauses and by a fixed one, as a page and a picture.

use crate::plot::{Plot, Series};
use std::collections::BTreeMap;
use std::fs;
use std::process::Command;
use xtask::process::run as run_command;
use xtask::{Outcome, paths};

const CLIENTS: usize = 10_000;
const WAYS: [(&str, &str); 2] = [("backoff", "Limpet"), ("fixed", "a second, always")];
const OUTAGES: [(&str, &str); 2] = [
    ("restart", "The broker is away for 5 s, and then takes all that come"),
    ("outage", "It is away for 60 s, and then takes 500 in a second"),
];

#[derive(Default)]
struct Told {
    /// What was said of the clients' memory.
    memory: String,
    /// By outage and way: what it came to, and attempts in each second.
    sums: BTreeMap<(String, String), String>,
    seconds: BTreeMap<(String, String), BTreeMap<u64, f64>>,
}

pub fn run(writes: bool) -> Outcome {
    let mut command = Command::new("cargo");
    command.args(["test", "--quiet", "--test", "sim", "a_herd_comes_back_spread_out", "--", "--nocapture"]);
    command.env("LIMPET_HERD", CLIENTS.to_string()).env("RUST_BACKTRACE", "0").current_dir(paths::root());
    let told = told(&run_command(&mut command)?)?;
    print!("{}", told.page());
    if !writes {
        return Ok(());
    }
    let docs = paths::root().join("docs");
    for (outage, title) in OUTAGES {
        told.plot(outage, title).lines(&docs.join(format!("herd-{outage}.svg")), "seconds after the loss")?;
    }
    let page = docs.join("herd.md");
    fs::write(&page, told.page()).map_err(|e| format!("{}: {e}", page.display()))
}

/// Reads what the test says.
fn told(text: &str) -> Outcome<Told> {
    let mut told = Told::default();
    for line in text.lines().filter_map(|line| line.strip_prefix("herd ")) {
        let words: Vec<&str> = line.split(' ').collect();
        match words[..] {
            ["of", ..] => told.memory = line.split_once(": ").map_or(line, |(_, rest)| rest).to_string(),
            [outage, way, "at", second, n] => {
                let (second, n) = (second.trim_end_matches(':').parse(), n.parse());
                let (Ok(second), Ok(n)) = (second, n) else { return Err(format!("not understood: {line}")) };
                told.seconds.entry((outage.into(), way.into())).or_default().insert(second, n);
            }
            [outage, way, ..] => {
                let sum = line.split_once(": ").map_or(line, |(_, rest)| rest);
                told.sums.insert((outage.into(), way.trim_end_matches(':').into()), sum.to_string());
            }
            _ => return Err(format!("not understood: {line}")),
        }
    }
    if told.sums.len() == OUTAGES.len() * WAYS.len() { Ok(told) } else { Err(text.to_string()) }
}

impl Told {
    fn of<'m, T>(map: &'m BTreeMap<(String, String), T>, outage: &str, way: &str) -> Option<&'m T> {
        map.get(&(outage.to_string(), way.to_string()))
    }

    fn page(&self) -> String {
        let mut page = format!(
            "# A herd\n\n{CLIENTS} clients, each a session of the library on a simulated network, lose one broker in the same \
             millisecond.\nThey come back by Limpet's pauses (1 s to 60 s, doubling, with jitter), or by a fixed pause of a \
             second. Time is virtual;\nthe network takes none. An attempt that the broker has no room for is refused.\n\n\
             The command: `cargo xtask herd --write`.\n\nMemory of a client on this 64-bit machine: {}.\n",
            self.memory
        );
        for (outage, title) in OUTAGES {
            page += &format!(
                "\n## {title}\n\n![Attempts in each second](herd-{outage}.svg)\n\n| pauses | what came of it |\n|---|---|\n"
            );
            for (way, name) in WAYS {
                let sum = Told::of(&self.sums, outage, way).map_or("", String::as_str);
                page += &format!("| {name} | {sum} |\n");
            }
        }
        page
    }

    fn plot<'a>(&self, outage: &str, title: &'a str) -> Plot<'a> {
        let seconds = |way| Told::of(&self.seconds, outage, way).into_iter().flatten();
        let last = WAYS.iter().flat_map(|(way, _)| seconds(way)).map(|(second, _)| *second).max().unwrap_or(1);
        let series = WAYS.map(|(way, name)| {
            let all: BTreeMap<u64, f64> = seconds(way).map(|(second, n)| (*second, *n)).collect();
            let values = (1..=last).map(|second| all.get(&second).copied()).collect();
            let colour = WAYS.iter().position(|(other, _)| *other == way).unwrap_or_default();
            Series { name: name.to_string(), colour, values }
        });
        Plot {
            title,
            unit: "attempts in a second",
            places: (1..=last).map(|second| second.to_string()).collect(),
            series: series.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_test_says_is_read() {
        let mut text = "running\nherd of 500: 768 bytes of session each\nherd restart backoff at 1: 500\n".to_string();
        assert!(told(&text).is_err(), "not all of it is there");
        for (outage, _) in OUTAGES {
            for (way, _) in WAYS {
                text += &format!("herd {outage} {way}: 7 attempts\n");
            }
        }
        let told = told(&text).unwrap();
        assert_eq!(told.memory, "768 bytes of session each");
        assert_eq!(told.plot("restart", "").series[0].values, [Some(500.0)]);
        assert!(told.page().contains("| Limpet | 7 attempts |"));
    }
}
