//! What happens, line by line, when LIMPET_TRACE is set: for one input that failed.

use std::sync::LazyLock;

static IS_WANTED: LazyLock<bool> = LazyLock::new(|| std::env::var_os("LIMPET_TRACE").is_some());

pub fn trace(line: impl FnOnce() -> String) {
    if *IS_WANTED {
        eprintln!("{}", line());
    }
}
