//! range.c, range_ex.c and main.c, which run one application; and what clean.c does with an interface.

use super::stage::{SOON, Stage, distinct, same};
use std::path::Path;
use std::time::{Duration, Instant};
use xtask::Outcome;
use xtask::proxy::{Entry, Rules};

const WILL: &str = "Goodbye cruel world!";

/// One message.
struct Count {
    number: usize,
    outages: u32,
    /// What follows.
    rest: String,
}

pub fn range(program: &Path) -> Outcome<String> {
    let counts = walk(program)?;
    match counts.iter().find(|count| !count.rest.is_empty()) {
        None => Ok(format!("{} messages", counts.len())),
        Some(count) => Err(format!("message {} ends in {:?}", count.number, count.rest)),
    }
}

pub fn range_ex(program: &Path) -> Outcome<String> {
    let counts = walk(program)?;
    for count in &counts {
        let (rssi, free) = senses(&count.rest).ok_or_else(|| format!("not signal and memory: {:?}", count.rest))?;
        if !(-199..=0).contains(&rssi) || free == 0 {
            return Err(format!("message {}: {rssi} dB, {free} bytes", count.number));
        }
    }
    Ok(format!("{} messages, each with {}", counts.len(), counts[0].rest.trim()))
}

/// " rssi: -199dB free: 1000bytes"
fn senses(rest: &str) -> Option<(i32, u64)> {
    let (rssi, free) = rest.strip_prefix(" rssi: ")?.split_once("dB free: ")?;
    Some((rssi.parse().ok()?, free.strip_suffix("bytes")?.parse().ok()?))
}

/// In the network, out of it, and in again; then the same without the radio; until Ctrl-C.
fn walk(program: &Path) -> Outcome<Vec<Count>> {
    let mut stage = Stage::start(program, Rules::CLEAR, "shed", &["0.1"])?;
    for line in ["red on", "radio on", "up", "red off", "subscribed, QoS 1"] {
        stage.hear(line)?;
    }
    stage.hear("publish 2")?;
    stage.send("foo_topic", "before")?;
    stage.hear("foo_topic: before")?;
    stage.hear_pulse("blue")?;

    stage.cut();
    stage.hear_that("down", |line| line.starts_with("down: "))?;
    stage.hear("red on")?;
    stage.hear_that("publish", |line| line.starts_with("publish "))?;
    stage.heal();
    for line in ["up", "red off", "subscribed, QoS 1"] {
        stage.hear(line)?;
    }
    stage.send("foo_topic", "after")?;
    stage.hear("foo_topic: after")?;
    stage.hear_pulse("blue")?;
    let connections = stage.proxy.accepted();

    stage.carry()?;
    stage.hear("down: the link went down (0)")?;
    stage.hear("red on")?;
    stage.hear_that("publish", |line| line.starts_with("publish "))?;
    same("connected without a link", stage.proxy.accepted(), connections)?;
    stage.carry()?;
    stage.hear("up")?;
    stage.hear("red off")?;

    stage.interrupt()?;
    stage.hear("radio off")?;
    stage.hear("left")?;
    stage.hear("blue on")?;
    stage.end()?;
    stage.broker.wait_for_log(1, " disconnected.", SOON)?;
    let counts = counts(&stage, 2)?;
    same("outages in the first message", counts.first().map(|c| c.outages), Some(0))?;
    same("outages in the last message", counts.last().map(|c| c.outages), Some(2))?;
    Ok(counts)
}

/// The board has power before the broker has; it ends by itself after 20 messages.
pub fn auto_start(program: &Path) -> Outcome<String> {
    let refused = Rules { entry: Entry::Refuse, ..Rules::CLEAR };
    let mut stage = Stage::start(program, refused, "shed", &["0.2", "20", "1.5"])?;
    let waiting = stage.hear("waiting")?;
    let begun = stage.hear("red on")?;
    let waited = begun.at.duration_since(waiting.at);
    if waited < Duration::from_secs(1) {
        return Err(format!("waited for {:.1} s, not 1.5", waited.as_secs_f32()));
    }
    stage.hear_that("down", |line| line.starts_with("down: "))?;
    stage.heal();
    stage.hear("up")?;
    stage.hear("red off")?;
    stage.hear("left")?;
    stage.end()?;
    let counts = counts(&stage, 0)?;
    same("messages", counts.len(), 20)?;
    Ok(format!("waited for {:.1} s, {} messages", waited.as_secs_f32(), counts.len()))
}

pub fn stopped(program: &Path) -> Outcome<String> {
    let mut stage = Stage::start(program, Rules::CLEAR, "shed", &["0.1", "0", "3600"])?;
    stage.hear("waiting")?;
    let asked = Instant::now();
    stage.interrupt()?;
    stage.end()?;
    same("what it said", stage.lines(), vec!["waiting".to_string()])?;
    Ok(format!("ends after {:.1} s", asked.elapsed().as_secs_f32()))
}

/// clean.c with an interface that does not exist: it counts, and does not try to connect.
pub fn without_interface(program: &Path) -> Outcome<String> {
    let mut stage = Stage::start(program, Rules::CLEAR, "result", &["0.1", "1000", "limpet-none"])?;
    stage.hear_that("publish", |line| line.starts_with("publish 9,"))?;
    stage.interrupt()?;
    stage.hear("left")?;
    stage.end()?;
    same("connections", stage.proxy.accepted(), 0)?;
    Ok("10 messages wait, no connection".to_string())
}

/// All that was published, which must be there without a gap; and the will, so many times.
fn counts(stage: &Stage, wills: usize) -> Outcome<Vec<Count>> {
    let published: Vec<_> = (0..stage.said("publish").len()).map(|n| n.to_string()).collect();
    same("publish", stage.said("publish"), published.clone())?;
    let texts = stage.audience.wait_for_texts(SOON, |texts| {
        published.iter().all(|n| texts.iter().any(|t| t.strip_prefix(n).is_some_and(|rest| rest.starts_with(' '))))
    })?;
    same("wills", texts.iter().filter(|t| *t == WILL).count(), wills)?;
    let parse = |text: &String| count(text).ok_or_else(|| format!("no count: {text:?}"));
    let counts: Vec<Count> = distinct(&texts).iter().filter(|t| *t != WILL).map(parse).collect::<Outcome<_>>()?;
    same("numbers", counts.iter().map(|c| c.number).collect(), (0..published.len()).collect::<Vec<_>>())?;
    Ok(counts)
}

/// "12 repubs: 0 outages: 1", and more. Nothing is sent again over a living connection in so short a time.
fn count(text: &str) -> Option<Count> {
    let (number, rest) = text.split_once(" repubs: 0 outages: ")?;
    let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let (outages, rest) = rest.split_at(digits);
    Some(Count { number: number.parse().ok()?, outages: outages.parse().ok()?, rest: rest.to_string() })
}
