//! Prints the people in pictures: a line of JSON for each picture, with the bodies in it.
//!
//! usage: cargo run --release -p vision --example bodies -- PICTURE…
#![allow(clippy::print_stdout, reason = "an example's output is its purpose")]

use vision::{BodyFinder, BodyParams, DecodeLimits, Frame, model, shipped};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let close = model::load(shipped::BODY)?;
    let finder = BodyFinder::new(model::load(shipped::BODIES)?, Some(close), BodyParams::default())?;
    for picture in std::env::args().skip(1) {
        let frame = Frame::decode(&std::fs::read(picture)?, &DecodeLimits::default())?;
        println!("{}", serde_json::to_string(&finder.find(&frame)?)?);
    }
    Ok(())
}
