//! include/limpet.h against the library, as a C compiler for this machine sees the one and rustc the other.
//!
//! | what changes on one side only | what fails |
//! |---|---|
//! | a field is added, removed, moved, or of another size | the comparison below |
//! | the type of a field or callback: sign, const, arguments, result | the build, in `ctest_field_ptr__struct__field` |
//! | the value of a constant or an enumerator | the comparison below |
//! | the arguments or the result of a function or hook | the build, in `ctest_field_ptr__prototypes__function` |
//! | a name is missing in the header | the build |
//! | a function is not exported, or under another name | linking |
//! | the version, or what MQTT_ABI is made of | the two tests of macros |
//!
//! It does not see what the header has in excess, nor that `int` is not int32_t where both have 32 bits: `cargo xtask
//! header --check` does. It says nothing of other targets; that layouts follow there is the rule at the head of
//! src/ffi/types.rs.
#![cfg(test)]

use limpet::error::Error;
use limpet::ffi::client::{mqtt_init, mqtt_version};
use limpet::ffi::types::{mqtt_client, mqtt_config};
use std::mem::MaybeUninit;

// The mailbox's lock.
use critical_section as _;

#[allow(clippy::all, dead_code, non_camel_case_types, unused_imports)]
mod generated {
    use limpet::error::Error;
    use limpet::ffi::Flag;
    use limpet::ffi::client::*;
    use limpet::ffi::events::*;
    use limpet::ffi::link::*;
    use limpet::ffi::messages::*;
    use limpet::ffi::store::*;
    use limpet::ffi::types::*;
    use limpet::ffi::types5::*;
    use limpet::ffi::v5::*;
    use limpet::ffi::wan::*;
    use std::ffi::{c_char, c_void};

    include!(concat!(env!("OUT_DIR"), "/names.rs"));
    include!(concat!(env!("OUT_DIR"), "/layout.rs"));

    pub fn compare() {
        main();
    }
}

unsafe extern "C" {
    safe fn header_abi() -> u32;
    safe fn header_version() -> u32;
}

#[test]
fn layouts_constants_enumerators_and_functions_are_those_of_the_library() {
    generated::compare();
}

#[test]
fn the_version_of_the_header_is_that_of_the_library() {
    assert_eq!(header_version(), mqtt_version());
}

#[test]
fn mqtt_init_takes_the_abi_of_this_header_and_no_other() {
    assert_eq!(init_with(header_abi()), Error::ConfigServer as i32);
    assert_eq!(init_with(header_abi() ^ 1), Error::Abi as i32);
}

/// What mqtt_init says to a config that has nothing but its abi.
fn init_with(abi: u32) -> i32 {
    let mut client = MaybeUninit::<mqtt_client>::zeroed();
    // SAFETY: every field is an integer, a pointer or an optional function, so zero is a value of it.
    let config = mqtt_config { abi, ..unsafe { MaybeUninit::zeroed().assume_init() } };
    // SAFETY: both live until the call returns.
    unsafe { mqtt_init(client.as_mut_ptr(), &config) }
}
