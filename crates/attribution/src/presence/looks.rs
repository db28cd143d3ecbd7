//! Looks at one person in the order of time, with those next to one time at hand.
//!
//! In a full store nearly everybody is found to be elsewhere by the looks just before and just after a moment, and the
//! moments of neighbouring changes lie between the same two: so these are kept apart, where they are found at once.

use super::Look;

/// Looks this old (ms) are forgotten: a minute and a half is longer than anybody stays unseen.
const REMEMBERED_MS: i64 = 90_000;

/// Looks, oldest first.
#[derive(Clone, Debug)]
pub struct Looks {
    /// Forgotten ones first.
    all: Vec<Look>,
    /// How many are forgotten. To take them out moves all others, so it is done a few hundred at a time.
    forgotten: usize,
    /// Where [`Looks::turn_to`] has turned to.
    turned_ms: i64,
    /// The looks next to `turned_ms`.
    around: Around,
}

/// The last look at or before a time and the first one after it: the same ones for all times from the one to the other.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Around {
    /// The last one before, if any.
    pub before: Option<Look>,
    /// The first one after, if any.
    pub after: Option<Look>,
}

/// So many may lie about forgotten.
const MOST_FORGOTTEN: usize = 256;

impl Around {
    fn is_around(&self, at_ms: i64) -> bool {
        self.before.is_none_or(|before| before.at_ms <= at_ms) && self.after.is_none_or(|after| at_ms < after.at_ms)
    }
}

impl Looks {
    /// Takes a look in, keeping their order, and forgets old ones.
    pub fn add(&mut self, look: Look) {
        let place = match self.all.last() {
            Some(last) if last.at_ms > look.at_ms => self.forgotten + self.until(look.at_ms),
            Some(_) | None => self.all.len(),
        };
        self.all.insert(place, look);
        let newest = self.all.last().map_or(look.at_ms, |last| last.at_ms);
        let is_old = |other: &&Look| other.at_ms < newest - REMEMBERED_MS;
        self.forgotten += self.as_slice().iter().take_while(is_old).count();
        if self.forgotten > MOST_FORGOTTEN {
            self.all.drain(..self.forgotten);
            self.forgotten = 0;
        }
        let Around { before, after } = &self.around;
        if self.around.is_around(look.at_ms) || [before, after].into_iter().flatten().any(|other| is_old(&other)) {
            self.around = self.find(self.turned_ms);
        }
    }

    /// All that are not forgotten, oldest first.
    pub fn as_slice(&self) -> &[Look] {
        &self.all[self.forgotten..]
    }

    /// The latest.
    pub fn last(&self) -> Option<&Look> {
        self.as_slice().last()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.as_slice().is_empty()
    }

    /// How many there are at or before a time.
    pub fn until(&self, at_ms: i64) -> usize {
        self.as_slice().partition_point(|look| look.at_ms <= at_ms)
    }

    /// The looks next to a time, on both sides.
    pub fn around(&self, at_ms: i64) -> Around {
        if self.around.is_around(at_ms) {
            return self.around;
        }
        match self.last() {
            Some(last) if last.at_ms <= at_ms => Around { before: Some(*last), after: None },
            Some(_) | None => self.find(at_ms),
        }
    }

    fn find(&self, at_ms: i64) -> Around {
        let (before, after) = self.as_slice().split_at(self.until(at_ms));
        Around { before: before.last().copied(), after: after.first().copied() }
    }

    /// Keeps the looks next to this time at hand: those that are asked for next.
    pub fn turn_to(&mut self, at_ms: i64) {
        self.turned_ms = at_ms;
        if !self.around.is_around(at_ms) {
            self.around = self.find(at_ms);
        }
    }
}

impl Default for Looks {
    fn default() -> Self {
        let around = Around { before: None, after: None };
        Self { all: Vec::new(), forgotten: 0, turned_ms: i64::MIN, around }
    }
}

impl FromIterator<Look> for Looks {
    fn from_iter<I: IntoIterator<Item = Look>>(looks: I) -> Self {
        let mut own = Self::default();
        looks.into_iter().for_each(|look| own.add(look));
        own
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(at_ms: i64, x: f64) -> Look {
        Look { at_ms, place: [x, 0.0], sure: 1.0, variance: 0.01, is_face: true, within_m: 0.0 }
    }

    #[test]
    fn what_is_at_hand_is_what_a_search_finds() {
        let mut looks = Looks::default();
        let mut plain: Vec<Look> = Vec::new();
        for step in 0..3_000_i64 {
            // Some come late, some at the same time as another.
            let late = [0, 0, 40, 0, 900, 40][step as usize % 6];
            let one = look(step * 250 - late, step as f64);
            looks.add(one);
            plain.insert(plain.partition_point(|other| other.at_ms <= one.at_ms), one);
            let newest = plain.last().unwrap().at_ms;
            plain.retain(|other| other.at_ms >= newest - REMEMBERED_MS);
            assert_eq!(looks.as_slice(), plain);
            let turned = step * 250 - 8_000;
            if step % 3 == 0 && !(1_000..2_000).contains(&step) {
                looks.turn_to(turned);
            }
            for at_ms in [turned - 3_000, turned - 40, turned, turned + 130, turned + 8_000, newest - 90_000, 0] {
                let middle = plain.partition_point(|other| other.at_ms <= at_ms);
                let expected = Around { before: plain[..middle].last().copied(), after: plain.get(middle).copied() };
                assert_eq!(looks.around(at_ms), expected, "{step} {at_ms}");
            }
        }
        assert!(looks.all.len() <= 361 + MOST_FORGOTTEN, "{}", looks.all.len());
    }
}
