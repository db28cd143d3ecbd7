//! `faces verify`: how well two pictures of one person are told from pictures of two.

use std::fs;
use std::io::Write;
use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use vision::{Embedding, Pipeline};

use crate::Outcome;
use crate::pairs::{Pairs, person};
use crate::pictures;
use crate::rates::{self, Score, Sorted};
use crate::subject::Found;

/// Which pairs to compare.
#[derive(Debug, Args)]
pub struct Options {
    /// A list of pairs, with a head: image_a,image_b,same (1 for one person, 0 for two).
    #[arg(long, value_name = "FILE.csv")]
    pub pairs: PathBuf,
    /// The folder to which the names in the list are relative.
    #[arg(long, value_name = "DIR")]
    pub images: PathBuf,
    /// Writes the list again, with the column similarity.
    #[arg(long, value_name = "SCORES.csv")]
    pub out: Option<PathBuf>,
}

/// The rates of false accepts at which thresholds are given.
pub const FALSE_ACCEPT_RATES: [f64; 3] = [1e-2, 1e-3, 1e-4];

/// What is said of a pair with a picture that cannot be read: not alike at all. It stays among the judged pairs, so that
/// unreadable pictures never make the figures better.
const UNREADABLE: f32 = -1.0;

/// Runs the command.
///
/// # Errors
///
/// Fails if the list cannot be read, none of its pictures can, an engine fails, or the output cannot be written.
pub fn run(options: &Options, pipeline: &Pipeline, out: &mut dyn Write) -> anyhow::Result<Outcome> {
    let pairs = Pairs::read(&options.pairs)?;
    let paths: Vec<_> = pairs.pictures.iter().map(|name| options.images.join(name)).collect();
    let mut found = Counts::default();
    let mut faces = Vec::with_capacity(paths.len());
    for subject in pictures::subjects(pipeline, &paths) {
        match &subject {
            Ok(subject) => found.add(subject.found),
            Err(error) => {
                found.unreadable += 1;
                writeln!(out, "unreadable: {error:#}")?;
            }
        }
        faces.push(
            subject.ok().map(|subject| Compared {
                handicap: subject.face.quality.handicap(),
                embedding: subject.face.embedding,
            }),
        );
    }
    if found.unreadable == paths.len() {
        anyhow::bail!("none of the {} pictures can be read", paths.len());
    }
    let scores = scores(&pairs, &faces);
    if let Some(path) = &options.out {
        write_scores(&pairs, &scores, path)?;
    }
    report(&pairs, &faces, &scores, &found, out)?;
    Ok(if found.unreadable == 0 { Outcome::Done } else { Outcome::SomeUnreadable })
}

/// A face that is compared.
struct Compared {
    embedding: Embedding,
    handicap: f32,
}

impl Compared {
    /// The cosine similarity less both handicaps: what one threshold can judge for strong and weak pictures alike.
    fn likeness(&self, other: &Self) -> f32 {
        self.embedding.similarity(&other.embedding) - self.handicap - other.handicap
    }
}

#[derive(Default)]
struct Counts {
    detected: usize,
    second_look: usize,
    assumed: usize,
    unreadable: usize,
}

impl Counts {
    fn add(&mut self, found: Found) {
        match found {
            Found::Detected => self.detected += 1,
            Found::SecondLook => self.second_look += 1,
            Found::Assumed => self.assumed += 1,
        }
    }
}

fn scores(pairs: &Pairs, faces: &[Option<Compared>]) -> Vec<Score> {
    let similarity = |[a, b]: [usize; 2]| match (&faces[a], &faces[b]) {
        (Some(a), Some(b)) => a.likeness(b),
        _ => UNREADABLE,
    };
    pairs.pairs.iter().map(|pair| Score { similarity: similarity(pair.pictures), same: pair.same }).collect()
}

fn write_scores(pairs: &Pairs, scores: &[Score], path: &PathBuf) -> anyhow::Result<()> {
    let mut text = format!("{},similarity\n", pairs.lines[0]);
    for (line, score) in pairs.lines[1..].iter().zip(scores) {
        text.push_str(&format!("{line},{:.6}\n", score.similarity));
    }
    fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}

fn report(
    pairs: &Pairs,
    faces: &[Option<Compared>],
    scores: &[Score],
    found: &Counts,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let [genuine, impostor] = rates::by_kind(scores);
    writeln!(
        out,
        "pairs: {} genuine, {} impostor; pictures: {} ({} with a face, {} at the second look, {} assumed in the middle, {} unreadable)",
        genuine.len(),
        impostor.len(),
        faces.len(),
        found.detected,
        found.second_look,
        found.assumed,
        found.unreadable,
    )?;
    if genuine.is_empty() || impostor.is_empty() {
        writeln!(out, "rates need pairs of both kinds")?;
        return Ok(());
    }
    let accuracy = rates::ten_fold_accuracy(scores);
    writeln!(
        out,
        "10-fold accuracy: {:.2} % (standard error {:.2}), threshold {:.3}",
        100.0 * accuracy.mean,
        100.0 * accuracy.standard_error,
        accuracy.threshold
    )?;
    let (rate, threshold) = rates::equal_error(&genuine, &impostor);
    writeln!(out, "equal error rate: {:.2} %, threshold {threshold:.3}", 100.0 * rate)?;
    let listed = format!("the {} impostor pairs of the list", impostor.len());
    accept_rates(&listed, &genuine, &impostor, out)?;
    if let Some(all) = all_impostors(pairs, faces) {
        let all = Sorted::new(all);
        let described = format!("all {} pairs of pictures from folders of two people", all.len());
        accept_rates(&described, &genuine, &all, out)?;
    }
    Ok(())
}

/// Prints the part of genuine pairs that is accepted where so many impostor pairs are.
fn accept_rates(described: &str, genuine: &Sorted, impostor: &Sorted, out: &mut dyn Write) -> anyhow::Result<()> {
    writeln!(out, "over {described}:")?;
    for rate in FALSE_ACCEPT_RATES {
        let threshold = impostor.threshold_at(rate);
        let accepted = 100.0 * genuine.rate_at(threshold);
        let note = if (impostor.len() as f64) * rate < 1.0 { " (too few pairs: none accepted)" } else { "" };
        writeln!(out, "  TAR at FAR {rate:.0e}: {accepted:.2} %, threshold {threshold:.3}{note}")?;
    }
    Ok(())
}

/// The similarities of all pictures of different people, where the folders say who is who: the rates of a thousand listed
/// pairs say nothing about one in ten thousand.
fn all_impostors(pairs: &Pairs, faces: &[Option<Compared>]) -> Option<Vec<f32>> {
    let known: Option<Vec<_>> = pairs.pictures.iter().map(|name| person(name)).collect();
    let known = known?;
    // A list whose own pairs contradict its folders is not in folders by person.
    let agrees = |pair: &crate::pairs::Pair| (known[pair.pictures[0]] == known[pair.pictures[1]]) == pair.same;
    if !pairs.pairs.iter().all(agrees) {
        return None;
    }
    let rows: Vec<_> = known.iter().zip(faces).filter_map(|(who, e)| Some((*who, e.as_ref()?))).collect();
    let places: Vec<usize> = (0..rows.len()).collect();
    let similarities = pictures::on_all_cores(&places, |&at| {
        let (who, face) = rows[at];
        let others = rows[..at].iter().filter(|(other, _)| *other != who);
        others.map(|(_, other)| face.likeness(other)).collect::<Vec<f32>>()
    });
    Some(similarities.into_iter().flatten().collect())
}
