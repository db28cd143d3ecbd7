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
    /// One more unit is carried to another slot and put down there.
    pub put_elsewhere: Option<usize>,
}

/// Units in one grasp: mostly one.
const UNITS: [u32; 12] = [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 3];

/// Draws the errands of one trip: mostly one to three, now and then none.
pub fn draw(rng: &mut impl Rng, slots: &[Slot]) -> Vec<Errand> {
    let number = [0, 1, 1, 1, 2, 2, 2, 3, 3, 4][rng.random_range(0..10)];
    (0..number)
        .map(|_| {
            let units = UNITS[rng.random_range(0..UNITS.len())];
            let put_back = if rng.random_bool(0.15) { rng.random_range(1..=units) } else { 0 };
            let elsewhere = rng.random_bool(0.05) && put_back < units;
            let put_elsewhere = elsewhere.then(|| rng.random_range(0..slots.len()));
            Errand {
                slot: rng.random_range(0..slots.len()),
                way_s: rng.random_range(2.0..7.0),
                look_s: rng.random_range(1.5..4.0),
                units,
                put_back,
                put_elsewhere,
            }
        })
        .collect()
}
