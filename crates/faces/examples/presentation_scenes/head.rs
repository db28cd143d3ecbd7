//! A live head: a portrait laid over a surface with depth, with lids and a mouth that move.

use rand::Rng;
use rand_chacha::ChaCha8Rng;

use crate::motion::{Pose, Ramp, Wander};
use crate::texture::{Colour, Portrait};

/// A point of the neck, about which heads turn, in distances between the eyes from between them: down and back.
const NECK: [f32; 2] = [1.2, -1.4];

/// How one person moves.
pub struct Head {
    yaw: Wander,
    pitch: Wander,
    roll: Wander,
    sway: [Wander; 2],
    mouth: Wander,
    /// Seconds at which the lids begin to close, and how long they stay so.
    blinks: Vec<(f32, f32)>,
    /// Distances between the eyes that the person comes nearer in a second.
    approach: f32,
    asked: Option<Ramp>,
}

impl Head {
    /// A quarter of the people stand nearly still; one in three does not speak or smile.
    pub fn new(random: &mut ChaCha8Rng) -> Self {
        let calm = random.random_bool(0.25);
        let turning = if calm { random.random_range(0.01..0.025) } else { random.random_range(0.03..0.12) };
        let sway = if calm { 0.04 } else { random.random_range(0.05..0.25) };
        let speaking = if random.random_bool(0.33) { 0.0 } else { random.random_range(0.02..0.12) };
        let mut blinks = Vec::new();
        let mut at = random.random_range(0.0..4.0);
        while at < 10.0 {
            blinks.push((at, random.random_range(0.15..0.35)));
            at += random.random_range(1.5..6.0);
        }
        Self {
            yaw: Wander::new(random, turning, 0.1..0.6),
            pitch: Wander::new(random, 0.6 * turning, 0.1..0.6),
            roll: Wander::new(random, 0.4 * turning, 0.1..0.5),
            sway: std::array::from_fn(|_| Wander::new(random, sway, 0.1..0.5)),
            mouth: Wander::new(random, speaking, 0.3..2.0),
            blinks,
            approach: if random.random_bool(0.4) { random.random_range(0.2..1.0) } else { 0.0 },
            asked: None,
        }
    }

    /// The same person, who turns when asked to.
    pub fn turning(self, random: &mut ChaCha8Rng) -> Self {
        Self { asked: Some(Ramp::new(random, 0.4..0.65)), ..self }
    }

    pub fn pose(&self, seconds: f32) -> Pose {
        let [yaw, pitch, roll] = [&self.yaw, &self.pitch, &self.roll].map(|wander| wander.at(seconds));
        let yaw = yaw + self.asked.as_ref().map_or(0.0, |ramp| ramp.at(seconds));
        // Turning happens about the neck: it stays where it is while the face goes round it.
        let neck = [0.0, NECK[0], NECK[1]];
        let turned = Pose::new(yaw, pitch, roll, [0.0; 3]).apply(neck);
        let sway = [self.sway[0].at(seconds), self.sway[1].at(seconds), self.approach * seconds];
        Pose::new(yaw, pitch, roll, std::array::from_fn(|axis| neck[axis] - turned[axis] + sway[axis]))
    }

    /// The point of the head that the camera sees; `None` beside the head.
    pub fn seen_at(&self, pose: &Pose, ray: [f32; 2], distance: f32) -> Option<[f32; 2]> {
        let mut point = pose.seen_at(ray, distance, 0.0)?;
        if point[0].abs() > 2.2 || !(-2.5..3.5).contains(&point[1]) {
            return None;
        }
        for _ in 0..4 {
            point = pose.seen_at(ray, distance, depth(point))?;
        }
        inside(point).then_some(point)
    }

    /// The head's colour at a point of it.
    pub fn colour(&self, portrait: &Portrait, [u, v]: [f32; 2], seconds: f32) -> Colour {
        let closed = self.blinks.iter().any(|(at, long)| (*at..at + long).contains(&seconds));
        let eye = ((u.abs() - 0.5) / 0.3).powi(2) + (v / 0.16).powi(2);
        if closed && eye < 1.0 {
            // The lid is drawn from the skin between the eye and the brow.
            return portrait.at([u, -0.18 - 0.1 * (0.16 - v.abs())]);
        }
        let open = self.mouth.at(seconds);
        let mouth = (-(u / 0.55).powi(2) - ((v - 1.2) / 0.35).powi(2)).exp();
        portrait.at([u * (1.0 + 0.5 * open * mouth), v - open * mouth])
    }
}

/// Whether a point belongs to the head with its hair and neck.
pub fn inside([u, v]: [f32; 2]) -> bool {
    (u / 1.3).powi(2) + ((v - 0.35) / 1.75).powi(2) < 1.0 || (u.abs() < 0.75 && (1.0..2.4).contains(&v))
}

/// How far the head's surface stands before its rim: an ellipsoid with a nose and sockets for the eyes, in distances between
/// the eyes.
fn depth([u, v]: [f32; 2]) -> f32 {
    let rim = 1.0 - (u / 1.45).powi(2) - ((v - 0.4) / 2.1).powi(2);
    let bump = |x: f32, y: f32, wide: f32, high: f32| (-((u - x) / wide).powi(2) - ((v - y) / high).powi(2)).exp();
    let along_nose = if (0.0..0.62).contains(&v) { 0.3 * (v / 0.62) } else { 0.0 };
    let ridge = along_nose * (-(u / 0.2).powi(2)).exp();
    let tip = 0.22 * bump(0.0, 0.66, 0.2, 0.14);
    let sockets = 0.1 * (bump(-0.5, 0.0, 0.25, 0.15) + bump(0.5, 0.0, 0.25, 0.15));
    1.2 * rim.max(0.0).sqrt() - 1.2 + ridge + tip - sockets
}
