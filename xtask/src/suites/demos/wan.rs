//! wan.c: the Internet is a name server of ours that answers well, badly and not at all.

use super::stage::{SOON, Stage, distinct, same};
use std::path::Path;
use xtask::Outcome;
use xtask::dns::{Dns, Manner};
use xtask::proxy::Rules;

pub fn run(program: &Path) -> Outcome<String> {
    let dns = Dns::start(Manner::Right)?;
    let arguments = ["0.2", "0", "127.0.0.1", &dns.port().to_string()];
    let mut stage = Stage::start(program, Rules::CLEAR, "wan", &arguments)?;
    stage.hear("up")?;
    stage.hear("wan: up")?;
    for bad in [Manner::Refusal, Manner::WrongId, Manner::Echo, Manner::Garbage, Manner::Silent] {
        dns.set(bad);
        stage.hear("wan: down").map_err(|e| format!("{bad:?}: {e}"))?;
        dns.set(Manner::Right);
        stage.hear("wan: up").map_err(|e| format!("after {bad:?}: {e}"))?;
    }

    // Without the broker the answer is no, and nobody is asked.
    stage.cut();
    stage.hear_that("down", |line| line.starts_with("down: "))?;
    stage.hear("wan: down")?;
    let queries = dns.queries();
    stage.hear("wan: down")?;
    stage.hear("wan: down")?;
    same("queries while the broker is away", dns.queries(), queries)?;
    stage.heal();
    stage.hear("up")?;
    stage.hear("wan: up")?;
    stage.interrupt()?;
    stage.hear("left")?;
    stage.end()?;

    let published: Vec<_> = stage.said("wan:").iter().enumerate().map(|(n, word)| format!("{n} {word}")).collect();
    let texts = stage.audience.wait_for_texts(SOON, |texts| published.iter().all(|text| texts.contains(text)))?;
    same("what was published", distinct(&texts), published.clone())?;
    Ok(format!("{} answers to {} queries", published.len(), dns.queries()))
}
