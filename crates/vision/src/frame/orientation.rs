//! Turns a picture upright as its EXIF block says: phones save sideways pixels and a note.

use super::Frame;

/// EXIF tag 0x0112: which way the saved pixels must be turned to stand upright.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Orientation {
    /// Swap rows and columns first.
    transpose: bool,
    /// Then mirror left to right.
    mirror: bool,
    /// Then mirror top to bottom.
    flip: bool,
}

impl Orientation {
    /// The eight values of the EXIF standard (CIPA DC-008, 4.6.4 A); any other value means "as saved".
    fn from_exif(value: u16) -> Self {
        let (transpose, mirror, flip) = match value {
            2 => (false, true, false),
            3 => (false, true, true),
            4 => (false, false, true),
            5 => (true, false, false),
            6 => (true, true, false),
            7 => (true, true, true),
            8 => (true, false, true),
            _ => (false, false, false),
        };
        Self { transpose, mirror, flip }
    }
}

/// Reads the orientation out of an EXIF block (a TIFF file); a block that makes no sense means "as saved".
pub(super) fn read(exif: &[u8]) -> Orientation {
    Orientation::from_exif(tag_value(exif).unwrap_or(1))
}

fn tag_value(exif: &[u8]) -> Option<u16> {
    const ORIENTATION: u16 = 0x0112;
    const SHORT: u16 = 3;
    // Some writers keep the JPEG segment's own header in front.
    let tiff = exif.strip_prefix(b"Exif\0\0").unwrap_or(exif);
    let little = match tiff.get(..2)? {
        b"II" => true,
        b"MM" => false,
        _ => return None,
    };
    let bytes_at = |at: usize, count: usize| tiff.get(at..at.checked_add(count)?);
    let u16_at = |at: usize| {
        let bytes = bytes_at(at, 2)?.try_into().ok()?;
        Some(if little { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) })
    };
    let u32_at = |at: usize| {
        let bytes = bytes_at(at, 4)?.try_into().ok()?;
        Some(if little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) })
    };
    let directory = u32_at(4)? as usize;
    let entries = usize::from(u16_at(directory)?);
    // Each entry: tag, type, count, value; 12 bytes.
    (0..entries)
        .map(|entry| directory + 2 + 12 * entry)
        .find(|&at| u16_at(at) == Some(ORIENTATION) && u16_at(at + 2) == Some(SHORT))
        .and_then(|at| u16_at(at + 8))
}

/// The same picture with its pixels in upright order.
pub(super) fn upright(frame: Frame, orientation: Orientation) -> Frame {
    let Orientation { transpose, mirror, flip } = orientation;
    if !(transpose || mirror || flip) {
        return frame;
    }
    let (from_width, from_height) = (frame.width as usize, frame.height as usize);
    let (width, height) = if transpose { (from_height, from_width) } else { (from_width, from_height) };
    let mut rgb = Vec::with_capacity(frame.rgb.len());
    for y in 0..height {
        let y = if flip { height - 1 - y } else { y };
        for x in 0..width {
            let x = if mirror { width - 1 - x } else { x };
            let (from_x, from_y) = if transpose { (y, x) } else { (x, y) };
            let at = 3 * (from_y * from_width + from_x);
            rgb.extend_from_slice(&frame.rgb[at..at + 3]);
        }
    }
    Frame { width: width as u32, height: height as u32, rgb }
}
