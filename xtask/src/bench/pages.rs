//! docs/speed.md and its pictures, and the part of docs/measurements.md that is about speed.

use super::comparison::{Cell, Line};
use super::growth::{Curve, STEPS};
use super::peers::{MOSQUITTO, PEERS, Peer};
use super::rate;
use super::{machine, text};
use crate::plot::{Plot, Series};
use crate::table::Table;
use std::path::PathBuf;
use xtask::{Outcome, paths};

/// All that was measured.
pub struct Figures {
    pub comparison: Vec<Line>,
    pub growth: Vec<Curve>,
    pub rates: Vec<rate::Line>,
}

fn docs() -> PathBuf {
    paths::root().join("docs")
}

pub fn write(figures: &Figures) -> Outcome {
    std::fs::create_dir_all(docs()).map_err(|e| format!("cannot make docs: {e}"))?;
    pictures(figures)?;
    let machine: String = machine::lines().iter().map(|line| format!("- {line}\n")).collect();
    let parts = [
        text::HEAD.replace("{machine}", &machine),
        peers(),
        text::COST.to_string(),
        cost(&figures.comparison, |cell| Some(format!("{:.0}", cell.instructions))),
        text::BARS.to_string(),
        bars(&figures.comparison),
        text::RATIOS.to_string(),
        ratios(&figures.comparison),
        text::TIME.to_string(),
        cost(&figures.comparison, |cell| cell.ns.map(|ns| format!("{ns:.0}"))),
        text::RATE.to_string(),
        rates(&figures.rates),
        text::GROWTH.to_string(),
        growth(&figures.growth),
        text::END.to_string(),
    ];
    paths::write(&docs().join("speed.md"), &parts.concat())?;
    SUMMARY.write(&summary(figures))
}

/// What the first page says of speed.
const SUMMARY: Table = Table { page: "docs/measurements.md", name: "speed", task: "cargo xtask bench --write" };

fn summary(figures: &Figures) -> String {
    let peers = rate::peers();
    let mosquitto = peers.iter().position(|peer| peer.name == MOSQUITTO.name);
    let ratio = |line: &rate::Line| {
        let ratio = line.ratios.get(mosquitto?)?;
        Some(row([line.flow.name.to_string(), format!("{:.0}", line.rates.first()?), format!("{ratio:.2}")]))
    };
    let head = ["messages in a second, Mosquitto on loopback", "Limpet", "by libmosquitto's"].map(String::from);
    bars(&figures.comparison)
        + "\n"
        + &row(head)
        + &rule(3)
        + &figures.rates.iter().filter_map(ratio).collect::<String>()
}

fn row(cells: impl IntoIterator<Item = String>) -> String {
    cells.into_iter().fold("|".to_string(), |line, cell| line + " " + &cell + " |") + "\n"
}

fn rule(columns: usize) -> String {
    format!("|{}\n", "---|".repeat(columns))
}

fn peers() -> String {
    let line = |peer: &Peer| {
        let cannot = peer.cannot.iter().map(|(case, why)| format!("; not {case}: {why}")).collect::<String>();
        row([peer.name, peer.version, peer.speaks, &(peer.way.words().to_string() + &cannot)].map(String::from))
    };
    row(["client", "version", "MQTT", "how it comes to the broker in memory"].map(String::from))
        + &rule(4)
        + &PEERS.iter().map(line).collect::<String>()
}

fn cost(lines: &[Line], text: impl Fn(&Cell) -> Option<String>) -> String {
    let head = std::iter::once(String::new()).chain(PEERS.iter().map(|peer| peer.name.to_string()));
    let line = |line: &Line| {
        let cells = line.cells.iter().map(|cell| cell.as_ref().and_then(&text).unwrap_or_else(|| "-".to_string()));
        row(std::iter::once(line.case.name.to_string()).chain(cells))
    };
    row(head) + &rule(PEERS.len() + 1) + &lines.iter().map(line).collect::<String>()
}

fn bars(lines: &[Line]) -> String {
    let line = |line: &Line| {
        let (bar, cell) = (line.case.bar?, line.cells.first()?.as_ref()?);
        let is_met = cell.instructions <= f64::from(bar.most);
        let verdict = if is_met {
            "met".to_string()
        } else {
            format!("missed, {:.1} times", cell.instructions / f64::from(bar.most))
        };
        let number = |number: u32| number.to_string();
        Some(row([
            line.case.name.to_string(),
            format!("{:.0}", cell.instructions),
            number(bar.most),
            number(bar.aim),
            verdict,
        ]))
    };
    row(["instructions for one message", "Limpet", "bar", "aim", ""].map(String::from))
        + &rule(5)
        + &lines.iter().filter_map(line).collect::<String>()
}

fn ratios(lines: &[Line]) -> String {
    let line = |line: &Line| {
        let ours = line.cells.first().copied().flatten();
        let ratio = |cell: &Option<Cell>| match (ours, cell) {
            (Some(ours), Some(cell)) => format!("{:.2}", cell.instructions / ours.instructions),
            _ => "-".to_string(),
        };
        row(std::iter::once(line.case.name.to_string()).chain(line.cells.iter().skip(1).map(ratio)))
    };
    let head = std::iter::once(String::new()).chain(PEERS.iter().skip(1).map(|peer| peer.name.to_string()));
    row(head) + &rule(PEERS.len()) + &lines.iter().map(line).collect::<String>()
}

fn rates(lines: &[rate::Line]) -> String {
    let peers = rate::peers();
    let line = |line: &rate::Line| {
        let cells = line.rates.iter().zip(&line.ratios).enumerate();
        let cell = |(i, (rate, ratio)): (usize, (&f64, &f64))| match i {
            0 => format!("{rate:.0}"),
            _ => format!("{rate:.0} ({ratio:.2})"),
        };
        row(std::iter::once(line.flow.name.to_string()).chain(cells.map(cell)))
    };
    let head = std::iter::once(String::new()).chain(peers.iter().map(|peer| peer.name.to_string()));
    row(head) + &rule(peers.len() + 1) + &lines.iter().map(line).collect::<String>()
}

fn growth(curves: &[Curve]) -> String {
    let numbers = |values: &[f64]| values.iter().map(|value| format!("{value:.0}")).collect::<Vec<_>>();
    let lines = |curve: &Curve| {
        let line = |client: &str, values: &[f64]| {
            row([curve.series.name.to_string(), client.to_string()].into_iter().chain(numbers(values)))
        };
        let theirs = curve.mosquitto.as_ref().map(|values| line("libmosquitto", values));
        line("Limpet", &curve.limpet) + &theirs.unwrap_or_default()
    };
    let head = ["so many", ""].map(String::from).into_iter().chain(STEPS.iter().map(u32::to_string));
    row(head) + &rule(STEPS.len() + 2) + &curves.iter().map(lines).collect::<String>()
}

/// The cases of the picture, and what they are called there.
const SHOWN: &[(&str, &str)] = &[
    ("idle poll", "idle poll"),
    ("publish QoS 0: one", "publish 0"),
    ("publish QoS 1: one", "publish 1"),
    ("publish QoS 2: one", "publish 2"),
    ("receive QoS 0: one", "receive 0"),
    ("receive QoS 1: one", "receive 1"),
    ("receive QoS 2: one", "receive 2"),
];

fn series(peer: &Peer, values: Vec<Option<f64>>) -> Series {
    let colour = PEERS.iter().position(|other| other.name == peer.name).unwrap_or_default();
    Series { name: peer.name.to_string(), colour, values }
}

fn pictures(figures: &Figures) -> Outcome {
    let lines: Vec<_> = SHOWN
        .iter()
        .filter_map(|(beginning, _)| figures.comparison.iter().find(|line| line.case.name.starts_with(beginning)))
        .collect();
    let cost = |number: usize| lines.iter().map(|line| line.cells.get(number)?.map(|cell| cell.instructions)).collect();
    let peers = PEERS.iter().enumerate();
    Plot {
        title: "Instructions for one message of 64 bytes (logarithmic)",
        unit: "instructions",
        places: SHOWN.iter().map(|(_, name)| name.to_string()).collect(),
        series: peers.map(|(number, peer)| series(peer, cost(number))).collect(),
    }
    .bars(&docs().join("speed-cost.svg"))?;
    let rate = |number: usize| figures.rates.iter().map(|line| line.rates.get(number).copied()).collect();
    let peers = rate::peers().into_iter().enumerate();
    Plot {
        title: "Messages in a second, Mosquitto on loopback (logarithmic)",
        unit: "messages in a second",
        places: figures.rates.iter().map(|line| line.flow.name.replace(" under way", "")).collect(),
        series: peers.map(|(number, peer)| series(peer, rate(number))).collect(),
    }
    .bars(&docs().join("speed-rate.svg"))?;
    let of = |(number, curve): (usize, &Curve)| {
        let line = |client: &str, colour: usize, values: &[f64]| {
            let name = format!("{client}: {}", curve.series.name);
            Series { name, colour, values: values.iter().copied().map(Some).collect() }
        };
        let theirs = curve.mosquitto.as_ref().map(|values| line("libmosquitto", 2 * number + 1, values));
        std::iter::once(line("Limpet", 2 * number, &curve.limpet)).chain(theirs)
    };
    let shown = figures.growth.iter().filter(|curve| curve.series.is_shown);
    Plot {
        title: "How the cost of a message grows (logarithmic)",
        unit: "instructions",
        places: STEPS.iter().map(u32::to_string).collect(),
        series: shown.enumerate().flat_map(of).collect(),
    }
    .lines(&docs().join("speed-growth.svg"), "messages that wait or are under way")
}
