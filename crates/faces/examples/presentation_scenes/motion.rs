//! How heads and hands move: slow random curves.

use std::f32::consts::TAU;

use rand::Rng;
use rand_chacha::ChaCha8Rng;

/// A random smooth curve over time.
pub struct Wander {
    waves: [(f32, f32, f32); 3],
}

impl Wander {
    /// `size` is the standard deviation, in the unit of what moves; `hertz` the range of frequencies.
    pub fn new(random: &mut ChaCha8Rng, size: f32, hertz: std::ops::Range<f32>) -> Self {
        let each = size * (2.0_f32 / 3.0).sqrt();
        Self {
            waves: std::array::from_fn(|_| (each, random.random_range(hertz.clone()), random.random_range(0.0..TAU))),
        }
    }

    pub fn at(&self, seconds: f32) -> f32 {
        self.waves.iter().map(|(size, hertz, phase)| size * (TAU * hertz * seconds + phase).sin()).sum()
    }
}

/// A turn that begins after a second, and comes back three and a half seconds after the beginning.
pub struct Ramp {
    radians: f32,
    seconds: f32,
}

/// When the turn begins, and when the way back does, in seconds.
const THERE: f32 = 1.0;
const BACK: f32 = 3.5;

impl Ramp {
    pub fn new(random: &mut ChaCha8Rng, radians: std::ops::Range<f32>) -> Self {
        Self { radians: random.random_range(radians), seconds: random.random_range(0.6..1.4) }
    }

    pub fn at(&self, seconds: f32) -> f32 {
        let eased = |since: f32| {
            let part = ((seconds - since) / self.seconds).clamp(0.0, 1.0);
            part * part * (3.0 - 2.0 * part)
        };
        self.radians * (eased(THERE) - eased(BACK))
    }
}

/// Turned by yaw, pitch and roll in radians, then moved; in distances between the eyes.
#[derive(Clone, Copy)]
pub struct Pose {
    rows: [[f32; 3]; 3],
    pub moved: [f32; 3],
}

impl Pose {
    pub fn new(yaw: f32, pitch: f32, roll: f32, moved: [f32; 3]) -> Self {
        let (sy, cy) = yaw.sin_cos();
        let (sp, cp) = pitch.sin_cos();
        let (sr, cr) = roll.sin_cos();
        let rows = [
            [cr * cy - sr * sp * sy, -sr * cp, cr * sy + sr * sp * cy],
            [sr * cy + cr * sp * sy, cr * cp, sr * sy - cr * sp * cy],
            [-cp * sy, sp, cp * cy],
        ];
        Self { rows, moved }
    }

    /// A point of the body, seen from the camera: x to the right, y down, z towards the camera.
    pub fn apply(&self, point: [f32; 3]) -> [f32; 3] {
        std::array::from_fn(|row| {
            self.rows[row].iter().zip(point).map(|(part, value)| part * value).sum::<f32>() + self.moved[row]
        })
    }

    /// The x and y in the body's own plane at a known height `z` over it, of the point that the camera sees at `ray` (a
    /// direction with depth 1) from a distance; `None` where the plane is seen from its edge.
    pub fn seen_at(&self, ray: [f32; 2], distance: f32, z: f32) -> Option<[f32; 2]> {
        // apply([x, y, z]) = [ray_x * (distance - Z), ray_y * (distance - Z), Z]: two linear equations in x and y.
        let lifted = self.apply([0.0, 0.0, z]);
        let row = |axis: usize| {
            let part = |column: usize| self.rows[axis][column] + ray[axis] * self.rows[2][column];
            (part(0), part(1), ray[axis] * (distance - lifted[2]) - lifted[axis])
        };
        let ((a, b, e), (c, d, f)) = (row(0), row(1));
        let determinant = a * d - b * c;
        (determinant.abs() > 1e-3).then(|| [(e * d - b * f) / determinant, (a * f - e * c) / determinant])
    }
}
