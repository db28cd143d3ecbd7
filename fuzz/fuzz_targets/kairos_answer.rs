//! Answers of a cloud that may be anything.

#![no_main]

#[path = "../../crates/kairos/tests/api/exercise.rs"]
#[allow(dead_code, reason = "each target uses its half")]
mod exercise;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| exercise::answer(bytes));
