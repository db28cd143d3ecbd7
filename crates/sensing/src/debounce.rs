//! Debouncing: a change counts once it was read a number of times running, and it began with the first differing reading.

use jiff::Timestamp;

use domain::shelf::ShelfEvent;

/// Waits until a state other than the accepted one was read `needed` times running.
///
/// A single odd sample, an echo off a passing hand or a bounce of a contact never gets that far. The first version of
/// the store needed three times running too.
#[derive(Clone, Debug)]
pub struct Debounce<T> {
    needed: u32,
    excursion: Option<Excursion<T>>,
}

/// A new state that was read often enough.
#[derive(Clone, PartialEq, Debug)]
pub struct Settled<T> {
    /// The new state.
    pub state: T,
    /// When the first reading was taken that differed from the old state. Of a long unrest only the last
    /// [`ShelfEvent::MAX_TRACE`] readings count.
    pub began_at: Timestamp,
    /// The readings since then, oldest first.
    pub trace: Vec<f32>,
}

/// What differed since the accepted state was last read.
#[derive(Clone, Debug)]
struct Excursion<T> {
    readings: Vec<(Timestamp, f32)>,
    candidate: Option<T>,
    running: u32,
}

impl<T: PartialEq> Debounce<T> {
    /// `needed` is at least 1 and at most [`ShelfEvent::MAX_TRACE`]; the nearest of these is taken.
    pub fn new(needed: u32) -> Self {
        Self { needed: needed.clamp(1, ShelfEvent::MAX_TRACE as u32), excursion: None }
    }

    /// The accepted state was read: what differed before was nothing.
    pub fn back(&mut self) {
        self.excursion = None;
    }

    /// Something else was read: `candidate`, or `None` for a reading that fits no state and only ends the row.
    pub fn differs(&mut self, at: Timestamp, value: f32, candidate: Option<T>) -> Option<Settled<T>> {
        let excursion =
            self.excursion.get_or_insert_with(|| Excursion { readings: Vec::new(), candidate: None, running: 0 });
        if excursion.readings.len() == ShelfEvent::MAX_TRACE {
            excursion.readings.remove(0);
        }
        excursion.readings.push((at, value));
        if candidate.is_some() && candidate == excursion.candidate {
            excursion.running += 1;
        } else {
            excursion.running = u32::from(candidate.is_some());
            excursion.candidate = candidate;
        }
        if excursion.running < self.needed {
            return None;
        }
        let Excursion { readings, candidate, .. } = self.excursion.take()?;
        let began_at = readings.first()?.0;
        let trace = readings.into_iter().map(|(_, value)| value).collect();
        candidate.map(|state| Settled { state, began_at, trace })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: usize) -> Timestamp {
        Timestamp::from_second(second as i64).unwrap()
    }

    /// `states`: a digit is that state, `-` the accepted one, `?` fits none. Gives state, beginning and trace length.
    fn check(needed: u32, states: &str, expected: Option<(u32, usize, usize)>) {
        let mut debounce = Debounce::new(needed);
        let mut settled = None;
        for (second, state) in states.chars().enumerate() {
            assert!(settled.is_none(), "{states} settled too early");
            settled = match state {
                '-' => {
                    debounce.back();
                    None
                }
                '?' => debounce.differs(at(second), 0.0, None),
                digit => debounce.differs(at(second), 0.0, digit.to_digit(10)),
            };
        }
        let settled = settled.map(|settled| (settled.state, settled.began_at, settled.trace.len()));
        assert_eq!(settled, expected.map(|(state, second, length)| (state, at(second), length)), "{states}");
    }

    #[test]
    fn it_takes_so_many_times_running() {
        check(3, "44", None);
        check(3, "-444", Some((4, 1, 3)));
        check(3, "44-44", None);
        check(3, "44-444", Some((4, 3, 3)));
        check(1, "-4", Some((4, 1, 1)));
        check(0, "4", Some((4, 0, 1)));
    }

    #[test]
    fn the_row_breaks_but_the_beginning_stays() {
        check(3, "44333", Some((3, 0, 5)));
        check(3, "44?444", Some((4, 0, 6)));
        check(3, "-?444", Some((4, 1, 4)));
        check(3, "???", None);
    }

    #[test]
    fn a_long_unrest_is_cut() {
        let unrest = "?".repeat(40) + "444";
        check(3, &unrest, Some((4, 43 - ShelfEvent::MAX_TRACE, ShelfEvent::MAX_TRACE)));
    }
}
