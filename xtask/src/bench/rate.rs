//! Messages in a second with Mosquitto on loopback. The clients take turns, round by round, so that what else the machine does
//! meets all of them; a figure is the median of the rounds.

use super::first::First;
use super::peers::{PEERS, Peer};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};
use std::{fs, thread};
use xtask::process::{Process, free_port, run_within};
use xtask::{Outcome, paths, setup};

const ROUNDS: usize = 7;
const PAYLOAD: u32 = 64;
const LIMIT: Duration = Duration::from_secs(60);

/// Messages of QoS `qos` with at most `window` under way; 0 for as many as the client takes, up to 500.
pub struct Flow {
    pub name: &'static str,
    qos: u32,
    window: u32,
    count: u32,
}

/// Each takes the better part of a second. A virtual processor that was idle is slow for some hundredths of one, for all who sleep
/// between messages; 65,535 are too many for minimq.
pub const FLOWS: &[Flow] = &[
    Flow { name: "QoS 0", qos: 0, window: 0, count: 200_000 },
    Flow { name: "QoS 1, 1 under way", qos: 1, window: 1, count: 4000 },
    Flow { name: "QoS 1, 10 under way", qos: 1, window: 10, count: 60_000 },
    Flow { name: "QoS 1, full", qos: 1, window: 0, count: 60_000 },
    Flow { name: "QoS 2, 1 under way", qos: 2, window: 1, count: 2000 },
    Flow { name: "QoS 2, 10 under way", qos: 2, window: 10, count: 25_000 },
    Flow { name: "QoS 2, full", qos: 2, window: 0, count: 25_000 },
];

/// Those that are measured here.
pub fn peers() -> Vec<&'static Peer> {
    PEERS.iter().filter(|peer| peer.rate.is_some()).collect()
}

/// One flow; the figures are those of `peers`.
pub struct Line {
    pub flow: &'static Flow,
    /// Messages in a second.
    pub rates: Vec<f64>,
    /// Limpet's rate by theirs, of the same round: the median.
    pub ratios: Vec<f64>,
}

pub fn measure() -> Outcome<Vec<Line>> {
    setup::need(&[setup::MOSQUITTO, setup::LIBMOSQUITTO, setup::PAHO])?;
    let build = |peer: &&Peer| peer.rate.map_or(Ok(PathBuf::new()), |build| build());
    let programs = peers().iter().map(build).collect::<Outcome<Vec<_>>>()?;
    let _first = First::take();
    let broker = Broker::start()?;
    println!("{:22}{}", "messages in a second", peers().iter().map(|p| format!(" {:>14}", p.name)).collect::<String>());
    FLOWS.iter().map(|flow| line(flow, &programs, &broker)).collect()
}

fn line(flow: &'static Flow, programs: &[PathBuf], broker: &Broker) -> Outcome<Line> {
    let mut rounds = Vec::new();
    for _ in 0..ROUNDS {
        let round = programs.iter().zip(peers()).map(|(program, peer)| {
            rate(flow, program, broker.port).map_err(|e| format!("{}, {}: {e}", peer.name, flow.name))
        });
        rounds.push(round.collect::<Outcome<Vec<f64>>>()?);
    }
    let column = |of: &dyn Fn(&Vec<f64>, usize) -> f64| -> Vec<f64> {
        (0..programs.len()).map(|i| median(rounds.iter().map(|round| of(round, i)).collect())).collect()
    };
    let rates = column(&|round, i| round[i]);
    let ratios = column(&|round, i| round[0] / round[i]);
    println!("{:22}{}", flow.name, rates.iter().map(|rate| format!(" {rate:>14.0}")).collect::<String>());
    println!("{:22}{}", "  Limpet is", ratios.iter().map(|ratio| format!(" {ratio:>13.2}x")).collect::<String>());
    Ok(Line { flow, rates, ratios })
}

fn rate(flow: &Flow, program: &Path, port: u16) -> Outcome<f64> {
    let mut command = Command::new(program);
    if program.ends_with("limpet-bench-rumqttc") {
        command.arg("publish");
    }
    let Flow { qos, window, count, .. } = flow;
    command.args([qos, &PAYLOAD, window, count].map(u32::to_string)).arg(port.to_string());
    let said = run_within(&mut command, LIMIT)?;
    let numbers: Vec<f64> = said.split_whitespace().filter_map(|word| word.parse().ok()).collect();
    match numbers.as_slice() {
        [messages, ns] if *ns > 0.0 => Ok(messages / ns * 1e9),
        _ => Err(format!("it says: {said}")),
    }
}

/// 0 of nothing.
fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied().unwrap_or_default()
}

/// Mosquitto without what it does beside: no disk, no log, no limits, no Nagle.
struct Broker {
    port: u16,
    dir: PathBuf,
    process: Process,
}

impl Broker {
    fn start() -> Outcome<Broker> {
        let program = setup::find("mosquitto").ok_or("mosquitto is not installed")?;
        let (dir, port) = (paths::scratch("rate")?, free_port()?);
        let config = format!(
            "listener {port} 127.0.0.1\nallow_anonymous true\nuser root\npersistence false\nlog_dest none\n\
             max_inflight_messages 0\nmax_queued_messages 0\nset_tcp_nodelay true\n"
        );
        paths::write(&dir.join("mosquitto.conf"), &config)?;
        let process = Process::spawn("mosquitto", Command::new(program).arg("-c").arg(dir.join("mosquitto.conf")))?;
        let mut broker = Broker { port, dir, process };
        let end = Instant::now() + Duration::from_secs(15);
        while broker.process.is_running() && Instant::now() < end {
            if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return Ok(broker);
            }
            thread::sleep(Duration::from_millis(10));
        }
        Err("mosquitto does not listen".to_string())
    }
}

impl Drop for Broker {
    fn drop(&mut self) {
        self.process.kill();
        // A directory that stays is swept by the next run.
        let _ = fs::remove_dir_all(&self.dir);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_round_out_of_three_that_was_disturbed_does_not_count() {
        assert_eq!(median(vec![3.0, 900.0, 2.0]), 3.0);
        assert_eq!(median(vec![]), 0.0);
    }
}
