//! Whether somebody stood still at a moment: whoever takes something stands before it, and others pass by or drift on.

use super::{Look, normal, square};
use crate::numbers::{ln, ln_sum};
use crate::rules::PresenceRules;

/// How much a face's measured place jumps from picture to picture, metres: the development traces' faces give 0.06 m
/// across and 0.03 m in depth.
const JITTER_M: f64 = 0.06;
/// Somebody standing sways by this much, metres a second.
const SWAY_M_S: f64 = 0.03;
/// Fewer faces than this around the moment tell no speed.
const LEAST_LOOKS: usize = 3;

/// What the rules say of standing, as logarithms.
#[derive(Clone, Copy, Debug)]
pub struct Stillness {
    around_ms: i64,
    drift_m_s: f64,
    ln_standing: f64,
    ln_moving: f64,
    ln_stops: f64,
    ln_in_passing: f64,
}

impl Stillness {
    /// What these rules say.
    pub fn of(rules: &PresenceRules) -> Self {
        Self {
            around_ms: (rules.still_s * 1000.0) as i64,
            drift_m_s: rules.drift_m_s,
            ln_standing: ln(rules.standing),
            ln_moving: ln(1.0 - rules.standing),
            ln_stops: ln(1.0 - rules.in_passing),
            ln_in_passing: ln(rules.in_passing),
        }
    }

    /// The most that standing ever speaks for somebody.
    pub fn most(&self) -> f64 {
        ln_sum([self.ln_stops - self.ln_standing, self.ln_in_passing].into_iter()).max(0.0)
    }

    /// The logarithm of how much likelier the faces around `at_ms` (of `looks`, oldest first, of which so many are `until`
    /// then) are if the person stood there then, against whatever people do: 0 where they tell nothing.
    pub fn ln_standing(&self, looks: &[Look], until: usize, at_ms: i64) -> f64 {
        let (before, after) = looks.split_at(until);
        let early = before.iter().rev().take_while(|look| look.at_ms >= at_ms - self.around_ms).count();
        let late = after.iter().take_while(|look| look.at_ms <= at_ms + self.around_ms).count();
        let faces = looks[until - early..until + late].iter().filter(|look| look.is_face);
        let points = faces.map(|look| ((look.at_ms - at_ms) as f64 / 1000.0, look.place));
        self.ln_still(points, JITTER_M)
    }

    /// As [`Stillness::ln_standing`] from places in time (s), each with the same random error (m) along each axis.
    pub fn ln_still(&self, points: impl Iterator<Item = (f64, [f64; 2])> + Clone, jitter_m: f64) -> f64 {
        let count = points.clone().count();
        if count < LEAST_LOOKS {
            return 0.0;
        }
        let middle_s = points.clone().map(|point| point.0).sum::<f64>() / count as f64;
        let spread: f64 = points.clone().map(|point| square(point.0 - middle_s)).sum();
        if spread < 1e-6 {
            return 0.0;
        }
        let speed =
            |axis: usize| points.clone().map(|point| (point.0 - middle_s) * point.1[axis]).sum::<f64>() / spread;
        let variance = square(jitter_m) / spread;
        let speed = [speed(0), speed(1)];
        let fits = |own: f64| normal(speed, [0.0, 0.0], variance + square(own));
        let (still, moving) = (fits(SWAY_M_S), fits(self.drift_m_s));
        let any = ln_sum([self.ln_standing + still, self.ln_moving + moving].into_iter());
        // Somebody may take a thing in passing.
        ln_sum([self.ln_stops + still - any, self.ln_in_passing].into_iter())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Rules;

    fn still(speed_m_s: f64, faces: usize) -> f64 {
        let points = (0..faces).map(|face| face as f64 * 0.2 - 0.6).map(|second| (second, [speed_m_s * second, 0.0]));
        Stillness::of(&Rules::default().presence).ln_still(points, JITTER_M)
    }

    #[test]
    fn the_slower_the_likelier_to_stand() {
        let speeds = [0.0, 0.2, 0.5, 1.2];
        assert!(speeds.windows(2).all(|pair| still(pair[0], 7) > still(pair[1], 7)));
        assert!(still(0.0, 7) > 0.0 && still(1.2, 7) < -1.0);
        // Even then something may have been taken in passing.
        assert!(still(5.0, 7) > -2.5);
    }

    #[test]
    fn too_few_faces_say_nothing() {
        assert_eq!([still(1.2, 0), still(1.2, 2)], [0.0, 0.0]);
        let at_once = std::iter::repeat_n((0.0, [1.0, 1.0]), 5);
        assert_eq!(Stillness::of(&Rules::default().presence).ln_still(at_once, JITTER_M), 0.0);
    }
}
