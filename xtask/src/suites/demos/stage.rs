//! Where a demo plays: demo -> proxy -> Mosquitto -> a subscriber that keeps what the demo publishes. Its lines are heard
//! in their order.

use std::path::Path;
use std::process::Command;
use std::time::Duration;
use xtask::Outcome;
use xtask::broker::{Broker, Memory};
use xtask::process::{Line, Process};
use xtask::proxy::{Entry, Proxy, Rules};
use xtask::subscriber::{self, Subscriber};

/// For what should come at once, on a machine that is busy.
pub const SOON: Duration = Duration::from_secs(15);

/// The demos light an LED for a second; on a busy machine its lines are seen late.
const PULSE: std::ops::Range<f32> = 0.5..5.0;

pub struct Stage {
    // In the order in which they must end.
    demo: Process,
    pub proxy: Proxy,
    pub audience: Subscriber,
    pub broker: Broker,
    /// Number of the first line that was not heard yet.
    next: usize,
}

impl Stage {
    /// The demo gets server, port and these arguments; the audience subscribes `topic`.
    pub fn start(program: &Path, rules: Rules, topic: &str, arguments: &[&str]) -> Outcome<Stage> {
        let broker = Broker::start(Memory::Forgotten)?;
        let proxy = Proxy::start(broker.port(), 1)?;
        proxy.set(rules);
        let audience = Subscriber::start(broker.port(), topic);
        audience.wait_confirmed(0, SOON)?;
        let name = program.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let mut command = Command::new(program);
        command.args(["127.0.0.1", &proxy.port().to_string()]).args(arguments);
        let demo = Process::spawn(&name, &mut command)?;
        Ok(Stage { demo, proxy, audience, broker, next: 0 })
    }

    /// Waits for this line, not before the last one that was heard.
    pub fn hear(&mut self, text: &str) -> Outcome<Line> {
        self.hear_that(text, |line| line == text)
    }

    /// Waits for a line that passes; `what` names it.
    pub fn hear_that(&mut self, what: &str, test: impl Fn(&str) -> bool) -> Outcome<Line> {
        let heard = self.demo.wait_for_line(self.next, SOON, |line| test(&line.text));
        let (number, line) = heard.map_err(|e| format!("{what:?}: {e}"))?;
        self.next = number + 1;
        Ok(line)
    }

    /// Waits until the LED has been lit and put out after its pulse.
    pub fn hear_pulse(&mut self, led: &str) -> Outcome {
        let on = self.hear(&format!("{led} on"))?;
        let off = self.hear(&format!("{led} off"))?;
        let took = off.at.duration_since(on.at).as_secs_f32();
        if PULSE.contains(&took) { Ok(()) } else { Err(format!("{led} was lit for {took:.1} s")) }
    }

    /// Publishes with QoS 1, straight to the broker.
    pub fn send(&self, topic: &str, text: &str) -> Outcome {
        subscriber::send(self.broker.port(), topic, text)
    }

    /// The connection is reset, and no other comes about until `heal`.
    pub fn cut(&self) {
        self.proxy.change(|rules| rules.entry = Entry::Refuse);
        self.proxy.reset();
    }

    pub fn heal(&self) {
        self.proxy.set(Rules::CLEAR);
    }

    /// Ctrl-C.
    pub fn interrupt(&self) -> Outcome {
        self.demo.signal(libc::SIGINT)
    }

    /// Takes the board out of reach of its radio network, or in again; see c_examples/shared/board.c.
    pub fn carry(&self) -> Outcome {
        self.demo.signal(libc::SIGUSR1)
    }

    /// Waits for its end, which must be a good one.
    pub fn end(&mut self) -> Outcome {
        let status = self.demo.wait(SOON)?;
        if status.success() { Ok(()) } else { Err(format!("it ended with {status}; it said {:?}", self.lines())) }
    }

    pub fn lines(&self) -> Vec<String> {
        self.demo.lines().into_iter().map(|line| line.text).collect()
    }

    /// What follows `word` in the lines that begin with it.
    pub fn said(&self, word: &str) -> Vec<String> {
        self.lines().iter().filter_map(|line| Some(line.strip_prefix(word)?.strip_prefix(' ')?.to_string())).collect()
    }
}

/// The texts without those that came again: QoS 1 may repeat.
pub fn distinct(texts: &[String]) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for text in texts {
        if !kept.contains(text) {
            kept.push(text.clone());
        }
    }
    kept
}

/// An error unless both are the same.
pub fn same<T: PartialEq + std::fmt::Debug>(what: &str, found: T, expected: T) -> Outcome {
    if found == expected { Ok(()) } else { Err(format!("{what}: {found:?}, expected {expected:?}")) }
}
