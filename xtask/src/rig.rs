//! The whole apparatus: publisher -> proxy -> Mosquitto -> counting subscriber.

use crate::broker::{Broker, Memory};
use crate::process::Line;
use crate::proxy::{Entry, Proxy, Rules};
use crate::publisher::Publisher;
use crate::subscriber::Subscriber;
use crate::verdict::Verdict;
use crate::{Outcome, publisher};
use std::path::Path;
use std::time::Duration;

const SOON: Duration = Duration::from_secs(10);

/// The topic of the publisher.
const TOPIC: &str = "limpet/demo";

pub struct Rig {
    // In the order in which they must end.
    pub publisher: Publisher,
    pub proxy: Proxy,
    pub subscriber: Subscriber,
    pub broker: Broker,
}

/// What is published.
#[derive(Clone, Copy)]
pub struct Load {
    pub count: u32,
    pub period_ms: u32,
}

impl Rig {
    /// Everything is up and the publisher online.
    pub fn start(program: &Path, memory: Memory, load: Load) -> Outcome<Rig> {
        let broker = Broker::start(memory)?;
        let subscriber = Subscriber::start(broker.port(), TOPIC);
        subscriber.wait_confirmed(0, SOON)?;
        let rig = Rig::assemble(program, broker, subscriber, Rules::DISTANT, load)?;
        rig.publisher.wait_online(SOON)?;
        Ok(rig)
    }

    /// The publisher runs into refused connections until `bring_up_broker`.
    pub fn without_broker(program: &Path, memory: Memory, load: Load) -> Outcome<Rig> {
        let broker = Broker::prepare(memory)?;
        let subscriber = Subscriber::start(broker.port(), TOPIC);
        let refused = Rules { entry: Entry::Refuse, ..Rules::DISTANT };
        Rig::assemble(program, broker, subscriber, refused, load)
    }

    fn assemble(program: &Path, broker: Broker, subscriber: Subscriber, rules: Rules, load: Load) -> Outcome<Rig> {
        let proxy = Proxy::start(broker.port(), 1)?;
        proxy.set(rules);
        let publisher = Publisher::start(program, proxy.port(), load.count, load.period_ms)?;
        Ok(Rig { publisher, proxy, subscriber, broker })
    }

    /// Starts the broker. The publisher is let through only when the subscriber is back: a broker that has forgotten
    /// its subscriptions would throw away what nobody has subscribed.
    pub fn bring_up_broker(&mut self) -> Outcome {
        self.proxy.change(|rules| rules.entry = Entry::Refuse);
        let before = self.subscriber.confirmed();
        self.broker.restart()?;
        self.subscriber.wait_confirmed(before, SOON)?;
        self.proxy.set(Rules::DISTANT);
        Ok(())
    }

    /// SIGKILL. With `settled` the broker's disk holds all that the broker has answered; see `Broker::settle`.
    pub fn kill_broker(&mut self, settled: bool) -> Outcome {
        if settled {
            self.hole(true, true);
            self.broker.settle()?;
        }
        self.broker.kill();
        self.proxy.change(|rules| rules.entry = Entry::Refuse);
        self.proxy.reset();
        Ok(())
    }

    /// Nothing passes any more in these directions.
    pub fn hole(&self, up: bool, down: bool) {
        self.proxy.change(|rules| {
            rules.up.hole = up;
            rules.down.hole = down;
        });
    }

    /// Waits for the publisher's end and for the last message, and compares.
    pub fn finish(&mut self, limit: Duration) -> Outcome<Verdict> {
        let end = self.publisher.finish(limit)?;
        let said = self.publisher.said();
        self.subscriber.wait_for(&Verdict::wanted(&said), SOON);
        Ok(Verdict::of(&said, end, &self.subscriber.arrivals(), self.subscriber.strange()))
    }

    pub fn lines(&self) -> Vec<Line> {
        self.publisher.lines()
    }
}

/// Builds what a rig needs: the publisher's path.
pub fn build() -> Outcome<std::path::PathBuf> {
    publisher::build()
}
