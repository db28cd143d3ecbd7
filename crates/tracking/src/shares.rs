//! Who somebody may be: a probability for each of those who came in.

/// Probabilities over those who came in, or over their visits; they add up to one, or to less where some are not known.
#[derive(Debug, Clone, PartialEq)]
pub struct Shares<V>(Vec<(V, f64)>);

/// Less than this is dropped.
const LEAST: f64 = 1e-4;

impl<V: Copy + Ord> Shares<V> {
    /// Nobody's.
    pub fn none() -> Self {
        Self(Vec::new())
    }

    /// Certainly this visit's.
    pub fn one(visit: V) -> Self {
        Self(vec![(visit, 1.0)])
    }

    /// Each visit with its probability, in the visits' order.
    pub fn iter(&self) -> impl Iterator<Item = (V, f64)> + '_ {
        self.0.iter().copied()
    }

    /// How likely it is this visit's.
    pub fn of(&self, visit: V) -> f64 {
        self.0.iter().find(|(other, _)| *other == visit).map_or(0.0, |(_, share)| *share)
    }

    /// The likeliest visit.
    pub fn likeliest(&self) -> Option<(V, f64)> {
        self.iter().max_by(|one, two| one.1.total_cmp(&two.1))
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The same under other names; those without one are left out, and the rest stays as it is.
    pub(crate) fn filter_map<W: Copy + Ord>(&self, name: impl Fn(V) -> Option<W>) -> Shares<W> {
        let mut all: Vec<(W, f64)> = self.iter().filter_map(|(one, share)| Some((name(one)?, share))).collect();
        all.sort_by_key(|one| one.0);
        Shares(all)
    }

    /// A mixture of several; weights need not add up to one. Those of whom nothing is known do not count.
    pub fn mixed<'a>(parts: impl IntoIterator<Item = (f64, &'a Self)>) -> Self
    where
        V: 'a,
    {
        let mut all: Vec<(V, f64)> = Vec::new();
        for (weight, part) in parts {
            for (visit, share) in part.iter() {
                match all.binary_search_by_key(&visit, |one| one.0) {
                    Ok(place) => all[place].1 += weight * share,
                    Err(place) => all.insert(place, (visit, weight * share)),
                }
            }
        }
        let sum: f64 = all.iter().map(|one| one.1).sum();
        if sum <= 0.0 {
            return Self::none();
        }
        all.retain(|one| one.1 >= LEAST * sum);
        let sum: f64 = all.iter().map(|one| one.1).sum();
        all.iter_mut().for_each(|one| one.1 /= sum);
        Self(all)
    }
}
