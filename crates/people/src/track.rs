//! The command: films in, positions out.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use clap::Args;
use serde_json::{Map, Value, json};
use tracking::camera::Point;
use tracking::room::Room;
use tracking::rules::Rules;
use tracking::tracker::{Tracker, View, Walker};
use vision::bodies::BodyFinder;

use crate::films::{self, Film};
use crate::score::{Score, Scorer, Truth};
use crate::{plates, room_file};

/// `smartmart track`: follows people through films of a room's cameras.
#[derive(Debug, Args)]
pub struct Options {
    /// The folder with `cameras.json` and the films, `video/cam1.mp4` or `cam1.mp4`. A folder above may hold `cameras.json`.
    room: PathBuf,
    /// The cameras to use, as 1,3,5,7; all of `cameras.json` that have a film otherwise.
    #[arg(long, value_delimiter = ',')]
    cameras: Option<Vec<String>>,
    /// Where `positions.jsonl` is written; the current folder otherwise.
    #[arg(long, default_value = ".")]
    out: PathBuf,
    /// Pictures a second of each camera.
    #[arg(long, default_value_t = 10.0)]
    fps: f64,
    /// A store's `store.json`, to find the plates of picks; `trace/store.json` of the room otherwise.
    #[arg(long)]
    store: Option<PathBuf>,
}

/// Time that went into each stage.
#[derive(Debug, Default, Clone, Copy)]
struct Spent {
    decoding: Duration,
    bodies: Duration,
    tracking: Duration,
    pictures: u32,
    steps: u32,
    people: usize,
}

/// Cameras run at between one picture in ten seconds and sixty a second.
const RATES: std::ops::RangeInclusive<f64> = 0.1..=60.0;
/// Folders above the room's that may hold `cameras.json`.
const ABOVE: usize = 3;

/// Runs the command.
///
/// # Errors
///
/// Says which file is missing or is not what it should be.
pub fn run(options: &Options, finder: &BodyFinder, report: &mut impl Write) -> Result<()> {
    ensure!(RATES.contains(&options.fps), "--fps must lie between {} and {}", RATES.start(), RATES.end());
    ensure!(options.room.is_dir(), "{} is no folder", options.room.display());
    let (room, mut cameras) = open(options)?;
    fs::create_dir_all(&options.out).with_context(|| format!("cannot make {}", options.out.display()))?;
    let file = options.out.join("positions.jsonl");
    let out = fs::File::create(&file).with_context(|| format!("cannot write {}", file.display()))?;
    let mut out = std::io::BufWriter::new(out);
    let truth = truth(&options.room)?;
    let plates = plates::read(options.store.as_deref(), &options.room)?;
    let mut scorer = truth.as_ref().map(|truth| Scorer::new(truth, &plates));
    let mut spent = Spent::default();
    let mut tracker: Tracker<usize> = Tracker::new(room, Rules::default());
    let mut visits = 0;
    let every_ms = 1000.0 / options.fps;
    loop {
        let at_ms = (f64::from(spent.steps) * every_ms).round() as i64;
        let mut seen = Vec::new();
        for (camera, film) in cameras.iter_mut().enumerate() {
            let started = Instant::now();
            let picture = film.next_picture().with_context(|| format!("camera {}", film.name))?;
            spent.decoding += started.elapsed();
            let Some(picture) = picture else { continue };
            let started = Instant::now();
            let lens = tracker.room().cameras[camera].lens;
            let bodies = films::bodies(picture, &lens, finder).with_context(|| format!("camera {}", film.name))?;
            spent.bodies += started.elapsed();
            spent.pictures += 1;
            seen.push((camera, bodies));
        }
        if seen.is_empty() {
            break;
        }
        let started = Instant::now();
        let views: Vec<View> = seen.iter().map(|(camera, bodies)| View { camera: *camera, at_ms, bodies }).collect();
        let mut step = tracker.step(at_ms, &views);
        if !step.born.is_empty() {
            for _ in &step.born {
                tracker.open(visits, at_ms);
                visits += 1;
            }
            step.people = tracker.people();
        }
        spent.tracking += started.elapsed();
        spent.steps += 1;
        spent.people = spent.people.max(step.people.len());
        for person in &step.people {
            writeln!(out, "{}", line(at_ms, person))?;
        }
        if let Some(scorer) = &mut scorer {
            scorer.step(at_ms, &step.people, every_ms.ceil() as i64);
        }
    }
    out.flush().with_context(|| format!("cannot write {}", file.display()))?;
    ensure!(spent.pictures > 0, "no film has a picture");
    tell(&spent, visits, scorer.map(Scorer::finish).as_ref(), report)
}

/// The room and its films.
fn open(options: &Options) -> Result<(Room, Vec<Film>)> {
    let mut places = options.room.ancestors().take(ABOVE).map(|folder| folder.join("cameras.json"));
    let file = places.find(|place| place.is_file());
    let file = file.with_context(|| format!("there is no cameras.json in {}", options.room.display()))?;
    let names = match &options.cameras {
        Some(names) => names.clone(),
        None => {
            let (_, names) = room_file::read(&file, None)?;
            names.into_iter().filter(|name| films::find(&options.room, name).is_ok()).collect()
        }
    };
    ensure!(!names.is_empty(), "{} has no film of any camera of {}", options.room.display(), file.display());
    let (room, names) = room_file::read(&file, Some(&names))?;
    let open = |name: &String| Film::open(name, &films::find(&options.room, name)?, options.fps);
    let cameras = names.iter().map(open).collect::<Result<_>>()?;
    Ok((room, cameras))
}

fn truth(folder: &Path) -> Result<Option<Truth>> {
    let file = folder.join("truth.json");
    if !file.is_file() {
        return Ok(None);
    }
    let json = fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
    serde_json::from_str(&json).map(Some).with_context(|| format!("{} is no truth of a film", file.display()))
}

/// One person at one step, as a line of `positions.jsonl`.
fn line(at_ms: i64, person: &Walker<usize>) -> Value {
    let round = |metres: f64| (metres * 1000.0).round() / 1000.0;
    let point = |point: &Point| [round(point.x), round(point.y), round(point.z)];
    let sessions: Map<String, Value> =
        person.shares.iter().map(|(visit, share)| (format!("s{}", visit + 1), json!(round(share)))).collect();
    json!({
        "t_ms": at_ms,
        "track": person.track.0,
        "session_probabilities": sessions,
        "x_m": round(person.head.x),
        "y_m": round(person.head.y),
        "z_m": round(person.head.z),
        "hands": person.hands.iter().map(point).collect::<Vec<_>>(),
    })
}

fn tell(spent: &Spent, visits: usize, score: Option<&Score>, out: &mut impl Write) -> Result<()> {
    let each = |time: Duration, count: u32| time.as_secs_f64() * 1000.0 / f64::from(count.max(1));
    let Spent { pictures, steps, people, .. } = spent;
    writeln!(out, "{pictures} pictures in {steps} steps; {visits} people came in, at most {people} at a time")?;
    writeln!(
        out,
        "ms a picture: {:.1} to read, {:.1} to find bodies; {:.2} ms a step to track",
        each(spent.decoding, spent.pictures),
        each(spent.bodies, spent.pictures),
        each(spent.tracking, spent.steps),
    )?;
    let Some(score) = score else { return Ok(()) };
    writeln!(
        out,
        "coverage {:.3}; floor error {:.3} m (median), {:.3} m (90th percentile); {} exchanges",
        score.covered as f64 / score.places.max(1) as f64,
        score.error(0.5),
        score.error(0.9),
        score.exchanges,
    )?;
    writeln!(out, "picks: {} right, {} open, {} wrong", score.right, score.open, score.wrong)?;
    for pick in &score.picks {
        writeln!(out, "  {pick}")?;
    }
    Ok(())
}
