//! Any bytes as packets of either version.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| limpet_fuzz::decode::any(bytes));
