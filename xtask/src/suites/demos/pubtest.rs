//! pubtest, the shell script: its two messages in turn, and an outage that costs some.

use super::stage::{SOON, Stage, same};
use std::path::Path;
use xtask::Outcome;
use xtask::proxy::Rules;

const TEXTS: [&str; 2] = ["gordon bennett", "pete was here"];

pub fn run(program: &Path) -> Outcome<String> {
    let mut stage = Stage::start(program, Rules::CLEAR, "foo_topic", &["1"])?;
    let texts = stage.audience.wait_for_texts(SOON, |texts| texts.len() >= 2)?;
    same("the first messages", texts.iter().take(2).map(String::as_str).collect(), TEXTS.to_vec())?;

    stage.cut();
    stage.hear_that("refused", |line| line.contains("refused"))?;
    let before = stage.audience.texts().len();
    stage.heal();
    let texts = stage.audience.wait_for_texts(SOON, |texts| texts.len() >= before + 2)?;
    stage.interrupt()?;
    stage.end()?;
    match texts.iter().find(|text| !TEXTS.contains(&text.as_str())) {
        None => Ok(format!("{before} messages before, {} after", texts.len() - before)),
        Some(text) => Err(format!("it published {text:?}")),
    }
}
