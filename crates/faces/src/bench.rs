//! `faces bench`: how many milliseconds each stage takes.

use std::hint::black_box;
use std::io::Write;
use std::time::Instant;

use clap::Args;
use engine::Settings;
use vision::aligner::{CropShape, align};
use vision::pipeline::{Landmarks, Views};
use vision::{DecodeLimits, Detection, DetectorParams, Embedding, Frame, Gallery, Params, Pipeline, Quality};

use crate::Outcome;

/// What to time.
#[derive(Debug, Args)]
pub struct Options {
    /// Times each stage so many times and prints the median.
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub runs: u32,
    /// The largest gallery that is searched, in templates.
    #[arg(long, default_value_t = 1_000_000)]
    pub templates: u32,
}

/// A portrait, in the public domain (NASA; fixtures/faces/SOURCES.md): 512 x 512 px with one face.
const PORTRAIT: &[u8] = include_bytes!("../../../fixtures/faces/astronaut.jpg");

/// The frame of a usual camera, in pixels.
const FRAME: (u32, u32) = (640, 480);

/// Galleries that are searched, in templates.
const GALLERIES: [u32; 3] = [10_000, 100_000, 1_000_000];

/// Runs the command.
///
/// # Errors
///
/// Fails if a model cannot run or `out` cannot be written.
pub fn run(options: &Options, settings: &Settings, out: &mut dyn Write) -> anyhow::Result<Outcome> {
    let started = Instant::now();
    let pipeline = engine::load(settings, Params::default())?.pipeline;
    writeln!(out, "load both models: {:.1} ms", milliseconds(started))?;
    let portrait = Frame::decode(PORTRAIT, &DecodeLimits::default())?;
    let frame = on_canvas(&portrait, FRAME);
    let detections = pipeline.detect(&frame)?;
    let [detection, ..] = detections.as_slice() else { anyhow::bail!("no face in the bundled frame") };
    stages(options, &pipeline, &frame, detection, out)?;
    let plain = engine::load(settings, once_each())?.pipeline;
    let time = median(options.runs, || plain.faces(&frame).is_ok());
    writeln!(out, "  one look, align, one view: {time:.2} ms")?;
    for size in GALLERIES.into_iter().filter(|size| *size <= options.templates) {
        search(options, size, out)?;
    }
    Ok(Outcome::Done)
}

/// Each network once a face, as peers are timed: one look at the frame, the landmarks as found, no mirror.
fn once_each() -> Params {
    let detector = DetectorParams { max_face_side: f32::INFINITY, ..DetectorParams::default() };
    Params { detector, landmarks: Landmarks::AsDetected, views: Views::Single, ..Params::default() }
}

fn stages(
    options: &Options,
    pipeline: &Pipeline,
    frame: &Frame,
    detection: &Detection,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let runs = options.runs;
    let Some(crop) = align(frame, &detection.landmarks, &CropShape::default()) else {
        anyhow::bail!("the bundled face has no landmarks")
    };
    writeln!(
        out,
        "one frame of {}x{} with one face, one thread, median of {runs} runs:",
        frame.width(),
        frame.height()
    )?;
    let mut line = |name: &str, time: f64| writeln!(out, "  {name}: {time:.2} ms");
    line("decode the 512x512 JPEG", median(runs, || Frame::decode(PORTRAIT, &DecodeLimits::default()).is_ok()))?;
    line("detect", median(runs, || pipeline.detect(frame).is_ok()))?;

    line("refine the landmarks", median(runs, || pipeline.refined(frame, detection).is_ok()))?;
    line("align", median(runs, || align(frame, &detection.landmarks, &CropShape::default()).is_some()))?;
    line("quality", median(runs, || Quality::measure(detection, &crop)))?;
    line("embed", median(runs, || pipeline.embed(&crop).is_ok()))?;
    let whole = median(runs, || pipeline.faces(frame).is_ok());
    line("detect to embed", whole)?;
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let started = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| (0..runs).for_each(|_| drop(black_box(pipeline.faces(frame)))));
        }
    });
    let each = milliseconds(started) / f64::from(runs) / threads as f64;
    writeln!(out, "  detect to embed, {threads} threads at once: {each:.2} ms a frame")?;
    Ok(())
}

fn search(options: &Options, size: u32, out: &mut dyn Write) -> anyhow::Result<()> {
    let mut gallery = Gallery::new();
    for key in 0..size {
        gallery.insert(key, u128::from(key), direction(key)?);
    }
    let probes = (0..options.runs).map(|number| direction(size + number)).collect::<Result<Vec<_>, _>>()?;
    let mut next = probes.iter().cycle();
    let time = median(options.runs, || next.next().map(|probe| gallery.best(probe, 1)));
    writeln!(out, "search {size} templates of {} numbers, one thread: {time:.3} ms", vision::shipped::DIMENSION)?;
    Ok(())
}

/// The picture in the middle of a black frame, or the middle of the picture, where it is larger.
fn on_canvas(picture: &Frame, (width, height): (u32, u32)) -> Frame {
    let shift = |inner: u32, outer: u32| (i64::from(outer) - i64::from(inner)) / 2;
    let (left, top) = (shift(picture.width(), width), shift(picture.height(), height));
    let mut rgb = Vec::with_capacity(3 * (width * height) as usize);
    for y in 0..i64::from(height) {
        for x in 0..i64::from(width) {
            let (from_x, from_y) = (x - left, y - top);
            let inside =
                (0..i64::from(picture.width())).contains(&from_x) && (0..i64::from(picture.height())).contains(&from_y);
            let at = if inside { 3 * (from_y * i64::from(picture.width()) + from_x) as usize } else { 0 };
            rgb.extend(if inside { [picture.rgb()[at], picture.rgb()[at + 1], picture.rgb()[at + 2]] } else { [0; 3] });
        }
    }
    Frame::from_rgb(width, height, rgb).expect("the buffer has the size of the frame")
}

/// A different direction for every number, the same on every run.
fn direction(number: u32) -> Result<Embedding, vision::EmbeddingError> {
    let mut state = u64::from(number).wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let values = std::iter::repeat_with(|| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 40) as f32 / (1 << 23) as f32 - 1.0
    });
    Embedding::new(values.skip(4).take(vision::shipped::DIMENSION).collect())
}

fn median<T>(runs: u32, mut stage: impl FnMut() -> T) -> f64 {
    black_box(stage());
    let mut times: Vec<f64> = (0..runs)
        .map(|_| {
            let started = Instant::now();
            black_box(stage());
            milliseconds(started)
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn milliseconds(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1e3
}
