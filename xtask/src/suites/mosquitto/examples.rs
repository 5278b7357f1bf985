//! The example programs with a real broker: hello, and the two that receive, through an outage.

use std::collections::HashSet;
use std::process::Command;
use std::time::Duration;
use xtask::broker::{Broker, Memory};
use xtask::process::{Line, Process};
use xtask::proxy::{Entry, Proxy, Rules};
use xtask::subscriber::{Subscriber, send};
use xtask::{Outcome, archive, cc, paths};

const SOON: Duration = Duration::from_secs(10);

/// Messages that an example publishes, one every 0.1 s.
const COUNT: u32 = 50;

pub struct Example {
    pub name: &'static str,
    pub run: fn() -> Outcome<String>,
}

pub const EXAMPLES: &[Example] = &[
    Example { name: "hello.c", run: hello },
    Example { name: "clean.c", run: clean },
    Example { name: "unclean.c", run: unclean },
];

fn hello() -> Outcome<String> {
    let broker = Broker::start(Memory::Forgotten)?;
    let hello = start("hello", broker.port(), &[])?;
    hello.wait_for_line(0, SOON, |line| line.text == "Hello, world")?;
    Ok("says hello and hears it".to_string())
}

/// A message sent during the outage is lost, as a clean session wants it; what it publishes is not.
fn clean() -> Outcome<String> {
    let run = Run::through_an_outage("clean")?;
    if run.saw("foo_topic: during") {
        return Err("a message from before the session arrived".to_string());
    }
    Ok("renews its subscription; nothing of its own is lost".to_string())
}

/// The broker keeps what was sent during the outage.
fn unclean() -> Outcome<String> {
    let run = Run::through_an_outage("unclean")?;
    if !run.saw("foo_topic: during") {
        return Err("the message sent during the outage did not arrive".to_string());
    }
    Ok("hears what was sent during the outage; nothing of its own is lost".to_string())
}

/// What a program said.
struct Run {
    lines: Vec<Line>,
}

impl Run {
    fn through_an_outage(name: &str) -> Outcome<Run> {
        let broker = Broker::start(Memory::Kept)?;
        let proxy = Proxy::start(broker.port(), 1)?;
        let counter = Subscriber::start(broker.port(), "result");
        counter.wait_confirmed(0, SOON)?;
        let count = COUNT.to_string();
        // clean.c watches this interface; the other has no such argument.
        let mut program = start(name, proxy.port(), &["0.1", &count, "lo"])?;
        program.wait_for_line(0, SOON, |line| line.text == "subscribed, QoS 1")?;
        send(broker.port(), "foo_topic", "before")?;
        program.wait_for_line(0, SOON, |line| line.text == "foo_topic: before")?;

        proxy.change(|rules| rules.entry = Entry::Refuse);
        proxy.reset();
        let (down, _) = program.wait_for_line(0, SOON, |line| line.text.starts_with("down: "))?;
        send(broker.port(), "foo_topic", "during")?;
        proxy.set(Rules::CLEAR);
        let (up, _) = program.wait_for_line(down, SOON, |line| line.text.starts_with("up"))?;
        if name == "clean" {
            program.wait_for_line(up, SOON, |line| line.text == "subscribed, QoS 1")?;
        }
        send(broker.port(), "foo_topic", "after")?;
        program.wait_for_line(up, SOON, |line| line.text == "foo_topic: after")?;

        let status = program.wait(Duration::from_secs(30))?;
        let run = Run { lines: program.lines() };
        if !status.success() || !run.saw("left") {
            return Err(format!("{name} did not leave in good order: {status}"));
        }
        run.all_delivered(&counter)?;
        Ok(run)
    }

    fn saw(&self, text: &str) -> bool {
        self.lines.iter().any(|line| line.text == text)
    }

    fn all_delivered(&self, counter: &Subscriber) -> Outcome {
        let delivered = self.lines.iter().filter(|line| line.text.starts_with("delivered, token ")).count();
        counter.wait_for(&(0..COUNT).collect::<HashSet<_>>(), SOON);
        let arrived = counter.arrivals().len();
        if u32::try_from(delivered) == Ok(COUNT) && u32::try_from(arrived) == Ok(COUNT) {
            return Ok(());
        }
        Err(format!("published {COUNT}, reported as delivered {delivered}, arrived {arrived}"))
    }
}

/// The archive is there: the publisher was built with it.
fn start(name: &str, port: u16, arguments: &[&str]) -> Outcome<Process> {
    let source = paths::root().join("c_examples").join(name).with_extension("c");
    let program = cc::program(&format!("run-{name}"), &[source], &archive::place(), &cc::Kind::EXAMPLE, &[])?;
    Process::spawn(name, Command::new(program).args(["127.0.0.1", &port.to_string()]).args(arguments))
}
