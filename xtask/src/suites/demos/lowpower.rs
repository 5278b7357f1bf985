//! lowpower.c: five times awake, the third without a network.

use super::stage::{SOON, Stage, distinct, same};
use std::path::Path;
use xtask::Outcome;
use xtask::proxy::Rules;

/// Longest time awake, as an argument and in milliseconds.
const LIMIT: &str = "3";
const LIMIT_MS: u32 = 3000;

/// The demo listens for so long when it is connected.
const LISTEN_MS: u32 = 1000;

/// What leaving may take, on a busy machine.
const LEAVING_MS: u32 = 3000;

pub fn run(program: &Path) -> Outcome<String> {
    let mut stage = Stage::start(program, Rules::CLEAR, "shed", &["2", "5", LIMIT])?;
    for line in ["power on", "awake, 1", "radio on", "up, session new", "subscribed, QoS 1", "radio off"] {
        stage.hear(line)?;
    }
    let first = slept(&mut stage)?;
    stage.send("foo_topic", "while you slept")?;
    for line in ["awake, 2", "up, session present", "foo_topic: while you slept", "blue on", "blue off", "radio off"] {
        stage.hear(line)?;
    }
    slept(&mut stage)?;
    stage.cut();
    stage.hear("awake, 3")?;
    stage.hear_that("down", |line| line.starts_with("down: "))?;
    let third = slept(&mut stage)?;
    stage.heal();
    stage.hear("awake, 4")?;
    stage.hear("up, session present")?;
    slept(&mut stage)?;
    stage.hear("awake, 5")?;
    let fifth = slept(&mut stage)?;
    stage.end()?;

    for (name, ms, least) in [("first", first, LISTEN_MS), ("third", third, LIMIT_MS), ("fifth", fifth, LISTEN_MS)] {
        if ms < least || ms > LIMIT_MS + LEAVING_MS {
            return Err(format!("awake for {ms} ms the {name} time"));
        }
    }
    same("power on", stage.lines().iter().filter(|line| *line == "power on").count(), 1)?;
    same("subscribed", stage.said("subscribed,").len(), 1)?;
    same("delivered", stage.said("delivered,").len(), 5)?;
    // Four goodbyes, and so no will.
    stage.broker.wait_for_log(4, "Client limpet-lowpower disconnected.", SOON)?;
    let lights: Vec<_> = (1..=5).map(|n| format!("light {n}")).collect();
    let texts = stage.audience.wait_for_texts(SOON, |texts| lights.iter().all(|light| texts.contains(light)))?;
    same("what was published", distinct(&texts), lights)?;
    Ok(format!("5 messages; awake for {first} ms, offline for {third} ms"))
}

/// Waits until it sleeps: how many milliseconds it was awake.
fn slept(stage: &mut Stage) -> Outcome<u32> {
    let line = stage.hear_that("asleep", |line| line.starts_with("asleep after "))?.text;
    let ms = line.strip_prefix("asleep after ").and_then(|rest| rest.strip_suffix(" ms"));
    ms.and_then(|ms| ms.parse().ok()).ok_or(format!("no time: {line}"))
}
