//! Times the search for people by our engine, tract and onnxruntime, in turns on one thread: medians by stage.
//!
//! usage: bodies_bench PICTURE RUNS LIBONNXRUNTIME
#![allow(clippy::print_stdout, reason = "an example's output is its purpose")]

use std::error::Error;
use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

use engine::onnxruntime::Library;
use vision::bodies::{BodyFinder, BodyParams};
use vision::model::{Model, ModelError, OwnModel, TractModel};
use vision::{DecodeLimits, Frame, shipped};

type Load<'a> = &'a dyn Fn(&[u8]) -> Result<Box<dyn Model>, ModelError>;

/// Stages of a frame, in order; the last is all of them.
const STAGES: [&str; 5] = ["letterbox", "network", "decode", "second look", "frame"];

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [picture, runs, library] = arguments.as_slice() else {
        return Err("usage: bodies_bench PICTURE RUNS LIBONNXRUNTIME".into());
    };
    let runs: usize = runs.parse()?;
    let frame = Frame::decode(&std::fs::read(picture)?, &DecodeLimits::default())?;
    let library = Library::load(Path::new(library))?;
    let engines: [(&str, Load<'_>); 3] = [
        ("convnet", &|onnx| Ok(Box::new(OwnModel::load(onnx)?))),
        ("tract", &|onnx| Ok(Box::new(TractModel::load(onnx)?))),
        ("onnxruntime", &|onnx| library.model(onnx)),
    ];
    let mut finders = Vec::new();
    for (name, load) in engines {
        let before = resident_mb();
        let start = Instant::now();
        let finder = BodyFinder::new(load(shipped::BODIES)?, Some(load(shipped::BODY)?), BodyParams::default())?;
        let bodies = finder.find(&frame)?;
        let took = start.elapsed().as_secs_f64() * 1e3;
        let memory = resident_mb().zip(before).map_or_else(String::new, |(after, before)| {
            format!(", {:.0} MB more ({after:.0} MB in all)", after - before)
        });
        println!("{name}: {} people; loading and the first frame {took:.0} ms{memory}", bodies.len());
        finders.push(finder);
    }
    let mut times = vec![vec![Vec::with_capacity(runs); STAGES.len()]; finders.len()];
    // In turns, so that whatever else the machine does hits all alike. The first round warms up.
    for round in 0..=runs.max(1) {
        for (finder, times) in finders.iter().zip(&mut times) {
            let stages = stages(finder, &frame)?;
            if round > 0 {
                times.iter_mut().zip(stages).for_each(|(times, stage)| times.push(stage));
            }
        }
    }
    println!("\n{frame:?}, ms, one thread, medians of {} rounds in turns", runs.max(1));
    println!("{:14}{:>10}{:>10}{:>14}{:>10}{:>12}", "", "convnet", "tract", "onnxruntime", "ratio", "(least)");
    for (at, stage) in STAGES.iter().enumerate() {
        let sorted: Vec<Vec<f64>> = times.iter().map(|times| sorted(&times[at])).collect();
        let [ours, tract, theirs] = [0, 1, 2].map(|engine| sorted[engine][sorted[engine].len() / 2]);
        let least = sorted[0][0] / sorted[2][0];
        println!("{stage:14}{ours:>10.3}{tract:>10.3}{theirs:>14.3}{:>10.2}{least:>12.2}", ours / theirs);
    }
    Ok(())
}

/// Milliseconds of each stage, and of all.
fn stages(finder: &BodyFinder, frame: &Frame) -> Result<[f64; 5], ModelError> {
    let begin = Instant::now();
    let mut last = 0.0;
    let mut lap = || {
        let now = begin.elapsed().as_secs_f64() * 1e3;
        now - std::mem::replace(&mut last, now)
    };
    let letterbox = finder.letterbox(frame);
    let first = lap();
    let maps = finder.maps(&letterbox)?;
    let second = lap();
    let mut bodies = finder.decode(&maps, &letterbox);
    let third = lap();
    finder.look_closer(frame, &mut bodies)?;
    let fourth = lap();
    black_box(bodies);
    Ok([first, second, third, fourth, first + second + third + fourth])
}

fn sorted(times: &[f64]) -> Vec<f64> {
    let mut times = times.to_vec();
    times.sort_by(f64::total_cmp);
    times
}

/// Megabytes of this process in memory, where the system tells.
fn resident_mb() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.split_whitespace().next()?.parse::<f64>().ok().map(|kilobytes| kilobytes / 1024.0)
}
