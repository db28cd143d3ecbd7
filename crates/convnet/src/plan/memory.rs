//! Gives every array a place in memory, such that those that live at the same time do not overlap.

use super::ALIGNMENT;
use crate::error::RunError;

/// Names an array in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place(pub(crate) usize);

/// The most memory that a run may take: 1 GB.
const LARGEST: usize = 1 << 28;

/// What is known of each place.
#[derive(Default)]
pub(super) struct Memory {
    arrays: Vec<Array>,
}

struct Array {
    length: usize,
    /// The first and last step that use it.
    first: usize,
    last: usize,
}

impl Memory {
    /// A new array of so many numbers, first used by this step.
    pub(super) fn place(&mut self, length: Option<usize>, step: usize) -> Result<Place, RunError> {
        let length = length.filter(|length| *length <= LARGEST).ok_or(RunError::TooLarge)?;
        self.arrays.push(Array { length, first: step, last: step });
        Ok(Place(self.arrays.len() - 1))
    }

    /// Keeps an array until this step is done.
    pub(super) fn used(&mut self, place: Place, step: usize) {
        let array = &mut self.arrays[place.0];
        array.last = array.last.max(step);
    }

    /// The offset of each place, and how much memory there is in all.
    pub(super) fn offsets(&self) -> Result<(Vec<usize>, usize), RunError> {
        let mut offsets: Vec<usize> = Vec::with_capacity(self.arrays.len());
        let mut total = 0;
        for array in &self.arrays {
            let mut taken: Vec<(usize, usize)> = self
                .arrays
                .iter()
                .zip(&offsets)
                .filter(|(other, _)| other.first <= array.last && array.first <= other.last)
                .map(|(other, offset)| (*offset, offset + other.length.next_multiple_of(ALIGNMENT)))
                .collect();
            taken.sort_unstable();
            let mut offset = 0;
            for (start, end) in taken {
                if start >= offset + array.length {
                    break;
                }
                offset = offset.max(end);
            }
            offsets.push(offset);
            total = total.max(offset + array.length);
            if total > LARGEST {
                return Err(RunError::TooLarge);
            }
        }
        Ok((offsets, total))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrays_that_live_together_do_not_overlap_and_others_share() {
        let mut memory = Memory::default();
        let spans = [(100, 0, 2), (7, 0, 0), (50, 1, 3), (100, 3, 4), (8, 4, 4)];
        for (length, first, last) in spans {
            let place = memory.place(Some(length), first).expect("small");
            memory.used(place, last);
        }
        let (offsets, total) = memory.offsets().expect("small");
        for (a, (length, first, last)) in spans.iter().enumerate() {
            assert!(offsets[a] + length <= total);
            for (b, (other_length, other_first, other_last)) in spans.iter().enumerate().skip(a + 1) {
                let together = other_first <= last && first <= other_last;
                let apart = offsets[a] + length <= offsets[b] || offsets[b] + other_length <= offsets[a];
                assert!(!together || apart, "{a} and {b}");
            }
        }
        assert!(total < 200, "the first and the fourth array share memory");
    }

    #[test]
    fn too_much_memory_is_an_error() {
        let mut memory = Memory::default();
        assert_eq!(memory.place(None, 0), Err(RunError::TooLarge));
        assert_eq!(memory.place(Some(LARGEST + 1), 0), Err(RunError::TooLarge));
        for _ in 0..2 {
            memory.place(Some(LARGEST), 0).expect("just small enough");
        }
        assert!(memory.offsets().is_err());
    }
}
