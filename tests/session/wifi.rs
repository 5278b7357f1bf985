//! A link for the bench: its status is in the test's hand, and it writes down what it is told.

use super::bench::*;
pub use limpet::supervisor::Act;
use limpet::supervisor::{Rules, Supervisor};
use limpet::time::Millis;

pub struct Wifi {
    pub supervisor: Supervisor,
    rules: Rules,
    /// What the status callback answers.
    pub status: i32,
    /// What it answered when it was last asked.
    seen: i32,
    /// When it was told what.
    pub acts: Vec<(u32, Act)>,
    /// Comes up by itself so many milliseconds after it was started.
    pub comes_up_after: Option<u32>,
    started_at: Option<u32>,
}

impl Wifi {
    pub fn new(settle_ms: u32, timeout_ms: u32, reset_always: bool) -> Wifi {
        let rules = Rules::new(settle_ms, timeout_ms, reset_always).expect("good numbers");
        Wifi {
            supervisor: Supervisor::OFF,
            rules,
            status: 0,
            seen: 0,
            acts: vec![],
            comes_up_after: None,
            started_at: None,
        }
    }

    fn look(&mut self, at: u32) -> i32 {
        if let (Some(after), Some(since)) = (self.comes_up_after, self.started_at)
            && at - since >= after
        {
            self.status = 1;
        }
        self.status
    }

    /// What the C border does at the beginning of a poll, and at its end.
    pub fn supervise(&mut self, session: &mut Session, look: bool, start: Millis, now: Millis) {
        let at = now.wrapping_sub(start);
        if look {
            self.seen = self.look(at);
        }
        while let Some(act) = self.supervisor.step(&self.rules, session, self.seen, now) {
            self.acts.push((at, act));
            self.started_at = (act == Act::Start).then_some(at);
            // A radio that is told to start forgets why it failed, and one that is stopped is down.
            if act == Act::Start {
                self.status = self.status.max(0);
            } else if self.comes_up_after.is_some() {
                self.status = 0;
            }
            self.seen = if act == Act::Start { self.look(at).max(0) } else { 0 };
        }
    }
}

impl Bench {
    /// Supervised, with the defaults; not yet connecting.
    pub fn with_wifi(settle_ms: u32) -> Bench {
        let mut b = Bench::new(settings());
        b.wifi = Some(Wifi::new(settle_ms, 0, false));
        b
    }

    pub fn wifi(&mut self) -> &mut Wifi {
        self.wifi.as_mut().expect("a link")
    }

    /// From the next poll on.
    pub fn link(&mut self, status: i32) {
        self.wifi().status = status;
    }

    pub fn acts(&mut self) -> Vec<(u32, Act)> {
        std::mem::take(&mut self.wifi().acts)
    }
}
