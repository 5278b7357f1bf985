//! All peers in all cases, side by side.

use super::cases::{CASES, Case};
use super::memory::{cost, nanoseconds};
use super::peers::{Built, PEERS, Peer, Way};
use std::path::Path;
use xtask::{Outcome, build};

/// One peer in one case.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cell {
    pub instructions: f64,
    /// None where it would be the kernel's, too.
    pub ns: Option<f64>,
}

/// One case; the cells are those of `PEERS`, and none where a peer cannot do it.
pub struct Line {
    pub case: &'static Case,
    pub cells: Vec<Option<Cell>>,
}

/// More messages for the time than for the instructions, which callgrind counts at a fiftieth of the speed.
const LONGER: u32 = 20;

pub fn measure() -> Outcome<Vec<Line>> {
    let programs = PEERS.iter().map(|peer| peer.build().map_err(|e| format!("{}: {e}", peer.name)));
    let programs: Vec<Built> = programs.collect::<Outcome<_>>()?;
    let peers: Vec<(&Peer, &Built)> = PEERS.iter().zip(&programs).collect();
    CASES.iter().map(|case| line(case, &peers)).collect()
}

fn line(case: &'static Case, peers: &[(&Peer, &Built)]) -> Outcome<Line> {
    let able = |peer: &Peer, built: &Built| built.of(case).filter(|_| peer.is_able(case.name)).map(Path::to_path_buf);
    let peers: Vec<_> = peers.iter().map(|(peer, built)| (*peer, able(peer, built))).collect();
    let counted = build::side_by_side(&peers, |(peer, program)| {
        let cost = program.as_ref().map(|program| cost(peer, program, &case.plan));
        cost.transpose().map_err(|e| format!("{}, {}: {e}", peer.name, case.name))
    });
    let mut cells = Vec::new();
    for ((peer, program), cost) in peers.iter().zip(counted) {
        // The time when nothing else of ours runs.
        let cell = match (cost?, program) {
            (Some(cost), Some(program)) => {
                let time = || nanoseconds(program, &case.plan, peer.count * LONGER);
                let ns = (peer.way != Way::Socket).then(time).transpose()?;
                Some(Cell { instructions: cost.instructions, ns })
            }
            _ => None,
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
    format!("{:42}{names}", "instructions of user space; ns")
}

fn text(line: &Line) -> String {
    let cell = |cell: &Option<Cell>| match cell {
        Some(Cell { instructions, ns: Some(ns) }) => format!(" {instructions:>8.0} {ns:>5.0}ns"),
        Some(Cell { instructions, ns: None }) => format!(" {instructions:>8.0} {:>7}", "-"),
        None => format!(" {:>16}", "-"),
    };
    format!("{:42}{}", line.case.name, line.cells.iter().map(cell).collect::<String>())
}
