//! Panics as values: a rule that is broken ends its run, and not the others.

use std::cell::{Cell, RefCell};
use std::panic::{self, AssertUnwindSafe};

thread_local! {
    static QUIET: Cell<bool> = const { Cell::new(false) };
    static WHAT: RefCell<String> = const { RefCell::new(String::new()) };
}

/// What `run` answers, or what it panicked with. Only after `listen`.
pub fn caught<T>(run: impl FnOnce() -> T) -> Result<T, String> {
    QUIET.set(true);
    let result = panic::catch_unwind(AssertUnwindSafe(run));
    QUIET.set(false);
    result.map_err(|_| WHAT.take())
}

/// Panics that are caught are kept, not printed.
pub fn listen() {
    let usual = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if !QUIET.get() {
            return usual(info);
        }
        let text = info.payload().downcast_ref::<String>().map(String::as_str);
        let what = text.or(info.payload().downcast_ref::<&str>().copied()).unwrap_or("a panic");
        let at = info.location().map(|at| format!("{}:{}", at.file(), at.line())).unwrap_or_default();
        WHAT.set(format!("{what} ({at})"));
    }));
}
