//! A frame: one decoded, upright, bounded picture in RGB.

mod decode;
mod jpeg;
mod orientation;
mod png;

use std::borrow::Cow;
use std::fmt;

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};

pub use decode::{DecodeLimits, FrameError};

/// One picture: 8-bit RGB, row by row from the top left, already turned upright.
///
/// The fields are private because `rgb` always holds exactly `width * height * 3` bytes and neither side is zero.
#[derive(Clone, PartialEq, Eq)]
pub struct Frame {
    width: u32,
    height: u32,
    rgb: Vec<u8>,
}

impl Frame {
    /// Decodes a JPEG or PNG within `limits`, turned upright as its EXIF orientation says.
    ///
    /// # Errors
    ///
    /// Says which limit the bytes break, or that they are no picture or a damaged one. The size in the header is
    /// checked before any pixel is allocated.
    pub fn decode(bytes: &[u8], limits: &DecodeLimits) -> Result<Self, FrameError> {
        decode::decode(bytes, limits)
    }

    /// Wraps pixels that are already decoded; `None` if a side is zero or `rgb` is not `width * height * 3` bytes.
    pub fn from_rgb(width: u32, height: u32, rgb: Vec<u8>) -> Option<Self> {
        let expected = (width as usize).checked_mul(height as usize)?.checked_mul(3)?;
        (expected > 0 && rgb.len() == expected).then_some(Self { width, height, rgb })
    }

    /// The width in pixels.
    pub fn width(&self) -> u32 {
        self.width
    }

    /// The height in pixels.
    pub fn height(&self) -> u32 {
        self.height
    }

    /// The pixels: `width * height` triples of red, green and blue.
    pub fn rgb(&self) -> &[u8] {
        &self.rgb
    }

    /// This frame, or a smaller copy if its long side has more than `max_side` pixels. The aspect ratio stays, except
    /// that no side falls below one pixel. Never enlarges.
    pub fn shrunk_to(&self, max_side: u32) -> Cow<'_, Self> {
        let long = self.width.max(self.height);
        let max_side = max_side.max(1);
        if long <= max_side {
            return Cow::Borrowed(self);
        }
        let scale = f64::from(max_side) / f64::from(long);
        let shrink = |side: u32| ((f64::from(side) * scale).round() as u32).max(1);
        Cow::Owned(self.resized(shrink(self.width), shrink(self.height)))
    }

    /// This frame at exactly this size in pixels (at least 1 x 1), or itself if it has it.
    pub(crate) fn resized_to(&self, width: u32, height: u32) -> Cow<'_, Self> {
        if (width, height) == (self.width, self.height) {
            return Cow::Borrowed(self);
        }
        Cow::Owned(self.resized(width.max(1), height.max(1)))
    }

    /// As [`Frame::resized_to`], but where it shrinks each pixel is the mean of those that it covers, and no wider.
    pub(crate) fn averaged_to(&self, width: u32, height: u32) -> Cow<'_, Self> {
        if width > self.width || height > self.height || (width, height) == (self.width, self.height) {
            return self.resized_to(width, height);
        }
        Cow::Owned(self.resampled(width.max(1), height.max(1), None, FilterType::Box))
    }

    /// The frame as seen in a mirror.
    pub(crate) fn mirrored(&self) -> Self {
        let rows = self.rgb.chunks_exact(3 * self.width as usize);
        Self { rgb: rows.flat_map(|row| row.chunks_exact(3).rev().flatten().copied()).collect(), ..*self }
    }

    /// A square view of `side` pixels: `centre` (in pixels counted at their middles) comes to lie in its middle, and
    /// `scale` pixels of the view are one of the frame. Black beyond the frame; `None` if nothing of it is in view.
    pub(crate) fn view(&self, centre: [f32; 2], scale: f32, side: u32) -> Option<Self> {
        // Whole pixels of the view that the frame covers, and the part of the frame that they show, along one axis.
        let covered = |centre: f32, length: u32| {
            let (middle, centre, scale) = (f64::from(side) / 2.0, f64::from(centre) + 0.5, f64::from(scale));
            let first = (middle - centre * scale).ceil().max(0.0);
            let last = (middle + (f64::from(length) - centre) * scale).floor().min(f64::from(side));
            let from = ((first - middle) / scale + centre).max(0.0);
            let to = ((last - middle) / scale + centre).min(f64::from(length));
            (last > first && to > from).then_some((first as u32, (last - first) as u32, from, to - from))
        };
        let (left, columns, from_x, width) = covered(centre[0], self.width)?;
        let (top, rows, from_y, height) = covered(centre[1], self.height)?;
        let part = self.resampled(columns, rows, Some((from_x, from_y, width, height)), FilterType::Bilinear);
        let mut rgb = vec![0; 3 * (side * side) as usize];
        for (row, pixels) in part.rgb.chunks_exact(3 * columns as usize).enumerate() {
            let at = 3 * ((top as usize + row) * side as usize + left as usize);
            rgb[at..at + pixels.len()].copy_from_slice(pixels);
        }
        Some(Self { width: side, height: side, rgb })
    }

    /// The luma (BT.601, 0..=255) of each pixel.
    pub fn luma(&self) -> Vec<u8> {
        self.rgb.chunks_exact(3).map(|p| luma(p[0], p[1], p[2])).collect()
    }

    fn resized(&self, width: u32, height: u32) -> Self {
        self.resampled(width, height, None, FilterType::Bilinear)
    }

    /// This frame, or the part (left, top, width, height) of it, at another size.
    fn resampled(&self, width: u32, height: u32, part: Option<(f64, f64, f64, f64)>, filter: FilterType) -> Self {
        let source = ImageRef::new(self.width, self.height, &self.rgb, PixelType::U8x3)
            .expect("a frame holds width * height * 3 bytes");
        let mut target = Image::new(width, height, PixelType::U8x3);
        // Filters widen with the scale, so that fine patterns blur instead of turning into false edges.
        let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(filter));
        let options = match part {
            Some((left, top, width, height)) => options.crop(left, top, width, height),
            None => options,
        };
        Resizer::new()
            .resize(&source, &mut target, &options)
            .expect("both images have the same pixel type, and the part lies within");
        Self { width, height, rgb: target.into_vec() }
    }
}

/// Shows the size only: pixels of shoppers do not belong in logs.
impl fmt::Debug for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Frame({}x{})", self.width, self.height)
    }
}

/// BT.601 luma in integers: (77 R + 150 G + 29 B) / 256.
pub(crate) fn luma(red: u8, green: u8, blue: u8) -> u8 {
    ((77 * u32::from(red) + 150 * u32::from(green) + 29 * u32::from(blue)) >> 8) as u8
}

#[cfg(test)]
mod tests;
