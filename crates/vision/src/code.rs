//! Reads the QR codes in a frame.

use crate::frame::Frame;

/// Longest text of a code that is returned, in bytes of UTF-8. Our own codes have less than 100; anything longer was not
/// made for us.
pub const MAX_CODE_BYTES: usize = 512;

/// Most codes read from one frame.
const MAX_CODES: usize = 8;

/// Long side in pixels of the first look. `rqrr` needs some 2 px a module, so a code of 37 modules may be as small as an
/// eighth of the frame's width.
const FIRST_LOOK_SIDE: u32 = 640;

/// Long side in pixels of the second look, for small codes in large frames. More would take longer than a frame may.
const SECOND_LOOK_SIDE: u32 = 1280;

/// The texts of the QR codes in a frame, without duplicates. Codes that are damaged, not UTF-8, empty or longer than
/// [`MAX_CODE_BYTES`] are left out.
pub fn read_codes(frame: &Frame) -> Vec<String> {
    let first = frame.shrunk_to(FIRST_LOOK_SIDE);
    let found = look(&first);
    if !found.is_empty() || first.width() == frame.width() {
        return found;
    }
    look(&frame.shrunk_to(SECOND_LOOK_SIDE))
}

fn look(frame: &Frame) -> Vec<String> {
    let luma = frame.luma();
    let (width, height) = (frame.width() as usize, frame.height() as usize);
    let mut image = rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| luma[y * width + x]);
    let mut texts: Vec<String> = Vec::new();
    for grid in image.detect_grids().into_iter().take(MAX_CODES) {
        if let Ok((_, text)) = grid.decode()
            && (1..=MAX_CODE_BYTES).contains(&text.len())
            && !texts.contains(&text)
        {
            texts.push(text);
        }
    }
    texts
}

#[cfg(test)]
mod tests;
