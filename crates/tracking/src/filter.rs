//! Where somebody stands and how fast they walk: two Kalman filters on the floor plane that share their work.
//!
//! People mostly stand or walk on as they are, and now and then start, stop or turn within a second. One noise for both
//! would either lose whoever turns, or find it nothing strange that two who meet exchange their ways. So one filter
//! expects a steady walk, the other a manoeuvre, and each is as likely as what was seen makes it (an interacting multiple
//! model; Blom and Bar-Shalom, "The interacting multiple model algorithm for systems with Markovian switching
//! coefficients", 1988).

use nalgebra::{Matrix2, Matrix2x4, Matrix4, Vector2, Vector4};

use crate::room::Place;
use crate::rules::Rules;

/// A place and a velocity, with how unsure they are.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Filter {
    /// A steady walk, then a manoeuvre.
    modes: [Mode; 2],
}

#[derive(Debug, Clone, PartialEq)]
struct Mode {
    /// x, y (m) and their velocities (m/s).
    state: Vector4<f64>,
    covariance: Matrix4<f64>,
    /// How likely people move in this way now.
    weight: f64,
}

/// A mode is never ruled out altogether.
const LEAST: f64 = 1e-3;

impl Filter {
    /// Somebody who may stand about here.
    pub(crate) fn new(place: Place, sd_m: f64) -> Self {
        let variance = sd_m * sd_m;
        let mode = |weight| Mode {
            state: Vector4::new(place.x, place.y, 0.0, 0.0),
            covariance: Matrix4::from_diagonal(&Vector4::new(variance, variance, 0.6, 0.6)),
            weight,
        };
        Self { modes: [mode(0.5), mode(0.5)] }
    }

    fn mean(&self) -> Vector4<f64> {
        self.modes.iter().map(|mode| mode.state * mode.weight).sum()
    }

    pub(crate) fn place(&self) -> Place {
        self.mean().xy()
    }

    pub(crate) fn velocity(&self) -> Vector2<f64> {
        let mean = self.mean();
        Vector2::new(mean.z, mean.w)
    }

    /// Covariance of the place, m².
    pub(crate) fn unsure(&self) -> Matrix2<f64> {
        let (_, covariance) = mixture(&self.modes, &[self.modes[0].weight, self.modes[1].weight]);
        covariance.fixed_view::<2, 2>(0, 0).into()
    }

    /// Standard deviation of the place along an axis, metres; the mean of both.
    pub(crate) fn sd_m(&self) -> f64 {
        (self.unsure().trace() / 2.0).max(0.0).sqrt()
    }

    /// Goes on by `seconds`.
    pub(crate) fn predict(&mut self, seconds: f64, rules: &Rules) {
        let stays = |each_second: f64| (-each_second * seconds).exp();
        let (steady, turning) = (stays(rules.manoeuvres_a_second), stays(rules.steadied_a_second));
        let change = [[steady, 1.0 - steady], [1.0 - turning, turning]];
        let next: [Mode; 2] = std::array::from_fn(|to| {
            let shares: [f64; 2] = std::array::from_fn(|from| change[from][to] * self.modes[from].weight);
            let weight = (shares[0] + shares[1]).max(LEAST);
            let (state, covariance) = mixture(&self.modes, &shares.map(|share| share / weight));
            Mode { state, covariance, weight }
        });
        self.modes = next;
        for (mode, acceleration) in self.modes.iter_mut().zip(rules.acceleration) {
            mode.predict(seconds, acceleration);
        }
    }

    /// Takes a measured place in; `covariance` in m². Gives the natural logarithm of how well it fits what was expected,
    /// as a density per square metre.
    pub(crate) fn update(&mut self, measured: Place, covariance: &Matrix2<f64>) -> f64 {
        let logs: [f64; 2] =
            std::array::from_fn(|at| self.modes[at].weight.ln() + self.modes[at].update(measured, covariance));
        let most = logs[0].max(logs[1]);
        let sum: f64 = logs.iter().map(|ln| (ln - most).exp()).sum();
        for (mode, ln) in self.modes.iter_mut().zip(logs) {
            mode.weight = ((ln - most).exp() / sum).clamp(LEAST, 1.0 - LEAST);
        }
        let all = self.modes[0].weight + self.modes[1].weight;
        self.modes.iter_mut().for_each(|mode| mode.weight /= all);
        most + sum.ln()
    }
}

/// Mean and covariance of a mixture whose weights add up to one.
fn mixture(modes: &[Mode; 2], weights: &[f64; 2]) -> (Vector4<f64>, Matrix4<f64>) {
    let mean: Vector4<f64> = modes.iter().zip(weights).map(|(mode, weight)| mode.state * *weight).sum();
    let covariance = modes
        .iter()
        .zip(weights)
        .map(|(mode, weight)| {
            let off = mode.state - mean;
            (mode.covariance + off * off.transpose()) * *weight
        })
        .sum();
    (mean, covariance)
}

impl Mode {
    fn predict(&mut self, seconds: f64, acceleration: f64) {
        #[rustfmt::skip]
        let step = Matrix4::new(
            1.0, 0.0, seconds, 0.0,
            0.0, 1.0, 0.0, seconds,
            0.0, 0.0, 1.0, 0.0,
            0.0, 0.0, 0.0, 1.0,
        );
        // White acceleration of this size in steps of a tenth of a second.
        let power = acceleration * acceleration * 0.1;
        let (place, both, velocity) = (seconds.powi(3) / 3.0, seconds * seconds / 2.0, seconds);
        #[rustfmt::skip]
        let noise = Matrix4::new(
            place, 0.0, both, 0.0,
            0.0, place, 0.0, both,
            both, 0.0, velocity, 0.0,
            0.0, both, 0.0, velocity,
        ) * power;
        self.state = step * self.state;
        self.covariance = step * self.covariance * step.transpose() + noise;
    }

    fn update(&mut self, measured: Place, covariance: &Matrix2<f64>) -> f64 {
        let innovation = measured - self.state.xy();
        let unsure: Matrix2<f64> = self.covariance.fixed_view::<2, 2>(0, 0).into();
        let total = unsure + covariance;
        let Some(inverse) = total.try_inverse() else { return 0.0 };
        let distance = (innovation.transpose() * inverse * innovation).x;
        let see = Matrix2x4::new(1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0);
        let gain = self.covariance * see.transpose() * inverse;
        self.state += gain * innovation;
        self.covariance = (Matrix4::identity() - gain * see) * self.covariance;
        -0.5 * distance - 0.5 * total.determinant().max(1e-12).ln() - std::f64::consts::TAU.ln()
    }
}
