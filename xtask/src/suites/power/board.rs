//! The same on an emulated Cortex-M4F, with a store in what stands for its flash: the device cuts its own power in the
//! middle of a step of the flash, and the host presses the button for reset.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};
use xtask::broker::{Broker, Memory};
use xtask::firmware::device::Device;
use xtask::firmware::image::{self, Program};
use xtask::firmware::machines::{self, Machine};
use xtask::subscriber::{Subscriber, send};
use xtask::{Outcome, setup};

const MACHINE: &str = "mps2-an386";

/// Of tests/firmware/power/main.c.
const MESSAGES: usize = 120;

const SOON: Duration = Duration::from_secs(10);
const LIMIT: Duration = Duration::from_secs(120);

/// Besides its two subscriptions nothing is left in the store.
const LEFT: u32 = 2;

pub struct Row {
    pub name: &'static str,
    /// Lives that end in the middle of a step of the flash.
    cuts: u32,
    /// How often the button is pressed, each time a little later after the boot.
    presses: u32,
}

pub const ROWS: &[Row] = &[
    Row { name: "board, cut in a step of its flash", cuts: 80, presses: 0 },
    Row { name: "board, reset at any time", cuts: 0, presses: 40 },
];

/// What the device logged.
#[derive(Default)]
struct Log {
    boots: u32,
    tried: u32,
    accepted: BTreeSet<u32>,
    got: BTreeMap<u32, Vec<bool>>,
    troubles: BTreeMap<u32, u32>,
    left: Option<u32>,
}

/// Builds the image.
pub fn image() -> Outcome<std::path::PathBuf> {
    let machine = machines::named(MACHINE)?;
    machines::need(&[machine])?;
    setup::need(&[setup::ARM])?;
    let archives = image::archives(&[machine])?;
    image::image(machine, &program(machine), &archives[machine.target])
}

fn program(machine: &Machine) -> Program {
    let own = ["power/main.c", "power/kept.c", "app_names.c", "boot.c"];
    let below = own.iter().chain(machine.sources).chain(machine.network);
    let mut sources: Vec<_> = below.map(|source| format!("tests/firmware/{source}")).collect();
    sources.push("tests/nor/nor.c".to_string());
    let flash = ["flash/limpet_flash.c", "flash/log.c", "flash/limpet_stm32f4.c", "lwip/limpet_lwip.c"];
    sources.extend(flash.map(|source| format!("c_examples/{source}")));
    let headers = vec![xtask::paths::root().join("c_examples/flash")];
    Program { name: format!("{MACHINE}-power"), sources, headers, stack: machine.stack }
}

pub fn run(image: &Path, row: &Row) -> Outcome<String> {
    let broker = Broker::start(Memory::Forgotten)?;
    let counter = Subscriber::start(broker.port(), "fw/+/from/data");
    counter.wait_confirmed(0, SOON)?;
    let mut device = Device::start(machines::named(MACHINE)?, image, broker.port(), row.cuts, &[])?;
    device.qemu.wait_for_line(0, SOON, |line| line.starts_with("boot "))?;
    for press in 0..row.presses {
        let since = device.mark();
        // From before its first packet to the middle of its messages.
        thread::sleep(Duration::from_millis(u64::from(30 + 7 * press)));
        device.qemu.reset()?;
        device.qemu.wait_for_line(since, SOON, |line| line.starts_with("boot "))?;
    }
    let result = conclude(&mut device, &broker, &counter, row);
    result.map_err(|reason| format!("{reason}\nlog: {}", device.last_words()))
}

fn conclude(device: &mut Device, broker: &Broker, counter: &Subscriber, row: &Row) -> Outcome<String> {
    let end = Instant::now() + LIMIT;
    loop {
        let log = Log::of(device)?;
        if log.tried as usize == MESSAGES && log.accepted.iter().all(|number| log.got.contains_key(number)) {
            break;
        }
        if Instant::now() >= end {
            let (tried, accepted, got) = (log.tried, log.accepted.len(), log.got.len());
            return Err(format!("{tried} tried, {accepted} accepted, {got} came back, {} boots", log.boots));
        }
        thread::sleep(Duration::from_millis(20));
    }
    // It may be in the middle of a life that is cut short: the broker keeps it.
    send(broker.port(), &format!("fw/{}/to/exit", device.id), "exit")?;
    device.finish()?;
    let log = Log::of(device)?;
    log.check(counter, row)
}

impl Log {
    fn of(device: &Device) -> Outcome<Log> {
        let mut log = Log::default();
        for line in device.qemu.lines() {
            let words: Vec<&str> = line.text.split(' ').collect();
            let number = |i: usize| words.get(i).and_then(|word| word.parse::<u32>().ok());
            // Else the line was cut off by a reset.
            let ([word, _, _], Some(one), Some(two)) = (&words[..], number(1), number(2)) else { continue };
            match *word {
                "boot" => log.boots = one,
                "tried" => log.tried = log.tried.max(one + 1),
                "accepted" => _ = log.accepted.insert(one),
                "got" => log.got.entry(one).or_default().push(two == 1),
                "trouble" => *log.troubles.entry(one).or_default() += 1,
                "left" => log.left = Some(one),
                "faults" | "cut" => {}
                _ => return Err(format!("it says: {}", line.text)),
            }
        }
        Ok(log)
    }

    fn check(&self, counter: &Subscriber, row: &Row) -> Outcome<String> {
        let wanted: HashSet<u32> = self.accepted.iter().copied().collect();
        counter.wait_for(&wanted, SOON);
        let arrivals = counter.arrivals();
        let lost: Vec<_> = wanted.iter().filter(|number| !arrivals.contains_key(number)).collect();
        let more = |is_qos2: bool| {
            arrivals.iter().filter(|(number, times)| **times > 1 && (*number % 2 == 1) == is_qos2).count()
        };
        let (twice, repeated) = (more(true), more(false));
        let told: Vec<_> = self.got.iter().filter(|(number, dups)| *number % 2 == 1 && dups.len() > 1).collect();
        let silent = told.iter().filter(|(_, dups)| dups.iter().skip(1).any(|dup| !dup)).count();
        let resets = self.boots.saturating_sub(1);
        let text = format!(
            "{resets} resets, {} of {} messages accepted, {} lost, QoS 2 twice {twice}, QoS 1 twice {repeated}, told again with dup \
             {}, torn records {}",
            wanted.len(),
            self.tried,
            lost.len(),
            told.len(),
            self.troubles.get(&1).unwrap_or(&0)
        );
        let is_good = lost.is_empty() && twice == 0 && silent == 0 && counter.strange().is_empty();
        // Half of them at least: else it was reset before it had done anything.
        let is_enough = wanted.len() * 2 > MESSAGES && resets >= row.cuts.max(row.presses);
        let is_empty = self.left == Some(LEFT);
        if is_good && is_enough && is_empty { Ok(text) } else { Err(format!("{text}; left: {:?}", self.left)) }
    }
}
