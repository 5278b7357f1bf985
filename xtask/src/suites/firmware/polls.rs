//! The longest mqtt_poll of a scenario, in instructions: with lwIP, the callbacks of the device, and the interrupts that came.

use std::path::Path;
use xtask::Outcome;
use xtask::archive::symbols;
use xtask::firmware::machines::Machine;
use xtask::firmware::spans::{Counter, Passage, Span};
use xtask::targets;

/// The machine whose polls are counted. It costs the host a part of its speed, so it is one.
const COUNTED: &str = "mps2-an386";

/// tests/firmware/app.c has the labels.
const POLL: Span = Span { name: "poll", begin: "firmware_poll_begin", end: "firmware_poll_end" };

/// Well above what was seen, to notice a poll without a bound.
const MOST: u64 = 60_000;

/// Fewer polls than any scenario has.
const FEW: usize = 200;

/// For this image, if its polls are counted.
pub fn counter(machine: &Machine, image: &Path) -> Outcome<Option<Counter>> {
    if machine.name != COUNTED {
        return Ok(None);
    }
    let symbols = symbols::placed(targets::named(machine.target)?, image)?;
    Counter::new(&symbols, &[POLL], &[]).map(Some)
}

/// The longest, when the machine has ended.
pub fn judge(counter: &Counter) -> Outcome<String> {
    longest(&counter.passages()?)
}

fn longest(polls: &[Passage]) -> Outcome<String> {
    let most = polls.iter().map(|poll| poll.total).max().unwrap_or(0);
    match polls.len() {
        ..FEW => Err(format!("only {} polls were counted", polls.len())),
        _ if most > MOST => Err(format!("a poll took {most} instructions; the most is {MOST}")),
        count => Ok(format!("{count} polls, the longest {most} instructions")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_poll_fails_and_so_do_too_few() {
        let polls = |total, count| vec![Passage { span: "poll".to_string(), total, ranges: Vec::new() }; count];
        assert!(longest(&polls(MOST, FEW)).is_ok());
        assert!(longest(&[polls(1, FEW), polls(MOST + 1, 1)].concat()).is_err());
        assert!(longest(&polls(1, FEW - 1)).is_err());
    }
}
