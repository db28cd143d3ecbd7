//! x
#![allow(clippy::print_stdout)]
use faces::{pictures, subject};
use std::time::Instant;
fn main() -> anyhow::Result<()> {
    let pipeline = vision::Pipeline::new(&vision::shipped::models(), vision::Params::default())?;
    let folders: Vec<std::path::PathBuf> = std::env::args().skip(1).map(Into::into).collect();
    let lines = pictures::on_all_cores(&folders, |f| -> anyhow::Result<String> {
        let mut frames: Vec<_> = std::fs::read_dir(f)?.map(|e| e.unwrap().path()).collect();
        frames.sort();
        let mut t = vision::presentation::PresentationTrack::new();
        let mut spent = 0.0;
        for (k, p) in frames.iter().enumerate() {
            let frame = pictures::read(p)?;
            let found = pipeline.detect(&frame)?;
            let Some(d) = subject::main_face(&frame, &found) else { continue };
            let d = pipeline.refined(&frame, d)?;
            let s = Instant::now();
            t.observe(&frame, &d, 200 * k as u64);
            spent += s.elapsed().as_secs_f64();
        }
        Ok(serde_json::json!({"folder": f, "ms": 1000.0 * spent / frames.len() as f64, "looks": t.measured}).to_string())
    });
    for l in lines { println!("{}", l?); }
    Ok(())
}
