//! What the shelf cameras of a scenario see: everybody who stands in a zone at the same time is in the same frames.

use std::collections::BTreeMap;

use super::{By, Scenario, Step};

/// Milliseconds from one frame to the next.
const FRAME_EVERY_MS: i64 = 250;

/// Somebody in a frame.
#[derive(Clone, PartialEq, Debug)]
pub struct InFrame {
    /// Who; none is a stranger.
    pub who: Option<String>,
    /// Where across the picture.
    pub x: f32,
}

/// One frame of one zone's camera, at milliseconds from the start.
#[derive(Clone, PartialEq, Debug)]
pub struct ShelfFrame {
    /// When.
    pub at_ms: i64,
    /// Where.
    pub zone: String,
    /// Everybody in it, in the order of the steps.
    pub people: Vec<InFrame>,
}

/// Every frame in which somebody is, by zone and time.
pub fn of(scenario: &Scenario) -> Vec<ShelfFrame> {
    let mut frames: BTreeMap<(String, i64), Vec<InFrame>> = BTreeMap::new();
    for step in &scenario.steps {
        let (at, seconds, zone, who, x) = match step {
            Step::Stand { at, who, zone, by: By::Face, seconds, x } => (at, seconds, zone, Some(who), x),
            Step::Stranger { at, zone, seconds, x } => (at, seconds, zone, None, x),
            Step::Stand { by: By::Code, .. } | Step::Enter(_) | Step::Leave(_) | Step::Take(_) | Step::PutBack(_) => {
                continue;
            }
        };
        let (first, last) = (milliseconds(*at), milliseconds(at + seconds));
        let mut at_ms = (first + FRAME_EVERY_MS - 1) / FRAME_EVERY_MS * FRAME_EVERY_MS;
        while at_ms <= last {
            let person = InFrame { who: who.cloned(), x: *x };
            frames.entry((zone.clone(), at_ms)).or_default().push(person);
            at_ms += FRAME_EVERY_MS;
        }
    }
    frames.into_iter().map(|((zone, at_ms), people)| ShelfFrame { at_ms, zone, people }).collect()
}

/// Seconds of a scenario as whole milliseconds.
pub fn milliseconds(seconds: f64) -> i64 {
    (seconds * 1_000.0).round() as i64
}
