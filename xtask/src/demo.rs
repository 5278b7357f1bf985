//! `cargo xtask demo`: one publisher, one subscriber, and between them everything that goes wrong with a broker and a
//! network. It succeeds only if every accepted message arrived, and each QoS 2 message once.

mod table;
mod teller;

use std::thread;
use std::time::{Duration, Instant};
use teller::Teller;
use xtask::broker::Memory;
use xtask::rig::{self, Load, Rig};
use xtask::{Outcome, proxy::Rules, setup};

/// Longer than the outages below take, so that none hits an idle publisher.
const LOAD: Load = Load { count: 1000, period_ms: 40 };

const CALM: Duration = Duration::from_secs(2);
const OUTAGE: Duration = Duration::from_secs(5);

const OUTAGES: [fn(&mut Demo) -> Outcome; 5] =
    [Demo::killed, Demo::frozen, Demo::cut_off, Demo::reset, Demo::trickling];

struct Demo {
    rig: Rig,
    teller: Teller,
    survived: usize,
}

pub fn run() -> Outcome {
    setup::need(&[setup::C, setup::MOSQUITTO])?;
    println!("building the archive and the C publisher ...");
    let program = rig::build()?;
    println!("a C program publishes {} messages, QoS 1 and 2 in turn; about 50 s\n", LOAD.count);
    let teller = Teller::new();
    let rig = Rig::start(&program, Memory::Kept, LOAD)?;
    let mut demo = Demo { rig, teller, survived: 0 };
    demo.tell("broker", "Mosquitto is up, its subscriber too; the publisher goes through a proxy");
    demo.wait(CALM);

    for outage in OUTAGES {
        outage(&mut demo)?;
    }

    demo.tell("", "no more faults; the rest is published and acknowledged");
    let verdict = demo.rig.finish(Duration::from_secs(60))?;
    demo.wait(Duration::ZERO);
    table::print(&verdict, demo.survived, OUTAGES.len());
    verdict.check()
}

impl Demo {
    fn killed(&mut self) -> Outcome {
        // Nothing is under way on the wire when the broker dies: Mosquitto answers before it writes to disk, and what it
        // forgets that way no client can know. A broker whose disk is gone altogether forgets the session; then QoS 2
        // messages under way are new to it, and those it had already passed on arrive twice. `cargo xtask test
        // mosquitto` has that case.
        let broken = Instant::now();
        self.rig.kill_broker(true)?;
        self.tell("broker", "killed (SIGKILL)");
        self.wait(CALM);
        self.rig.bring_up_broker()?;
        self.tell("broker", "started again; its subscriber is back, the proxy lets the publisher through");
        self.recovered(Some(broken), Instant::now())
    }

    fn frozen(&mut self) -> Outcome {
        self.rig.broker.freeze()?;
        self.tell("broker", "frozen (SIGSTOP): connections open, nobody answers");
        self.wait(OUTAGE);
        self.rig.broker.thaw()?;
        self.tell("broker", "running again (SIGCONT)");
        self.recovered(None, Instant::now())
    }

    fn cut_off(&mut self) -> Outcome {
        self.rig.hole(true, true);
        self.tell("network", "cut off: every byte is swallowed, both ways, without a word");
        self.wait(OUTAGE);
        self.clear()
    }

    fn reset(&mut self) -> Outcome {
        let broken = Instant::now();
        self.rig.proxy.reset();
        self.tell("network", "connection reset (RST)");
        self.recovered(Some(broken), broken)
    }

    fn trickling(&mut self) -> Outcome {
        self.rig.proxy.change(|rules| {
            rules.up.rate = 1;
            rules.down.rate = 1;
        });
        self.tell("network", "one byte a second, each way");
        self.wait(OUTAGE);
        self.clear()
    }

    fn clear(&mut self) -> Outcome {
        self.rig.proxy.set(Rules::DISTANT);
        self.tell("network", "healed");
        self.recovered(None, Instant::now())
    }

    fn recovered(&mut self, broken: Option<Instant>, healed: Instant) -> Outcome {
        let recovery = self.rig.publisher.recovery(broken, healed)?;
        self.survived += 1;
        let took = recovery.took.as_secs_f32();
        self.tell("publisher", &format!("at work again {took:.1} s after that"));
        self.wait(CALM);
        Ok(())
    }

    fn tell(&mut self, who: &str, what: &str) {
        self.teller.show(&self.rig.lines());
        self.teller.tell(who, what);
    }

    /// Lets time pass and shows what the publisher says meanwhile.
    fn wait(&mut self, time: Duration) {
        let end = Instant::now() + time;
        loop {
            self.teller.show(&self.rig.lines());
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return;
            }
            thread::sleep(left.min(Duration::from_millis(50)));
        }
    }
}
