//! The longest mqtt_poll of a scenario, in instructions: with lwIP, the callbacks of the device, and the interrupts that came.

use std::path::Path;
use xtask::Outcome;
use xtask::archive::symbols;
use xtask::firmware::machines::Machine;
use xtask::firmware::spans::{Counter, Passage, Span};
use xtask::targets;

/// The machines whose polls are counted, and the most instructions that one may take: well above what was seen, to notice
/// a poll without a bound. It costs the host a part of its speed, so they are few. With TLS it is a piece of a public-key
/// operation; in one piece it takes 28 million.
const COUNTED: &[(&str, u64)] = &[("mps2-an386", 60_000), ("mps2-an386-tls", 3_000_000)];

/// tests/firmware/app.c has the labels.
const POLL: Span = Span { name: "poll", begin: "firmware_poll_begin", end: "firmware_poll_end" };

/// Fewer polls than any scenario has.
const FEW: usize = 200;

/// Those of one run.
pub struct Polls {
    pub counter: Counter,
    most: u64,
}

impl Polls {
    /// Of this image, if its polls are counted.
    pub fn of(machine: &Machine, image: &Path) -> Outcome<Option<Polls>> {
        let Some((_, most)) = COUNTED.iter().find(|(name, _)| *name == machine.name) else {
            return Ok(None);
        };
        let symbols = symbols::placed(targets::named(machine.target)?, image)?;
        Counter::new(&symbols, &[POLL], &[]).map(|counter| Some(Polls { counter, most: *most }))
    }

    /// The longest, when the machine has ended.
    pub fn judge(&self) -> Outcome<String> {
        longest(&self.counter.passages()?, self.most)
    }
}

fn longest(polls: &[Passage], allowed: u64) -> Outcome<String> {
    let most = polls.iter().map(|poll| poll.total).max().unwrap_or(0);
    match polls.len() {
        ..FEW => Err(format!("only {} polls were counted", polls.len())),
        _ if most > allowed => Err(format!("a poll took {most} instructions; the most is {allowed}")),
        count => Ok(format!("{count} polls, the longest {most} instructions")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_poll_fails_and_so_do_too_few() {
        let polls = |total, count| vec![Passage { span: "poll".to_string(), total, ranges: Vec::new() }; count];
        assert!(longest(&polls(9, FEW), 9).is_ok());
        assert!(longest(&[polls(1, FEW), polls(10, 1)].concat(), 9).is_err());
        assert!(longest(&polls(1, FEW - 1), 9).is_err());
    }
}
