//! Topic names and filters: the examples of section 4.7, then every short string against a slow reference.

use limpet::packet::topic::{is_filter, is_name, matches};

#[test]
fn a_filter_obeys_section_4_7_1() {
    let cases: &[(&str, bool)] = &[
        // 4.7.1.2
        ("sport/tennis/player1/#", true),
        ("sport/#", true),
        ("#", true),
        ("sport/tennis/#", true),
        ("sport/tennis#", false),
        ("sport/tennis/#/ranking", false),
        // 4.7.1.3
        ("sport/tennis/+", true),
        ("sport/+", true),
        ("+", true),
        ("+/tennis/#", true),
        ("sport+", false),
        ("sport/+/player1", true),
        ("+/+", true),
        ("/+", true),
        // 4.7.2
        ("$SYS/#", true),
        ("$SYS/monitor/+", true),
        ("+/monitor/Clients", true),
        // 4.7.3
        ("", false),
        ("/", true),
        ("/finance", true),
        ("Accounts payable", true),
        ("a\0b", false),
        // At the borders of a level.
        ("+a", false),
        ("+#", false),
        ("#+", false),
        ("##", false),
        ("++", false),
        ("#/", false),
        ("+/", true),
        ("/#", true),
        ("//#", true),
        ("a/+#", false),
        ("a/+b/c", false),
    ];
    for (filter, holds) in cases {
        assert_eq!(is_filter(filter.as_bytes()), *holds, "{filter}");
    }
}

#[test]
fn a_name_has_no_wildcard_and_is_not_empty() {
    let cases: &[(&str, bool)] = &[
        ("", false),
        ("/", true),
        ("a", true),
        ("$SYS/x", true),
        ("Accounts payable", true),
        ("température/été", true),
        ("a,b-c*d\"e$f", true),
        ("a+", false),
        ("#", false),
        ("a/#", false),
        ("a\0", false),
    ];
    for (name, holds) in cases {
        assert_eq!(is_name(name.as_bytes()), *holds, "{name}");
    }
}

#[test]
fn names_and_filters_end_at_65535_bytes() {
    let long = vec![b'x'; 65_536];
    assert!(is_name(&long[1..]) && is_filter(&long[1..]));
    assert!(!is_name(&long) && !is_filter(&long));
}

#[test]
fn filters_match_as_in_section_4_7() {
    let cases: &[(&str, &str, bool)] = &[
        // 4.7.1.2
        ("sport/tennis/player1/#", "sport/tennis/player1", true),
        ("sport/tennis/player1/#", "sport/tennis/player1/ranking", true),
        ("sport/tennis/player1/#", "sport/tennis/player1/score/wimbledon", true),
        ("sport/tennis/player1/#", "sport/tennis/player10", false),
        ("sport/#", "sport", true),
        ("sport/#", "sport/", true),
        ("#", "anything/at/all", true),
        // 4.7.1.3
        ("sport/tennis/+", "sport/tennis/player1", true),
        ("sport/tennis/+", "sport/tennis/player2", true),
        ("sport/tennis/+", "sport/tennis/player1/ranking", false),
        ("sport/+", "sport", false),
        ("sport/+", "sport/", true),
        ("+/+", "/finance", true),
        ("/+", "/finance", true),
        ("+", "/finance", false),
        // 4.7.2
        ("#", "$SYS/monitor/Clients", false),
        ("+/monitor/Clients", "$SYS/monitor/Clients", false),
        ("$SYS/#", "$SYS/monitor/Clients", true),
        ("$SYS/monitor/+", "$SYS/monitor/Clients", true),
        ("a/#", "a/$b", true),
        ("a/+", "a/$b", true),
        // 4.7.3
        ("ACCOUNTS", "Accounts", false),
        ("Accounts payable", "Accounts payable", true),
        ("/finance", "finance", false),
        ("finance", "/finance", false),
        ("a//b", "a/b", false),
        ("a/+/b", "a//b", true),
        // [MQTT-4.7.3-4] Composed and decomposed é are two topics.
        ("\u{E9}", "e\u{301}", false),
        // At the borders of a level.
        ("a", "a/", false),
        ("a/", "a", false),
        ("+/#", "a", true),
        ("+/+/#", "a", false),
        ("a/+/#", "a/b", true),
        ("ab/#", "a", false),
        ("a/#", "ab", false),
    ];
    for (filter, topic, holds) in cases {
        let result = matches(filter.as_bytes(), topic.as_bytes());
        assert_eq!(result, *holds, "{filter} and {topic}");
    }
}

/// Every string of up to `len` of these characters.
fn strings(alphabet: &str, len: usize) -> Vec<String> {
    let mut all = vec![String::new()];
    let mut from = 0;
    for _ in 0..len {
        let to = all.len();
        for at in from..to {
            for c in alphabet.chars() {
                all.push(format!("{}{c}", all[at]));
            }
        }
        from = to;
    }
    all
}

fn is_filter_by_levels(filter: &str) -> bool {
    let levels: Vec<&str> = filter.split('/').collect();
    let last = levels.len() - 1;
    let mut good = !filter.is_empty();
    for (at, level) in levels.iter().enumerate() {
        good &= match *level {
            "+" => true,
            "#" => at == last,
            _ => !level.contains(['#', '+']),
        };
    }
    good
}

fn matches_by_levels(filter: &str, topic: &str) -> bool {
    if topic.starts_with('$') && filter.starts_with(['#', '+']) {
        return false;
    }
    let topic: Vec<&str> = topic.split('/').collect();
    let filter: Vec<&str> = filter.split('/').collect();
    for (at, level) in filter.iter().enumerate() {
        match (*level, topic.get(at)) {
            ("#", _) => return true,
            ("+", Some(_)) => {}
            (wanted, Some(level)) if wanted == *level => {}
            _ => return false,
        }
    }
    filter.len() == topic.len()
}

#[test]
fn every_short_filter_is_judged_as_level_by_level() {
    for filter in strings("a/+#", 7) {
        let expected = is_filter_by_levels(&filter);
        assert_eq!(is_filter(filter.as_bytes()), expected, "{filter}");
    }
}

#[test]
fn every_short_filter_matches_as_level_by_level() {
    let mut filters = strings("a$/+#", 5);
    filters.retain(|filter| is_filter_by_levels(filter));
    let mut topics = strings("a$/", 5);
    topics.remove(0);
    for filter in &filters {
        for topic in &topics {
            let expected = matches_by_levels(filter, topic);
            let result = matches(filter.as_bytes(), topic.as_bytes());
            assert_eq!(result, expected, "{filter} and {topic}");
        }
    }
}
