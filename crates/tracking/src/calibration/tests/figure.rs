//! A drawn person who walks through a store with cameras: joints in space, and what a detector makes of them.

use domain::body::{Body, Joint, KeyPoint};
use nalgebra::{Matrix3, Rotation3, Vector3};

use crate::camera::{Camera, Lens, Pixel, Point};

/// A camera and how its pictures come.
#[derive(Debug, Clone)]
pub struct Filmed {
    pub name: String,
    pub camera: Camera,
    /// Milliseconds between frames, and how far its clock is ahead.
    pub every_ms: i64,
    pub ahead_ms: i64,
}

/// How good the detector is.
#[derive(Debug, Clone, Copy)]
pub struct Detector {
    pub noise_px: f64,
    /// Shares of joints that are not found, and that are found in a wrong place.
    pub missed: f64,
    pub wrong: f64,
}

pub const GOOD: Detector = Detector { noise_px: 1.5, missed: 0.1, wrong: 0.03 };
pub const POOR: Detector = Detector { noise_px: 3.0, missed: 0.2, wrong: 0.06 };

/// Numbers that look random and are always the same.
#[derive(Debug, Clone)]
pub struct Dice(pub u64);

impl Dice {
    pub fn share(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    pub fn normal(&mut self) -> f64 {
        (-2.0 * (1.0 - self.share()).ln()).sqrt() * (std::f64::consts::TAU * self.share()).cos()
    }
}

/// A lens that sees so many degrees across pictures of 640x360.
pub fn lens(view_deg: f64, k1: f64) -> Lens {
    let focal_px = 320.0 / (view_deg.to_radians() / 2.0).tan();
    Lens { focal_px, k1, centre: Pixel::new(320.0, 180.0), size: [640.0, 360.0] }
}

pub fn looking(from: [f64; 3], to: [f64; 3], lens: Lens) -> Camera {
    let centre = Point::from(from);
    let z = (Point::from(to) - centre).normalize();
    let x = z.cross(&Vector3::z()).normalize();
    Camera { rotation: Matrix3::from_rows(&[x.transpose(), z.cross(&x).transpose(), z.transpose()]), centre, lens }
}

/// A camera turned about the direction in which it looks.
pub fn rolled(mut camera: Camera, roll_deg: f64) -> Camera {
    camera.rotation = Rotation3::from_axis_angle(&Vector3::z_axis(), roll_deg.to_radians()).matrix() * camera.rotation;
    camera
}

/// Four cameras in the corners of a room of 6 by 4 m, with clocks and rates of their own.
pub fn corners(lens: Lens) -> Vec<Filmed> {
    let places = [[0.1, 0.1, 2.6], [5.9, 0.2, 2.5], [5.8, 3.9, 2.7], [0.2, 3.8, 2.4]];
    let rates = [100, 143, 67, 200];
    let film = |(index, (from, every_ms)): (usize, ([f64; 3], i64))| Filmed {
        name: (index + 1).to_string(),
        camera: looking(from, [3.0, 2.0, 0.8], lens),
        every_ms,
        ahead_ms: 0,
    };
    places.into_iter().zip(rates).enumerate().map(film).collect()
}

/// Where somebody is on the floor at a time, s.
pub type Path = fn(f64) -> [f64; 2];

/// All over the room of [`corners`].
pub fn everywhere(at_s: f64) -> [f64; 2] {
    [3.0 + 1.9 * (0.37 * at_s).sin(), 2.0 + 1.1 * (0.61 * at_s + 0.4).sin()]
}

/// The joints of somebody who walks a path, `height_m` tall.
pub fn joints(path: Path, at_s: f64, height_m: f64) -> [Point; Joint::COUNT] {
    let (now, next) = (path(at_s), path(at_s + 0.1));
    let at = Vector3::new(now[0], now[1], 0.0);
    let way = Vector3::new(next[0] - now[0], next[1] - now[1], 0.0);
    let speed = way.norm() * 10.0;
    let ahead = if speed > 0.02 { way.normalize() } else { Vector3::x() };
    let left = Vector3::new(-ahead.y, ahead.x, 0.0);
    let stride = (speed * 0.35).min(0.35);
    let phase = std::f64::consts::TAU * 0.9 * at_s;
    let joint = |up: f64, side: f64, forward: f64| {
        at + (Vector3::z() * up + left * side) * height_m + ahead * (forward + 0.03 * up)
    };
    std::array::from_fn(|index| {
        let joint_of = Joint::ALL[index];
        let right = matches!(
            joint_of,
            Joint::RightEye
                | Joint::RightEar
                | Joint::RightShoulder
                | Joint::RightElbow
                | Joint::RightWrist
                | Joint::RightHip
                | Joint::RightKnee
                | Joint::RightAnkle
        );
        let (side, swing) = if right { (-1.0, -phase.sin()) } else { (1.0, phase.sin()) };
        let lift = if right { (-phase.cos()).max(0.0) } else { phase.cos().max(0.0) } * (stride / 0.35);
        match joint_of {
            Joint::Nose => joint(0.92, 0.0, 0.1),
            Joint::LeftEye | Joint::RightEye => joint(0.94, side * 0.02, 0.08),
            Joint::LeftEar | Joint::RightEar => joint(0.935, side * 0.04, 0.0),
            Joint::LeftShoulder | Joint::RightShoulder => joint(0.818, side * 0.11, 0.0),
            Joint::LeftElbow | Joint::RightElbow => joint(0.63, side * 0.13, -swing * stride * 0.3),
            Joint::LeftWrist | Joint::RightWrist => joint(0.49, side * 0.13, -swing * stride * 0.8 + 0.05),
            Joint::LeftHip | Joint::RightHip => joint(0.53, side * 0.055, 0.0),
            Joint::LeftKnee | Joint::RightKnee => joint(0.285, side * 0.055, swing * stride * 0.5 + lift * 0.1),
            Joint::LeftAnkle | Joint::RightAnkle => joint(0.05 + lift * 0.06, side * 0.055, swing * stride),
        }
    })
}

/// What the detector finds of a body in a camera's picture; nothing where less than six joints are in it.
pub fn detect(camera: &Camera, joints: &[Point; Joint::COUNT], detector: Detector, dice: &mut Dice) -> Option<Body> {
    let mut bounds = [f32::MAX, f32::MAX, f32::MIN, f32::MIN];
    let mut inside = 0;
    let points = joints.map(|joint| {
        let Some(pixel) = camera.project(&joint) else { return KeyPoint { x: 0.0, y: 0.0, score: 0.0 } };
        let mut found = pixel + Pixel::new(dice.normal(), dice.normal()) * detector.noise_px;
        let (luck, shown) = (dice.share(), camera.lens.shows(pixel, 0.0));
        if luck < detector.wrong {
            found += Pixel::new(dice.normal(), dice.normal()) * 50.0;
        }
        inside += usize::from(shown);
        let (x, y) = (found.x as f32, found.y as f32);
        if shown {
            bounds = [bounds[0].min(x), bounds[1].min(y), bounds[2].max(x), bounds[3].max(y)];
        }
        KeyPoint { x, y, score: if shown && luck < 1.0 - detector.missed { 0.7 } else { 0.1 } }
    });
    (inside >= 6).then_some(Body { score: 0.6, bounds, points })
}

/// Frames of all cameras, in the order of the cameras: name, time by its clock, bodies.
pub fn film(cameras: &[Filmed], paths: &[Path], seconds: f64, detector: Detector) -> Vec<(String, i64, Vec<Body>)> {
    let mut frames = Vec::new();
    for (index, filmed) in cameras.iter().enumerate() {
        let mut dice = Dice(1000 + index as u64);
        let mut true_ms = 13 * index as i64;
        while (true_ms as f64) < seconds * 1000.0 {
            let at_s = true_ms as f64 / 1000.0;
            let body = |path: &Path| detect(&filmed.camera, &joints(*path, at_s, 1.75), detector, &mut dice.clone());
            let bodies: Vec<Body> = paths.iter().filter_map(body).collect();
            // Another throw for the next frame; one frame in twenty shows nobody.
            if dice.share() > 0.05 {
                frames.push((filmed.name.clone(), true_ms + filmed.ahead_ms, bodies));
            }
            true_ms += filmed.every_ms;
        }
    }
    frames
}
