//! The search for people in a picture beside onnxruntime from PyPI, and tract: milliseconds of one thread in one run, by stage.

use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::Args;

use crate::shell::{cargo, command, must, output, root, target};

/// How to measure.
#[derive(Args)]
pub struct Options {
    /// Times each stage so many times and takes the median.
    #[arg(long, default_value_t = 60)]
    runs: u32,
    /// Another picture than two drawn people in 640 x 360 pixels: PNG or JPEG.
    #[arg(long)]
    picture: Option<PathBuf>,
}

/// Where a wheel of onnxruntime keeps its library, which is loaded in the place of none that may be installed.
const FIND: &str = "import glob, os, onnxruntime as o; \
    print(glob.glob(os.path.join(os.path.dirname(o.__file__), 'capi', '*onnxruntime*.[sd]*'))[0])";

/// Measures and prints ours, theirs and the ratio.
pub fn run(options: &Options) -> Result<()> {
    let picture = match &options.picture {
        Some(picture) => super::here(picture)?,
        None => root().join("fixtures/bodies/two-people.png"),
    };
    let python = super::faces::python()?;
    let found = output(&mut command(python, &["-c", FIND]))?;
    let Some(library) = found.lines().next() else { bail!("the wheel of onnxruntime has no library") };
    must(&mut cargo(&["build", "--release", "--workspace", "--example", "bodies_bench"]))?;
    let program = target().join("release/examples").join(format!("bodies_bench{}", std::env::consts::EXE_SUFFIX));
    let runs = options.runs.to_string();
    must(&mut command(program, &[&picture.to_string_lossy(), runs.as_str(), library.trim()]))
}
