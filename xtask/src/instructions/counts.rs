//! From passages to figures: what the library took, and of many passages the least, the usual and the most.

use super::program::Function;
use std::collections::BTreeMap;
use xtask::Outcome;
use xtask::firmware::spans::Passage;

/// Whose instructions they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    Library,
    /// memcpy and the like, which the library gets from the program's C library and the compiler.
    Routine,
    /// Callbacks, among them the transport; and the loop around mqtt_poll. Not counted.
    Program,
}

/// What one passage cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Count {
    pub span: String,
    pub library: u32,
    pub routines: u32,
    /// Both by the names of the functions.
    pub functions: BTreeMap<String, u32>,
}

impl Count {
    /// An error if an instruction ran in what has no name, such as an interrupt's entry: it would be counted for nobody.
    pub fn of(passage: Passage, functions: &[Function]) -> Outcome<Count> {
        let mut count = Count { span: passage.span, library: 0, routines: 0, functions: BTreeMap::new() };
        let mut known = 0;
        for (number, instructions) in passage.ranges {
            let function = functions.get(number).ok_or_else(|| format!("there is no range {number}"))?;
            let small = u32::try_from(instructions).map_err(|_| format!("{instructions} in {}", function.name))?;
            known += instructions;
            match function.owner {
                Owner::Library => count.library += small,
                Owner::Routine => count.routines += small,
                Owner::Program => continue,
            }
            *count.functions.entry(function.name.clone()).or_default() += small;
        }
        match passage.total - known {
            0 => Ok(count),
            rest => Err(format!("{}: {rest} instructions are in no function", count.span)),
        }
    }

    pub fn sum(&self) -> u32 {
        self.library + self.routines
    }
}

/// Of the passages of one span.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figures {
    pub min: u32,
    /// 99 of 100 take no more.
    pub p99: u32,
    pub max: u32,
    /// Of those of `p99`.
    pub routines: u32,
    /// Of `p99`, by function, the most first.
    pub functions: Vec<(String, u32)>,
}

/// None of no passage.
pub fn figures(passages: &[&Count]) -> Option<Figures> {
    let mut counts = passages.to_vec();
    counts.sort_by_key(|count| count.sum());
    let (first, last) = (counts.first()?, counts.last()?);
    let p99 = counts.get((counts.len() * 99).div_ceil(100) - 1)?;
    let mut functions: Vec<_> = p99.functions.iter().map(|(name, count)| (name.clone(), *count)).collect();
    functions.sort_by_key(|(name, count)| (std::cmp::Reverse(*count), name.clone()));
    Some(Figures { min: first.sum(), p99: p99.sum(), max: last.sum(), routines: p99.routines, functions })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn functions() -> Vec<Function> {
        let function = |name: &str, owner, from| Function { name: name.to_string(), owner, range: from..from + 8 };
        vec![
            function("mqtt_poll", Owner::Library, 0),
            function("memcpy", Owner::Routine, 8),
            function("on_event", Owner::Program, 16),
        ]
    }

    fn passage(total: u64, ranges: &[(usize, u64)]) -> Passage {
        Passage { span: "idle".to_string(), total, ranges: ranges.to_vec() }
    }

    #[test]
    fn callbacks_are_not_counted() {
        let count = Count::of(passage(111, &[(0, 10), (1, 1), (2, 100)]), &functions()).unwrap();
        assert_eq!((count.library, count.routines, count.sum()), (10, 1, 11));
        assert_eq!(count.functions.len(), 2);
    }

    #[test]
    fn what_is_in_no_function_is_an_error() {
        assert!(Count::of(passage(12, &[(0, 10), (1, 1)]), &functions()).is_err());
        assert!(Count::of(passage(1, &[(3, 1)]), &functions()).is_err());
    }

    #[test]
    fn the_figures_are_the_least_the_usual_and_the_most() {
        let count = |n| Count::of(passage(n + 1, &[(0, n), (1, 1)]), &functions()).unwrap();
        let counts: Vec<_> = (1..=200).map(count).collect();
        let figures = figures(&counts.iter().collect::<Vec<_>>()).unwrap();
        assert_eq!((figures.min, figures.p99, figures.max, figures.routines), (2, 199, 201, 1));
        assert_eq!(figures.functions, [("mqtt_poll".to_string(), 198), ("memcpy".to_string(), 1)]);
    }

    #[test]
    fn no_passage_has_no_figures() {
        assert_eq!(figures(&[]), None);
    }
}
