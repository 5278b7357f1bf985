//! dispatch.c: each topic comes to its row, also after the subscriptions were renewed.

use super::stage::{SOON, Stage, distinct, same};
use std::path::Path;
use xtask::Outcome;
use xtask::proxy::Rules;

pub fn run(program: &Path) -> Outcome<String> {
    let mut stage = Stage::start(program, Rules::CLEAR, "shed", &["0.1"])?;
    subscribed(&mut stage)?;
    for (topic, text, line) in [
        ("blue_topic", "on", "blue on"),
        ("blue_topic", "off", "blue off"),
        ("red_topic", "on", "red on"),
        ("note/kitchen/door", "on", "note/kitchen/door: on"),
        ("red_topic", "dim", "red off"),
    ] {
        stage.send(topic, text)?;
        stage.hear(line)?;
    }
    stage.cut();
    stage.hear_that("down", |line| line.starts_with("down: "))?;
    stage.hear_that("publish", |line| line.starts_with("publish "))?;
    stage.heal();
    subscribed(&mut stage)?;
    stage.send("note", "still there")?;
    stage.hear("note: still there")?;
    stage.send("red_topic", "on")?;
    stage.hear("red on")?;
    stage.interrupt()?;
    stage.hear("left")?;
    stage.end()?;

    let leds: Vec<_> = stage.lines().into_iter().filter(|l| l.starts_with("red ") || l.starts_with("blue ")).collect();
    let expected = ["blue on", "blue off", "red on", "red off", "red on"].map(str::to_string);
    same("LEDs", leds, expected.to_vec())?;
    let counts: Vec<_> = stage.said("publish").iter().map(|n| format!("Count = {n}")).collect();
    let texts = stage.audience.wait_for_texts(SOON, |texts| counts.iter().all(|count| texts.contains(count)))?;
    same("what was published", distinct(&texts), counts.clone())?;
    Ok(format!("{} messages, 3 subscriptions twice", counts.len()))
}

fn subscribed(stage: &mut Stage) -> Outcome {
    stage.hear("up")?;
    for _ in 0..3 {
        stage.hear("subscribed, QoS 1")?;
    }
    Ok(())
}
