//! One sequence: a live shopper or an attack, before a shop that stays where it is.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::camera::Camera;
use crate::head::Head;
use crate::motion::Wander;
use crate::sheet::{Material, Sheet};
use crate::texture::{Colour, Portrait, Texture, mix, shop};

/// What stands before the camera.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Live,
    Print,
    CutOut,
    Screen,
    Replay,
    /// A person who turns to her own left when asked to.
    Turning,
    /// A bent print, turned in the same way.
    TurnedPrint,
}

impl Kind {
    pub const ALL: [Self; 7] =
        [Self::Live, Self::Print, Self::CutOut, Self::Screen, Self::Replay, Self::Turning, Self::TurnedPrint];

    pub fn folder(self) -> &'static str {
        match self {
            Self::Live => "live/synthetic",
            Self::Print => "attack/print",
            Self::CutOut => "attack/cut-out",
            Self::Screen => "attack/screen",
            Self::Replay => "attack/replay",
            Self::Turning => "turn/live/asked",
            Self::TurnedPrint => "turn/attack/turned-print",
        }
    }
}

/// The focal length in pixels of 640: a webcam that sees 56 degrees.
const FOCAL: f32 = 600.0;

/// The frames of a sequence as JPEG. `source` is one portrait, or the frames of a recording.
pub fn frames(kind: Kind, source: &[Portrait], count: usize, seed: u64) -> Vec<Vec<u8>> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let stage = Stage::new(&mut random);
    let camera = Camera::new(&mut random);
    let times = (0..count).map(|number| number as f32 / 5.0);
    match kind {
        Kind::Live | Kind::Turning => {
            let head = Head::new(&mut random);
            let head = if kind == Kind::Turning { head.turning(&mut random) } else { head };
            times.map(|time| camera.take(&stage.live(&head, &source[0], time), &mut random)).collect()
        }
        Kind::Print | Kind::CutOut | Kind::Screen | Kind::TurnedPrint => {
            let material = match kind {
                Kind::Print | Kind::TurnedPrint => Material::Paper,
                Kind::CutOut => Material::CutOut,
                Kind::Screen | Kind::Live | Kind::Replay | Kind::Turning => Material::Screen,
            };
            let sheet = Sheet::new(&mut random, material);
            let sheet = if kind == Kind::TurnedPrint { sheet.turning(&mut random) } else { sheet };
            times.map(|time| camera.take(&stage.held(&sheet, &source[0], time), &mut random)).collect()
        }
        Kind::Replay => {
            let sheet = Sheet::new(&mut random, Material::Screen);
            let recorded = Stage::new(&mut random);
            let head = Head::new(&mut random);
            let screen = |(number, time): (usize, f32)| match source {
                [portrait] => recorded.recorded(&head, portrait, time),
                recording => recording[number % recording.len()].clone(),
            };
            let shown: Vec<_> = times.clone().enumerate().map(screen).collect();
            let seen = shown.iter().zip(times).map(|(shown, time)| stage.held(&sheet, shown, time));
            seen.map(|seen| camera.take(&seen, &mut random)).collect()
        }
    }
}

/// Where it happens.
struct Stage {
    shop: Texture,
    /// Distances between the eyes from the camera to the face.
    distance: f32,
    /// The direction of the face.
    aim: [f32; 2],
    light: Wander,
    clothes: Colour,
}

impl Stage {
    fn new(random: &mut ChaCha8Rng) -> Self {
        Self {
            shop: shop(random),
            distance: random.random_range(8.5..14.0),
            aim: [random.random_range(-0.12..0.12), random.random_range(-0.08..0.05)],
            light: Wander::new(random, 0.015, 0.2..1.5),
            clothes: std::array::from_fn(|_| random.random_range(20.0..200.0)),
        }
    }

    fn live(&self, head: &Head, portrait: &Portrait, time: f32) -> Texture {
        let pose = head.pose(time);
        self.rendered(time, |ray| {
            let seen = head.seen_at(&pose, ray, self.distance);
            seen.map(|point| head.colour(portrait, point, time)).or_else(|| self.body(ray, pose.moved))
        })
    }

    fn held(&self, sheet: &Sheet, picture: &Portrait, time: f32) -> Texture {
        let pose = sheet.pose(time);
        self.rendered(time, |ray| sheet.colour(picture, &pose, ray, self.distance).or_else(|| self.body(ray, [0.0; 3])))
    }

    /// A live scene as a recording: all of it fills the screen.
    fn recorded(&self, head: &Head, portrait: &Portrait, time: f32) -> Portrait {
        let texture = self.live(head, portrait, time);
        let middle = [320.0 + FOCAL * self.aim[0], 240.0 + FOCAL * self.aim[1]];
        Portrait { texture, middle, eyes: FOCAL / self.distance }
    }

    /// Shoulders below the face.
    fn body(&self, [x, y]: [f32; 2], moved: [f32; 3]) -> Option<Colour> {
        let (u, v) = (x * self.distance - 0.7 * moved[0], y * self.distance - 0.7 * moved[1]);
        let shoulder = 2.1 + 0.12 * u * u;
        (v > shoulder && u.abs() < 3.2).then(|| self.clothes.map(|value| value * (1.0 - 0.04 * u)))
    }

    /// Asks for the colour in each direction, twice a pixel; where there is none, the shop is seen.
    fn rendered(&self, time: f32, colour: impl Fn([f32; 2]) -> Option<Colour>) -> Texture {
        let light = 1.0 + self.light.at(time);
        let mut pixels = Vec::with_capacity(640 * 480);
        for y in 0..480 {
            for x in 0..640 {
                let sample = |dx: f32, dy: f32| {
                    let (x, y) = (x as f32 + dx, y as f32 + dy);
                    let ray = [(x - 320.0) / FOCAL - self.aim[0], (y - 240.0) / FOCAL - self.aim[1]];
                    colour(ray).unwrap_or_else(|| self.shop.at(x, y))
                };
                pixels.push(mix(sample(-0.25, -0.2), sample(0.25, 0.2), 0.5).map(|value| value * light));
            }
        }
        Texture::new(640, 480, pixels)
    }
}
