//! What breaks the connections of a soak. Each fault lasts until both Limpets have noticed it, and is over when all are
//! connected again.

use super::ends::Heard;
use super::stage::{NEAR, Stage};
use std::time::Duration;
use xtask::Outcome;
use xtask::proxy::{Entry, Rules};

pub struct Fault {
    pub name: &'static str,
    pub play: fn(&mut Stage) -> Outcome,
}

/// In this order, again and again.
pub const FAULTS: &[Fault] = &[
    Fault { name: "reset", play: |stage| stage.broken(Stage::reset) },
    Fault { name: "broker killed", play: killed },
    Fault { name: "cut in a packet to the broker", play: |stage| cut(stage, true) },
    Fault { name: "nothing passes", play: |stage| hole(stage, true, true) },
    Fault { name: "ended in good order", play: |stage| stage.broken(|stage| stage.proxy.half_close()) },
    Fault { name: "refused", play: |stage| closed(stage, Entry::Refuse) },
    Fault { name: "broker ended and started", play: ended },
    Fault { name: "cut in a packet to Limpet", play: |stage| cut(stage, false) },
    Fault { name: "reset again", play: |stage| stage.broken(Stage::reset) },
    Fault { name: "nothing passes to the broker", play: |stage| hole(stage, true, false) },
    Fault { name: "never answered", play: |stage| closed(stage, Entry::Silent) },
    Fault { name: "broker frozen", play: frozen },
    Fault { name: "nothing passes to Limpet", play: |stage| hole(stage, false, true) },
    Fault { name: "one byte a second", play: trickle },
];

/// How long a network is closed beyond the notice that it is.
const CLOSED: Duration = Duration::from_millis(500);

/// The bytes after which a connection is cut: within a packet, mostly.
const CUTS: [usize; 7] = [3, 41, 200, 1, 77, 500, 12];

impl Stage {
    fn reset(&mut self) {
        self.proxy.reset();
    }

    /// What breaks the connections also lets new ones through.
    fn broken(&mut self, by: impl FnOnce(&mut Stage)) -> Outcome {
        let before = self.outages()?;
        by(self);
        self.noticed(&before)?;
        self.back()
    }

    fn outages(&mut self) -> Outcome<Vec<u32>> {
        Ok(self.pace()?.iter().map(|end| end.outages).collect())
    }

    /// Waits until both Limpets have lost their connection.
    fn noticed(&mut self, before: &[u32]) -> Outcome {
        self.wait("lost connections", |heard| has_noticed(heard, before))
    }

    fn back(&mut self) -> Outcome {
        self.wait("new connections", |heard| heard.iter().all(Heard::is_connected))
    }

    /// Until both have noticed it the rules are these.
    fn ruled(&mut self, change: impl FnOnce(&mut Rules)) -> Outcome {
        let before = self.outages()?;
        self.proxy.change(change);
        self.noticed(&before)?;
        self.proxy.set(NEAR);
        self.back()
    }
}

/// Limpet's are the even ones. One that had no connection, because the machine was busy with something else for too long, has
/// none to lose.
fn has_noticed(heard: &[Heard], before: &[u32]) -> bool {
    heard.iter().zip(before).step_by(2).all(|(end, before)| end.outages > *before || !end.is_connected())
}

fn hole(stage: &mut Stage, up: bool, down: bool) -> Outcome {
    stage.ruled(|rules| (rules.up.hole, rules.down.hole) = (up, down))
}

fn trickle(stage: &mut Stage) -> Outcome {
    stage.ruled(|rules| (rules.up.rate, rules.down.rate) = (1, 1))
}

fn closed(stage: &mut Stage, entry: Entry) -> Outcome {
    let before = stage.outages()?;
    stage.proxy.change(|rules| rules.entry = entry);
    stage.proxy.reset();
    stage.noticed(&before)?;
    stage.rest(CLOSED)?;
    stage.proxy.set(NEAR);
    // A connection that was accepted and never answered stays so.
    stage.proxy.reset();
    stage.back()
}

/// The first connection that carries so many bytes is cut; so again until it was each of them.
fn cut(stage: &mut Stage, up: bool) -> Outcome {
    let before = stage.outages()?;
    let mut next = usize::try_from(before.iter().sum::<u32>()).unwrap_or(0);
    while !has_noticed(&stage.pace()?, &before) {
        stage.proxy.change(|rules| {
            let lane = if up { &mut rules.up } else { &mut rules.down };
            if lane.cut_after.is_none() {
                lane.cut_after = Some(CUTS[next % CUTS.len()]);
                next += 1;
            }
        });
        stage.rest(Duration::from_millis(10))?;
    }
    stage.proxy.set(NEAR);
    stage.back()
}

/// SIGKILL, when the broker's disk holds all that it has answered; see `Broker::settle`.
fn killed(stage: &mut Stage) -> Outcome {
    let before = stage.outages()?;
    stage.proxy.change(|rules| (rules.up.hole, rules.down.hole) = (true, true));
    stage.pairs.iter().try_for_each(|pair| pair.peer.process.signal(libc::SIGSTOP))?;
    stage.broker.settle()?;
    stage.broker.kill();
    stage.pairs.iter().try_for_each(|pair| pair.peer.process.signal(libc::SIGCONT))?;
    started(stage, &before)
}

/// SIGTERM: it saves by itself.
fn ended(stage: &mut Stage) -> Outcome {
    let before = stage.outages()?;
    stage.broker.end()?;
    started(stage, &before)
}

fn started(stage: &mut Stage, before: &[u32]) -> Outcome {
    stage.proxy.set(Rules { entry: Entry::Refuse, ..NEAR });
    stage.proxy.reset();
    stage.noticed(before)?;
    stage.broker.restart()?;
    stage.proxy.set(NEAR);
    stage.back()
}

fn frozen(stage: &mut Stage) -> Outcome {
    let before = stage.outages()?;
    stage.broker.freeze()?;
    let noticed = stage.noticed(&before);
    stage.broker.thaw()?;
    noticed?;
    stage.back()
}
