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

#[test]
fn a_jpeg_of_countless_scans_is_refused() {
    let whole = data("progressive.jpg");
    let last_scan = whole.windows(2).rposition(|pair| pair == [0xFF, 0xDA]).unwrap();
    let (head, scan) = (&whole[..last_scan], &whole[last_scan..whole.len() - 2]);
    let mut bomb = head.to_vec();
    for _ in 0..10_000 {
        bomb.extend_from_slice(scan);
    }
    bomb.extend_from_slice(&[0xFF, 0xD9]);
    let limits = DecodeLimits { max_bytes: usize::MAX, ..DecodeLimits::default() };
    assert_eq!(Frame::decode(&bomb, &limits), Err(FrameError::Damaged));
}

#[test]
fn of_an_animation_the_still_picture_counts() {
    let plain = data("rgb.png");
    let header_end = 33;
    let chunk = |kind: &[u8; 4], payload: &[u8]| {
        let length = (payload.len() as u32).to_be_bytes();
        // The check sum is not looked at: these chunks never reach the decoder.
        [&length[..], kind, payload, &[0; 4]].concat()
    };
    let mut animated = plain[..header_end].to_vec();
    animated.extend(chunk(b"acTL", &[0, 0, 0, 2, 0, 0, 0, 0]));
    animated.extend(chunk(b"fcTL", &[0; 26]));
    animated.extend_from_slice(&plain[header_end..plain.len() - 12]);
    animated.extend(chunk(b"fcTL", &[1; 26]));
    animated.extend(chunk(b"fdAT", &[7; 500]));
    animated.extend_from_slice(&plain[plain.len() - 12..]);
    assert_eq!(decode(&animated), decode(&plain));
}
