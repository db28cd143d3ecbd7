//! From our similarities to Kairos's confidences and back, so that the store's threshold is Kairos's default of 0.6.
//!
//! Two straight lines: -1 becomes 0, the store's threshold becomes 0.6, and 1 becomes 1. Whoever asks for a threshold
//! of 0.6 or gives none gets the decisions of the store itself.

/// The threshold of `/recognize` where the caller gives none, as Kairos documents it.
pub const DEFAULT_THRESHOLD: f64 = 0.6;

/// The threshold is kept this far from the ends, so that neither line is a point.
const CLOSEST_TO_END: f64 = 1e-3;

/// The confidence, 0 to 1, of a cosine `similarity` (-1 to 1; what is beyond counts as the end, not-a-number as -1) where
/// the store takes people for the same from `threshold_similarity` on.
///
/// Never falls as the similarity rises, and is below 0.6 exactly where the similarity is below the threshold.
pub fn confidence(similarity: f64, threshold_similarity: f64) -> f64 {
    let threshold = within(threshold_similarity);
    let similarity = if similarity.is_nan() { -1.0 } else { similarity.clamp(-1.0, 1.0) };
    if similarity >= threshold {
        let above = (similarity - threshold) / (1.0 - threshold);
        (DEFAULT_THRESHOLD + (1.0 - DEFAULT_THRESHOLD) * above).min(1.0)
    } else {
        let below = (similarity + 1.0) / (threshold + 1.0);
        // Rounding must not lift somebody over the threshold.
        (DEFAULT_THRESHOLD * below).min(DEFAULT_THRESHOLD.next_down())
    }
}

/// The similarity whose [`confidence`] this is: for searching with a threshold that a caller gave.
pub fn similarity(confidence: f64, threshold_similarity: f64) -> f64 {
    let threshold = within(threshold_similarity);
    let confidence = if confidence.is_nan() { 0.0 } else { confidence.clamp(0.0, 1.0) };
    if confidence >= DEFAULT_THRESHOLD {
        let above = (confidence - DEFAULT_THRESHOLD) / (1.0 - DEFAULT_THRESHOLD);
        (threshold + (1.0 - threshold) * above).min(1.0)
    } else {
        let below = confidence / DEFAULT_THRESHOLD;
        (below * (threshold + 1.0) - 1.0).min(threshold.next_down())
    }
}

/// A store's threshold is a constant of its configuration; one that is no number would match nobody.
fn within(threshold: f64) -> f64 {
    let most = 1.0 - CLOSEST_TO_END;
    if threshold.is_nan() { most } else { threshold.clamp(-most, most) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_rises_with_similarity(a in -1.0..=1.0, b in -1.0..=1.0, threshold in -0.99..0.99) {
            let (low, high) = if a <= b { (a, b) } else { (b, a) };
            prop_assert!(confidence(low, threshold) <= confidence(high, threshold));
            prop_assert!((0.0..=1.0).contains(&confidence(a, threshold)));
        }

        #[test]
        fn it_keeps_the_store_s_decision(similarity in -1.0..=1.0, threshold in -0.99..0.99) {
            prop_assert_eq!(confidence(similarity, threshold) >= DEFAULT_THRESHOLD, similarity >= threshold);
        }

        #[test]
        fn the_inverse_leads_back(value in -1.0..=1.0, threshold in -0.99..0.99) {
            let there = confidence(value, threshold);
            prop_assert!((similarity(there, threshold) - value).abs() < 1e-9);
            let level: f64 = (value + 1.0) / 2.0;
            prop_assert!((confidence(similarity(level, threshold), threshold) - level).abs() < 1e-9);
        }

        #[test]
        fn nothing_given_is_trouble(similarity_given: f64, confidence_given: f64, threshold: f64) {
            prop_assert!((0.0..=1.0).contains(&confidence(similarity_given, threshold)));
            prop_assert!((-1.0..=1.0).contains(&similarity(confidence_given, threshold)));
        }
    }

    #[test]
    fn the_fixed_points() {
        for threshold in [-0.5, 0.0, 0.363, 0.9] {
            assert_eq!(confidence(threshold, threshold), DEFAULT_THRESHOLD);
            assert_eq!(confidence(1.0, threshold), 1.0);
            assert_eq!(confidence(-1.0, threshold), 0.0);
            assert_eq!(similarity(DEFAULT_THRESHOLD, threshold), threshold);
        }
    }
}
