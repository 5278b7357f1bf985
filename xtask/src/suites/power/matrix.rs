//! The matrix of power cuts: each row is a way to choose where lives end, and runs it for every place there is.

use super::life::{Calls, Cut, Device, MESSAGES, When};
use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::time::Duration;
use xtask::Outcome;
use xtask::broker::{Broker, Memory};
use xtask::subscriber::Subscriber;

const SOON: Duration = Duration::from_secs(10);

/// Numbers of a device's messages begin at a multiple of this.
const STRIDE: u32 = 100;

/// Fewer calls of a life than a load for each key: something is wrong with the rows.
const LEAST: u32 = 12;

/// mqtt_store_event.trouble: of a record that was cut off in the middle, and of a subscription that was saved anew and not
/// yet erased.
const EXPECTED: &[u32] = &[1, 4];

/// What is cut off in the first life when the second is looked at: messages are under way both ways.
const FIRST: Cut = Cut { call: 9, changes_only: true, when: When::Inside };

pub struct Row {
    pub name: &'static str,
    cuts: Cuts,
}

enum Cuts {
    /// In the first life, at every call.
    First(When),
    /// In the second life, at every call; the first ends in the middle of one.
    Second(When),
    /// In every life, after so many changes, until nothing is left to do. Up to six of them are what each life begins with:
    /// the subscription that it makes anew, and the identifiers of what came.
    Every(&'static [u32]),
}

pub const ROWS: &[Row] = &[
    Row { name: "killed before each call", cuts: Cuts::First(When::Before) },
    Row { name: "killed inside each call", cuts: Cuts::First(When::Inside) },
    Row { name: "killed after each call", cuts: Cuts::First(When::After) },
    Row { name: "killed again, before each call", cuts: Cuts::Second(When::Before) },
    Row { name: "killed again, inside each call", cuts: Cuts::Second(When::Inside) },
    Row { name: "killed again, after each call", cuts: Cuts::Second(When::After) },
    Row { name: "killed in every life", cuts: Cuts::Every(&[8, 9, 10, 12, 15]) },
];

/// What became of a row.
#[derive(Default)]
pub struct Count {
    cuts: u32,
    lives: u32,
    accepted: u32,
    lost: Vec<u32>,
    /// Of QoS 2, at the other subscriber.
    twice: Vec<u32>,
    /// Of QoS 1.
    repeated: u32,
    /// Of QoS 2, to the application of the device, and said to be perhaps one that it had.
    again: u32,
}

struct Stage<'a> {
    program: &'a Path,
    version: &'static str,
    broker: Broker,
    devices: Vec<Device>,
}

pub fn run(program: &Path, version: &'static str, row: &Row) -> Outcome<Count> {
    let broker = Broker::start(Memory::Forgotten)?;
    let counter = Subscriber::start(broker.port(), "power/+");
    counter.wait_confirmed(0, SOON)?;
    let mut stage = Stage { program, version, broker, devices: Vec::new() };
    let whole = stage.story(|_| None)?;
    let cuts = match row.cuts {
        Cuts::First(when) => stage.every_call(when, |_| None)?,
        Cuts::Second(when) => stage.every_call(when, |life| (life == 0).then_some(FIRST))?,
        Cuts::Every(steps) => stage.every_life(steps)?,
    };
    let count = stage.count(&counter, cuts)?;
    count.check(version)?;
    let name = if version == "5" { "5" } else { "3.1.1" };
    let wear = format!("{} saves and {} erasures for {MESSAGES} messages both ways", whole.saves, whole.erasures);
    println!("  {:31} MQTT {name:5} {}; without a cut {wear}", row.name, count.text());
    Ok(count)
}

impl Stage<'_> {
    /// The lives of a device, each with the cut it is given, until one has left in peace: what that one's store was asked.
    fn story(&mut self, cut: impl Fn(u32) -> Option<Cut>) -> Outcome<Calls> {
        let first = u32::try_from(self.devices.len()).map_err(|e| e.to_string())? * STRIDE;
        let mut device = Device::new(self.program, self.broker.port(), self.version, first)?;
        loop {
            if let Some(calls) = device.live(cut(device.lives))? {
                device.check_store()?;
                self.devices.push(device);
                return Ok(calls);
            }
            if device.lives > 500 {
                return Err(format!("500 lives, and no end: {}", device.state()));
            }
        }
    }

    /// A device for each call that can be cut: the first life, or, if `before` says how the first ends, the second.
    fn every_call(&mut self, when: When, before: impl Fn(u32) -> Option<Cut>) -> Outcome<u32> {
        let life = u32::from(before(0).is_some());
        let mut call = 1;
        loop {
            let cut = Cut { call, changes_only: false, when };
            self.story(|number| if number == life { Some(cut) } else { before(number) })?;
            // It was not reached: there is no such call.
            if self.devices.last().is_some_and(|device| device.lives == life + 1) {
                return if call > LEAST { Ok(call - 1) } else { Err(format!("only {call} calls")) };
            }
            call += 1;
        }
    }

    fn every_life(&mut self, steps: &[u32]) -> Outcome<u32> {
        let before = self.devices.len();
        for step in steps {
            for when in [When::Before, When::Inside, When::After] {
                // Who dies before anything is done does not get on, whatever the library does; nor who has done nothing
                // but to erase what was torn, and tears the next.
                let cut = Cut { call: step + when.wasted(), changes_only: true, when };
                self.story(|_| Some(cut))?;
            }
        }
        Ok(self.devices.iter().skip(before).map(|device| device.lives - 1).sum())
    }

    fn count(&self, counter: &Subscriber, cuts: u32) -> Outcome<Count> {
        let wanted: HashSet<u32> = self.devices.iter().flat_map(|device| device.accepted.iter().copied()).collect();
        counter.wait_for(&wanted, SOON);
        if let Some(text) = counter.strange().first() {
            return Err(format!("strange: {text}"));
        }
        let arrivals = counter.arrivals();
        let mut count = Count { cuts, ..Count::default() };
        self.devices.iter().try_for_each(|device| count.add(device, &arrivals))?;
        Ok(count)
    }
}

impl Count {
    pub fn total(&mut self, row: &Count) {
        self.cuts += row.cuts;
        self.lives += row.lives;
        self.accepted += row.accepted;
        self.repeated += row.repeated;
        self.again += row.again;
        self.lost.extend(&row.lost);
        self.twice.extend(&row.twice);
    }

    pub fn text(&self) -> String {
        format!(
            "{:4} cuts, {:4} lives, {:4} messages, {} lost, QoS 2 twice {}, QoS 1 twice {}, told again with dup {}",
            self.cuts,
            self.lives,
            self.accepted,
            self.lost.len(),
            self.twice.len(),
            self.repeated,
            self.again
        )
    }

    fn add(&mut self, device: &Device, arrivals: &HashMap<u32, u32>) -> Outcome {
        self.lives += device.lives;
        for number in device.tried() {
            let is_qos2 = number % 2 == 1;
            let times = arrivals.get(&number).copied().unwrap_or(0);
            let got = device.got.get(&number).map_or(&[][..], Vec::as_slice);
            if device.accepted.contains(&number) {
                self.accepted += 1;
                if times == 0 || got.is_empty() {
                    self.lost.push(number);
                }
            }
            if times > 1 && is_qos2 {
                self.twice.push(number);
            }
            self.repeated += u32::from(times > 1 && !is_qos2);
            if is_qos2 && got.len() > 1 {
                self.again += 1;
                if got.iter().skip(1).any(|dup| !dup) {
                    return Err(format!("{number} was told twice and did not say so"));
                }
            }
        }
        if device.troubles.iter().any(|trouble| !EXPECTED.contains(trouble)) {
            return Err(format!("troubles of the store: {:?}", device.troubles));
        }
        Ok(())
    }

    fn check(&self, version: &str) -> Outcome {
        if self.lost.is_empty() && self.twice.is_empty() && self.accepted > 0 {
            return Ok(());
        }
        Err(format!("MQTT {version}: {} accepted; lost: {:?}; QoS 2 twice: {:?}", self.accepted, self.lost, self.twice))
    }
}
