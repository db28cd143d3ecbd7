//! Pictures that a fuzzer found worth keeping (fuzz/corpus/decode_jpeg_png): each is decoded within bounds, or refused.

use std::path::Path;

use vision::{DecodeLimits, Frame};

#[test]
fn the_fuzzers_pictures_are_decoded_or_refused() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus/decode_jpeg_png");
    let limits = DecodeLimits { max_bytes: 256 * 1024, max_pixels: 1_000_000, min_side: 1 };
    let (mut decoded, mut refused) = (0, 0);
    for entry in std::fs::read_dir(corpus).unwrap() {
        match Frame::decode(&std::fs::read(entry.unwrap().path()).unwrap(), &limits) {
            Ok(frame) => {
                assert_eq!(frame.rgb().len(), frame.width() as usize * frame.height() as usize * 3);
                decoded += 1;
            }
            Err(_) => refused += 1,
        }
    }
    assert!(decoded > 20 && refused > 20, "{decoded} decoded, {refused} refused");
}
