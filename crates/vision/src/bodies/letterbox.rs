//! Fits a frame into a network's input: its aspect stays, and black fills what is left over.

use domain::body::Body;

use crate::frame::Frame;
use crate::model::Tensor;

/// The networks were trained on values of 0..=255 times this, less one.
const SCALE: f32 = 0.007_843_018;

/// A frame in a network's input.
pub struct Letterbox {
    /// Width and height of the input in pixels.
    size: [usize; 2],
    /// Pixels left of the picture and above it.
    offset: [f32; 2],
    /// Pixels of the input for one of the frame, across and down: equal but for rounding to whole pixels.
    scale: [f32; 2],
    /// Planes of red, green and blue.
    values: Vec<f32>,
}

impl Letterbox {
    /// Fits a frame into an input of this width and height.
    pub(super) fn new(frame: &Frame, [width, height]: [u32; 2]) -> Self {
        let sides = [f64::from(frame.width()), f64::from(frame.height())];
        let scale = (f64::from(width) / sides[0]).min(f64::from(height) / sides[1]);
        let fitted = |side: f64, most: u32| ((side * scale).round() as u32).clamp(1, most);
        let inner = [fitted(sides[0], width), fitted(sides[1], height)];
        let picture = frame.averaged_to(inner[0], inner[1]);
        let offset = [(width - inner[0]) / 2, (height - inner[1]) / 2];
        let size = [width as usize, height as usize];
        let values = planes(&picture, size, offset.map(|pixels| pixels as usize));
        Self {
            size,
            offset: offset.map(|pixels| pixels as f32),
            scale: [0, 1].map(|axis| (f64::from(inner[axis]) / sides[axis]) as f32),
            values,
        }
    }

    /// Width and height of the input in pixels.
    pub(super) fn size(&self) -> [usize; 2] {
        self.size
    }

    /// The network's input.
    pub(super) fn tensor(&self) -> Tensor {
        Tensor { shape: vec![1, 3, self.size[1], self.size[0]], values: self.values.clone() }
    }

    /// A body of the input in the frame's pixels.
    pub(super) fn to_frame(&self, mut body: Body) -> Body {
        let back = |value: f32, axis: usize| (value - self.offset[axis]) / self.scale[axis];
        for (at, bound) in body.bounds.iter_mut().enumerate() {
            *bound = back(*bound, at % 2);
        }
        for point in &mut body.points {
            (point.x, point.y) = (back(point.x, 0), back(point.y, 1));
        }
        body
    }
}

/// Planes of red, green and blue of this width and height, with a picture in them and black around it.
pub(super) fn planes(picture: &Frame, [width, height]: [usize; 2], [left, top]: [usize; 2]) -> Vec<f32> {
    // Black.
    let mut values = vec![-1.0; 3 * width * height];
    let columns = picture.width() as usize;
    for (y, row) in picture.rgb().chunks_exact(3 * columns).enumerate() {
        let start = (top + y) * width + left;
        for (colour, plane) in values.chunks_exact_mut(width * height).enumerate() {
            let pixels = row.as_chunks::<3>().0;
            for (to, pixel) in plane[start..start + columns].iter_mut().zip(pixels) {
                *to = f32::from(pixel[colour]) * SCALE - 1.0;
            }
        }
    }
    values
}
