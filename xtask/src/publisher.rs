//! The C publisher, c_examples/demo/publisher.c, as a child process; and what its lines mean.

use crate::process::{Line, Process};
use crate::{Outcome, archive, cc, paths};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

/// The publisher's own `response_time_ms`, and a second for everything that is not waiting for the broker.
pub const RESPONSE: Duration = Duration::from_millis(2000);
const SLACK: Duration = Duration::from_secs(1);

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    Accepted {
        seq: u32,
        qos: u8,
    },
    Done {
        seq: u32,
        fate: String,
    },
    Online {
        session_present: bool,
    },
    Offline(String),
    Failed(String),
    /// The pause before the next attempt.
    Retry {
        ms: u64,
    },
    Pending(u32),
    End(End),
    Other(String),
}

/// Its last line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct End {
    pub accepted: u32,
    pub done: u32,
    /// Publishes answered with MQTT_ERR_FULL.
    pub full: u32,
    pub longest_poll_us: u32,
    pub polls: u32,
}

pub struct Publisher {
    process: Process,
}

/// How long the publisher needed to be at work again, and how long it may need.
pub struct Recovery {
    pub took: Duration,
    pub bound: Duration,
}

/// Builds the archive and the publisher: the program's path.
pub fn build() -> Outcome<PathBuf> {
    let source = paths::root().join("c_examples/demo/publisher.c");
    cc::program("publisher", &[source], &archive::host()?, &cc::Kind::EXAMPLE, &[])
}

impl Publisher {
    /// Publishes `count` messages to 127.0.0.1:`port`, one in `period_ms`.
    pub fn start(program: &Path, port: u16, count: u32, period_ms: u32) -> Outcome<Publisher> {
        let mut command = Command::new(program);
        command.args(["127.0.0.1", &port.to_string(), &count.to_string(), &period_ms.to_string()]);
        Ok(Publisher { process: Process::spawn("publisher", &mut command)? })
    }

    pub fn lines(&self) -> Vec<Line> {
        self.process.lines()
    }

    pub fn said(&self) -> Vec<Said> {
        self.lines().iter().map(|l| Said::of(&l.text)).collect()
    }

    /// The time of the first line, said after `since`, that passes the test.
    fn wait_since(&self, since: Instant, limit: Duration, test: impl Fn(&Said) -> bool) -> Outcome<Instant> {
        let passes = |line: &Line| line.at >= since && test(&Said::of(&line.text));
        self.process.wait_for_line(0, limit, passes).map(|(_, line)| line.at)
    }

    pub fn wait_online(&self, limit: Duration) -> Outcome {
        let online = |line: &Line| matches!(Said::of(&line.text), Said::Online { .. });
        self.process.wait_for_line(0, limit, online).map(|_| ())
    }

    /// Waits until a message is through again after a fault that ended at `healed`. If the fault broke the connection, at
    /// `broken`, only a message of a new connection counts. It may take the pause that the publisher was in, one attempt
    /// that the fault had already spoilt, and a second.
    pub fn recovery(&self, broken: Option<Instant>, healed: Instant) -> Outcome<Recovery> {
        let limit = Duration::from_secs(20);
        let online = |said: &Said| matches!(said, Said::Online { .. });
        let since = broken.map_or(Ok(healed), |at| self.wait_since(at, limit, online))?;
        let at = self.wait_since(since.max(healed), limit, |said| matches!(said, Said::Done { .. }))?;
        let pauses = self.said().into_iter().map(|s| if let Said::Retry { ms } = s { ms } else { 0 });
        let bound = Duration::from_millis(pauses.max().unwrap_or(0)) + SLACK + RESPONSE;
        let took = at.duration_since(healed);
        if took > bound {
            let (took, bound) = (took.as_secs_f32(), bound.as_secs_f32());
            return Err(format!("recovered only after {took:.1} s, {bound:.1} s are allowed"));
        }
        Ok(Recovery { took, bound })
    }

    /// Waits for its end and returns what it said, the last line included.
    pub fn finish(&mut self, limit: Duration) -> Outcome<End> {
        let status = self.process.wait(limit).map_err(|e| format!("{e}; last: {}", self.last()))?;
        if !status.success() {
            return Err(format!("publisher: {status}; last: {}", self.last()));
        }
        match self.said().pop() {
            Some(Said::End(end)) => Ok(end),
            _ => Err(format!("the publisher did not say its end; last: {}", self.last())),
        }
    }

    fn last(&self) -> String {
        let mut lines = self.lines();
        lines.retain(|l| !matches!(Said::of(&l.text), Said::Accepted { .. } | Said::Done { .. }));
        let tail: Vec<_> = lines.iter().rev().take(4).rev().map(|l| l.text.as_str()).collect();
        tail.join(" | ")
    }
}

impl Said {
    pub fn of(line: &str) -> Said {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        Said::parse(word, rest).unwrap_or_else(|| Said::Other(line.to_string()))
    }

    fn parse(word: &str, rest: &str) -> Option<Said> {
        let pair = || rest.split_once(' ');
        Some(match word {
            "accepted" => Said::Accepted { seq: pair()?.0.parse().ok()?, qos: pair()?.1.parse().ok()? },
            "done" => Said::Done { seq: pair()?.0.parse().ok()?, fate: pair()?.1.to_string() },
            "online" => Said::Online { session_present: rest == "1" },
            "offline" => Said::Offline(rest.to_string()),
            "failed" => Said::Failed(rest.to_string()),
            "retry" => Said::Retry { ms: rest.parse().ok()? },
            "pending" => Said::Pending(rest.parse().ok()?),
            "end" => Said::End(End {
                accepted: number(rest, "accepted")?,
                done: number(rest, "done")?,
                full: number(rest, "full")?,
                longest_poll_us: number(rest, "longest_poll_us")?,
                polls: number(rest, "polls")?,
            }),
            _ => return None,
        })
    }
}

/// The value of `name=value` among words.
fn number(words: &str, name: &str) -> Option<u32> {
    words.split(' ').find_map(|w| w.strip_prefix(name)?.strip_prefix('=')?.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_line_is_understood() {
        assert_eq!(Said::of("accepted 000012 2"), Said::Accepted { seq: 12, qos: 2 });
        assert_eq!(Said::of("done 000012 delivered"), Said::Done { seq: 12, fate: "delivered".to_string() });
        assert_eq!(Said::of("online 1"), Said::Online { session_present: true });
        assert_eq!(Said::of("retry 350"), Said::Retry { ms: 350 });
        let end = End { accepted: 9, done: 8, full: 7, longest_poll_us: 6, polls: 5 };
        assert_eq!(Said::of("end accepted=9 done=8 full=7 longest_poll_us=6 polls=5"), Said::End(end));
        assert_eq!(Said::of("accepted x 2"), Said::Other("accepted x 2".to_string()));
    }
}
