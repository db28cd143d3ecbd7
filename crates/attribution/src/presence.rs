//! Where everybody is: sightings over time, and how likely somebody stood at a slot at a moment.
//!
//! Between two looks at a person the place is uncertain: somebody who stands drifts a little, somebody who walks about
//! spreads over metres. Both are weighed by how well they explain the looks before and after; so a face that is hidden
//! for seconds keeps its place, and somebody seen elsewhere a moment ago cannot have been here.

pub mod looks;
pub mod standing;
mod stop;

use looks::{Around, Looks};
use standing::Stillness;
use stop::Stop;

use crate::layout::Layout;
use crate::numbers::{exp, ln, ln_normal, ln_normal_with, ln_sum};
use crate::rules::PresenceRules;

/// A face in a picture.
#[derive(Clone, PartialEq, Debug)]
pub struct Face {
    /// Centre across the frame, 0 to 1.
    pub x: f64,
    /// Height over the frame's height.
    pub size: f64,
    /// As in [`Look::within_m`].
    pub within_m: f64,
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
    /// Whether a face was seen there; otherwise it is known from something else.
    pub is_face: bool,
    /// The person may as well be anywhere within this distance of the place, metres: 0 for a face, half a gondola for a code
    /// that was read before it.
    pub within_m: f64,
}

impl Look {
    /// Where the person was, as near to `to` as the look allows.
    fn towards(&self, to: [f64; 2]) -> [f64; 2] {
        let away = apart(self.place, to);
        if self.within_m <= 0.0 || away <= 0.0 {
            return self.place;
        }
        let share = (self.within_m / away).min(1.0);
        std::array::from_fn(|axis| self.place[axis] + share * (to[axis] - self.place[axis]))
    }
}

/// What is known of one visitor's whereabouts.
#[derive(Clone, Debug, Default)]
pub struct Whereabouts {
    /// Where they were seen.
    pub looks: Looks,
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
    /// Variance of that place, m²: 0 where the slot's place along its shelf was measured.
    pub variance: f64,
}

impl Moment {
    /// The middle of it.
    pub fn middle_ms(&self) -> i64 {
        self.began_ms.midpoint(self.ended_ms)
    }
}

/// A look less sure than this says nothing: among forty people somebody always resembles a bad picture.
const LEAST_SURE: f64 = 0.6;
/// How far beside the picture a face may be that is shown at its edge: standard deviation, metres.
const BESIDE_M: f64 = 0.15;
/// Faces are seen about five times a second; without one for this long around the moment (s) a face was hidden.
const SEEN_S: f64 = 0.45;
/// From this on a look is sure enough to rule somebody out without weighing anything.
const SURELY: f64 = 0.99;
/// Beside a probability, one whose logarithm is this much less is lost in its last bit: of 53 bits, 37 would do.
const LOST: f64 = 45.0;
/// A place this many variances away (squared deviations) is out of the question.
const FAR: f64 = 24.0;

/// A moment, with everything that is the same for all visitors: in a full store it is asked about many of them.
#[derive(Clone, Copy, Debug)]
pub struct Scene<'a> {
    moment: &'a Moment,
    rules: &'a PresenceRules,
    at_ms: i64,
    /// Variance between where somebody stands and where the hand goes.
    reach: f64,
    /// The logarithm of the density of somebody who may be anywhere.
    nowhere: f64,
    /// Likewise of somebody who was surely seen elsewhere.
    elsewhere: f64,
    ln_hidden: f64,
    ln_far: f64,
    ln_near: f64,
    stillness: Stillness,
    /// No density of somebody seen anywhere is larger than this, as a logarithm.
    most: f64,
}

impl<'a> Scene<'a> {
    /// What a moment is to everybody.
    pub fn new(moment: &'a Moment, rules: &'a PresenceRules) -> Self {
        let stillness = Stillness::of(rules);
        Self {
            moment,
            rules,
            at_ms: moment.middle_ms(),
            reach: square(rules.reach_m) + moment.variance,
            nowhere: -ln(rules.area_m2),
            elsewhere: ln(rules.elsewhere) - ln(rules.area_m2),
            ln_hidden: ln(rules.hidden),
            ln_far: ln(rules.far),
            ln_near: ln(1.0 - rules.far),
            stillness,
            most: stillness.most() - ln(std::f64::consts::TAU * square(rules.far_m)),
        }
    }

    /// Whether somebody who was last and first seen there is so far away that where they stood cannot count beside the
    /// doubt whether it was them: then the sum of both is that doubt to the last bit.
    ///
    /// Wherever they may have stood between the two is on the line between them, and no density there has a larger
    /// variance than this one; a normal density grows with its variance, up to half the square of the distance.
    fn is_out_of_reach(&self, before: Option<&Stop>, after: Option<&Stop>) -> bool {
        let Some((one, two)) = before.or(after).zip(after.or(before)) else { return false };
        let rules = self.rules;
        let spread = |stop: &Stop| stop.variance + walked(stop.gap, rules) + rules.dwell_m2_s * stop.gap;
        let variance = spread(one).max(spread(two)) + self.reach + square(rules.far_m);
        let away = square(apart(nearest(one.place, two.place, self.moment.stand), self.moment.stand));
        away > 2.0 * variance && self.most - away / (2.0 * variance) < self.elsewhere - LOST
    }

    /// As [`normal`], of somebody who stands at one place and takes something where one stands for the moment: some reach
    /// far aside.
    fn reached(&self, place: [f64; 2], variance: f64) -> f64 {
        let far = variance + square(self.rules.far_m) - square(self.rules.reach_m);
        let stand = self.moment.stand;
        ln_sum([self.ln_near + normal(place, stand, variance), self.ln_far + normal(place, stand, far)].into_iter())
    }
}

impl Whereabouts {
    /// Takes a look in, keeping their order, and forgets old ones.
    pub fn look(&mut self, look: Look) {
        self.looks.add(look);
    }

    /// The logarithm of how densely (per square metre) this person is expected where one stands for that moment.
    pub fn ln_density(&self, scene: &Scene<'_>) -> f64 {
        if self.surely_elsewhere(scene) {
            return scene.elsewhere;
        }
        let (before, after) = self.stops(scene);
        // A look may have been of somebody else after all.
        let sure = [&before, &after].into_iter().flatten().map(|stop| stop.sure).fold(1.0, f64::min);
        let ln_wrong = ln(1.0 - sure + scene.rules.elsewhere) + scene.nowhere;
        if scene.is_out_of_reach(before.as_ref(), after.as_ref()) {
            return ln_wrong;
        }
        ln_sum([ln(sure) + self.ln_density_if_them(scene, &before, &after), ln_wrong].into_iter())
    }

    /// Where they were seen just before a moment, and just after it.
    fn stops(&self, scene: &Scene<'_>) -> (Option<Stop>, Option<Stop>) {
        let (before, after) = self.looks.as_slice().split_at(self.looks.until(scene.at_ms));
        let (at_ms, stand) = (scene.at_ms, scene.moment.stand);
        (Stop::of(before.iter().rev(), at_ms, stand), Stop::of(after.iter(), at_ms, stand))
    }

    /// As [`Whereabouts::ln_density`] if the looks are of nobody else.
    fn ln_density_if_them(&self, scene: &Scene<'_>, before: &Option<Stop>, after: &Option<Stop>) -> f64 {
        let &Scene { moment, rules, nowhere, .. } = scene;
        let seen = [before, after].into_iter().flatten().any(|stop| stop.is_seen && stop.gap <= SEEN_S);
        // Speaks for having been on the way, and not at the shelf where faces are seen.
        let unseen = if seen { 0.0 } else { scene.ln_hidden };
        // Somebody who stands: how densely where one has to stand.
        let stands = |stop: &Stop| {
            let variance = stop.variance + stop.reach(moment, rules) + rules.dwell_m2_s * stop.gap;
            scene.reached(stop.place, variance)
        };
        let ln_place = match (before, after) {
            // Of somebody who was never seen it is not known where they are; but at the shelves faces are seen, and this one's was
            // hidden before the moment and after it.
            (None, None) => nowhere + unseen + unseen,
            (Some(one), None) | (None, Some(one)) => {
                let stays = one.stays(rules);
                let (stays, leaves) = shares(ln(stays) + unseen, ln(1.0 - stays));
                let walks = normal(one.place, moment.stand, one.variance + scene.reach + walked(one.gap, rules))
                    + ln_in_time(apart(one.place, moment.stand), one.gap, 0.0);
                ln_sum([stays + stands(one), leaves + walks].into_iter())
            }
            (Some(one), Some(two)) => between(one, two, scene, unseen, stands),
        };
        ln_place + scene.stillness.ln_standing(self.looks.as_slice(), self.looks.until(scene.at_ms), scene.at_ms)
    }

    /// Whether sure looks just before and just after show the person so far away that there is nothing to weigh: in a full store
    /// that is true of nearly everybody, and has to be found out quickly.
    fn surely_elsewhere(&self, scene: &Scene<'_>) -> bool {
        let &Scene { moment, rules, at_ms, reach, .. } = scene;
        let Around { before, after } = self.looks.around(at_ms);
        let far = |look: Look| {
            let gap = (look.at_ms - at_ms).abs() as f64 / 1000.0;
            let variance = look.variance + reach + walked(gap, rules) + rules.dwell_m2_s * gap;
            look.sure >= SURELY && square(apart(look.towards(moment.stand), moment.stand)) > FAR * variance
        };
        (before.is_some() || after.is_some()) && before.is_none_or(far) && after.is_none_or(far)
    }
}

/// Between two looks somebody stood all the time, stood at the first place and went to the second, went to the second
/// and stood there, or was on the way; each is weighed by how well it explains both looks. Gives the logarithm of how
/// densely they are expected where one stands for the moment.
fn between(one: &Stop, two: &Stop, scene: &Scene<'_>, unseen: f64, stands: impl Fn(&Stop) -> f64) -> f64 {
    let &Scene { moment, rules, .. } = scene;
    let noise = one.variance + two.variance;
    let far = apart(one.place, two.place);
    let gap = one.gap + two.gap;
    let (stays_one, stays_two) = (one.stays(rules), two.stays(rules));
    let stays = stays_one.min(stays_two) * rules.dwell_s / (rules.dwell_s + gap);
    let moves = |spread: f64, gap: f64| normal(one.place, two.place, noise + spread) + ln_in_time(far, gap, 0.0);
    // Standing all the time: both looks say where.
    let share = two.variance / (one.variance + two.variance);
    let middle: [f64; 2] = std::array::from_fn(|axis| share * one.place[axis] + (1.0 - share) * two.place[axis]);
    let reach = one.reach(moment, rules).min(two.reach(moment, rules));
    let variance = one.variance * two.variance / noise + reach + rules.dwell_m2_s * one.gap.min(two.gap);
    let stood = (
        unseen + ln(stays) + normal(one.place, two.place, noise + rules.dwell_m2_s * gap),
        scene.reached(middle, variance),
    );
    let went_after = (unseen + ln(stays_one * (1.0 - stays_two)) + moves(walked(two.gap, rules), two.gap), stands(one));
    let went_before =
        (unseen + ln(stays_two * (1.0 - stays_one)) + moves(walked(one.gap, rules), one.gap), stands(two));
    // On the way: the way leads by the slot, and there must be time to stop there.
    let (spread_one, spread_two) = (one.variance + walked(one.gap, rules), two.variance + walked(two.gap, rules));
    let share = spread_two / (spread_one + spread_two);
    let on_way: [f64; 2] = std::array::from_fn(|axis| share * one.place[axis] + (1.0 - share) * two.place[axis]);
    let (to, from) = (apart(one.place, moment.stand), apart(two.place, moment.stand));
    let in_time = ln_in_time(to, one.gap, 0.0) + ln_in_time(from, two.gap, 0.0) + ln_in_time(to + from, gap, STOP_S);
    let way = (
        ln((1.0 - stays_one) * (1.0 - stays_two)) + moves(walked(gap, rules), gap),
        normal(on_way, moment.stand, spread_one * spread_two / (spread_one + spread_two) + reach) + in_time,
    );
    let ways = [stood, went_after, went_before, way];
    let all = ln_sum(ways.iter().map(|way| way.0));
    ln_sum(ways.iter().map(|way| way.0 - all + way.1))
}

/// Two logarithms so that what they stand for sums to 1.
fn shares(one: f64, two: f64) -> (f64, f64) {
    let all = ln_sum([one, two].into_iter());
    (one - all, two - all)
}

/// Nobody crosses a store faster than this, m/s.
const FASTEST_M_S: f64 = 1.6;
/// Taking something off a shelf stops one for at least this long, s.
const STOP_S: f64 = 0.8;
/// Ways are not as short as they seem, and clocks differ: this much (s) too late is still possible.
const LATE_S: f64 = 0.3;
/// Walking keeps its direction for this long, s.
const STRAIGHT_S: f64 = 2.0;

/// Variance (m², each axis) of where somebody is after walking about for a while: straight on first, then here and
/// there.
fn walked(seconds: f64, rules: &PresenceRules) -> f64 {
    square(rules.walk_m_s) * seconds * seconds.min(STRAIGHT_S)
}

/// The logarithm of how likely a way can be gone in a time that must leave `stop_s` to stand.
fn ln_in_time(metres: f64, seconds: f64, stop_s: f64) -> f64 {
    // Arms and a step to the side take no way.
    let needed = (metres - 0.4).max(0.0) / FASTEST_M_S + stop_s;
    -((needed - seconds).max(0.0) / LATE_S)
}

/// The logarithm of a normal density in the plane, with this variance along each axis.
fn normal(one: [f64; 2], two: [f64; 2], variance: f64) -> f64 {
    let ln_variance = ln(variance);
    let along = |axis: usize| ln_normal_with(one[axis] - two[axis], variance, ln_variance);
    along(0) + along(1)
}

/// The point nearest to a place on the straight line from one point to another.
fn nearest(one: [f64; 2], two: [f64; 2], to: [f64; 2]) -> [f64; 2] {
    let along: [f64; 2] = std::array::from_fn(|axis| two[axis] - one[axis]);
    let length = square(along[0]) + square(along[1]);
    let share = (to[0] - one[0]) * along[0] + (to[1] - one[1]) * along[1];
    let share = if length > 0.0 { (share / length).clamp(0.0, 1.0) } else { 0.0 };
    std::array::from_fn(|axis| one[axis] + share * along[axis])
}

fn apart(one: [f64; 2], two: [f64; 2]) -> f64 {
    (square(one[0] - two[0]) + square(one[1] - two[1])).sqrt()
}

/// Where the owner of a face stands (x across the picture and height over its height), metres, and the variance of that along each axis, m².
pub fn spot(camera: usize, [x, size]: [f64; 2], layout: &Layout, rules: &PresenceRules) -> Option<([f64; 2], f64)> {
    let camera = layout.cameras.get(camera)?;
    let depth = (rules.face_at_metre / size.max(0.02)).clamp(0.1, 3.0);
    // Far faces are small: their distance is less certain.
    // Somebody beside the picture is shown at its edge.
    let cut = if x <= 0.0 || x >= 1.0 { square(BESIDE_M) } else { 0.0 };
    Some((camera.point(x, depth), square(rules.face_m) * (1.0 + square(depth)) + cut))
}

/// Turns a face into looks at those whom it may show.
pub fn looks(at_ms: i64, camera: usize, face: &Face, layout: &Layout, rules: &PresenceRules) -> Vec<(usize, Look)> {
    let Some((place, variance)) = spot(camera, [face.x, face.size], layout, rules) else {
        return Vec::new();
    };
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
        .map(|(who, sure)| (who, Look { at_ms, place, sure, variance, is_face: true, within_m: face.within_m }))
        .collect()
}

fn square(x: f64) -> f64 {
    x * x
}

#[cfg(test)]
mod tests;
