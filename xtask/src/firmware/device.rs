//! A device at work: the machine with its image and its connection, and what it says of itself.

use super::ethernet::Ethernet;
use super::machines::{Link, Machine};
use super::modem::Modem;
use super::qemu::Qemu;
use super::wire::Wire;
use crate::Outcome;
use std::path::Path;
use std::time::Duration;

/// Seconds of waiting for what takes milliseconds on an idle machine.
const SOON: Duration = Duration::from_secs(30);

/// For the random numbers of the device and of its connection.
const SEED: u32 = 1;

pub struct Device {
    // In the order in which they must end.
    pub qemu: Qemu,
    pub wire: Box<dyn Wire>,
    pub id: String,
}

impl Device {
    /// Starts the machine, and QEMU with what it is told besides; the broker is at this port of the host. Nothing is waited
    /// for.
    pub fn start(machine: &Machine, image: &Path, port: u16, response_ms: u32, beside: &[String]) -> Outcome<Device> {
        let wire: Box<dyn Wire> = match machine.link {
            Link::Ethernet { nic, name } => Box::new(Ethernet::new(nic, name, u64::from(SEED))?),
            Link::Modem => Box::new(Modem::start()?),
        };
        let id = format!("d{port}");
        let arguments = [port.to_string(), SEED.to_string(), id.clone(), response_ms.to_string()];
        let beside = [wire.arguments(), beside.to_vec()].concat();
        let qemu = Qemu::start(machine, image, &beside, &arguments)?;
        Ok(Device { qemu, wire, id })
    }

    /// Lines of its log so far; `since` of what follows.
    pub fn mark(&self) -> usize {
        self.qemu.lines().len()
    }

    /// Waits until it is connected, by a line after `since`: whether the broker had the session.
    pub fn wait_online(&self, since: usize) -> Outcome<bool> {
        let (_, line) = self.qemu.wait_for_line(since, SOON, |text| text.starts_with("online "))?;
        Ok(line.text.starts_with("online 1"))
    }

    pub fn wait_subscribed(&self) -> Outcome {
        self.qemu.wait_for_line(0, SOON, |text| text.starts_with("subscribed 2")).map(|_| ())
    }

    /// Which boots there were, as the device numbers them.
    pub fn boots(&self) -> Vec<String> {
        let lines = self.qemu.lines().into_iter();
        lines.filter_map(|line| line.text.strip_prefix("boot ").map(str::to_string)).collect()
    }

    /// Waits until it has lost the connection, by a line after `since`; it may have been lost before it was made.
    pub fn wait_offline(&self, since: usize) -> Outcome {
        let lost = |text: &str| text.starts_with("offline ") || text.starts_with("failed ");
        self.qemu.wait_for_line(since, SOON, lost).map(|_| ())
    }

    /// Waits until an attempt has failed, or a connection has ended, with this error of include/limpet.h; by a line after
    /// `since`.
    pub fn wait_error(&self, since: usize, online: bool, error: i32) -> Outcome {
        let start = format!("{} {error} ", if online { "offline" } else { "failed" });
        self.qemu.wait_for_line(since, SOON, |text| text.starts_with(&start)).map(|_| ())
    }

    /// Waits for the end; anything but 0 is an error, with the log.
    pub fn finish(&mut self) -> Outcome {
        match self.qemu.wait(SOON)? {
            0 => Ok(()),
            code => Err(format!("the firmware ended with {code}: {}", meaning(code))),
        }
    }

    /// The end of its log, for a reason.
    pub fn last_words(&self) -> String {
        let lines = self.qemu.lines();
        let tail: Vec<_> = lines.iter().rev().take(12).rev().map(|l| l.text.as_str()).collect();
        tail.join(" | ")
    }
}

/// Of an exit code; see tests/firmware/app_ledger.h.
fn meaning(code: i32) -> &'static str {
    match code {
        10 => "the client could not be made",
        11 => "mqtt_publish refused",
        12 => "a publish was accepted and has no MQTT_EV_DONE",
        13 => "an MQTT_EV_DONE for nothing that was under way",
        14 => "a publish was not delivered",
        15 => "it received what nobody sent",
        16 => "it missed a message of QoS 1 or 2",
        17 => "a message of QoS 0 or 2 came again",
        95 => "TLS could not be prepared",
        96 => "an assertion of FreeRTOS, a stack that overflowed, or a full heap",
        97 => "the modem sent more than there is room for",
        98 => "a fault of the processor",
        99 => "an assertion of lwIP",
        _ => "unknown",
    }
}

/// What a device says when it is told `report`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    pub number: u32,
    /// The session was there when it connected last.
    pub session_present: bool,
    /// An exit code of a promise that was broken, or 0.
    pub broken: u32,
    /// Numbered messages by QoS: what the outbox took, and what was reported as delivered.
    pub accepted: [u32; 3],
    pub done: [u32; 3],
    /// What came from the host: how many, the number of the first, and the number that is next.
    pub received: [u32; 3],
    pub first: [u32; 3],
    pub next: [u32; 3],
    pub connects: u32,
    pub outages: u32,
    pub longest_poll_ms: u32,
    pub longest_gap_ms: u32,
}

impl Report {
    pub fn of(text: &str) -> Option<Report> {
        let one = |name: &str| value(text, name)?.parse().ok();
        let three = |name: &str| {
            let numbers: Vec<u32> = value(text, name)?.split(',').filter_map(|n| n.parse().ok()).collect();
            <[u32; 3]>::try_from(numbers).ok()
        };
        Some(Report {
            number: text.split(' ').next()?.parse().ok()?,
            session_present: one("session")? == 1,
            broken: one("broken")?,
            accepted: three("accepted")?,
            done: three("done")?,
            received: three("received")?,
            first: three("first")?,
            next: three("next")?,
            connects: one("connects")?,
            outages: one("outages")?,
            longest_poll_ms: one("longest_poll_ms")?,
            longest_gap_ms: one("longest_gap_ms")?,
        })
    }
}

/// The value of `name=value` among words.
fn value<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    text.split(' ').find_map(|word| word.strip_prefix(name)?.strip_prefix('='))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_understood() {
        let text = "7 session=1 longest_poll_ms=2 longest_gap_ms=3 broken=0 accepted=9,8,7 done=9,8,6 received=1,2,3 \
                    first=0,0,1 next=1,2,4 connects=2 outages=1 repubs=0";
        let report = Report::of(text).unwrap();
        assert_eq!((report.number, report.session_present, report.broken), (7, true, 0));
        assert_eq!((report.accepted, report.done), ([9, 8, 7], [9, 8, 6]));
        assert_eq!((report.received, report.first, report.next), ([1, 2, 3], [0, 0, 1], [1, 2, 4]));
        assert_eq!((report.connects, report.outages), (2, 1));
        assert_eq!((report.longest_poll_ms, report.longest_gap_ms), (2, 3));
        assert_eq!(Report::of("7 session=1"), None);
    }
}
