//! Times the store's two models on one thread: a detector and an embedder, on inputs of the sizes that the store uses.
//!
//! `compare DETECTOR.onnx EMBEDDER.onnx [--rounds N] [--instructions NAME]` prints a table. With `--serve` it waits for the
//! number of a case on each line and answers with milliseconds: `compare.py` takes turns so with onnxruntime.

use std::error::Error;
use std::hint::black_box;
use std::io::Write;
use std::time::Instant;

use convnet::{Instructions, Network, RunError};

/// What is timed: whether by the embedder, and the shape of the input.
const CASES: [(&str, [usize; 4]); 6] = [
    ("detector", [1, 3, 480, 640]),
    ("detector", [1, 3, 256, 320]),
    ("detector", [1, 3, 160, 160]),
    ("detector", [1, 3, 128, 160]),
    ("embedder", [1, 112, 112, 3]),
    ("embedder", [2, 112, 112, 3]),
];

struct Models {
    detector: Network,
    embedder: Network,
}

impl Models {
    /// Runs a case once; gives milliseconds.
    fn time(&self, case: usize) -> Result<f64, RunError> {
        let (name, shape) = CASES[case];
        let network = if name == "detector" { &self.detector } else { &self.embedder };
        let values: Vec<f32> = (0..shape.iter().product()).map(|at: usize| (at * 31 % 256) as f32).collect();
        let start = Instant::now();
        black_box(network.run(&shape, &values)?);
        Ok(start.elapsed().as_secs_f64() * 1e3)
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut files = Vec::new();
    let (mut rounds, mut serves, mut instructions) = (50, false, Instructions::best());
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--rounds" => rounds = arguments.next().ok_or("--rounds needs a number")?.parse::<usize>()?.max(1),
            "--serve" => serves = true,
            "--instructions" => {
                let name = arguments.next().ok_or("--instructions needs a name")?;
                let mut available = Instructions::available().into_iter();
                let found = available.find(|one| format!("{one:?}").eq_ignore_ascii_case(&name));
                instructions = found.ok_or("this processor has no such instructions")?;
            }
            _ => files.push(std::fs::read(argument)?),
        }
    }
    let [detector, embedder] = files.as_slice() else {
        return Err("usage: compare DETECTOR.onnx EMBEDDER.onnx [--rounds N] [--instructions NAME] [--serve]".into());
    };
    let start = Instant::now();
    let models = Models {
        detector: Network::load_for(detector, instructions)?,
        embedder: Network::load_for(embedder, instructions)?,
    };
    let loaded = start.elapsed().as_secs_f64() * 1e3;
    if serves { serve(&models) } else { print(&models, rounds, loaded) }
}

fn serve(models: &Models) -> Result<(), Box<dyn Error>> {
    let mut output = std::io::stdout();
    for line in std::io::stdin().lines() {
        let case = line?.trim().parse::<usize>().ok().filter(|case| *case < CASES.len()).ok_or("no such case")?;
        writeln!(output, "{}", models.time(case)?)?;
        output.flush()?;
    }
    Ok(())
}

fn print(models: &Models, rounds: usize, loaded: f64) -> Result<(), Box<dyn Error>> {
    let mut output = std::io::stdout();
    let mut times = vec![Vec::new(); CASES.len()];
    for _ in 0..=rounds {
        for (case, times) in times.iter_mut().enumerate() {
            times.push(models.time(case)?);
        }
    }
    writeln!(output, "{:?}, loading both: {loaded:.3} ms", models.detector.instructions())?;
    for ((name, shape), times) in CASES.iter().zip(&mut times) {
        // The first run also makes the plan.
        let first = times.remove(0);
        times.sort_by(f64::total_cmp);
        let (median, least) = (times[times.len() / 2], times[0]);
        writeln!(output, "{name} {shape:?}: median {median:.3} ms, least {least:.3} ms, first {first:.3} ms")?;
    }
    Ok(())
}
