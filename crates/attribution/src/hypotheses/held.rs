//! Who holds how many of what, in one hypothesis: a few entries, copied and compared all the time, so kept in a row.

/// A visitor and a product, both by index.
pub type Holding = (usize, usize);

/// Units by visitor and product, in their order; never zero.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct Held(Vec<(Holding, i32)>);

impl Held {
    /// Units of one product with one visitor, and nothing else.
    pub fn only(holding: Holding, units: i32) -> Self {
        let mut held = Self::default();
        held.give(holding, units);
        held
    }

    /// Units that a visitor holds of a product.
    pub fn units(&self, holding: Holding) -> i32 {
        self.0.binary_search_by_key(&holding, |one| one.0).map_or(0, |place| self.0[place].1)
    }

    /// Gives a visitor so many more units of a product, or takes them away where negative.
    pub fn give(&mut self, holding: Holding, units: i32) {
        match self.0.binary_search_by_key(&holding, |one| one.0) {
            Ok(place) => {
                self.0[place].1 += units;
                if self.0[place].1 == 0 {
                    self.0.remove(place);
                }
            }
            Err(place) if units != 0 => self.0.insert(place, (holding, units)),
            Err(_) => {}
        }
    }

    /// Everything that is held.
    pub fn iter(&self) -> impl Iterator<Item = (Holding, i32)> {
        self.0.iter().copied()
    }

    /// What one visitor holds.
    pub fn of(&self, who: usize) -> impl Iterator<Item = (Holding, i32)> {
        let from = self.0.partition_point(|one| one.0.0 < who);
        self.0[from..].iter().copied().take_while(move |one| one.0.0 == who)
    }

    /// Forgets everything else.
    pub fn retain(&mut self, keep: impl Fn(Holding) -> bool) {
        self.0.retain(|one| keep(one.0));
    }

    /// Whether nobody holds anything.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_to_nothing_is_not_kept() {
        let mut held = Held::only((3, 7), 1);
        held.give((1, 9), 2);
        held.give((1, 4), -1);
        held.give((3, 7), -1);
        held.give((2, 2), 0);
        assert_eq!(held.iter().collect::<Vec<_>>(), [((1, 4), -1), ((1, 9), 2)]);
        assert_eq!([held.units((1, 9)), held.units((3, 7))], [2, 0]);
        assert_eq!(held.of(1).count(), 2);
        held.retain(|(_, product)| product == 9);
        assert_eq!(held, Held::only((1, 9), 2));
        assert!(Held::only((1, 1), 0).is_empty());
    }
}
