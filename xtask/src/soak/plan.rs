//! How much is to be sent and to be broken, and in which pieces.

use std::fmt;
use xtask::Outcome;

/// Messages in one direction, in one version of MQTT: there are four such streams.
pub const STREAMS: u32 = 4;

/// After a round all of its messages must be there: what was done until then is never done again.
const OUTAGES_OF_ROUND: u32 = 10;

/// Of one stream; see LEDGER_ROUND of tests/soak/ledger.h.
const MOST_OF_ROUND: u32 = 50_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    messages: u32,
    pub outages: u32,
}

impl Plan {
    /// Messages both ways, and how often the connections break meanwhile.
    pub fn new(messages: u32, outages: u32) -> Outcome<Plan> {
        if messages < STREAMS * outages.max(1) * 10 || messages > 1_000_000_000 {
            return Err(format!("{messages} messages with {outages} outages: at least 40 for each are wanted"));
        }
        Ok(Plan { messages, outages })
    }

    pub fn name(&self) -> String {
        format!("{}-{}", self.messages, self.outages)
    }

    pub fn rounds(&self) -> u32 {
        self.outages.div_ceil(OUTAGES_OF_ROUND).max(self.messages.div_ceil(STREAMS * MOST_OF_ROUND))
    }

    /// Messages of each stream in a round.
    pub fn count(&self) -> u32 {
        self.messages.div_ceil(STREAMS * self.rounds())
    }

    /// Outages of this round.
    pub fn outages_of(&self, round: u32) -> u32 {
        let until = |round: u32| u64::from(self.outages) * u64::from(round) / u64::from(self.rounds());
        u32::try_from(until(round + 1) - until(round)).unwrap_or(0)
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} messages, {} outages", self.messages, self.outages)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rounds_make_the_whole() {
        for (messages, outages) in [(1_000_000, 1000), (10_000, 20), (10_007, 13), (4_000_000, 0)] {
            let plan = Plan::new(messages, outages).unwrap();
            assert_eq!((0..plan.rounds()).map(|round| plan.outages_of(round)).sum::<u32>(), outages);
            assert!(plan.count() * plan.rounds() * STREAMS >= messages);
            assert!(plan.count() <= MOST_OF_ROUND);
        }
        assert!(Plan::new(100, 20).is_err());
    }
}
