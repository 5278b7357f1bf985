//! The functions of the header, with callbacks that answer what the fuzzer says.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| limpet_fuzz::border::run(bytes));
