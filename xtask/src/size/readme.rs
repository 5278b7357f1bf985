//! The table of sizes in README.md.

use crate::budget::Row;
use crate::table::Table;
use xtask::targets::TARGETS;

pub const TABLE: Table = Table { page: "README.md", name: "sizes", task: "cargo xtask size --write" };

const HEAD: &str = "| target | chips | code | constants | `mqtt_client` | stack of `mqtt_poll` | of any other call | code with MQTT 5 |\n\
     |---|---|---|---|---|---|---|---|\n";

pub fn lines(rows: &[Row]) -> String {
    let mut lines = HEAD.to_string();
    for target in TARGETS {
        let own = || rows.iter().filter(|r| r.subject == target.name);
        let bytes = |what: &str| own().find(|r| r.what == what).map_or(0, |r| r.number);
        if own().next().is_none() {
            continue;
        }
        let poll = "stack of mqtt_poll";
        let others = own().filter(|r| r.what.starts_with("stack of") && r.what != poll).map(|r| r.number).max();
        lines += &format!(
            "| `{}` | {} | {} | {} | {} | {} | {} | {} |\n",
            target.name,
            target.chips,
            bytes("text"),
            bytes("rodata"),
            bytes("client"),
            bytes(poll),
            others.unwrap_or(0),
            bytes("MQTT 5: text"),
        );
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_a_line_for_each_target_that_was_measured() {
        let name = TARGETS[0].name;
        let rows = [
            ("text", 7),
            ("MQTT 5: text", 9),
            ("stack of mqtt_poll", 5),
            ("stack of mqtt_init", 3),
            ("stack of mqtt_close", 4),
        ];
        let rows = rows.map(|(what, bytes)| Row::new(name, what, bytes));
        assert!(lines(&rows).ends_with("| 7 | 0 | 0 | 5 | 4 | 9 |\n"));
        assert_eq!(lines(&rows).lines().count(), 3);
    }
}
