//! Scenarios that only a machine with a modem can have.

use super::bench::Bench;
use super::scenarios::{Scenario, scenario};
use std::thread;
use std::time::{Duration, Instant};
use xtask::Outcome;
use xtask::firmware::machines::{Link, Machine};
use xtask::firmware::modem::Modem;

const MODEM: fn(&Machine) -> bool = |machine| machine.link == Link::Modem;

pub const SCENARIOS: &[Scenario] = &[
    Scenario { applies: MODEM, ..scenario("modem loses its power", restarted) },
    Scenario { applies: MODEM, ..scenario("modem loses the connection", dropped) },
    Scenario { applies: MODEM, ..scenario("UART loses bytes", lossy) },
];

const SOON: Duration = Duration::from_secs(60);

/// Of include/limpet.h; and the detail that xtask/src/firmware/modem gives a connection that the network took away.
const IO: i32 = -41;
const LINK_DOWN: i32 = -55;
const BROKEN: i32 = -3;

/// A connection that ended is known before any timer of the client could tell.
const AT_ONCE: Duration = Duration::from_millis(1000);

impl Bench {
    fn modem(&self) -> Outcome<&Modem> {
        self.device.wire.modem().ok_or_else(|| "there is no modem".to_string())
    }

    /// The connection ends by what is done, with this error and detail.
    fn ends_at_once(&self, by: impl FnOnce(&Modem), error: i32, detail: i32) -> Outcome {
        let mark = self.device.mark();
        let start = Instant::now();
        by(self.modem()?);
        let end = format!("offline {error} {detail}");
        self.device.qemu.wait_for_line(mark, SOON, |text| text == end).map_err(|reason| format!("{end}: {reason}"))?;
        let passed = start.elapsed();
        if passed > AT_ONCE {
            return Err(format!("it was known only after {passed:?}"));
        }
        self.back(mark)
    }
}

/// It has no network then, and no connection, until it has found one.
fn restarted(bench: &mut Bench) -> Outcome {
    (0..3).try_for_each(|_| bench.ends_at_once(Modem::restart, LINK_DOWN, 0))
}

fn dropped(bench: &mut Bench) -> Outcome {
    (0..3).try_for_each(|_| bench.ends_at_once(Modem::drop_connection, IO, BROKEN))
}

/// Bytes in each direction that must be lost before it has been tried, and of how many one is.
const LOST: u64 = 8;
const LOSS: u32 = 1500;

/// Not one message may be lost with them.
fn lossy(bench: &mut Bench) -> Outcome {
    let end = Instant::now() + SOON;
    bench.modem()?.change(|rules| rules.loss = Some(LOSS));
    while bench.modem()?.lost().iter().any(|lost| *lost < LOST) {
        if Instant::now() >= end {
            return Err(format!("too few bytes are lost: {:?}", bench.modem()?.lost()));
        }
        thread::sleep(Duration::from_millis(20));
    }
    bench.modem()?.change(|rules| rules.loss = None);
    bench.flow()
}
