//! A cheap camera: a soft lens, noise and JPEG.

use image::codecs::jpeg::JpegEncoder;
use image::{ExtendedColorType, ImageEncoder};
use rand::Rng;
use rand_chacha::ChaCha8Rng;

use crate::texture::{Texture, mix};

pub struct Camera {
    /// How far apart two looks through the lens are averaged, in pixels.
    softness: f32,
    /// Standard deviation of the noise in grey levels.
    noise: f32,
    quality: u8,
}

impl Camera {
    pub fn new(random: &mut ChaCha8Rng) -> Self {
        Self {
            softness: random.random_range(0.2..0.8),
            noise: random.random_range(1.0..4.5),
            quality: random.random_range(70..93),
        }
    }

    /// The JPEG of what is seen.
    pub fn take(&self, seen: &Texture, random: &mut ChaCha8Rng) -> Vec<u8> {
        let (width, height) = (seen.width as u32, seen.height as u32);
        let mut rgb = Vec::with_capacity((3 * width * height) as usize);
        for (x, y) in (0..height).flat_map(|y| (0..width).map(move |x| (x as f32, y as f32))) {
            let off = self.softness;
            let soft = mix(seen.at(x - off, y - 0.6 * off), seen.at(x + off, y + 0.6 * off), 0.5);
            // The sensor's noise is common to the channels after the camera's own colour filter. It is nearly normal: the
            // sum of four bytes, with a variance of 1.
            let sum: u16 = random.random::<[u8; 4]>().into_iter().map(u16::from).sum();
            let noise = (f32::from(sum) - 510.0) / 147.8 * self.noise;
            rgb.extend(soft.map(|value| (value + noise) as u8));
        }
        let mut jpeg = Vec::new();
        JpegEncoder::new_with_quality(&mut jpeg, self.quality)
            .write_image(&rgb, width, height, ExtendedColorType::Rgb8)
            .expect("the buffer has the size of the frame");
        jpeg
    }
}
