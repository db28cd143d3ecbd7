//! Where somebody was seen on one side of a moment.

use super::{Look, Moment, apart, square};
use crate::rules::PresenceRules;

/// The looks nearest to a moment on one side of it, taken together.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stop {
    pub place: [f64; 2],
    pub variance: f64,
    /// Seconds from the moment.
    pub gap: f64,
    /// Metres a second, where two looks follow each other closely.
    pub speed: Option<f64>,
    pub sure: f64,
    pub is_seen: bool,
    /// The look tells the gondola, not the place along it.
    pub is_vague: bool,
}

/// Looks within this time (s) of the nearest are of the same stop.
const TOGETHER_S: f64 = 0.9;
/// So many looks together make sure who it was.
const SURE_LOOKS: usize = 3;
/// Faster than this (m/s) somebody walks; slower is what a face's noise makes of standing.
const WALKING_M_S: f64 = 0.5;
impl Stop {
    /// The stop that looks show, given in the order of their distance in time from `at`; each as near to `stand` as it allows.
    pub fn of<'a>(looks: impl Iterator<Item = &'a Look> + Clone, at: i64, stand: [f64; 2]) -> Option<Self> {
        let looks = looks.map(|look| (look, (look.at_ms - at).abs() as f64 / 1000.0));
        let (nearest, gap) = looks.clone().next()?;
        let near = looks.take_while(|(_, other)| other - gap <= TOGETHER_S).filter(|one| one.0.is_face);
        let count = near.clone().count();
        // Faces that follow each other are hardly all of somebody else.
        let wrong: f64 = near.clone().take(SURE_LOOKS).map(|one| 1.0 - one.0.sure).product();
        let own = Self {
            place: nearest.towards(stand),
            variance: nearest.variance,
            gap,
            speed: None,
            sure: if count == 0 { nearest.sure } else { 1.0 - wrong },
            is_seen: nearest.is_face,
            is_vague: nearest.within_m > 0.0,
        };
        if !nearest.is_face || count < 2 {
            return Some(own);
        }
        // Speed from the halves of the row, whose noise averages out.
        let half = count / 2;
        let (mut close, mut late, mut all) = (Mean::default(), Mean::default(), Mean::default());
        for (number, (look, gap)) in near.enumerate() {
            let place = look.towards(stand);
            all.add(place, gap);
            if number < half {
                close.add(place, gap);
            }
            if number >= count - half {
                late.add(place, gap);
            }
        }
        let speed = apart(close.place(), late.place()) / (late.seconds() - close.seconds()).max(0.1);
        if speed > WALKING_M_S {
            return Some(Self { speed: Some(speed), ..own });
        }
        let variance = nearest.variance / count as f64 + 1e-4;
        Some(Self { place: all.place(), variance, speed: Some(speed), ..own })
    }

    /// Variance between where somebody stands and where the hand goes. Somebody who may stand anywhere along the gondola may
    /// stand before a slot of which it is not known where it is.
    pub fn reach(&self, moment: &Moment, rules: &PresenceRules) -> f64 {
        square(rules.reach_m) + if self.is_vague { 0.0 } else { moment.variance }
    }

    /// How likely somebody still stands, or stood already, where the look was.
    pub fn stays(&self, rules: &PresenceRules) -> f64 {
        let stays = rules.dwell_s / (rules.dwell_s + self.gap);
        match self.speed {
            Some(speed) if speed > WALKING_M_S => stays * rules.halts,
            Some(_) | None => stays,
        }
    }
}

/// The middle of looks, in place and time.
#[derive(Clone, Copy, Default)]
struct Mean {
    sum: [f64; 3],
    count: f64,
}

impl Mean {
    fn add(&mut self, place: [f64; 2], seconds: f64) {
        let [x, y, s] = self.sum;
        self.sum = [x + place[0], y + place[1], s + seconds];
        self.count += 1.0;
    }

    fn place(&self) -> [f64; 2] {
        [self.sum[0] / self.count, self.sum[1] / self.count]
    }

    fn seconds(&self) -> f64 {
        self.sum[2] / self.count
    }
}
