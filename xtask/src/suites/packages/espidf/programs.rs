//! Programs over the component, run on this machine: with tasks that are threads, a radio that obeys, and a real broker.

use super::super::Case;
use super::super::delivery::Delivery;
use super::configuration::{answers_of_example, configure};
use super::{component, ours};
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;
use xtask::broker::{Broker, Memory, Tls};
use xtask::certificates::Certificates;
use xtask::process::{Process, attempt, run};
use xtask::{Outcome, archive, paths};

const LIMIT: Duration = Duration::from_secs(90);
const LINE: Duration = Duration::from_secs(30);
const ADDRESSES: &[&str] = &["-fsanitize=address,undefined", "-fno-sanitize-recover=all"];
const THREADS: &[&str] = &["-fsanitize=thread"];

pub fn cases() -> Vec<Case> {
    vec![
        Case::new("ESP-IDF: task, Wi-Fi, posts and calls, with eyes on addresses", |d| task(d, "addresses", ADDRESSES)),
        Case::new("ESP-IDF: the same with eyes on threads", |d| task(d, "threads", THREADS)),
        Case::new("ESP-IDF: esp-tls carries a message, and refusals have their reason", tls),
        Case::new("ESP-IDF: a store in NVS outlives resets", nvs),
        Case::new("ESP-IDF: the example says hello, also after an outage", hello),
        Case::new("ESP-IDF: the example call is told how its messages end, and the counters", call),
    ]
}

struct Program<'a> {
    name: &'a str,
    /// With what the machine is.
    sources: Vec<PathBuf>,
    answers: String,
    flags: &'a [&'a str],
}

impl Program<'_> {
    fn build(&self, delivery: &Delivery) -> Outcome<PathBuf> {
        let configuration = configure(delivery, self.name, &self.answers)?;
        let out = delivery.work(&format!("program-{}", self.name))?.join("program");
        let parts = [component(delivery)?.join("src"), component(delivery)?.join("sockets"), ours().join("machine")];
        let mut gcc = Command::new("gcc");
        gcc.args(["-std=gnu17", "-g", "-O1", "-Wall", "-Wextra", "-Werror", "-pthread", "-DMACHINE_HAS_THREADS"]);
        gcc.args(self.flags).args(&self.sources).args(parts.iter().flat_map(|dir| paths::files(dir, "c")));
        let headers = std::fs::read_dir(ours().join("headers")).map_err(|e| e.to_string())?.flatten();
        // Not lwIP's: the sockets are this machine's.
        let headers = headers.map(|entry| entry.path()).filter(|dir| !dir.ends_with("lwip"));
        let own = [ours().join("machine"), ours().join("programs"), configuration];
        for dir in headers
            .chain(own)
            .chain(["include", "sockets"].map(|dir| component(delivery).unwrap_or_default().join(dir)))
        {
            gcc.arg("-I").arg(dir);
        }
        gcc.arg(archive::place())
            .args(["-lmbedtls", "-lmbedx509", "-lmbedcrypto", "-Wl,--gc-sections", "-o"])
            .arg(&out);
        run(&mut gcc)?;
        Ok(out)
    }
}

fn program<'a>(delivery: &Delivery, name: &'a str, source: &str, flags: &'a [&'a str]) -> Outcome<Program<'a>> {
    let programs = ours().join("programs");
    let sources = vec![programs.join(source), programs.join("check.c")];
    Ok(Program { name, sources, answers: answers_of_example(delivery)?, flags })
}

/// Every sentence must hold, and there must be some.
fn judge((ok, said): (bool, String)) -> Outcome {
    if ok && said.contains("ok: ") && !said.contains("FAILED") { Ok(()) } else { Err(said) }
}

fn task(delivery: &Delivery, name: &str, flags: &[&str]) -> Outcome {
    let built = program(delivery, name, "task.c", flags)?.build(delivery)?;
    let broker = Broker::start(Memory::Forgotten)?;
    judge(attempt(Command::new(built).arg(broker.port().to_string()), LIMIT)?)
}

fn tls(delivery: &Delivery) -> Outcome {
    let built = program(delivery, "tls", "tls.c", ADDRESSES)?.build(delivery)?;
    let certificates = Certificates::make()?;
    let broker = Broker::start_with_tls(Memory::Forgotten, &Tls::USUAL, &certificates)?;
    let mut command = Command::new(built);
    command.arg(broker.tls_port()?.to_string()).arg(certificates.certificate("ca"));
    judge(attempt(&mut command, LIMIT)?)
}

fn nvs(delivery: &Delivery) -> Outcome {
    let mut program = program(delivery, "nvs", "nvs.c", ADDRESSES)?;
    program.answers += "CONFIG_LIMPET_NVS=y\n";
    judge(attempt(&mut Command::new(program.build(delivery)?), LIMIT)?)
}

/// An example of the component, at work.
fn example(delivery: &Delivery, name: &str, broker: &Broker) -> Outcome<Process> {
    let source = component(delivery)?.join(format!("examples/{name}/main/{name}.c"));
    let sources = vec![source, ours().join("programs/start.c")];
    let here = format!("CONFIG_LIMPET_SERVER=\"127.0.0.1\"\nCONFIG_LIMPET_PORT={}\n", broker.port());
    let answers = answers_of_example(delivery)?.replace("CONFIG_LIMPET_SERVER=\"192.168.1.10\"\n", &here);
    let built = Program { name, sources, answers, flags: ADDRESSES }.build(delivery)?;
    Process::spawn(name, &mut Command::new(built))
}

fn hello(delivery: &Delivery) -> Outcome {
    let mut broker = Broker::start(Memory::Forgotten)?;
    let process = example(delivery, "hello", &broker)?;
    let wait = |from: usize, what: &str| process.wait_for_line(from, LINE, |line| line.text.starts_with(what));
    let (connected, _) = wait(0, "hello: connected")?;
    let (said, _) = wait(connected, "hello: hello: Hello, world")?;
    broker.kill();
    let (offline, _) = wait(said, "hello: offline: ")?;
    broker.restart()?;
    let (connected, _) = wait(offline, "hello: connected")?;
    wait(connected, "hello: hello: Hello, world").map(|_| ())
}

fn call(delivery: &Delivery) -> Outcome {
    let broker = Broker::start(Memory::Forgotten)?;
    let process = example(delivery, "call", &broker)?;
    let wait = |from: usize, what: &str| process.wait_for_line(from, LINE, |line| line.text.contains(what));
    // Those before it, for which there was no Wi-Fi yet, were replaced.
    let (replaced, _) = wait(0, "has ended: 4")?;
    let (delivered, _) = wait(replaced, "has ended: 0")?;
    let counts = |text: &str| text.contains("were delivered") && !text.contains(", 0 were delivered");
    process.wait_for_line(delivered, LINE, |line| counts(&line.text)).map(|_| ())
}
