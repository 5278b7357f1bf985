//! Packets that the fuzzer puts together come back as they went.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| limpet_fuzz::packets::round(bytes));
