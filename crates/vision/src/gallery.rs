//! Searches the references of many people for the ones most like a probe.

use std::cmp::Ordering;
use std::collections::HashMap;

use crate::embedder::{Embedding, dot};

/// One person's likeness to a probe.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Match<K> {
    /// Whose references these are.
    pub key: K,
    /// The cosine similarity of the person's best reference to the probe, -1..=1.
    pub similarity: f32,
}

/// Embeddings by key, several per key: what the keys mean is the caller's affair.
///
/// The search is exact and reads every reference: 100,000 take some 10 ms, more than a store has shoppers. A shared
/// gallery belongs behind an `RwLock` or is replaced as a whole.
#[derive(Clone)]
pub struct Gallery<K> {
    rows: Vec<Row<K>>,
    /// The embeddings of `rows`, one after the other.
    values: Vec<f32>,
    /// Where each template stands in `rows`.
    places: HashMap<u128, usize>,
}

#[derive(Clone, Copy)]
struct Row<K> {
    key: K,
    template: u128,
}

impl<K: Copy + Ord> Default for Gallery<K> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K: Copy + Ord> Gallery<K> {
    /// An empty gallery.
    pub fn new() -> Self {
        Self { rows: Vec::new(), values: Vec::new(), places: HashMap::new() }
    }

    /// Adds a reference. `template` names it (a UUID fits unchanged); the same name again replaces key and embedding.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "a reference has one owner; callers should not keep biometric data"
    )]
    pub fn insert(&mut self, key: K, template: u128, embedding: Embedding) {
        let row = Row { key, template };
        if let Some(&place) = self.places.get(&template) {
            self.rows[place] = row;
            self.values[span(place)].copy_from_slice(embedding.values());
        } else {
            self.places.insert(template, self.rows.len());
            self.rows.push(row);
            self.values.extend_from_slice(embedding.values());
        }
    }

    /// Removes all references of a key and tells how many there were.
    pub fn remove(&mut self, key: K) -> usize {
        let templates: Vec<u128> = self.rows.iter().filter(|row| row.key == key).map(|row| row.template).collect();
        for &template in &templates {
            self.remove_template(template);
        }
        templates.len()
    }

    /// Removes one reference and returns whose it was.
    pub fn remove_template(&mut self, template: u128) -> Option<K> {
        let place = self.places.remove(&template)?;
        let last = self.rows.len() - 1;
        // The last row moves into the gap.
        self.values.copy_within(span(last), span(place).start);
        self.values.truncate(span(last).start);
        let removed = self.rows.swap_remove(place);
        if let Some(moved) = self.rows.get(place) {
            self.places.insert(moved.template, place);
        }
        Some(removed.key)
    }

    /// How many references there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no reference.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The `n` keys most like the probe, best first, each with its best reference. Equal similarities are ordered by key,
    /// so that the order of insertion never shows.
    pub fn best(&self, probe: &Embedding, n: usize) -> Vec<Match<K>> {
        self.best_among(probe, n, |_| true)
    }

    /// As [`Gallery::best`], among the keys that `admits` accepts, such as those of the shoppers in the store.
    pub fn best_among(&self, probe: &Embedding, n: usize, admits: impl Fn(&K) -> bool) -> Vec<Match<K>> {
        let mut best = Vec::with_capacity(n.min(self.rows.len()) + 1);
        if n == 0 {
            return best;
        }
        let references = self.values.chunks_exact(Embedding::DIMENSION);
        for (row, reference) in self.rows.iter().zip(references) {
            let found = Match { key: row.key, similarity: dot(probe.values(), reference) };
            let full = best.len() == n;
            let too_late = full && best.last().is_some_and(|last| order(&found, last).is_gt());
            if !too_late && admits(&row.key) {
                enter(&mut best, found);
                best.truncate(n);
            }
        }
        best
    }
}

/// Puts a match at its place in a sorted list that holds each key once.
fn enter<K: Copy + Ord>(best: &mut Vec<Match<K>>, found: Match<K>) {
    if let Some(known) = best.iter().position(|other| other.key == found.key) {
        if order(&best[known], &found).is_le() {
            return;
        }
        best.remove(known);
    }
    let place = best.partition_point(|other| order(other, &found).is_lt());
    best.insert(place, found);
}

/// Higher similarity first, then lower key.
fn order<K: Ord>(a: &Match<K>, b: &Match<K>) -> Ordering {
    b.similarity.total_cmp(&a.similarity).then_with(|| a.key.cmp(&b.key))
}

fn span(place: usize) -> std::ops::Range<usize> {
    place * Embedding::DIMENSION..(place + 1) * Embedding::DIMENSION
}

#[cfg(test)]
mod tests;
