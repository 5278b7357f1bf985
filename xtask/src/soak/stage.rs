//! What a soak plays on: Limpet through the proxy to the broker, the other end straight to it; once in MQTT 3.1.1 and once in
//! 5. One round of messages and outages.

use super::ends::{End, Heard, Programs, VERSIONS};
use super::faults::FAULTS;
use super::memory::Memory;
use super::plan::{Plan, STREAMS};
use super::record::Record;
use std::thread;
use std::time::{Duration, Instant};
use xtask::Outcome;
use xtask::broker::{self, Broker};
use xtask::proxy::{Lane, Proxy, Rules};

/// Some milliseconds to the broker, so that messages are in every stage of their delivery.
const NEAR_LANE: Lane = Lane { delay_ms: (1, 5), ..Lane::CLEAR };
pub const NEAR: Rules = Rules { up: NEAR_LANE, down: NEAR_LANE, ..Rules::CLEAR };

/// For what takes a moment on an idle machine.
pub const SOON: Duration = Duration::from_secs(60);

const TICK: Duration = Duration::from_millis(5);

/// More than are ever under way. Without a limit Mosquitto 2.0.11 takes what it had sent, when it was started again, for
/// what it had not, and so sends QoS 2 twice.
pub const IN_FLIGHT: &str = "max_inflight_messages 1000";

/// Messages of a stream that may be under way. Half of them have QoS 2; Limpet remembers 32 of those, and one that it has
/// told of is still one of them until the broker has released it.
const UNDER_WAY: u32 = 30;

/// No stream is further ahead of the slowest: an outage shall meet them all.
const AHEAD: u32 = 150;

pub struct Pair {
    pub limpet: End,
    pub peer: End,
}

pub struct Stage {
    // In the order in which they must end.
    pub pairs: Vec<Pair>,
    pub proxy: Proxy,
    pub broker: Broker,
    first: u32,
    count: u32,
}

/// Of both Limpets and both others, since their start.
#[derive(Clone, Copy)]
pub struct Figures {
    pub again: u32,
    /// Connections that Limpet has lost.
    pub outages: u32,
}

impl Stage {
    pub fn start(programs: &Programs) -> Outcome<Stage> {
        let broker = Broker::start_with(broker::Memory::Kept, &[IN_FLIGHT])?;
        let proxy = Proxy::start(broker.port(), 1)?;
        proxy.set(NEAR);
        let pairs = (0..VERSIONS.len()).map(|version| {
            let peer = programs.peer(version, broker.port())?;
            Ok(Pair { limpet: programs.limpet(version, proxy.port())?, peer })
        });
        let mut stage = Stage { pairs: pairs.collect::<Outcome<_>>()?, proxy, broker, first: 0, count: 0 };
        stage.wait("subscriptions", |heard| heard.iter().all(|end| end.ready))?;
        Ok(stage)
    }

    /// The next round: all of its messages arrive, and all of its outages are survived.
    pub fn round(&mut self, plan: Plan, record: &mut Record, memory: &mut Memory) -> Outcome {
        (self.first, self.count) = (record.rounds * plan.count(), plan.count());
        let (first, count) = (self.first, self.count);
        self.ends().try_for_each(|end| end.go(first, count))?;
        let outages = plan.outages_of(record.rounds);
        for outage in 0..outages {
            // In the middle of its share of the messages.
            let due = (STREAMS * count * (2 * outage + 1)) / (2 * outages);
            self.wait("messages before an outage", |heard| received(heard, first) >= due)?;
            let fault = &FAULTS[usize::try_from(record.outages).unwrap_or(0) % FAULTS.len()];
            (fault.play)(self).map_err(|reason| format!("outage {}, {}: {reason}", record.outages, fault.name))?;
            record.outages += 1;
            let pids = self.pairs.iter().map(|pair| pair.limpet.process.pid()).collect::<Vec<_>>();
            memory.sample(&pids, record.lives, record.messages() + u64::from(due), record.outages)?;
        }
        let is_whole = |end: &Heard| end.first == first && end.done == count && end.received == count;
        self.wait("the last messages", |heard| heard.iter().all(is_whole))
    }

    /// Waits until what the ends say passes the test, and lets the messages flow meanwhile.
    pub fn wait(&mut self, what: &str, test: impl Fn(&[Heard]) -> bool) -> Outcome {
        let mut end = Instant::now() + SOON;
        let mut before = 0;
        loop {
            let heard = self.pace()?;
            if test(&heard) {
                return Ok(());
            }
            let now = received(&heard, self.first);
            if now > before {
                (before, end) = (now, Instant::now() + SOON);
            }
            if Instant::now() >= end {
                let names = self.ends().map(|end| end.name.clone()).collect::<Vec<_>>();
                let said: Vec<_> = names.iter().zip(&heard).map(|(name, heard)| format!("{name}: {heard:?}")).collect();
                return Err(format!("{what} do not come: round {} of {}\n{}", self.first, self.count, said.join("\n")));
            }
            thread::sleep(TICK);
        }
    }

    /// The messages flow for this time.
    pub fn rest(&mut self, time: Duration) -> Outcome {
        let end = Instant::now() + time;
        while Instant::now() < end {
            self.pace()?;
            thread::sleep(TICK);
        }
        Ok(())
    }

    /// What the ends say, Limpet before its peer; and each may send what the other end has room for.
    pub fn pace(&mut self) -> Outcome<Vec<Heard>> {
        let first = self.first;
        let heard = self.ends().map(End::heard).collect::<Outcome<Vec<_>>>()?;
        let slowest = heard.iter().map(|end| received_of(end, first)).min().unwrap_or(0);
        for (number, end) in self.ends().enumerate() {
            let other = &heard[number ^ 1];
            end.allow((received_of(other, first) + UNDER_WAY).min(slowest + AHEAD))?;
        }
        Ok(heard)
    }

    pub fn figures(&mut self) -> Outcome<Figures> {
        let heard = self.pace()?;
        let again = heard.iter().map(|end| end.again).sum();
        Ok(Figures { again, outages: heard.iter().step_by(2).map(|end| end.outages).sum() })
    }

    pub fn finish(&mut self) -> Outcome {
        self.ends().try_for_each(End::finish)
    }

    fn ends(&mut self) -> impl Iterator<Item = &mut End> {
        self.pairs.iter_mut().flat_map(|pair| [&mut pair.limpet, &mut pair.peer])
    }
}

/// Of the round with this first number. What an end says may still be of the last one.
fn received_of(end: &Heard, first: u32) -> u32 {
    if end.first == first { end.received } else { 0 }
}

fn received(heard: &[Heard], first: u32) -> u32 {
    heard.iter().map(|end| received_of(end, first)).sum()
}
