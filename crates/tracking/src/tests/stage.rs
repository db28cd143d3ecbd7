//! A drawn store: walkers of sticks, seen by four cameras with the errors that were measured in a real one.

use domain::body::{Body, Joint, KeyPoint};
use nalgebra::{Matrix3, Vector3};

use crate::camera::{Camera, Lens, Pixel, Point};
use crate::room::{Gate, Place, Room, Way};
use crate::rules::Rules;
use crate::tracker::{Step, Tracker, View};

/// A person of sticks: where they stand and where they look, radians.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sticks {
    pub(crate) place: Place,
    pub(crate) facing: f64,
}

/// A room of 6 by 4 metres with a camera in each corner, an entry on its left and an exit on its right.
pub(crate) fn room() -> Room {
    let lens = Lens { focal_px: 360.0, k1: 0.0, centre: Pixel::new(320.0, 180.0), size: [640.0, 360.0] };
    let corners = [(0.0, 0.0), (6.0, 0.0), (6.0, 4.0), (0.0, 4.0)];
    let camera = |(x, y): (f64, f64)| {
        let centre = Point::new(x, y, 2.5);
        let forward = (Point::new(3.0, 2.0, 0.8) - centre).normalize();
        let right = forward.cross(&Vector3::z()).normalize();
        let down = forward.cross(&right);
        let rotation = Matrix3::from_rows(&[right.transpose(), down.transpose(), forward.transpose()]);
        Camera { rotation, centre, lens }
    };
    let gate = |x: f64, y: f64, way: Way| Gate { centre: Place::new(x, y), radius_m: 0.5, way };
    Room { cameras: corners.map(camera).to_vec(), gates: vec![gate(1.2, 2.0, Way::In), gate(4.8, 2.0, Way::Out)] }
}

/// Numbers that look random and are the same each time (xorshift).
#[derive(Debug, Clone)]
pub(crate) struct Noise(u64);

impl Noise {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// Evenly between 0 and 1.
    pub(crate) fn even(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// About normal, of standard deviation one.
    fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.even()).sum::<f64>() - 6.0
    }
}

fn joint_of(sticks: &Sticks, joint: Joint) -> Point {
    let (ahead, aside, up) = match joint {
        Joint::Nose => (0.1, 0.0, 1.62),
        Joint::LeftEye => (0.09, 0.03, 1.66),
        Joint::RightEye => (0.09, -0.03, 1.66),
        Joint::LeftEar => (0.02, 0.07, 1.64),
        Joint::RightEar => (0.02, -0.07, 1.64),
        Joint::LeftShoulder => (0.0, 0.19, 1.45),
        Joint::RightShoulder => (0.0, -0.19, 1.45),
        Joint::LeftElbow => (0.02, 0.23, 1.17),
        Joint::RightElbow => (0.12, -0.23, 1.22),
        Joint::LeftWrist => (0.05, 0.22, 0.92),
        Joint::RightWrist => (0.37, -0.2, 1.28),
        Joint::LeftHip => (0.0, 0.13, 0.93),
        Joint::RightHip => (0.0, -0.13, 0.93),
        Joint::LeftKnee => (0.03, 0.12, 0.5),
        Joint::RightKnee => (0.03, -0.12, 0.5),
        Joint::LeftAnkle => (0.0, 0.11, 0.08),
        Joint::RightAnkle => (0.0, -0.11, 0.08),
    };
    let (sin, cos) = sticks.facing.sin_cos();
    Point::new(sticks.place.x + ahead * cos - aside * sin, sticks.place.y + ahead * sin + aside * cos, up)
}

/// How a camera's program would find somebody: key points some pixels off.
pub(crate) fn body(sticks: &Sticks, camera: &Camera, noise: &mut Noise) -> Option<Body> {
    let mut points = [KeyPoint { x: 0.0, y: 0.0, score: 0.0 }; Joint::COUNT];
    for joint in Joint::ALL {
        let pixel = camera.project(&joint_of(sticks, joint))?;
        let (x, y) = (pixel.x + 2.5 * noise.normal(), pixel.y + 2.5 * noise.normal());
        let score = if camera.lens.shows(Pixel::new(x, y), 0.0) { 0.7 } else { 0.05 };
        points[joint.index()] = KeyPoint { x: x as f32, y: y as f32, score };
    }
    let shown = points.iter().filter(|point| point.score > 0.5).count();
    (shown >= 6).then_some(Body { score: 0.5, bounds: [0.0, 0.0, 640.0, 360.0], points })
}

/// Whom a camera finds: most of those whom nobody hides.
pub(crate) fn seen(people: &[Sticks], camera: &Camera, noise: &mut Noise) -> Vec<Body> {
    let depth = |sticks: &Sticks| camera.depth(&Point::new(sticks.place.x, sticks.place.y, 1.2));
    let chest = |sticks: &Sticks| camera.project(&Point::new(sticks.place.x, sticks.place.y, 1.2));
    let mut bodies = Vec::new();
    for one in people {
        let hidden = people.iter().any(|other| {
            let apart = chest(one).zip(chest(other)).map_or(f64::INFINITY, |(one, other)| (one.x - other.x).abs());
            depth(other) < depth(one) - 0.01 && apart < 0.25 * camera.lens.focal_px / depth(one)
        });
        let found = noise.even() < if hidden { 0.2 } else { 0.92 };
        bodies.extend(body(one, camera, noise).filter(|_| found));
    }
    bodies
}

/// A store with a tracker. Visits open by themselves, numbered from 1, as people are born.
pub(crate) struct Stage {
    pub(crate) tracker: Tracker<u32>,
    pub(crate) at_ms: i64,
    pub(crate) noise: Noise,
    pub(crate) visits: u32,
    pub(crate) left: Vec<(u32, f64)>,
}

/// Milliseconds from one step to the next.
pub(crate) const STEP_MS: i64 = 100;

impl Stage {
    pub(crate) fn new(seed: u64) -> Self {
        let tracker = Tracker::new(room(), Rules::default());
        Self { tracker, at_ms: 0, noise: Noise::new(seed), visits: 0, left: Vec::new() }
    }

    /// One step with these people in the room.
    pub(crate) fn step(&mut self, people: &[Sticks]) -> Step<u32> {
        let cameras = self.tracker.room().cameras.clone();
        let bodies: Vec<Vec<Body>> = cameras.iter().map(|camera| seen(people, camera, &mut self.noise)).collect();
        self.step_with(&bodies)
    }

    /// One step with these bodies in the cameras.
    pub(crate) fn step_with(&mut self, bodies: &[Vec<Body>]) -> Step<u32> {
        self.at_ms += STEP_MS;
        let at_ms = self.at_ms;
        let views: Vec<View> =
            bodies.iter().enumerate().map(|(camera, bodies)| View { camera, at_ms, bodies }).collect();
        let mut step = self.tracker.step(at_ms, &views);
        for _ in &step.born {
            self.visits += 1;
            self.tracker.open(self.visits, at_ms);
        }
        step.people = self.tracker.people();
        self.left.extend(step.left.iter().filter_map(|(_, shares)| shares.likeliest()));
        step
    }

    /// Lets people walk along these lines at a steady pace for so many seconds. Gives the last step.
    pub(crate) fn walk(&mut self, seconds: f64, lines: &[([f64; 2], [f64; 2])]) -> Step<u32> {
        let steps = (seconds * 10.0).round().max(1.0) as usize;
        let mut last = None;
        for step in 1..=steps {
            let part = step as f64 / steps as f64;
            let people: Vec<Sticks> = lines
                .iter()
                .map(|(from, to)| {
                    let (from, to) = (Place::from(*from), Place::from(*to));
                    let way = to - from;
                    let facing = if way.norm() > 0.01 { way.y.atan2(way.x) } else { 0.0 };
                    Sticks { place: from + way * part, facing }
                })
                .collect();
            last = Some(self.step(&people));
        }
        last.expect("there is at least one step")
    }
}

/// How likely the person at a place is a visit; the nearest within 0.4 m.
pub(crate) fn who(step: &Step<u32>, place: [f64; 2], visit: u32) -> Option<f64> {
    let far = |walker: &crate::tracker::Walker<u32>| (walker.place - Place::from(place)).norm();
    let nearest = step.people.iter().min_by(|one, two| far(one).total_cmp(&far(two)))?;
    (far(nearest) < 0.4).then(|| nearest.shares.of(visit))
}
