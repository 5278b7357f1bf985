//! The last lines of what happened, kept only when a single seed is run.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;

const LINES: usize = 40;

thread_local! {
    static ON: Cell<bool> = const { Cell::new(false) };
    static NOW: Cell<u64> = const { Cell::new(0) };
    static TAIL: RefCell<VecDeque<String>> = const { RefCell::new(VecDeque::new()) };
}

pub fn switch(on: bool) {
    ON.set(on);
    TAIL.take();
}

pub fn is_on() -> bool {
    ON.get()
}

pub fn at(now: u64) {
    NOW.set(now);
}

pub fn add(line: String) {
    let line = format!("{:>12} {line}", NOW.get());
    if std::env::var_os("LIMPET_TRACE").is_some() {
        println!("{line}");
    }
    TAIL.with_borrow_mut(|tail| {
        if tail.len() == LINES {
            tail.pop_front();
        }
        tail.push_back(line);
    });
}

pub fn tail() -> String {
    TAIL.with_borrow(|tail| tail.iter().fold(String::new(), |text, line| text + line + "\n"))
}

/// Formats only when somebody will read it.
#[macro_export]
macro_rules! trace {
    ($($words:tt)*) => {
        if $crate::sim::trace::is_on() {
            $crate::sim::trace::add(format!($($words)*));
        }
    };
}
