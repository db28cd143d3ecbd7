//! `faces identify`: how often strangers are taken for customers, and customers missed.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use vision::{Embedding, Gallery, Pipeline, fusion};

use crate::Outcome;
use crate::open_set::{OpenSet, Search, Truth};
use crate::pictures::{self, Person};
use crate::plot;
use crate::subject::{Found, Subject};

/// Which people to search for, and among whom.
#[derive(Debug, Args)]
pub struct Options {
    /// Who is enrolled: a folder for each person, with pictures in it.
    #[arg(long, value_name = "DIR")]
    pub gallery: PathBuf,
    /// Who comes: a folder for each person. Those who are not in the gallery are strangers.
    #[arg(long, value_name = "DIR")]
    pub probes: PathBuf,
    /// Draws the curve of both errors as SVG.
    #[arg(long, value_name = "FILE")]
    pub plot: Option<PathBuf>,
    /// How many pictures of one person make one probe. Given several times, each is measured; by default 1 and 3, where
    /// somebody has so many.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=100))]
    pub together: Vec<u16>,
}

/// The false-positive identification rates at which thresholds are given.
pub const FALSE_POSITIVE_RATES: [f64; 3] = [1e-1, 1e-2, 1e-3];

/// Pictures in one probe, where the options do not say: one frame, and three of a camera that a shopper walks up to.
const TOGETHER: [u16; 2] = [1, 3];

/// A person's faces; the pictures that cannot be read are left out.
type Faces = (String, Vec<Subject>);

/// Runs the command.
///
/// # Errors
///
/// Fails if a folder has no people, an engine fails, or the output cannot be written.
pub fn run(options: &Options, pipeline: &Pipeline, out: &mut dyn Write) -> anyhow::Result<Outcome> {
    let mut unreadable = 0;
    let enrolled = faces(pipeline, &pictures::people(&options.gallery)?, &mut unreadable, out)?;
    let comers = faces(pipeline, &pictures::people(&options.probes)?, &mut unreadable, out)?;
    let (gallery, places) = enrol(&enrolled);
    if gallery.is_empty() {
        anyhow::bail!("nobody in the gallery has a picture that can be read");
    }
    let pictures: usize = enrolled.iter().map(|(_, faces)| faces.len()).sum();
    writeln!(out, "gallery: {} people, {pictures} pictures, one fused template each", gallery.len())?;
    let most = comers.iter().map(|(_, faces)| faces.len()).max().unwrap_or(0);
    let sizes = if options.together.is_empty() { &TOGETHER[..] } else { &options.together };
    let mut curves = Vec::new();
    for &together in sizes.iter().filter(|size| usize::from(**size) <= most) {
        let rates = OpenSet::new(&searches(&gallery, &places, &comers, usize::from(together)));
        report(&rates, together, out)?;
        curves.push((format!("{together} per probe"), rates.curve()));
    }
    if let Some(path) = &options.plot {
        fs::write(path, plot::det_curve(&curves)).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(if unreadable == 0 { Outcome::Done } else { Outcome::SomeUnreadable })
}

fn faces(
    pipeline: &Pipeline,
    people: &[Person],
    unreadable: &mut usize,
    out: &mut dyn Write,
) -> anyhow::Result<Vec<Faces>> {
    let paths: Vec<PathBuf> = people.iter().flat_map(|person| person.pictures.iter().cloned()).collect();
    let mut subjects = pictures::subjects(pipeline, &paths).into_iter();
    let mut all = Vec::with_capacity(people.len());
    for person in people {
        let mut faces = Vec::with_capacity(person.pictures.len());
        for subject in subjects.by_ref().take(person.pictures.len()) {
            match subject {
                Ok(subject) => faces.push(subject),
                Err(error) => {
                    *unreadable += 1;
                    writeln!(out, "unreadable: {error:#}")?;
                }
            }
        }
        all.push((person.name.clone(), faces));
    }
    Ok(all)
}

/// One template for each person who has a readable picture, and the keys by name.
fn enrol(people: &[Faces]) -> (Gallery<usize>, BTreeMap<&str, usize>) {
    let mut gallery = Gallery::new();
    let mut places = BTreeMap::new();
    for (place, (name, faces)) in people.iter().enumerate() {
        if let Some(template) = fuse(faces) {
            gallery.insert(place, place as u128, template);
            places.insert(name.as_str(), place);
        }
    }
    (gallery, places)
}

/// Faces that the detector did not find count only where there is nothing better.
fn fuse(faces: &[Subject]) -> Option<Embedding> {
    let weight = |subject: &Subject| match subject.found {
        Found::Detected => subject.face.quality.weight(),
        Found::SecondLook => 0.1 * subject.face.quality.weight(),
        Found::Assumed => 1e-3,
    };
    fusion::fuse(faces.iter().map(|subject| (&subject.face.embedding, weight(subject))))
}

/// One search for each `together` pictures of a person; what is left over is not used.
fn searches(
    gallery: &Gallery<usize>,
    places: &BTreeMap<&str, usize>,
    comers: &[Faces],
    together: usize,
) -> Vec<Search> {
    let mut searches = Vec::new();
    for (name, faces) in comers {
        for faces in faces.chunks_exact(together) {
            let Some(probe) = fuse(faces) else { continue };
            let handicap = faces.iter().map(|face| face.face.quality.handicap()).sum::<f32>() / together as f32;
            if let Some(best) = gallery.best(&probe, 1).first() {
                let truth = match places.get(name.as_str()) {
                    Some(place) if *place == best.key => Truth::Found,
                    Some(_) => Truth::Mistaken,
                    None => Truth::Stranger,
                };
                searches.push(Search { best: best.similarity - handicap, truth });
            }
        }
    }
    searches
}

fn report(rates: &OpenSet, together: u16, out: &mut dyn Write) -> anyhow::Result<()> {
    let pictures = if together == 1 { "picture" } else { "pictures" };
    writeln!(
        out,
        "{together} {pictures} per probe: {} probes of enrolled people, {} of strangers",
        rates.mated(),
        rates.strangers()
    )?;
    if rates.mated() > 0 {
        writeln!(out, "  rank-one rate: {:.2} %", 100.0 * rates.rank_one())?;
    }
    if rates.mated() == 0 || rates.strangers() == 0 {
        writeln!(out, "  error rates need probes of enrolled people and of strangers")?;
        return Ok(());
    }
    for rate in FALSE_POSITIVE_RATES {
        let threshold = rates.threshold_at(rate);
        let note = if rates.strangers() as f64 * rate < 1.0 { " (too few strangers: none accepted)" } else { "" };
        let missed = 100.0 * rates.fnir(threshold);
        writeln!(out, "  FNIR at FPIR {rate:.0e}: {missed:.2} %, threshold {threshold:.3}{note}")?;
    }
    Ok(())
}
