//! Files that break off or carry wrong bytes.

use proptest::prelude::*;

use super::*;

#[test]
fn a_file_that_breaks_off_is_damaged_wherever_it_breaks() {
    for name in ["baseline.jpg", "progressive.jpg", "orientation-6.jpg", "rgb.png", "palette.png"] {
        let whole = data(name);
        for length in 8..whole.len() - 1 {
            assert_eq!(
                decode(&whole[..length]),
                Err(FrameError::Damaged),
                "{name} after {length} of {} bytes",
                whole.len()
            );
        }
    }
}

proptest! {
    #[test]
    fn damaged_bytes_never_panic(
        file in prop::sample::select(vec!["baseline.jpg", "progressive.jpg", "orientation-6.jpg", "rgb.png", "palette.png"]),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
    ) {
        let mut bytes = data(file);
        for (at, value) in changes {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        let _ = decode(&bytes);
    }
}
