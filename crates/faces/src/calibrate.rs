//! `faces calibrate`: which similarity stands for which false-match rate, for the model and pictures at hand.

use std::fs;
use std::io::Write;
use std::ops::Range;
use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use engine::Loaded;
use vision::calibration::{Calibration, FALSE_MATCH_RATES};
use vision::{Embedding, fusion};

use crate::Outcome;
use crate::pictures;
use crate::rates::Sorted;
use crate::subject::Found;

/// Which pictures to measure with.
#[derive(Debug, Args)]
pub struct Options {
    /// Pictures of many people: a folder for each person. The more people, the rarer the errors that can be told.
    #[arg(long, value_name = "DIR")]
    pub images: PathBuf,
    /// How many pictures make a template: as many photographs as an enrolment has. People with fewer are probes only.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u16).range(1..=100))]
    pub template: u16,
    /// Writes the calibration here, as JSON, for the setting of the same name; without it, it is printed.
    #[arg(long, value_name = "FILE.json")]
    pub out: Option<PathBuf>,
}

/// One picture of somebody.
struct Probe {
    owner: usize,
    embedding: Embedding,
    weight: f32,
    handicap: f32,
}

/// Several pictures of somebody, as they are enrolled.
struct Template {
    owner: usize,
    embedding: Embedding,
    made_of: Range<usize>,
}

/// The templates that neighbouring pictures of one person make, `size` each.
fn templates(rows: &[Probe], size: usize) -> Vec<Template> {
    let mut templates = Vec::new();
    let mut first = 0;
    for of_one in rows.chunk_by(|a, b| a.owner == b.owner) {
        for (number, pictures) in of_one.chunks_exact(size).enumerate() {
            let from = first + number * size;
            let embedding = fusion::fuse(pictures.iter().map(|picture| (&picture.embedding, picture.weight)));
            let made_of = from..from + size;
            templates.extend(embedding.map(|embedding| Template { owner: of_one[0].owner, embedding, made_of }));
        }
        first += of_one.len();
    }
    templates
}

/// Runs the command.
///
/// # Errors
///
/// Fails with fewer than two people, if an engine fails, or if the output cannot be written.
pub fn run(options: &Options, engine: &Loaded, out: &mut dyn Write) -> anyhow::Result<Outcome> {
    let people = pictures::people(&options.images)?;
    let mut paths = Vec::new();
    let mut owners = Vec::new();
    for (number, person) in people.iter().enumerate() {
        paths.extend(person.pictures.iter().cloned());
        owners.extend(person.pictures.iter().map(|_| number));
    }
    let mut outcome = Outcome::Done;
    let mut rows = Vec::new();
    for (owner, subject) in owners.into_iter().zip(pictures::subjects(&engine.pipeline, &paths)) {
        match subject {
            // A calibration tells what the live store does, and there a face that is not detected is not compared.
            Ok(subject) if subject.found == Found::Detected => {
                let quality = subject.face.quality;
                let (weight, handicap) = (quality.weight(), quality.handicap());
                rows.push(Probe { owner, embedding: subject.face.embedding, weight, handicap });
            }
            Ok(_) => {}
            Err(error) => {
                outcome = Outcome::SomeUnreadable;
                writeln!(out, "unreadable: {error:#}")?;
            }
        }
    }
    let templates = templates(&rows, usize::from(options.template));
    let places: Vec<usize> = (0..templates.len()).collect();
    let scores = |same: bool| {
        let (rows, templates) = (&rows, &templates);
        let of_one = pictures::on_all_cores(&places, move |&at| {
            let template = &templates[at];
            let probes = rows
                .iter()
                .enumerate()
                .filter(|(place, probe)| (probe.owner == template.owner) == same && !template.made_of.contains(place));
            probes
                .map(|(_, probe)| template.embedding.similarity(&probe.embedding) - probe.handicap)
                .collect::<Vec<f32>>()
        });
        Sorted::new(of_one.into_iter().flatten().collect())
    };
    let (genuine, impostor) = (scores(true), scores(false));
    if impostor.is_empty() {
        anyhow::bail!("a calibration needs faces of at least two people");
    }
    let source = format!(
        "{} faces of {} people, {} templates of {} pictures each, {} comparisons of different people",
        rows.len(),
        people.len(),
        templates.len(),
        options.template,
        impostor.len()
    );
    let calibration = Calibration::measure(&engine.model, &source, impostor.values());
    for rate in FALSE_MATCH_RATES.iter().filter(|rate| **rate * impostor.len() as f64 >= 1.0) {
        let threshold = calibration.threshold_at(*rate);
        let accepted = 100.0 * genuine.rate_at(threshold);
        writeln!(out, "false-match rate {rate:.0e}: threshold {threshold:.3}, {accepted:.2} % of genuine pairs")?;
    }
    let json = serde_json::to_string_pretty(&calibration)?;
    match &options.out {
        Some(path) => fs::write(path, json + "\n").with_context(|| format!("cannot write {}", path.display()))?,
        None => writeln!(out, "{json}")?,
    }
    Ok(outcome)
}
