//! An Ethernet cable between the emulated card and QEMU's own network: a relay of frames that loses, doubles and delays
//! them by a seed, or swallows them all.

use super::qemu::Qemu;
use super::wire::Wire;
use crate::{Outcome, paths};
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// How long the relay waits for a frame before it looks whether it shall end.
const TICK: Duration = Duration::from_millis(50);

/// How long it waits for a receiver that takes nothing; a machine that stands still, for one.
const PATIENCE: Duration = Duration::from_millis(20);

/// Of a hundred frames.
const LOST: u64 = 20;
const DOUBLED: u64 = 10;
/// Frames are delayed by up to this, and so overtake each other.
const DELAY_MS: u64 = 30;

#[derive(Default)]
struct Rules {
    hole: AtomicBool,
    noise: AtomicBool,
    ended: AtomicBool,
    /// Frames that were lost, doubled, overtaken.
    damage: [AtomicU64; 3],
}

const IS_LOST: usize = 0;
const IS_DOUBLED: usize = 1;
const IS_OVERTAKEN: usize = 2;

impl Rules {
    fn count(&self, what: usize) {
        self.damage[what].fetch_add(1, Ordering::Relaxed);
    }
}

pub struct Ethernet {
    /// QEMU's words for the card, and its name of it.
    nic: &'static [&'static str],
    name: &'static str,
    dir: PathBuf,
    rules: Arc<Rules>,
    threads: Vec<JoinHandle<()>>,
}

impl Ethernet {
    /// Ready for QEMU. One seed deals alike with the same row of frames.
    pub fn new(nic: &'static [&'static str], name: &'static str, seed: u64) -> Outcome<Ethernet> {
        let dir = paths::scratch("ethernet")?;
        let rules = Arc::new(Rules::default());
        let (device, host) = (bind(&dir, "device")?, bind(&dir, "host")?);
        let direction = |from: &Arc<UnixDatagram>, to: &Arc<UnixDatagram>, side: &str, salt: u64| Direction {
            from: Arc::clone(from),
            to: Arc::clone(to),
            peer: dir.join(format!("{side}.qemu")),
            rules: Arc::clone(&rules),
            random: seed.wrapping_mul(2).wrapping_add(salt),
            under_way: BTreeMap::new(),
        };
        let directions = [direction(&device, &host, "host", 0), direction(&host, &device, "device", 1)];
        let threads = directions.into_iter().map(|d| thread::spawn(move || d.run())).collect();
        Ok(Ethernet { nic, name, dir, rules, threads })
    }
}

impl Wire for Ethernet {
    fn arguments(&self) -> Vec<String> {
        let end = |id: &str, side: &str| {
            let path = |who: &str| format!("{}/{side}.{who}", self.dir.display());
            let (own, relay) = (path("qemu"), path("relay"));
            format!("dgram,id={id},local.type=unix,local.path={own},remote.type=unix,remote.path={relay}")
        };
        let (device, host) = (end("net0", "device"), end("relay", "host"));
        let netdevs =
            [&device, "user,id=user", &host, "hubport,id=a,hubid=0,netdev=user", "hubport,id=b,hubid=0,netdev=relay"];
        let words = netdevs.iter().flat_map(|netdev| ["-netdev", netdev]).chain(self.nic.iter().copied());
        words.map(str::to_string).collect()
    }

    fn unplug(&self, qemu: &Qemu) -> Outcome {
        qemu.set_link(self.name, false)
    }

    fn plug(&self, qemu: &Qemu) -> Outcome {
        qemu.set_link(self.name, true)
    }

    fn hole(&self, on: bool) {
        self.rules.hole.store(on, Ordering::Relaxed);
    }

    fn noise(&self, on: bool) -> bool {
        self.rules.noise.store(on, Ordering::Relaxed);
        true
    }

    fn damage(&self) -> [u64; 3] {
        [IS_LOST, IS_DOUBLED, IS_OVERTAKEN].map(|what| self.rules.damage[what].load(Ordering::Relaxed))
    }
}

impl Drop for Ethernet {
    fn drop(&mut self) {
        self.rules.ended.store(true, Ordering::Relaxed);
        for thread in self.threads.drain(..) {
            // It has nothing to say that matters now.
            let _ = thread.join();
        }
        // A directory that stays is harmless: its name is not used again.
        let _ = fs::remove_dir_all(&self.dir);
    }
}

fn bind(dir: &Path, side: &str) -> Outcome<Arc<UnixDatagram>> {
    let socket = UnixDatagram::bind(dir.join(format!("{side}.relay"))).map_err(|e| format!("relay: {e}"))?;
    socket.set_write_timeout(Some(PATIENCE)).map_err(|e| format!("relay: {e}"))?;
    Ok(Arc::new(socket))
}

/// What goes one way.
struct Direction {
    from: Arc<UnixDatagram>,
    to: Arc<UnixDatagram>,
    /// Where QEMU listens at the other end.
    peer: PathBuf,
    rules: Arc<Rules>,
    random: u64,
    /// By the time at which a frame is due, and its number.
    under_way: BTreeMap<(Instant, u64), Vec<u8>>,
}

impl Direction {
    fn run(mut self) {
        let mut frame = [0; 2048];
        let mut number = 0;
        while !self.rules.ended.load(Ordering::Relaxed) {
            let wait = self.deliver();
            // Of zero there is no time limit, and that would be none at all.
            let timed = self.from.set_read_timeout(Some(wait.max(Duration::from_millis(1))));
            let Ok(len) = timed.and_then(|()| self.from.recv(&mut frame)) else {
                continue;
            };
            for due in self.fate() {
                number += 1;
                if self.under_way.last_key_value().is_some_and(|(last, _)| last.0 > due) {
                    self.rules.count(IS_OVERTAKEN);
                }
                self.under_way.insert((due, number), frame[..len].to_vec());
            }
        }
    }

    /// Sends what is due. How long until the next is.
    fn deliver(&mut self) -> Duration {
        while let Some(entry) = self.under_way.first_entry() {
            let left = entry.key().0.saturating_duration_since(Instant::now());
            if !left.is_zero() {
                return left.min(TICK);
            }
            // A frame that the other end does not take is lost, as on any cable.
            let _ = self.to.send_to(&entry.remove(), &self.peer);
        }
        TICK
    }

    /// When the frame that just came goes on: once, twice, or not at all.
    fn fate(&mut self) -> Vec<Instant> {
        let now = Instant::now();
        if self.rules.hole.load(Ordering::Relaxed) {
            return Vec::new();
        }
        if !self.rules.noise.load(Ordering::Relaxed) {
            return vec![now];
        }
        let copies = match self.random(100) {
            n if n < LOST => {
                self.rules.count(IS_LOST);
                0
            }
            n if n < LOST + DOUBLED => {
                self.rules.count(IS_DOUBLED);
                2
            }
            _ => 1,
        };
        (0..copies).map(|_| now + Duration::from_millis(self.random(DELAY_MS))).collect()
    }

    /// The next of a fixed row of random numbers below `limit` (splitmix64).
    fn random(&mut self, limit: u64) -> u64 {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.random;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % limit
    }
}
