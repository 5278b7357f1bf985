//! `cargo xtask soak --board`: the range demo on an emulated Cortex-M4 for weeks of its own time, in and out of reach, and the
//! broker started anew each day. Time is only left out in which nobody waits for anybody; see tests/soak/board/main.c. An
//! emulated board cannot be put aside and taken up again, so each week begins with a start of the firmware and a new broker, and
//! who is stopped goes on with the week that is not whole.

use super::listener::{Count, Listener};
use super::stage::IN_FLIGHT;
use super::sums::Sums;
use std::path::PathBuf;
use std::time::{Duration, Instant};
use xtask::broker::{Broker, Memory};
use xtask::firmware::image::{self, Program};
use xtask::firmware::machines::{self, Link, Machine};
use xtask::firmware::qemu::Qemu;
use xtask::{Outcome, paths, setup};

const MACHINE: &str = "mps2-an386";

const SOURCES: &[&str] =
    &["tests/soak/board/clock.c", "tests/soak/board/main.c", "tests/soak/board/radio.c", "tests/soak/board/range.c"];

/// Of the device, in its first week.
const SEED: u64 = 1;

/// The device takes some seconds for a day.
const SOON: Duration = Duration::from_secs(120);

const HOURS_OF_DAY: u32 = 24;
const HOURS_OF_WEEK: u32 = 7 * HOURS_OF_DAY;

struct Walk {
    // In the order in which they must end.
    qemu: Qemu,
    listener: Listener,
    broker: Broker,
    line: usize,
    /// Times that the broker was started anew.
    restarts: u32,
    start: Instant,
    /// What came before.
    before: Sums,
}

/// What the device says each hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Hour {
    hour: u32,
    published: u32,
    refused: u32,
    radio: u32,
    /// How long its clock has run; over the rest it jumped.
    real_ms: u32,
}

/// So many weeks, or what is left of them.
pub fn run(weeks: u32) -> Outcome {
    let path = paths::target().join(format!("soak/board-{weeks}.txt"));
    let (mut sums, file) = Sums::resume(&path, weeks.into())?;
    println!("{weeks} weeks; those that are whole are kept in {}", path.display());
    if sums.lives > 0 {
        println!("going on after {} hours: {sums}", sums.hours);
    }
    let board = board()?;
    while sums.lives < weeks.into() {
        sums = walk(&board, HOURS_OF_WEEK, sums)?;
        file.write(&sums.text())?;
    }
    file.remove()?;
    println!("  {} hours: {sums}", sums.hours);
    Ok(())
}

/// A day, of which nothing is kept.
pub fn day() -> Outcome {
    let sums = walk(&board()?, HOURS_OF_DAY, Sums::default())?;
    println!("  {} hours: {sums}", sums.hours);
    Ok(())
}

/// The machine and its program.
fn board() -> Outcome<(&'static Machine, PathBuf)> {
    let machine = machines::named(MACHINE)?;
    setup::need(&[machine.needs, setup::MOSQUITTO])?;
    let archives = image::archives(&[machine])?;
    Ok((machine, image::image(machine, &program(machine), &archives[machine.target])?))
}

/// A life of the firmware of so many hours. All that was before, and that.
fn walk((machine, image): &(&Machine, PathBuf), hours: u32, before: Sums) -> Outcome<Sums> {
    let days = before.lives * u64::from(HOURS_OF_WEEK / HOURS_OF_DAY);
    let seed = before.lives + SEED;
    let broker = Broker::start_with(Memory::Kept, &[IN_FLIGHT])?;
    let listener = Listener::start(broker.port());
    wait("a subscription", || listener.count().subscriptions > 0)?;
    let arguments = [broker.port().to_string(), seed.to_string(), hours.to_string()];
    let qemu = Qemu::start(machine, image, &network(machine)?, &arguments)?;
    let mut walk = Walk { qemu, listener, broker, line: 0, restarts: 0, start: Instant::now(), before };
    for hour in 1..hours {
        let now = walk.hour()?;
        if hour % HOURS_OF_DAY == 0 {
            println!("  day {}: {}", days + u64::from(hour / HOURS_OF_DAY), walk.sums(now));
            walk.restart_broker(hour / HOURS_OF_DAY)?;
        }
    }
    walk.finish()
}

fn program(machine: &Machine) -> Program {
    let below = ["boot.c"].iter().chain(machine.sources).chain(machine.network);
    let mut sources: Vec<_> = below.map(|source| format!("tests/firmware/{source}")).collect();
    sources.extend(SOURCES.iter().chain(&["c_examples/lwip/limpet_lwip.c"]).map(ToString::to_string));
    Program { name: format!("{MACHINE}-weeks"), sources, headers: Vec::new(), stack: machine.stack }
}

/// QEMU's own, without a cable of ours: the radio is the device's.
fn network(machine: &Machine) -> Outcome<Vec<String>> {
    let Link::Ethernet { nic, .. } = machine.link else {
        return Err(format!("{} has no network card", machine.name));
    };
    let words = ["-netdev", "user,id=net0"].iter().chain(nic);
    Ok(words.map(ToString::to_string).collect())
}

impl Walk {
    fn line(&mut self) -> Outcome<String> {
        let heard = self.qemu.wait_for_line(self.line, SOON, |text| !text.is_empty())?;
        self.line = heard.0 + 1;
        match self.listener.count().trouble {
            Some(trouble) => Err(format!("lost: {trouble}")),
            None => Ok(heard.1.text),
        }
    }

    fn hour(&mut self) -> Outcome<Hour> {
        let line = self.line()?;
        Hour::of(&line).ok_or_else(|| format!("the device says: {line}"))
    }

    /// On odd days it ends in good order, on even ones it is killed when its disk holds what it has answered.
    fn restart_broker(&mut self, day: u32) -> Outcome {
        if day % 2 == 1 {
            self.broker.end()?;
        } else {
            self.qemu.stop()?;
            self.broker.settle()?;
            self.broker.kill();
            self.qemu.go_on()?;
        }
        self.restarts += 1;
        self.broker.restart()
    }

    /// All that was before, and this life so far.
    fn sums(&self, hour: Hour) -> Sums {
        let Count { next, again, repubs, outages, wills, .. } = self.listener.count();
        self.before.with(Sums {
            lives: 1,
            hours: hour.hour.into(),
            published: hour.published.into(),
            came: next.into(),
            again: again.into(),
            refused: hour.refused.into(),
            radio: hour.radio.into(),
            restarts: self.restarts.into(),
            outages: outages.into(),
            repubs: repubs.into(),
            wills: wills.into(),
            real_s: u64::from(hour.real_ms) / 1000,
            seconds: self.start.elapsed().as_secs(),
        })
    }

    /// The device leaves when all of its messages are acknowledged.
    fn finish(mut self) -> Outcome<Sums> {
        // It stays until it has been in reach for a while.
        while self.line()? != "left" {}
        let last = self.hour()?;
        match self.qemu.wait(SOON)? {
            0 => {}
            code => return Err(format!("the device ended with {code}")),
        }
        wait("the last message", || self.listener.count().next >= last.published)
            .map_err(|reason| format!("{reason}: {}", self.sums(last)))?;
        match self.listener.count().next {
            next if next == last.published => Ok(self.sums(last)),
            next => Err(format!("{next} came of {}", last.published)),
        }
    }
}

impl Hour {
    fn of(text: &str) -> Option<Hour> {
        let words: Vec<_> = text.split(' ').collect();
        let ["hour", hour, "published", published, "refused", refused, "radio", radio, "real_ms", real_ms] =
            words.as_slice()
        else {
            return None;
        };
        Some(Hour {
            hour: hour.parse().ok()?,
            published: published.parse().ok()?,
            refused: refused.parse().ok()?,
            radio: radio.parse().ok()?,
            real_ms: real_ms.parse().ok()?,
        })
    }
}

fn wait(what: &str, test: impl Fn() -> bool) -> Outcome {
    let end = Instant::now() + SOON;
    while !test() {
        if Instant::now() >= end {
            return Err(format!("{what} does not come"));
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    Ok(())
}
