//! publish_timeout.c: what is late is given up, and what it says about it is true.

use super::stage::{SOON, Stage, same};
use std::collections::HashSet;
use std::path::Path;
use xtask::Outcome;
use xtask::proxy::{Lane, Rules};

pub fn run(program: &Path) -> Outcome<String> {
    let mut stage = Stage::start(program, Rules::CLEAR, "shed", &["0.3", "0", "1.5"])?;
    stage.hear("up")?;
    stage.hear_that("acked", |line| line.starts_with("acked "))?;
    stage.hear("blue on")?;

    // Nothing passes, and neither side knows.
    let hole = Lane { hole: true, ..Lane::CLEAR };
    stage.proxy.set(Rules { up: hole, down: hole, ..Rules::CLEAR });
    stage.hear("blue off")?;
    stage.hear_that("maybe sent", |line| line.starts_with("expired ") && line.ends_with(", maybe sent"))?;
    stage.hear("red on")?;

    stage.cut();
    stage.hear_that("down", |line| line.starts_with("down: "))?;
    stage.hear_that("never sent", |line| line.starts_with("expired ") && line.ends_with(", never sent"))?;
    stage.heal();
    stage.hear("up")?;
    stage.hear_that("acked", |line| line.starts_with("acked "))?;
    stage.hear("blue on")?;
    stage.hear("red off")?;
    stage.interrupt()?;
    stage.hear("left")?;
    stage.end()?;
    check(&stage)
}

fn check(stage: &Stage) -> Outcome<String> {
    let (maybe, never): (Vec<_>, Vec<_>) = stage.said("expired").into_iter().partition(|e| e.ends_with(", maybe sent"));
    let cut = |ends: Vec<String>, tail: &str| ends.iter().map(|e| e.trim_end_matches(tail).to_string()).collect();
    let (maybe, never): (Vec<String>, Vec<String>) = (cut(maybe, ", maybe sent"), cut(never, ", never sent"));
    let acked = stage.said("acked");

    let mut ended = [acked.clone(), maybe.clone(), never.clone()].concat();
    let mut published = stage.said("publish");
    ended.sort();
    published.sort();
    same("each message ends once", ended, published)?;

    let numbers = |texts: &[String]| -> HashSet<String> {
        texts.iter().filter_map(|t| Some(t.split_once(" repubs: ")?.0.to_string())).collect()
    };
    let texts = stage.audience.wait_for_texts(SOON, |texts| acked.iter().all(|n| numbers(texts).contains(n)))?;
    let arrived = numbers(&texts);
    if let Some(number) = never.iter().find(|n| arrived.contains(*n)) {
        return Err(format!("message {number} was never sent, and arrived"));
    }
    Ok(format!("{} acknowledged, {} maybe sent, {} never sent", acked.len(), maybe.len(), never.len()))
}
