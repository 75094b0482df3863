#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| outstay_fuzz::run("text", bytes));
