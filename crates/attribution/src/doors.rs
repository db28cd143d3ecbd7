//! Where people come in and go out: learned from the first and the last faces of everybody's visit.

use crate::presence::Look;

/// One way through the wall, in or out.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Door {
    sum: [f64; 2],
    seen: f64,
}

/// A face this soon (ms) after the entry, or before the exit, shows where the door is.
const NEAR_MS: i64 = 2_000;
/// Standard deviation of somebody's place at the door, metres: a step and a half in that time.
const DOOR_M: f64 = 0.7;

impl Door {
    /// Somebody was seen there while passing the door at `passed_ms`.
    pub fn learn(&mut self, passed_ms: i64, look: &Look) {
        if look.is_face && (look.at_ms - passed_ms).abs() <= NEAR_MS {
            self.sum[0] += look.place[0];
            self.sum[1] += look.place[1];
            self.seen += 1.0;
        }
    }

    /// Where somebody was who passed the door at this time; `None` before anybody was seen there.
    pub fn look(&self, passed_ms: i64) -> Option<Look> {
        let place = [self.sum[0] / self.seen, self.sum[1] / self.seen];
        let look =
            Look { at_ms: passed_ms, place, sure: 0.99, variance: DOOR_M * DOOR_M, is_face: false, within_m: 0.0 };
        (self.seen > 0.0).then_some(look)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_door_is_where_people_are_first_seen() {
        let mut door = Door::default();
        assert_eq!(door.look(0), None);
        let seen = |at_ms, x| Look { at_ms, place: [x, 4.0], sure: 1.0, variance: 0.01, is_face: true, within_m: 0.0 };
        door.learn(1_000, &seen(1_500, 1.0));
        door.learn(9_000, &seen(9_100, 3.0));
        door.learn(9_000, &seen(30_000, 99.0));
        assert_eq!(door.look(50_000).map(|look| look.place), Some([2.0, 4.0]));
    }
}
