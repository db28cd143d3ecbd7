//! `faces in-store`: how often one of a few people is taken for another, decided as the live store does.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use engine::Loaded;
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use vision::{
    Calibration, Candidates, Decision, DecisionParams, Evidence, Face, Gallery, Pipeline, TrackDecision, fusion,
};

use crate::Outcome;
use crate::pictures;
use crate::subject::Found;

/// Which people to play with, and how.
#[derive(Debug, Args)]
pub struct Options {
    /// Pictures of many people: a folder for each person.
    #[arg(long, value_name = "DIR")]
    pub images: PathBuf,
    /// How many are in the store at once.
    #[arg(long, default_value_t = 40, value_parser = clap::value_parser!(u16).range(2..=10_000))]
    pub people: u16,
    /// How many pictures of each are enrolled.
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u16).range(1..=100))]
    pub enrolled: u16,
    /// How many frames a decision has.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u16).range(1..=100))]
    pub frames: u16,
    /// How often a store is filled anew with people drawn at random.
    #[arg(long, default_value_t = 500)]
    pub draws: u32,
    /// What `faces calibrate` measured; needed for another embedder than the shipped one.
    #[arg(long, value_name = "FILE.json")]
    pub calibration: Option<PathBuf>,
    /// The same seed draws the same people.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
}

/// The stated rates of strangers taken for somebody for which decisions are counted.
const STATED: [f64; 4] = [1e-1, 1e-2, 1e-3, 1e-4];

/// What became of decisions.
#[derive(Debug, Clone, Copy, Default)]
struct Count {
    right: u32,
    wrong: u32,
    undecided: u32,
}

impl Count {
    fn add(&mut self, decision: &Decision<usize>, who: usize) {
        match decision {
            Decision::Known(found) if found.key == who => self.right += 1,
            Decision::Known(_) => self.wrong += 1,
            Decision::Undecided | Decision::Ambiguous(..) | Decision::Unknown | Decision::TakenBack(_) => {
                self.undecided += 1;
            }
        }
    }

    fn all(&self) -> u32 {
        self.right + self.wrong + self.undecided
    }

    fn part(&self, count: u32) -> f64 {
        100.0 * f64::from(count) / f64::from(self.all().max(1))
    }
}

/// Runs the command.
///
/// # Errors
///
/// Fails with too few people of enough pictures, if an engine fails, or if the output cannot be written.
pub fn run(options: &Options, engine: &Loaded, out: &mut dyn Write) -> anyhow::Result<Outcome> {
    let calibration = engine::calibration(options.calibration.as_deref(), &engine.model)?;
    let (people, outcome) = faces(options, &engine.pipeline, out)?;
    let (inside, frames) = (usize::from(options.people), usize::from(options.frames));
    let needed = usize::from(options.enrolled) + frames;
    let enough = people.iter().filter(|faces| faces.len() >= needed).count();
    if enough < inside {
        anyhow::bail!("{enough} people have {needed} pictures that can be judged; {inside} are needed");
    }
    writeln!(
        out,
        "{inside} people in the store, drawn {} times from {enough} (seed {}); {} pictures enrolled, {frames} frames a decision",
        options.draws, options.seed, options.enrolled
    )?;
    for fpir in STATED {
        let (mut shoppers, mut strangers) = (Count::default(), Count::default());
        let mut random = ChaCha8Rng::seed_from_u64(options.seed);
        for _ in 0..options.draws {
            let store = Store::draw(options, &people, &mut random);
            store
                .inside
                .iter()
                .for_each(|&(who, rest)| shoppers.add(&store.decide(&rest[..frames], fpir, &calibration), who));
            store
                .outside
                .iter()
                .for_each(|&(who, all)| strangers.add(&store.decide(&all[..frames], fpir, &calibration), who));
        }
        writeln!(
            out,
            "stated rate {fpir:.0e}: people in the store: {} decisions, {} wrong ({:.3} %), {:.2} % undecided; others: {} decisions, {} taken for somebody ({:.3} %)",
            shoppers.all(),
            shoppers.wrong,
            shoppers.part(shoppers.wrong),
            shoppers.part(shoppers.undecided),
            strangers.all(),
            strangers.wrong,
            strangers.part(strangers.wrong)
        )?;
    }
    Ok(outcome)
}

/// Each person's faces that the live store would judge.
fn faces(options: &Options, pipeline: &Pipeline, out: &mut dyn Write) -> anyhow::Result<(Vec<Vec<Face>>, Outcome)> {
    let people = pictures::people(&options.images)?;
    let paths: Vec<PathBuf> = people.iter().flat_map(|person| person.pictures.iter().cloned()).collect();
    let mut subjects = pictures::subjects(pipeline, &paths).into_iter();
    let mut outcome = Outcome::Done;
    let mut all = Vec::with_capacity(people.len());
    for person in &people {
        let mut faces = Vec::with_capacity(person.pictures.len());
        for subject in subjects.by_ref().take(person.pictures.len()) {
            match subject {
                Ok(subject) if subject.found == Found::Detected && subject.face.quality.is_sufficient() => {
                    faces.push(subject.face);
                }
                Ok(_) => {}
                Err(error) => {
                    outcome = Outcome::SomeUnreadable;
                    writeln!(out, "unreadable: {error:#}")?;
                }
            }
        }
        all.push(faces);
    }
    Ok((all, outcome))
}

/// A store full of people, and as many who do not belong to it.
struct Store<'a> {
    gallery: Gallery<usize>,
    /// Who is in the store, with the pictures that were not enrolled.
    inside: Vec<(usize, &'a [Face])>,
    outside: Vec<(usize, &'a [Face])>,
}

impl<'a> Store<'a> {
    fn draw(options: &Options, people: &'a [Vec<Face>], random: &mut ChaCha8Rng) -> Self {
        let (inside, frames) = (usize::from(options.people), usize::from(options.frames));
        let enrolled = usize::from(options.enrolled);
        let mut order: Vec<usize> = (0..people.len()).filter(|&who| people[who].len() >= frames).collect();
        order.shuffle(random);
        let (known, others): (Vec<usize>, Vec<usize>) =
            order.into_iter().partition(|&who| people[who].len() >= enrolled + frames);
        let mut store = Self { gallery: Gallery::new(), inside: Vec::new(), outside: Vec::new() };
        for &who in &known[..inside] {
            // Any of the pictures may be the enrolled ones.
            let faces = &people[who];
            let first = random.random_range(0..=faces.len() - enrolled - frames);
            let (template, rest) = faces[first..].split_at(enrolled);
            let template = fusion::fuse(template.iter().map(|face| (&face.embedding, face.quality.weight())));
            store.gallery.insert(who, who as u128, template.expect("two pictures of one person are not opposites"));
            store.inside.push((who, rest));
        }
        let others = known[inside..].iter().chain(&others).take(inside);
        store.outside = others.map(|&who| (who, people[who].as_slice())).collect();
        store
    }

    fn decide(&self, frames: &[Face], fpir: f64, calibration: &Calibration) -> Decision<usize> {
        let params = DecisionParams { fpir, most_frames: frames.len(), ..DecisionParams::default() };
        let candidates =
            Candidates { gallery: &self.gallery, admits: |_: &usize| true, references: self.gallery.len() };
        let mut track = TrackDecision::new(params);
        let mut decision = Decision::Undecided;
        for frame in frames {
            decision = track.observe(&Evidence::from(frame), &candidates, calibration);
        }
        decision
    }
}
