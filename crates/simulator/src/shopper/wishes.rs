//! What a shopper wants on one trip: drawn from the seed, and so the same each time.

use rand::Rng;

use crate::store::Slot;

/// One thing to do at one slot.
#[derive(Clone, PartialEq, Debug)]
pub struct Errand {
    /// Which slot, by its place in the store's list.
    pub slot: usize,
    /// Seconds on the way there.
    pub way_s: f64,
    /// Seconds before the hand goes out.
    pub look_s: f64,
    /// Units taken.
    pub units: u32,
    /// Units put back then: fewer than were taken, or all of them.
    pub put_back: u32,
}

/// Draws the errands of one trip: mostly one to three, now and then none.
pub fn draw(rng: &mut impl Rng, slots: &[Slot]) -> Vec<Errand> {
    let number = [0, 1, 1, 1, 2, 2, 2, 3, 3, 4][rng.random_range(0..10)];
    (0..number)
        .map(|_| {
            let units = [1, 1, 1, 1, 1, 2, 2, 3][rng.random_range(0..8)];
            let put_back = if rng.random_bool(0.15) { rng.random_range(1..=units) } else { 0 };
            Errand {
                slot: rng.random_range(0..slots.len()),
                way_s: rng.random_range(2.0..7.0),
                look_s: rng.random_range(1.5..4.0),
                units,
                put_back,
            }
        })
        .collect()
}
