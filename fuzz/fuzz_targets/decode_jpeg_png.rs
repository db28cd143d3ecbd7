//! Pictures of strangers: JPEG and PNG, decoded within bounds that suit a fuzzer.

#![no_main]

use vision::{DecodeLimits, Frame};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    // The shipped bound of 24 million pixels would spend the time on filling memory.
    let limits = DecodeLimits { max_bytes: 256 * 1024, max_pixels: 1_000_000, min_side: 1 };
    if let Ok(frame) = Frame::decode(bytes, &limits) {
        let (width, height) = (frame.width() as usize, frame.height() as usize);
        assert!(width * height <= limits.max_pixels && frame.rgb().len() == width * height * 3);
    }
});
