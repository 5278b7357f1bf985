//! What one message costs with the broker in memory: instructions and time, each as the difference of a run and one that is
//! twice as long, so that the beginning and the end do not count.

use super::cases::Plan;
use super::first::First;
use super::peers::{Peer, Way};
use super::programs::dir;
use crate::callgrind::{self, Profile};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::time::Duration;
use xtask::Outcome;
use xtask::process::{Process, run_within};

const LIMIT: Duration = Duration::from_secs(120);

const PAIRS: usize = 5;

/// Of one message.
pub struct Cost {
    pub instructions: f64,
    /// By function, the most first.
    pub functions: Vec<(String, f64)>,
}

/// The instructions of user space.
pub fn cost(peer: &Peer, program: &Path, plan: &Plan) -> Outcome<Cost> {
    cost_of(peer, program, plan, peer.count)
}

/// The same, of the messages behind the first `count`.
pub fn cost_of(peer: &Peer, program: &Path, plan: &Plan, count: u32) -> Outcome<Cost> {
    let file = dir()?.join(format!("{}-{}.callgrind", peer.name, plan.words(count).join("-")));
    let run = |count| {
        let server = Server::beside(peer, plan, count)?;
        callgrind::run(&[], program, &peer.words(plan, count, server.port), &file)
    };
    let (short, long) = (run(count)?, run(2 * count)?);
    // A profile is large, and what is wanted of it is taken.
    let _ = std::fs::remove_file(&file);
    let messages = (messages(&long.said)?.0 - messages(&short.said)?.0) as f64;
    let instructions = long.total.saturating_sub(short.total) as f64 / messages;
    Ok(Cost { instructions, functions: functions(&short, long, messages) })
}

/// The broker in memory, in a process of its own, for who cannot do without a socket.
struct Server {
    port: u16,
    /// Ends with this.
    _process: Option<Process>,
}

impl Server {
    fn beside(peer: &Peer, plan: &Plan, count: u32) -> Outcome<Server> {
        if peer.way != Way::Socket {
            return Ok(Server { port: 0, _process: None });
        }
        let process = Process::spawn("serve", Command::new(dir()?.join("serve")).args(plan.words(count)))?;
        let (_, line) = process.wait_for_line(0, LIMIT, |line| line.text.starts_with("port "))?;
        let port = line.text.trim_start_matches("port ").parse().map_err(|_| line.text.clone())?;
        Ok(Server { port, _process: Some(process) })
    }
}

fn functions(short: &Profile, long: Profile, messages: f64) -> Vec<(String, f64)> {
    let before: &BTreeMap<String, u64> = &short.functions;
    let each = |(name, count): (String, u64)| {
        let more = count.saturating_sub(before.get(&name).copied().unwrap_or(0));
        (name, more as f64 / messages)
    };
    let mut functions: Vec<_> = long.functions.into_iter().map(each).collect();
    functions.sort_by(|(_, a), (_, b)| b.total_cmp(a));
    functions
}

/// Nanoseconds of one message, of the process's own time: of some pairs of runs the least of each, because whatever else
/// the machine does only adds to them.
pub fn nanoseconds(program: &Path, plan: &Plan, count: u32) -> Outcome<f64> {
    let run = |count| run_within(Command::new(program).args(plan.words(count)), LIMIT).and_then(|said| messages(&said));
    let _first = First::take();
    let (mut short, mut long) = (run(count)?, run(2 * count)?);
    for _ in 1..PAIRS {
        short.1 = short.1.min(run(count)?.1);
        long.1 = long.1.min(run(2 * count)?.1);
    }
    Ok((long.1 as f64 - short.1 as f64) / (long.0 - short.0) as f64)
}

/// How many there were, and the nanoseconds of all of them.
fn messages(said: &str) -> Outcome<(u64, u64)> {
    let numbers: Vec<u64> = said.split_whitespace().filter_map(|word| word.parse().ok()).collect();
    match numbers.as_slice() {
        [messages, ns] => Ok((*messages, *ns)),
        _ => Err(format!("it says: {said}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile(total: u64, functions: &[(&str, u64)]) -> Profile {
        let functions = functions.iter().map(|(name, count)| (name.to_string(), *count)).collect();
        Profile { said: String::new(), total, functions }
    }

    #[test]
    fn what_both_runs_have_does_not_count() {
        let (short, long) =
            (profile(0, &[("start", 500), ("poll", 100)]), profile(0, &[("start", 500), ("poll", 180)]));
        let expected = vec![("poll".to_string(), 8.0), ("start".to_string(), 0.0)];
        assert_eq!(functions(&short, long, 10.0), expected);
    }

    #[test]
    fn a_program_that_says_something_else_is_an_error() {
        assert_eq!(messages("2000 messages 3017 ns"), Ok((2000, 3017)));
        assert!(messages("the client does not connect").is_err());
    }
}
