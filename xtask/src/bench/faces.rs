//! Recognition beside OpenCV, onnxruntime and faiss from PyPI: milliseconds of one thread in one run, and ratios.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Args;

use crate::shell::{command, must, output, root, target};

/// How to measure.
#[derive(Args)]
pub struct Options {
    /// Times each stage so many times and takes the median.
    #[arg(long, default_value_t = 30)]
    runs: u32,
}

/// What the peers need; each has wheels for x86-64 and aarch64.
const PACKAGES: [&str; 4] = ["numpy", "onnxruntime", "opencv-python-headless", "faiss-cpu"];

/// Which of our lines stands beside which peers' sum.
const RATIOS: [(&str, &[&str]); 9] = [
    ("detect", &["onnxruntime: detect"]),
    ("detect", &["OpenCV: detect"]),
    ("embed", &["onnxruntime: embed"]),
    ("one look, align, one view", &["onnxruntime: detect", "onnxruntime: embed"]),
    ("one look, align, one view", &["OpenCV: detect", "onnxruntime: embed"]),
    ("detect to embed", &["onnxruntime: detect", "onnxruntime: embed"]),
    ("search 10000", &["faiss: search 10000"]),
    ("search 100000", &["faiss: search 100000"]),
    ("search 1000000", &["faiss: search 1000000"]),
];

/// Measures and prints ours, theirs and the ratio.
pub fn run(options: &Options) -> Result<()> {
    super::server::build()?;
    let python = python()?;
    let runs = options.runs.to_string();
    let program = target().join("release").join(format!("smartmart{}", std::env::consts::EXE_SUFFIX));
    let text = output(&mut command(program, &["faces", "bench", "--runs", &runs]))?;
    print!("{text}");
    let ours = ours(&text);
    let script = root().join("xtask/src/bench/faces.py");
    let arguments =
        [&script.to_string_lossy(), "models/yunet.onnx", "models/mobilefacenet.onnx", "fixtures/faces/astronaut.jpg"];
    let text = output(command(python, &arguments).arg(&runs))?;
    let theirs: BTreeMap<String, f64> = serde_json::from_str(&text).context("the peers' figures")?;
    println!("\n{:26}{:>10}  {:44}{:>10}{:>8}", "ms, one thread", "ours", "peer", "theirs", "ratio");
    for (name, peers) in RATIOS {
        let their: Option<f64> = peers.iter().map(|peer| theirs.get(*peer).copied()).sum();
        if let (Some(our), Some(their)) = (ours.get(name), their) {
            println!("{name:26}{our:>10.3}  {:44}{their:>10.3}{:>8.2}", peers.join(" + "), our / their);
        }
    }
    Ok(())
}

/// Lines such as `  detect: 12.34 ms` and `search 10000 templates of …: 0.123 ms`, by name.
fn ours(text: &str) -> BTreeMap<String, f64> {
    let figure = |line: &str| {
        let (name, value) = line.trim().rsplit_once(": ")?;
        let name = name.split_once(" templates").map_or(name, |(name, _)| name);
        Some((name.to_owned(), value.strip_suffix(" ms")?.parse().ok()?))
    };
    text.lines().filter_map(figure).collect()
}

/// A Python with the peers, in a folder of its own.
pub(super) fn python() -> Result<PathBuf> {
    let folder = target().join("peers");
    let python = folder.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    if !python.is_file() {
        must(command("python3", &["-m", "venv"]).arg(&folder))?;
    }
    must(command(&python, &["-m", "pip", "install", "--quiet"]).args(PACKAGES))?;
    Ok(python)
}
