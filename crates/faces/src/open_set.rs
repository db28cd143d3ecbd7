//! Error rates of searching a gallery that may or may not hold the person.

use crate::rates::Sorted;

/// The outcome of one search.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Search {
    /// The likeness of the best candidate, -1..=1.
    pub best: f32,
    /// Whether the person is enrolled, and if so, whether the best candidate is that person.
    pub truth: Truth,
}

/// Who was searched for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Truth {
    /// Somebody enrolled, who came first.
    Found,
    /// Somebody enrolled, but somebody else came first.
    Mistaken,
    /// Nobody enrolled.
    Stranger,
}

/// What [`rates`] finds.
#[derive(Debug, Clone)]
pub struct OpenSet {
    strangers: Sorted,
    found: Sorted,
    mated: usize,
}

impl OpenSet {
    /// Sorts the outcomes.
    pub fn new(searches: &[Search]) -> Self {
        let best = |wanted: Truth| {
            let of_kind = searches.iter().filter(move |search| search.truth == wanted);
            Sorted::new(of_kind.map(|search| search.best).collect())
        };
        let mated = searches.iter().filter(|search| search.truth != Truth::Stranger).count();
        Self { strangers: best(Truth::Stranger), found: best(Truth::Found), mated }
    }

    /// Searches for enrolled people.
    pub fn mated(&self) -> usize {
        self.mated
    }

    /// Searches for strangers.
    pub fn strangers(&self) -> usize {
        self.strangers.len()
    }

    /// The part of the searches for enrolled people in which the person came first, whatever the likeness, 0..=1.
    pub fn rank_one(&self) -> f64 {
        self.found.len() as f64 / self.mated.max(1) as f64
    }

    /// False-positive identification rate: the part of strangers who are taken for somebody at a threshold, 0..=1.
    pub fn fpir(&self, threshold: f32) -> f64 {
        self.strangers.rate_at(threshold)
    }

    /// False-negative identification rate: the part of enrolled people who do not come first or stay below a threshold,
    /// 0..=1.
    pub fn fnir(&self, threshold: f32) -> f64 {
        1.0 - self.found.rate_at(threshold) * self.rank_one()
    }

    /// The smallest threshold at which at most this part of strangers is taken for somebody.
    pub fn threshold_at(&self, fpir: f64) -> f32 {
        self.strangers.threshold_at(fpir)
    }

    /// The curve of both errors: (FPIR, FNIR) at each threshold that a stranger reached, from strict to lax.
    pub fn curve(&self) -> Vec<(f64, f64)> {
        let steps = (0..=self.strangers.len()).map(|allowed| allowed as f64 / self.strangers.len().max(1) as f64);
        steps.map(|fpir| (fpir, self.fnir(self.threshold_at(fpir)))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn search(best: f32, truth: Truth) -> Search {
        Search { best, truth }
    }

    #[test]
    fn a_wrong_candidate_is_a_miss_at_every_threshold() {
        let rates = OpenSet::new(&[
            search(0.9, Truth::Found),
            search(0.5, Truth::Found),
            search(0.8, Truth::Mistaken),
            search(0.4, Truth::Found),
            search(0.3, Truth::Stranger),
            search(0.6, Truth::Stranger),
        ]);
        assert_eq!((rates.mated(), rates.strangers()), (4, 2));
        assert_eq!(rates.rank_one(), 0.75);
        assert_eq!(rates.fnir(-1.0), 0.25);
        assert_eq!(rates.fnir(0.5), 0.5);
        assert_eq!(rates.fpir(0.6), 0.5);
        assert_eq!(rates.fpir(rates.threshold_at(0.0)), 0.0);
        assert_eq!(rates.fnir(rates.threshold_at(0.0)), 0.75);
        assert_eq!(rates.fnir(rates.threshold_at(0.5)), 0.25 + 0.0);
        assert_eq!(rates.curve(), [(0.0, 0.75), (0.5, 0.25), (1.0, 0.25)]);
    }

    #[test]
    fn without_strangers_nothing_is_refused() {
        let rates = OpenSet::new(&[search(0.1, Truth::Found)]);
        assert_eq!((rates.fnir(rates.threshold_at(1e-3)), rates.fpir(0.0)), (0.0, 0.0));
    }
}
