//! Tells on the terminal what happens, with the seconds since the start.

use std::io::{IsTerminal, Write, stdout};
use std::time::Instant;
use xtask::process::Line;
use xtask::publisher::Said;

pub struct Teller {
    start: Instant,
    /// Lines of the publisher that have been shown.
    seen: usize,
    /// Attempts to connect that failed since the last success.
    failed: u32,
    offline: Option<String>,
}

impl Teller {
    pub fn new() -> Teller {
        Teller { start: Instant::now(), seen: 0, failed: 0, offline: None }
    }

    pub fn tell(&self, who: &str, what: &str) {
        self.tell_at(Instant::now(), who, what);
    }

    /// Shows what is new among the publisher's lines: that it lost the connection, and that it has it again.
    pub fn show(&mut self, lines: &[Line]) {
        for line in lines.iter().skip(self.seen) {
            match Said::of(&line.text) {
                Said::Offline(why) => self.offline = Some(why),
                Said::Failed(_) => self.failed += 1,
                Said::Pending(n) => {
                    if let Some(why) = self.offline.take() {
                        self.tell_at(line.at, "publisher", &format!("offline: {why} ({n} messages wait)"));
                    }
                }
                Said::Online { session_present } => {
                    let session = if session_present { "session kept" } else { "new session" };
                    let failed = match self.failed {
                        0 => String::new(),
                        1 => ", after 1 failed attempt".to_string(),
                        n => format!(", after {n} failed attempts"),
                    };
                    self.failed = 0;
                    self.tell_at(line.at, "publisher", &format!("online, {session}{failed}"));
                }
                Said::Other(text) => self.tell_at(line.at, "publisher", &text),
                _ => {}
            }
        }
        self.seen = lines.len();
    }

    fn tell_at(&self, at: Instant, who: &str, what: &str) {
        let seconds = at.saturating_duration_since(self.start).as_secs_f32();
        let colour = match who {
            "broker" | "network" => "33",
            "publisher" => "36",
            _ => "0",
        };
        println!("{seconds:6.1} s  {}  {what}", paint(colour, &format!("{who:9}")));
        // A pipe that is closed is nobody watching.
        let _ = stdout().flush();
    }
}

/// In colour if somebody looks at it.
pub fn paint(colour: &str, text: &str) -> String {
    if stdout().is_terminal() { format!("\x1b[{colour}m{text}\x1b[0m") } else { text.to_string() }
}
