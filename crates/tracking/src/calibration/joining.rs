//! The cameras' own floors laid onto each other: how each is turned and placed against the others, and whose clock is off.
//!
//! Each camera knows where on its own floor somebody walked ([`super::upright`]). Two of them saw the same walk: the turn and
//! shift that lay one path onto the other, at the shift in time at which they fit best, join the two.

use nalgebra::{Matrix3, Rotation2, Rotation3, Vector2};

use crate::camera::Point;

/// Farthest that a clock is looked for, ms.
pub(super) const FARTHEST_CLOCK_MS: i64 = 3500;
/// Steps in which it is looked for, ms.
const CLOCK_STEP_MS: usize = 100;
/// How far apart two cameras put the same person on the floor, in heights of the person.
const PLACE_NOISE: f64 = 0.15;
/// Longest time between two places between which somebody is expected on the straight line, ms.
const LONGEST_GAP_MS: f64 = 450.0;
/// Common places from which two paths can be laid onto each other.
const FEWEST_PLACES: usize = 12;
/// A shift in time must lower the loss to this share of that without one, or the clocks count as equal.
const CLOCK_GAIN: f64 = 0.8;
/// Share of the shorter path that must fit by a clock that is off.
const CLOCK_PLACES: f64 = 0.25;
/// Most places of a path that are compared.
const MOST_PLACES: usize = 200;

/// Where somebody was on a camera's own floor.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub at_ms: f64,
    pub at: Vector2<f64>,
}

/// How the floor of one camera lies on that of another.
#[derive(Debug, Clone)]
pub(super) struct Join {
    pub cameras: [usize; 2],
    turn_rad: f64,
    shift: Vector2<f64>,
    /// How far the second camera's clock is ahead of the first's, ms.
    pub ahead_ms: f64,
    places: usize,
    loss: f64,
}

/// Where a camera's floor lies on the common one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Laid {
    pub turn_rad: f64,
    pub shift: Vector2<f64>,
    pub ahead_ms: f64,
}

impl Laid {
    /// The pose on the common floor of a camera whose pose on its own is known.
    pub(super) fn pose(&self, rotation: &Matrix3<f64>, height: f64) -> (Matrix3<f64>, Point) {
        let turn = Rotation3::from_axis_angle(&nalgebra::Vector3::z_axis(), self.turn_rad);
        (rotation * turn.matrix().transpose(), Point::new(self.shift.x, self.shift.y, height))
    }
}

/// The same join by other paths of the two cameras, at the shift in time that is known.
pub(super) fn again(join: &Join, first: &[Place], second: &[Place]) -> Option<Join> {
    lay(join.cameras, &some(first), second, join.ahead_ms)
}

fn some(path: &[Place]) -> Vec<Place> {
    path.iter().step_by(path.len().div_ceil(MOST_PLACES).max(1)).copied().collect()
}

/// How two cameras' paths lie on each other; `None` where they share too little.
pub(super) fn join(cameras: [usize; 2], first: &[Place], second: &[Place]) -> Option<Join> {
    let few = some(first);
    let shifts = (-FARTHEST_CLOCK_MS..=FARTHEST_CLOCK_MS).step_by(CLOCK_STEP_MS);
    let tried: Vec<Join> = shifts.filter_map(|ahead_ms| lay(cameras, &few, second, ahead_ms as f64)).collect();
    let most = tried.iter().map(|join| join.places).max()?;
    let enough = tried.iter().filter(|join| join.places * 2 >= most);
    let best = enough.min_by(|a, b| a.loss.total_cmp(&b.loss))?;
    // A clock is believed to be off only where much of a path fits by it: a little of two paths fits at some shift.
    let shorter = few.len().min(second.len());
    let best = Some(best).filter(|best| best.ahead_ms == 0.0 || best.places as f64 >= shorter as f64 * CLOCK_PLACES);
    let equal = tried.iter().find(|join| join.ahead_ms == 0.0 && join.places * 2 >= most);
    match (best, equal) {
        (Some(best), Some(equal)) if best.loss > equal.loss * CLOCK_GAIN => Some(equal.clone()),
        (Some(best), _) => Some(best.clone()),
        (None, equal) => equal.cloned(),
    }
}

fn lay(cameras: [usize; 2], first: &[Place], second: &[Place], ahead_ms: f64) -> Option<Join> {
    let pairs: Vec<(Vector2<f64>, Vector2<f64>)> =
        first.iter().filter_map(|place| Some((place.at, at(second, place.at_ms + ahead_ms)?))).collect();
    if pairs.len() < FEWEST_PLACES {
        return None;
    }
    let mut weights = vec![1.0; pairs.len()];
    let (mut turn_rad, mut shift, mut loss) = (0.0, Vector2::zeros(), 0.0);
    for _ in 0..8 {
        let total: f64 = weights.iter().sum();
        let weighted = || pairs.iter().zip(&weights);
        let to = weighted().map(|((a, _), weight)| a * *weight).sum::<Vector2<f64>>() / total;
        let from = weighted().map(|((_, b), weight)| b * *weight).sum::<Vector2<f64>>() / total;
        let (mut along, mut across) = (0.0, 0.0);
        for ((a, b), weight) in weighted() {
            let (a, b) = (a - to, b - from);
            along += weight * a.dot(&b);
            across += weight * (b.x * a.y - b.y * a.x);
        }
        turn_rad = across.atan2(along);
        let turn = Rotation2::new(turn_rad);
        shift = to - turn * from;
        loss = 0.0;
        for ((a, b), weight) in pairs.iter().zip(&mut weights) {
            let error = (a - (turn * b + shift)).norm_squared() / PLACE_NOISE.powi(2);
            *weight = 1.0 / (1.0 + error);
            loss += error.ln_1p();
        }
    }
    Some(Join { cameras, turn_rad, shift, ahead_ms, places: pairs.len(), loss: loss / pairs.len() as f64 })
}

fn at(places: &[Place], at_ms: f64) -> Option<Vector2<f64>> {
    let after = places.partition_point(|place| place.at_ms <= at_ms);
    let [before, after] = places.get(after.checked_sub(1)?..=after)? else { return None };
    let gap_ms = after.at_ms - before.at_ms;
    (gap_ms > 0.0 && gap_ms <= LONGEST_GAP_MS)
        .then(|| before.at + (after.at - before.at) * ((at_ms - before.at_ms) / gap_ms))
}

/// Lays all floors onto that of the first camera along the best joins; `Err` are the cameras that it does not reach.
pub(super) fn lay_all(cameras: usize, joins: &[Join]) -> Result<Vec<Laid>, Vec<usize>> {
    let mut laid: Vec<Option<Laid>> = vec![None; cameras];
    laid[0] = Some(Laid { turn_rad: 0.0, shift: Vector2::zeros(), ahead_ms: 0.0 });
    loop {
        let open =
            joins.iter().filter(|join| join.cameras.iter().filter(|camera| laid[**camera].is_some()).count() == 1);
        let worth = |join: &Join| join.places as f64 / (0.05 + join.loss);
        let Some(join) = open.max_by(|a, b| worth(a).total_cmp(&worth(b))) else { break };
        let [first, second] = join.cameras;
        if let Some(base) = laid[first] {
            let turn = Rotation2::new(base.turn_rad);
            laid[second] = Some(Laid {
                turn_rad: base.turn_rad + join.turn_rad,
                shift: base.shift + turn * join.shift,
                ahead_ms: base.ahead_ms + join.ahead_ms,
            });
        } else if let Some(base) = laid[second] {
            let turn_rad = base.turn_rad - join.turn_rad;
            let shift = base.shift - Rotation2::new(turn_rad) * join.shift;
            laid[first] = Some(Laid { turn_rad, shift, ahead_ms: base.ahead_ms - join.ahead_ms });
        }
    }
    let alone: Vec<usize> = (0..cameras).filter(|camera| laid[*camera].is_none()).collect();
    laid.into_iter().collect::<Option<Vec<Laid>>>().ok_or(alone)
}
