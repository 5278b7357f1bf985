//! CHANGELOG.md as it is true in a package: it names the package's files by their places there, and nothing that only the
//! repository has.

use super::Tree;

/// Words of the repository. An item that has one of them when all is done does not concern who has the package.
const OURS: &[&str] = &["c_examples", "cargo xtask"];

/// `moved` tells where files of the repository are in the package.
pub fn text(whole: &str, moved: &[(&str, &str)], tree: &Tree) -> String {
    let mut out: Vec<String> = Vec::new();
    for item in items(whole) {
        let Some(item) = packed(&item, moved, tree) else {
            continue;
        };
        // A heading or an empty line ends a list, whose last item may be gone.
        if !is_item(&item) {
            end_list(&mut out);
        }
        out.push(item);
    }
    end_list(&mut out);
    out.join("\n") + "\n"
}

/// Lines, and the lines of each item of a list as one.
fn items(whole: &str) -> Vec<String> {
    let mut items: Vec<String> = Vec::new();
    for line in whole.lines() {
        match items.last_mut() {
            Some(item) if is_item(item) && line.starts_with("  ") => {
                item.push('\n');
                item.push_str(line);
            }
            _ => items.push(line.to_string()),
        }
    }
    items
}

fn is_item(text: &str) -> bool {
    text.starts_with("- ")
}

fn packed(item: &str, moved: &[(&str, &str)], tree: &Tree) -> Option<String> {
    if !is_item(item) {
        return Some(item.to_string());
    }
    let mut item = item.to_string();
    let there = |place: &str| tree.names().any(|name| name == place || name.starts_with(&format!("{place}/")));
    for (from, to) in moved.iter().filter(|(_, to)| there(to)) {
        item = item.replace(&format!("`{from}`"), &format!("`{to}`"));
    }
    for ours in OURS {
        item = without_aside(&item, ours);
    }
    let concerns = !OURS.iter().any(|ours| item.contains(ours));
    concerns.then(|| item.replace("README, ", "the repository's README, "))
}

/// Without what is in parentheses, if that has the word.
fn without_aside(item: &str, word: &str) -> String {
    let mut out = String::new();
    let mut rest = item;
    while let Some((before, after)) = rest.split_once('(') {
        let (aside, behind) = after.split_once(')').unwrap_or((after, ""));
        if aside.contains(word) {
            out.push_str(before.trim_end());
        } else {
            out.push_str(&format!("{before}({aside})"));
        }
        rest = behind;
    }
    out + rest
}

/// The last item of a list ends a sentence.
fn end_list(out: &mut [String]) {
    if let Some(last) = out.last_mut().filter(|last| is_item(last) && last.ends_with(';')) {
        last.pop();
        last.push('.');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOVED: &[(&str, &str)] = &[("c_examples/lwip", "ports/lwip"), ("c_examples/posix", "ports/posix")];

    fn of(whole: &str) -> String {
        let mut tree = Tree::default();
        tree.add("ports/lwip/limpet_lwip.h", "");
        text(whole, MOVED, &tree)
    }

    #[test]
    fn what_is_there_has_the_name_that_it_has_there() {
        assert_eq!(of("- take `c_examples/lwip`\n  as it is."), "- take `ports/lwip`\n  as it is.\n");
    }

    #[test]
    fn what_is_not_there_is_left_out_and_the_list_still_ends() {
        assert_eq!(of("### You\n\n- a;\n- take `c_examples/posix`,\n  too.\n\nb"), "### You\n\n- a.\n\nb\n");
    }

    #[test]
    fn an_aside_for_who_has_the_repository_is_left_out() {
        assert_eq!(of("- one (or two) of them\n  (`cargo xtask build`);"), "- one (or two) of them.\n");
        assert_eq!(of("- speak 5 (README, MQTT 5)."), "- speak 5 (the repository's README, MQTT 5).\n");
    }
}
