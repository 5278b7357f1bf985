//! The verdict, as a table.

use super::teller::paint;
use xtask::verdict::Verdict;

pub fn print(verdict: &Verdict, survived: usize, outages: usize) {
    let [_, lost_1, lost_2] = [0, 1, 2].map(|q| verdict.accepted[q] - verdict.arrived[q]);
    println!("\n{:18}{:>8}{:>8}", "", "QoS 1", "QoS 2");
    row("accepted", verdict.accepted[1], verdict.accepted[2]);
    row("delivered", verdict.arrived[1], verdict.arrived[2]);
    marked("lost", lost_1, lost_2, lost_1 + lost_2 > 0);
    marked("more than once", verdict.repeated[1], verdict.repeated[2], verdict.repeated[2] > 0);
    println!("\n{:18}{:>8} of {outages}", "outages survived", survived);
    println!("{:18}{:>8} µs", "longest poll", verdict.end.longest_poll_us);
    println!("{:18}{:>8}", "polls", verdict.end.polls);
    println!("{:18}{:>8}\n", "outbox full", verdict.end.full);
    match verdict.check() {
        Ok(()) => println!("{}", paint("32", "Nothing was lost, and no QoS 2 message came twice.")),
        Err(_) => println!("{}", paint("31", "This is not what the library promises.")),
    }
}

fn row(name: &str, qos_1: u32, qos_2: u32) {
    marked(name, qos_1, qos_2, false);
}

fn marked(name: &str, qos_1: u32, qos_2: u32, bad: bool) {
    let line = format!("{name:18}{qos_1:>8}{qos_2:>8}");
    println!("{}", if bad { paint("31", &line) } else { line });
}
