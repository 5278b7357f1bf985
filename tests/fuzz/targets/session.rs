//! A session of 3.1.1 between an application, a transport and a broker that do what the fuzzer says.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| limpet_fuzz::world::run(bytes, false));
