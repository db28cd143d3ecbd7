//! Makes sequences of frames to measure presentation attack detection with: live heads and attacks, from still pictures.
//!
//! usage: cargo run --release -p faces --example presentation_scenes -- --stills DIR --out DIR [--part held-out] …
//!
//! Everything is synthetic: a still is laid over a head with depth (live), a bent sheet (print, cut-out) or a screen
//! (screen, replay), moved as people and hands move, and taken by a camera with noise and JPEG. `--videos` adds replays of
//! real recordings on a screen. See docs/presentation-attacks.md.

mod camera;
mod head;
mod motion;
mod scene;
mod sheet;
mod texture;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::{Parser, ValueEnum};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use vision::{Params, Pipeline};

use crate::scene::Kind;
use crate::texture::{Portrait, portrait};

/// What to make of which pictures.
#[derive(Parser)]
struct Options {
    /// A folder for each person, with pictures in it.
    #[arg(long)]
    stills: PathBuf,
    /// Recordings to be replayed on a screen: a folder each, with frames in name order, five a second.
    #[arg(long)]
    videos: Option<PathBuf>,
    /// Where the folders `live/` and `attack/` are made.
    #[arg(long)]
    out: PathBuf,
    /// Which people, chosen by their names: the two parts share nobody.
    #[arg(long, value_enum, default_value = "tuning")]
    part: Part,
    /// People to make sequences of; each gives one of every kind, and a second live one.
    #[arg(long, default_value_t = 40)]
    people: usize,
    /// Only heads and prints that turn (and come back, in 26 frames).
    #[arg(long)]
    turns_only: bool,
    /// Frames of a sequence, five a second.
    #[arg(long, default_value_t = 15)]
    frames: usize,
    /// Chooses every random number.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    Tuning,
    HeldOut,
}

fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    let pipeline = Pipeline::new(&vision::shipped::models(), Params::default())?;
    let mut people = faces::pictures::people(&options.stills)?;
    people.retain(|person| part(&person.name) == options.part);
    let mut random = ChaCha8Rng::seed_from_u64(options.seed);
    let mut jobs = Vec::new();
    let mut portraits = Vec::new();
    while portraits.len() < options.people && !people.is_empty() {
        let person = people.swap_remove(random.random_range(0..people.len()));
        if let Some(portrait) = portrait(&pipeline, &person.pictures[0])? {
            portraits.push((person.name, portrait));
        }
    }
    for (name, portrait) in &portraits {
        let all = Kind::ALL.iter().map(|kind| (*kind, 0)).chain([(Kind::Live, 1)]);
        let is_turn = |kind: Kind| matches!(kind, Kind::Turning | Kind::TurnedPrint);
        for (kind, round) in all.filter(|(kind, _)| !options.turns_only || is_turn(*kind)) {
            let folder = options.out.join(kind.folder()).join(format!("{name}-{round}"));
            jobs.push((kind, vec![portrait.clone()], folder, random.random::<u64>()));
        }
    }
    let videos = options.videos.as_deref().map(faces::pictures::people).transpose()?.unwrap_or_default();
    for video in videos {
        let frames = video.pictures.iter().take(options.frames).map(|path| Portrait::whole(path));
        let folder = options.out.join("attack/replay-real").join(&video.name);
        jobs.push((Kind::Replay, frames.collect::<anyhow::Result<_>>()?, folder, random.random()));
    }
    let made = faces::pictures::on_all_cores(&jobs, |(kind, source, folder, seed)| {
        write(&scene::frames(*kind, source, options.frames, *seed), folder)
    });
    made.into_iter().collect()
}

/// FNV-1a over the name, so that the parts stay the same whoever else is in the folder.
fn part(name: &str) -> Part {
    let hash = name
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    if (hash >> 32) % 2 == 0 { Part::Tuning } else { Part::HeldOut }
}

fn write(frames: &[Vec<u8>], folder: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    for (number, jpeg) in frames.iter().enumerate() {
        let path = folder.join(format!("{number:03}.jpg"));
        fs::write(&path, jpeg).with_context(|| path.display().to_string())?;
    }
    Ok(())
}
