//! What an idle client costs: wake-ups in a virtual day, none too many, and instructions in each.

use super::tally::Tally;
use crate::callgrind;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use xtask::cc::{self, Kind};
use xtask::process::run_within;
use xtask::{Outcome, archive, paths, setup};

const LIMIT: Duration = Duration::from_secs(120);
const DAY_S: u32 = 86_400;

/// keepalive_s, 0 for off; ping_interval_s; and the seconds between two pings that follow.
const CASES: &[(u32, u32, u32)] =
    &[(60, 0, 15), (12, 0, 3), (20, 0, 5), (300, 0, 75), (3600, 0, 900), (65_532, 0, 16_383), (0, 0, 20), (60, 5, 5)];

/// Whose instructions are the test's own.
const CALLBACKS: &str = "board_";

pub fn run() -> Tally {
    let program = match setup::need(&[setup::C, setup::VALGRIND]).and_then(|()| build()) {
        Ok(program) => program,
        Err(reason) => return Tally::failure(reason),
    };
    println!("  an idle day    keepalive  ping every   PINGREQ  wake-ups: timer  socket  for nothing");
    let mut tally = Tally::default();
    for (keepalive, interval, period) in CASES {
        let name = format!("keepalive {keepalive}, ping_interval {interval}");
        tally.check(&name, day(&program, *keepalive, *interval, *period));
    }
    tally.check("instructions in a wake-up", instructions(&program));
    tally
}

fn build() -> Outcome<PathBuf> {
    let source = paths::root().join("tests/idle/day.c");
    cc::program("idle-day", &[source], &archive::host()?, &Kind::EXAMPLE, &[])
}

/// The day must have one wake-up of the timer for each ping, one of the socket for its answer, and no other.
fn day(program: &Path, keepalive: u32, interval: u32, period: u32) -> Outcome {
    let said = run_within(Command::new(program).args([keepalive.to_string(), interval.to_string()]), LIMIT)?;
    let [timer, socket, pings, nothing] = numbers(&said)?;
    let off = if keepalive == 0 { "off".to_string() } else { format!("{keepalive} s") };
    println!("  {off:>24}  {period:>8} s  {pings:>8}  {timer:>15}  {socket:>6}  {nothing:>11}");
    // The last ping may be due at the very end of the day; the first wake-up of the socket is CONNACK's.
    let due = DAY_S / period;
    if nothing == 0 && pings.abs_diff(due) <= 1 && timer.abs_diff(pings) <= 1 && socket.abs_diff(pings) <= 1 {
        return Ok(());
    }
    Err(format!("{due} pings are due: {said}"))
}

fn numbers(said: &str) -> Outcome<[u32; 4]> {
    let numbers = said.split(|c: char| !c.is_ascii_digit()).filter_map(|word| word.parse().ok());
    numbers.collect::<Vec<u32>>().try_into().map_err(|_| format!("it says: {said}"))
}

/// Of the library alone, for this machine's processor: the callbacks' are left out.
fn instructions(program: &Path) -> Outcome {
    let file = paths::target().join("c/idle.callgrind");
    let profile = callgrind::run(&["--toggle-collect=mqtt_poll"], program, &["60".to_string()], &file)?;
    let [timer, socket, _, _] = numbers(&profile.said)?;
    let ours = profile.functions.iter().filter(|(name, _)| !name.starts_with(CALLBACKS));
    let each = ours.map(|(_, count)| count).sum::<u64>() / u64::from(timer + socket).max(1);
    println!("  keepalive 60 s: {} wake-ups a day, {each} instructions of the library in each", timer + socket);
    match each {
        1..MOST_INSTRUCTIONS => Ok(()),
        _ => Err(format!("{each} instructions in a wake-up; the most is {MOST_INSTRUCTIONS}")),
    }
}

/// Well above what it is, to notice when something goes round in circles.
const MOST_INSTRUCTIONS: u64 = 2000;
