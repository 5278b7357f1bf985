//! All peers in all cases, side by side.

use super::cases::{CASES, Case};
use super::memory::{cost, nanoseconds};
use super::peers::{PEERS, Peer};
use std::path::PathBuf;
use xtask::{Outcome, build};

/// One peer in one case.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cell {
    pub instructions: f64,
    pub ns: f64,
}

/// One case; the cells are those of `PEERS`, and none where a peer cannot do it.
pub struct Line {
    pub case: &'static Case,
    pub cells: Vec<Option<Cell>>,
}

/// More messages for the time than for the instructions, which callgrind counts at a fiftieth of the speed.
const LONGER: u32 = 20;

pub fn measure() -> Outcome<Vec<Line>> {
    let programs = PEERS.iter().map(|peer| (peer.memory)().map_err(|e| format!("{}: {e}", peer.name)));
    let programs: Vec<PathBuf> = programs.collect::<Outcome<_>>()?;
    let peers: Vec<(&Peer, &PathBuf)> = PEERS.iter().zip(&programs).collect();
    CASES.iter().map(|case| line(case, &peers)).collect()
}

fn line(case: &'static Case, peers: &[(&Peer, &PathBuf)]) -> Outcome<Line> {
    let able = |peer: &Peer| !peer.cannot.iter().any(|prefix| case.name.starts_with(prefix));
    let counted = build::side_by_side(peers, |(peer, program)| {
        let cost = able(peer).then(|| cost(peer, program, &case.plan));
        cost.transpose().map_err(|e| format!("{}, {}: {e}", peer.name, case.name))
    });
    let mut cells = Vec::new();
    for ((peer, program), cost) in peers.iter().zip(counted) {
        // The time when nothing else of ours runs.
        let cell = match cost? {
            Some(cost) => {
                let ns = nanoseconds(program, &case.plan, peer.count * LONGER)?;
                Some(Cell { instructions: cost.instructions, ns })
            }
            None => None,
        };
        cells.push(cell);
    }
    let line = Line { case, cells };
    println!("{}", text(&line));
    Ok(line)
}

/// The heads of the columns of `text`.
pub fn head() -> String {
    let names: String = PEERS.iter().map(|peer| format!(" {:>16}", peer.name)).collect();
    format!("{:38}{names}", "instructions of user space; ns")
}

fn text(line: &Line) -> String {
    let cell = |cell: &Option<Cell>| match cell {
        Some(c) => format!(" {:>8.0} {:>5.0}ns", c.instructions, c.ns),
        None => format!(" {:>16}", "-"),
    };
    format!("{:38}{}", line.case.name, line.cells.iter().map(cell).collect::<String>())
}
