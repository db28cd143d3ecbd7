//! What a picture is like as a whole: how bright, how much is in it, and whether it is the one before.

use std::hash::{DefaultHasher, Hash, Hasher};

use footage::Picture;

/// What a picture is like.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Look {
    /// Width and height, pixels.
    pub(super) size: [u32; 2],
    /// Mean brightness, 0 to 255.
    pub(super) brightness: f32,
    /// Mean difference in brightness of neighbouring parts of the picture, 0 to 255. Parts, because single pixels differ by noise.
    pub(super) detail: f32,
    /// The same for the same pixels.
    pub(super) digest: u64,
}

/// The picture's parts: columns and rows.
const PARTS: [usize; 2] = [32, 18];

impl Look {
    pub(super) fn at(picture: &Picture) -> Self {
        let mut hasher = DefaultHasher::new();
        picture.rgb.hash(&mut hasher);
        let (parts, columns, rows) = parts(picture);
        let brightness = parts.iter().sum::<f32>() / parts.len().max(1) as f32;
        let across = parts.chunks(columns).flat_map(|row| row.windows(2).map(|pair| (pair[0] - pair[1]).abs()));
        let down = (columns..rows * columns).map(|at| (parts[at] - parts[at - columns]).abs());
        let detail = (mean(across) + mean(down)) / 2.0;
        Self { size: [picture.width, picture.height], brightness, detail, digest: hasher.finish() }
    }
}

/// Mean brightness of each part, row by row; columns and rows.
fn parts(picture: &Picture) -> (Vec<f32>, usize, usize) {
    let (width, height) = (picture.width as usize, picture.height as usize);
    let [columns, rows] = [PARTS[0].min(width), PARTS[1].min(height)];
    let mut sums = vec![(0_u64, 0_u64); columns * rows];
    for (y, line) in picture.rgb.chunks_exact(3 * width).enumerate() {
        let row = y * rows / height * columns;
        for (x, pixel) in line.chunks_exact(3).enumerate() {
            let (sum, count) = &mut sums[row + x * columns / width];
            // Thousandths of brightness, as television weighs the colours (ITU-R BT.601).
            *sum += 299 * u64::from(pixel[0]) + 587 * u64::from(pixel[1]) + 114 * u64::from(pixel[2]);
            *count += 1;
        }
    }
    let parts = sums.into_iter().map(|(sum, count)| sum as f32 / (1_000 * count.max(1)) as f32).collect();
    (parts, columns, rows)
}

fn mean(values: impl Iterator<Item = f32>) -> f32 {
    let (sum, count) = values.fold((0.0, 0_u32), |(sum, count), value| (sum + value, count + 1));
    sum / count.max(1) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(width: u32, height: u32, pixel: impl Fn(u32, u32) -> [u8; 3]) -> Look {
        let places = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
        let rgb = places.flat_map(|(x, y)| pixel(x, y)).collect();
        Look::at(&Picture { width, height, rgb })
    }

    #[test]
    fn brightness_and_detail_are_those_of_the_picture() {
        let grey = drawn(64, 36, |_, _| [100; 3]);
        assert!((grey.brightness - 100.0).abs() < 0.01 && grey.detail < 0.01, "{grey:?}");
        // Pixels that alternate are noise; stripes of a part's width are not.
        let noisy = drawn(64, 36, |x, y| [if (x + y) % 2 == 0 { 80 } else { 120 }; 3]);
        assert!((noisy.brightness - 100.0).abs() < 0.01 && noisy.detail < 0.01, "{noisy:?}");
        let striped = drawn(64, 36, |x, _| [if x / 2 % 2 == 0 { 0 } else { 200 }; 3]);
        assert!((striped.brightness - 100.0).abs() < 0.01 && (striped.detail - 100.0).abs() < 0.01, "{striped:?}");
        assert!((drawn(8, 8, |_, _| [0, 255, 0]).brightness - 149.7).abs() < 0.1);
    }

    #[test]
    fn small_pictures_are_looked_at_too() {
        assert!((drawn(1, 1, |_, _| [9; 3]).brightness - 9.0).abs() < 0.01);
        assert!(drawn(2, 1, |x, _| [x as u8 * 200; 3]).detail > 50.0);
    }

    #[test]
    fn one_pixel_makes_another_picture() {
        let one = drawn(8, 8, |x, y| [u8::from((x, y) == (3, 3)); 3]);
        assert_ne!(one.digest, drawn(8, 8, |_, _| [0; 3]).digest);
        assert_eq!(one, drawn(8, 8, |x, y| [u8::from((x, y) == (3, 3)); 3]));
    }
}
