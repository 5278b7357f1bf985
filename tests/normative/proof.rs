//! The tests that a row names, each as `place::test`: the place is a file of tests without its ending, or `suite`. A test
//! proves something of a version only if it speaks it.

use super::table::{Row, Version};
use crate::read;
use std::path::Path;

/// What is wrong with the tests of this row.
pub fn faults(row: &Row) -> Vec<String> {
    let fault = |test: &String| {
        let fault = judge(test, row.version).err()?;
        Some(format!("{} [{}]: {test}: {fault}", row.version.name(), row.tag))
    };
    row.tests.iter().filter_map(fault).collect()
}

fn judge(test: &str, version: Version) -> Result<(), &'static str> {
    let (place, name) = test.split_once("::").ok_or("not place::test")?;
    if !speaks(place, name, version) {
        return Err("does not speak this version");
    }
    let is_there = match place.split_once('/') {
        _ if place == "suite" => read("xtask/src/suites.rs").contains(&format!("name: \"{name}\",")),
        Some(("c", program)) => is_in_c(program, name),
        Some(("conformance", file)) => {
            source(place, "c").contains(&format!("    check(\"{name}\", ")) && is_built(file)
        }
        _ => is_in_rust(place, name),
    };
    if is_there { Ok(()) } else { Err("there is no such test") }
}

/// The text of a file of tests; none if it is not there.
fn source(place: &str, ending: &str) -> String {
    let path = format!("tests/{place}.{ending}");
    if Path::new(env!("CARGO_MANIFEST_DIR")).join(&path).exists() { read(&path) } else { String::new() }
}

/// A function with `#[test]`, in a file that belongs to its program.
fn is_in_rust(place: &str, name: &str) -> bool {
    let text = source(place, "rs");
    let head = format!("fn {name}() {{");
    let lines: Vec<_> = text.lines().collect();
    let is_test = lines.iter().position(|line| *line == head).is_some_and(|at| at > 0 && lines[at - 1] == "#[test]");
    is_test && is_module(place)
}

/// Each folder on the way names the next, down from the file of the program.
fn is_module(place: &str) -> bool {
    let parts: Vec<_> = place.split('/').collect();
    (1..parts.len()).all(|n| {
        let above = parts[..n].join("/");
        let text = source(&above, "rs") + &source(&format!("{above}/mod"), "rs");
        let declared = [format!("mod {};", parts[n]), format!("mod {} {{", parts[n])];
        text.lines().any(|line| declared.iter().any(|d| line.trim().trim_start_matches("pub ") == d))
    })
}

/// A function that the program runs, which is one of the list.
fn is_in_c(program: &str, name: &str) -> bool {
    let is_listed = source("c/list", "txt").lines().any(|line| line.starts_with(&format!("{program}: ")));
    is_listed && source(&format!("c/{program}"), "c").contains(&format!("    RUN({name});"))
}

/// The file's checks are among those that the program of all plays.
fn is_built(file: &str) -> bool {
    let function = format!("{}_checks();", file.trim_end_matches('s'));
    source("conformance/main", "c").contains(&format!("    {function}"))
}

/// The stories of a session are told in both versions, but for those of v3_only.txt, and so are the simulator and the
/// programs that run with brokers. What is in one place for both is said by its path.
fn speaks(place: &str, name: &str, version: Version) -> bool {
    let path = place.replace('/', "::");
    let is_in = |place: &str| path == place || path.starts_with(&format!("{place}::"));
    if ["session::five", "packets5", "c::v5"].iter().any(|five| is_in(five)) {
        return version == Version::V5;
    }
    let is_both =
        ["session", "sim", "conformance", "suite", "packets::text", "packets::topics"].iter().any(|p| is_in(p));
    let only = source("session/v3_only", "txt");
    version == Version::V3 || is_both && !only.lines().any(|line| line == format!("{path}::{name}"))
}

#[test]
fn a_test_in_rust_is_found_by_its_file() {
    assert_eq!(judge("session/ids::qos_0_takes_no_id", Version::V3), Ok(()));
    assert_eq!(judge("session/five/auth::a_step_dies_with_its_connection", Version::V5), Ok(()));
    assert_eq!(judge("packets::every_packet_is_written_as_the_standard_says", Version::V3), Ok(()));
    let missing = Err("there is no such test");
    assert_eq!(judge("session/ids::qos_0_takes_no", Version::V3), missing);
    assert_eq!(judge("session/ids::pass", Version::V3), missing, "a function that is no test");
    assert_eq!(judge("session/no_such::qos_0_takes_no_id", Version::V3), missing);
    assert_eq!(judge("session::qos_0_takes_no_id", Version::V3), missing, "in another file");
    assert_eq!(judge("qos_0_takes_no_id", Version::V3), Err("not place::test"));
}

#[test]
fn a_file_that_belongs_to_no_program_proves_nothing() {
    assert!(is_module("session/five/auth") && is_module("packets"));
    assert!(!is_module("session/v3_only") && !is_module("selftest/five/auth"));
}

#[test]
fn a_test_in_c_is_run_by_a_program_of_the_list() {
    assert_eq!(judge("c/fields::an_empty_login_is_none", Version::V3), Ok(()));
    assert_eq!(judge("c/v5::a_refusal_tells_its_reason", Version::V5), Ok(()));
    assert!(judge("c/fields::an_empty_login", Version::V3).is_err());
    assert!(judge("c/mock::an_empty_login_is_none", Version::V3).is_err());
}

#[test]
fn a_check_with_brokers_and_a_suite_are_found_by_their_names() {
    assert_eq!(judge("conformance/topics::a topic with U+FEFF", Version::V5), Ok(()));
    assert_eq!(judge("suite::lwip", Version::V3), Ok(()));
    assert!(judge("conformance/topics::a topic", Version::V5).is_err());
    assert!(judge("suite::lw", Version::V3).is_err());
}

#[test]
fn a_test_of_one_version_proves_nothing_of_the_other() {
    let other = Err("does not speak this version");
    assert_eq!(judge("session/five/auth::a_step_dies_with_its_connection", Version::V3), other);
    assert_eq!(judge("packets/vectors::every_packet_is_written_as_the_standard_says", Version::V5), other);
    assert_eq!(judge("c/fields::an_empty_login_is_none", Version::V5), other);
    assert_eq!(judge("session/ids::qos_0_takes_no_id", Version::V5), Ok(()));
    assert_eq!(judge("session/qos2::a_lost_pubcomp_makes_the_release_go_out_again", Version::V5), other);
}
