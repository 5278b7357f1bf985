//! `cargo xtask herd --broker`: thousands of clients in one process lose Mosquitto at once, and come back: by Limpet's own
//! back-off, and beside it by trying each second. How many try and how many come through, ten times a second.

use std::fmt::Write;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};
use xtask::broker::{Broker, Memory};
use xtask::process::Process;
use xtask::{Outcome, archive, cc, paths, setup};

const WAYS: [&str; 2] = ["backoff", "fixed"];

/// All are connected, and rest, before the broker goes.
const CALM: Duration = Duration::from_secs(3);

/// For all to be there, or back.
const PATIENCE: Duration = Duration::from_secs(300);

/// Lines of the herd in a second.
const TICKS: usize = 10;

#[derive(Clone, Copy)]
struct Plan {
    clients: u32,
    down: Duration,
}

/// One line of the herd.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Tick {
    ms: u64,
    attempts: u32,
    connects: u32,
    losses: u32,
    online: u32,
    done: u32,
}

/// What came of one way.
#[derive(Debug, PartialEq, Eq)]
struct Findings {
    /// The most attempts in a second while the broker was away, and when it was back; and in a tenth of one.
    away: u32,
    back: u32,
    back_tenth: u32,
    /// The most connections in a second that the broker accepted.
    connects: u32,
    /// Milliseconds after the broker was back until half of them were, and until all.
    half_ms: u64,
    all_ms: u64,
}

/// `--clients N` and `--down SECONDS`.
pub fn run_with(mut options: &[&str]) -> Outcome {
    let mut plan = Plan { clients: 2000, down: Duration::from_secs(10) };
    while let [name, value, rest @ ..] = options {
        let value: u32 = value.parse().map_err(|_| format!("not a number: {value}"))?;
        match *name {
            "--clients" => plan.clients = value,
            "--down" => plan.down = Duration::from_secs(value.into()),
            _ => return Err(format!("no such option: {name}")),
        }
        options = rest;
    }
    if let [name, ..] = options {
        return Err(format!("{name} needs a number"));
    }
    run(plan)
}

/// Few clients, and a broker that is away for a moment: they do not come all at once.
pub fn short() -> Outcome {
    let plan = Plan { clients: 300, down: Duration::from_secs(3) };
    let program = build(plan)?;
    let findings = one(&program, WAYS[0], plan, None)?;
    println!("  {}", findings.said(WAYS[0]));
    match findings.connects {
        most if most * 10 <= plan.clients * 6 => Ok(()),
        most => Err(format!("{most} of {} clients connected in one second", plan.clients)),
    }
}

fn run(plan: Plan) -> Outcome {
    let program = build(plan)?;
    println!("  {} clients, the broker is away for {} s", plan.clients, plan.down.as_secs());
    for way in WAYS {
        let file = paths::target().join(format!("soak/herd-{way}.csv"));
        let findings = one(&program, way, plan, Some(&file))?;
        println!("  {}\n           {}", findings.said(way), file.display());
    }
    Ok(())
}

fn build(plan: Plan) -> Outcome<PathBuf> {
    setup::need(&[setup::C, setup::MOSQUITTO])?;
    more_descriptors(u64::from(plan.clients) + 100)?;
    let tests = paths::root().join("tests/soak");
    let sources = [tests.join("herd.c"), tests.join("socket.c")];
    cc::program("herd", &sources, &archive::host()?, &cc::Kind::SOAK, &[])
}

fn one(program: &Path, way: &str, plan: Plan, file: Option<&Path>) -> Outcome<Findings> {
    let mut broker = Broker::start(Memory::Forgotten)?;
    let mut command = Command::new(program);
    command.args([&broker.port().to_string(), &plan.clients.to_string(), way]);
    let herd = Process::spawn("herd", &mut command)?;
    let all = |tick: &Tick| tick.online == plan.clients;
    let at = |from, test: &dyn Fn(&Tick) -> bool| {
        herd.wait_for_line(from, PATIENCE, |line| Tick::of(&line.text).is_some_and(|tick| test(&tick)))
    };
    at(0, &all)?;
    println!("  {way:8} {}", memory(&herd, plan.clients)?);
    thread::sleep(CALM);
    let gone = Instant::now();
    broker.kill();
    let (lost, _) = at(0, &|tick| tick.losses == plan.clients)?;
    thread::sleep(plan.down.saturating_sub(gone.elapsed()));
    broker.restart()?;
    let back = Instant::now();
    // A connection of the herd that the new broker has already dropped again is not there to stay.
    at(lost, &|tick| all(tick) && tick.done >= plan.clients)?;
    let lines = herd.lines();
    if let Some(line) = lines.iter().find(|line| line.text == "refused") {
        return Err(format!("the herd could not publish: {}", line.text));
    }
    let zero = |instant: Instant| {
        let first = lines.iter().find(|line| line.at >= instant).and_then(|line| Tick::of(&line.text));
        first.map_or(Err("the herd says nothing more".to_string()), |tick| Ok(tick.ms))
    };
    let ticks: Vec<_> = lines.iter().filter_map(|line| Tick::of(&line.text)).collect();
    if let Some(file) = file {
        write(file, &ticks, zero(gone)?)?;
    }
    Ok(Findings::of(&ticks, zero(gone)?, zero(back)?, plan.clients))
}

impl Tick {
    fn of(line: &str) -> Option<Tick> {
        let numbers: Vec<u32> = line.strip_prefix("at ")?.split(' ').map_while(|word| word.parse().ok()).collect();
        let [ms, attempts, connects, losses, online, done] = numbers.try_into().ok()?;
        Some(Tick { ms: u64::from(ms), attempts, connects, losses, online, done })
    }
}

impl Findings {
    fn of(ticks: &[Tick], gone_ms: u64, back_ms: u64, clients: u32) -> Findings {
        let most = |during: Range<u64>, ticks_long: usize, what: fn(&Tick) -> u32| {
            let seen: Vec<_> = ticks.iter().filter(|tick| during.contains(&tick.ms)).collect();
            seen.windows(ticks_long + 1).map(|w| what(w[ticks_long]) - what(w[0])).max().unwrap_or(0)
        };
        let attempts = |tick: &Tick| tick.attempts;
        let until = |count: u32| {
            let there = ticks.iter().find(|tick| tick.ms >= back_ms && tick.online >= count);
            there.map_or(u64::MAX, |tick| tick.ms - back_ms)
        };
        Findings {
            away: most(gone_ms..back_ms, TICKS, attempts),
            back: most(back_ms..u64::MAX, TICKS, attempts),
            back_tenth: most(back_ms..u64::MAX, 1, attempts),
            connects: most(back_ms..u64::MAX, TICKS, |tick| tick.connects),
            half_ms: until(clients / 2),
            all_ms: until(clients),
        }
    }

    fn said(&self, way: &str) -> String {
        format!(
            "{way:8} when the broker is back, {} attempts and {} connections in a second at most, {} attempts in 0.1 s; \
             before that {}; half are back after {:.1} s, all after {:.1} s",
            self.back,
            self.connects,
            self.back_tenth,
            self.away,
            seconds(self.half_ms),
            seconds(self.all_ms)
        )
    }
}

/// Changes from tick to tick, the loss of the broker being at 0.
fn write(file: &Path, ticks: &[Tick], zero_ms: u64) -> Outcome {
    let mut text = "ms,attempts,connects,online\n".to_string();
    for pair in ticks.windows(2).filter(|pair| pair[1].ms + 1000 >= zero_ms) {
        let ms = i64::try_from(pair[1].ms).unwrap_or(0) - i64::try_from(zero_ms).unwrap_or(0);
        let (attempts, connects) = (pair[1].attempts - pair[0].attempts, pair[1].connects - pair[0].connects);
        let _ = writeln!(text, "{ms},{attempts},{connects},{}", pair[1].online);
    }
    std::fs::create_dir_all(file.parent().unwrap_or(file)).map_err(|e| e.to_string())?;
    paths::write(file, &text)
}

/// What a client takes: the program's own figures, and what the system has given for all of them.
fn memory(herd: &Process, clients: u32) -> Outcome<String> {
    let (_, line) = herd.wait_for_line(0, PATIENCE, |line| line.text.starts_with("memory "))?;
    let status = paths::read(Path::new(&format!("/proc/{}/status", herd.pid())))?;
    let rss =
        status.lines().find_map(|line| line.strip_prefix("VmRSS:")?.trim().strip_suffix(" kB")?.parse::<u32>().ok());
    let rss = rss.ok_or("the system does not say how much memory the herd has")?;
    match line.text.split(' ').skip(1).collect::<Vec<_>>().as_slice() {
        [client, rx, outbox, socket] => Ok(format!(
            "a client has {client} bytes, rx {rx}, outbox {outbox}, its socket {socket}; the process {rss} kB, {} bytes each",
            u64::from(rss) * 1024 / u64::from(clients.max(1))
        )),
        _ => Err(format!("the herd says: {}", line.text)),
    }
}

/// The broker has a descriptor for each client, and so has the herd; both inherit our limit.
fn more_descriptors(count: u64) -> Outcome {
    let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: the struct is ours and as the system wants it.
    let result = unsafe { libc::getrlimit(libc::RLIMIT_NOFILE, &raw mut limit) };
    if result == 0 && limit.rlim_cur >= count {
        return Ok(());
    }
    limit.rlim_cur = count.min(limit.rlim_max);
    // SAFETY: as above.
    match unsafe { libc::setrlimit(libc::RLIMIT_NOFILE, &raw const limit) } {
        0 if limit.rlim_cur >= count => Ok(()),
        _ => Err(format!("{count} descriptors are wanted; the system allows {}: ulimit -n", limit.rlim_max)),
    }
}

fn seconds(ms: u64) -> f64 {
    u32::try_from(ms).map_or(f64::INFINITY, f64::from) / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_in_a_second_and_the_last_to_be_back_are_found() {
        let tick = |i: u32| Tick {
            ms: u64::from(i) * 100,
            attempts: 3 * i + if i > 20 { 50 } else { 0 } + if i > 30 { 10 } else { 0 },
            connects: if i > 25 { 10 } else { 0 },
            online: i.saturating_sub(25),
            ..Tick::default()
        };
        let ticks: Vec<_> = (0..50).map(tick).collect();
        let found = Findings::of(&ticks, 0, 2400, 20);
        assert_eq!(found, Findings { away: 80, back: 40, back_tenth: 13, connects: 10, half_ms: 1100, all_ms: 2100 });
        assert_eq!(Tick::of("at 100 1 2 3 4 5").map(|tick| tick.done), Some(5));
        assert_eq!(Tick::of("at 100 1 2 3 4"), None);
    }
}
