//! What a scenario plays on: the device, its broker, a publisher and a subscriber on the host, and the final account.

use super::scenarios::Scenario;
use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};
use xtask::Outcome;
use xtask::broker::{Broker, Tls};
use xtask::certificates::Certificates;
use xtask::firmware::device::{Device, Report};
use xtask::firmware::feeder::Feeder;
use xtask::firmware::liar::Liar;
use xtask::firmware::machines::Machine;
use xtask::firmware::mbedtls;
use xtask::firmware::spans::Counter;
use xtask::subscriber::Subscriber;

/// Seconds of waiting for what takes a moment on an idle machine.
const SOON: Duration = Duration::from_secs(40);

/// Messages by which traffic counts as flowing.
const FLOW: usize = 12;

pub struct Bench {
    // In the order in which they must end.
    pub device: Device,
    pub feeder: Feeder,
    /// Of the numbered messages of the device, and of its reports.
    pub data: Subscriber,
    pub reports: Subscriber,
    pub broker: Broker,
    /// Between the device and the broker, if the scenario wants one.
    pub liar: Option<Liar>,
    /// Who signs the broker and others, if the machine has TLS.
    pub certificates: Option<Arc<Certificates>>,
    asked: u32,
    /// Numbers the device was told to begin with, one for each of its lives.
    pub begun: Vec<u32>,
}

impl Bench {
    /// Everything is up, and messages go both ways.
    pub fn start(
        machine: &Machine,
        image: &Path,
        scenario: &Scenario,
        certificates: Option<Arc<Certificates>>,
        polls: Option<&Counter>,
    ) -> Outcome<Bench> {
        let (broker, at_device) = match &certificates {
            Some(made) => {
                let broker = Broker::start_with_tls(scenario.memory, &Tls::USUAL, made)?;
                let port = broker.tls_port()?;
                (broker, port)
            }
            None => {
                let broker = Broker::start(scenario.memory)?;
                let port = broker.port();
                (broker, port)
            }
        };
        let liar = if scenario.through_liar { Some(Liar::start(at_device)?) } else { None };
        let port = liar.as_ref().map_or(at_device, Liar::port);
        let mut beside: Vec<_> = polls.into_iter().flat_map(Counter::arguments).collect();
        if let Some(made) = &certificates {
            beside.extend(mbedtls::loader(&made.certificate("ca")));
        }
        let device = Device::start(machine, image, port, scenario.response_ms, &beside)?;
        let subscribe = |what: &str| {
            let name = format!("host-{what}");
            Subscriber::start_as(&name, broker.port(), &format!("fw/{}/from/{what}", device.id))
        };
        let (data, reports) = (subscribe("data"), subscribe("report"));
        let feeder = Feeder::start(broker.port(), &device.id, scenario.period);
        let mut bench =
            Bench { device, feeder, data, reports, broker, liar, certificates, asked: 0, begun: Vec::new() };
        bench.data.wait_confirmed(0, SOON)?;
        bench.reports.wait_confirmed(0, SOON)?;
        bench.device.wait_subscribed()?;
        bench.go(0)?;
        bench.flow()?;
        Ok(bench)
    }

    /// The device publishes messages numbered from here on, and the host, too, goes on with its own.
    pub fn go(&mut self, number: u32) -> Outcome {
        self.begun.push(number);
        self.feeder.order(&format!("go {number}"))?;
        self.feeder.run();
        Ok(())
    }

    /// SIGKILL, when the broker's disk holds all that it has answered; see `Broker::settle`.
    pub fn kill_broker(&mut self) -> Outcome {
        self.feeder.rest()?;
        self.device.wire.hole(true);
        self.broker.settle()?;
        self.broker.kill();
        self.device.wire.hole(false);
        Ok(())
    }

    /// The host, too, goes on with its messages.
    pub fn restart_broker(&mut self) -> Outcome {
        let before = (self.data.confirmed(), self.reports.confirmed());
        self.broker.restart()?;
        self.data.wait_confirmed(before.0, SOON)?;
        self.reports.wait_confirmed(before.1, SOON)?;
        self.feeder.run();
        Ok(())
    }

    /// Waits until messages of QoS 1 and 2 have come from the device, and some have gone to it.
    pub fn flow(&self) -> Outcome {
        let end = Instant::now() + SOON;
        let (before, sent) = (self.data.arrivals().len(), self.feeder.sent());
        loop {
            let gone = self.feeder.sent().iter().zip(sent).all(|(now, then)| *now >= then + 2);
            if gone && self.data.arrivals().len() >= before + FLOW {
                return Ok(());
            }
            if Instant::now() >= end {
                return Err("messages do not flow any more".to_string());
            }
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Waits until all that the host has sent is at the device, and all of the device's is done: its report.
    pub fn rest(&mut self) -> Outcome<Report> {
        let sent = self.feeder.rest()?;
        self.feeder.order("rest")?;
        let end = Instant::now() + SOON;
        loop {
            let report = self.report()?;
            let is_done = report.accepted == report.done;
            let has_all = (1..3).all(|qos| report.next[qos] == sent[qos]);
            if is_done && has_all || report.broken != 0 {
                return Ok(report);
            }
            if Instant::now() >= end {
                return Err(format!("the host has sent {sent:?}, and the device does not come to rest: {report:?}"));
            }
        }
    }

    fn report(&mut self) -> Outcome<Report> {
        self.asked += 1;
        let asked = self.asked;
        self.feeder.order(&format!("report {asked}"))?;
        let is_it = |text: &String| Report::of(text).filter(|report| report.number == asked);
        let texts = self.reports.wait_for_texts(SOON, |texts| texts.iter().any(|t| is_it(t).is_some()))?;
        texts.iter().find_map(is_it).ok_or_else(|| "no report".to_string())
    }

    /// Lets the traffic end, compares what was sent with what came, and ends the device.
    pub fn finish(&mut self) -> Outcome {
        let report = self.rest()?;
        self.account(&report)?;
        self.feeder.order("exit")?;
        self.device.finish()
    }

    /// What the device's current life has sent must be there.
    pub fn account(&self, report: &Report) -> Outcome {
        if self.begun.len() == 1 && report.first != [0; 3] {
            return Err(format!("the first messages from the host did not come: {report:?}"));
        }
        if report.broken != 0 {
            return Err(format!("the device says that a promise is broken: {report:?}"));
        }
        let first = self.begun.last().copied().unwrap_or(0);
        let count: u32 = report.accepted.iter().sum();
        let wanted: HashSet<u32> = (first..first + count).filter(|n| n % 3 > 0).collect();
        self.data.wait_for(&wanted, SOON);
        let arrivals = self.data.arrivals();
        let mut lost: Vec<_> = wanted.iter().filter(|n| !arrivals.contains_key(n)).collect();
        lost.sort();
        if !lost.is_empty() {
            return Err(format!("lost on the way to the host: {lost:?}"));
        }
        let repeated: Vec<_> = arrivals.iter().filter(|(n, times)| *n % 3 != 1 && **times > 1).collect();
        if !repeated.is_empty() {
            return Err(format!("came more than once: {repeated:?}"));
        }
        let known = |n: &u32| (first..first + count).contains(n) || *n < first;
        let strange: Vec<_> = arrivals.keys().filter(|n| !known(n)).collect();
        if !strange.is_empty() || !self.data.strange().is_empty() {
            return Err(format!("strange: {strange:?} {:?}", self.data.strange()));
        }
        Ok(())
    }
}
