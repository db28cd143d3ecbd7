//! Derives thresholds from stated error rates: what a similarity of two strangers is worth.

use serde::{Deserialize, Serialize};

/// The rates at which a calibration knows its thresholds: one pair of strangers in so many reaches the threshold.
pub const FALSE_MATCH_RATES: [f64; 6] = [1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6];

/// Fewest pairs above a measured threshold. What rests on fewer is extrapolated instead: ten are known to about a third.
const FEWEST_PAIRS: f64 = 10.0;

/// How alike strangers are to one model, measured on pictures of many people.
///
/// Between the measured rates, thresholds are interpolated over the logarithm of the rate. Rarer ones continue the line of
/// the last two, which is cautious: the measured tail falls faster and faster, as bounded scores must.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calibration {
    /// Which model's similarities these are; see [`crate::shipped::MODEL`].
    pub model: String,
    /// What was measured, for people.
    pub source: String,
    /// The thresholds, as (rate, cosine similarity), most frequent rate first.
    thresholds: Vec<(f64, f32)>,
}

impl Calibration {
    /// Measures from the similarities of pairs of different people, sorted, smallest first.
    pub fn measure(model: &str, source: &str, impostors: &[f32]) -> Self {
        let count = impostors.len() as f64;
        let known = FALSE_MATCH_RATES.iter().filter(|rate| **rate * count >= FEWEST_PAIRS);
        let at = |rate: f64| {
            let allowed = (rate * count).floor() as usize;
            impostors[impostors.len() - 1 - allowed.min(impostors.len() - 1)].next_up()
        };
        let thresholds = known.map(|&rate| (rate, at(rate))).collect();
        Self { model: model.to_owned(), source: source.to_owned(), thresholds }
    }

    /// Takes thresholds that were measured elsewhere, as (rate, cosine similarity); `None` unless there are two at least,
    /// rates fall within 0..1 and similarities rise.
    pub fn from_thresholds(model: &str, source: &str, thresholds: &[(f64, f32)]) -> Option<Self> {
        let sound = thresholds.len() >= 2
            && thresholds.iter().all(|(rate, similarity)| *rate > 0.0 && *rate < 1.0 && similarity.abs() <= 1.0)
            && thresholds.windows(2).all(|pair| pair[1].0 < pair[0].0 && pair[1].1 > pair[0].1);
        sound.then(|| Self { model: model.to_owned(), source: source.to_owned(), thresholds: thresholds.to_vec() })
    }

    /// What the shipped model's similarities are worth; see [`SHIPPED`].
    pub fn shipped() -> Self {
        Self::from_thresholds(crate::shipped::MODEL, SHIPPED_SOURCE, &SHIPPED).expect("the shipped table is sound")
    }

    /// The measured thresholds, as (rate, cosine similarity), most frequent rate first.
    pub fn thresholds(&self) -> &[(f64, f32)] {
        &self.thresholds
    }

    /// The similarity that this part of the pairs of strangers reaches. Never below the most frequent measured rate's, and
    /// at most 1. Without measured rates only equality is enough.
    pub fn threshold_at(&self, false_match_rate: f64) -> f32 {
        let [first, rest @ ..] = self.thresholds.as_slice() else { return 1.0 };
        if rest.is_empty() || false_match_rate >= first.0 {
            return if false_match_rate >= first.0 { first.1 } else { 1.0 };
        }
        let below = self.thresholds.partition_point(|(rate, _)| *rate > false_match_rate);
        let at = below.clamp(1, self.thresholds.len() - 1);
        let ((rate_a, a), (rate_b, b)) = (self.thresholds[at - 1], self.thresholds[at]);
        let along = (rate_a / false_match_rate.max(1e-300)).ln() / (rate_a / rate_b).ln();
        (f64::from(a) + along * f64::from(b - a)).min(1.0) as f32
    }

    /// The similarity at which a stranger is taken for somebody among `people` enrolled with this probability
    /// (false-positive identification rate). Each person is one more chance to be mistaken, and the chances are taken as
    /// independent; they are not quite, and what they share only makes the true rate smaller.
    pub fn identification_threshold(&self, fpir: f64, people: usize) -> f32 {
        // 1 - (1 - fpir)^(1/n), written so that small numbers survive.
        let rate = -f64::exp_m1(f64::ln_1p(-fpir.clamp(0.0, 0.999_999)) / people.max(1) as f64);
        self.threshold_at(rate)
    }
}

/// What [`SHIPPED`] was measured on.
pub const SHIPPED_SOURCE: &str = "grey LFW-a, people A to C: 2515 faces of 1100 people, 437 templates of 3 pictures each, 1074160 comparisons of different people";

/// The similarities that templates of three photographs and pictures of strangers reach with the shipped model and pipeline: what
/// `smartmart faces calibrate` measured. Cameras, light and customers differ from news photographs: calibrate again with pictures
/// from the store.
pub const SHIPPED: [(f64, f32); 5] = [(1e-1, 0.217), (1e-2, 0.370), (1e-3, 0.478), (1e-4, 0.560), (1e-5, 0.605)];

#[cfg(test)]
mod tests {
    use super::*;

    fn near(a: f32, b: f32) {
        assert!((a - b).abs() < 1e-4, "{a} {b}");
    }

    #[test]
    fn measured_rates_are_kept_and_rarer_ones_continue_the_line() {
        // Ten thousand similarities from 0 to 1.
        let impostors: Vec<f32> = (0..10_000).map(|i| i as f32 / 10_000.0).collect();
        let calibration = Calibration::measure("m", "s", &impostors);
        let rates: Vec<f64> = calibration.thresholds().iter().map(|(rate, _)| *rate).collect();
        assert_eq!(rates, [1e-1, 1e-2, 1e-3]);
        for (rate, threshold) in calibration.thresholds() {
            let reached = impostors.iter().filter(|value| *value >= threshold).count();
            assert_eq!(reached as f64 / 1e4, *rate);
        }
        near(calibration.threshold_at(1e-4), 1.0);
        near(calibration.threshold_at(1.0), calibration.thresholds()[0].1);
    }

    #[test]
    fn thresholds_are_interpolated_over_the_logarithm() {
        let calibration = Calibration::from_thresholds("m", "s", &[(1e-2, 0.3), (1e-4, 0.5)]).unwrap();
        near(calibration.threshold_at(1e-2), 0.3);
        near(calibration.threshold_at(1e-3), 0.4);
        near(calibration.threshold_at(1e-5), 0.6);
        near(calibration.threshold_at(0.0), 1.0);
        near(calibration.threshold_at(0.5), 0.3);
    }

    #[test]
    fn a_larger_gallery_or_a_stricter_rate_asks_for_more() {
        let calibration = Calibration::shipped();
        let mut last = 0.0;
        for (fpir, people) in [(1e-1, 1), (1e-2, 1), (1e-2, 10), (1e-2, 300), (1e-3, 300), (1e-3, 10_000)] {
            let threshold = calibration.identification_threshold(fpir, people);
            assert!(threshold > last, "{fpir} {people}");
            last = threshold;
        }
        near(calibration.identification_threshold(1e-2, 1), SHIPPED[1].1);
        // One in a hundred of a hundred people: one comparison in ten thousand.
        let of_a_hundred = calibration.identification_threshold(1e-2, 100);
        assert!((of_a_hundred - SHIPPED[3].1).abs() < 1e-3, "{of_a_hundred}");
    }

    #[test]
    fn tables_that_make_no_sense_are_refused() {
        let refused = |table: &[(f64, f32)]| assert_eq!(Calibration::from_thresholds("m", "s", table), None);
        refused(&[]);
        refused(&[(0.1, 0.2)]);
        refused(&[(0.1, 0.2), (0.2, 0.3)]);
        refused(&[(0.2, 0.3), (0.1, 0.3)]);
        refused(&[(0.2, f32::NAN), (0.1, 0.3)]);
        let blind = Calibration::measure("m", "s", &[]);
        assert_eq!(blind.threshold_at(1e-3), 1.0);
    }

    #[test]
    fn a_calibration_survives_json() {
        let calibration = Calibration::shipped();
        let json = serde_json::to_string(&calibration).unwrap();
        assert_eq!(serde_json::from_str::<Calibration>(&json).unwrap(), calibration);
    }
}
