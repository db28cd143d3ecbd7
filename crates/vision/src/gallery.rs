//! Searches the references of many people for the ones most like a probe.

mod block;
mod kernel;
mod shared;
mod simd;

use std::cmp::Ordering;
use std::collections::HashMap;

use self::block::{Block, ROWS};
use self::kernel::{Kernel, Probe};
use crate::embedder::{Embedding, dot};

pub use self::shared::SharedGallery;

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
/// The search is exact. It first compares every reference in one byte a number, with the processor's own vector
/// instructions, and then those in full that could still be among the best: rounding is bounded, so none is missed. A
/// reference takes some 660 bytes, a million of them 660 MB.
#[derive(Clone)]
pub struct Gallery<K> {
    owners: Vec<Owner<K>>,
    /// The embeddings of `owners`, in the same order; all blocks but the last are full.
    blocks: Vec<Block>,
    /// Where each template stands in `owners`. Bytes and a short number: a map of `u128` would take twice the memory.
    places: HashMap<[u8; 16], u32>,
    /// Numbers in each embedding; 0 while there is none.
    dimension: usize,
}

#[derive(Clone, Copy)]
struct Owner<K> {
    key: K,
    template: u128,
}

/// What rounding within `f32` may add to a bound: a few units in the last place of sums near 1.
const ROUNDING: f32 = 1e-5;

impl<K: Copy + Ord> Default for Gallery<K> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K: Copy + Ord> Gallery<K> {
    /// An empty gallery.
    pub fn new() -> Self {
        Self { owners: Vec::new(), blocks: Vec::new(), places: HashMap::new(), dimension: 0 }
    }

    /// Adds a reference. `template` names it (a UUID fits unchanged); the same name again replaces key and embedding.
    ///
    /// # Panics
    ///
    /// Beyond four thousand million references, or where the others have another dimension: templates of two models are never
    /// compared.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "a reference has one owner; callers should not keep biometric data"
    )]
    pub fn insert(&mut self, key: K, template: u128, embedding: Embedding) {
        if self.is_empty() {
            self.dimension = embedding.dimension();
        }
        assert_eq!(self.dimension, embedding.dimension(), "a gallery is for one model");
        let (owner, row) = (Owner { key, template }, block::Row::new(&embedding));
        if let Some(place) = self.place(template) {
            self.owners[place] = owner;
            self.blocks[place / ROWS].set(place % ROWS, &row);
            return;
        }
        let place = u32::try_from(self.owners.len()).expect("a gallery has fewer than 2^32 references");
        self.places.insert(template.to_le_bytes(), place);
        self.owners.push(owner);
        match self.blocks.last_mut().filter(|block| block.len() < ROWS) {
            Some(block) => block.push(&row),
            None => {
                let mut block = Block::new(kernel::width_for(self.dimension));
                block.push(&row);
                self.blocks.push(block);
            }
        }
    }

    /// Removes all references of a key and tells how many there were.
    pub fn remove(&mut self, key: K) -> usize {
        let templates: Vec<u128> =
            self.owners.iter().filter(|owner| owner.key == key).map(|owner| owner.template).collect();
        for &template in &templates {
            self.remove_template(template);
        }
        templates.len()
    }

    /// Removes one reference and returns whose it was.
    pub fn remove_template(&mut self, template: u128) -> Option<K> {
        let place = self.places.remove(&template.to_le_bytes())? as usize;
        let row = self.blocks.last_mut().and_then(Block::pop)?;
        if self.blocks.last().is_some_and(|block| block.len() == 0) {
            self.blocks.pop();
        }
        let removed = self.owners.swap_remove(place);
        // The last row moves into the gap, unless it was the last.
        if let Some(moved) = self.owners.get(place) {
            self.places.insert(moved.template.to_le_bytes(), place as u32);
            self.blocks[place / ROWS].set(place % ROWS, &row);
        }
        Some(removed.key)
    }

    /// How many references there are.
    pub fn len(&self) -> usize {
        self.owners.len()
    }

    /// Whether there is no reference.
    pub fn is_empty(&self) -> bool {
        self.owners.is_empty()
    }

    /// The `n` keys most like the probe, best first, each with its best reference. Equal similarities are ordered by key,
    /// so that the order of insertion never shows.
    pub fn best(&self, probe: &Embedding, n: usize) -> Vec<Match<K>> {
        self.best_among(probe, n, |_| true)
    }

    /// As [`Gallery::best`], among the keys that `admits` accepts, such as those of the shoppers in the store.
    pub fn best_among(&self, probe: &Embedding, n: usize, admits: impl Fn(&K) -> bool) -> Vec<Match<K>> {
        self.search(Kernel::best(), probe, n, admits)
    }

    /// One reference; `None` if there is none of this name.
    pub fn embedding(&self, template: u128) -> Option<Embedding> {
        let place = self.place(template)?;
        let mut values = vec![0.0; self.dimension];
        self.blocks[place / ROWS].read(place % ROWS, &mut values);
        Embedding::new(values).ok()
    }

    fn search(&self, kernel: Kernel, probe: &Embedding, n: usize, admits: impl Fn(&K) -> bool) -> Vec<Match<K>> {
        let mut best = Vec::with_capacity(n.min(self.len()) + 1);
        if n == 0 || probe.dimension() != self.dimension {
            return best;
        }
        let coarse = Probe::new(probe.values());
        let slack = coarse.error + ROUNDING;
        let mut sums = [0; ROWS];
        let mut values = vec![0.0; self.dimension];
        for (block, owners) in self.blocks.iter().zip(self.owners.chunks(ROWS)) {
            let sums = &mut sums[..block.len()];
            kernel.compare(&coarse, &block.codes, sums);
            let mut least = least(&best, n);
            for (place, (sum, scale)) in sums.iter().zip(&block.scales).enumerate() {
                // The most that the full numbers can make of it.
                let most = *sum as f32 * (scale.scale * coarse.scale) + scale.error + slack;
                if most < least || !admits(&owners[place].key) {
                    continue;
                }
                block.read(place, &mut values);
                let found = Match { key: owners[place].key, similarity: dot(probe.values(), &values) };
                if best.len() < n || best.last().is_some_and(|last| order(&found, last).is_lt()) {
                    enter(&mut best, found);
                    best.truncate(n);
                    least = self::least(&best, n);
                }
            }
        }
        best
    }

    /// A reference as this gallery keeps it, for comparing it with a plain search.
    #[cfg(test)]
    fn kept(embedding: &Embedding) -> Vec<f32> {
        let mut block = Block::new(kernel::width_for(embedding.dimension()));
        block.push(&block::Row::new(embedding));
        let mut values = vec![0.0; embedding.dimension()];
        block.read(0, &mut values);
        values
    }

    fn place(&self, template: u128) -> Option<usize> {
        self.places.get(&template.to_le_bytes()).map(|place| *place as usize)
    }
}

/// What a reference must reach to be among the `n` best.
fn least<K>(best: &[Match<K>], n: usize) -> f32 {
    best.get(n - 1).map_or(f32::NEG_INFINITY, |last| last.similarity)
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

#[cfg(test)]
mod tests;
