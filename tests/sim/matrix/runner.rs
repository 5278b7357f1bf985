//! Runs the combinations on all cores, and says in one line how to see a failure again.
//!
//! LIMPET_MATRIX is empty for all, or the beginning of some stories' names, or a whole combination, as `Case` writes it.

use crate::sim::matrix::case::{Case, Pace};
use crate::sim::matrix::stories;
use crate::sim::matrix::story::Story;
use crate::sim::matrix::world::{self, Report};
use crate::sim::{panics, trace};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;

/// Failures of one story that are told.
const TOLD: usize = 20;

#[derive(Default)]
struct Tally {
    totals: [usize; 3],
    combinations: usize,
    failures: Vec<(Case, String)>,
    /// By the kind of fault, the longest time that it cost a story, and the first combination in which it did.
    longest: BTreeMap<&'static str, (u64, Case)>,
}

pub fn run(words: &str) {
    panics::listen();
    let words: Vec<&str> = words.split_whitespace().collect();
    let name = words.first().copied().unwrap_or_default();
    if words.len() > 1 {
        let case = Case::parse(&words[1..]).unwrap_or_else(|| panic!("no such combination: {}", words.join(" ")));
        let stories = stories::all();
        let story = stories.iter().find(|(known, _)| known == name);
        return one(&story.unwrap_or_else(|| panic!("no such story: {name}")).1, case);
    }
    let chosen: Vec<_> = stories::all().into_iter().filter(|(known, _)| known.starts_with(name)).collect();
    assert!(!chosen.is_empty(), "no such story: {name}");
    let (began, mut combinations, mut failed) = (Instant::now(), 0, 0);
    let mut longest = BTreeMap::new();
    for (name, story) in &chosen {
        let began = Instant::now();
        let tally = all_of(story);
        let [out, into, calls] = tally.totals;
        println!(
            "{name:26} {out:4} bytes out, {into:4} in, {calls:2} calls of the store, {:6} combinations, {} failed, {:5.1} s",
            tally.combinations,
            tally.failures.len(),
            began.elapsed().as_secs_f32(),
        );
        for (case, what) in tally.failures.iter().take(TOLD) {
            println!("  FAILED cargo xtask matrix {name} {case}  # {what}");
        }
        combinations += tally.combinations;
        failed += tally.failures.len();
        for (kind, (ms, case)) in tally.longest {
            if longest.get(kind).is_none_or(|(most, _)| *most < ms) {
                longest.insert(kind, (ms, format!("{name} {case}")));
            }
        }
    }
    for (kind, (ms, case)) in longest {
        println!("{kind:10} cost at most {:5.1} s more: {case}", ms as f32 / 1000.0);
    }
    let seconds = began.elapsed().as_secs_f32();
    println!("of {} stories: {combinations} combinations, {failed} failed, {seconds:.1} s", chosen.len());
    assert_eq!(failed, 0, "combinations failed");
}

/// A single combination, with the end of its trace.
fn one(story: &Story, case: Case) {
    trace::switch(false);
    let clean = world::run(story, Case::clean(case.pace), None);
    trace::switch(true);
    let result = panics::caught(|| world::run(story, case, Some(clean)));
    print!("{}", trace::tail());
    match result {
        Ok(report) => println!("good: {report:?}, clean {clean:?}"),
        Err(what) => panic!("{what}"),
    }
}

fn all_of(story: &Story) -> Tally {
    let mut tally = Tally::default();
    for pace in Pace::BOTH {
        tally.combinations += 1;
        match panics::caught(|| world::run(story, Case::clean(pace), None)) {
            Ok(clean) => {
                tally.totals = clean.totals;
                tally.add(share(story, &Case::all(pace, clean.totals, story.beside()).collect::<Vec<_>>(), clean));
            }
            Err(what) => tally.failures.push((Case::clean(pace), what)),
        }
    }
    tally
}

/// All threads take the next case, until there is none.
fn share(story: &Story, cases: &[Case], clean: Report) -> Tally {
    let (next, all) = (AtomicUsize::new(0), Mutex::new(Tally::default()));
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(2, usize::from) {
            scope.spawn(|| {
                trace::switch(false);
                let mut tally = Tally::default();
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    tally.combinations += 1;
                    match panics::caught(|| world::run(story, *case, Some(clean))) {
                        Ok(report) => tally.took(report.ms.saturating_sub(clean.ms), *case),
                        Err(what) => tally.failures.push((*case, what)),
                    }
                }
                all.lock().expect("panics are caught").add(tally);
            });
        }
    });
    all.into_inner().expect("panics are caught")
}

impl Tally {
    /// Threads take turns as they like; what is told does not depend on it.
    fn add(&mut self, other: Tally) {
        self.combinations += other.combinations;
        self.failures.extend(other.failures);
        self.failures.sort();
        other.longest.into_values().for_each(|(ms, case)| self.took(ms, case));
    }

    fn took(&mut self, ms: u64, case: Case) {
        let longest = self.longest.entry(case.fault.kind()).or_insert((ms, case));
        if (Reverse(longest.0), longest.1) > (Reverse(ms), case) {
            *longest = (ms, case);
        }
    }
}
