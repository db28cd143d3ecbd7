//! Pictures that scenes are made of: a portrait with its face's place, and the shop behind it.

use std::path::Path;

use faces::{pictures, subject};
use rand::Rng;
use rand_chacha::ChaCha8Rng;
use vision::{Frame, Pipeline};

/// Red, green and blue, 0..=255.
pub type Colour = [f32; 3];

/// A picture that can be asked between its pixels.
#[derive(Clone)]
pub struct Texture {
    pub width: f32,
    pub height: f32,
    pixels: Vec<Colour>,
}

impl Texture {
    pub fn new(width: usize, height: usize, pixels: Vec<Colour>) -> Self {
        Self { width: width as f32, height: height as f32, pixels }
    }

    /// The colour at a point, the nearest one beyond the edges.
    pub fn at(&self, x: f32, y: f32) -> Colour {
        let (x, y) = (x.clamp(0.0, self.width - 1.001), y.clamp(0.0, self.height - 1.001));
        let (left, top) = (x.floor(), y.floor());
        let pixel = |x: f32, y: f32| self.pixels[y as usize * self.width as usize + x as usize];
        let upper = mix(pixel(left, top), pixel(left + 1.0, top), x - left);
        let lower = mix(pixel(left, top + 1.0), pixel(left + 1.0, top + 1.0), x - left);
        mix(upper, lower, y - top)
    }
}

/// `part` of the second colour, the rest of the first.
pub fn mix(a: Colour, b: Colour, part: f32) -> Colour {
    std::array::from_fn(|channel| a[channel] + (b[channel] - a[channel]) * part)
}

/// A picture of a face.
#[derive(Clone)]
pub struct Portrait {
    pub texture: Texture,
    /// The point between the eyes, in pixels.
    pub middle: [f32; 2],
    /// The distance between the eyes in pixels: the unit of all scenes, some 63 mm.
    pub eyes: f32,
}

impl Portrait {
    /// A frame of a recording: what counts is all of it, not where its face is.
    pub fn whole(path: &Path) -> anyhow::Result<Self> {
        let texture = texture(&pictures::read(path)?);
        let (middle, eyes) = ([texture.width / 2.0, 0.45 * texture.height], texture.height / 5.5);
        Ok(Self { texture, middle, eyes })
    }

    /// The colour at a point in distances between the eyes from the middle between them.
    pub fn at(&self, [u, v]: [f32; 2]) -> Colour {
        self.texture.at(self.middle[0] + u * self.eyes, self.middle[1] + v * self.eyes)
    }

    /// Left, top, right and bottom in distances between the eyes.
    pub fn edges(&self) -> [f32; 4] {
        let [x, y] = self.middle;
        [-x, -y, self.texture.width - x, self.texture.height - y].map(|edge| edge / self.eyes)
    }
}

/// The face of a picture; `None` where it is turned too far to be laid over a head, or has no place around it.
pub fn portrait(pipeline: &Pipeline, path: &Path) -> anyhow::Result<Option<Portrait>> {
    let frame = pictures::read(path)?;
    let face = subject::find(pipeline, &frame)?.face;
    let [left, right, ..] = face.detection.landmarks;
    let (across, slope) = (right[0] - left[0], right[1] - left[1]);
    let portrait = Portrait {
        texture: texture(&frame),
        middle: [f32::midpoint(left[0], right[0]), f32::midpoint(left[1], right[1])],
        eyes: across.hypot(slope),
    };
    let frontal = face.quality.yaw_degrees.abs() < 12.0 && face.quality.roll_degrees.abs() < 8.0;
    let [to_left, to_top, to_right, to_bottom] = portrait.edges();
    let has_room = to_left < -1.6 && to_top < -1.3 && to_right > 1.6 && to_bottom > 2.0;
    Ok((frontal && has_room).then_some(portrait))
}

/// Grey pictures get the colours of skin and wood, so that the camera's colour conversion has something to do.
fn texture(frame: &Frame) -> Texture {
    let pixels = frame.rgb().chunks_exact(3).map(|pixel| {
        let [red, green, blue] = [pixel[0], pixel[1], pixel[2]].map(f32::from);
        if red == green && green == blue { [red * 1.06, green * 0.97, blue * 0.9] } else { [red, green, blue] }
    });
    Texture::new(frame.width() as usize, frame.height() as usize, pixels.collect())
}

/// A shop behind the shopper: shelves with packs, out of focus, or a nearly plain wall.
pub fn shop(random: &mut ChaCha8Rng) -> Texture {
    let (width, height) = (640_usize, 480_usize);
    let wall: Colour = std::array::from_fn(|_| random.random_range(60.0..200.0));
    let mut pixels = vec![wall; width * height];
    let packs = if random.random_bool(0.2) { random.random_range(2..6) } else { random.random_range(80..200) };
    for _ in 0..packs {
        let (wide, high) = (random.random_range(12..90), random.random_range(16..110));
        let (left, top) = (random.random_range(0..width), random.random_range(0..height));
        let colour: Colour = std::array::from_fn(|_| random.random_range(20.0..235.0));
        let stripe = random.random_range(5..20);
        for y in top..(top + high).min(height) {
            for x in left..(left + wide).min(width) {
                let shade = if (y - top) / stripe % 2 == 0 { 1.0 } else { 0.82 };
                pixels[y * width + x] = colour.map(|value| value * shade);
            }
        }
    }
    let blurred = (0..random.random_range(1..4)).fold(pixels, |pixels, _| blurred(&pixels, width, height));
    Texture::new(width, height, blurred)
}

/// The mean of 5 x 5 pixels, along the rows and then the columns.
fn blurred(pixels: &[Colour], width: usize, height: usize) -> Vec<Colour> {
    let along = |pixels: &[Colour], index: &dyn Fn(usize, isize) -> usize| -> Vec<Colour> {
        (0..pixels.len())
            .map(|at| {
                let sum = (-2..=2)
                    .map(|step| pixels[index(at, step)])
                    .fold([0.0; 3], |sum: Colour, pixel| std::array::from_fn(|channel| sum[channel] + pixel[channel]));
                sum.map(|value| value / 5.0)
            })
            .collect()
    };
    let rows = along(pixels, &|at, step| at - at % width + (at % width).saturating_add_signed(step).min(width - 1));
    along(&rows, &|at, step| at % width + (at / width).saturating_add_signed(step).min(height - 1) * width)
}
