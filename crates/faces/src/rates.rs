//! Error rates of comparing two pictures, from scored pairs.

/// A scored pair.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Score {
    /// Cosine similarity, -1..=1.
    pub similarity: f32,
    /// Whether both pictures show one person.
    pub same: bool,
}

/// The share of right answers, over ten folds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Accuracy {
    /// The mean over the folds, 0..=1.
    pub mean: f64,
    /// The standard error of that mean.
    pub standard_error: f64,
    /// The mean of the folds' thresholds.
    pub threshold: f32,
}

/// Folds of [`ten_fold_accuracy`], as in LFW's protocol.
const FOLDS: usize = 10;

/// Judges every tenth of the pairs with the threshold that is best for the other nine tenths. Genuine and impostor pairs
/// are dealt out apart, each in the order of the list, so that a list in LFW's own order falls into LFW's own folds.
pub fn ten_fold_accuracy(scores: &[Score]) -> Accuracy {
    let folds = folds(scores);
    let mut accuracies = Vec::with_capacity(FOLDS);
    let mut thresholds = Vec::with_capacity(FOLDS);
    for fold in 0..FOLDS {
        let part = |inside: bool| {
            let chosen = scores.iter().zip(&folds).filter(move |(_, of)| (**of == fold) == inside);
            chosen.map(|(score, _)| *score).collect::<Vec<_>>()
        };
        let (judged, rest) = (part(true), part(false));
        if judged.is_empty() || rest.is_empty() {
            continue;
        }
        let threshold = best_threshold(rest);
        let right = judged.iter().filter(|score| (score.similarity >= threshold) == score.same).count();
        accuracies.push(right as f64 / judged.len() as f64);
        thresholds.push(threshold);
    }
    let count = accuracies.len().max(1) as f64;
    let mean = accuracies.iter().sum::<f64>() / count;
    let variance = accuracies.iter().map(|accuracy| (accuracy - mean).powi(2)).sum::<f64>() / (count - 1.0).max(1.0);
    Accuracy {
        mean,
        standard_error: (variance / count).sqrt(),
        threshold: thresholds.iter().sum::<f32>() / count as f32,
    }
}

fn folds(scores: &[Score]) -> Vec<usize> {
    let totals = [false, true].map(|kind| scores.iter().filter(|score| score.same == kind).count());
    let mut seen = [0; 2];
    scores
        .iter()
        .map(|score| {
            let kind = usize::from(score.same);
            seen[kind] += 1;
            (seen[kind] - 1) * FOLDS / totals[kind]
        })
        .collect()
}

/// The threshold with the most right answers; the middle one, where several have as many.
fn best_threshold(mut scores: Vec<Score>) -> f32 {
    scores.sort_by(|a, b| a.similarity.total_cmp(&b.similarity));
    let genuine = scores.iter().filter(|score| score.same).count();
    // Below all scores: every genuine pair is accepted, every impostor pair too.
    let mut right = genuine;
    let mut best = (right, scores[0].similarity, scores[0].similarity);
    for (at, score) in scores.iter().enumerate() {
        if score.same {
            right -= 1
        } else {
            right += 1
        }
        let next = scores.get(at + 1).map_or(score.similarity, |next| next.similarity);
        if next == score.similarity && at + 1 < scores.len() {
            continue;
        }
        let between = (score.similarity + next) / 2.0;
        if right > best.0 {
            best = (right, between, between);
        } else if right == best.0 {
            best.2 = between;
        }
    }
    f32::midpoint(best.1, best.2)
}

/// Sorted scores of pairs of one kind.
#[derive(Debug, Clone, Default)]
pub struct Sorted(Vec<f32>);

impl Sorted {
    /// Sorts similarities.
    pub fn new(mut similarities: Vec<f32>) -> Self {
        similarities.sort_by(f32::total_cmp);
        Self(similarities)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The sorted values, smallest first.
    pub fn values(&self) -> &[f32] {
        &self.0
    }

    /// The part that reaches a threshold, 0..=1.
    pub fn rate_at(&self, threshold: f32) -> f64 {
        let below = self.0.partition_point(|&value| value < threshold);
        (self.0.len() - below) as f64 / self.0.len().max(1) as f64
    }

    /// The smallest threshold that at most this part (0..=1) reaches. It lies just above a measured score, so that what
    /// is said of a rate is never better than what was seen.
    pub fn threshold_at(&self, rate: f64) -> f32 {
        // A part of 1e-3 of 1,000 is one, however it is rounded.
        let allowed = ((self.0.len() as f64 * rate) + 1e-9).floor() as usize;
        match self.0.len().checked_sub(allowed + 1) {
            Some(place) => self.0[place].next_up(),
            None => -1.0,
        }
    }
}

/// The pairs of each kind apart: genuine, impostor.
pub fn by_kind(scores: &[Score]) -> [Sorted; 2] {
    [true, false].map(|kind| {
        Sorted::new(scores.iter().filter(|score| score.same == kind).map(|score| score.similarity).collect())
    })
}

/// The rate and the threshold at which as many genuine pairs are refused as impostor pairs are accepted.
pub fn equal_error(genuine: &Sorted, impostor: &Sorted) -> (f64, f32) {
    let mut thresholds: Vec<f32> = genuine.values().iter().chain(impostor.values()).copied().collect();
    thresholds.sort_by(f32::total_cmp);
    // The gap falls from 1 to -1 as the threshold grows.
    let gap = |threshold: f32| impostor.rate_at(threshold) - (1.0 - genuine.rate_at(threshold));
    let crossing =
        thresholds.partition_point(|&threshold| gap(threshold) > 0.0).min(thresholds.len().saturating_sub(1));
    let near = [crossing.saturating_sub(1), crossing].map(|place| thresholds.get(place).copied().unwrap_or(0.0));
    let best = if gap(near[0]).abs() <= gap(near[1]).abs() { near[0] } else { near[1] };
    ((impostor.rate_at(best) + 1.0 - genuine.rate_at(best)) / 2.0, best)
}

#[cfg(test)]
mod tests;
