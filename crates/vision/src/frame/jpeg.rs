//! Decodes JPEG: bounded, and strict about files that break off.

use zune_core::bytestream::ZCursor;
use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;
use zune_jpeg::JpegDecoder;

use super::decode::{DecodeLimits, Decoded, FrameError};

/// Start of image and the first byte of the next marker.
pub(super) const SIGNATURE: &[u8] = &[0xFF, 0xD8, 0xFF];

/// Most scans of a progressive file. Encoders write about 10; each costs a pass over all pixels, so a crafted file with
/// many is refused.
const MAX_SCANS: usize = 32;

pub(super) fn decode(bytes: &[u8], limits: &DecodeLimits) -> Result<Decoded, FrameError> {
    let options = DecoderOptions::default()
        .set_max_width(usize::from(u16::MAX))
        .set_max_height(usize::from(u16::MAX))
        .jpeg_set_max_scans(MAX_SCANS)
        .jpeg_set_out_colorspace(ColorSpace::RGB);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_headers().map_err(|_| FrameError::Damaged)?;
    let (width, height) =
        decoder.info().map(|info| (usize::from(info.width), usize::from(info.height))).ok_or(FrameError::Damaged)?;
    limits.check_size(width, height)?;
    if !is_complete(bytes) {
        return Err(FrameError::Damaged);
    }
    let rgb = decoder.decode().map_err(|_| FrameError::Damaged)?;
    let exif = decoder.exif().cloned();
    Ok(Decoded { width, height, rgb, exif })
}

/// Whether there are at most [`MAX_SCANS`] scans and an end-of-image marker follows the first. The decoder would fill a missing rest with grey; its strict
/// mode also refuses harmless oddities that phones write, so this looks for the end itself.
///
/// Headers are walked segment by segment, because the thumbnail inside EXIF has an end-of-image marker of its own.
/// Inside a scan the pair FF D9 cannot occur otherwise: a data byte FF is always followed by 00.
fn is_complete(bytes: &[u8]) -> bool {
    const START_OF_SCAN: u8 = 0xDA;
    const END_OF_IMAGE: [u8; 2] = [0xFF, 0xD9];
    let mut rest = &bytes[2..];
    while let Some(start) = rest.iter().position(|&byte| byte == 0xFF) {
        rest = &rest[start..];
        let Some(&[_, marker, high, low]) = rest.first_chunk::<4>() else {
            return false;
        };
        match marker {
            // Fill bytes and markers without a length.
            0xFF => rest = &rest[1..],
            0x00 | 0x01 | 0xD0..=0xD8 => rest = &rest[2..],
            0xD9 => return false,
            // The decoder's own limit ends the picture early instead of refusing it.
            START_OF_SCAN => {
                let scans = rest.windows(2).filter(|pair| *pair == [0xFF, START_OF_SCAN]).count();
                return scans <= MAX_SCANS && rest.windows(2).any(|pair| pair == END_OF_IMAGE);
            }
            _ => {
                let length = usize::from(u16::from_be_bytes([high, low]));
                let Some(next) = rest.get(2 + length..) else {
                    return false;
                };
                rest = next;
            }
        }
    }
    false
}
