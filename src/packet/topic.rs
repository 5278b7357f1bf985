//! Topic names and topic filters: what they may be and which of them match. [section 4.7]

use super::text;

const SHARE: &[u8] = b"$share/";

/// [MQTT-4.7.3-3]
const LEN_MAX: usize = 65_535;

/// A name that a message can be published to: text of 1 to 65,535 bytes without wildcards.
pub fn is_name(topic: &[u8]) -> bool {
    is_topic(topic, false)
}

/// A filter that can be subscribed to: as a name, but each wildcard may stand for whole levels.
/// [MQTT-4.7.1-2] [MQTT-4.7.1-3]
pub fn is_filter(filter: &[u8]) -> bool {
    // The start counts as the end of a level.
    let mut before = b'/';
    for &byte in filter {
        let fits = match before {
            b'#' => false,
            b'+' => byte == b'/',
            b'/' => true,
            _ => byte != b'#' && byte != b'+',
        };
        if !fits {
            return false;
        }
        before = byte;
    }
    is_topic(filter, true)
}

/// A filter by which several clients share the messages. [5: section 4.8.2]
pub fn is_shared(filter: &[u8]) -> bool {
    filter.starts_with(SHARE)
}

/// What a shared filter must be beside a filter: `$share/`, a name without wildcards, and a filter of its own.
/// [5: MQTT-4.8.2-1] [5: MQTT-4.8.2-2]
pub fn is_share(filter: &[u8]) -> bool {
    let rest = filter.get(SHARE.len()..).unwrap_or_default();
    // Of the name: a slash, or what must not be in it.
    let end = rest.iter().position(|byte| matches!(byte, b'/' | b'#' | b'+')).unwrap_or(0);
    end > 0 && rest.get(end) == Some(&b'/') && rest.len() > end + 1
}

fn is_topic(topic: &[u8], wildcards_allowed: bool) -> bool {
    // [MQTT-4.7.3-1]
    !topic.is_empty() && topic.len() <= LEN_MAX && text::is_text(topic, wildcards_allowed)
}

/// Whether a filter that passed `is_filter` takes in a name that passed `is_name`, byte by byte. [MQTT-4.7.3-4]
pub fn matches(filter: &[u8], topic: &[u8]) -> bool {
    // [MQTT-4.7.2-1]
    if topic.first() == Some(&b'$') && matches!(filter.first(), Some(b'#' | b'+')) {
        return false;
    }
    let (mut filter, mut topic) = (filter, topic);
    while let Some((&wanted, filter_tail)) = filter.split_first() {
        match (wanted, topic.split_first()) {
            (b'#', _) => return true,
            // Stays on the filter's + until the topic's level has ended.
            (b'+', Some((&byte, tail))) if byte != b'/' => {
                topic = tail;
                continue;
            }
            (b'+', _) => {}
            (_, Some((&byte, tail))) if byte == wanted => topic = tail,
            // "sport/#" takes in "sport" itself, the parent level. [section 4.7.1.2]
            (b'/', None) => return filter_tail == b"#",
            _ => return false,
        }
        filter = filter_tail;
    }
    topic.is_empty()
}
