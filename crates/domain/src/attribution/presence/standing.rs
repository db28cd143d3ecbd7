//! Whether somebody stood still at a moment: whoever takes something stands before it, and others pass by or drift on.

use super::{Look, square};
use crate::attribution::numbers::{ln, ln_normal, ln_sum};
use crate::attribution::rules::PresenceRules;

/// How much a face's measured place jumps from picture to picture, metres: the development traces' faces give 0.06 m
/// across and 0.03 m in depth.
const JITTER_M: f64 = 0.06;
/// Somebody standing sways by this much, metres a second.
const SWAY_M_S: f64 = 0.03;
/// Fewer faces than this around the moment tell no speed.
const LEAST_LOOKS: usize = 3;

/// The logarithm of how much likelier the faces around `at_ms` (of `looks`, oldest first) are if the person stood there
/// then, against whatever people do: 0 where they tell nothing.
pub fn ln_standing(looks: &[Look], at_ms: i64, rules: &PresenceRules) -> f64 {
    let around_ms = (rules.still_s * 1000.0) as i64;
    let from = looks.partition_point(|look| look.at_ms < at_ms - around_ms);
    let to = looks.partition_point(|look| look.at_ms <= at_ms + around_ms);
    let faces = || looks[from..to.max(from)].iter().filter(|look| look.is_face);
    let points = faces().map(|look| ((look.at_ms - at_ms) as f64 / 1000.0, look.place));
    ln_still(points, JITTER_M, rules)
}

/// As [`ln_standing`] from places in time (s), each with the same random error (m) along each axis.
pub fn ln_still(points: impl Iterator<Item = (f64, [f64; 2])> + Clone, jitter_m: f64, rules: &PresenceRules) -> f64 {
    let count = points.clone().count();
    if count < LEAST_LOOKS {
        return 0.0;
    }
    let middle_s = points.clone().map(|point| point.0).sum::<f64>() / count as f64;
    let spread: f64 = points.clone().map(|point| square(point.0 - middle_s)).sum();
    if spread < 1e-6 {
        return 0.0;
    }
    let speed = |axis: usize| points.clone().map(|point| (point.0 - middle_s) * point.1[axis]).sum::<f64>() / spread;
    let variance = square(jitter_m) / spread;
    let (along, aside) = (speed(0), speed(1));
    let fits = |own: f64| ln_normal(along, variance + square(own)) + ln_normal(aside, variance + square(own));
    let (still, moving) = (fits(SWAY_M_S), fits(rules.drift_m_s));
    let any = ln_sum([ln(rules.standing) + still, ln(1.0 - rules.standing) + moving].into_iter());
    // Somebody may take a thing in passing.
    ln_sum([ln(1.0 - rules.in_passing) + still - any, ln(rules.in_passing)].into_iter())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attribution::rules::Rules;

    fn still(speed_m_s: f64, faces: usize) -> f64 {
        let points = (0..faces).map(|face| face as f64 * 0.2 - 0.6).map(|second| (second, [speed_m_s * second, 0.0]));
        ln_still(points, JITTER_M, &Rules::default().presence)
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
        assert_eq!(ln_still(at_once, JITTER_M, &Rules::default().presence), 0.0);
    }
}
