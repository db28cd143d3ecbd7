//! Decides whether bytes may become a frame, before and after the format's decoder runs.

use serde::{Deserialize, Serialize};

use super::{Frame, jpeg, orientation, png};

/// What a picture may cost before it is refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DecodeLimits {
    /// Most bytes of the encoded file. Default 8 MiB: above the 3 to 6 MiB of a 12-megapixel phone photograph.
    pub max_bytes: usize,
    /// Most pixels of the decoded picture. Default 24 million: the largest size that common phones save by default;
    /// bounds one frame to 72 MB of RGB.
    pub max_pixels: usize,
    /// Fewest pixels on the shorter side. Default 64: below it no face reaches the 40 px that the detector needs.
    pub min_side: u32,
}

impl Default for DecodeLimits {
    fn default() -> Self {
        Self { max_bytes: 8 * 1024 * 1024, max_pixels: 24_000_000, min_side: 64 }
    }
}

/// Why bytes did not become a frame.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// There are no bytes at all.
    #[error("the picture is empty")]
    Empty,
    /// The encoded file is too long.
    #[error("the picture has {bytes} bytes; at most {max} are allowed")]
    TooManyBytes {
        /// Bytes received.
        bytes: usize,
        /// [`DecodeLimits::max_bytes`].
        max: usize,
    },
    /// The header announces too many pixels.
    #[error("the picture has {width} x {height} pixels; at most {max} pixels are allowed")]
    TooManyPixels {
        /// Width in pixels, from the header.
        width: usize,
        /// Height in pixels, from the header.
        height: usize,
        /// [`DecodeLimits::max_pixels`].
        max: usize,
    },
    /// The header announces a side too short to show a face.
    #[error("the picture has {width} x {height} pixels; each side needs at least {min}")]
    TooSmall {
        /// Width in pixels, from the header.
        width: usize,
        /// Height in pixels, from the header.
        height: usize,
        /// [`DecodeLimits::min_side`].
        min: u32,
    },
    /// Neither a JPEG nor a PNG.
    #[error("not a JPEG or PNG picture")]
    NotAnImage,
    /// A JPEG or PNG that breaks off or breaks its format's rules.
    #[error("the picture is damaged or incomplete")]
    Damaged,
}

impl DecodeLimits {
    /// Judges the size that a header announces; nothing is allocated yet.
    pub(super) fn check_size(&self, width: usize, height: usize) -> Result<(), FrameError> {
        if width.saturating_mul(height) > self.max_pixels {
            let max = self.max_pixels;
            return Err(FrameError::TooManyPixels { width, height, max });
        }
        // A side of zero is never a picture, whatever the limits say.
        if width.min(height) < (self.min_side as usize).max(1) {
            let min = self.min_side;
            return Err(FrameError::TooSmall { width, height, min });
        }
        Ok(())
    }
}

/// Pixels as the format's decoder leaves them: not yet turned upright.
pub(super) struct Decoded {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) rgb: Vec<u8>,
    /// The raw EXIF block (a TIFF file), if the picture carries one.
    pub(super) exif: Option<Vec<u8>>,
}

pub(super) fn decode(bytes: &[u8], limits: &DecodeLimits) -> Result<Frame, FrameError> {
    if bytes.is_empty() {
        return Err(FrameError::Empty);
    }
    if bytes.len() > limits.max_bytes {
        return Err(FrameError::TooManyBytes { bytes: bytes.len(), max: limits.max_bytes });
    }
    let decoded = if bytes.starts_with(jpeg::SIGNATURE) {
        jpeg::decode(bytes, limits)?
    } else if bytes.starts_with(png::SIGNATURE) {
        png::decode(bytes, limits)?
    } else {
        return Err(FrameError::NotAnImage);
    };
    let frame = Frame::from_rgb(decoded.width as u32, decoded.height as u32, decoded.rgb).ok_or(FrameError::Damaged)?;
    Ok(match decoded.exif {
        Some(exif) => orientation::upright(frame, orientation::read(&exif)),
        None => frame,
    })
}
