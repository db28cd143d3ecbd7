//! Where everybody is: sightings over time, and how likely somebody stood at a slot at a moment.
//!
//! Between two looks at a person the place is uncertain: somebody who stands drifts a little, somebody who walks about
//! spreads over metres. Both are weighed by how well they explain the looks before and after; so a face that is hidden
//! for seconds keeps its place, and somebody seen elsewhere a moment ago cannot have been here.

use super::layout::Layout;
use super::numbers::{exp, ln, ln_normal, ln_sum};
use super::rules::PresenceRules;

/// A face in a picture.
#[derive(Clone, PartialEq, Debug)]
pub struct Face {
    /// Centre across the frame, 0 to 1.
    pub x: f64,
    /// Height over the frame's height.
    pub size: f64,
    /// Who it may be: a visitor's index and the cosine similarity, best first.
    pub candidates: Vec<(usize, f64)>,
}

/// One look at one person.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Look {
    /// Milliseconds, store clock.
    pub at_ms: i64,
    /// Metres in the store's frame.
    pub place: [f64; 2],
    /// How sure it is that it is this person.
    pub sure: f64,
    /// Variance of the place along each axis, m².
    pub variance: f64,
}

/// What is known of one visitor's whereabouts.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Whereabouts {
    /// Oldest first.
    pub looks: Vec<Look>,
}

/// Where and when something happened.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Moment {
    /// Milliseconds, store clock: the hand came.
    pub began_ms: i64,
    /// Milliseconds, store clock: the hand went.
    pub ended_ms: i64,
    /// The slot, metres, with its height where known.
    pub slot: [f64; 2],
    /// The slot's height.
    pub z_m: Option<f64>,
    /// Where one stands to reach it, metres.
    pub stand: [f64; 2],
}

impl Moment {
    /// The middle of it.
    pub fn middle_ms(&self) -> i64 {
        self.began_ms.midpoint(self.ended_ms)
    }
}

/// Looks this old (ms) are forgotten: a minute and a half is longer than anybody stays unseen.
const REMEMBERED_MS: i64 = 90_000;
/// A look below this similarity to its best candidate says nothing.
const LEAST_SURE: f64 = 0.3;
/// Faces are seen about five times a second; without one for this long around the moment (ms) a face was hidden.
const SEEN_MS: i64 = 450;

impl Whereabouts {
    /// Takes a look in, keeping their order, and forgets old ones.
    pub fn look(&mut self, look: Look) {
        let place = self.looks.partition_point(|other| other.at_ms <= look.at_ms);
        self.looks.insert(place, look);
        let newest = self.looks.last().map_or(look.at_ms, |last| last.at_ms);
        let old = self.looks.partition_point(|other| other.at_ms < newest - REMEMBERED_MS);
        self.looks.drain(..old);
    }

    /// The logarithm of how densely (per square metre) this person is expected where one stands for that moment.
    pub fn ln_density(&self, moment: &Moment, rules: &PresenceRules) -> f64 {
        let at = moment.middle_ms();
        let after = self.looks.partition_point(|look| look.at_ms <= at);
        let before = after.checked_sub(1).map(|index| self.looks[index]);
        let after = self.looks.get(after).copied();
        let seconds = |look: &Look| (look.at_ms - at).abs() as f64 / 1000.0;
        let apart = |look: &Look, stand: [f64; 2]| [look.place[0] - stand[0], look.place[1] - stand[1]];
        let reach = rules.reach_m * rules.reach_m;
        let (dwell, walk) = (rules.dwell_m2_s, rules.walk_m2_s);
        let nowhere = -ln(rules.area_m2);
        let seen = [before, after].iter().flatten().any(|look| seconds(look) * 1000.0 <= SEEN_MS as f64);
        let visible = if seen { ln(1.0 - rules.hidden) } else { ln(rules.hidden) };
        let ln_place = match (before, after) {
            (None, None) => nowhere,
            (Some(one), None) | (None, Some(one)) => {
                let off = apart(&one, moment.stand);
                let gap = seconds(&one);
                let mode = |spread: f64| {
                    let variance = one.variance + reach + spread * gap;
                    ln_normal(off[0], variance) + ln_normal(off[1], variance)
                };
                let stays = rules.dwell_s / (rules.dwell_s + gap);
                ln_sum([ln(stays) + mode(dwell), ln(1.0 - stays) + mode(walk)].into_iter())
            }
            (Some(one), Some(two)) => {
                let (gap_one, gap_two) = (seconds(&one), seconds(&two));
                let moved = [two.place[0] - one.place[0], two.place[1] - one.place[1]];
                // How well each way of moving explains the two looks, and where it puts the person in between.
                let mode = |spread: f64, prior: f64| {
                    let way = one.variance + two.variance + spread * (gap_one + gap_two) + 1e-4;
                    let fits = ln_normal(moved[0], way) + ln_normal(moved[1], way);
                    let (var_one, var_two) = (one.variance + spread * gap_one, two.variance + spread * gap_two);
                    let share = var_two / (var_one + var_two);
                    let variance = var_one * var_two / (var_one + var_two) + reach;
                    let off =
                        |axis: usize| share * one.place[axis] + (1.0 - share) * two.place[axis] - moment.stand[axis];
                    (ln(prior) + fits, ln_normal(off(0), variance) + ln_normal(off(1), variance))
                };
                let stays = rules.dwell_s / (rules.dwell_s + gap_one + gap_two);
                let modes = [mode(dwell, stays), mode(walk, 1.0 - stays)];
                let all = ln_sum(modes.iter().map(|mode| mode.0));
                ln_sum(modes.iter().map(|mode| mode.0 - all + mode.1))
            }
        };
        // A look may have been of somebody else after all.
        let sure = [before, after].iter().flatten().map(|look| look.sure).fold(1.0, f64::min);
        visible + ln_sum([ln(sure) + ln_place, ln(1.0 - sure + 0.01) + nowhere].into_iter())
    }
}

/// Turns a face into looks at those whom it may show.
pub fn looks(at_ms: i64, camera: usize, face: &Face, layout: &Layout, rules: &PresenceRules) -> Vec<(usize, Look)> {
    let Some(camera) = layout.cameras.get(camera) else { return Vec::new() };
    let depth = (rules.face_at_metre / face.size.max(0.02)).clamp(0.1, 3.0);
    let place = camera.point(face.x, depth);
    // Far faces are small: their distance is less certain.
    let variance = square(rules.face_m) * (1.0 + square(depth));
    let favour = |similarity: f64| {
        let (right, wrong) = (rules.right, rules.wrong);
        ln_normal(similarity - right.0, square(right.1)) - ln_normal(similarity - wrong.0, square(wrong.1))
    };
    // Against all of the others, and against somebody who is in no list at all.
    let all = ln_sum(face.candidates.iter().map(|&(_, similarity)| favour(similarity)).chain([0.0]));
    face.candidates
        .iter()
        .map(|&(who, similarity)| (who, exp(favour(similarity) - all)))
        .filter(|&(_, sure)| sure >= LEAST_SURE)
        .map(|(who, sure)| (who, Look { at_ms, place, sure, variance }))
        .collect()
}

fn square(x: f64) -> f64 {
    x * x
}
